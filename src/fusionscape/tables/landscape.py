"""Lesions by frequency, over patients tested."""

from __future__ import annotations

from fusionscape.results import Analysis, Column, LesionMatrix, LesionRow, Table
from fusionscape.tables.generic import Cells, table_of
from fusionscape.words import numbers

MOST_GROUPS = 4


def _columns(groups: list[str]) -> tuple[Column, ...]:
    return (
        Column(name="lesion", label="Lesion"),
        Column(name="lesion_type", label="Kind"),
        Column(name="all", label="All", kind="number"),
        *(Column(name=group, label=group, kind="number") for group in groups),
    )


def _cells(row: LesionRow, groups: list[str], of: tuple[str, ...]) -> Cells:
    cells: Cells = {
        "lesion": (row.lesion, row.lesion),
        "lesion_type": (row.lesion_type, row.lesion_type),
        "all": (numbers.count_percent(row.count, row.n), row.count),
    }
    for group in groups:
        states = [s for s, g in zip(row.states, of, strict=True) if g == group]
        count = states.count("P")
        n = len(states) - states.count("N")
        cells[group] = numbers.count_percent(count, n), count
    return cells


def tables(analysis: Analysis) -> tuple[Table, ...]:
    """One table of lesions, with the largest groups beside all patients."""
    out = []
    for matrix in analysis.items:
        if not isinstance(matrix, LesionMatrix) or not matrix.lesions:
            continue
        sizes = {g: matrix.groups.count(g) for g in dict.fromkeys(matrix.groups)}
        groups = sorted(sizes, key=lambda g: -sizes[g])[:MOST_GROUPS] if len(sizes) > 1 else []
        rows = [_cells(row, groups, matrix.groups) for row in matrix.lesions]
        out.append(
            table_of(
                f"{matrix.id}/table",
                "Lesions over patients tested",
                _columns(groups),
                rows,
                n=matrix.n,
                missing=matrix.missing,
                method=matrix.method,
                reference=matrix.reference,
                synthetic=matrix.synthetic,
            )
        )
    return tuple(out)
