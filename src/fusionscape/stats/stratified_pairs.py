"""The exact conditional test of many pairs of lesions at once, a third factor held fixed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fusionscape.results import Caution, FloatArray, caution
from fusionscape.stats.conditional import TIE, log_factorials
from fusionscape.stats.pair_counts import PairCounts, lesion_states, pair_counts
from fusionscape.stats.tables import IntArray

CELLS = 1_000_000  # pairs by values of the free cell, worked on together
MOST_STEPS = 200
SETTLED = 1e-14


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StratifiedPairs:
    """One entry per pair asked for: common odds ratio, two-sided p, strata used and left out.

    The odds ratio is the conditional maximum likelihood estimate: 0 or inf where a cell is empty
    in all strata, nan where the margins leave nothing free or no stratum is left (p is then 1).
    """

    odds_ratio: FloatArray
    p: FloatArray
    strata: IntArray
    left_out: IntArray
    n: int
    missing: int
    method: str
    reference: str

    def cautions(self, row: int) -> tuple[Caution, ...]:
        """What the reader of one pair must know: strata that say nothing."""
        left_out, used = int(self.left_out[row]), int(self.strata[row])
        if not left_out:
            return ()
        return (caution("uninformative-strata", n=left_out, of=left_out + used),)


def stratified_pairs(
    matrix: npt.ArrayLike, stratum: npt.ArrayLike, strata: int, pairs: npt.ArrayLike
) -> StratifiedPairs:
    """Do two lesions come together once a third factor is held fixed? For many pairs at once.

    The exact estimate and p of `mantel_haenszel`, for each of `pairs` (their places in the order
    of `fisher_pairs`), among the patients tested for both.

    Parameters
    ----------
    matrix : patients x lesions; 1 present, 0 absent, nan not tested.
    stratum : per patient 0, 1, ... ``strata - 1``.

    References
    ----------
    Mehta, Patel and Gray (1985), doi:10.2307/2288562.

    Examples
    --------
    >>> found = stratified_pairs([[1, 1]] * 3 + [[0, 0]] * 4 + [[1, 0]], [0, 1] * 4, 2, [0])
    >>> round(float(found.p[0]), 4), int(found.strata[0])
    (0.1667, 2)
    """
    states, held = lesion_states(matrix), np.asarray(stratum, dtype=np.int64)
    chosen = np.asarray(pairs, dtype=np.int64)
    counts = [_of(pair_counts(states[held == s]), chosen) for s in range(strata)]
    used = np.array([_informative(part) for part in counts]).reshape(strata, len(chosen))
    odds_ratio, p = np.full(len(chosen), np.nan), np.ones(len(chosen))
    table = log_factorials(len(states))
    for some in _chunks(counts, used):
        observed, log_weights = np.zeros(len(some), dtype=np.int64), np.zeros((len(some), 1))
        for part, informative in zip(counts, used, strict=True):
            here = informative[some]
            low, weights = _law(part[:, some], here, table)
            observed += np.where(here, part[0, some] - low, 0)
            log_weights = _convolved(log_weights, weights)
        p[some] = _two_sided(log_weights, observed)
        odds_ratio[some] = _maximum_likelihood(log_weights, observed)
    return StratifiedPairs(
        odds_ratio=odds_ratio,
        p=p,
        strata=used.sum(axis=0),
        left_out=strata - used.sum(axis=0),
        n=len(states),
        missing=int(np.isnan(states).any(axis=1).sum()),
        method="exact conditional test of a common odds ratio",
        reference="Mehta, Patel and Gray 1985, doi:10.2307/2288562",
    )


def _of(counts: PairCounts, chosen: IntArray) -> IntArray:
    """Both, carriers of A, carriers of B, tested: one row each."""
    rows: IntArray = np.stack([counts.both, counts.in_a, counts.in_b, counts.n])[:, chosen]
    return rows


def _informative(part: IntArray) -> npt.NDArray[np.bool_]:
    _, a, b, n = part
    found: npt.NDArray[np.bool_] = (a > 0) & (a < n) & (b > 0) & (b < n)
    return found


def _range(part: IntArray) -> tuple[IntArray, IntArray]:
    _, a, b, n = part
    return np.maximum(0, a + b - n), np.minimum(a, b)


def _chunks(counts: list[IntArray], used: npt.NDArray[np.bool_]) -> Iterator[IntArray]:
    """Pairs with laws of similar length, few enough to be worked on together."""
    length = np.ones(used.shape[1], dtype=np.int64)
    for part, informative in zip(counts, used, strict=True):
        low, high = _range(part)
        length += np.where(informative, high - low, 0)
    order = np.argsort(length, kind="stable")
    while len(order):
        most = max(1, CELLS // int(length[order[-1]]))
        order, some = order[:-most], order[-most:]
        yield some


def _law(
    part: IntArray, informative: npt.NDArray[np.bool_], table: FloatArray
) -> tuple[IntArray, FloatArray]:
    """Least value and log weights of the cell in one stratum; certainly 0 where it says nothing."""
    _, a, b, n = part
    low, high = _range(part)
    width = np.where(informative, high - low, 0)
    step = np.arange(int(width.max(initial=0)) + 1)
    inside = (step <= width[:, None]) & informative[:, None]
    y = np.where(inside, low[:, None] + step, low[:, None])
    a_, b_, n_ = a[:, None], b[:, None], n[:, None]
    weights = -(table[y] + table[a_ - y] + table[b_ - y] + table[n_ - a_ - b_ + y])
    constant = table[a] + table[n - a] - table[n] + table[b] + table[n - b]
    weights = np.where(inside, weights + constant[:, None], -np.inf)
    weights[~informative, 0] = 0.0
    return low, weights


def _convolved(first: FloatArray, second: FloatArray) -> FloatArray:
    """Log weights of the sum of two independent cells, pair by pair."""
    width = second.shape[1]
    out = np.full((len(first), first.shape[1] + width - 1), -np.inf)
    for i in range(first.shape[1]):
        here = out[:, i : i + width]
        np.logaddexp(here, first[:, i, None] + second, out=here)
    return out


def _density(log_weights: FloatArray, log_ratio: FloatArray) -> FloatArray:
    exponent = log_weights + log_ratio[:, None] * np.arange(log_weights.shape[1])
    weights = np.exp(exponent - exponent.max(axis=1, keepdims=True))
    density: FloatArray = weights / weights.sum(axis=1, keepdims=True)
    return density


def _two_sided(log_weights: FloatArray, observed: IntArray) -> FloatArray:
    density = _density(log_weights, np.zeros(len(observed)))
    limit = density[np.arange(len(observed)), observed] * (1 + TIE)
    p: FloatArray = np.where(density <= limit[:, None], density, 0.0).sum(axis=1)
    return np.minimum(1.0, p)


def _maximum_likelihood(log_weights: FloatArray, observed: IntArray) -> FloatArray:
    """Newton's method on the mean of the cell, kept inside a shrinking bracket."""
    highest = np.isfinite(log_weights).sum(axis=1) - 1
    found = np.where(observed == 0, 0.0, np.inf)
    found[highest == 0] = np.nan
    inner = np.flatnonzero((observed > 0) & (observed < highest))
    weights, x, y = log_weights[inner], observed[inner], np.arange(log_weights.shape[1])
    at = np.zeros(len(inner))
    low, high = np.full(len(inner), -np.inf), np.full(len(inner), np.inf)
    for _ in range(MOST_STEPS):
        density = _density(weights, at)
        mean = density @ y
        variance = density @ (y * y) - mean * mean
        low, high = np.where(mean <= x, at, low), np.where(mean >= x, at, high)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = np.clip((x - mean) / variance, -4.0, 4.0)
        step = np.where(np.isfinite(step), step, np.sign(x - mean))
        following = at + step
        outside = (following < low) | (following > high)
        following = np.where(outside, 0.5 * (low + high), following)
        settled = np.abs(following - at) <= SETTLED * np.maximum(1.0, np.abs(at))
        at = following
        if settled.all():
            break
    found[inner] = np.exp(at)
    return found
