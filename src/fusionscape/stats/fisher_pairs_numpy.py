"""Two-sided Fisher p of many 2x2 tables at once, in numpy.

The law of the upper left cell is unimodal, so the tables no likelier than the observed one are
two tails: one starts at the observed cell, the other at its mirror, the first value across the
mode that is no likelier. Each is summed outward by the ratio of neighbouring probabilities.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fusionscape.results import FloatArray
from fusionscape.stats.tables import IntArray

TIE = 1e-7
_NEGLIGIBLE = 1e-17


def pair_p_values(
    both: IntArray, in_a: IntArray, in_b: IntArray, n: IntArray, log_factorial: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Two-sided p, and the smallest two-sided p that the margins allow.

    `both` carry A and B; `in_a` and `in_b` are the carriers of each among the `n` patients
    tested for both; `log_factorial` reaches the largest `n`.
    """
    constant = (
        log_factorial[in_a]
        + log_factorial[n - in_a]
        + log_factorial[in_b]
        + log_factorial[n - in_b]
        - log_factorial[n]
    )
    mode = (in_a + 1) * (in_b + 1) // (n + 2)
    # count only-A instead of both where the observed cell lies beyond the mode: now it is left
    flip = both > mode
    x = np.where(flip, in_a - both, both)
    b = np.where(flip, n - in_b, in_b)
    mode = np.where(flip, in_a - mode, mode)

    def log_density(y: IntArray) -> FloatArray:
        cells = log_factorial[y] + log_factorial[in_a - y]
        out: FloatArray = constant - cells - log_factorial[b - y] - log_factorial[n - in_a - b + y]
        return out

    low, high = np.maximum(0, in_a + b - n), np.minimum(in_a, b)
    observed = log_density(x)
    mirror = np.maximum(x + 1, mode)
    last = high + 1
    while (mirror < last).any():
        middle = np.minimum((mirror + last) // 2, high)
        unlikelier = log_density(middle) <= observed + TIE
        undecided = mirror < last
        last = np.where(undecided & unlikelier, middle, last)
        mirror = np.where(undecided & ~unlikelier, middle + 1, mirror)
    near = np.exp(observed) * _outward(x, -1, in_a, b, n)
    at = np.flatnonzero(mirror <= high)
    far = np.zeros(len(x))
    far[at] = np.exp(log_density(np.minimum(mirror, high))[at])
    far[at] *= _outward(mirror[at], 1, in_a[at], b[at], n[at])
    p = np.where(mirror == x + 1, 1.0, np.minimum(near + far, 1.0))
    return p, _smallest(log_density(low), log_density(high), low == high)


def _outward(start: IntArray, step: int, a: IntArray, b: IntArray, n: IntArray) -> FloatArray:
    """Sum of P(Y = y) / P(Y = start) over y = start, start + step, ... to the end."""
    out = np.ones(len(start))
    at = np.arange(len(start))
    # the four cells of the table, as numbers that one step changes by one
    grow_1, grow_2 = start.astype(np.float64), (n - a - b + start).astype(np.float64)
    fall_1, fall_2 = (a - start).astype(np.float64), (b - start).astype(np.float64)
    if step < 0:
        grow_1, grow_2, fall_1, fall_2 = fall_1, fall_2, grow_1, grow_2
    term, total = np.ones(len(start)), np.ones(len(start))
    while len(at):
        grow_1 += 1
        grow_2 += 1
        term *= fall_1 * fall_2 / (grow_1 * grow_2)
        fall_1 -= 1
        fall_2 -= 1
        total += term
        on = term > _NEGLIGIBLE * total
        if np.count_nonzero(on) < 0.8 * len(at):
            out[at[~on]] = total[~on]
            at, term, total = at[on], term[on], total[on]
            grow_1, grow_2, fall_1, fall_2 = grow_1[on], grow_2[on], fall_1[on], fall_2[on]
        elif not on.any():
            break
    out[at] = total
    return out


def _smallest(at_low: FloatArray, at_high: FloatArray, fixed: npt.NDArray[np.bool_]) -> FloatArray:
    ties = np.where(np.abs(at_low - at_high) <= TIE, 2.0, 1.0)
    end = np.minimum(1.0, np.exp(np.minimum(at_low, at_high)) * ties)
    return np.where(fixed, 1.0, end)
