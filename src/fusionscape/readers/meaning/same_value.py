"""One finding for a value that many rows hold, and where those rows are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from fusionscape.readers.raw import RawTable
from fusionscape.results import Finding

_SHOWN = 5


def by_value(table: RawTable, noted: Iterable[tuple[Finding, str | None]]) -> list[Finding]:
    """The findings of a column, those that say the same of the same value taken together.

    `noted` are findings with the patient they are about. The first row stays in `row`; the rows
    are listed in `what`, with the records where the table was put together from several rows.
    """
    groups: dict[tuple[str | None, ...], list[tuple[Finding, str | None]]] = {}
    for index, (item, patient) in enumerate(noted):
        alone = item.row is None or item.value is None
        key = (item.code, item.value, item.what, item.mend, str(index) if alone else None)
        groups.setdefault(key, []).append((item, patient))
    return [_together(table, group) for group in groups.values()]


def _together(table: RawTable, group: Sequence[tuple[Finding, str | None]]) -> Finding:
    first = group[0][0]
    if first.row is None:
        return first
    records = [patient for _, patient in group if patient is not None]
    said = []
    if table.cell_rows and records:
        said.append(f"record{'s' if len(records) > 1 else ''} {_some(records)}")
    if len(group) > 1:
        said.append(f"{len(group)} rows: {_some([str(item.row) for item, _ in group])}")
    if not said:
        return first
    text = "; ".join(said)
    return replace(
        first,
        what=f"{first.what} {text[0].upper()}{text[1:]}.",
        count=sum(item.count for item, _ in group),
    )


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(name[:40] for name in names[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown
