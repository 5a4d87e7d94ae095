"""A case table as papers print it: ID, Sex/Age, Partner gene, FLT3-ITD, Treatment, CR, Outcomes."""

from __future__ import annotations

import re
from typing import Any

from fusionscape.cohort import ColumnMeaning
from fusionscape.knowledge.fusions import parse_fusions
from fusionscape.knowledge.losses import normalise_loss
from fusionscape.readers.formats import case_notes as say
from fusionscape.readers.formats.cells import Record, is_missing, key, records, yes_no
from fusionscape.readers.formats.fusion_events import DRIVERS
from fusionscape.readers.formats.gene_cells import LONGEST_CELL
from fusionscape.readers.formats.lesion_columns import lesion_of, lesion_row
from fusionscape.readers.formats.notes import Notes
from fusionscape.readers.fragment import Fragment
from fusionscape.readers.raw import RawTable

_ID = frozenset({"id", "case", "caseid", "caseno", "patient", "patientid", "patientno", "no"})
_PARTNER = frozenset({"partnergene", "partnergenes", "partner", "fusionpartner", "fusionpartners"})
_TREATMENT = frozenset({"treatment", "treatments", "therapy", "regimen", "regimens"})
_CR = frozenset({"cr", "completeremission", "crachieved"})
_OUTCOME = frozenset({"outcome", "outcomes"})
_SEX_AGE = re.compile(r"^(?:(?:sex|gender)age|age(?:sex|gender))(y|yr|yrs|years?|m|mo|months?)?$")
_PAIR = re.compile(
    r"^\s*(?:(?P<sex>[A-Za-z]+)\s*[/,;|]\s*(?P<age>\d+(?:[.,]\d+)?)|"
    r"(?P<age2>\d+(?:[.,]\d+)?)\s*(?:y|yr|yrs|years?|m|mo|months?)?\s*[/,;|]\s*(?P<sex2>[A-Za-z]+))"
    r"\s*(?P<unit>y|yr|yrs|years?|m|mo|months?)?\.?\s*$",
    re.IGNORECASE,
)
_SEXES = {"m": "male", "male": "male", "boy": "male", "f": "female", "female": "female",
          "girl": "female"}  # fmt: skip
_OUTCOMES: tuple[tuple[str, bool | None, str, str | None], ...] = (
    (r"^(give|gave|given) up|abandon|refus", None, "lost", "abandonment"),
    (r"withdr", None, "lost", "abandonment"),
    (r"lost", None, "lost", "lost to follow-up"),
    (r"death|dead|died|deceased|^d$", True, "death", None),
    (r"surviv|alive|living|^a$", False, "last_seen", None),
)


def is_case_table(table: RawTable) -> bool:
    """True for a table with a combined sex and age column, or partner, CR and outcome."""
    names = {key(column) for column in table.columns}
    combined = any(_SEX_AGE.match(name) for name in names)
    told = sum(bool(names & wanted) for wanted in (_PARTNER, _CR, _OUTCOME, _TREATMENT))
    return bool(names & _ID) and ((combined and told >= 1) or (bool(names & _PARTNER) and told > 2))


def read_case_table(table: RawTable, *, driver: str = "NUP98") -> Fragment:
    """What does a printed case table say of each patient?

    ``M/3.4`` is split into sex and age, a partner gene becomes a fusion of `driver`, Y and N
    columns named after lesions become lesions, NA stays not known. A CR column without a
    course is a response without time. "Give up" is abandonment: lost, not dead and not alive.
    """
    notes = Notes(table.name)
    roles = {column: _role(key(column)) for column in table.columns}
    patients: dict[str, dict[str, Any]] = {}
    lesions: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    ids = [key(c) for c, role in roles.items() if role == "id"]
    if not ids:
        say.no_id(notes)
        return Fragment(file=table.name, findings=notes.found())
    for record in records(table, notes):
        patient = record.text(ids[0])
        if patient is None or patient in patients:
            say.bad_id(notes, record, duplicate=patient is not None)
            continue
        patients[patient] = {}
        found, happened = _row(patient, roles, record, patients[patient], driver, notes)
        lesions.extend(found)
        events.extend(happened)
    return Fragment(
        file=table.name,
        patients=patients,
        lesions=tuple(lesions),
        events=tuple(_numbered(events)),
        columns=_meanings(table, roles),
        findings=notes.found(),
    )


def _row(
    patient: str,
    roles: dict[str, str],
    record: Record,
    known: dict[str, Any],
    driver: str,
    notes: Notes,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Lesions and events of one patient; patient values go into `known`."""
    lesions: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    for column, role in roles.items():
        text = record.raw(key(column))
        if role == "partner" and not text:
            lesions.append(_undecided(patient, driver, "not tested", ""))
        if text is None or not text or role == "id":
            continue
        # "none" in a partner column says tested and clear; elsewhere it says nothing.
        if is_missing(text) and role != "partner":
            continue
        if role == "partner":
            lesions.extend(_fusions(patient, text, driver, record, notes))
        elif role == "lesion":
            row = lesion_row(column, text, record, notes, fused=frozenset(DRIVERS))
            lesions.extend([{"patient_id": patient, **row}] if row else [])
        elif role in {"cr", "outcome"}:
            events.extend(_event(patient, role, text, known, record, notes))
        else:
            known.update(_value(column, role, text, record, notes))
    return lesions, events


def _role(name: str) -> str:
    for role, names in (
        ("id", _ID),
        ("partner", _PARTNER),
        ("treatment", _TREATMENT),
        ("cr", _CR),
        ("outcome", _OUTCOME),
    ):
        if name in names:
            return role
    if _SEX_AGE.match(name):
        return "sex-age"
    if name in {"sex", "gender"}:
        return "sex"
    named = lesion_of(name)
    return "lesion" if named is not None and named.gene not in DRIVERS else "other"


def _value(column: str, role: str, text: str, record: Record, notes: Notes) -> dict[str, Any]:
    if role == "treatment":
        return {"treatment": text}
    if role == "sex":
        sex = _SEXES.get(text.casefold())
        if sex is None:
            say.not_understood(notes, record, column, text)
        return {} if sex is None else {"sex": sex}
    if role == "sex-age":
        return _sex_age(column, text, record, notes)
    return {f"covariate:{column}": text}


def _sex_age(column: str, text: str, record: Record, notes: Notes) -> dict[str, Any]:
    match = _PAIR.match(text[:LONGEST_CELL])
    sex = _SEXES.get((match["sex"] or match["sex2"]).casefold()) if match else None
    if match is None or sex is None:
        say.not_understood(notes, record, column, text)
        return {}
    unit = match["unit"] or (_SEX_AGE.match(key(column)) or match)[1] or "y"
    age = float((match["age"] or match["age2"]).replace(",", "."))
    if unit.casefold().startswith("m"):
        age /= 12.0
    if age > 120:
        say.not_understood(notes, record, column, text)
        return {"sex": sex}
    return {"sex": sex, "age_years": age}


def _fusions(
    patient: str, text: str, driver: str, record: Record, notes: Notes
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    if len(text) > LONGEST_CELL:
        say.not_understood(notes, record, "partner", text)
        return [_undecided(patient, driver, "ambiguous", text[:LONGEST_CELL])]
    for match in parse_fusions(text, driver=driver):
        row: dict[str, Any] = {
            "patient_id": patient,
            "lesion_type": "fusion",
            "reported": text,
            "gene": driver,
        }
        if match.kind == "fusion" and match.fusion is not None:
            partner = next((g for g in match.genes if g != driver), None)
            row |= {"lesion": match.fusion, "gene": match.genes[0], "partner": partner}
            rows.append({**row, "state": "present", "novel": match.novel})
            say.fusion(notes, record, match)
        elif match.kind == "driver only":
            rows.append({**row, "lesion": f"{driver}::?", "state": "present"})
            say.partner_unknown(notes, record, text, match)
        elif match.kind == "none":
            denied = match.denied or f"{driver} fusion"
            gene = match.genes[0] if match.genes else driver
            by_assay = {"by_assay": True} if denied == f"{driver} fusion" else {}
            rows.append({**row, "lesion": denied, "gene": gene, "state": "absent", **by_assay})
        elif not is_missing(text):
            say.not_understood(notes, record, "partner", text)
            rows.append(_undecided(patient, driver, "ambiguous", text))
    told = any(row["state"] != "absent" or row["lesion"] == f"{driver} fusion" for row in rows)
    if (rows and not told) or (not rows and is_missing(text)):
        rows.append(_undecided(patient, driver, "not tested", text))
    return rows


def _undecided(patient: str, driver: str, state: str, text: str) -> dict[str, Any]:
    """Neither a carrier nor clear, whatever the study says of its assay."""
    return {
        "patient_id": patient,
        "lesion": f"{driver} fusion",
        "lesion_type": "fusion",
        "gene": driver,
        "state": state,
        "reported": text,
    }


def _event(
    patient: str,
    role: str,
    text: str,
    known: dict[str, Any],
    record: Record,
    notes: Notes,
) -> list[dict[str, Any]]:
    if role == "cr":
        reached = yes_no(text)
        if reached is None:
            say.not_understood(notes, record, "CR", text)
            return []
        say.no_course(notes, record)
        label = "CR" if reached else "not in CR"
        return [{"patient_id": patient, "kind": "response", "label": label, "reported": text}]
    for pattern, died, kind, reason in _OUTCOMES:
        if re.search(pattern, text.strip()[:LONGEST_CELL], re.IGNORECASE):
            if died is not None:
                known["os_event"] = died
            if reason is not None:
                reason = normalise_loss(text) or reason
                known["loss_reason"] = reason
                say.lost(notes, record, text, reason)
            return [{"patient_id": patient, "kind": kind, "label": text, "reported": text}]
    say.not_understood(notes, record, "outcome", text)
    return []


def _numbered(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    counts: dict[str, int] = {}
    for event in sorted(events, key=lambda e: e["kind"] != "response"):
        counts[event["patient_id"]] = counts.get(event["patient_id"], 0) + 1
        event["order"] = counts[event["patient_id"]]
    return events


def _meanings(table: RawTable, roles: dict[str, str]) -> tuple[ColumnMeaning, ...]:
    fields = {"treatment": ("treatment",), "sex": ("sex",), "sex-age": ("sex", "age_years"),
              "outcome": ("os_event",), "partner": ("fusion",), "cr": ("response",)}  # fmt: skip
    late = {"treatment", "outcome", "cr"}
    meanings = []
    for column, role in roles.items():
        named = lesion_of(column) if role == "lesion" else None
        other = f"lesion:{named.lesion}" if named else f"covariate:{column}"
        for name in () if role == "id" else fields.get(role, (other,)):
            meanings.append(
                ColumnMeaning(
                    source=column,
                    field=name,
                    kind="number" if name == "age_years" else "text",
                    timing="post-baseline"
                    if role in late
                    else ("unknown" if role == "other" else "baseline"),
                    file=table.name,
                    sure=role != "other",
                )
            )
    return tuple(meanings)
