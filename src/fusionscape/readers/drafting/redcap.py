"""The draft of a REDCap export: the columns it has once reshaped, and its repeated forms."""

from __future__ import annotations

import json

from fusionscape.readers.drafting.guess import guess_columns
from fusionscape.readers.drafting.parts import DraftFile, Unsure
from fusionscape.readers.drafting.questions import unsure_of
from fusionscape.readers.formats.redcap import reshape_redcap
from fusionscape.readers.raw import RawTable

_OWN = 3  # record, event and instance stand first in every long table


def draft_redcap(table: RawTable, path: str) -> tuple[RawTable, DraftFile]:
    """The patients of the export, one row each, and their part of the draft.

    The names are those that reading will find: without REDCap's own columns and form status,
    with ``field@event`` for a field of several events. A repeated form is a question, for it
    must be said which kind of events it holds.
    """
    export = reshape_redcap(table)
    patients = export.patients
    guesses = guess_columns(patients)
    forms = [(long.sheet or "", long.columns[_OWN:]) for long in export.repeated]
    why = "a repeated form: say which kind of events it holds, or leave it out"
    asked = (Unsure(file=table.name, column=name, field="events", why=why) for name, _ in forms)
    remarks = [line for name, columns in forms for line in _events(path, patients, name, columns)]
    file = DraftFile(
        path=path,
        sheet=table.sheet,
        kind="redcap",
        guesses=guesses,
        unsure=(*unsure_of(patients, guesses), *asked),
        about="",
        id=patients.columns[0],
        remarks=tuple(remarks),
    )
    return patients, file


def _events(path: str, patients: RawTable, name: str, columns: tuple[str, ...]) -> list[str]:
    """The block that would read a repeated form, to be completed by hand."""
    return [
        f"UNSURE: the form {name!r} is repeated; it has {', '.join(columns)}",
        "[[files]]",
        f"path = {_quoted(path)}",
        'kind = "redcap"',
        f"id = {_quoted(patients.columns[0])}",
        f"instrument = {_quoted(name)}",
        "[files.events]",
        'kind = "..."   # response, mrd, course ...',
        'columns = { day = "...", value = "..." }',
    ]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
