"""Concordance: of two patients, does the one with the higher risk have the event first?

Source: Harrell et al. (1982) doi:10.1001/jama.1982.03320430047030; standard error by the
infinitesimal jackknife, Therneau and Atkinson, survival::concordance; Uno et al. (2011)
doi:10.1002/sim.4154.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fusionscape.results import FloatArray
from fusionscape.stats.cox_diagnostics import parts_of
from fusionscape.stats.cox_input import (
    BoolArray,
    CoxError,
    IntArray,
    check_level,
    checked_weights,
    events,
    groups,
    numbers,
    times,
)
from fusionscape.stats.cox_result import CoxFit

WEIGHTINGS = ("harrell", "uno")
SOURCES = {
    "harrell": ("Harrell's", "Harrell FE et al. (1982) doi:10.1001/jama.1982.03320430047030"),
    "uno": ("Uno's", "Uno H et al. (2011) doi:10.1002/sim.4154"),
}
SAME_RISK = 1e-11


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Concordance:
    """Concordance with its standard error and pair counts (weighted).

    Pairs with equal risk count half; pairs whose events are tied in time do not count.
    """

    concordance: float
    se: float
    ci_low: float
    ci_high: float
    concordant: float
    discordant: float
    tied_risk: float
    tied_time: float
    tied_both: float
    level: float
    n: int
    events: int
    missing: int
    method: str
    reference: str


def concordance(
    time: npt.ArrayLike,
    event: npt.ArrayLike,
    risk: npt.ArrayLike,
    *,
    entry: npt.ArrayLike | None = None,
    strata: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    cluster: npt.ArrayLike | None = None,
    weighting: str = "harrell",
    level: float = 0.95,
) -> Concordance:
    """Of two comparable patients, how often does the higher `risk` have the event first?

    A pair is comparable when one has the event while the other, of the same stratum, is at
    risk and event-free after it. `weighting` "uno" divides by the squared probability of
    being uncensored (no delayed entry). Missing values are refused by name.

    Source: Harrell et al. (1982) doi:10.1001/jama.1982.03320430047030.

    >>> from fusionscape import stats
    >>> c = stats.concordance([1, 2, 3], [1, 1, 0], [3.0, 1.0, 2.0])
    >>> round(c.concordance, 4)   # 2 of 3 pairs
    0.6667
    """
    if weighting not in WEIGHTINGS:
        raise CoxError("unknown-option", f"weighting must be one of {WEIGHTINGS}")
    if weighting == "uno" and entry is not None:
        raise CoxError("uno-delayed-entry", "Uno's weights are not defined for delayed entry")
    check_level(level)
    stop, start = times(time, entry)
    n = len(stop)
    stratum = np.zeros(n, dtype=np.int64) if strata is None else groups(strata, "strata", n)[0]
    rows = Rows(
        time=stop,
        entry=start,
        event=events(event, n),
        rank=risk_ranks(numbers(risk, "risk", n)),
        weights=checked_weights(weights, "case", "efron", n),
        stratum=stratum,
    )
    codes = None if cluster is None else groups(cluster, "cluster", n)[0]
    return summary(rows, codes, weighting, level)


def fit_concordance(fit: CoxFit, *, weighting: str = "harrell") -> Concordance:
    """How well does the linear predictor of this fit rank its own patients?

    The concordance of the data the model was fitted to (optimistic), within strata, with the
    fit's weights, delayed entry and clusters.

    >>> from fusionscape import stats
    >>> fit = stats.cox([4, 3, 2, 1], [1, 1, 1, 0], [[0], [1], [0], [1]])
    >>> stats.fit_concordance(fit).tied_risk
    1.0
    """
    pieces, data = parts_of(fit), fit.data
    if weighting == "uno" and data.entry is not None:
        raise CoxError("uno-delayed-entry", "Uno's weights are not defined for delayed entry")
    eta = np.empty(data.n)
    eta[pieces.sets.order] = pieces.eta
    rows = Rows(
        time=data.time,
        entry=data.entry,
        event=data.event,
        rank=risk_ranks(eta),
        weights=data.weights,
        stratum=data.stratum,
    )
    return summary(rows, data.cluster, weighting, fit.level)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """Checked arrays, one entry per row."""

    time: FloatArray
    entry: FloatArray | None
    event: BoolArray
    rank: IntArray
    weights: FloatArray
    stratum: IntArray


def risk_ranks(risk: FloatArray) -> IntArray:
    """Dense ranks from 0; risks that differ by rounding only are the same."""
    values, codes = np.unique(risk, return_inverse=True)
    gap = SAME_RISK * max(float(np.abs(values).max()), 1e-300)
    dense = np.concatenate(([0], np.cumsum(np.diff(values) > gap)))
    result: IntArray = dense[codes.reshape(-1)].astype(np.int64)
    return result


def summary(rows: Rows, cluster: IntArray | None, weighting: str, level: float) -> Concordance:
    """Pair counts over strata, concordance and jackknife standard error."""
    from scipy.special import ndtri

    n = len(rows.time)
    influence, tied = np.zeros((n, 3)), np.zeros(2)
    for k in np.unique(rows.stratum).tolist():
        inside = np.flatnonzero(rows.stratum == k)
        part, ties = stratum_pairs(rows, inside, weighting)
        influence[inside], tied = part, tied + ties
    counts = 0.5 * rows.weights @ influence  # each pair was met from both sides
    pairs = float(counts.sum())
    value = se = float("nan")
    if pairs > 0.0:
        somers = (counts[0] - counts[1]) / pairs
        value = float(somers + 1.0) / 2.0
        change = influence[:, 0] - influence[:, 1] - somers * influence.sum(axis=1)
        change = rows.weights * change / pairs
        if cluster is not None:
            change = np.bincount(cluster, weights=change)
        se = float(np.sqrt(change @ change)) / 2.0
    half = float(ndtri(0.5 + level / 2.0)) * se
    name, source = SOURCES[weighting]
    return Concordance(
        concordance=value,
        se=se,
        ci_low=max(value - half, 0.0) if pairs else value,
        ci_high=min(value + half, 1.0) if pairs else value,
        concordant=float(counts[0]),
        discordant=float(counts[1]),
        tied_risk=float(counts[2]),
        tied_time=float(tied[0]),
        tied_both=float(tied[1]),
        level=level,
        n=n,
        events=int(rows.event.sum()),
        missing=0,
        method=f"{name} concordance, infinitesimal jackknife standard error",
        reference=source,
    )


def stratum_pairs(rows: Rows, inside: IntArray, weighting: str) -> tuple[FloatArray, FloatArray]:
    """Per row the weight of concordant, discordant and risk-tied partners; tied-time pairs."""
    time, event, rank = rows.time[inside], rows.event[inside], rows.rank[inside]
    weight = rows.weights[inside]
    influence = np.zeros((len(inside), 3))
    if not event.any():
        return influence, np.zeros(2)
    entry = None if rows.entry is None else rows.entry[inside]
    cases = np.flatnonzero(event)[np.argsort(time[event], kind="stable")]
    factor = time_factor(time, event, weight, time[cases], weighting)
    later = survivors(time, event, rank, weight, cases)
    if entry is not None:
        order = np.argsort(-entry, kind="stable")
        waiting = len(entry) - np.searchsorted(np.sort(entry), time[cases], side="left")
        later = later - split(rank[order], weight[order], waiting, rank[cases])
    influence[cases] += factor[:, None] * later
    met = np.where(
        event,
        np.searchsorted(time[cases], time, side="left"),
        np.searchsorted(time[cases], time, side="right"),
    )
    case_rank, case_weight = rank[cases], weight[cases] * factor
    earlier = split(case_rank, case_weight, met, rank)
    if entry is not None:
        before = np.searchsorted(time[cases], entry, side="right")
        earlier = earlier - split(case_rank, case_weight, before, rank)
    influence += earlier[:, [1, 0, 2]]  # a case of higher risk is concordant with this row
    return influence, tied_pairs(time[cases], rank[cases], weight[cases], factor)


def survivors(
    time: FloatArray, event: BoolArray, rank: IntArray, weight: FloatArray, cases: IntArray
) -> FloatArray:
    """Weight of those who outlive each case, split by lower, higher and equal risk."""
    order = np.lexsort((event, -time))  # censored before events of the same time
    ahead = np.searchsorted(-time[order], -time[cases], side="left")
    censored = np.sort(time[~event])
    ahead = ahead + np.searchsorted(censored, time[cases], side="right")
    ahead = ahead - np.searchsorted(censored, time[cases], side="left")
    return split(rank[order], weight[order], ahead, rank[cases])


def split(rank: IntArray, weight: FloatArray, prefix: IntArray, at: IntArray) -> FloatArray:
    """Weight among the first `prefix` items with rank below, above and equal to `at`."""
    below, through = prefix_weights(rank, weight, prefix, at)
    total = np.concatenate(([0.0], np.cumsum(weight)))[prefix]
    return np.stack((below, total - through, through - below), axis=1)


def prefix_weights(
    rank: IntArray, weight: FloatArray, prefix: IntArray, at: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Weight among the first `prefix` items with rank < at, and with rank <= at.

    A wavelet matrix: items are split by one bit of their rank after the other, all queries
    following at once, in time proportional to (items + queries) log ranks.
    """
    top = int(max(rank.max(initial=0), at.max(initial=0))) + 1
    limit = np.concatenate((at, at + 1))
    low, high = np.zeros(len(limit), dtype=np.int64), np.concatenate((prefix, prefix))
    found = np.zeros(len(limit))
    for bit in range(top.bit_length() - 1, -1, -1):
        one = (rank >> bit) & 1 == 1
        zeros = np.concatenate(([0], np.cumsum(~one)))
        zero_weight = np.concatenate(([0.0], np.cumsum(np.where(one, 0.0, weight))))
        right = (limit >> bit) & 1 == 1
        found += np.where(right, zero_weight[high] - zero_weight[low], 0.0)
        low = np.where(right, zeros[-1] + low - zeros[low], zeros[low])
        high = np.where(right, zeros[-1] + high - zeros[high], zeros[high])
        order = np.concatenate((np.flatnonzero(~one), np.flatnonzero(one)))
        rank, weight = rank[order], weight[order]
    return found[: len(at)], found[len(at) :]


def time_factor(
    time: FloatArray, event: BoolArray, weight: FloatArray, at: FloatArray, weighting: str
) -> FloatArray:
    """One, or one over the squared probability of being uncensored just before each event."""
    if weighting == "harrell" or event.sum() < 2:
        return np.ones(len(at))
    grid, codes = np.unique(time, return_inverse=True)
    lost = np.bincount(codes, weights=weight * ~event)
    died = np.bincount(codes, weights=weight * event)
    n_risk = np.cumsum((lost + died)[::-1])[::-1] - died  # events come before censoring
    with np.errstate(divide="ignore", invalid="ignore"):
        step = np.where(lost > 0.0, 1.0 - lost / n_risk, 1.0)
    uncensored = np.concatenate(([1.0], np.cumprod(step)))
    result: FloatArray = 1.0 / uncensored[np.searchsorted(grid, at, side="left")] ** 2
    return result


def tied_pairs(
    time: FloatArray, rank: IntArray, weight: FloatArray, factor: FloatArray
) -> FloatArray:
    """Weighted pairs of events at one time: with different risk, and with equal risk."""
    _, codes = np.unique(time, return_inverse=True)
    per_time = np.ones(codes.max() + 1)
    per_time[codes] = factor
    both = np.unique(np.stack((codes.reshape(-1), rank)), axis=1, return_inverse=True)
    cell = both[1].reshape(-1)
    cell_time = both[0][0]
    square = np.bincount(codes.reshape(-1), weights=weight**2)
    all_pairs = (np.bincount(codes.reshape(-1), weights=weight) ** 2 - square) / 2.0
    own = np.bincount(cell, weights=weight**2)
    same = (np.bincount(cell, weights=weight) ** 2 - own) / 2.0
    tied_both = float(same @ per_time[cell_time])
    return np.array([float(all_pairs @ per_time) - tied_both, tied_both])
