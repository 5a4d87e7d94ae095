"""Variance of a weighted or delayed-entry estimate from each patient's influence on it.

The influence of patient i on an estimate at t has the form P_i(t) - F(t) Q_i(t): constant after
the patient has left, and a difference of two running sums while still at risk. Sums of squares
over patients therefore need running sums only, not a patients-by-times table.

Source: infinitesimal jackknife, Therneau & Grambsch (2000), Modeling Survival Data, ch. 7.
"""

from __future__ import annotations

import numpy as np

from fusionscape.results import FloatArray
from fusionscape.stats.observed import Rows
from fusionscape.stats.risk_table import RiskTable, prepend


def _sum_at(index: np.ndarray, values: FloatArray, size: int) -> FloatArray:
    return np.cumsum(np.bincount(index, weights=values, minlength=size)[:size])


def influence_variance(
    rows: Rows,
    table: RiskTable,
    *,
    jump_p: FloatArray,
    jump_q: FloatArray,
    drift_p: FloatArray,
    drift_q: FloatArray,
    estimate: FloatArray,
) -> FloatArray:
    """Sum of squared weighted influences at each time.

    `jump_*` (one per row) is what the row's own event adds to P and Q; `drift_*` (one per time)
    is what being at risk at that time takes from them.
    """
    if table.row is None:
        raise ValueError("the risk table needs its index")
    size = table.time.size
    weight = np.ones(rows.time.size) if rows.weights is None else rows.weights
    g, h = prepend(np.cumsum(drift_p), 0.0), prepend(np.cumsum(drift_q), 0.0)
    first = np.zeros(rows.time.size, dtype=np.intp) if table.first is None else table.first
    g_in, h_in = g[first], h[first]
    p_out, q_out = jump_p - (g[table.row + 1] - g_in), jump_q - (h[table.row + 1] - h_in)
    square = weight**2
    left = [_sum_at(table.row, square * v, size) for v in (p_out**2, p_out * q_out, q_out**2)]
    inside = [
        _sum_at(first, square * v, size) - _sum_at(table.row, square * v, size)
        for v in (np.ones(g_in.size), g_in, h_in, g_in**2, g_in * h_in, h_in**2)
    ]
    one, sum_g, sum_h, sum_gg, sum_gh, sum_hh = inside
    g_now, h_now = g[1:], h[1:]
    pp = left[0] + one * g_now**2 - 2 * g_now * sum_g + sum_gg
    pq = left[1] + one * g_now * h_now - g_now * sum_h - h_now * sum_g + sum_gh
    qq = left[2] + one * h_now**2 - 2 * h_now * sum_h + sum_hh
    variance: FloatArray = np.maximum(pp - 2 * estimate * pq + estimate**2 * qq, 0.0)
    return variance
