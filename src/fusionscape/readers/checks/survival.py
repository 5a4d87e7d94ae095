"""Survival times and flags that would make a curve say something else."""

from __future__ import annotations

from collections.abc import Iterable

from fusionscape.readers.checks.view import Check, View
from fusionscape.results import Finding

_TIMES = ("os_days", "efs_days", "rfs_days", "cir_days", "entry_days", "transplant_days")
_DOUBTFUL_DAYS = 250.0
_LONGEST = 40_000.0


def negative_times(view: View) -> Iterable[Finding]:
    """Times before their own start, or longer than a life."""
    for field in _TIMES:
        known = view.known(field)
        negative = {w: v for w, v in known.items() if v < 0}
        yield from view.per_patient("time-negative", field, negative, "a time of {value:g} days.")
        long = {w: v for w, v in known.items() if v > _LONGEST}
        yield from view.per_patient("time-impossible", field, long, "a time of {value:g} days.")


def times_of_the_dead_only(view: View) -> Iterable[Finding]:
    """Survival times given for the dead only: the living would be left out of the curve."""
    for endpoint in ("os", "efs", "rfs"):
        times, events = view.known(f"{endpoint}_days"), view.known(f"{endpoint}_event")
        timed = [events.get(who) for who in times]
        without = [who for who in view.patients if who not in times]
        living = [who for who in without if events.get(who) is False]
        all_events = len(timed) >= 3 and all(event is True for event in timed)
        if not all_events or endpoint == "rfs":
            continue
        if living or len(without) >= max(3, 0.2 * len(view.patients)):
            what = (
                f"All {len(timed)} patients with a time have the event, and {len(without)} have "
                "no time: times are given for those with the event only."
            )
            yield view.whole("survival-only-for-dead", f"{endpoint}_days", what, count=len(without))


def times_of_the_living_only(view: View) -> Iterable[Finding]:
    """Survival that nobody can be seen to lose: the dead have no time, or are not known."""
    times, events = view.known("os_days"), view.known("os_event")
    dead = [who for who, event in events.items() if event]
    timed = [who for who in times if events.get(who) is not None]
    if len(dead) >= 3 and timed and not any(who in times for who in dead):
        what = (
            f"None of the {len(dead)} dead has a time, and all {len(timed)} patients with a time "
            "are alive: the curve would never fall."
        )
        yield view.whole("survival-only-for-living", "os_days", what, count=len(dead))
    told = view.codebook.meaning("os_event") or view.codebook.meaning("vital_status")
    dated = any(c.field.startswith("date:death") for c in view.codebook.columns)
    dated = dated or any(event["kind"] == "death" for event in view.events)
    seen = any(event["kind"] == "last_seen" for event in view.events)
    if len(timed) >= 3 and seen and not dead and told is None and not dated:
        what = (
            f"The survival of {len(timed)} patients ends with their last contact, and no column "
            "says who died."
        )
        yield view.whole("deaths-not-declared", "os_days", what, count=len(timed))


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
                f"event happened (first {silent[0]}); they are left out."
            )
            yield view.whole("event-unknown", f"{endpoint}_days", what, count=len(silent))
        untimed = [who for who in events if who not in times]
        if untimed:
            what = f"{len(untimed)} patients have an event flag and no time (first {untimed[0]})."
            yield view.whole("time-unknown", f"{endpoint}_event", what, count=len(untimed))


def order_of_endpoints(view: View) -> Iterable[Finding]:
    """Event-free survival longer than survival, and deaths that are no event."""
    os_days, efs_days = view.known("os_days"), view.known("efs_days")
    longer = [w for w, days in efs_days.items() if w in os_days and days > os_days[w] + 1]
    if longer:
        what = f"{len(longer)} patients live longer without event than at all ({longer[0]})."
        yield view.whole("efs-after-os", "efs_days", what, count=len(longer))
    dead = [w for w, event in view.known("os_event").items() if event]
    efs = view.known("efs_event")
    eventless = [w for w in dead if efs.get(w) is False]
    if eventless:
        what = f"{len(eventless)} of {len(dead)} dead patients have no event ({eventless[0]})."
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
            what = f"{len(given)} transplants have no date."
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
    after = sum(1 for w, d in entry.items() if w in end and d >= end[w] and d > 0)
    if after:
        text = f"{after} patients entered at or after the end of their follow-up."
        yield view.whole("entry-after-end", "entry_days", text, count=after)


CHECKS: tuple[Check, ...] = (
    negative_times, times_of_the_dead_only, times_of_the_living_only, times_without_flags,
    order_of_endpoints, doubtful_unit, exposure_without_date, times_in_order,
)  # fmt: skip
