"""Compiled twin of `cox_likelihood.likelihood`: same sums, one pass over the rows.

Loaded only for many rows, as loading the compiler costs more than a small fit.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from fusionscape.results import FloatArray
from fusionscape.stats.cox_input import IntArray
from fusionscape.stats.cox_likelihood import Likelihood
from fusionscape.stats.cox_risk_sets import RiskSets, cumulated


def likelihood(sets: RiskSets, XT: FloatArray, eta: FloatArray) -> Likelihood:
    """Value, score and information at the linear predictor `eta`."""
    late, nowhere = sets.before is not None, np.zeros(0, dtype=np.int64)
    X = np.ascontiguousarray(XT.T)
    top = np.maximum.reduceat(eta, sets.row_bounds[:-1])
    log_risk = eta - np.repeat(top, np.diff(sets.row_bounds))
    weighted = np.exp(log_risk) * sets.weights
    loglik, score, information, hazard, spared = risk_set_pass(
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
        sets.step_weight,
        late,
    )
    path = cumulated(sets, hazard[None, :])[0]
    before = nowhere if sets.before is None else sets.before
    died = (sets.deaths, sets.death_time, spared)
    exposure_pass(X, weighted, path, sets.until, before, *died, information, late)
    weight = sets.weights[sets.deaths]
    return Likelihood(
        loglik=float(loglik + weight @ log_risk[sets.deaths]),
        score=score + weight @ X[sets.deaths],
        information=information,
    )


@njit(cache=True, inline="always")
def subtract_outer(information: FloatArray, x: FloatArray, weight: float) -> None:
    """information -= weight x x'; whole rows, which the processor does several at a time."""
    for a in range(len(x)):
        part = weight * x[a]
        row = information[a]
        for b in range(len(x)):
            row[b] -= part * x[b]


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
    step_weight: FloatArray,
    late: bool,
) -> tuple[float, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Backwards over event times: what the means take from value, score and information."""
    p, n_times = X.shape[1], len(first_row)
    score, information = np.zeros(p), np.zeros((p, p))
    hazard, spared = np.zeros(n_times), np.zeros(n_times)
    total, dying, mean = np.zeros(p + 1), np.zeros(p + 1), np.zeros(p)
    loglik = 0.0
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
                fraction, weight = step_fraction[s], step_weight[s]
                denominator = total[p] - fraction * dying[p]
                inverse = 1.0 / denominator
                loglik -= weight * np.log(denominator)
                hazard[j] += weight * inverse
                spared[j] += fraction * weight * inverse
                for a in range(p):
                    mean[a] = (total[a] - fraction * dying[a]) * inverse
                    score[a] -= weight * mean[a]
                subtract_outer(information, mean, weight)
    return loglik, score, information, hazard, spared


@njit(cache=True)
def exposure_pass(
    X: FloatArray,
    weighted: FloatArray,
    path: FloatArray,
    until: IntArray,
    before: IntArray,
    deaths: IntArray,
    death_time: IntArray,
    spared: FloatArray,
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
