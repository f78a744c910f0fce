"""The loop, walked: a small invented chain or a real one, from the catalogue to the report."""
