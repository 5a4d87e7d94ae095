"""Rows about the same thing in the same patient, from several columns, made one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fusionscape.readers.codes import finding
from fusionscape.readers.meaning.column import Column
from fusionscape.readers.values.dates import date_order, parse_date
from fusionscape.readers.values.numbers import parse_number
from fusionscape.results import Finding

_STRENGTH = {"present": 3, "ambiguous": 2, "absent": 1, "not tested": 0}


def _rank(row: Mapping[str, Any]) -> tuple[int, bool]:
    """The stronger state wins; of two alike, what holds whatever the assay was."""
    return _STRENGTH[row["state"]], not row.get("by_assay", False)


def merge_lesions(
    rows: Iterable[Mapping[str, Any]], file: str
) -> tuple[list[Mapping[str, Any]], list[Finding]]:
    """One row a patient and lesion: present wins, values are kept, disagreement is told."""
    merged: dict[tuple[str, str], dict[str, Any]] = {}
    values: dict[tuple[str, str], Mapping[str, Any]] = {}
    conflicts: dict[str, int] = {}
    for row in rows:
        place = (str(row["patient_id"]), str(row["lesion"]))
        if row["state"] == "value":
            values[place] = row
            continue
        earlier = merged.get(place)
        if earlier is None:
            merged[place] = dict(row)
            continue
        if {earlier["state"], row["state"]} == {"present", "absent"}:
            conflicts[place[1]] = conflicts.get(place[1], 0) + 1
        if _rank(row) > _rank(earlier):
            merged[place] = dict(row)
    for place, row in values.items():
        if place in merged:
            merged[place]["value"] = row["value"]
        else:
            state = "present" if row["value"] > 0 else "absent"
            merged[place] = {**row, "state": state}
    found = [
        finding(
            "lesion-conflict",
            f"{lesion} is said to be present and absent in {count} patients; present was kept.",
            file=file,
            column=lesion,
            count=count,
        )
        for lesion, count in sorted(conflicts.items())
    ]
    return list(merged.values()), found


def merge_mrd(events: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """A residual disease value and its positive/negative of the same course, as one event."""
    merged: dict[tuple[Any, ...], dict[str, Any]] = {}
    for number, event in enumerate(events):
        place: tuple[Any, ...] = (number,)
        if event["kind"] == "mrd":
            place = (event["patient_id"], event["kind"], event["order"], event.get("target"))
        earlier = merged.setdefault(place, {})
        for name, value in event.items():
            if earlier.get(name) is None:
                earlier[name] = value
    return list(merged.values())


def timed(column: Column) -> dict[str, dict[str, Any]]:
    """When each patient's value was taken: a date, or days since diagnosis."""
    order = column.spec.date_order or date_order(column.texts()).order
    found: dict[str, dict[str, Any]] = {}
    for cell in column.cells():
        number = parse_number(cell.text)
        if number is not None and not number.unit and abs(number.value) < 10_000:
            found[cell.patient] = {
                "day": number.value, "day_low": number.value, "day_high": number.value,
            }  # fmt: skip
            continue
        span = parse_date(cell.text, order=order, since_1904=column.table.encoding == "xlsx-1904")
        if span is None:
            column.note("date-not-understood", f"{cell.raw[:40]!r} is not a date.", cell)
            continue
        found[cell.patient] = {"date_low": span.low, "date_high": span.high}
    return found
