"""Cells of text to values: numbers, dates, flags, units, missing."""
