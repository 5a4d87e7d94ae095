"""Gray's test: does the cumulative incidence of one cause differ between groups?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from fusionscape.results import Caution, FloatArray, caution
from fusionscape.stats.group_table import group_table
from fusionscape.stats.logrank_tests import (
    chi_square_p,
    quadratic,
    stratum_rows,
)
from fusionscape.stats.observed import (
    MOST_CAUSES,
    IntArray,
    Observed,
    Rows,
    checked_number,
    observe,
    read_only,
    refuse,
)
from fusionscape.stats.risk_table import product_limit, ratio

REFERENCE = "Gray 1988, doi:10.1214/aos/1176350951"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GrayTest:
    """Gray's k-sample test for cause `of`; `score` is observed minus expected per group."""

    of: int
    groups: tuple[str, ...]
    n_per_group: tuple[int, ...]
    events_per_group: tuple[int, ...]
    competing_per_group: tuple[int, ...]
    score: FloatArray
    variance: FloatArray
    statistic: float
    df: int
    p: float
    n: int
    events: int
    missing: int
    strata: int
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()


def _lag(values: FloatArray, first: float) -> FloatArray:
    return np.concatenate([np.full((values.shape[0], 1), first), values[:, :-1]], axis=1)


def _thin(d: FloatArray, n: FloatArray) -> FloatArray:
    """Factor 1 - (d - 1) / (n - 1) for tied events."""
    return np.where(d > 1, 1 - ratio(d - 1, n - 1), 1.0)


def _spread(
    a: FloatArray, link: FloatArray, per_group: tuple[FloatArray, FloatArray]
) -> FloatArray:
    """Sum over times of t3 (a + t4 link)(a + t4 link)' for one group's events."""
    t4, t3 = per_group
    effect = a + t4 * link
    out: FloatArray = (effect * t3) @ effect.T
    return out


def _stratum(
    rows: Rows, codes: IntArray, k: int, of: int, rho: float
) -> tuple[FloatArray, FloatArray]:
    """Score and variance of one stratum.

    With h_j = n_j / S_j(t-) the pooled incidence F grows by d / sum h. Events of group j move
    the score directly (a) and, through S_j, all that follows (link).
    """
    kind = np.where(rows.event == of, 1, 2 * (rows.event > 0))
    table = group_table(Rows(rows.time, kind), codes, k, kinds=2)
    live = table.events.sum(axis=(0, 1)) > 0
    n = table.at_risk[:, live]
    d1, d2 = table.events[0][:, live], table.events[1][:, live]
    survival = product_limit(d1 + d2, n)
    before = _lag(survival, 1.0)
    incidence = _lag(np.cumsum(before * ratio(d1, n), axis=1), 0.0)
    h, total1 = ratio(n, before), d1.sum(axis=0)
    all_h = h.sum(axis=0)
    pooled = np.cumsum(ratio(total1, all_h))
    pooled_before = np.concatenate([[0.0], pooled[:-1]])
    weight = np.maximum(1 - pooled_before, 0.0) ** rho
    standing = h * (1 - incidence)
    score = (weight * (d1 - total1 * ratio(standing, standing.sum(axis=0)))).sum(axis=1)
    growth = ratio(total1, all_h * (1 - pooled_before))
    variance = np.zeros((k, k))
    for j in range(k):
        a = -weight * h * ratio(h[j], all_h)
        a[j] += weight * h[j]
        run = np.cumsum(a * growth, axis=1)
        link = run[:, -1:] - run
        share = ratio(1 - pooled, survival[j])
        t3 = _thin(total1, all_h * before[j]) * ratio(before[j] * total1, all_h * n[j])
        direct = (np.where(survival[j] > 0, 1 - share, 1.0), t3)
        t3 = _thin(d2[j], n[j]) * ratio(before[j] ** 2 * d2[j], n[j] ** 2)
        indirect = (share, np.where(survival[j] > 0, t3, 0.0))
        variance += _spread(a, link, direct) + _spread(np.zeros_like(a), link, indirect)
    return score, variance


def _over_strata(seen: Observed, of: int, rho: float) -> tuple[FloatArray, FloatArray, int]:
    """Score and variance summed over the strata that have events, and their number."""
    k = len(seen.groups)
    score, variance, used = np.zeros(k), np.zeros((k, k)), 0
    for stratum in range(seen.n_strata):
        rows, codes, mine = stratum_rows(seen, stratum)
        if mine.size and (rows.event > 0).any():
            one_score, one_variance = _stratum(rows, codes, k, of, rho)
            score, variance, used = score + one_score, variance + one_variance, used + 1
    return score, variance, used


def _count(seen: Observed, mask: Any) -> tuple[int, ...]:
    counts = np.bincount(seen.codes[mask], minlength=len(seen.groups))
    return tuple(int(v) for v in counts)


def _check(seen: Observed, of: int) -> None:
    checked_number(of, "of", whole=True)
    if not 1 <= of <= MOST_CAUSES:
        raise refuse("bad-cause", "`of` must be a cause: 1, 2, ...", "Use 1.", "of")
    if np.count_nonzero(np.bincount(seen.codes)) < 2:
        raise refuse("one-group", "Gray's test needs two groups.", "Check `group`.", "group")


def gray(
    time: npt.ArrayLike,
    cause: npt.ArrayLike,
    group: Any,
    *,
    of: int = 1,
    strata: Any = None,
    rho: float = 0.0,
) -> GrayTest:
    """Does the cumulative incidence of one cause differ between groups?

    Gray's k-sample test on the subdistribution hazard of cause `of`, as cmprsk::cuminc, with time
    weights (1 - F(t-))^rho. `cause` is 0 for censored, 1, 2, ... for the causes. There is no
    `entry`: the variance holds for right censoring only, so delayed entry cannot be allowed for.
    Missing rows are counted.

    Source: Gray 1988, doi:10.1214/aos/1176350951.

    >>> test = gray([1, 2, 3, 4, 5, 6], [1, 1, 2, 2, 1, 0], [0, 0, 0, 1, 1, 1])
    >>> test.events, test.df
    (3, 1)
    """
    checked_number(rho, "rho")
    seen = observe(time, cause, group=group, strata=strata, causes=True)
    _check(seen, of)
    score, variance, used = _over_strata(seen, of, rho)
    value, df = quadratic(score, variance)
    notes = list(seen.cautions())
    events = int((seen.event == of).sum())
    if df == 0:
        what = "no-overlap" if events else "no-events"
        notes.append(caution(what, group=None, n=seen.n))
    return read_only(
        GrayTest(
            of=of,
            groups=seen.groups,
            n_per_group=_count(seen, slice(None)),
            events_per_group=_count(seen, seen.event == of),
            competing_per_group=_count(seen, (seen.event > 0) & (seen.event != of)),
            score=score,
            variance=variance,
            statistic=value,
            df=df,
            p=chi_square_p(value, df) if df else float("nan"),
            n=seen.n,
            events=events,
            missing=seen.missing,
            strata=used,
            method="Gray's test" + (f", stratified ({used} strata)" if used > 1 else ""),
            reference=REFERENCE,
            cautions=tuple(notes),
        )
    )
