"""Consensus phenotype of each group with its support."""

from __future__ import annotations

from fusionscape.results import Analysis, Column, MarkerConsensus, MarkerMatrix, Table
from fusionscape.tables.generic import Cells, table_of
from fusionscape.words import numbers

_COUNTS = ("positive", "partial", "negative", "strong", "dim")
COLUMNS = (
    Column(name="group", label="Group"),
    Column(name="marker", label="Marker"),
    Column(name="consensus", label="Consensus"),
    *(Column(name=name, label=name.capitalize(), kind="integer") for name in _COUNTS),
    Column(name="n", label="Tested", kind="integer"),
)


def _cells(c: MarkerConsensus) -> Cells:
    counts: Cells = {
        name: (numbers.integer(getattr(c, name)), getattr(c, name)) for name in (*_COUNTS, "n")
    }
    return {
        "group": (c.group, c.group),
        "marker": (c.marker, c.marker),
        "consensus": (c.consensus, c.consensus),
        **counts,
    }


def tables(analysis: Analysis) -> tuple[Table, ...]:
    """One table of consensus."""
    return tuple(
        table_of(
            f"{m.id}/table",
            "Markers by group",
            COLUMNS,
            [_cells(c) for c in m.consensus],
            n=m.n,
            missing=m.missing,
            method=m.method,
            reference=m.reference,
            synthetic=m.synthetic,
        )
        for m in analysis.items
        if isinstance(m, MarkerMatrix) and m.consensus
    )
