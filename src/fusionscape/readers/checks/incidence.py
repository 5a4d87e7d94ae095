"""Relapse and death from remission that the other times and flags of a patient deny."""

from __future__ import annotations

from collections.abc import Iterable

from fusionscape.readers.checks.view import Check, View
from fusionscape.results import Finding


def incidence_after_the_end(view: View) -> Iterable[Finding]:
    """Relapse or death from remission after the end of survival, which began earlier."""
    status, end, died = view.known("cir_status"), view.ends(), view.known("os_event")
    remission = _remission(view)
    play = view.play("cir_days", "os_days")
    late: dict[str, float] = {}
    free: list[str] = []
    for who, days in view.known("cir_days").items():
        over = remission.get(who, 0.0) + days - end[who] if who in end else 0.0
        if over <= play or who not in status:
            continue
        if status[who] == "censored":
            free.append(who)
        else:
            late[who] = over
    for who, over in late.items():
        last = "death" if died.get(who) is True else "the last contact"
        what = f"{status[who]} {over:g} days after {last}."
        yield from view.per_patient("times-contradict", "cir_days", {who: over}, what)
    if free:
        what = (
            f"{len(free)} patients are free of relapse for longer than they were followed: "
            f"{view.named(free, 'cir_days')}."
        )
        yield view.whole("cir-after-os", "cir_days", what, count=len(free))


def deaths_of_the_living(view: View) -> Iterable[Finding]:
    """Death without relapse in somebody who is alive."""
    died = view.known("os_event")
    living = [
        w for w, s in view.known("cir_status").items() if s == "death" and died.get(w) is False
    ]
    if living:
        what = (
            f"{len(living)} patients died in remission by {view.source('cir_status')!r} and are "
            f"alive by {view.source('os_event')!r}: {view.named(living, 'cir_status')}."
        )
        yield view.whole("times-contradict", "cir_status", what, count=len(living))


def incidence_and_relapse_free_survival(view: View) -> Iterable[Finding]:
    """Relapse or death while relapse-free survival, on the same clock, still goes on."""
    status, days = view.known("cir_status"), view.known("cir_days")
    until, event = view.known("rfs_days"), view.known("rfs_event")
    play = view.play("cir_days", "rfs_days")
    against = []
    for who in days:
        if status.get(who) not in ("relapse", "death") or who not in until or who not in event:
            continue
        on = until[who] - days[who]
        if on > play or (event[who] is False and on >= 0):
            against.append(who)
    if against:
        what = (
            f"{len(against)} patients relapsed or died by {view.source('cir_status')!r} while they "
            f"were free of both by {view.source('rfs_event')!r}: {view.named(against, 'cir_days')}."
        )
        yield view.whole("times-contradict", "cir_days", what, count=len(against))


def _remission(view: View) -> dict[str, float]:
    """Patient to the first day the remission may have been on."""
    found: dict[str, float] = {}
    for event in view.events:
        low = event.get("day_low")
        if event["kind"] == "remission" and low is not None:
            who = str(event["patient_id"])
            found[who] = min(found.get(who, low), max(low, 0.0))
    return found


CHECKS: tuple[Check, ...] = (
    incidence_after_the_end, deaths_of_the_living, incidence_and_relapse_free_survival,
)  # fmt: skip
