"""Templates: boxes read from a file and filled with values."""
