"""The likelihood of `cox_likelihood` in compiled passes over the rows.

Loaded only for many rows, as loading the compiler costs more than a small fit. Covariates come
as (covariates, rows), so that every inner loop runs along memory; sums may be added up in another
order than written, which vector units need and which moves the last digits only.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from fusionscape.results import FloatArray
from fusionscape.stats.cox_input import IntArray
from fusionscape.stats.cox_likelihood import Likelihood
from fusionscape.stats.cox_risk_sets import RiskSets

BLOCK = 256  # rows; their covariates stay in the nearest cache
REORDERED = {"reassoc", "contract", "nsz"}  # nan and infinity keep their meaning


def likelihood(sets: RiskSets, XT: FloatArray, eta: FloatArray) -> Likelihood:
    """Value, score and information at the linear predictor `eta`."""
    late, nowhere = sets.before is not None, np.zeros(0, dtype=np.int64)
    XT = np.ascontiguousarray(XT)
    top = np.maximum.reduceat(eta, sets.row_bounds[:-1])
    log_risk = eta - np.repeat(top, np.diff(sets.row_bounds))
    weighted = np.exp(log_risk) * sets.weights
    step_bounds = np.append(sets.step_start, len(sets.step_time))
    where = (
        sets.row_bounds,
        sets.time_bounds,
        sets.first_row,
        nowhere if sets.entry_order is None else sets.entry_order,
        nowhere if sets.first_entry is None else sets.first_entry,
        sets.deaths,
        np.append(sets.death_start, len(sets.deaths)),
        step_bounds,
        sets.step_time,
        sets.step_fraction,
        np.flatnonzero(np.diff(step_bounds) > 1),
        late,
    )
    denominator = risk_set_sums(weighted, np.ones(len(weighted)), *where)
    mean = risk_set_means(XT, weighted, *where, denominator)
    hazard = sets.step_weight / denominator
    expected = expected_events(
        weighted,
        hazard,
        sets.step_fraction,
        step_bounds,
        sets.time_bounds,
        sets.until,
        nowhere if sets.before is None else sets.before,
        sets.deaths if sets.tied else nowhere,
        sets.death_time,
    )
    dying = sets.weights * sets.dead
    loglik = np.sum(dying * log_risk) - np.sum(sets.step_weight * np.log(denominator))
    seen, spread = moments(XT, dying, expected)
    foreseen, between = moments(mean, sets.step_weight, sets.step_weight)
    return Likelihood(loglik=float(loglik), score=seen - foreseen, information=spread - between)


@njit(cache=True, fastmath=REORDERED)
def dot(x: FloatArray, y: FloatArray) -> float:
    """Sum of products."""
    total = 0.0
    for i in range(len(x)):
        total += x[i] * y[i]
    return total


@njit(cache=True, fastmath=REORDERED)
def moments(
    XT: FloatArray, weight: FloatArray, second: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Sum of x by `weight`, and of x x' by `second`, over rows, a block of rows at a time.

    Not a library product: its threads wait for each other on a busy machine.
    """
    p, n = XT.shape
    first, square, scaled = np.zeros(p), np.zeros((p, p)), np.empty(BLOCK)
    for low in range(0, n, BLOCK):
        high = min(low + BLOCK, n)
        v, w, product = weight[low:high], second[low:high], scaled[: high - low]
        for a in range(p):
            x = XT[a, low:high]
            for i in range(len(product)):
                product[i] = w[i] * x[i]
            first[a] += dot(v, x)
            for b in range(a + 1):
                square[a, b] += dot(product, XT[b, low:high])
    for a in range(p):
        for b in range(a):
            square[b, a] = square[a, b]
    return first, square


@njit(cache=True)
def tails(
    weight: FloatArray, x: FloatArray, row_bounds: IntArray, first_row: IntArray
) -> FloatArray:
    """Weighted sum of x from each first row to the end of its stratum."""
    running, sums = np.empty(len(x)), np.empty(len(first_row))
    for k in range(len(row_bounds) - 1):
        total = 0.0
        for i in range(row_bounds[k + 1] - 1, row_bounds[k] - 1, -1):
            total += weight[i] * x[i]
            running[i] = total
    for j in range(len(first_row)):
        sums[j] = running[first_row[j]]
    return sums


@njit(cache=True)
def entering_late(
    weight: FloatArray,
    x: FloatArray,
    row_bounds: IntArray,
    time_bounds: IntArray,
    first_row: IntArray,
    entry_order: IntArray,
    first_entry: IntArray,
) -> FloatArray:
    """Weighted sum of x at each event time, an emptied risk set being exactly zero."""
    sums = np.empty(len(first_row))
    for k in range(len(row_bounds) - 1):
        at_risk, total = 0, 0.0
        i = e = row_bounds[k + 1] - 1
        for j in range(time_bounds[k + 1] - 1, time_bounds[k] - 1, -1):
            while i >= first_row[j]:
                total += weight[i] * x[i]
                at_risk += 1
                i -= 1
            while e >= row_bounds[k] and e >= first_entry[j]:
                total -= weight[entry_order[e]] * x[entry_order[e]]
                at_risk -= 1
                e -= 1
                if at_risk == 0:
                    total = 0.0
            sums[j] = total
    return sums


@njit(cache=True)
def risk_set_sums(
    weight: FloatArray,
    x: FloatArray,
    row_bounds: IntArray,
    time_bounds: IntArray,
    first_row: IntArray,
    entry_order: IntArray,
    first_entry: IntArray,
    deaths: IntArray,
    death_bounds: IntArray,
    step_bounds: IntArray,
    step_time: IntArray,
    step_fraction: FloatArray,
    tied_times: IntArray,
    late: bool,
) -> FloatArray:
    """Weighted sum of x over the risk set of each step."""
    if late:
        total = entering_late(
            weight, x, row_bounds, time_bounds, first_row, entry_order, first_entry
        )
    else:
        total = tails(weight, x, row_bounds, first_row)
    if len(total) == len(step_time):
        return total
    sums = np.empty(len(step_time))
    for s in range(len(step_time)):
        sums[s] = total[step_time[s]]
    for j in tied_times:
        dying = 0.0
        for d in range(death_bounds[j], death_bounds[j + 1]):
            dying += weight[deaths[d]] * x[deaths[d]]
        for s in range(step_bounds[j], step_bounds[j + 1]):
            sums[s] -= step_fraction[s] * dying
    return sums


@njit(cache=True)
def risk_set_means(
    XT: FloatArray,
    weighted: FloatArray,
    row_bounds: IntArray,
    time_bounds: IntArray,
    first_row: IntArray,
    entry_order: IntArray,
    first_entry: IntArray,
    deaths: IntArray,
    death_bounds: IntArray,
    step_bounds: IntArray,
    step_time: IntArray,
    step_fraction: FloatArray,
    tied_times: IntArray,
    late: bool,
    denominator: FloatArray,
) -> FloatArray:
    """Covariate means of the risk set of each step: (covariates, steps)."""
    mean, inverse = np.empty((len(XT), len(denominator))), 1.0 / denominator
    for a in range(len(XT)):
        average = mean[a]
        sums = risk_set_sums(
            weighted,
            XT[a],
            row_bounds,
            time_bounds,
            first_row,
            entry_order,
            first_entry,
            deaths,
            death_bounds,
            step_bounds,
            step_time,
            step_fraction,
            tied_times,
            late,
        )
        for s in range(len(denominator)):
            average[s] = sums[s] * inverse[s]
    return mean


@njit(cache=True)
def expected_events(
    weighted: FloatArray,
    hazard: FloatArray,
    step_fraction: FloatArray,
    step_bounds: IntArray,
    time_bounds: IntArray,
    until: IntArray,
    before: IntArray,
    tied_deaths: IntArray,
    death_time: IntArray,
) -> FloatArray:
    """Risk of each row times the cumulative hazard it met, tied deaths by their share."""
    n_strata, n_times = len(time_bounds) - 1, len(step_bounds) - 1
    path, spared = np.zeros(n_times + n_strata), np.zeros(n_times)
    for k in range(n_strata):
        total = 0.0
        for j in range(time_bounds[k], time_bounds[k + 1]):
            for s in range(step_bounds[j], step_bounds[j + 1]):
                total += hazard[s]
                spared[j] += hazard[s] * step_fraction[s]
            path[j + k + 1] = total
    expected = np.empty(len(weighted))
    for i in range(len(weighted)):
        met = path[until[i]]
        if len(before) > 0:
            met -= path[before[i]]
        expected[i] = weighted[i] * met
    for d in range(len(tied_deaths)):
        i = tied_deaths[d]
        expected[i] -= weighted[i] * spared[death_time[d]]
    return expected
