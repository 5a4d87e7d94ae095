"""Timeline files of a cBioPortal study -> events in days from diagnosis."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from fusionscape.readers.formats.cells import Record, keys, number, records, whole
from fusionscape.readers.formats.notes import Notes
from fusionscape.readers.fragment import Fragment
from fusionscape.readers.raw import RawTable

Event = dict[str, Any]
_TRANSPLANT = re.compile(r"\bhsct\b|\bsct\b|transplant|\bbmt\b", re.IGNORECASE)
_VALUE = re.compile(r"^\s*([<>]=?|≤|≥)?\s*([0-9.]+(?:e[-+]?\d+)?)\s*(%?)\s*$", re.IGNORECASE)
_BASELINE_DAYS = 30.0
# Words of a STATUS row, looked for in this order: "not in complete remission" holds "remission".
_STATUS: tuple[tuple[str, str, str], ...] = (
    (r"not in (cr|complete)|no (cr|complete remission)|refractory", "response", "not in CR"),
    (r"\bcri\b|incomplete (count|h[a]?ematologic)", "response", "CRi"),
    (r"\bcrh\b", "response", "CRh"),
    (r"\bmlfs\b|morphologic leuk", "response", "MLFS"),
    (r"relapse|recurren", "relapse", "relapse"),
    (r"\bcr\d?\b|complete (remission|response)", "response", "CR"),
    (r"\bpr\b|partial (remission|response)", "response", "PR"),
    (r"\bnr\b|no response|resistant", "response", "NR"),
    (r"deceased|death|\bdead\b|died", "death", "death"),
    (r"lost to follow|withdr|abandon", "lost", "lost"),
    (r"diagnosis", "diagnosis", "diagnosis"),
    (r"last (seen|contact|follow)|alive|living", "last_seen", "alive"),
)


def read_timeline(table: RawTable) -> Fragment:
    """What happened when? One event per row of a timeline file.

    TREATMENT rows become courses (transplants among them transplants), STATUS rows
    responses, relapse, death or last seen by their words, LAB_TEST rows MRD and blast values
    (``<1e-4`` kept as censored). Days are days from diagnosis; STOP_DATE may be absent.
    Specimens tell which sample belongs to which patient, and which were taken late.
    """
    notes = Notes(table.name)
    names = keys(table)
    if not {"patientid", "startdate", "eventtype"} <= names:
        notes.add(
            "missing-required-column",
            "error",
            "A timeline file needs PATIENT_ID, START_DATE and EVENT_TYPE.",
            "Add the columns; STOP_DATE alone may be absent.",
            column="START_DATE",
        )
        return Fragment(file=table.name, findings=notes.found())
    events: list[Event] = []
    samples: dict[str, str] = {}
    for record in records(table, notes):
        patient, day = record.text("patientid"), number(record.text("startdate"))
        if patient is None or day is None:
            _malformed(notes, record)
            continue
        event = _event(record, notes)
        sample = record.text("sampleid")
        if sample is not None:
            samples[sample] = patient
            _late(notes, record, day)
        if event is not None:
            events.append({"patient_id": patient, "day": day, **_end(record, day, notes), **event})
    return Fragment(
        file=table.name,
        events=_ordered(events),
        sample_patient={s: samples[s] for s in sorted(samples)},
        findings=notes.found(),
    )


def _event(record: Record, notes: Notes) -> Event | None:
    kind = re.sub(r"[^a-z]", "", (record.text("eventtype") or "").casefold())
    read = _KINDS.get(kind)
    if read is not None:
        return read(record, notes)
    if kind not in {"specimen", "sampleacquisition", "sequencing", "surgery", "imaging"}:
        _not_used(notes, record, "eventtype", record.text("eventtype"))
    return None


def _treatment(record: Record, _notes: Notes) -> Event:
    texts = [record.text(n) for n in ("agent", "subtype", "treatmenttype", "regimen")]
    label = next((t for t in texts if t), None)
    transplant = any(t and _TRANSPLANT.search(t[:500]) for t in texts)
    return {
        "kind": "transplant" if transplant else "course",
        "label": label,
        "line": whole(record.text("line", "lineoftherapy", "treatmentline")),
        "course": whole(record.text("course", "cycle")),
        "reported": "; ".join(dict.fromkeys(t for t in texts if t)) or None,
    }


def _status(record: Record, notes: Notes) -> Event | None:
    text = record.text("status", "diseasestatus", "response")
    for pattern, kind, label in _STATUS:
        if text is not None and re.search(pattern, text[:500], re.IGNORECASE):
            return {
                "kind": kind,
                "label": label,
                "line": whole(record.text("line", "lineoftherapy")),
                "course": whole(record.text("course", "cycle")),
                "reported": text,
            }
    _not_used(notes, record, "status", text)
    return None


def _lab_test(record: Record, notes: Notes) -> Event | None:
    test, result = record.text("test"), record.raw("result")
    words = (test or "").casefold()
    kind = "mrd" if "mrd" in words or "residual" in words else None
    if kind is None and "blast" in words:
        kind = "blasts"
    if kind is None or not result:
        _not_used(notes, record, "test", test)
        return None
    match = _VALUE.match(result[:200])
    state = _sign(result)
    if match is None and state is None:
        _not_used(notes, record, "result", result)
        return None
    sign = match.group(1) if match else None
    return {
        "kind": kind,
        "label": test,
        "value": number(match.group(2)) if match else None,
        "unit": record.text("unit", "resultunit") or ("%" if match and match.group(3) else None),
        "censored": None if not sign else ("<" if sign[0] in "<≤" else ">"),
        "state": state,
        "target": record.text("target", "subtype"),
        "reported": result,
    }


def _sign(text: str) -> str | None:
    words = text.strip().casefold()
    if words.startswith(("neg", "undetect", "not detect")):
        return "negative"
    return "positive" if words.startswith(("pos", "detect")) else None


_KINDS: dict[str, Callable[[Record, Notes], Event | None]] = {
    "treatment": _treatment,
    "status": _status,
    "labtest": _lab_test,
    "diagnosis": lambda _r, _n: {"kind": "diagnosis", "label": "diagnosis"},
}


def _end(record: Record, day: float, notes: Notes) -> Event:
    end = number(record.text("stopdate"))
    if end is not None and end < day:
        notes.add(
            "stop-before-start",
            "warning",
            "STOP_DATE lies before START_DATE; the end is taken as unknown.",
            "Correct the days.",
            row=record.row,
            column="STOP_DATE",
            value=record.text("stopdate"),
        )
        end = None
    return {"end_day": end}


def _ordered(events: list[Event]) -> tuple[Event, ...]:
    ranked = sorted(
        events,
        key=lambda e: (
            str(e["patient_id"]),
            float(e["day"]),
            *(str(e.get(name)) for name in ("kind", "label", "target", "reported", "end_day")),
        ),
    )
    counts: dict[str, int] = {}
    for event in ranked:
        patient = str(event["patient_id"])
        counts[patient] = counts.get(patient, 0) + 1
        event["order"] = counts[patient]
    return tuple(ranked)


def _late(notes: Notes, record: Record, day: float) -> None:
    if day > _BASELINE_DAYS:
        notes.add(
            "specimen-after-baseline",
            "warning",
            f"A sample was taken more than {_BASELINE_DAYS:.0f} days after diagnosis; what it "
            "carries was not known at baseline.",
            "Name the baseline sample of the patient, or leave the late sample out.",
            row=record.row,
            value=record.text("sampleid"),
        )


def _malformed(notes: Notes, record: Record) -> None:
    notes.add(
        "malformed-timeline-row",
        "warning",
        "The row has no patient, or START_DATE is not a number of days.",
        "Give START_DATE as days from diagnosis.",
        row=record.row,
        value=record.text("startdate"),
    )


def _not_used(notes: Notes, record: Record, column: str, value: str | None) -> None:
    notes.add(
        "timeline-row-not-used",
        "note",
        f"A timeline row was not understood by its {column} and was not read.",
        "Nothing to do, or write the row in the words of the documentation.",
        row=record.row,
        column=column,
        about=(value or "").casefold()[:60],
        value=value,
    )
