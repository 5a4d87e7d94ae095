"""The face for Python users: sentences, frames, charts and reports of single results."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fusionscape.results import Analysis, Result

if TYPE_CHECKING:
    import polars as pl


def say(result: Result) -> str:
    """The result as one sentence with its numbers."""
    from fusionscape.words.headline import headline
    from fusionscape.words.sentences import say as sentence

    return headline(result) if isinstance(result, Analysis) else sentence(result)


def frame(result: Analysis) -> pl.DataFrame:
    """Every number of an analysis as a polars frame, one row an item."""
    import polars as pl

    from fusionscape.tables.generic import tidy

    table = tidy(result)
    if table is None:
        return pl.DataFrame()
    return pl.DataFrame(
        {c.name: [row.values[i] for row in table.rows] for i, c in enumerate(table.columns)},
        strict=False,
    )


def draw(result: Analysis, *, figure: str | None = None) -> Any:
    """The figure of an analysis as an Altair chart, which shows itself in a notebook.

    `figure` is the id of one figure where the analysis has several. Raises KeyError when the
    analysis has no figure, or none with that id.
    """
    from fusionscape.figures import chart
    from fusionscape.workflows.run import draw as sections_of

    figures = [f for s in sections_of([result]) for f in s.figures]
    for found in figures:
        if figure is None or found.id == figure:
            return chart(found)
    known = ", ".join(f.id for f in figures) or "none"
    raise KeyError(f"{result.id} has no such figure; it has {known}")


def write_report(results: Sequence[Analysis], path: str | Path, *, title: str = "Report") -> Path:
    """One sealed page with these analyses, in this order."""
    from fusionscape.workflows.page import page
    from fusionscape.workflows.run import draw as sections_of

    text = page(title, {"name": title}, {}, (), sections_of(results), "fusionscape (Python)", ())
    target = Path(path)
    target.write_text(text, encoding="utf-8", newline="\n")
    return target


def run(study: str | Path, out: str | Path) -> Path:
    """Everything `fusionscape run` does; returns the path of the report."""
    from fusionscape.workflows.run import run_study

    return run_study(Path(study), Path(out)).report
