"""The signal: answer a scan, keep it, judge it."""
