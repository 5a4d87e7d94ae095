"""Permutation p of a log-rank test, by counting every relabelling or by drawing them.

Each patient keeps time and event and carries a score: the weighted null martingale residual
(event minus accumulated hazard, both from the pooled sample of the stratum). Group labels are
permuted within strata. Two groups: U is the sum of scores in the second group, two-sided by |U|.
More groups: the quadratic form of the group sums in their permutation covariance, drawn only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from fusionscape.results import Caution, FloatArray, caution
from fusionscape.stats.logrank_tests import (
    FEW_EXPECTED,
    Options,
    Score,
    scores_by_stratum,
    statistic_of,
    stratum_rows,
    stratum_score,
)
from fusionscape.stats.observed import IntArray, Observed, Rows, refuse
from fusionscape.stats.proportions import clopper_pearson
from fusionscape.stats.subset_sums import Distribution, plan, urn

REFERENCE = "Heinze, Gnant & Schemper 2003, doi:10.1111/j.0006-341X.2003.00132.x"
SMALL_GROUP = 20
CENSORING_P = 0.1
AUTOMATIC_N = 1000
CHUNK = 250_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Permutation:
    """A permutation p with how it was found.

    `u` is observed minus expected in the second group (nan with more than two). `relabellings`
    counts those looked at: all of them when `enumerated`, else those drawn with `seed`; then
    `p` = (extreme + 1) / (drawn + 1) and `p_ci_low`, `p_ci_high` are its Clopper-Pearson limits.
    `p_greater` and `p_less` are one-sided in the direction of the second group's excess.
    """

    p: float
    p_greater: float | None
    p_less: float | None
    u: float
    relabellings: int
    extreme: int
    enumerated: bool
    seed: int | None
    p_ci_low: float | None
    p_ci_high: float | None
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()


def martingale_scores(event: IntArray, score: Score) -> FloatArray:
    """Weighted null martingale residual of each row of a stratum; they add up to zero."""
    accumulated = np.cumsum(score.weight * score.hazard)
    assert score.row is not None
    residual: FloatArray = score.weight[score.row] * (event > 0) - accumulated[score.row]
    return residual


def _wanted(exact: Any, seen: Observed, smallest: float, trend: bool) -> bool:
    """Whether to permute; refuses where asked to and it would be unsound."""
    reasons = {
        "exact-with-entry": seen.entry is not None and bool(np.isfinite(seen.entry).any()),
        "exact-with-weights": seen.weights is not None,
        "exact-with-trend": trend,
    }
    broken = [code for code, holds in reasons.items() if holds]
    if exact is None:
        if broken or not seen.event.any() or seen.n > AUTOMATIC_N:
            return False
        return smallest < FEW_EXPECTED or int(np.bincount(seen.codes).min()) < SMALL_GROUP
    if broken:
        raise refuse(
            broken[0],
            "Group labels cannot be permuted when patients enter late, carry weights or when "
            "groups are ordered: the patients are not exchangeable.",
            "Use the chi-square p (exact=False) or a Cox model.",
        )
    return True


def _censoring(seen: Observed) -> tuple[Caution, ...]:
    """Permuting assumes equal censoring: say when a reverse log-rank test doubts it."""
    turned = [
        stratum_score(Rows(rows.time, 1 - rows.event), codes, len(seen.groups), Options())
        for rows, codes, mine in (stratum_rows(seen, s) for s in range(seen.n_strata))
        if mine.size
    ]
    expected = np.asarray(sum(t.expected for t in turned))
    difference = np.asarray(sum(t.observed for t in turned)) - expected
    variance = np.asarray(sum(t.variance for t in turned))
    _, df, p = statistic_of(difference, variance, expected, np.zeros(0))
    return (caution("censoring-differs", p=p),) if df and p < CENSORING_P else ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What the caller wants."""

    exact: Any
    permutations: int
    seed: int
    options: Options


def permutation_test(
    seen: Observed, asked: Asked, smallest: float, trend: bool
) -> Permutation | None:
    """The permutation p of a rank test, or None where none is called for.

    `smallest` is the fewest events expected in a group.
    """
    exact, permutations, seed = asked.exact, asked.permutations, asked.seed
    if exact not in (None, True, "enumerate", "monte-carlo"):
        raise refuse("bad-exact", f"`exact` {exact!r} is not known.", "Use True or False.")
    if permutations < 1:
        raise refuse("bad-permutations", "`permutations` must be positive.", "Use 100000.")
    if not _wanted(exact, seen, smallest, trend):
        return None
    parts, places = scores_by_stratum(seen, asked.options, index=True)
    scores = [
        martingale_scores(seen.event[mine], part) for part, mine in zip(parts, places, strict=True)
    ]
    codes = [seen.codes[mine] for mine in places]
    scores, codes = _in_order(scores, codes)
    notes = _censoring(seen)
    if len(seen.groups) > 2:
        if exact == "enumerate":
            raise refuse("exact-needs-two-groups", "Only two groups are enumerated.", "Draw.")
        return _draw_many(scores, codes, len(seen.groups), permutations, seed, notes)
    urns = [urn(a, int(c.sum())) for a, c in zip(scores, codes, strict=True)]
    design = plan(urns)
    if exact == "enumerate" and not design.feasible:
        raise refuse("too-many-relabellings", "Too many to count.", "Use exact=True to draw.")
    u = float(sum(float(a[c == 1].sum()) for a, c in zip(scores, codes, strict=True)))
    tolerance = 1e-10 * (float(sum(np.abs(a).sum() for a in scores)) or 1.0)
    if exact != "monte-carlo" and design.feasible:
        return _count(Distribution(design, tolerance), u, notes)
    drawn = _draw(scores, codes, permutations, seed)
    extreme = int((np.abs(drawn) >= abs(u) - tolerance).sum())
    greater = int((drawn >= u - tolerance).sum())
    less = int((drawn <= u + tolerance).sum())
    sides = ((greater + 1) / (permutations + 1), (less + 1) / (permutations + 1))
    return _drawn(extreme, permutations, u, sides, seed, notes)


def _in_order(
    scores: list[FloatArray], codes: list[IntArray]
) -> tuple[list[FloatArray], list[IntArray]]:
    """Scores from small to large, strata by size: drawn p values hang on no order of the rows."""
    pairs = []
    for values, labels in zip(scores, codes, strict=True):
        by = np.lexsort((labels, values))
        pairs.append((values[by], labels[by]))
    pairs.sort(key=lambda pair: (pair[0].size, float(pair[0] @ pair[0])))
    return [values for values, _ in pairs], [labels for _, labels in pairs]


def _count(exact: Distribution, u: float, notes: tuple[Caution, ...]) -> Permutation:
    total = exact.total
    wide = 2 * exact.tolerance
    if abs(u) <= exact.tolerance:
        extreme = total
    else:
        extreme = exact.at_least(abs(u)) + total - exact.at_least(-abs(u) + wide)
    return Permutation(
        p=extreme / total,
        p_greater=exact.at_least(u) / total,
        p_less=(total - exact.at_least(u + wide)) / total,
        u=u,
        relabellings=total,
        extreme=extreme,
        enumerated=True,
        seed=None,
        p_ci_low=None,
        p_ci_high=None,
        method="permutation log-rank, null martingale scores, two-sided by |U|, all counted",
        reference=REFERENCE,
        cautions=notes,
    )


def _drawn(
    extreme: int,
    drawn: int,
    u: float,
    sides: tuple[float | None, float | None],
    seed: int,
    notes: tuple[Caution, ...],
) -> Permutation:
    low, high = clopper_pearson(extreme, drawn, 0.95)
    by = "|U|" if u == u else "the quadratic form of the group sums"
    return Permutation(
        p=(extreme + 1) / (drawn + 1),
        p_greater=sides[0],
        p_less=sides[1],
        u=u,
        relabellings=drawn,
        extreme=extreme,
        enumerated=False,
        seed=seed,
        p_ci_low=low,
        p_ci_high=high,
        method=f"permutation log-rank, null martingale scores, two-sided by {by}, Monte Carlo",
        reference=REFERENCE,
        cautions=notes,
    )


def _draw(
    scores: list[FloatArray], codes: list[IntArray], permutations: int, seed: int
) -> FloatArray:
    """U of the second group under random relabellings, strata kept apart."""
    random = np.random.default_rng(seed)
    total = np.zeros(permutations)
    for values, labels in zip(scores, codes, strict=True):
        m, sign = int((labels == 1).sum()), 1.0
        if 2 * m > values.size:  # scores add up to zero: draw the smaller group
            m, sign = values.size - m, -1.0
        chunk = max(1, CHUNK // values.size)
        for begin in range(0, permutations, chunk):
            size = min(chunk, permutations - begin)
            total[begin : begin + size] += sign * _partial_shuffles(values, m, size, random)
    return total


def _partial_shuffles(
    values: FloatArray, m: int, size: int, random: np.random.Generator
) -> FloatArray:
    """Sums of m values drawn without replacement, `size` times (Fisher-Yates, all at once)."""
    deck = np.repeat(values[:, None], size, axis=1)
    column = np.arange(size)
    total = np.zeros(size)
    for step in range(m):
        pick = random.integers(step, values.size, size=size)
        total += deck[pick, column]
        deck[pick, column] = deck[step]
    return total


def _by_size(scores: list[FloatArray], codes: list[IntArray], k: int) -> list[IntArray]:
    """Groups numbered from small to large, so that their names decide nothing."""
    values, labels = np.concatenate(scores), np.concatenate(codes)
    n = np.bincount(labels, minlength=k)
    total = np.bincount(labels, weights=values, minlength=k)
    rank = np.empty(k, dtype=np.int64)
    rank[np.lexsort((total, n))] = np.arange(k)
    return [rank[labels] for labels in codes]


def _draw_many(
    scores: list[FloatArray],
    codes: list[IntArray],
    k: int,
    permutations: int,
    seed: int,
    notes: tuple[Caution, ...],
) -> Permutation:
    """More than two groups: permute the labels and compare the quadratic form."""
    random = np.random.default_rng(seed)
    codes = _by_size(scores, codes, k)
    covariance = np.zeros((k, k))
    observed = np.zeros(k)
    drawn = np.zeros((permutations, k))
    for values, labels in zip(scores, codes, strict=True):
        n = np.bincount(labels, minlength=k).astype(float)
        if values.size > 1:
            spread = float(values @ values) / (values.size - 1)
            covariance += spread * (np.diag(n) - np.outer(n, n) / values.size)
        observed += np.bincount(labels, weights=values, minlength=k)
        ends = np.cumsum(n).astype(int)
        chunk = max(1, CHUNK // values.size)
        for begin in range(0, permutations, chunk):
            size = min(chunk, permutations - begin)
            mixed = random.permuted(np.repeat(values[None, :], size, axis=0), axis=1)
            for group, end in enumerate(ends):
                taken = mixed[:, end - int(n[group]) : end]
                drawn[begin : begin + size, group] += taken.sum(axis=1)
    inverse = np.linalg.pinv(covariance, rcond=1e-10, hermitian=True)
    value = float(observed @ inverse @ observed)
    values_drawn = np.einsum("bi,ij,bj->b", drawn, inverse, drawn)
    extreme = int((values_drawn >= value * (1 - 1e-10)).sum())
    return _drawn(extreme, permutations, float("nan"), (None, None), seed, notes)
