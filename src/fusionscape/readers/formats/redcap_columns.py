"""The columns of a REDCap export: its own, the fields, and checkbox groups."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fusionscape.readers.formats import redcap_notes as say
from fusionscape.readers.formats.cells import key
from fusionscape.readers.formats.notes import Notes
from fusionscape.readers.raw import RawTable

_CHECKBOX = re.compile(r"^(.+?)(?:___(.+)|\s*\(choice=(.+)\))$", re.DOTALL)
_EVENT = ("redcapeventname", "eventname")
_INSTRUMENT = ("redcaprepeatinstrument", "repeatinstrument")
_INSTANCE = ("redcaprepeatinstance", "repeatinstance")
_OWN = frozenset(
    {*_EVENT, *_INSTRUMENT, *_INSTANCE, "redcapdataaccessgroup", "dataaccessgroup",
     "redcapsurveyidentifier", "surveyidentifier"}
)  # fmt: skip
_TICKED = {"1": "1", "checked": "1", "0": "0", "unchecked": "0"}
_STATUS = frozenset({"0", "1", "2", "incomplete", "unverified", "complete"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where things stand: the record id, REDCap's own columns, fields, checkbox groups."""

    record: str
    event: int | None
    instrument: int | None
    instance: int | None
    fields: tuple[str, ...]
    places: tuple[int, ...]
    groups: tuple[str | None, ...]
    forms: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of an export with its filled cells by field."""

    row: int
    record: str
    event: str | None
    instrument: str | None
    instance: str | None
    cells: dict[str, str]

    @property
    def repeated(self) -> bool:
        """True for a row of a repeated instrument or event."""
        return self.instrument is not None or self.instance is not None


def is_redcap(table: RawTable) -> bool:
    """True for a raw or label export of a longitudinal or repeating project, or checkboxes."""
    names = [key(column) for column in table.columns]
    own = any(name.startswith("redcap") and name in _OWN for name in names)
    label = "repeatinstrument" in names and "repeatinstance" in names
    raw = any(re.search(r"[A-Za-z0-9_]___[A-Za-z0-9_]+$", column) for column in table.columns)
    chosen = any("(choice=" in column for column in table.columns)
    return own or label or raw or chosen


def layout_of(table: RawTable) -> Layout:
    """Sort the columns of an export into ids, fields, checkbox groups and form status."""
    names = [key(column) for column in table.columns]
    fields: list[tuple[str, int, str | None]] = []
    forms: list[int] = []
    for index, (column, name) in enumerate(zip(table.columns, names, strict=True)):
        if index == 0 or name in _OWN:
            continue
        if _is_form(table, index, name):
            forms.append(index)
            continue
        match = _CHECKBOX.match(column)
        used = {field for field, _, _ in fields}
        field = column if column not in used else f"{column}#{index + 1}"
        fields.append((field, index, match.group(1) if match else None))
    return Layout(
        record=table.columns[0] if table.columns else "record_id",
        event=_first(names, _EVENT),
        instrument=_first(names, _INSTRUMENT),
        instance=_first(names, _INSTANCE),
        fields=tuple(field for field, _, _ in fields),
        places=tuple(index for _, index, _ in fields),
        groups=tuple(group for _, _, group in fields),
        forms=tuple(forms),
    )


def read_lines(table: RawTable, layout: Layout, notes: Notes) -> list[Line]:
    """The rows of an export that name a record."""
    lines = []
    for index, row in enumerate(table.rows):
        if all(cell is None or not cell.strip() for cell in row):
            continue
        number = table.row_number(index)
        if len(row) != len(table.columns):
            say.ragged(notes, number, len(row), len(table.columns))
        record = _cell(row, 0)
        if record is None:
            say.no_record(notes, number)
            continue
        if any((_cell(row, i) or "2").casefold() not in {"2", "complete"} for i in layout.forms):
            say.form_incomplete(notes, number)
        lines.append(
            Line(
                row=number,
                record=record,
                event=_cell(row, layout.event),
                instrument=_cell(row, layout.instrument),
                instance=_cell(row, layout.instance),
                cells=_cells(row, layout, number, notes),
            )
        )
    return lines


def _cells(
    row: tuple[str | None, ...], layout: Layout, number: int, notes: Notes
) -> dict[str, str]:
    cells: dict[str, str] = {}
    ticked: set[str] = set()
    for field, place, group in zip(layout.fields, layout.places, layout.groups, strict=True):
        value = _cell(row, place)
        if value is None:
            continue
        if group is not None:
            value = _TICKED.get(value.casefold(), value)
            if value != "0":
                ticked.add(group)
        cells[field] = value
    for field, group in zip(layout.fields, layout.groups, strict=True):
        if group is not None and group not in ticked and field in cells:
            say.nothing_ticked(notes, number, group)
            del cells[field]
    return cells


def _cell(row: tuple[str | None, ...], place: int | None) -> str | None:
    if place is None or place >= len(row):
        return None
    text = row[place]
    return text.strip() or None if text is not None else None


def _first(names: list[str], wanted: tuple[str, ...]) -> int | None:
    return next((names.index(name) for name in wanted if name in names), None)


def _is_form(table: RawTable, index: int, name: str) -> bool:
    if not table.columns[index].endswith("_complete") and name != "complete":
        return False
    values = {(_cell(row, index) or "2").casefold() for row in table.rows}
    return values <= _STATUS
