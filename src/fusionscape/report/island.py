"""The page's one data island: figures and tables as inert JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from fusionscape.figures import Figure, complete, theme
from fusionscape.figures.grammar import MANY_MARKS
from fusionscape.report.groups import groups_of
from fusionscape.report.room import height
from fusionscape.results import Table
from fusionscape.tables import to_csv

_INERT = str.maketrans(
    {
        "<": "\\u003c",
        ">": "\\u003e",
        "&": "\\u0026",
        "\u2028": "\\u2028",
        "\u2029": "\\u2029",
    }
)


MOST_CSV = 30_000  # characters of one CSV that the page carries; the folder holds them all


def carried(table: Table) -> str | None:
    """The CSV of a table as the page carries it; None where it is too long for the page."""
    if len(table.rows) * len(table.columns) > MOST_CSV:  # a cell has a separator at least
        return None
    text = to_csv(table)
    return text if len(text) <= MOST_CSV else None


def inert(value: Any) -> str:
    """JSON that can stand inside a script element whatever it holds.

    >>> inert({"a": "</script>"})
    '{"a":"\\\\u003c/script\\\\u003e"}'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.translate(_INERT)


def _drawn(figure: Figure) -> dict[str, Any]:
    whole = complete(figure)
    spec = {k: v for k, v in whole.items() if k not in ("config", "title", "description")}
    entry: dict[str, Any] = {"spec": spec, "title": whole["title"], "height": height(spec)}
    if groups := groups_of(figure):
        entry["groups"] = groups
    if figure.marks > MANY_MARKS:
        entry["canvas"] = True
    return entry


def island(figures: Sequence[Figure], tables: Sequence[tuple[str, Table]]) -> str:
    """Everything the script draws or saves; csv by the name of its download, if not too long."""
    dark: Mapping[str, str] = theme.DARK
    every = [*((figure.id, figure.data) for figure in figures), *tables]
    files = {name: text for name, table in every if (text := carried(table)) is not None}
    return inert(
        {
            "theme": {"config": theme.config(), "dark": dict(dark)},
            "figures": {figure.id: _drawn(figure) for figure in figures},
            "csv": files,
        }
    )
