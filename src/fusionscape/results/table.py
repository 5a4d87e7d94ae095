"""A table is data first: columns, rows of values, notes. Writers are small and separate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fusionscape.results.caution import Caution, Scalar


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column; `unit` and `kind` tell writers how to align and format it."""

    name: str
    label: str
    kind: Literal["text", "integer", "number", "percent", "p"] = "text"
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row. `cells` hold what is printed, `values` the raw value behind each cell."""

    cells: tuple[str, ...]
    values: tuple[Scalar, ...]
    level: int = 0
    heading: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A finished table: what is shown, and the raw values for csv and xlsx."""

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    n: int = 0
    missing: int = 0
    method: str = ""
    reference: str = ""
    synthetic: bool = False
    cautions: tuple[Caution, ...] = ()
