"""Who is at risk when: the distinct times of a group with their counts.

At risk at t are those with time >= t and entry < t (as R survival). All counts are sums of
weights where weights are given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fusionscape.results import FloatArray
from fusionscape.stats.observed import TIE, BoolArray, IntArray, Rows


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RiskTable:
    """Counts at each distinct time.

    `by_cause` has a row for each cause asked for. `row` maps each input row to its time, `first`
    to the first time at which it is at risk; None unless asked for.
    """

    time: FloatArray
    at_risk: FloatArray
    events: FloatArray
    censored: FloatArray
    entered: FloatArray
    by_cause: FloatArray
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


def _packed(rows: Rows) -> tuple[FloatArray, IntArray] | None:
    """Times and events in order of time, by one sort of integers; None where they do not fit.

    The bits of a positive double sort as an integer does. Counted from the smallest positive
    time they leave room below for the event code, so nothing is lost and no index is needed.
    """
    bits = (rows.time + 0.0).view(np.int64)
    base = int(bits.min(where=bits > 0, initial=np.iinfo(np.int64).max)) - 1
    room = int(rows.event.max(initial=0)).bit_length()
    if (int(bits.max(initial=0)) - base) >> (62 - room):
        return None
    keys = (np.maximum(bits - base, 0) << room) | rows.event
    keys.sort()
    codes = keys & ((1 << room) - 1)
    keys >>= room
    times = np.where(keys > 0, keys + base, 0).view(np.float64)
    return times, codes


def _leaving(event: BoolArray, weight: FloatArray | None, starts: IntArray) -> FloatArray:
    """Sum of weights over the rows of each time where `event` is true."""
    if weight is None:
        return np.add.reduceat(event, starts, dtype=np.intp).astype(float)
    return np.add.reduceat(np.where(event, weight, 0.0), starts)


def risk_table(rows: Rows, *, index: bool = False, causes: Sequence[int] = ()) -> RiskTable:
    """Counts at each distinct time of these rows."""
    plain = rows.weights is None and rows.entry is None and not index
    quick = _packed(rows) if plain else None
    order, weight = None, None
    if quick is None:
        order = np.argsort(rows.time)
        ordered, event = rows.time[order], rows.event[order]
        weight = None if rows.weights is None else rows.weights[order]
    else:
        ordered, event = quick
    starts = _starts(ordered)
    times = ordered[starts]
    spans = np.diff(np.append(starts, ordered.size))
    leaving = spans.astype(float) if weight is None else np.add.reduceat(weight, starts)
    events = _leaving(event > 0, weight, starts)
    at_risk = _suffix(leaving)
    entered, first = np.zeros(times.size), None
    if rows.entry is not None:
        first = _first_at_risk(times, rows.entry)
        came = np.bincount(first, weights=rows.weights, minlength=times.size + 1)
        entered = came[: times.size].astype(float)
        at_risk = _clean(at_risk - np.append(_suffix(entered)[1:], 0.0), events)
    return RiskTable(
        time=times,
        at_risk=at_risk,
        events=events,
        censored=np.maximum(leaving - events, 0.0),
        entered=entered,
        by_cause=np.array([_leaving(event == c, weight, starts) for c in causes]),
        row=_row_of(order, spans) if index else None,
        first=first,
    )


def _row_of(order: IntArray | None, spans: IntArray) -> IntArray | None:
    """Which time each input row has."""
    if order is None:
        return None
    row = np.empty(order.size, dtype=np.intp)
    row[order] = np.repeat(np.arange(spans.size), spans)
    return row


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
