"""Figures with their doubt: pure functions on numbers, which know no shop."""
