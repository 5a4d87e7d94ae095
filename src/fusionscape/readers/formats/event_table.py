"""A long table (one row per course, response, MRD value ...) by a declared mapping -> events."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from fusionscape.cohort.schema import EVENT_SCHEMA
from fusionscape.readers.formats.cells import Record, key, keys, number, records, whole
from fusionscape.readers.formats.notes import Notes
from fusionscape.readers.fragment import Fragment
from fusionscape.readers.raw import RawTable

_CENSORED = re.compile(r"^\s*([<>≤≥])=?\s*(.+)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventMapping:
    """Which column fills which field of an event, and what is the same for every row.

    `columns` maps fields of cohort/schema.py (``day``, ``label``, ``value`` ...) to columns of
    the table; `fixed` gives the others (``{"unit": "%"}``). Days count from diagnosis. A table
    of several kinds of events maps ``kind`` itself, and ``order`` where it has one.
    """

    patient: str
    kind: str
    columns: Mapping[str, str]
    fixed: Mapping[str, str] = field(default_factory=dict)


def read_event_table(table: RawTable, mapping: EventMapping) -> Fragment:
    """What does each row of a long table say happened?

    Rows are ordered by patient and day (rows without a day keep their order, last). A value
    written ``<1e-4`` keeps its sign in `censored`. What cannot be read becomes a finding.
    """
    notes = Notes(table.name)
    names = keys(table)
    wanted = {"patient_id": mapping.patient, **mapping.columns}
    missing = sorted(column for column in wanted.values() if key(column) not in names)
    unknown = sorted({*mapping.columns, *mapping.fixed} - set(EVENT_SCHEMA))
    if missing or unknown:
        _not_there(notes, missing, unknown)
        return Fragment(file=table.name, findings=notes.found())
    events = []
    for record in records(table, notes):
        patient = record.text(key(mapping.patient))
        if patient is None:
            _no_patient(notes, record)
            continue
        events.append(
            {"kind": mapping.kind, **_read(record, mapping, notes), "patient_id": patient}
        )
    events.sort(key=_place)
    counts: dict[str, int] = {}
    for event in events:
        counts[event["patient_id"]] = counts.get(event["patient_id"], 0) + 1
        event["order"] = counts[event["patient_id"]]
    return Fragment(file=table.name, events=tuple(events), findings=notes.found())


def _place(event: Mapping[str, Any]) -> tuple[str, float, bool, float]:
    day, order = event.get("day"), event.get("order")
    place = 0.0 if order is None else float(order)
    return str(event["patient_id"]), place, day is None, 0.0 if day is None else float(day)


def _read(record: Record, mapping: EventMapping, notes: Notes) -> dict[str, Any]:
    found: dict[str, Any] = {}
    given = {name: record.text(key(column)) for name, column in mapping.columns.items()}
    for name, text in {**mapping.fixed, **given}.items():
        if text is None:
            continue
        dtype = EVENT_SCHEMA[name]
        if name == "value" and (match := _CENSORED.match(text)):
            found["censored"] = "<" if match.group(1) in "<≤" else ">"
            found["reported"] = text
            text = match.group(2)
        value: Any = text
        if dtype == pl.Float64:
            value = number(text)
        elif dtype == pl.Int64:
            value = whole(text)
        if value is None:
            _not_a_number(notes, record, mapping.columns.get(name, name), text)
        found[name] = value
    return found


def _not_there(notes: Notes, missing: list[str], unknown: list[str]) -> None:
    if missing:
        notes.add(
            "missing-required-column",
            "error",
            f"The table has no column {', '.join(missing)}, which the mapping names.",
            "Correct the mapping in study.toml or add the column.",
            column=missing[0],
        )
    if unknown:
        notes.add(
            "unknown-event-field",
            "error",
            f"{', '.join(unknown)} is no field of an event.",
            f"The fields are {', '.join(EVENT_SCHEMA)}.",
            column=unknown[0],
        )


def _no_patient(notes: Notes, record: Record) -> None:
    notes.add(
        "missing-id",
        "error",
        "The row names no patient.",
        "Give every row its patient id.",
        row=record.row,
    )


def _not_a_number(notes: Notes, record: Record, column: str, text: str) -> None:
    notes.add(
        "value-not-understood",
        "warning",
        f"A value of {column} is not a number and is taken as missing.",
        "Correct the value.",
        row=record.row,
        column=column,
        value=text,
    )
