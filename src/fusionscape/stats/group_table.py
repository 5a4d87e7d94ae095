"""Who is at risk when, group by group: what every test between groups starts from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fusionscape.results import FloatArray
from fusionscape.stats.observed import IntArray, Rows
from fusionscape.stats.risk_table import risk_table, tally

PACKED_CODES = 16  # beyond this many codes one pass over the rows is quicker than one per code


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupTable:
    """At each distinct time, per group: those at risk, and the events of each kind.

    `at_risk` is groups by times; `events` is kinds by groups by times, for kinds 1, 2, ... of the
    event. `row` maps each input row to its time; None unless asked for.
    """

    time: FloatArray
    at_risk: FloatArray
    events: FloatArray
    row: IntArray | None


def _backwards(values: FloatArray) -> FloatArray:
    return values[:, ::-1].cumsum(axis=1)[:, ::-1]


def group_table(
    rows: Rows, codes: IntArray, k: int, *, kinds: int = 1, index: bool = False
) -> GroupTable:
    """Counts by group; `rows.event` is 0 or a kind from 1 to `kinds`."""
    width = kinds + 1
    plain = rows.weights is None and rows.entry is None and not index
    if not plain or k * width > PACKED_CODES:
        return _by_row(rows, codes, k, kinds)
    # One sort carries time, group and kind of event.
    tallied = tally(Rows(rows.time, codes * width + rows.event))
    if tallied is None:
        return _by_row(rows, codes, k, kinds)
    time, found = tallied
    counts = np.zeros((k * width, time.size)) if len(found) < k * width else found
    if counts is not found:  # the last codes do not occur
        counts[: len(found)] = found
    counts = counts.reshape(k, width, -1)
    return GroupTable(
        time=time,
        at_risk=_backwards(counts.sum(axis=1)),
        events=counts[:, 1:].swapaxes(0, 1),
        row=None,
    )


def _by_row(rows: Rows, codes: IntArray, k: int, kinds: int) -> GroupTable:
    """The same from an index of rows: for late entry, weights and many groups."""
    table = risk_table(rows, index=True)
    assert table.row is not None
    size = table.time.size

    def totals(index: IntArray, pick: IntArray | slice) -> FloatArray:
        weights = None if rows.weights is None else rows.weights[pick]
        flat = np.bincount(codes[pick] * (size + 1) + index[pick], weights, k * (size + 1))
        return flat.reshape(k, size + 1)[:, :size].astype(float)

    every = slice(None)
    present = _backwards(totals(table.row, every))
    if table.first is not None:
        came = totals(table.first, every)
        present = np.maximum(present - (_backwards(came) - came), 0.0)
    kind = [np.flatnonzero(rows.event == c + 1) for c in range(kinds)]
    return GroupTable(
        time=table.time,
        at_risk=present,
        events=np.array([totals(table.row, mine) for mine in kind]),
        row=table.row,
    )
