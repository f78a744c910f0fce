"""Files turned into rows and problems, one module a format; an edge that nothing imports."""
