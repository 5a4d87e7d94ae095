"""Exact inference on an odds ratio, given the margins.

Given its margins a 2x2 table has one free cell Y, with P(Y = y) proportional to
w(y) * ratio**y (Fisher's noncentral hypergeometric law). Strata convolve their weights. The
weights are log-concave, which the interval below relies on.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from fusionscape.results import FloatArray
from fusionscape.stats.roots import crossing, solve

FEW_VALUES = 64  # a cell with no more possible values is looked through one by one
BLOCK = 64
TIE = 1e-7  # two probabilities within this relative distance are equal, as in R


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """Values ``low, low + 1, ...`` of the free cell with their log weights."""

    low: int
    log_weights: FloatArray

    @property
    def high(self) -> int:
        """Largest value."""
        return self.low + len(self.log_weights) - 1

    def mirrored(self) -> Support:
        """The law of ``-Y``, which turns an upper limit into a lower one."""
        return Support(low=-self.high, log_weights=self.log_weights[::-1])


def log_factorials(most: int) -> FloatArray:
    """log(0!), log(1!), ... log(most!), not to be written to."""
    return _log_factorials(1 << most.bit_length())[: most + 1]


@cache
def _log_factorials(size: int) -> FloatArray:
    """Worked out once for each power of two: every exact test asks for them."""
    table = np.array([math.lgamma(i + 1.0) for i in range(size)])
    table.setflags(write=False)
    return table


def hypergeometric(row_1: int, row_0: int, column_1: int) -> Support:
    """The upper left cell of a table with these margins, odds ratio one."""
    low, high = max(0, column_1 - row_0), min(row_1, column_1)
    table = log_factorials(row_1 + row_0)
    y = np.arange(low, high + 1)
    log_w = -(table[y] + table[row_1 - y] + table[column_1 - y] + table[row_0 - column_1 + y])
    constant = table[row_1] + table[row_0] - table[row_1 + row_0]
    constant += table[column_1] + table[row_1 + row_0 - column_1]
    return Support(low=low, log_weights=log_w + constant)


def convolve(parts: list[Support]) -> Support:
    """The law of the sum of independent cells that share one odds ratio."""
    low, log_w = 0, np.zeros(1)
    for part in parts:
        low += part.low
        top = log_w[:, None] + part.log_weights[None, :]
        out = np.full(len(log_w) + len(part.log_weights) - 1, -np.inf)
        for i, row in enumerate(top):
            here = slice(i, i + len(row))
            out[here] = np.logaddexp(out[here], row)
        log_w = out
    return Support(low=low, log_weights=log_w)


def probabilities(support: Support, log_ratio: float) -> FloatArray:
    """P(Y = y) at this log odds ratio."""
    exponent = support.log_weights + log_ratio * np.arange(len(support.log_weights))
    weights: FloatArray = np.exp(exponent - exponent.max())
    total: FloatArray = weights / weights.sum()
    return total


def p_value(support: Support, x: int, alternative: str) -> float:
    """Probability of a table at least as extreme at odds ratio one.

    Two-sided: all tables no likelier than the observed one.
    """
    density = probabilities(support, 0.0)
    i = x - support.low
    if alternative == "less":
        return min(1.0, float(density[: i + 1].sum()))
    if alternative == "greater":
        return min(1.0, float(density[i:].sum()))
    return min(1.0, float(density[density <= density[i] * (1 + TIE)].sum()))


def mid_p(support: Support, x: int, alternative: str) -> float:
    """As `p_value`, with tables exactly as extreme as the observed one counted half."""
    density = probabilities(support, 0.0)
    i = x - support.low
    if alternative == "two-sided":
        extreme = density < density[i] * (1 - TIE)
        tied = (density <= density[i] * (1 + TIE)) & ~extreme
    else:
        y = np.arange(len(density))
        extreme = y < i if alternative == "less" else y > i
        tied = y == i
    return float(density[extreme].sum() + 0.5 * density[tied].sum())


def maximum_likelihood(support: Support, x: int) -> float:
    """Conditional maximum likelihood estimate of the odds ratio; nan when nothing is free."""
    if support.low == support.high:
        return math.nan
    if x == support.low:
        return 0.0
    if x == support.high:
        return math.inf
    y = np.arange(support.low, support.high + 1)

    def excess(log_ratio: float) -> float:
        return float(probabilities(support, log_ratio) @ y) - x

    return math.exp(crossing(excess, 0.0, 1.0 if excess(0.0) < 0 else -1.0))


def upper_limit(support: Support, x: int, tail: float) -> float:
    """Odds ratio above which P(Y <= x) falls under `tail`; inf when x is the largest value."""
    if x == support.high:
        return math.inf
    i = x - support.low

    def excess(log_ratio: float) -> float:
        return float(probabilities(support, log_ratio)[: i + 1].sum()) - tail

    return math.exp(crossing(excess, 0.0, 1.0 if excess(0.0) > 0 else -1.0))


def lower_limit(support: Support, x: int, tail: float) -> float:
    """Odds ratio under which P(Y >= x) falls under `tail`; 0 when x is the smallest value."""
    return 1.0 / upper if (upper := upper_limit(support.mirrored(), -x, tail)) > 0 else math.inf


def matching_upper_limit(support: Support, x: int, alpha: float) -> float:
    """Largest odds ratio that the two-sided test of `p_value` does not reject at `alpha`.

    A value u > x belongs to the far tail while log ratio <= t(u). Between two neighbouring
    t(u) the p value is one minus the probability of a block of values, and that probability
    is log-concave in the log ratio, so p exceeds alpha either at an end or nowhere.
    """
    if x == support.high:
        return math.inf
    i, last = x - support.low, len(support.log_weights) - 1
    log_w = support.log_weights
    enters = (log_w[i] - log_w[i + 1 :] + TIE) / np.arange(1, last - i + 1)

    def excess(tail_from: int, log_ratio: float) -> float:
        density = probabilities(support, log_ratio)
        return float(density[: i + 1].sum() + density[tail_from:].sum()) - alpha

    for tail_from in _candidates(support, i, enters, alpha):
        left = float(enters[tail_from - 2 - i])
        right = float(enters[tail_from - 1 - i]) if tail_from <= last else math.inf
        piece = partial(excess, tail_from)
        if math.isfinite(right) and piece(right) > 0:
            return math.exp(right)
        if piece(left) > 0:
            bounded = math.isfinite(right)
            return math.exp(solve(piece, left, right) if bounded else crossing(piece, left, 1.0))
    return math.exp(float(enters[0]))


def _candidates(support: Support, i: int, enters: FloatArray, alpha: float) -> Iterator[int]:
    """Starts of the far tail at which p may exceed `alpha`, the farthest first.

    No value of the two tails is likelier than the observed one, so p is at most the number of
    values times its probability, which falls as the odds ratio grows. Of the pieces left, whole
    blocks are judged at their ends together; what passes is judged again one by one.
    """
    size = len(support.log_weights)
    if size <= FEW_VALUES:
        yield from range(size, i + 1, -1)
        return
    low, high = 0, len(enters)  # p may exceed alpha at enters[low], and nowhere from high on
    while high - low > 1:
        middle = (low + high) // 2
        here = probabilities(support, float(enters[middle]))[i]
        low, high = (low, middle) if size * here * (1 + 2 * TIE) < alpha else (middle, high)
    if high == len(enters):
        yield size
    for top in range(min(high, len(enters) - 1), 0, -BLOCK):
        u = np.arange(top, max(top - BLOCK, 0), -1)  # the far tail starts at i + 1 + u
        at = np.concatenate([enters[u - 1], enters[u]])
        exponent = support.log_weights + at[:, None] * np.arange(size)
        weights = np.exp(exponent - exponent.max(axis=1, keepdims=True))
        running = np.cumsum(weights, axis=1)
        total = running[:, -1]
        beyond = total - running[np.arange(len(at)), np.concatenate([u, u]) + i]
        p = (running[:, i] + beyond) / total
        may = (p[: len(u)] > alpha - 1e-9) | (p[len(u) :] > alpha - 1e-9)
        yield from (u[may] + i + 1).tolist()


def matching_lower_limit(support: Support, x: int, alpha: float) -> float:
    """Smallest odds ratio that the two-sided test does not reject at `alpha`."""
    upper = matching_upper_limit(support.mirrored(), -x, alpha)
    return 1.0 / upper if upper > 0 else math.inf
