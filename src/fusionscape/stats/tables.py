"""Checks that every kernel for counts makes on the table it is handed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fusionscape.stats.observed import checked_level, floats, refuse

MOST_COUNTED = 10_000_000  # patients of one table; beyond it the exact sums take minutes
IntArray = npt.NDArray[np.int64]


def counts(table: npt.ArrayLike) -> IntArray:
    """The table as whole numbers; InputError when it is not a table of counts."""
    values = floats(table, "table")
    if values.ndim != 2 or min(values.shape) < 2:
        what = "a table of counts needs at least two rows and two columns"
        raise refuse("not-a-table", what, "Give rows of counts.", "table")
    if not np.isfinite(values).all() or (values < 0).any() or (values != np.round(values)).any():
        what = "a table of counts holds whole numbers of zero or more"
        raise refuse("bad-count", what, "Check the counts.", "table")
    if values.sum() > MOST_COUNTED:
        what = f"a table of counts holds at most {MOST_COUNTED:,} patients"
        raise refuse("too-many-counted", what, "Check the counts.", "table")
    whole: IntArray = values.astype(np.int64)
    return whole


def without_empty(table: IntArray) -> IntArray:
    """The table without its empty rows and columns, which say nothing on association."""
    kept: IntArray = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    return kept


def check_level(level: float) -> float:
    """The level, which must lie strictly between 0 and 1."""
    return checked_level(level)


def check_count(count: int, n: int) -> None:
    """A count lies between zero and its denominator."""
    known = all(isinstance(v, int | float | np.integer | np.floating) for v in (count, n))
    if not known or not 0 <= count <= n < np.inf or count != int(count) or n != int(n):
        what = "a count is a whole number between zero and its denominator"
        raise refuse("bad-count", what, "Check the counts.")
