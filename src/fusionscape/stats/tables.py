"""Checks that every kernel for counts makes on the table it is handed."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]


def counts(table: npt.ArrayLike) -> IntArray:
    """The table as whole numbers; ValueError when it is not a table of counts."""
    values: npt.NDArray[Any] = np.asarray(table, dtype=np.float64)
    if values.ndim != 2 or min(values.shape) < 2:
        raise ValueError("a table of counts needs at least two rows and two columns")
    if not np.isfinite(values).all() or (values < 0).any() or (values != np.round(values)).any():
        raise ValueError("a table of counts holds whole numbers of zero or more")
    whole: IntArray = values.astype(np.int64)
    return whole


def without_empty(table: IntArray) -> IntArray:
    """The table without its empty rows and columns, which say nothing on association."""
    kept: IntArray = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    return kept


def check_level(level: float) -> float:
    """The level, which must lie strictly between 0 and 1."""
    if not 0 < level < 1:
        raise ValueError("the confidence level lies between 0 and 1")
    return level


def check_count(count: int, n: int) -> None:
    """A count lies between zero and its denominator."""
    if count != int(count) or n != int(n) or not 0 <= count <= n:
        raise ValueError("a count is a whole number between zero and its denominator")
