"""Reconstruction: the search repeated until digitising error and censoring agree with its result.

The first search takes a digitising error of half a percent of the axis. Its misfit is the error of
the next, its censored patients per interval the next expectation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fusionscape.results import FloatArray
from fusionscape.stats.reconstruction_input import Digitised
from fusionscape.stats.reconstruction_path import (
    REACH,
    Problem,
    Solution,
    problem_of,
    search_paths,
    solution,
)

FIRST_ERROR = 0.005
LEAST_ERROR = 5e-5
MOST_ERROR = 0.02
SHARP = 0.001  # below it points are as good as exact
ROUNDS = 4
SETTLED = 0.2  # an error within this share of the last one is the same
LEAST_EXPECTED = 0.25  # nowhere are deaths or censoring ruled out
BEFORE_END = 0.04  # the last drop of a curve is read apart from what leads to it
CLOSE = 0.01  # share of the time axis over which the level at a time is taken
HALVINGS = 9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fitted:
    """The best path, the problem it solves and the digitising error it implies.

    `error` does not let single points count beyond a limit; `typical` is the plain root mean
    square misfit.
    """

    problem: Problem
    solution: Solution
    error: float
    typical: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Expected:
    """How many are expected to die and to be censored in each interval of the risk table."""

    deaths: FloatArray
    censored: FloatArray


def fitted(data: Digitised) -> Fitted:
    """The most likely deaths and censorings behind a digitised curve."""
    expected = first_expectation(data)
    if (np.diff(data.survival) <= 0.0).all():  # no point out of order: perhaps read off exactly
        sharp = settle(data, expected, LEAST_ERROR)
        met = data.deaths is None or sharp.solution.unguided == data.deaths
        if sharp.typical <= SHARP and (data.table_known or met):
            return sharp
    if not data.table_known and data.deaths is not None:
        return fitted_to_total(data)
    return settle(data, expected)


def first_expectation(data: Digitised) -> Expected:
    """Deaths by the fall of the curve and the mean number at risk; the others are censored.

    The last, open interval: the deaths by its fall up to shortly before the end; of the others half
    are censored before the end, or all where the curve comes down to zero. Without a risk table
    next to none.
    """
    n = data.n_at_risk.astype(np.float64)
    ends = (*data.risk_time.tolist(), max(data.end * (1.0 - BEFORE_END), data.risk_time[-1]))
    level = np.array([level_near(data, float(t)) for t in ends])
    level = np.minimum.accumulate(np.maximum(level, 1e-3))
    stay = np.append(n[1:], 0.5 * n[-1] if data.table_known else n[-1])
    hazard = np.log(level[:-1] / level[1:])
    deaths = np.minimum(hazard * 0.5 * (n + stay), n - np.append(n[1:], 0.0))
    censored = n - stay - deaths
    to_zero = bool(data.survival[-1] < 0.25 * level[-1])
    deaths[-1] = min(deaths[-1] + to_zero, n[-1])
    if data.table_known:
        censored[-1] = (n[-1] - deaths[-1]) * (1.0 if to_zero else 0.5)
    return Expected(
        deaths=np.maximum(deaths, LEAST_EXPECTED), censored=np.maximum(censored, LEAST_EXPECTED)
    )


def level_near(data: Digitised, at: float) -> float:
    """Median of the points close to a time; between points where there are none."""
    near = np.abs(data.time - at) <= CLOSE * data.end
    if near.any():
        return float(np.median(data.survival[near]))
    return float(np.interp(at, data.time, data.survival))


def settle(data: Digitised, expected: Expected, error: float = FIRST_ERROR) -> Fitted:
    """Search again with the error and the counts found, until the error stays."""
    best = None
    for _ in range(ROUNDS):
        found = one_search(data, expected, error)
        if best is not None and found.error > best.error * (1.0 + SETTLED):
            break
        best = found
        expected = found_counts(data, found.solution, expected)
        if abs(found.error - error) <= SETTLED * error:
            break
        error = found.error
    assert best is not None
    return best


def one_search(data: Digitised, expected: Expected, error: float) -> Fitted:
    """One search with a given digitising error, and the error its result implies."""
    inside = np.searchsorted(data.risk_time, data.time, side="right") - 1
    points = np.bincount(np.maximum(inside, 0), minlength=data.risk_time.size)
    problem = problem_of(
        data.time,
        data.survival,
        data.risk_time,
        data.n_at_risk,
        censored=expected.censored,
        dying=expected.deaths / np.maximum(points, 1),
        error=error * np.sqrt(1.0 + data.slope**2),
        error_time=error * data.end,
        marks=data.marks,
    )
    best = solution(search_paths(problem), data.deaths)
    size = np.abs(residuals(problem, best)) / (problem.error / error)
    return Fitted(
        problem=problem,
        solution=best,
        error=implied_error(size, len(best.deaths), error),
        typical=float(np.sqrt(np.mean(size**2))),
    )


def implied_error(size: FloatArray, drops: int, error: float) -> float:
    """Root mean square misfit of the points; each drop, a whole number, takes half a freedom."""
    limited = np.minimum(size, REACH * error)
    spare = size.size - 0.5 * drops
    return float(np.clip(np.sqrt((limited**2).sum() / spare), LEAST_ERROR, MOST_ERROR))


def residuals(problem: Problem, best: Solution) -> FloatArray:
    """Distance of each point to the curve; a point just after a drop may belong to its top."""
    before = np.append(1.0, best.level[:-1])
    drops = np.flatnonzero(best.level < before)
    out: FloatArray = problem.survival - best.level
    if not drops.size:
        return out
    last = np.searchsorted(drops, np.arange(out.size), side="right") - 1
    drop = drops[np.maximum(last, 0)]
    near = problem.time - problem.time[drop] <= REACH * problem.error_time
    later = (last >= 0) & (np.arange(out.size) > drop) & near
    top = problem.survival - before[drop]
    return np.where(later & (np.abs(top) < np.abs(out)), top, out)


def drop_time(problem: Problem, best: Solution, node: int) -> float:
    """When a drop happened: midway between the last point above it and the first below.

    The point above may have been drawn a little later. Only points close by are taken; where the
    one before is a drop itself, it says nothing.
    """
    time, level = problem.time, best.level
    reach = REACH * problem.error_time
    before = float(level[node - 1]) if node > 0 else 1.0
    beside = node + 1 if node + 1 < time.size else node
    middle = 0.5 * (before + float(level[node]))
    if problem.survival[beside] > middle and time[beside] - time[node] <= reach:
        return 0.5 * float(time[node] + time[beside])
    earlier = float(level[node - 2]) if node > 1 else 1.0
    is_level = node > 0 and earlier == before
    if is_level and time[node] - time[node - 1] <= reach:
        return 0.5 * float(time[node] + time[node - 1])
    return float(time[node])


def found_counts(data: Digitised, best: Solution, expected: Expected) -> Expected:
    """Deaths and censored per interval in the best path, as the next expectation."""
    deaths, censored = (np.zeros(data.risk_time.size) for _ in range(2))
    for interval, _, count in best.deaths:
        deaths[interval] += count
    for interval, _, _, count in best.censored:
        censored[interval] += count
    if not data.table_known:
        censored = expected.censored
    censored[-1] = max(censored[-1], 0.5 * expected.censored[-1])
    return Expected(
        deaths=np.maximum(deaths, LEAST_EXPECTED), censored=np.maximum(censored, LEAST_EXPECTED)
    )


def fitted_to_total(data: Digitised) -> Fitted:
    """Without a risk table: the censoring before the end that leaves the printed deaths.

    Censoring is spread evenly over the curve; the more of it, the fewer deaths the same drops take.
    """
    assert data.deaths is not None
    deaths = np.array([max(float(data.deaths), LEAST_EXPECTED)])
    low, high = LEAST_EXPECTED, float(data.n)
    best = settle(data, Expected(deaths=deaths, censored=np.array([low])))
    if best.solution.unguided <= data.deaths:
        return best
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        trial = one_search(data, Expected(deaths=deaths, censored=np.array([middle])), best.error)
        if closer(trial, best, data.deaths):
            best = trial
        if trial.solution.unguided == data.deaths:
            return trial
        low, high = (middle, high) if trial.solution.unguided > data.deaths else (low, middle)
    return best


def closer(one: Fitted, other: Fitted, deaths: int) -> bool:
    """True where the free optimum of one comes nearer to the printed deaths."""
    return abs(one.solution.unguided - deaths) < abs(other.solution.unguided - deaths)
