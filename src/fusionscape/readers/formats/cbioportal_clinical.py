"""Clinical patient and sample files of a cBioPortal study."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from fusionscape.cohort import ColumnMeaning
from fusionscape.readers.formats.cbioportal_fields import FIELDS, UNSURE, read_value
from fusionscape.readers.formats.cbioportal_meta import BANNED, note_banned
from fusionscape.readers.formats.cbioportal_survival import ENDPOINTS, note_pairs, read_survival
from fusionscape.readers.formats.cells import Record, is_missing, key, number, records
from fusionscape.readers.formats.fusion_events import DRIVERS
from fusionscape.readers.formats.lesion_columns import lesion_of, lesion_row
from fusionscape.readers.formats.notes import Notes
from fusionscape.readers.fragment import Fragment
from fusionscape.readers.raw import RawTable

Level = Literal["patient", "sample"]
_ID = re.compile(r"^[A-Za-z0-9._-]+$")
_SURVIVAL = re.compile(r"^([a-z]+)(status|months)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """A clinical attribute: its column, the field it fills, and what its `#` rows say."""

    column: str
    name: str
    field: str
    label: str
    numeric: bool


def read_clinical(table: RawTable) -> Fragment:
    """What do the clinical attributes of a patient or sample file say of each patient?

    Values of several samples of a patient are taken where they agree; where they differ they
    are left out, with a finding. Columns named after a lesion (FLT3_ITD, NPM1) become lesions.
    OS, EFS, RFS and DFS come from ``X_STATUS`` with ``X_MONTHS`` (times 30.4). Attributes
    without a standard field become covariates of unknown timing.
    """
    notes = Notes(table.name)
    names = tuple(key(column) for column in table.columns)
    level: Level = "sample" if "sampleid" in names else "patient"
    if "patientid" not in names:
        _no_patient_column(notes)
        return Fragment(file=table.name, findings=notes.found())
    note_banned(notes, table.columns, names)
    note_pairs(notes, names)
    attributes = _attributes(table, names)
    patients: dict[str, dict[str, Any]] = {}
    samples: dict[str, str] = {}
    differing: set[tuple[str, str]] = set()
    lesions: list[dict[str, Any]] = []
    for record in records(table, notes):
        patient = _patient(record, level, patients, samples, notes)
        if patient is None:
            continue
        sample = record.text("sampleid") if level == "sample" else None
        owner = {"sample_id": sample} if sample else {"patient_id": patient}
        lesions.extend(_lesions(record, attributes, owner, notes))
        found = _values(record, attributes, notes)
        _join(patients.setdefault(patient, {}), found, patient, differing, record, notes)
    return Fragment(
        file=table.name,
        patients={p: patients[p] for p in sorted(patients)},
        lesions=tuple(lesions),
        columns=_meanings(table, attributes, names),
        sample_patient={s: samples[s] for s in sorted(samples)},
        findings=notes.found(),
    )


def _attributes(table: RawTable, names: tuple[str, ...]) -> tuple[Attribute, ...]:
    described = [line.lstrip("#").rstrip("\r\n").split("\t") for line in table.comments[:4]]
    found = []
    for index, (column, name) in enumerate(zip(table.columns, names, strict=True)):
        if name in {"patientid", "sampleid"} or name in BANNED or not name:
            continue
        if _survival_field(name) is not None:
            continue
        said = [row[index].strip() if index < len(row) else "" for row in described]
        said += [""] * (4 - len(said))
        found.append(
            Attribute(
                column=column,
                name=name,
                field=FIELDS.get(name) or _own_field(column),
                label=said[0],
                numeric=said[2].upper() == "NUMBER",
            )
        )
    return tuple(found)


def _own_field(column: str) -> str:
    named = lesion_of(column)
    if named is None or named.gene in DRIVERS:
        return f"covariate:{column}"
    return f"lesion:{named.lesion}"


def _survival_field(name: str) -> str | None:
    match = _SURVIVAL.match(name)
    return ENDPOINTS.get(match.group(1)) if match else None


def _patient(
    record: Record,
    level: Level,
    patients: Mapping[str, object],
    samples: dict[str, str],
    notes: Notes,
) -> str | None:
    patient, sample = record.text("patientid"), record.text("sampleid")
    if patient is None or (level == "sample" and sample is None):
        notes.add(
            "missing-id",
            "error",
            "The row has no PATIENT_ID or SAMPLE_ID.",
            "Give every row its ids.",
            row=record.row,
        )
        return None
    for text in (patient, sample):
        if text is not None and not _ID.match(text):
            notes.add(
                "id-characters",
                "note",
                "cBioPortal allows letters, digits, '.', '_' and '-' in ids only.",
                "Nothing to do here; rename before loading into cBioPortal.",
                row=record.row,
            )
    if level == "patient" and patient in patients:
        _duplicate(notes, record, "patient")
        return None
    if sample is not None:
        if samples.get(sample, patient) != patient or sample in samples:
            _duplicate(notes, record, "sample")
            return None
        samples[sample] = patient
    return patient


def _values(record: Record, attributes: tuple[Attribute, ...], notes: Notes) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for attribute in attributes:
        text = record.text(attribute.name)
        if text is None or is_missing(text) or attribute.field.startswith("lesion:"):
            continue
        if attribute.field.startswith("covariate:"):
            value: Any = number(text) if attribute.numeric else text
        else:
            value = read_value(attribute.field, text)
        if value is None:
            notes.add(
                "value-not-understood",
                "warning",
                f"A value of {attribute.column} is not understood and is taken as missing.",
                "Correct the value or declare what it means in study.toml.",
                row=record.row,
                column=attribute.column,
                value=text,
            )
        elif attribute.field not in found:
            found[attribute.field] = value
    return {**found, **read_survival(record, notes)}


def _lesions(
    record: Record, attributes: tuple[Attribute, ...], owner: dict[str, str], notes: Notes
) -> list[dict[str, Any]]:
    rows = []
    for attribute in attributes:
        text = record.text(attribute.name)
        if text is None or not attribute.field.startswith("lesion:"):
            continue
        row = lesion_row(attribute.column, text, record, notes, fused=frozenset(DRIVERS))
        rows.extend([{**owner, **row}] if row else [])
    return rows


def _join(
    known: dict[str, Any],
    found: dict[str, Any],
    patient: str,
    differing: set[tuple[str, str]],
    record: Record,
    notes: Notes,
) -> None:
    for field, value in found.items():
        if (patient, field) in differing:
            continue
        if field in known and known[field] != value:
            differing.add((patient, field))
            del known[field]
            notes.add(
                "sample-values-differ",
                "warning",
                f"The samples of one patient differ in {field.removeprefix('covariate:')}; the "
                "value is taken as unknown.",
                "Name the baseline sample, or keep one sample per patient.",
                row=record.row,
                column=field.removeprefix("covariate:"),
            )
            continue
        known[field] = value


def _meanings(
    table: RawTable, attributes: tuple[Attribute, ...], names: tuple[str, ...]
) -> tuple[ColumnMeaning, ...]:
    meanings = [
        ColumnMeaning(
            source=a.column,
            field=a.field,
            kind="number" if a.numeric else "text",
            timing="baseline" if a.field in {"sex", "age_years"} else "unknown",
            file=table.name,
            label=a.label,
            sure=a.name not in UNSURE,
        )
        for a in attributes
    ]
    for column, name in zip(table.columns, names, strict=True):
        match = _SURVIVAL.match(name)
        field = _survival_field(name)
        if match is None or field is None:
            continue
        months = match.group(2) == "months"
        meanings.append(
            ColumnMeaning(
                source=column,
                field=f"{field}_days" if months else f"{field}_event",
                kind="number" if months else "flag",
                timing="post-baseline",
                unit="months x 30.4" if months else "",
                file=table.name,
                sure=match.group(1) != "dfs",
            )
        )
    return tuple(meanings)


def _duplicate(notes: Notes, record: Record, what: str) -> None:
    notes.add(
        f"duplicate-{what}-id",
        "error",
        f"The same {what} stands in more than one row; the first was read.",
        "Keep one row.",
        row=record.row,
    )


def _no_patient_column(notes: Notes) -> None:
    notes.add(
        "missing-required-column",
        "error",
        "The clinical file has no PATIENT_ID column.",
        "Add it; samples cannot be joined to patients without it.",
        column="PATIENT_ID",
    )
