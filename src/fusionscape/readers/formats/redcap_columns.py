"""The columns of a REDCap export: its own, the fields, and checkbox groups."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

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
        used = {name for name, _, _ in fields}
        own = column if column not in used else f"{column}#{index + 1}"
        fields.append((own, index, match.group(1) if match else None))
    return Layout(
        record=table.columns[0] if table.columns else "record_id",
        event=_first(names, _EVENT),
        instrument=_first(names, _INSTRUMENT),
        instance=_first(names, _INSTANCE),
        fields=tuple(own for own, _, _ in fields),
        places=tuple(index for _, index, _ in fields),
        groups=tuple(group for _, _, group in fields),
        forms=tuple(forms),
    )


def read_lines(table: RawTable, layout: Layout, notes: Notes) -> list[Line]:
    """The rows of an export that name a record."""
    lines = []
    boxes = Boxes()
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
        cells, ticked, empty = _cells(row, layout)
        line = Line(
            row=number,
            record=record,
            event=_cell(row, layout.event),
            instrument=_cell(row, layout.instrument),
            instance=_cell(row, layout.instance),
            cells=cells,
        )
        boxes.saw(line, ticked, empty)
        lines.append(line)
    boxes.tell(notes)
    return lines


@dataclass(slots=True)
class Boxes:
    """Which checkbox groups were ever ticked in which event or form, and who left them empty."""

    used: set[tuple[str, str | None, str | None]] = field(default_factory=set)
    empty: dict[str, list[Line]] = field(default_factory=dict)

    def saw(self, line: Line, ticked: set[str], empty: set[str]) -> None:
        """Take in one row."""
        self.used |= {(group, line.event, line.instrument) for group in ticked}
        for group in sorted(empty):
            self.empty.setdefault(group, []).append(line)

    def tell(self, notes: Notes) -> None:
        """Note the records that ticked nothing where the group is asked.

        REDCap writes 0 into every row, also in events and forms that do not ask.
        """
        for group, lines in self.empty.items():
            asked = [line for line in lines if (group, line.event, line.instrument) in self.used]
            if not any(name == group for name, _, _ in self.used):
                asked = list({line.record: line for line in reversed(lines)}.values())[::-1]
            told: set[tuple[str, str | None]] = set()
            for line in asked:
                if (line.record, line.event) not in told:
                    told.add((line.record, line.event))
                    say.nothing_ticked(notes, line.row, group, line.record)


def _cells(
    row: tuple[str | None, ...], layout: Layout
) -> tuple[dict[str, str], set[str], set[str]]:
    """The filled cells of a row, the checkbox groups with a tick and those without."""
    cells: dict[str, str] = {}
    ticked: set[str] = set()
    empty: set[str] = set()
    for name, place, group in zip(layout.fields, layout.places, layout.groups, strict=True):
        value = _cell(row, place)
        if value is None:
            continue
        if group is not None:
            value = _TICKED.get(value.casefold(), value)
            if value != "0":
                ticked.add(group)
        cells[name] = value
    for name, group in zip(layout.fields, layout.groups, strict=True):
        if group is not None and group not in ticked and name in cells:
            empty.add(group)
            del cells[name]
    return cells, ticked, empty


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
