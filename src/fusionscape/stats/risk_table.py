"""Who is at risk when: the distinct times of a group with their counts.

At risk at t are those with time >= t and entry < t (as R survival). All counts are sums of
weights where weights are given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np

from fusionscape.results import FloatArray
from fusionscape.stats.observed import TIE, IntArray, Rows

COMPILED_FROM = 100_000  # rows; below, loading the compiler costs more than it saves
MOST_WHOLE = 1e7  # below this, whole numbers are never near-ties


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


def _whole_numbers(rows: Rows, width: int) -> tuple[FloatArray, FloatArray] | None:
    """Distinct times and counts per event code by tallying, for times in whole days or months."""
    last = float(rows.time.max(initial=0.0))
    if last > MOST_WHOLE or (last + 1) * width > 4 * rows.time.size + 10_000:
        return None
    whole = rows.time.astype(np.intp)
    if not (whole == rows.time).all():
        return None
    cells = np.bincount(whole * width + rows.event, minlength=(int(last) + 1) * width)
    table = cells.reshape(-1, width)
    seen = np.flatnonzero(table.any(axis=1))
    return seen.astype(float), table[seen].T.astype(float)


def tally(rows: Rows) -> tuple[FloatArray, FloatArray] | None:
    """Distinct times, and how many leave with each event code at each; None where rows matter."""
    width = int(rows.event.max(initial=0)) + 1
    found = _whole_numbers(rows, width)
    if found is not None:
        return found
    quick = _packed(rows)
    if quick is None:
        return None
    ordered, codes = quick
    if compiled(ordered.size):
        from fusionscape.stats.survival_numba import distinct_counts

        found = distinct_counts(ordered, codes, width, TIE)
        return found
    starts = _starts(ordered)
    return ordered[starts], _counted(codes, starts, width)


def compiled(rows: int) -> bool:
    """Whether the compiled passes are worth loading."""
    return rows >= COMPILED_FROM and find_spec("numba") is not None


def _counted(codes: IntArray, starts: IntArray, width: int) -> FloatArray:
    """How often each code occurs in the rows from each start on: (codes, starts)."""
    counts, first = np.empty((width, starts.size)), codes[starts]
    for code in range(width):
        np.equal(first, code, out=counts[code])
    if starts.size < codes.size:
        more = np.ones(codes.size, dtype=bool)
        more[starts] = False
        place = np.flatnonzero(more)
        run = place - np.arange(1, place.size + 1)  # every further row lags one behind
        cells = codes[place] * starts.size + run
        counts += np.bincount(cells, minlength=counts.size).reshape(counts.shape)
    return counts


def _plain_table(times: FloatArray, counts: FloatArray, causes: Sequence[int]) -> RiskTable:
    leaving = counts.sum(axis=0)
    nothing = np.zeros(times.size)
    return RiskTable(
        time=times,
        at_risk=_suffix(leaving),
        events=leaving - counts[0],
        censored=counts[0],
        entered=nothing,
        by_cause=np.array([counts[c] if c < len(counts) else nothing for c in causes]),
    )


def risk_table(rows: Rows, *, index: bool = False, causes: Sequence[int] = ()) -> RiskTable:
    """Counts at each distinct time of these rows."""
    if rows.weights is None and rows.entry is None and not index:
        tallied = tally(rows)
        if tallied is not None:
            return _plain_table(*tallied, causes)
    order = np.argsort(rows.time)
    starts = _starts(rows.time[order])
    times = rows.time[order[starts]]
    weight = np.ones(order.size) if rows.weights is None else rows.weights[order]
    event = rows.event[order]
    leaving = np.add.reduceat(weight, starts)
    events = np.add.reduceat(np.where(event > 0, weight, 0.0), starts)
    at_risk = _suffix(leaving)
    entered, first = np.zeros(times.size), None
    if rows.entry is not None:
        first = _first_at_risk(times, rows.entry)
        came = np.bincount(first, weights=rows.weights, minlength=times.size + 1)
        entered = came[: times.size].astype(float)
        at_risk = _clean(at_risk - np.append(_suffix(entered)[1:], 0.0), events)
    by_cause = [np.add.reduceat(np.where(event == c, weight, 0.0), starts) for c in causes]
    spans = np.diff(np.append(starts, order.size))
    return RiskTable(
        time=times,
        at_risk=at_risk,
        events=events,
        censored=np.maximum(leaving - events, 0.0),
        entered=entered,
        by_cause=np.array(by_cause),
        row=_row_of(order, spans) if index else None,
        first=first,
    )


def _row_of(order: IntArray, spans: IntArray) -> IntArray:
    """Which time each input row has."""
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
    empty = ~(bottom > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares: FloatArray = np.divide(top, bottom)
    if empty.any():
        shares[np.broadcast_to(empty, shares.shape)] = 0.0
    return shares


def product_limit(events: FloatArray, at_risk: FloatArray) -> FloatArray:
    """Running product of 1 - events / at_risk along the last axis."""
    factors: FloatArray = 1 - ratio(events, at_risk)
    return factors.cumprod(axis=-1)


def prepend(values: FloatArray, first: float) -> FloatArray:
    """`values` with `first` put before them."""
    return np.concatenate([[first], values])
