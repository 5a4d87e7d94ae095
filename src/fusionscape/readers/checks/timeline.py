"""Events in an impossible order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fusionscape.readers.checks.view import Check, View
from fusionscape.results import Finding

_AFTER_DIAGNOSIS = ("remission", "transplant", "relapse", "death", "last_seen", "lost", "response")
_BEFORE_DEATH = (
    "remission", "transplant", "relapse", "response", "course", "mrd", "last_seen", "lost",
)  # fmt: skip
_NAMES = {"last_seen": "last contact", "lost": "loss to follow-up", "mrd": "residual disease"}


def before_diagnosis(view: View) -> Iterable[Finding]:
    """Outcomes before the diagnosis."""
    for event in view.events:
        high = event.get("day_high")
        if event["kind"] in _AFTER_DIAGNOSIS and high is not None and high < 0:
            who = str(event["patient_id"])
            what = f"Patient {who[:40]}: {_name(event)} {-high:g} days before diagnosis."
            yield _said(view, "event-before-diagnosis", event, what)


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
            what = f"Patient {who[:40]}: {_name(event)} {low - deaths[who]:g} days after death."
            yield _said(view, "event-after-death", event, what)


def impossible_dates(view: View) -> Iterable[Finding]:
    """Dates of another century."""
    for event in view.events:
        low = event.get("date_low")
        if low is not None and not 1930 <= low.year <= 2100:
            who = str(event["patient_id"])
            what = f"Patient {who[:40]}: {_name(event)} in the year {low.year}."
            yield _said(view, "date-impossible", event, what)


def after_cut_off(view: View) -> Iterable[Finding]:
    """Dates after the end of the data."""
    end = view.plan.data_cut_off
    for event in view.events if end is not None else ():
        low = event.get("date_low")
        if low is not None and end is not None and low > end:
            who = str(event["patient_id"])
            what = (
                f"Patient {who[:40]}: {_name(event)} on {low.isoformat()}, after the data cut-off "
                f"({end.isoformat()})."
            )
            yield _said(view, "date-after-cut-off", event, what)


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
            yield _said(view, "event-twice", event, what)


def _name(event: Mapping[str, Any]) -> str:
    """What an event is called in a sentence."""
    return _NAMES.get(str(event["kind"]), str(event["kind"]).replace("_", " "))


def _said(view: View, code: str, event: Mapping[str, Any], what: str) -> Finding:
    """A finding at the place of the event: its column, row and value where it is a date."""
    kind, who = str(event["kind"]), str(event["patient_id"])
    return view.at(code, who, view.event_column(kind) or kind, what)


CHECKS: tuple[Check, ...] = (
    before_diagnosis,
    after_death,
    impossible_dates,
    after_cut_off,
    several_deaths,
)
