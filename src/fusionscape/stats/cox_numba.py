"""Compiled twin of `cox_likelihood.likelihood`: same sums, one pass over the rows.

Loaded only for many rows, as loading the compiler costs more than a small fit.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from fusionscape.results import FloatArray
from fusionscape.stats.cox_input import IntArray
from fusionscape.stats.cox_likelihood import Likelihood
from fusionscape.stats.cox_risk_sets import RiskSets


def likelihood(sets: RiskSets, XT: FloatArray, eta: FloatArray) -> Likelihood:
    """Value, score and information at the linear predictor `eta`."""
    late = sets.entry_order is not None
    nowhere = np.zeros(0, dtype=np.int64)
    entry_order = nowhere if sets.entry_order is None else sets.entry_order
    first_entry = nowhere if sets.first_entry is None else sets.first_entry
    before = nowhere if sets.before is None else sets.before
    X = np.ascontiguousarray(XT.T)
    step_bounds = np.append(sets.step_start, len(sets.step_time))
    death_bounds = np.append(sets.death_start, len(sets.deaths))
    top = np.maximum.reduceat(eta, sets.row_bounds[:-1])
    log_risk = eta - np.repeat(top, np.diff(sets.row_bounds))
    weighted = np.exp(log_risk) * sets.weights
    loglik, score, information, path, spared = risk_set_pass(
        X,
        log_risk,
        weighted,
        sets.weights,
        sets.row_bounds,
        sets.time_bounds,
        sets.first_row,
        entry_order,
        first_entry,
        sets.deaths,
        death_bounds,
        step_bounds,
        sets.step_fraction,
        sets.step_weight,
        late,
    )
    exposure_pass(
        X,
        weighted,
        path,
        spared,
        sets.until,
        before,
        sets.deaths,
        sets.death_time,
        information,
        late,
    )
    return Likelihood(loglik=float(loglik), score=score, information=information)


@njit(cache=True, inline="always")
def subtract_outer(information: FloatArray, x: FloatArray, weight: float) -> None:
    """information -= weight x x'; whole rows, which the processor does several at a time."""
    for a in range(len(x)):
        part = weight * x[a]
        row = information[a]
        for b in range(len(x)):
            row[b] -= part * x[b]


@njit(cache=True)
def risk_set_pass(
    X: FloatArray,
    log_risk: FloatArray,
    weighted: FloatArray,
    weights: FloatArray,
    row_bounds: IntArray,
    time_bounds: IntArray,
    first_row: IntArray,
    entry_order: IntArray,
    first_entry: IntArray,
    deaths: IntArray,
    death_bounds: IntArray,
    step_bounds: IntArray,
    step_fraction: FloatArray,
    step_weight: FloatArray,
    late: bool,
) -> tuple[float, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Backwards over event times: value, score, minus the means' part of the information."""
    p, n_times, n_strata = X.shape[1], len(first_row), len(row_bounds) - 1
    score, information = np.zeros(p), np.zeros((p, p))
    hazard, spared = np.zeros(n_times), np.zeros(n_times)
    total, dying, mean = np.zeros(p), np.zeros(p), np.zeros(p)
    loglik = 0.0
    for k in range(n_strata):
        sum_risk, at_risk = 0.0, 0
        total[:] = 0.0
        i, e = row_bounds[k + 1] - 1, row_bounds[k + 1] - 1
        for j in range(time_bounds[k + 1] - 1, time_bounds[k] - 1, -1):
            while i >= first_row[j]:
                sum_risk += weighted[i]
                for a in range(p):
                    total[a] += weighted[i] * X[i, a]
                at_risk += 1
                i -= 1
            while late and e >= row_bounds[k] and e >= first_entry[j]:
                gone = entry_order[e]
                sum_risk -= weighted[gone]
                for a in range(p):
                    total[a] -= weighted[gone] * X[gone, a]
                at_risk -= 1
                e -= 1
                if at_risk == 0:
                    sum_risk = 0.0
                    total[:] = 0.0
            sum_dying = 0.0
            dying[:] = 0.0
            for d in range(death_bounds[j], death_bounds[j + 1]):
                row = deaths[d]
                loglik += weights[row] * log_risk[row]
                sum_dying += weighted[row]
                for a in range(p):
                    score[a] += weights[row] * X[row, a]
                    dying[a] += weighted[row] * X[row, a]
            for s in range(step_bounds[j], step_bounds[j + 1]):
                fraction, weight = step_fraction[s], step_weight[s]
                denominator = sum_risk - fraction * sum_dying
                inverse = 1.0 / denominator
                loglik -= weight * np.log(denominator)
                hazard[j] += weight * inverse
                spared[j] += fraction * weight * inverse
                for a in range(p):
                    mean[a] = (total[a] - fraction * dying[a]) * inverse
                    score[a] -= weight * mean[a]
                subtract_outer(information, mean, weight)
    path = np.zeros(n_times + n_strata)
    for k in range(n_strata):
        for j in range(time_bounds[k], time_bounds[k + 1]):
            path[j + k + 1] = path[j + k] + hazard[j]
        if k + 1 < n_strata:
            path[time_bounds[k + 1] + k + 1] = 0.0
    return loglik, score, information, path, spared


@njit(cache=True)
def exposure_pass(
    X: FloatArray,
    weighted: FloatArray,
    path: FloatArray,
    spared: FloatArray,
    until: IntArray,
    before: IntArray,
    deaths: IntArray,
    death_time: IntArray,
    information: FloatArray,
    late: bool,
) -> None:
    """Add each row's outer product times the hazard it met."""
    d = 0
    for i in range(len(X)):
        met = path[until[i]]
        if late:
            met -= path[before[i]]
        if d < len(deaths) and deaths[d] == i:
            met -= spared[death_time[d]]
            d += 1
        subtract_outer(information, X[i], -met * weighted[i])
