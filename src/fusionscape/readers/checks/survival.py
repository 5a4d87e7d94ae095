"""Survival times and flags that would make a curve say something else."""

from __future__ import annotations

from collections.abc import Iterable

from fusionscape.readers.checks.view import Check, View
from fusionscape.results import Finding

_TIMES = ("os_days", "efs_days", "rfs_days", "cir_days", "entry_days", "transplant_days")
_FROM_DATES = ("os_days", "transplant_days")
_DOUBTFUL_DAYS = 250.0
_LONGEST = 40_000.0


def negative_times(view: View) -> Iterable[Finding]:
    """Times before their own start, or longer than a life."""
    for field in _TIMES:
        known = view.known(field)
        negative = {w: v for w, v in known.items() if v < 0}
        if field in _FROM_DATES and view.codebook.meaning(field) is None:
            negative = {}  # counted from dates, of which event-before-diagnosis tells
        yield from view.per_patient("time-negative", field, negative, "a time of {value:g} days.")
        long = {w: v for w, v in known.items() if v > _LONGEST}
        yield from view.per_patient("time-impossible", field, long, "a time of {value:g} days.")


def times_without_flags(view: View) -> Iterable[Finding]:
    """Times without a word on the event, and flags without times."""
    for endpoint in ("os", "efs", "rfs"):
        times, events = view.known(f"{endpoint}_days"), view.known(f"{endpoint}_event")
        if not times or (endpoint == "rfs" and not events):
            continue
        silent = [who for who in times if who not in events]
        if silent:
            what = (
                f"{len(silent)} of {len(times)} patients have a time and no word on whether the "
                f"event happened; they are left out: {view.named(silent, f'{endpoint}_days')}."
            )
            yield view.whole("event-unknown", f"{endpoint}_days", what, count=len(silent))
        untimed = [who for who in events if who not in times]
        if untimed:
            yield _untimed(view, endpoint, untimed, events)


def _untimed(view: View, endpoint: str, untimed: list[str], events: dict[str, bool]) -> Finding:
    """Patients with a flag and no time, those with the event told apart."""
    happened = sum(events[who] is True for who in untimed)
    flag = view.source(f"{endpoint}_event")
    what = (
        f"{len(untimed)} patients have a value in {flag!r} and no time: {happened} with the event, "
        f"{len(untimed) - happened} without it; {view.named(untimed, f'{endpoint}_event')}."
    )
    return view.whole("time-unknown", f"{endpoint}_event", what, count=len(untimed))


def order_of_endpoints(view: View) -> Iterable[Finding]:
    """Event-free survival longer than survival, and deaths that are no event."""
    os_days, efs_days = view.known("os_days"), view.known("efs_days")
    longer = [w for w, days in efs_days.items() if w in os_days and days > os_days[w] + 1]
    if longer:
        what = (
            f"{len(longer)} patients live longer without event than at all: "
            f"{view.named(longer, 'efs_days')}."
        )
        yield view.whole("efs-after-os", "efs_days", what, count=len(longer))
    dead = [w for w, event in view.known("os_event").items() if event]
    efs = view.known("efs_event")
    eventless = [w for w in dead if efs.get(w) is False]
    if eventless:
        what = (
            f"{len(eventless)} of {len(dead)} dead patients have no event: "
            f"{view.named(eventless, 'efs_event')}."
        )
        code = "event-flag-inverted" if _inverted(view, eventless) else "death-without-event"
        yield view.whole(code, "efs_event", what, count=len(eventless))


def _inverted(view: View, eventless: list[str]) -> bool:
    dead = [
        w for w, event in view.known("os_event").items() if event and w in view.known("efs_event")
    ]
    return len(dead) >= 4 and len(eventless) > 0.5 * len(dead)


def doubtful_unit(view: View) -> Iterable[Finding]:
    """Times so short that they look like months, where no unit is declared."""
    for field in ("os_days", "efs_days"):
        known, meaning = view.known(field), view.codebook.meaning(field)
        if len(known) < 5 or meaning is None or meaning.unit:
            continue
        if max(known.values()) <= _DOUBTFUL_DAYS:
            what = f"The longest time is {max(known.values()):g}: days, months or years?"
            yield view.whole("time-unit-doubtful", field, what)


def exposure_without_date(view: View) -> Iterable[Finding]:
    """Transplant known without its day: it enters no survival model as it stands."""
    days = view.known("transplant_days")
    for field in ("transplant", "transplant_cr1"):
        given = [w for w, v in view.known(field).items() if v and w not in days]
        if given:
            what = f"{len(given)} transplants have no date: {view.named(given, field)}."
            yield view.whole("exposure-without-date", field, what, count=len(given))


def times_in_order(view: View) -> Iterable[Finding]:
    """A transplant after the end of follow-up, an entry after it, a dated transplant denied."""
    end = view.known("os_days")
    given = view.known("transplant_days")
    late = {w: d for w, d in given.items() if w in end and d > end[w]}
    what = "a transplant on day {value:g}, after the end of follow-up."
    yield from view.per_patient("times-contradict", "transplant_days", late, what)
    denied = view.known("transplant")
    dated = {w: d for w, d in given.items() if denied.get(w) is False}
    what = "no transplant, yet one on day {value:g}."
    yield from view.per_patient("times-contradict", "transplant_days", dated, what)
    entry = view.known("entry_days")
    after = [w for w, d in entry.items() if w in end and d >= end[w] and d > 0]
    if after:
        text = (
            f"{len(after)} patients entered at or after the end of their follow-up: "
            f"{view.named(after, 'entry_days')}."
        )
        yield view.whole("entry-after-end", "entry_days", text, count=len(after))


CHECKS: tuple[Check, ...] = (
    negative_times, times_without_flags, order_of_endpoints, doubtful_unit,
    exposure_without_date, times_in_order,
)  # fmt: skip
