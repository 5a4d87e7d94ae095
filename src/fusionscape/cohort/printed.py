"""Comparators known only as printed counts: a paper's column of n/N and medians."""

from __future__ import annotations

import re
from dataclasses import dataclass

RANGE = re.compile(r"^(\d+(?:\.\d+)?)\s*(?:-|–|to)\s*(\d+(?:\.\d+)?)$")
BOUND = re.compile(r"^(<=|>=|<|>|≤|≥)\s*(\d+(?:\.\d+)?)$")


def is_range(text: str) -> bool:
    """True for a printed range of a measurement.

    >>> is_range("3–10"), is_range("<3"), is_range("abc")
    (True, True, False)
    """
    return bool(RANGE.match(text.strip()) or BOUND.match(text.strip()))


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedRow:
    """One printed row: `count` of `n` for a characteristic, or a printed median (q1, q3).

    `field` and `value` say which patient column (or ``lesion:WT1``, ``response:1:CR``) the
    row is compared with; `source` is where it is printed.
    """

    label: str
    field: str
    value: str
    count: int | None = None
    n: int | None = None
    median: float | None = None
    q1: float | None = None
    q3: float | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedGroup:
    """A group of which only printed numbers are known."""

    name: str
    n: int
    rows: tuple[PrintedRow, ...]
    citation: str
