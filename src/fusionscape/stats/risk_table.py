"""Who is at risk when: the distinct times of a group with their counts.

At risk at t are those with time >= t and entry < t (as R survival). All counts are sums of
weights where weights are given.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fusionscape.results import FloatArray
from fusionscape.stats.observed import TIE, IntArray, Rows


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RiskTable:
    """Counts at each distinct time. `row` maps each input row to its time; `first` likewise
    to the first time at which it is at risk. Both are None unless asked for."""

    time: FloatArray
    at_risk: FloatArray
    events: FloatArray
    censored: FloatArray
    entered: FloatArray
    row: IntArray | None = None
    first: IntArray | None = None


def _starts(sorted_time: FloatArray) -> IntArray:
    """Index where each distinct time begins, near-ties taken as ties."""
    gaps = np.diff(sorted_time)
    fresh = np.flatnonzero(gaps > 0) + 1
    starts: IntArray = np.concatenate([np.zeros(1, dtype=np.intp), fresh])
    distinct = sorted_time[starts]
    apart = gaps[fresh - 1] > TIE * float(np.mean(distinct))
    if apart.all():
        return starts
    merged: IntArray = starts[np.concatenate([np.ones(1, dtype=bool), apart])]
    return merged


def _first_at_risk(times: FloatArray, entry: FloatArray) -> IntArray:
    slack = TIE * float(np.mean(times))
    first: IntArray = np.searchsorted(times, entry + slack, side="right")
    return first


def _suffix(values: FloatArray) -> FloatArray:
    total: FloatArray = np.cumsum(values[::-1])[::-1]
    return total


def _leavers(rows: Rows, order: IntArray, starts: IntArray) -> tuple[FloatArray, FloatArray]:
    """Sums of weights of events and of all who leave at each time."""
    happened = rows.event[order] > 0
    if rows.weights is None:
        edges = np.append(starts, order.size)
        total = np.diff(edges).astype(float)
        events = np.add.reduceat(happened, starts, dtype=np.intp).astype(float)
        return events, total
    weight = rows.weights[order]
    events = np.add.reduceat(np.where(happened, weight, 0.0), starts)
    return events, np.add.reduceat(weight, starts)


def risk_table(rows: Rows, *, index: bool = False) -> RiskTable:
    """Counts at each distinct time of these rows."""
    order = np.argsort(rows.time)
    starts = _starts(rows.time[order])
    times = rows.time[order[starts]]
    events, leaving = _leavers(rows, order, starts)
    at_risk = _suffix(leaving)
    entered = np.zeros(times.size)
    first = None
    if rows.entry is not None:
        first = _first_at_risk(times, rows.entry)
        came = np.bincount(first, weights=rows.weights, minlength=times.size + 1)
        entered = came[: times.size].astype(float)
        later = np.append(_suffix(entered)[1:], 0.0)
        at_risk = _clean(at_risk - later, events)
    row = None
    if index:
        row = np.empty(order.size, dtype=np.intp)
        row[order] = np.repeat(np.arange(times.size), np.diff(np.append(starts, order.size)))
    return RiskTable(
        time=times,
        at_risk=at_risk,
        events=events,
        censored=np.maximum(leaving - events, 0.0),
        entered=entered,
        row=row,
        first=first,
    )


def _clean(at_risk: FloatArray, events: FloatArray) -> FloatArray:
    """Sums of weights lose digits by subtraction: what is left after the events is 0 or real."""
    slack = 1e-12 * float(at_risk.max(initial=1.0))
    cleaned: FloatArray = np.where(at_risk - events <= slack, events, at_risk)
    return cleaned


def ratio(top: FloatArray, bottom: FloatArray) -> FloatArray:
    """top / bottom, and 0 where bottom is 0."""
    return np.divide(top, bottom, out=np.zeros(np.shape(top)), where=bottom > 0)


def product_limit(events: FloatArray, at_risk: FloatArray) -> FloatArray:
    """Running product of 1 - events / at_risk along the last axis."""
    factors: FloatArray = 1 - ratio(events, at_risk)
    return factors.cumprod(axis=-1)


def prepend(values: FloatArray, first: float) -> FloatArray:
    """`values` with `first` put before them."""
    return np.concatenate([[first], values])
