"""Figures: a result in, a picture out. Nothing is computed while drawing."""

from fusionscape.figures.figure import Figure, chart, complete
from fusionscape.figures.topics import figures_of

__all__ = ["Figure", "chart", "complete", "figures_of"]
