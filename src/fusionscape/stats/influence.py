"""Variance of a weighted or delayed-entry estimate from each patient's influence on it.

The influence of patient i on an estimate at t has the form P_i(t) - F(t) Q_i(t): constant after
the patient has left, and a difference of two running sums while still at risk. Sums of squares
over patients therefore need running sums only, not a patients-by-times table.

Source: infinitesimal jackknife, Therneau & Grambsch (2000), Modeling Survival Data, ch. 7.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fusionscape.results import FloatArray
from fusionscape.stats.observed import IntArray, Rows
from fusionscape.stats.risk_table import RiskTable, prepend

BLOCK = 8192  # times


@dataclass(frozen=True, slots=True, eq=False)
class Leavers:
    """Who leaves, with squared weight and what the own event adds to P and Q.

    One entry per row, with the `index` of its time and of the `first` time at risk; or, where all
    enter together and count the same, one row per kind of leaving and one column per time.
    """

    square: FloatArray
    jump_p: FloatArray
    jump_q: FloatArray | float
    index: IntArray | None = None
    first: IntArray | None = None


def leaving_rows(
    rows: Rows, table: RiskTable, jump_p: FloatArray, jump_q: FloatArray | float
) -> Leavers:
    """Leavers row by row."""
    if table.row is None:
        raise ValueError("the risk table needs its index")
    square = np.ones(rows.time.size) if rows.weights is None else rows.weights**2
    first = np.zeros(rows.time.size, dtype=np.intp) if table.first is None else table.first
    return Leavers(square, jump_p, jump_q, table.row, first)


def _all_together(who: Leavers, g: FloatArray, h: FloatArray) -> FloatArray:
    """Running sums of squares and products, all having entered at the start.

    Worked out in blocks of times that stay in the cache.
    """
    gone, here = np.empty((3, g.size)), np.empty(g.size)
    for low in range(0, g.size, BLOCK):
        part = slice(low, low + BLOCK)
        square, p = who.square[:, part], who.jump_p[:, part] - g[part]
        q = who.jump_q if isinstance(who.jump_q, float) else who.jump_q[:, part]
        q = q - h[part]
        gone[0, part] = (square * (p * p)).sum(axis=0)
        gone[1, part] = (square * (p * q)).sum(axis=0)
        gone[2, part] = (square * (q * q)).sum(axis=0)
        here[part] = square.sum(axis=0)
    np.cumsum(gone, axis=1, out=gone)
    staying = here.sum() - here.cumsum()
    by_g = staying * g
    gone[0] += by_g * g
    gone[1] += by_g * h
    staying *= h
    gone[2] += staying * h
    return gone


def _one_by_one(who: Leavers, g: FloatArray, h: FloatArray) -> list[FloatArray]:
    """The same, from when each entered."""
    assert who.index is not None and who.first is not None
    index, first, size = who.index, who.first, g.size
    g_in, h_in = prepend(g, 0.0)[first], prepend(h, 0.0)[first]
    p, q = who.jump_p - (g[index] - g_in), who.jump_q - (h[index] - h_in)

    def running(where: IntArray, values: FloatArray) -> FloatArray:
        at = np.bincount(where, weights=who.square * values, minlength=size)[:size]
        return np.cumsum(at, dtype=float)

    def staying(values: FloatArray) -> FloatArray:
        return running(first, values) - running(index, values)

    one, sum_g, sum_h = staying(np.ones(index.size)), staying(g_in), staying(h_in)
    return [
        running(index, p * p) + one * g * g - 2 * g * sum_g + staying(g_in * g_in),
        running(index, p * q) + one * g * h - g * sum_h - h * sum_g + staying(g_in * h_in),
        running(index, q * q) + one * h * h - 2 * h * sum_h + staying(h_in * h_in),
    ]


def influence_variance(
    who: Leavers, *, drift_p: FloatArray, drift_q: FloatArray, estimate: FloatArray
) -> FloatArray:
    """Sum of squared weighted influences at each time.

    `drift_*` (one per time) is what being at risk at that time takes from P and Q.
    """
    g, h = np.cumsum(drift_p), np.cumsum(drift_q)
    sums = _all_together(who, g, h) if who.index is None else _one_by_one(who, g, h)
    variance: FloatArray = sums[0] - estimate * (2 * sums[1] - estimate * sums[2])
    return np.maximum(variance, 0.0)
