"""Log-rank and its weighted relatives: do the groups differ in when events happen?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from fusionscape.results import Caution, FloatArray, caution
from fusionscape.stats.group_table import GroupTable, group_table
from fusionscape.stats.kaplan_meier import case_weights
from fusionscape.stats.observed import (
    IntArray,
    Observed,
    Rows,
    checked_number,
    observe,
    read_only,
    refuse,
)
from fusionscape.stats.risk_table import compiled, prepend, product_limit, ratio

if TYPE_CHECKING:
    from fusionscape.stats.permutation import Permutation

Weighting = Literal["fleming-harrington", "gehan", "tarone-ware", "peto-peto"]
Exact = bool | Literal["enumerate", "monte-carlo"] | None
WEIGHTINGS = ("fleming-harrington", "gehan", "peto-peto", "tarone-ware")
REFERENCES = {
    "log-rank": "Mantel 1966; Peto & Peto 1972, doi:10.2307/2344317",
    "fleming-harrington": "Harrington & Fleming 1982, doi:10.1093/biomet/69.3.553",
    "gehan": "Gehan 1965, doi:10.1093/biomet/52.1-2.203; Breslow 1970",
    "tarone-ware": "Tarone & Ware 1977, doi:10.1093/biomet/64.1.156",
    "peto-peto": "Peto & Peto 1972, doi:10.2307/2344317",
}
FEW_EXPECTED = 5.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LogRank:
    """A rank test between groups, in sorted order of the groups.

    `observed` and `expected` have one entry per group; `observed_by_stratum` and
    `expected_by_stratum` one row per group and one column per stratum, weighted as the test is.
    `p` is the chi-square p; `exact` the permutation p where one was asked for or called for.
    `scores` are the trend scores, empty where the test is for any difference.
    """

    groups: tuple[str, ...]
    n_per_group: tuple[float, ...]
    observed: FloatArray
    expected: FloatArray
    observed_by_stratum: FloatArray
    expected_by_stratum: FloatArray
    variance: FloatArray
    statistic: float
    df: int
    p: float
    n: float
    events: float
    missing: int
    strata: int
    scores: tuple[float, ...]
    exact: Permutation | None
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """How the times are weighted."""

    weighting: str = "fleming-harrington"
    rho: float = 0.0
    gamma: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Score:
    """Observed minus expected in one stratum, and what each row contributes to it.

    `weight` and `hazard` are given at each distinct time; `row` maps rows to times, where asked.
    """

    observed: FloatArray
    expected: FloatArray
    variance: FloatArray
    weight: FloatArray
    hazard: FloatArray
    row: IntArray | None


def _time_weights(at_risk: FloatArray, events: FloatArray, options: Options) -> FloatArray:
    """Weight of each distinct time; survival just before it, from the pooled sample."""
    weighting, rho, gamma = options.weighting, options.rho, options.gamma
    if weighting == "gehan":
        return at_risk
    if weighting == "tarone-ware":
        return np.sqrt(at_risk)
    if weighting == "peto-peto":
        return product_limit(events, at_risk + 1)
    if rho == 0 and gamma == 0:
        return np.ones(at_risk.size)
    before = prepend(product_limit(events, at_risk)[:-1], 1.0)
    weight: FloatArray = before**rho * (1 - before) ** gamma
    return weight


def stratum_score(
    rows: Rows,
    codes: IntArray,
    k: int,
    options: Options,
    *,
    index: bool = False,
) -> Score:
    """Weighted observed, expected and hypergeometric variance of one stratum."""
    table = group_table(rows, codes, k, index=index)
    deaths = table.events[0]
    if not index and plain(options) and compiled(rows.time.size):
        return _compiled_score(table)
    at_risk, events = table.at_risk.sum(axis=0), deaths.sum(axis=0)
    weight = _time_weights(at_risk, events, options)
    live = np.flatnonzero(events > 0)
    n, d, w = at_risk[live], events[live], weight[live]
    share = table.at_risk.take(live, axis=1) / n
    weighted = share * (w**2 * d * ratio(n - d, n - 1))
    return Score(
        observed=deaths.take(live, axis=1) @ w,
        expected=share @ (w * d),
        variance=np.diag(weighted.sum(axis=1)) - weighted @ share.T,
        weight=weight,
        hazard=ratio(events, at_risk),
        row=table.row,
    )


def plain(options: Options) -> bool:
    """Whether every time weighs the same."""
    return options == Options()


def _compiled_score(table: GroupTable) -> Score:
    """The unweighted sums alone; weight and hazard at each time are left empty."""
    from fusionscape.stats.survival_numba import logrank_sums

    expected, variance = logrank_sums(table.events[0], table.at_risk)
    nothing = np.zeros(0)
    return Score(
        observed=table.events[0].sum(axis=1),
        expected=expected,
        variance=variance,
        weight=nothing,
        hazard=nothing,
        row=None,
    )


def chi_square_p(statistic: float, df: int) -> float:
    """Upper tail of the chi-square distribution."""
    from scipy.special import chdtrc

    return float(chdtrc(df, statistic))


def quadratic(difference: FloatArray, variance: FloatArray) -> tuple[float, int]:
    """d' V^- d and its rank, for a covariance whose rows sum to zero; nan where V is zero."""
    scale = float(np.abs(np.diag(variance)).max(initial=0.0))
    if difference.size < 2 or scale <= 0:
        return float("nan"), 0
    inner, left = variance[1:, 1:], difference[1:]
    rank = int(np.linalg.matrix_rank(inner, tol=1e-10 * scale, hermitian=True))
    if rank == left.size:
        return float(left @ np.linalg.solve(inner, left)), rank
    inverse = np.linalg.pinv(variance, rcond=1e-10, hermitian=True)
    return float(difference @ inverse @ difference), rank


def statistic_of(
    difference: FloatArray, variance: FloatArray, expected: FloatArray, scores: FloatArray
) -> tuple[float, int, float]:
    if scores.size:
        spread = float(scores @ variance @ scores)
        if spread <= 0:
            return float("nan"), 0, float("nan")
        value, df = float(scores @ difference) ** 2 / spread, 1
    else:
        used = expected > 0
        value, df = quadratic(difference[used], variance[np.ix_(used, used)])
    return value, df, (chi_square_p(value, df) if df else float("nan"))


def _trend(scores: Any, groups: tuple[str, ...]) -> FloatArray:
    if scores is None:
        return np.zeros(0)
    if isinstance(scores, Mapping):
        named = {str(key): float(value) for key, value in scores.items()}
        if set(named) != set(groups):
            raise refuse("bad-scores", "`scores` must name every group.", "Give one per group.")
        return np.array([named[g] for g in groups])
    values = np.asarray(scores, dtype=float)
    if values.shape != (len(groups),):
        raise refuse("bad-scores", "`scores` must have one value per group.", "Give one each.")
    return values


def _describe(
    weighting: str, rho: float, gamma: float, trend: bool, strata: int
) -> tuple[str, str]:
    key = weighting
    if weighting == "fleming-harrington" and rho == 0 and gamma == 0:
        name = key = "log-rank"
    elif weighting == "fleming-harrington":
        name = f"Fleming-Harrington G(rho={rho:g}, gamma={gamma:g})"
    else:
        name = {"gehan": "Gehan-Breslow-Wilcoxon", "tarone-ware": "Tarone-Ware"}.get(
            weighting, "Peto-Peto"
        )
    name += " test for trend" if trend else " test"
    if strata > 1:
        name += f", stratified ({strata} strata)"
    return name, REFERENCES[key]


def _notes(seen: Observed, expected: FloatArray, events: float, df: int) -> tuple[Caution, ...]:
    notes = list(seen.cautions())
    if events == 0:
        notes.append(caution("no-events", group=None, n=seen.n))
    elif df == 0:
        notes.append(caution("no-overlap", group=None, n=seen.n))
    for group, value in zip(seen.groups, expected.tolist(), strict=True):
        if events and value < FEW_EXPECTED:
            notes.append(caution("few-expected-events", group=group, expected=value))
    return tuple(notes)


def check(seen: Observed, weighting: str, rho: float, gamma: float) -> None:
    """Refuse what a rank test cannot answer."""
    if weighting not in WEIGHTINGS:
        raise refuse(
            "bad-weighting", f"`weighting` {weighting!r} is not known.", f"Use {WEIGHTINGS}."
        )
    checked_number(rho, "rho")
    checked_number(gamma, "gamma")
    if (rho != 0 or gamma != 0) and weighting != "fleming-harrington":
        raise refuse("bad-weighting", "rho and gamma belong to fleming-harrington.", "Drop them.")
    if rho < 0 or gamma < 0:
        raise refuse("bad-weighting", "rho and gamma must not be negative.", "Use 0 or more.")
    if np.count_nonzero(np.bincount(seen.codes)) < 2:
        raise refuse("one-group", "A rank test needs two groups.", "Check `group`.", "group")
    if not case_weights(seen.weights):
        raise refuse(
            "weights-not-counts",
            "The log-rank variance holds only for weights that count patients.",
            "Use a Cox model with a robust standard error for sampling weights.",
            "weights",
        )


def stratum_rows(seen: Observed, stratum: int) -> tuple[Rows, IntArray, IntArray]:
    """Rows, group codes and positions of one stratum."""
    if seen.n_strata == 1:
        rows = Rows(seen.time, seen.event, seen.entry, seen.weights)
        return rows, seen.codes, np.arange(seen.n)
    mine = np.flatnonzero(seen.strata == stratum)
    entry = None if seen.entry is None else seen.entry[mine]
    weights = None if seen.weights is None else seen.weights[mine]
    return Rows(seen.time[mine], seen.event[mine], entry, weights), seen.codes[mine], mine


def scores_by_stratum(
    seen: Observed, options: Options, *, index: bool = False
) -> tuple[tuple[Score, ...], tuple[IntArray, ...]]:
    """The score of every stratum that has patients, and the positions of its rows."""
    parts, places = [], []
    for stratum in range(seen.n_strata):
        rows, codes, mine = stratum_rows(seen, stratum)
        if mine.size:
            parts.append(stratum_score(rows, codes, len(seen.groups), options, index=index))
            places.append(mine)
    return tuple(parts), tuple(places)


def _summary(
    seen: Observed,
    parts: tuple[Score, ...],
    trend: FloatArray,
    permuted: Permutation | None,
    names: tuple[str, str],
) -> LogRank:
    observed = np.stack([p.observed for p in parts], axis=1)
    expected = np.stack([p.expected for p in parts], axis=1)
    variance = np.asarray(sum(p.variance for p in parts))
    total = expected.sum(axis=1)
    value, df, p = statistic_of(observed.sum(axis=1) - total, variance, total, trend)
    counted = np.bincount(seen.codes, weights=seen.weights, minlength=len(seen.groups))
    events = float((seen.event if seen.weights is None else seen.event * seen.weights).sum())
    return read_only(
        LogRank(
            groups=seen.groups,
            n_per_group=tuple(float(v) for v in counted),
            observed=observed.sum(axis=1),
            expected=total,
            observed_by_stratum=observed,
            expected_by_stratum=expected,
            variance=variance,
            statistic=value,
            df=df,
            p=p,
            n=float(counted.sum()),
            events=events,
            missing=seen.missing,
            strata=len(parts),
            scores=tuple(trend.tolist()),
            exact=permuted,
            method=names[0],
            reference=names[1],
            cautions=_notes(seen, total, events, df),
        )
    )


def logrank(
    time: npt.ArrayLike,
    event: npt.ArrayLike,
    group: Any,
    *,
    entry: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    strata: Any = None,
    rho: float = 0.0,
    gamma: float = 0.0,
    weighting: Weighting = "fleming-harrington",
    scores: Sequence[float] | Mapping[Any, float] | None = None,
    exact: Exact = None,
    permutations: int = 100_000,
    seed: int = 20240514,
) -> LogRank:
    """Do the groups differ in when events happen?

    Observed against expected events at each distinct time, with the hypergeometric variance; at
    risk at t are those with time >= t and entry < t. Time weights: Fleming-Harrington S(t-)^rho
    (1 - S(t-))^gamma (the log-rank test at 0, 0), Gehan-Breslow-Wilcoxon (number at risk),
    Tarone-Ware (its root) or Peto-Peto (product of 1 - d / (n + 1)), from the pooled sample of
    each stratum. `scores` (per sorted group, or by name) turn it into a test for trend.

    Parameters
    ----------
    group : labels of two or more groups. Rows with anything missing are counted in `missing`.
    weights : whole-number case weights; others are refused (``weights-not-counts``).
    exact : permutation p. None adds it, for up to 1000 patients, where a group has under 20
        patients or under 5 expected events, and permuting is sound; True asks for it, False
        forgoes it. Every relabelling of two groups is counted while that is feasible (always up
        to 1e7 of them, often 1e12), otherwise `permutations` are drawn with `seed`.
        ``"enumerate"`` and ``"monte-carlo"`` insist on one way. Refused with
        entry, weights or trend scores (``exact-with-entry``, ...), since relabelling needs
        exchangeable patients.

    Source: Peto & Peto 1972, doi:10.2307/2344317.

    >>> test = logrank([1, 2, 3, 4], [1, 1, 1, 1], ["a", "a", "b", "b"])
    >>> test.observed.tolist(), round(float(test.expected[0]), 4)
    ([2.0, 2.0], 0.8333)
    >>> test.exact.p, test.exact.relabellings
    (0.3333333333333333, 6)
    """
    seen = observe(time, event, entry=entry, weights=weights, group=group, strata=strata)
    check(seen, weighting, rho, gamma)
    options = Options(weighting, rho, gamma)
    parts, _ = scores_by_stratum(seen, options)
    trend = _trend(scores, seen.groups)
    permuted = None
    if exact is not False:
        from fusionscape.stats.permutation import Asked, permutation_test

        smallest = float(np.asarray(sum(p.expected for p in parts)).min())
        how = Asked(exact, permutations, seed, options)
        permuted = permutation_test(seen, how, smallest, bool(trend.size))
    names = _describe(weighting, rho, gamma, bool(trend.size), len(parts))
    return _summary(seen, parts, trend, permuted, names)
