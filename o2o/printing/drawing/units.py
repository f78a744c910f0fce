"""Inches and points in millimetres, which all of printing reckons in."""

MM_PER_INCH = 25.4
POINT = MM_PER_INCH / 72
"""A point in mm."""

POINTS = 72 / MM_PER_INCH
"""A mm in points."""
