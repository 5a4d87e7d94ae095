"""Columns of times that disagree with the dates of the same patients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from statistics import median
from typing import Any

from fusionscape.readers.checks.view import Check, View
from fusionscape.results import Finding

# Times are counted from diagnosis, from treatment or by months: a month apart is agreement.
_TOLERANCE_DAYS = 31.0
_TOLERANCE_SHARE = 0.05
_SHOWN = 5


def times_and_dates(view: View) -> Iterable[Finding]:
    """Survival and transplant times that the dates contradict, and by which factor."""
    seen = {**_days(view, "lost"), **_days(view, "last_seen", latest=True)}
    ends = {**seen, **_days(view, "death")}
    for field, spans in (("os_days", ends), ("transplant_days", _days(view, "transplant"))):
        both = {who: (v, spans[who]) for who, v in view.known(field).items() if who in spans}
        apart = {who: pair for who, pair in both.items() if _apart(*pair)}
        if not apart:
            continue
        shown = "; ".join(
            f"{view.named([who], field)}: {value:.4g} days, by its dates {low:.4g}"
            + (f" to {high:.4g}" if high > low else "")
            for who, (value, (low, high)) in list(apart.items())[:_SHOWN]
        )
        more = f"; and {len(apart) - _SHOWN} more" if len(apart) > _SHOWN else ""
        what = f"{len(apart)} of {len(both)} times disagree with the dates ({shown}{more})."
        ratios = [(low + high) / 2 / value for value, (low, high) in apart.values() if value > 0]
        if len(apart) > len(both) / 2 and ratios and median(ratios) > 0:
            what += f" By the dates they are {median(ratios):.3g} times as long: another unit?"
        yield view.whole("time-against-dates", field, what, count=len(apart))


def dead_by_date(view: View) -> Iterable[Finding]:
    """A date of death in patients whose survival is not an event."""
    dates = _days(view, "death")
    living = [w for w, event in view.known("os_event").items() if event is False and w in dates]
    if living:
        what = (
            f"{len(living)} patients with a date of death are not dead: "
            f"{view.named(living, view.event_column('death'))}."
        )
        yield view.whole("times-contradict", "os_event", what, count=len(living))


def _apart(value: float, span: tuple[float, float]) -> bool:
    play = max(_TOLERANCE_DAYS, _TOLERANCE_SHARE * span[1])
    return not span[0] - play <= value <= span[1] + play


def _days(view: View, kind: str, *, latest: bool = False) -> dict[str, tuple[float, float]]:
    """Patient to the first and last day of the event of this kind."""
    found: dict[str, tuple[float, float]] = {}
    for event in view.events:
        span = _span(event)
        if event["kind"] != kind or span is None:
            continue
        who = str(event["patient_id"])
        found[who] = max(found.get(who, span), span) if latest else found.get(who, span)
    return found


def _span(event: Mapping[str, Any]) -> tuple[float, float] | None:
    low, high, day = event.get("day_low"), event.get("day_high"), event.get("day")
    if low is None or high is None:
        return None if day is None else (day, day)
    return low, high


CHECKS: tuple[Check, ...] = (times_and_dates, dead_by_date)
