"""Bare numbers in a column of fusions: codes that only the study can explain."""

from __future__ import annotations

import re
from collections.abc import Iterable

from fusionscape.readers.meaning.column import Cell, Column
from fusionscape.readers.values.words import key

_BARE = re.compile(r"[+-]?\d+(?:[.,]\d*)?")
_YES, _NO = ("1", "1.0"), ("0", "0.0")


def bare_codes(column: Column) -> frozenset[str]:
    """The numbers of a fusion column that mean nothing by themselves.

    0 and 1 alone are no and yes; beside any other number they are codes like it, and a carrier
    made of one would be an invention.
    """
    numbers = _numbers(column)
    return numbers if numbers - {*_YES, *_NO} else frozenset()


def unexplained(column: Column, cell: Cell, codes: Iterable[str]) -> None:
    """Note a code that the study has to explain, and how."""
    pairs = ", ".join(f'"{code}" = "..."' for code in sorted(codes, key=_order))
    what = f"{cell.raw[:60]!r} is a code that names no fusion."
    mend = (
        f"Say in values what each means (a fusion, or none): values = {{ {pairs} }}; or list what "
        "is not known under missing."
    )
    column.note("fusion-not-understood", what, cell, mend=mend)


def read_as_carriers(column: Column, driver: str | None) -> None:
    """Warn of every 1 that stands for a fusion of `driver` with no partner named.

    None for a column of whole fusions: beside them a 1 names nothing, and is an error.
    """
    if driver is None or bare_codes(column):
        return
    for cell in column.cells(dash=False):
        if key(cell.raw) in _YES and not cell.ambiguous and key(cell.raw) not in column.declared:
            what = f"{cell.raw!r} was read as a fusion of {column.driver}, its partner not named."
            column.note("fusion-code-read", what, cell)


def _numbers(column: Column) -> frozenset[str]:
    """Numbers that stand alone in a cell, those with a declared meaning left out."""
    words = {key(cell.raw) for cell in column.cells(dash=False)} - column.declared
    return frozenset(word for word in words if _BARE.fullmatch(word))


def _order(code: str) -> tuple[float, str]:
    return float(code.replace(",", ".")), code
