"""Compiled passes over many sorted follow-up times: distinct times with counts, and the log-rank.

Loaded only for many rows, as loading the compiler costs more than a smaller table.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from fusionscape.results import FloatArray
from fusionscape.stats.observed import IntArray


@njit(cache=True)
def distinct_counts(
    ordered: FloatArray, codes: IntArray, width: int, tie: float
) -> tuple[FloatArray, FloatArray]:
    """Distinct times of sorted rows, and how often each code occurs at each: (codes, times).

    Times closer than `tie` times the mean distinct time are one time, as `risk_table` has it.
    """
    n, total, different = len(ordered), ordered[0], 1
    for i in range(1, n):
        if ordered[i] > ordered[i - 1]:
            total += ordered[i]
            different += 1
    slack = tie * (total / different)
    times, counts, k = np.empty(different), np.zeros((width, different)), 0
    times[0] = ordered[0]
    counts[codes[0], 0] = 1.0
    for i in range(1, n):
        if ordered[i] - ordered[i - 1] > slack:
            k += 1
            times[k] = ordered[i]
        counts[codes[i], k] += 1.0
    return times[: k + 1], counts[:, : k + 1]


@njit(cache=True)
def logrank_sums(events: FloatArray, at_risk: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Expected events per group, and their hypergeometric covariance.

    `events` and `at_risk` are groups by times.
    """
    k, n_times = at_risk.shape
    expected, variance = np.zeros(k), np.zeros((k, k))
    for j in range(n_times):
        n, d = 0.0, 0.0
        for a in range(k):
            n += at_risk[a, j]
            d += events[a, j]
        if d == 0.0:
            continue
        spread = d * (n - d) / (n - 1.0) if n > 1.0 else 0.0
        for a in range(k):
            share = at_risk[a, j] / n
            expected[a] += share * d
            variance[a, a] += share * spread
            for b in range(k):
                variance[a, b] -= share * (at_risk[b, j] / n) * spread
    return expected, variance
