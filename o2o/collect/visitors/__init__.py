"""Who scanned: visitors without a name, cookies that have come back, phones of staff."""
