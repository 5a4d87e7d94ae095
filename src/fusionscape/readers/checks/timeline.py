"""Events in an impossible order."""

from __future__ import annotations

from collections.abc import Iterable

from fusionscape.readers.checks.view import Check, View
from fusionscape.readers.codes import finding
from fusionscape.results import Finding

_AFTER_DIAGNOSIS = ("remission", "transplant", "relapse", "death", "last_seen", "lost", "response")
_BEFORE_DEATH = (
    "remission", "transplant", "relapse", "response", "course", "mrd", "last_seen", "lost",
)  # fmt: skip


def before_diagnosis(view: View) -> Iterable[Finding]:
    """Outcomes before the diagnosis."""
    for event in view.events:
        high = event.get("day_high")
        if event["kind"] in _AFTER_DIAGNOSIS and high is not None and high < 0:
            who = str(event["patient_id"])
            what = f"Patient {who[:40]}: {event['kind']} {-high:g} days before diagnosis."
            yield finding("event-before-diagnosis", what, file=view.file, column=event["kind"])


def after_death(view: View) -> Iterable[Finding]:
    """Something that happened to the dead."""
    deaths = {
        str(e["patient_id"]): e["day_high"]
        for e in view.events
        if e["kind"] == "death" and e.get("day_high") is not None
    }
    for event in view.events:
        who, low = str(event["patient_id"]), event.get("day_low")
        if who not in deaths or low is None or event["kind"] not in _BEFORE_DEATH:
            continue
        if low > deaths[who]:
            what = f"Patient {who[:40]}: {event['kind']} after death."
            yield finding("event-after-death", what, file=view.file, column=event["kind"])


def impossible_dates(view: View) -> Iterable[Finding]:
    """Dates of another century."""
    for event in view.events:
        low = event.get("date_low")
        if low is not None and not 1930 <= low.year <= 2100:
            who = str(event["patient_id"])
            what = f"Patient {who[:40]}: {event['kind']} in the year {low.year}."
            yield finding("date-impossible", what, file=view.file, column=event["kind"])


def several_deaths(view: View) -> Iterable[Finding]:
    """Two days of death, or of diagnosis, that differ."""
    first: dict[tuple[str, str], float] = {}
    for event in view.events:
        day = event.get("day")
        if event["kind"] not in ("death", "diagnosis") or day is None:
            continue
        place = (str(event["patient_id"]), str(event["kind"]))
        if first.setdefault(place, day) != day:
            what = f"Patient {place[0][:40]} has two different days of {place[1]}."
            yield finding("event-twice", what, file=view.file, column=place[1])


CHECKS: tuple[Check, ...] = (before_diagnosis, after_death, impossible_dates, several_deaths)
