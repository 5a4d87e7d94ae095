"""The compiled twin of `fisher_pairs_numpy`: the same sums, one pair at a time."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from fusionscape.results import FloatArray
from fusionscape.stats.tables import IntArray

TIE = 1e-7
_NEGLIGIBLE = 1e-17
_SHORT_BLOCK = 0.1  # above it, one minus the block between the tails loses no digits


@njit(cache=True)
def _log_density(
    y: int, a: int, b: int, n: int, constant: float, log_factorial: FloatArray
) -> float:
    cells = log_factorial[y] + log_factorial[a - y]
    return float(constant - cells - log_factorial[b - y] - log_factorial[n - a - b + y])


@njit(cache=True)
def _outward(start: int, step: int, a: int, b: int, n: int) -> float:
    """Sum of P(Y = y) / P(Y = start) over y = start, start + step, ... to the end."""
    grow_1, grow_2 = float(start), float(n - a - b + start)
    fall_1, fall_2 = float(a - start), float(b - start)
    if step < 0:
        grow_1, grow_2, fall_1, fall_2 = fall_1, fall_2, grow_1, grow_2
    term = total = 1.0
    while term > _NEGLIGIBLE * total:
        grow_1 += 1
        grow_2 += 1
        term *= fall_1 * fall_2 / (grow_1 * grow_2)
        fall_1 -= 1
        fall_2 -= 1
        total += term
    return total


@njit(cache=True)
def _block(x: int, high: int, a: int, b: int, n: int) -> tuple[float, int]:
    """Sum of P(Y = y) / P(Y = x) over the values right of x that are likelier; its end."""
    term, total, y = 1.0, 0.0, x
    while y < high:
        term *= float(a - y) * float(b - y) / (float(y + 1) * float(n - a - b + y + 1))
        y += 1
        if term <= 1.0 + TIE:
            return total, y
        total += term
    return total, high + 1


@njit(cache=True)
def _two_sided(
    both: int, a: int, b: int, n: int, constant: float, log_factorial: FloatArray
) -> float:
    mode = (a + 1) * (b + 1) // (n + 2)
    x = both
    if both > mode:
        x, b = a - both, n - b
    high = min(a, b)
    observed = _log_density(x, a, b, n, constant, log_factorial)
    if observed < -600.0:  # the block would overflow; what counts is the tails
        block, mirror = math.inf, _mirror(x, high, a, b, n, constant, log_factorial)
    else:
        block, mirror = _block(x, high, a, b, n)
        p = 1.0 - math.exp(observed) * block
        if p > _SHORT_BLOCK:
            return p
    p = math.exp(observed) * _outward(x, -1, a, b, n)
    if mirror <= high:
        far = _log_density(mirror, a, b, n, constant, log_factorial)
        p += math.exp(far) * _outward(mirror, 1, a, b, n)
    return p


@njit(cache=True)
def _mirror(
    x: int, high: int, a: int, b: int, n: int, constant: float, log_factorial: FloatArray
) -> int:
    limit = _log_density(x, a, b, n, constant, log_factorial) + TIE
    y = high + 1
    while y - 1 > x and _log_density(y - 1, a, b, n, constant, log_factorial) <= limit:
        y -= 1
    return y


@njit(cache=True)
def pair_p_values(
    both: IntArray, in_a: IntArray, in_b: IntArray, n: IntArray, log_factorial: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Two-sided p, and the smallest two-sided p that the margins allow."""
    p, smallest = np.ones(len(both)), np.ones(len(both))
    for i in range(len(both)):
        a, b, total = in_a[i], in_b[i], n[i]
        low, high = max(0, a + b - total), min(a, b)
        if low == high:
            continue
        constant = log_factorial[a] + log_factorial[total - a] + log_factorial[b]
        constant += log_factorial[total - b] - log_factorial[total]
        at_low = _log_density(low, a, b, total, constant, log_factorial)
        at_high = _log_density(high, a, b, total, constant, log_factorial)
        ties = 2.0 if abs(at_low - at_high) <= TIE else 1.0
        smallest[i] = min(1.0, ties * math.exp(min(at_low, at_high)))
        p[i] = min(1.0, _two_sided(both[i], a, b, total, constant, log_factorial))
    return p, smallest
