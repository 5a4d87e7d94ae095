"""Compiled twin of `cox_likelihood.likelihood`: same sums, one pass over the rows.

Loaded only for many rows, as loading the compiler costs more than a small fit.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from fusionscape.results import FloatArray
from fusionscape.stats.cox_input import IntArray
from fusionscape.stats.cox_likelihood import Likelihood, exposed
from fusionscape.stats.cox_risk_sets import RiskSets


def likelihood(sets: RiskSets, XT: FloatArray, eta: FloatArray) -> Likelihood:
    """Value, score and information at the linear predictor `eta`."""
    late, nowhere = sets.before is not None, np.zeros(0, dtype=np.int64)
    X = np.ascontiguousarray(XT.T)
    top = np.maximum.reduceat(eta, sets.row_bounds[:-1])
    log_risk = eta - np.repeat(top, np.diff(sets.row_bounds))
    weighted = np.exp(log_risk) * sets.weights
    denominator, mean = risk_set_pass(
        X,
        weighted,
        sets.row_bounds,
        sets.time_bounds,
        sets.first_row,
        nowhere if sets.entry_order is None else sets.entry_order,
        nowhere if sets.first_entry is None else sets.first_entry,
        sets.deaths,
        np.append(sets.death_start, len(sets.deaths)),
        np.append(sets.step_start, len(sets.step_time)),
        sets.step_fraction,
        late,
    )
    hazard = sets.step_weight / denominator
    expected = weighted * exposed(sets, hazard[None, :])[0]
    dying = sets.weights * sets.dead
    loglik = np.sum(dying * log_risk) - np.sum(sets.step_weight * np.log(denominator))
    return Likelihood(
        loglik=float(loglik),
        score=column_sums(X, dying) - column_sums(mean, sets.step_weight),
        information=squares(X, expected) - squares(mean, sets.step_weight),
    )


@njit(cache=True)
def squares(X: FloatArray, weight: FloatArray) -> FloatArray:
    """Weighted sum of x x' over rows, four rows at a time.

    Not a library product: its threads wait for each other on a busy machine.
    """
    n, p = X.shape
    whole = n - n % 4
    total = np.zeros((p, p))
    for i in range(0, whole, 4):
        for a in range(p):
            w0, w1 = weight[i] * X[i, a], weight[i + 1] * X[i + 1, a]
            w2, w3 = weight[i + 2] * X[i + 2, a], weight[i + 3] * X[i + 3, a]
            for b in range(p):
                total[a, b] += (w0 * X[i, b] + w1 * X[i + 1, b]) + (
                    w2 * X[i + 2, b] + w3 * X[i + 3, b]
                )
    for i in range(whole, n):
        for a in range(p):
            for b in range(p):
                total[a, b] += weight[i] * X[i, a] * X[i, b]
    return total


@njit(cache=True)
def column_sums(X: FloatArray, weight: FloatArray) -> FloatArray:
    """Weighted sum of x over rows."""
    n, p = X.shape
    total = np.zeros(p)
    for i in range(n):
        if weight[i] != 0.0:
            for a in range(p):
                total[a] += weight[i] * X[i, a]
    return total


@njit(cache=True, inline="always")
def add_row(total: FloatArray, X: FloatArray, row: int, weight: float) -> None:
    """Add one row to risk-set sums; the last sum is that of the weights."""
    p = X.shape[1]
    for a in range(p):
        total[a] += weight * X[row, a]
    total[p] += weight


@njit(cache=True)
def risk_set_pass(
    X: FloatArray,
    weighted: FloatArray,
    row_bounds: IntArray,
    time_bounds: IntArray,
    first_row: IntArray,
    entry_order: IntArray,
    first_entry: IntArray,
    deaths: IntArray,
    death_bounds: IntArray,
    step_bounds: IntArray,
    step_fraction: FloatArray,
    late: bool,
) -> tuple[FloatArray, FloatArray]:
    """Backwards over event times: sum of risks and covariate mean of each step."""
    p, n_steps = X.shape[1], len(step_fraction)
    denominator, mean = np.zeros(n_steps), np.zeros((n_steps, p))
    total, dying = np.zeros(p + 1), np.zeros(p + 1)
    for k in range(len(row_bounds) - 1):
        at_risk = 0
        total[:] = 0.0
        i = e = row_bounds[k + 1] - 1
        for j in range(time_bounds[k + 1] - 1, time_bounds[k] - 1, -1):
            while i >= first_row[j]:
                add_row(total, X, i, weighted[i])
                at_risk += 1
                i -= 1
            while late and e >= row_bounds[k] and e >= first_entry[j]:
                add_row(total, X, entry_order[e], -weighted[entry_order[e]])
                at_risk -= 1
                e -= 1
                if at_risk == 0:
                    total[:] = 0.0
            dying[:] = 0.0
            if step_bounds[j + 1] - step_bounds[j] > 1:
                for d in range(death_bounds[j], death_bounds[j + 1]):
                    add_row(dying, X, deaths[d], weighted[deaths[d]])
            for s in range(step_bounds[j], step_bounds[j + 1]):
                denominator[s] = total[p] - step_fraction[s] * dying[p]
                inverse = 1.0 / denominator[s]
                for a in range(p):
                    mean[s, a] = (total[a] - step_fraction[s] * dying[a]) * inverse
    return denominator, mean
