"""Dates to days from diagnosis; overall survival from dates where no column gives it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from fusionscape.readers.assembling.join import Joined
from fusionscape.readers.codes import finding

_AFTER_DIAGNOSIS = (
    "remission", "response", "transplant", "relapse", "death", "last_seen", "lost",
)  # fmt: skip


def count_days(joined: Joined, *, cut_off: date | None) -> None:
    """Give every dated event its day, with the first and last day it may be."""
    _name_ends(joined)
    diagnosis = {
        str(e["patient_id"]): e
        for e in joined.events
        if e.get("kind") == "diagnosis" and e.get("date_low") is not None
    }
    dated = [e for e in joined.events if e.get("date_low") is not None]
    without = sorted({str(e["patient_id"]) for e in dated} - set(diagnosis))
    if without:
        what = f"{len(without)} patients have dated events and no date of diagnosis."
        joined.findings.append(
            finding("diagnosis-date-missing", what, file=joined.origin, count=len(without))
        )
    if cut_off is not None:
        for who, event in diagnosis.items():
            middle = (event["date_low"].toordinal() + event["date_high"].toordinal()) / 2
            joined.patients[who].setdefault("cut_off_days", cut_off.toordinal() - middle)
    for event in dated:
        who = str(event["patient_id"])
        if who in diagnosis:
            event.update(_days(event, diagnosis[who]))


def _name_ends(joined: Joined) -> None:
    """A date of death or last contact is the one in the dead, the other in everybody else."""
    for event in joined.events:
        if event.get("kind") == "death_or_last_seen":
            died = joined.patients[str(event["patient_id"])].get("os_event")
            event["kind"] = "death" if died is True else "last_seen"


def _days(event: Mapping[str, Any], start: Mapping[str, Any]) -> dict[str, float]:
    if event is start:
        return {"day": 0.0, "day_low": 0.0, "day_high": 0.0}
    low = (event["date_low"] - start["date_high"]).days
    high = (event["date_high"] - start["date_low"]).days
    if low < 0 <= high and event["kind"] in _AFTER_DIAGNOSIS:
        low = 0  # two dates known to the year: what follows the diagnosis is not before it
    return {"day": (low + high) / 2, "day_low": float(low), "day_high": float(high)}


def fill_from_events(joined: Joined) -> None:
    """os_days, os_event, transplant, transplant_days and entry_days where no column gave them."""
    by_patient: dict[str, dict[str, Mapping[str, Any]]] = {}
    for event in joined.events:
        kinds = by_patient.setdefault(str(event["patient_id"]), {})
        kinds.setdefault(str(event["kind"]), event)
    derived = 0
    wide: dict[str, float] = {}
    for who, kinds in by_patient.items():
        values = joined.patients[who]
        if _survival(values, kinds):
            derived += 1
            wide[who] = _width(_end(kinds))
        transplant = kinds.get("transplant")
        if transplant is not None:
            values.setdefault("transplant", True)
            _set_day(values, "transplant_days", transplant)
        _set_day(values, "entry_days", kinds.get("entry"))
    if derived:
        what = f"Overall survival of {derived} patients was counted from their dates."
        joined.findings.append(
            finding("survival-from-dates", what, file=joined.origin, count=derived)
        )
    _partial(joined, "overall survival", wide)
    for kind, what in _DATED_EVENTS.items():
        spans = {w: _width(kinds.get(kind)) for w, kinds in by_patient.items()}
        _partial(joined, what, spans, column=kind)


_DATED_EVENTS = {
    "relapse": "the day of relapse",
    "remission": "the day of remission",
    "response": "the day of a response",
    "transplant": "the day of transplant",
}


def _width(event: Mapping[str, Any] | None) -> float:
    """How many days lie between the first and the last day the event may have had."""
    if event is None or event.get("day_low") is None or event.get("day_high") is None:
        return 0.0
    return float(event["day_high"] - event["day_low"])


def _partial(
    joined: Joined, what: str, widths: Mapping[str, float], *, column: str | None = None
) -> None:
    """Times counted from dates known to the month or year: how many, and how far off."""
    wide = {who: width for who, width in widths.items() if width > 0}
    if not wide:
        return
    most = max(wide, key=lambda who: wide[who])
    text = (
        f"In {len(wide)} of {len(widths)} patients {what} rests on dates known only to the month "
        f"or year; the middle was taken. The true time may lie up to {wide[most] / 2:.0f} days to "
        f"either side (patient {most[:40]})."
    )
    joined.findings.append(
        finding("time-from-partial-dates", text, file=joined.origin, column=column, count=len(wide))
    )


def _end(kinds: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The event that ends overall survival."""
    return kinds.get("death") or kinds.get("last_seen") or kinds.get("lost")


def _survival(values: dict[str, Any], kinds: Mapping[str, Mapping[str, Any]]) -> bool:
    if values.get("os_days") is not None:
        return False
    death, end = kinds.get("death"), _end(kinds)
    if end is None or end.get("day") is None:
        return False
    if death is None and values.get("os_event") is True:
        return False
    values["os_days"] = end["day"]
    values.setdefault("os_event", death is not None)
    return True


def _set_day(values: dict[str, Any], name: str, event: Mapping[str, Any] | None) -> None:
    if event is not None and event.get("day") is not None and values.get(name) is None:
        values[name] = event["day"]
