"""Templates: boxes read from a file, filled with values, laid out and checked."""
