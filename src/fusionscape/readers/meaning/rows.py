"""Which rows of a table count, and whose they are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fusionscape.readers.codes import finding
from fusionscape.readers.meaning.column import locate, locate_any
from fusionscape.readers.raw import RawTable
from fusionscape.readers.study.model import FileSpec, SpecimenChoice
from fusionscape.readers.values.numbers import parse_number
from fusionscape.readers.values.words import is_missing, key
from fusionscape.results import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedRows:
    """(row index, patient id) pairs that count, and every sample seen."""

    rows: tuple[tuple[int, str], ...]
    samples: Mapping[str, str]
    preferred: frozenset[int]
    findings: tuple[Finding, ...]


def counted_rows(table: RawTable, spec: FileSpec, *, id_source: str) -> CountedRows:
    """One row a patient: the declared specimen, or the only row, or findings."""
    position = locate(table.columns, id_source)
    if position is None:
        return CountedRows(rows=(), samples={}, preferred=frozenset(), findings=())
    found: list[Finding] = []
    _specimen_columns(table, spec.specimens, found)
    by_patient = _by_patient(table, spec, position, id_source, found)
    samples = _samples(table, spec, by_patient)
    chosen: list[tuple[int, str]] = []
    several = 0
    for patient, indices in by_patient.items():
        if len(indices) == 1 and (spec.specimens is None or not spec.specimens.only_preferred):
            chosen.append((indices[0], patient))
        elif spec.specimens is not None:
            several += len(indices) > 1
            best = _best(table, spec, spec.specimens, indices)
            if best is not None:
                chosen.append((best, patient))
        else:
            chosen.extend(_duplicates(table, patient, indices, id_source, found))
    if several:
        what = f"{several} patients have several specimens; one of each was chosen."
        mend = "The choice is declared in specimens; change it there."
        found.append(finding("several-specimens", what, mend=mend, file=table.name, count=several))
    chosen.sort()
    preferred = _preferred(table, spec.specimens, chosen)
    if spec.specimens is not None and len(preferred) < len(chosen):
        others = len(chosen) - len(preferred)
        first = spec.specimens.prefer[0]
        what = f"{others} patients have no specimen of {first!r}; another one stands for them."
        found.append(finding("specimen-not-baseline", what, file=table.name, count=others))
    return CountedRows(
        rows=tuple(chosen), samples=samples, preferred=preferred, findings=tuple(found)
    )


def _specimen_columns(table: RawTable, choice: SpecimenChoice | None, found: list[Finding]) -> None:
    """The columns that the choice of a specimen asks for must be there."""
    if choice is None:
        return
    for name in (choice.column, choice.then_smallest, choice.then_column):
        if name is not None and locate(table.columns, name) is None:
            what = f"{table.name} has no column {name!r}, by which specimens are chosen."
            found.append(finding("column-missing", what, file=table.name, column=name))


def _preferred(
    table: RawTable, choice: SpecimenChoice | None, chosen: list[tuple[int, str]]
) -> frozenset[int]:
    column = None if choice is None else locate(table.columns, choice.column)
    if choice is None or column is None:
        return frozenset(index for index, _ in chosen)
    words = len(choice.prefer)
    return frozenset(
        index for index, _ in chosen if _place(table.rows[index][column], choice.prefer) < words
    )


def _by_patient(
    table: RawTable, spec: FileSpec, position: int, id_source: str, found: list[Finding]
) -> dict[str, list[int]]:
    pattern = re.compile(spec.id_pattern) if spec.id_pattern else None
    by_patient: dict[str, list[int]] = {}
    spelled: dict[str, str] = {}
    for index, row in enumerate(table.rows):
        patient = row[position]
        if patient is None or is_missing(patient):
            if any(cell is not None for cell in row):
                at = table.row_number(index)
                what = f"Row {at} has no patient id."
                found.append(finding("id-missing", what, file=table.name, row=at, column=id_source))
            continue
        if pattern is not None:
            match = pattern.search(patient)
            patient = match.group(1) if match and match.groups() else patient
        other = spelled.setdefault(key(patient), patient)
        if other != patient:
            at = table.row_number(index)
            what = f"Patient ids {other!r} and {patient!r} differ only in how they are written."
            found.append(
                finding(
                    "id-look-alike", what, file=table.name, row=at, column=id_source, value=patient
                )
            )
        by_patient.setdefault(patient, []).append(index)
    return by_patient


def _samples(
    table: RawTable, spec: FileSpec, by_patient: Mapping[str, list[int]]
) -> dict[str, str]:
    """Every sample id of the file, to its patient."""
    samples: dict[str, str] = {}
    for column in (c for c in spec.columns if c.field == "sample_id"):
        position = locate_any(table.columns, column)
        if position is None:
            continue
        for patient, indices in by_patient.items():
            for index in indices:
                sample = table.rows[index][position]
                if sample is not None and not is_missing(sample):
                    samples[sample] = patient
    return samples


def _best(
    table: RawTable, spec: FileSpec, choice: SpecimenChoice, indices: list[int]
) -> int | None:
    column = locate(table.columns, choice.column)
    if column is None:
        return indices[0]
    smallest = locate(table.columns, choice.then_smallest) if choice.then_smallest else None
    then = locate(table.columns, choice.then_column) if choice.then_column else None
    names = [locate_any(table.columns, c) for c in spec.columns if c.field == "sample_id"]

    def rank(index: int) -> tuple[int, float, int, tuple[str, ...], int]:
        row = table.rows[index]
        number = parse_number(row[smallest] or "") if smallest is not None else None
        return (
            _place(row[column], choice.prefer),
            number.value if number is not None else float("inf"),
            _place(row[then], choice.then_prefer) if then is not None else 0,
            tuple(row[n] or "" for n in names if n is not None),
            index,
        )

    best = min(indices, key=rank)
    if choice.only_preferred and rank(best)[0] == len(choice.prefer):
        return None
    return best


def _place(cell: str | None, prefer: tuple[str, ...]) -> int:
    words = [key(word) for word in prefer]
    return words.index(key(cell)) if cell is not None and key(cell) in words else len(words)


_SHOWN = 5


def _differing(table: RawTable, indices: Sequence[int]) -> str:
    """The columns in which rows differ, by name."""
    names = [
        repr(name[:40])
        for position, name in enumerate(table.columns)
        if len({table.rows[index][position] for index in indices}) > 1
    ]
    more = f" and {len(names) - _SHOWN} more columns" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _duplicates(
    table: RawTable, patient: str, indices: list[int], id_source: str, found: list[Finding]
) -> list[tuple[int, str]]:
    rows = {table.rows[index] for index in indices}
    at = table.row_number(indices[1])
    if len(rows) == 1:
        what = f"Patient {patient[:40]!r} stands in {len(indices)} identical rows; one was kept."
        code = "row-repeated"
    else:
        numbers = ", ".join(str(table.row_number(index)) for index in indices[:_SHOWN])
        what = (
            f"Patient {patient[:40]!r} stands in {len(indices)} rows ({numbers}) that differ in "
            f"{_differing(table, indices)}."
        )
        code = "duplicate-patient-id"
    found.append(
        finding(
            code,
            what,
            file=table.name,
            row=at,
            column=id_source,
            value=patient,
            count=len(indices),
        )
    )
    return [(indices[0], patient)]
