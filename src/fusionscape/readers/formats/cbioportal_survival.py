"""Survival pairs of a cBioPortal clinical file: ``OS_STATUS`` with ``OS_MONTHS``."""

from __future__ import annotations

import re
from typing import Any

from fusionscape.readers.formats.cells import Record, number
from fusionscape.readers.formats.notes import Notes
from fusionscape.results import Severity

# What the curators multiply months by (cBioPortal/datahub).
DAYS_PER_MONTH = 30.4
ENDPOINTS = {"os": "os", "efs": "efs", "rfs": "rfs", "dfs": "rfs"}
_PREFIXED = re.compile(r"^([01])\s*:\s*(.*)$")
_EVENT = re.compile(
    r"\bdeceased\b|\bdead\b|\bdied\b|relapse|recurr|progress|^(yes|event|1)$", re.IGNORECASE
)
_NO_EVENT = re.compile(
    r"\bliving\b|\balive\b|disease\s*free|censored|no event|"
    r"not (progressed|relapsed|recurred)|^(no|0)$",
    re.IGNORECASE,
)


def note_pairs(notes: Notes, names: tuple[str, ...]) -> None:
    """Tell of a status without its months, or months without their status."""
    for endpoint in ENDPOINTS:
        status, months = f"{endpoint}status" in names, f"{endpoint}months" in names
        label = endpoint.upper()
        if status != months:
            notes.add(
                "survival-pair-incomplete",
                "warning",
                f"{label}_STATUS and {label}_MONTHS belong together; one of them is missing.",
                "Add the other column.",
                column=f"{label}_STATUS" if status else f"{label}_MONTHS",
            )
        elif months:
            notes.add(
                "months-to-days",
                "note",
                f"{label}_MONTHS was multiplied by {DAYS_PER_MONTH} to give days.",
                "Nothing to do; give days where they are known.",
                column=f"{label}_MONTHS",
            )


def read_survival(record: Record, notes: Notes) -> dict[str, Any]:
    """Days and events of a row, by the names of the cohort's fields; RFS goes before DFS."""
    found: dict[str, Any] = {}
    for endpoint, field in ENDPOINTS.items():
        event = _event(record, endpoint, notes)
        days = _days(record, endpoint, notes)
        if f"{field}_days" in found or f"{field}_event" in found:
            continue
        if days is not None:
            found[f"{field}_days"] = days
        if event is not None:
            found[f"{field}_event"] = event
    return found


def _days(record: Record, endpoint: str, notes: Notes) -> float | None:
    text = record.text(f"{endpoint}months")
    months = number(text)
    if text is not None and (months is None or months < 0):
        notes.add(
            "impossible-survival-time",
            "error",
            "A survival time is negative or not a number; it is taken as missing.",
            "Correct the value.",
            row=record.row,
            column=f"{endpoint.upper()}_MONTHS",
            value=text,
        )
        return None
    return None if months is None else months * DAYS_PER_MONTH


def _event(record: Record, endpoint: str, notes: Notes) -> bool | None:
    text = record.text(f"{endpoint}status")
    if text is None:
        return None
    match = _PREFIXED.match(text[:200])
    words = match.group(2) if match else text[:200]
    # "no" words first: "not progressed" holds "progress".
    said = False if _NO_EVENT.search(words) else (True if _EVENT.search(words) else None)
    column = f"{endpoint.upper()}_STATUS"
    if match is None:
        code = "status-without-prefix" if said is not None else "status-not-understood"
        _note_status(notes, code, record, column, text)
        return said
    coded = match.group(1) == "1"
    if said is not None and said != coded:
        _note_status(notes, "status-contradicts-itself", record, column, text)
        return None
    return coded


_STATUS_WORDS = {
    "status-without-prefix": (
        "The status has no 0: or 1: before it; it was read by its words.",
        "Write 0:LIVING and 1:DECEASED.",
    ),
    "status-not-understood": (
        "The status is not understood and is taken as unknown.",
        "Write 0: for no event and 1: for an event before the word.",
    ),
    "status-contradicts-itself": (
        "The number and the word of the status contradict each other; it is taken as unknown.",
        "Correct the status: 0 is no event, 1 is an event.",
    ),
}


def _note_status(notes: Notes, code: str, record: Record, column: str, text: str) -> None:
    what, mend = _STATUS_WORDS[code]
    severity: Severity = "error" if code == "status-contradicts-itself" else "warning"
    notes.add(code, severity, what, mend, row=record.row, column=column, value=text)
