"""Where a curve may begin and end when patients enter late.

With delayed entry the risk set can be empty, or nearly so, while most patients are still to
come. A product over such times sticks at zero although patients are at risk. The curve is then
conditional on having survived to a later time, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fusionscape.results import Caution, caution
from fusionscape.stats.observed import TIE, Observed, Rows, checked_number, refuse
from fusionscape.stats.risk_table import RiskTable, risk_table

SMALL_RISK_SET = 10


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """The rows a curve is made from, conditional on time > start, up to end."""

    rows: Rows
    start: float
    cautions: tuple[Caution, ...]


def after(rows: Rows, start: float) -> Rows:
    """Rows still under observation after `start`, entering no earlier."""
    slack = TIE * float(np.mean(rows.time)) if rows.time.size else 0.0
    keep = rows.time > start + slack
    entry = None if rows.entry is None else np.maximum(rows.entry[keep], start)
    weights = None if rows.weights is None else rows.weights[keep]
    return Rows(rows.time[keep], rows.event[keep], entry, weights)


def _before(rows: Rows, end: float) -> Rows:
    """Rows that entered before `end`, a time at which all who were at risk had the event."""
    if rows.entry is None:
        return rows
    keep = rows.entry < end
    return Rows(
        rows.time[keep],
        rows.event[keep],
        rows.entry[keep],
        None if rows.weights is None else rows.weights[keep],
    )


def _breaks(table: RiskTable, last_entry: float, minimum: float) -> np.ndarray:
    """Times at which the risk set is used up or too small although patients come later."""
    emptied = (table.events > 0) & (table.at_risk - table.events <= 0)
    small = (table.events > 0) & (table.at_risk < minimum)
    found: np.ndarray = (emptied | small) & (table.time <= last_entry)
    return found


def window(rows: Rows, start: float | None, minimum: float, group: str) -> Window:
    """The stretch of time over which these rows give a curve."""
    chosen = 0.0 if start is None else float(start)
    cautions: tuple[Caution, ...] = ()
    if start is not None:
        rows = after(rows, chosen)
        cautions = (caution("conditional-start", group=group, time=chosen, n=int(rows.time.size)),)
    if rows.entry is None or rows.time.size == 0:
        return Window(rows, chosen, cautions)
    table = risk_table(rows)
    broken = _breaks(table, float(rows.entry.max()), minimum)
    if not broken.any():
        return Window(rows, chosen, cautions + _small(table, rows, group))
    return _longest(rows, table, broken, chosen, group)


def windows(seen: Observed, start: float | None, minimum: float) -> list[tuple[int, Window]]:
    """The window of each group that has patients, in order of the groups."""
    checked_number(minimum, "min_at_risk")
    if start is not None:
        checked_number(start, "start")
    if minimum < 1:
        raise refuse("bad-minimum", "`min_at_risk` must be at least 1.", "Use 1 or more.")
    found = []
    for code, name in enumerate(seen.groups):
        rows = seen.of(code)
        if not rows.time.size:
            continue
        part = window(rows, start, minimum, name)
        if not part.rows.time.size:
            raise refuse(
                "no-patients-after-start",
                f"No patient of {name} is left after {start}.",
                "Choose an earlier start.",
                "start",
            )
        found.append((code, part))
    return found


def _longest(rows: Rows, table: RiskTable, broken: np.ndarray, start: float, group: str) -> Window:
    """Keep the stretch between breaks in which most patients were at risk (the later if tied)."""
    edges = [start, *table.time[broken].tolist()]
    stretches = [after(rows, edge) for edge in edges]
    ends = [*edges[1:], np.inf]
    sizes = [_before(s, e).time.size for s, e in zip(stretches, ends, strict=True)]
    best = max(range(len(edges)), key=lambda i: (sizes[i], i))
    kept, notes = stretches[best], []
    if edges[best] > start or start > 0:
        n = int(kept.time.size)
        notes.append(caution("conditional-start", group=group, time=edges[best], n=n))
    emptied = broken & (table.at_risk - table.events <= 0) & (table.time > edges[best])
    if emptied.any():
        end = float(table.time[emptied][0])
        shorter = _before(kept, end)
        notes.append(
            caution(
                "risk-set-emptied",
                group=group,
                time=end,
                n=int(kept.time.size - shorter.time.size),
            )
        )
        kept = shorter
    return Window(kept, edges[best], tuple(notes) + _small(risk_table(kept), kept, group))


def _small(table: RiskTable, rows: Rows, group: str) -> tuple[Caution, ...]:
    """Say when an event fell in a small risk set before the others had entered."""
    if rows.entry is None or rows.time.size < SMALL_RISK_SET:
        return ()
    early = (table.events > 0) & (table.at_risk < SMALL_RISK_SET)
    early &= table.time <= float(rows.entry.max())
    if not early.any():
        return ()
    first = int(np.flatnonzero(early)[0])
    facts = {"time": float(table.time[first]), "n": float(table.at_risk[first])}
    return (caution("small-early-risk-set", group=group, **facts),)
