"""Rows of a raw table by normalised column name, and the few readings every format needs."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from fusionscape.readers.formats.notes import Notes
from fusionscape.readers.raw import RawTable

_MISSING = frozenset(
    {
        "",
        ".",
        "-",
        "na",
        "n/a",
        "nan",
        "none",
        "null",
        "unknown",
        "not available",
        "[not available]",
    }
)
_YES = frozenset({"y", "yes", "true", "t", "1", "positive", "pos", "+", "present", "mutated", "是"})
_NO = frozenset({"n", "no", "false", "f", "0", "negative", "neg", "-", "absent", "wt", "否"})
_HEADER_KEYS = frozenset({"gene1", "fusionname", "fusiongene"})


def key(text: str) -> str:
    """A column name without case, spaces and signs: ``#FusionName`` is ``fusionname``.

    >>> key("Gene_1_symbol(5end_fusion_partner)")
    'gene1symbol5endfusionpartner'
    """
    return "".join(c for c in text.casefold() if c.isalnum())


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a table: where it stands and its cells by normalised column name."""

    row: int
    cells: dict[str, str]

    def text(self, *names: str) -> str | None:
        """The first known value among these columns; a missing word counts as not known."""
        for name in names:
            value = self.cells.get(name)
            if value is not None and value.casefold() not in _MISSING:
                return value
        return None

    def raw(self, name: str) -> str | None:
        """The cell as it stands, also where it is a word for missing."""
        return self.cells.get(name)

    def starting(self, *prefixes: str) -> str | None:
        """The first known value among columns whose normalised name begins so."""
        for prefix in prefixes:
            for name in self.cells:
                if name.startswith(prefix):
                    value = self.text(name)
                    if value is not None:
                        return value
        return None


def keys(table: RawTable) -> frozenset[str]:
    """The normalised column names of a table."""
    return frozenset(key(name) for name in table.columns)


def records(table: RawTable, notes: Notes) -> Iterator[Record]:
    """The rows that hold anything; a row shorter or longer than the header is reported."""
    names = [key(name) for name in table.columns]
    for index, row in enumerate(table.rows):
        number = table.row_number(index)
        if all(cell is None or not cell.strip() for cell in row):
            continue
        extra = [cell for cell in row[len(names) :] if cell is not None and cell.strip()]
        if len(row) < len(names) or extra:
            notes.add(
                "ragged-row",
                "warning",
                f"The row has {len(row)} cells where the header names {len(names)}.",
                "Give the row as many cells as the header; cells beyond it were not read.",
                row=number,
            )
        cells: dict[str, str] = {}
        for name, cell in zip(names, row, strict=False):
            if cell is not None and name not in cells:
                cells[name] = cell.strip()
        yield Record(number, cells)


def with_header(table: RawTable) -> RawTable:
    """The table with a header that begins with '#' put back where it was read as a comment.

    Arriba, STAR-Fusion and DRAGEN begin their header with '#', as comments do elsewhere.
    """
    if not table.comments:
        return table
    line = table.comments[-1]
    cells = re.split(r"\t" if "\t" in line else ",", line.strip("\r\n"))
    if len(cells) < 3 or not line.startswith("#") or key(cells[0]) not in _HEADER_KEYS:
        return table
    first = tuple(cell if cell else None for cell in table.columns)
    rows = (first, *table.rows) if any(first) else table.rows
    return replace(
        table,
        columns=tuple(cell.strip().strip('"') for cell in cells),
        rows=rows,
        first_row=table.first_row - 1,
        comments=table.comments[:-1],
    )


def number(text: str | None) -> float | None:
    """A finite number, or None.

    >>> number("12"), number("1e-4"), number("many")
    (12.0, 0.0001, None)
    """
    if text is None:
        return None
    try:
        value = float(text.strip().rstrip("%").strip())
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def whole(text: str | None) -> int | None:
    """A whole number, or None."""
    value = number(text)
    return int(value) if value is not None and value == int(value) else None


def yes_no(text: str | None) -> bool | None:
    """True, False, or None where the word is neither.

    >>> yes_no("Y"), yes_no("N"), yes_no("NA")
    (True, False, None)
    """
    word = "" if text is None else text.strip().casefold()
    if word in _YES:
        return True
    return False if word in _NO else None


def is_missing(text: str | None) -> bool:
    """True for an empty cell and for the usual words for missing."""
    return text is None or text.strip().casefold() in _MISSING
