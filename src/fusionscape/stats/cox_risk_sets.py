"""Risk sets of a Cox model: who is at risk at which event time, for sums without a patient loop.

Rows are sorted by stratum and exit time. Those at risk at an event time are the rows that exit
at or after it and entered before it, so a sum over a risk set is a difference of two reversed
cumulative sums, and a cumulative hazard over a row's time at risk is a difference of two
cumulative sums over event times.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fusionscape.results import FloatArray
from fusionscape.stats.cox_input import BoolArray, CoxData, IntArray
from fusionscape.stats.ordering import stable_order

# Below this many (row, event time) cells, delayed entry uses an explicit membership matrix:
# sums of positive terms only, hence no cancellation when risks differ by many magnitudes.
MEMBERSHIP_CELLS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RiskSets:
    """Sorted rows, event times and their steps.

    A step is one factor of the partial likelihood: an event time (Breslow) or one of the tied
    deaths of an event time (Efron), whose denominator leaves out `step_fraction` of the deaths.
    """

    order: IntArray
    weights: FloatArray
    dead: BoolArray
    row_bounds: IntArray
    time_bounds: IntArray
    event_time: FloatArray
    first_row: IntArray
    entry_order: IntArray | None
    first_entry: IntArray | None
    membership: FloatArray | None
    before: IntArray | None
    until: IntArray
    deaths: IntArray
    death_time: IntArray
    death_start: IntArray
    n_deaths: IntArray
    death_weight: FloatArray
    tied: bool
    step_time: IntArray
    step_start: IntArray
    step_fraction: FloatArray
    step_weight: FloatArray

    @property
    def n_times(self) -> int:
        """Distinct event times over all strata."""
        return len(self.event_time)


def build(data: CoxData) -> RiskSets:
    """Sort the rows and find every index that the likelihood needs."""
    order = sorted_rows(data)
    time, stratum, weights = data.time[order], data.stratum[order], data.weights[order]
    strata = np.arange(max(len(data.strata), 1) + 1)
    row_bounds = np.searchsorted(stratum, strata)
    dead = data.event[order]
    deaths = np.flatnonzero(dead)
    start = run_starts(time, stratum)[deaths]
    fresh = np.concatenate(([True], start[1:] != start[:-1]))
    death_start = np.flatnonzero(fresh)
    first_row = start[death_start]
    event_time, event_stratum = time[first_row], stratum[first_row]
    time_bounds = np.searchsorted(event_stratum, strata)
    n_deaths = np.diff(np.append(death_start, len(deaths)))
    death_weight = np.add.reduceat(weights[deaths], death_start)
    tied = data.ties == "efron" and bool((n_deaths > 1).any())
    step_time, step_start, fraction, step_weight = steps(n_deaths, death_weight, tied)
    until = np.cumsum(np.bincount(first_row, minlength=len(order))) + stratum
    late = entries(data, order, stratum, event_time, row_bounds, time_bounds)
    return RiskSets(
        order=order,
        weights=weights,
        dead=dead,
        row_bounds=row_bounds,
        time_bounds=time_bounds,
        event_time=event_time,
        first_row=first_row,
        entry_order=late[0],
        first_entry=late[1],
        before=late[2],
        membership=membership(late[2], until, event_stratum, len(order)),
        until=until,
        deaths=deaths,
        death_time=np.cumsum(fresh) - 1,
        death_start=death_start,
        n_deaths=n_deaths,
        death_weight=death_weight,
        tied=tied,
        step_time=step_time,
        step_start=step_start,
        step_fraction=fraction,
        step_weight=step_weight,
    )


def sorted_rows(data: CoxData) -> IntArray:
    """Rows by stratum, then exit time."""
    order = stable_order(data.time)
    if len(data.strata):
        order = order[np.argsort(data.stratum[order], kind="stable")]
    return order


def run_starts(time: FloatArray, stratum: IntArray) -> IntArray:
    """First row of each row's run of equal times."""
    position = np.arange(len(time))
    same = (time[1:] == time[:-1]) & (stratum[1:] == stratum[:-1])
    position[1:][same] = 0
    result: IntArray = np.maximum.accumulate(position)
    return result


def steps(
    n_deaths: IntArray, death_weight: FloatArray, tied: bool
) -> tuple[IntArray, IntArray, FloatArray, FloatArray]:
    """Event time, first step, left-out fraction and weight of each likelihood factor."""
    n_times = len(n_deaths)
    if not tied:
        index = np.arange(n_times)
        return index, index, np.zeros(n_times), death_weight
    step_time = np.repeat(np.arange(n_times), n_deaths)
    start = np.concatenate(([0], np.cumsum(n_deaths)[:-1])).astype(np.int64)
    fraction = (np.arange(len(step_time)) - start[step_time]) / n_deaths[step_time]
    return step_time, start, fraction, (death_weight / n_deaths)[step_time]


def within(
    sorted_values: FloatArray,
    wanted: FloatArray,
    value_bounds: IntArray,
    wanted_bounds: IntArray,
    side: str,
) -> IntArray:
    """searchsorted inside each stratum; positions count from the start of all strata."""
    result = np.empty(len(wanted), dtype=np.int64)
    for k in range(len(value_bounds) - 1):
        low, high = value_bounds[k], value_bounds[k + 1]
        part = slice(wanted_bounds[k], wanted_bounds[k + 1])
        found = np.searchsorted(
            sorted_values[low:high], wanted[part], side="left" if side == "left" else "right"
        )
        result[part] = low + found
    return result


def entries(
    data: CoxData,
    order: IntArray,
    stratum: IntArray,
    event_time: FloatArray,
    row_bounds: IntArray,
    time_bounds: IntArray,
) -> tuple[IntArray | None, IntArray | None, IntArray | None]:
    """Delayed entry: entry order, first later entry per event time, events before entry."""
    if data.entry is None:
        return None, None, None
    entry = data.entry[order]
    entry_order = np.lexsort((entry, stratum)).astype(np.int64)
    first = within(entry[entry_order], event_time, row_bounds, time_bounds, "left")
    before = within(event_time, entry, time_bounds, row_bounds, "right") + stratum
    return entry_order, first, before


def membership(
    before: IntArray | None, until: IntArray, event_stratum: IntArray, n: int
) -> FloatArray | None:
    """Rows by event times, 1 where the row is at risk; None when not needed or too large."""
    if before is None or n * len(event_stratum) > MEMBERSHIP_CELLS:
        return None
    position = np.arange(len(event_stratum)) + event_stratum
    inside = (before[:, None] <= position) & (position < until[:, None])
    return inside.astype(np.float64)


def at_risk_sums(sets: RiskSets, values: FloatArray) -> FloatArray:
    """Sum of `values` (k, rows) over those at risk at each event time: (k, event times)."""
    if sets.membership is not None:
        result: FloatArray = values @ sets.membership
        return result
    total = tail_sums(values, sets.row_bounds, sets.time_bounds, sets.first_row)
    if sets.entry_order is None or sets.first_entry is None:
        return total
    waiting = tail_sums(
        values[:, sets.entry_order], sets.row_bounds, sets.time_bounds, sets.first_entry
    )
    return total - waiting


def tail_sums(
    values: FloatArray, row_bounds: IntArray, time_bounds: IntArray, first: IntArray
) -> FloatArray:
    """Sum of `values` from position `first` to the end of its stratum."""
    result = np.zeros((len(values), len(first)))
    for k in range(len(row_bounds) - 1):
        low, high = row_bounds[k], row_bounds[k + 1]
        part = slice(time_bounds[k], time_bounds[k + 1])
        if time_bounds[k] == time_bounds[k + 1]:
            continue
        reverse = np.cumsum(values[:, low:high][:, ::-1], axis=1)
        left = high - first[part]
        result[:, part] = np.where(left > 0, reverse[:, np.maximum(left, 1) - 1], 0.0)
    return result


def death_sums(sets: RiskSets, values: FloatArray) -> FloatArray:
    """Sum of `values` (k, deaths) over the deaths of each event time."""
    result: FloatArray = np.add.reduceat(values, sets.death_start, axis=1)
    return result


def step_sums(sets: RiskSets, values: FloatArray) -> FloatArray:
    """Sum of `values` (k, steps) over the steps of each event time."""
    if not sets.tied:
        return values
    result: FloatArray = np.add.reduceat(values, sets.step_start, axis=1)
    return result


def cumulated(sets: RiskSets, increments: FloatArray) -> FloatArray:
    """Cumulative sums over event times within strata, each stratum with a leading zero."""
    n_strata = len(sets.time_bounds) - 1
    result = np.zeros((len(increments), sets.n_times + n_strata))
    for k in range(n_strata):
        low, high = sets.time_bounds[k], sets.time_bounds[k + 1]
        np.cumsum(increments[:, low:high], axis=1, out=result[:, low + k + 1 : high + k + 1])
    return result


def over_time_at_risk(sets: RiskSets, increments: FloatArray) -> FloatArray:
    """Sum of `increments` (k, event times) over the event times each row is at risk at."""
    path = cumulated(sets, increments)
    result: FloatArray = path[:, sets.until]
    if sets.before is not None:
        result = result - path[:, sets.before]
    return result
