"""What the reader is told about a REDCap export."""

from __future__ import annotations

from fusionscape.readers.formats.notes import Notes


def ragged(notes: Notes, row: int, cells: int, columns: int) -> None:
    """A row shorter or longer than the header."""
    notes.add(
        "ragged-row",
        "warning",
        f"The row has {cells} cells where the header names {columns}.",
        "Give the row as many cells as the header; cells beyond it were not read.",
        row=row,
    )


def no_record(notes: Notes, row: int) -> None:
    """A row without a record id."""
    notes.add(
        "missing-id",
        "error",
        "The row has no record id.",
        "Export the record id with every row.",
        row=row,
    )


def duplicate_row(notes: Notes, row: int, record: str) -> None:
    """The same record and event twice."""
    notes.add(
        "redcap-duplicate-row",
        "error",
        "The same record stands twice in the same event; the first row was read.",
        "Keep one row per record and event.",
        row=row,
        value=record,
    )


def several_events(notes: Notes, field: str) -> None:
    """A field filled in more than one event."""
    notes.add(
        "redcap-field-in-several-events",
        "note",
        "A field is filled in several events; it became one column per event (field@event).",
        "Map the column of the baseline event, and the later ones with their timing.",
        about=field,
        column=field,
    )


def nothing_ticked(notes: Notes, row: int, group: str, record: str) -> None:
    """A checkbox group with nothing ticked."""
    notes.add(
        "redcap-nothing-ticked",
        "note",
        "A checkbox group has nothing ticked; REDCap writes the same for a form never opened, so "
        f"it is taken as missing and not as no; first in record {record!r}.",
        "Add a box 'none of these' to the form where it matters.",
        row=row,
        column=group,
        value=record,
    )


def form_incomplete(notes: Notes, row: int) -> None:
    """A form whose status is not complete."""
    notes.add(
        "redcap-form-incomplete",
        "note",
        "A form is marked incomplete or unverified; its values are read as they are.",
        "Finish the form in REDCap.",
        row=row,
    )
