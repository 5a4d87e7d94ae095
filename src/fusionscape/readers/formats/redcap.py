"""REDCap exports -> one row per patient, and one long table per repeated instrument."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fusionscape.readers.formats import redcap_notes as say
from fusionscape.readers.formats.cells import key
from fusionscape.readers.formats.notes import Notes
from fusionscape.readers.formats.redcap_columns import (
    Layout,
    Line,
    is_redcap,
    layout_of,
    read_lines,
)
from fusionscape.readers.raw import RawTable
from fusionscape.results import Finding

_Place = tuple[str, str | None]  # field and event

__all__ = ["RedcapExport", "is_redcap", "reshape_redcap"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RedcapExport:
    """A reshaped export: `patients` has one row per record, `repeated` are long tables.

    Both know for every cell the row of the file it comes from.

    A long table's sheet is its instrument (or, for repeating events, its event); it begins
    with the record id, the event and the instance.
    """

    patients: RawTable
    repeated: tuple[RawTable, ...]
    findings: tuple[Finding, ...]


def reshape_redcap(table: RawTable) -> RedcapExport:
    """Turn an export into tables that the ordinary column mapping understands.

    Raw and label exports. A field filled in one event keeps its name; one filled in several
    becomes ``field@event``, so that a later value never stands for a baseline one. Checkboxes
    (``field___1``) become 1 and 0; a group with nothing ticked is missing, because REDCap
    writes 0 for a form never opened too. Form status columns are left out.
    """
    notes = Notes(table.name)
    layout = layout_of(table)
    lines = read_lines(table, layout, notes)
    single = [line for line in lines if not line.repeated]
    groups: dict[str, list[Line]] = {}
    for line in lines:
        if line.repeated:
            groups.setdefault(line.instrument or line.event or "repeated", []).append(line)
    repeated = tuple(_long(table, layout, name, groups[name]) for name in sorted(groups))
    patients = _wide(table, layout, single, lines, notes)
    return RedcapExport(patients=patients, repeated=repeated, findings=notes.found())


def _wide(
    table: RawTable, layout: Layout, single: list[Line], lines: list[Line], notes: Notes
) -> RawTable:
    seen: set[tuple[str, str | None]] = set()
    cells: dict[str, dict[_Place, tuple[str, int]]] = {line.record: {} for line in lines}
    first = {line.record: line.row for line in reversed(lines)}
    events: dict[str, list[str | None]] = {field: [] for field in layout.fields}
    for line in single:
        place = (line.record, line.event)
        if place in seen:
            say.duplicate_row(notes, line.row, line.record)
            continue
        seen.add(place)
        for field, value in line.cells.items():
            cells[line.record][field, line.event] = (value, line.row)
            if line.event not in events[field]:
                events[field].append(line.event)
    order = _event_order(single)
    columns: list[tuple[str, _Place]] = []
    for field in layout.fields:
        found = sorted(events[field], key=order.index)
        for event in found:
            name = field if len(found) == 1 else f"{field}@{event}"
            columns.append((name, (field, event)))
        if len(found) > 1:
            say.several_events(notes, field)
    rows, numbers = [], []
    for record, found_cells in cells.items():
        here = [found_cells.get(place, (None, first[record])) for _, place in columns]
        rows.append((record, *(value for value, _ in here)))
        numbers.append((first[record], *(row for _, row in here)))
    names = (layout.record, *(name for name, _ in columns))
    return _table(table, table.sheet, names, rows, numbers)


def _event_order(lines: Sequence[Line]) -> list[str | None]:
    return list(dict.fromkeys(line.event for line in lines))


def _long(table: RawTable, layout: Layout, name: str, lines: list[Line]) -> RawTable:
    filled = {field for line in lines for field in line.cells}
    fields = [field for field in layout.fields if field in filled]
    columns = (layout.record, "redcap_event_name", "redcap_repeat_instance", *fields)
    rows = tuple(
        (line.record, line.event, line.instance, *(line.cells.get(f) for f in fields))
        for line in lines
    )
    numbers = [(line.row,) * len(columns) for line in lines]
    return _table(table, name, columns, rows, numbers)


def _table(
    table: RawTable,
    sheet: str | None,
    columns: tuple[str, ...],
    rows: Sequence[tuple[str | None, ...]],
    numbers: Sequence[tuple[int, ...]],
) -> RawTable:
    return RawTable(
        file=table.file, sheet=sheet, columns=columns, rows=tuple(rows), cell_rows=tuple(numbers)
    )


def instrument(export: RedcapExport, name: str) -> RawTable | None:
    """The long table of a repeated instrument, its name compared without case and signs."""
    for table in export.repeated:
        if table.sheet is not None and key(table.sheet) == key(name):
            return table
    return None
