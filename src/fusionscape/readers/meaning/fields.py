"""The forms a field may take in study.toml, and what each expects of its cells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import polars as pl

from fusionscape.cohort.schema import PATIENT_FIELDS

Shape = Literal[
    "id", "sample", "ignore", "patient", "covariate", "same", "vital", "lesion", "lesion_value",
    "variant", "lesions", "fusion", "fusions", "tested", "response", "mrd", "mrd_state", "blasts",
    "course", "date", "day",
]  # fmt: skip
EVENT_KINDS = (
    "diagnosis", "treatment_start", "remission", "transplant", "relapse", "death", "last_seen",
    "lost", "entry", "death_or_last_seen",
)  # fmt: skip
BASELINE_FIELDS = frozenset(
    {
        "sex", "age_years", "disease", "onset", "fab", "wbc_10e9_l", "platelets_10e9_l",
        "hemoglobin_g_l", "blasts_marrow_percent", "blasts_blood_percent", "karyotype",
        "immunophenotype", "year_of_diagnosis",
    }
)  # fmt: skip
_COURSE = re.compile(r"^(?:(?:line:(\d{1,2}))?(?:(?:^|:)course:(\d{1,2}))?|best)$")
_FORMS = (
    "lesion:NAME", "lesion_value:NAME", "variant:GENE", "lesions", "lesions:A,B", "fusion",
    "fusions", "tested:SCOPE", "response:course:1", "response:line:2", "response:line:1:course:2",
    "response:best",
    "mrd:course:1", "mrd_state:course:1", "blasts:course:1", "course:1", "course:line:2",
    "date:EVENT", "day:EVENT", "covariate:NAME", "same:FIELD", "vital_status", "sample_id",
    "ignore",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldForm:
    """A field taken apart: its shape, what it is about, and the course or line."""

    shape: Shape
    name: str
    course: int | None = None
    line: int | None = None

    @property
    def number(self) -> bool:
        """The cells hold numbers."""
        if self.shape in ("lesion_value", "mrd", "blasts", "day"):
            return True
        return self.shape == "patient" and PATIENT_FIELDS[self.name] == pl.Float64

    @property
    def flag(self) -> bool:
        """The cells hold yes or no."""
        if self.shape in ("lesion", "mrd_state", "tested"):
            return True
        return self.shape == "patient" and PATIENT_FIELDS[self.name] == pl.Boolean


def parse_field(field: str) -> FieldForm | None:
    """The form of a field name, or None when it is none.

    >>> parse_field("response:course:2").course
    2
    >>> parse_field("agee_years") is None
    True
    """
    if field in PATIENT_FIELDS:
        return FieldForm(shape="id" if field == "patient_id" else "patient", name=field)
    plain: dict[str, Shape] = {
        "sample_id": "sample", "ignore": "ignore", "vital_status": "vital", "fusion": "fusion",
        "fusions": "fusions", "lesions": "lesions",
    }  # fmt: skip
    if field in plain:
        return FieldForm(shape=plain[field], name=field if field != "lesions" else "")
    head, _, rest = field.partition(":")
    if not rest.strip():
        return None
    if head == "same":
        inner = parse_field(rest)
        return None if inner is None else FieldForm(shape="same", name=rest)
    if head == "covariate" and rest.strip() in PATIENT_FIELDS:
        return None
    if head in ("lesion", "lesion_value", "variant", "lesions", "tested", "covariate"):
        return FieldForm(shape=head, name=rest.strip())  # type: ignore[arg-type]
    if head in ("date", "day"):
        kind: Shape = "date" if head == "date" else "day"
        return FieldForm(shape=kind, name=rest) if rest in EVENT_KINDS else None
    if head == "course" and rest.isdecimal():
        return FieldForm(shape="course", name="", course=int(rest)) if int(rest) else None
    return _timed(head, rest)


def _timed(head: str, rest: str) -> FieldForm | None:
    match = _COURSE.match(rest)
    shapes: dict[str, Shape] = {
        "response": "response", "mrd": "mrd", "mrd_state": "mrd_state", "blasts": "blasts",
        "course": "course",
    }  # fmt: skip
    if head not in shapes or match is None or (head == "course" and match.group(1) is None):
        return None
    line, course = match.group(1), match.group(2)
    if counted_from_zero(f"{head}:{rest}"):
        return None
    return FieldForm(
        shape=shapes[head],
        name="best" if rest == "best" else "",
        course=int(course) if course else None,
        line=int(line) if line else (1 if course == "1" else None),
    )


def counted_from_zero(field: str) -> bool:
    """True for a line or course 0: they are counted from 1."""
    return re.search(r"(?:^|:)(?:line|course):0+(?::|$)", field) is not None


def known_forms() -> tuple[str, ...]:
    """Every standard field and form, for advice."""
    return (*PATIENT_FIELDS, *_FORMS)


def nearest_field(field: str) -> str | None:
    """The field a misspelt one may mean."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(field, known_forms(), n=1, cutoff=0.7)), None)
