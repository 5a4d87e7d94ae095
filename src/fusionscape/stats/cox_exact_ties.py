"""Exact partial likelihood for tied deaths: each tied set against all sets of its size.

The sum over all sets of d among those at risk is an elementary symmetric function. It and its
moments are built by joining halves of the risk set (a product of polynomials), all pairs of
one level at once.
Source: Cox (1972) section 6; Gail, Lubin and Rubinstein (1981) doi:10.1093/biomet/68.3.703.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fusionscape.results import FloatArray
from fusionscape.stats.cox_input import IntArray
from fusionscape.stats.cox_likelihood import Likelihood, assembled, hazards, information_slope
from fusionscape.stats.cox_risk_sets import RiskSets


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Subsets:
    """Sums over the subsets of each size of many groups: arrays (groups, sizes, ...).

    With s the covariate total of a subset and w the product of its risks: `total` sums w,
    `first` w s, `second` w s s', `third` w s (s' A s), left at zero when A is None.
    """

    total: FloatArray
    first: FloatArray
    second: FloatArray
    third: FloatArray


def singletons(risk: FloatArray, X: FloatArray, A: FloatArray | None) -> Subsets:
    """Each patient alone: subsets of size 0 and 1."""
    n, p = X.shape
    total = np.ones((n, 2))
    total[:, 1] = risk
    first, second, third = np.zeros((n, 2, p)), np.zeros((n, 2, p, p)), np.zeros((n, 2, p))
    first[:, 1] = risk[:, None] * X
    second[:, 1] = first[:, 1][:, :, None] * X[:, None, :]
    if A is not None:
        third[:, 1] = first[:, 1] * np.sum((X @ A) * X, axis=1)[:, None]
    return Subsets(total=total, first=first, second=second, third=third)


def joined(left: Subsets, right: Subsets, A: FloatArray | None, largest: int) -> Subsets:
    """Subsets of the union of two disjoint groups, up to size `largest`."""
    a_sizes, b_sizes = left.total.shape[1], right.total.shape[1]
    groups, p = left.total.shape[0], left.first.shape[2]
    sizes = min(a_sizes + b_sizes - 1, largest + 1)
    total, first = np.zeros((groups, sizes)), np.zeros((groups, sizes, p))
    second, third = np.zeros((groups, sizes, p, p)), np.zeros((groups, sizes, p))
    for a in range(a_sizes):
        for b in range(min(b_sizes, sizes - a)):
            l0, r0 = left.total[:, a], right.total[:, b]
            l1, r1 = left.first[:, a], right.first[:, b]
            l2, r2 = left.second[:, a], right.second[:, b]
            cross = l1[:, :, None] * r1[:, None, :]
            total[:, a + b] += l0 * r0
            first[:, a + b] += l0[:, None] * r1 + l1 * r0[:, None]
            second[:, a + b] += (
                l0[:, None, None] * r2 + l2 * r0[:, None, None] + cross + cross.transpose(0, 2, 1)
            )
            if A is not None:
                third[:, a + b] += (
                    l0[:, None] * right.third[:, b]
                    + left.third[:, a] * r0[:, None]
                    + l1 * np.sum(A * r2, axis=(1, 2))[:, None]
                    + r1 * np.sum(A * l2, axis=(1, 2))[:, None]
                    + 2.0 * (l2 @ (r1 @ A)[:, :, None])[:, :, 0]
                    + 2.0 * (r2 @ (l1 @ A)[:, :, None])[:, :, 0]
                )
    return Subsets(total=total, first=first, second=second, third=third)


def padded(subsets: Subsets) -> Subsets:
    """An even number of groups: an empty group changes nothing."""
    if subsets.total.shape[0] % 2 == 0:
        return subsets
    empty = np.zeros((1, subsets.total.shape[1]))
    empty[0, 0] = 1.0
    return Subsets(
        total=np.concatenate((subsets.total, empty)),
        first=np.concatenate((subsets.first, np.zeros_like(subsets.first[:1]))),
        second=np.concatenate((subsets.second, np.zeros_like(subsets.second[:1]))),
        third=np.concatenate((subsets.third, np.zeros_like(subsets.third[:1]))),
    )


def of_size(risk: FloatArray, X: FloatArray, A: FloatArray | None, d: int) -> Subsets:
    """Sums over all subsets of size up to `d` of one risk set."""
    subsets = singletons(risk, X, A)
    while subsets.total.shape[0] > 1:
        subsets = padded(subsets)
        halves = [
            Subsets(
                total=subsets.total[k::2],
                first=subsets.first[k::2],
                second=subsets.second[k::2],
                third=subsets.third[k::2],
            )
            for k in (0, 1)
        ]
        subsets = joined(halves[0], halves[1], A, d)
    return subsets


def at_risk(sets: RiskSets, j: int) -> IntArray:
    """Sorted rows at risk at event time `j`."""
    stratum = int(np.searchsorted(sets.time_bounds, j, side="right")) - 1
    rows = np.arange(sets.first_row[j], sets.row_bounds[stratum + 1])
    if sets.before is not None:
        rows = rows[sets.before[rows] <= j + stratum]
    return rows


def exact_likelihood(
    sets: RiskSets, XT: FloatArray, eta: FloatArray, inverse: FloatArray | None = None
) -> tuple[Likelihood, FloatArray]:
    """Exact likelihood and, given the inverse information, Firth's score correction."""
    with np.errstate(all="ignore"):
        alone = replace(sets, step_weight=np.where(sets.n_deaths > 1, 0.0, sets.step_weight))
        parts = hazards(alone, XT, eta)
        base = assembled(alone, XT, parts)
        slope = np.zeros(len(XT))
        if inverse is not None:
            slope = information_slope(alone, XT, parts, inverse)
        loglik, score, information = base.loglik, base.score, base.information
        for j in np.flatnonzero(sets.n_deaths > 1).tolist():
            tied = tied_time(XT, parts.log_risk, at_risk(sets, j), inverse, int(sets.n_deaths[j]))
            loglik, score = loglik - tied[0], score - tied[1]
            information, slope = information + tied[2], slope + tied[3]
    return Likelihood(loglik=loglik, score=score, information=information), slope


def tied_time(
    XT: FloatArray, log_risk: FloatArray, rows: IntArray, A: FloatArray | None, d: int
) -> tuple[float, FloatArray, FloatArray, FloatArray]:
    """Log sum over all sets of d of `rows`, and mean, covariance, slope of their totals."""
    top = log_risk[rows].max()
    risk = np.exp(log_risk[rows] - top)
    unit = risk.sum() / d  # keeps the sum over sets of d near one
    center = (XT[:, rows] @ risk) / risk.sum()
    sums = of_size(risk / unit, (XT[:, rows] - center[:, None]).T, A, d)
    total = sums.total[0, d]
    mean, square = sums.first[0, d] / total, sums.second[0, d] / total
    slope = np.zeros(len(mean))
    if A is not None:
        slope = sums.third[0, d] / total - mean * np.sum(A * square) - 2.0 * square @ (A @ mean)
        slope += 2.0 * mean * (mean @ A @ mean)
    loglik = float(np.log(total)) + d * float(top + np.log(unit))
    return loglik, mean + d * center, square - np.outer(mean, mean), 0.5 * slope
