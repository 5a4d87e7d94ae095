"""A table and its declared columns to a Fragment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fusionscape.cohort import ColumnMeaning
from fusionscape.readers.codes import finding, tally
from fusionscape.readers.fragment import Fragment
from fusionscape.readers.meaning import dates, followup, lesions, patient
from fusionscape.readers.meaning.blanks import without_wrong_blank
from fusionscape.readers.meaning.column import (
    Column,
    Parts,
    Reader,
    in_place_of_missing,
    locate,
    locate_any,
)
from fusionscape.readers.meaning.compare import compare
from fusionscape.readers.meaning.fields import (
    FieldForm,
    Shape,
    counted_from_zero,
    nearest_field,
    parse_field,
)
from fusionscape.readers.meaning.merge import merge_lesions, merge_mrd, timed
from fusionscape.readers.meaning.rows import CountedRows, counted_rows
from fusionscape.readers.places import Places
from fusionscape.readers.raw import RawTable
from fusionscape.readers.study.model import ColumnSpec, FileSpec
from fusionscape.readers.untold import opened, undenied, unseen
from fusionscape.readers.values.words import key
from fusionscape.results import Finding

READERS: Mapping[Shape, Reader] = {
    "patient": patient.read_patient,
    "covariate": patient.read_covariate,
    "same": patient.read_same,
    "vital": patient.read_vital,
    "tested": patient.read_tested,
    "lesion": lesions.read_lesion,
    "lesion_value": lesions.read_lesion_value,
    "variant": lesions.read_variant,
    "lesions": lesions.read_lesion_list,
    "fusion": lesions.read_fusion,
    "fusions": lesions.read_other_fusions,
    "response": followup.read_response,
    "mrd": followup.read_mrd,
    "mrd_state": followup.read_mrd_state,
    "blasts": followup.read_blasts,
    "course": followup.read_course,
    "date": dates.read_date,
    "day": dates.read_day,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What holds for every file of a study."""

    driver: str = "NUP98"
    missing: tuple[str, ...] = ()
    codebook: bool = False


def interpret(table: RawTable, spec: FileSpec, context: Context) -> Fragment:
    """What the declared columns of one table say; problems come back as findings."""
    found: list[Finding] = []
    id_source = _id_source(table, spec, found)
    if id_source is None:
        return Fragment(file=table.name, findings=tuple(found))
    rows = counted_rows(table, spec, id_source=id_source)
    found.extend(rows.findings)
    parts = Parts(patients={who: {} for _, who in rows.rows})
    meanings = _read_columns(table, spec, context, rows, parts, found)
    if not context.codebook:
        _undeclared(table, spec, id_source, found)
    found.extend(compare(parts, table.name))
    dates.leave_open(parts)
    told = (*parts.lesions, *opened(parts.lesions, context.driver))
    rows_of_lesions, conflicts = merge_lesions(told, table.name)
    found.extend(conflicts)
    rows_of_lesions = unseen(rows_of_lesions, parts.unlooked, parts.assays)
    return Fragment(
        file=table.name,
        patients=parts.patients,
        lesions=tuple(rows_of_lesions),
        events=tuple(merge_mrd(parts.events)),
        assays=tuple(undenied(parts.assays, rows_of_lesions, context.driver)),
        columns=tuple(meanings),
        sample_patient=dict(rows.samples),
        places=Places(table=table, rows={who: index for index, who in rows.rows}),
        findings=tally(_softened(found) if context.codebook else found),
    )


def _read_columns(
    table: RawTable,
    spec: FileSpec,
    context: Context,
    rows: CountedRows,
    parts: Parts,
    found: list[Finding],
) -> list[ColumnMeaning]:
    """Every declared column read into `parts`; the codebook entries of those that are there."""
    meanings: list[ColumnMeaning] = []
    specs = in_place_of_missing(table.columns, spec.columns) if context.codebook else spec.columns
    for column_spec in specs:
        form = parse_field(column_spec.field)
        position = _place(table, column_spec, form, context, found)
        if form is None or position is None:
            continue
        meanings.extend(meanings_of(column_spec, form, file=table.name))
        reader = READERS.get(form.shape)
        if reader is None:
            continue
        column = Column(
            table=table,
            spec=column_spec,
            form=form,
            position=position,
            rows=rows.rows,
            missing=frozenset(
                key(word) for word in (*context.missing, *spec.missing, *column_spec.missing)
            ),
            driver=context.driver,
            preferred=rows.preferred,
        )
        column = without_wrong_blank(column)
        before = len(parts.events)
        reader(column, parts)
        if form.name == "tested_by":
            parts.unlooked |= patient.untested(column)
        _date_events(column, parts, before)
        found.extend(column.found)
    return meanings


_UNDERSTOOD = ("flag", "category", "number", "date", "response", "fusion")


def _softened(found: list[Finding]) -> list[Finding]:
    """Values a public file holds and nobody can mend are warnings: they are left out."""
    codes = {f"{kind}-not-understood" for kind in _UNDERSTOOD}
    return [
        finding(
            "value-left-out",
            f.what,
            file=f.file,
            row=f.row,
            column=f.column,
            value=f.value,
            count=f.count,
        )
        if f.code in codes
        else f
        for f in found
    ]


def _id_source(table: RawTable, spec: FileSpec, found: list[Finding]) -> str | None:
    holder = next((c for c in spec.columns if c.field == "patient_id"), None)
    if spec.id is None and holder is not None:
        position = locate_any(table.columns, holder)
        if position is not None:
            return table.columns[position]
    declared = spec.id or (holder.source if holder is not None else None)
    if declared is None:
        what = f"No column of {table.name} is declared to hold the patient id."
        found.append(finding("id-not-declared", what, file=table.name))
        return None
    if locate(table.columns, declared) is None:
        what = f"{table.name} has no column {declared!r}, which should hold the patient id."
        found.append(finding("id-column-missing", what, file=table.name, column=declared))
        return None
    return declared


def _place(
    table: RawTable,
    spec: ColumnSpec,
    form: FieldForm | None,
    context: Context,
    found: list[Finding],
) -> int | None:
    if form is None:
        near = nearest_field(spec.field)
        mend = f"Did you mean {near!r}?" if near else None
        if counted_from_zero(spec.field):
            mend = "Lines and courses are counted from 1."
        what = f"There is no field {spec.field!r}."
        found.append(finding("field-unknown", what, mend=mend, file=table.name, column=spec.source))
        return None
    position = locate_any(table.columns, spec)
    if position is None and not context.codebook:
        what = f"{table.name} has no column {spec.source!r}."
        found.append(finding("column-missing", what, file=table.name, column=spec.source))
    return position


def meanings_of(spec: ColumnSpec, form: FieldForm, *, file: str) -> list[ColumnMeaning]:
    """The codebook's entries for one column: a list of lesions gives one for each."""
    names = [spec.field]
    if form.shape in ("lesion", "lesion_value", "variant"):
        lesion = lesions.canonical_lesion(form.name)[0]
        head = "lesion_value" if form.shape == "lesion_value" else "lesion"
        names = [f"{head}:{lesion}"]
    elif form.shape == "lesions" and form.name:
        names = [f"lesion:{part.strip()}" for part in form.name.split(",")]
    kind = spec.kind or ("number" if form.number else "flag" if form.flag else "text")
    return [
        ColumnMeaning(
            source=spec.source,
            field=name,
            kind="date" if form.shape == "date" else kind,
            timing=spec.timing,
            date_column=spec.date_column,
            unit=spec.unit,
            file=file,
            values=tuple(spec.values.items()),
            missing=spec.missing,
            ambiguous=spec.ambiguous,
            label=spec.label,
            sure=spec.sure,
        )
        for name in names
    ]


def _date_events(column: Column, parts: Parts, before: int) -> None:
    """Give the events of this column the date in its date column."""
    name = column.spec.date_column
    if name is None:
        return
    position = locate(column.table.columns, name)
    if position is None:
        column.note("column-missing", f"There is no date column {name!r}.")
        return
    spec = ColumnSpec(source=name, field="date:last_seen", date_order=column.spec.date_order)
    form = parse_field(spec.field)
    assert form is not None
    when = Column(
        table=column.table,
        spec=spec,
        form=form,
        position=position,
        rows=column.rows,
        missing=column.missing,
        driver=column.driver,
    )
    known: dict[str, dict[str, Any]] = timed(when)
    column.noted.extend(when.noted)
    if column.form.shape in ("covariate", "patient"):
        _dated_values(column.form.name, parts, known)
    for index in range(before, len(parts.events)):
        event = parts.events[index]
        parts.events[index] = {**event, **known.get(str(event["patient_id"]), {})}


def _dated_values(name: str, parts: Parts, known: Mapping[str, Mapping[str, Any]]) -> None:
    """A value that was given on a date is an event: an exposure that began then."""
    kind = "transplant" if name.startswith("transplant") else "exposure"
    for who, when in known.items():
        if parts.patients.get(who, {}).get(name) not in (None, False):
            parts.events.append(
                {
                    "patient_id": who,
                    "kind": kind,
                    "label": name,
                    "order": dates.EVENT_ORDER["transplant"],
                    **when,
                }
            )


def _undeclared(table: RawTable, spec: FileSpec, id_source: str, found: list[Finding]) -> None:
    declared = {locate(table.columns, name) for name in (id_source, spec.sample_id or "")}
    for column in spec.columns:
        declared.add(locate_any(table.columns, column))
        if column.date_column:
            declared.add(locate(table.columns, column.date_column))
    rest = [name for i, name in enumerate(table.columns) if i not in declared and name]
    if rest:
        names = ", ".join(repr(name[:40]) for name in rest[:5])
        more = f" and {len(rest) - 5} more" if len(rest) > 5 else ""
        what = f"{table.name} has columns that are not declared and not used: {names}{more}."
        found.append(finding("column-not-declared", what, file=table.name, count=len(rest)))
