"""Figures: a result in, a picture out. Nothing is computed while drawing."""

from fusionscape.figures.figure import Figure, chart, complete

__all__ = ["Figure", "chart", "complete"]
