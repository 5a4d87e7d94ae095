"""What was known at diagnosis, by the declared timing of a column and never by its name.

A value that became known later splits patients by their future: whoever was transplanted had
first to live until the transplant. Such a value enters no survival model and no survival
grouping as if it had been known from the start; with its date it becomes a dated exposure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import polars as pl

from fusionscape.cohort.codebook import ColumnMeaning, Timing
from fusionscape.cohort.cohort import Cohort
from fusionscape.results import Caution, Refusal, caution, make_id

Code = Literal["immortal-time", "timing-unknown", "not-in-cohort"]
INDUCTION = "induction class"
AGE_BAND = "age band"
METHOD = "Timing of the column as the codebook declares it"
REFERENCE = "Suissa 2008, doi:10.1093/aje/kwm324"
_FUSION_FIELDS = ("fusion", "fusions", "partner", "driver")
_DERIVED = {"age_band": "age_years", AGE_BAND: "age_years"}
# What the standard fields of the follow-up mean is fixed, whatever a codebook says of them.
_LATER_FIELDS = frozenset({
    "os_days", "os_event", "efs_days", "efs_event", "efs_type", "rfs_days", "rfs_event",
    "cir_days", "cir_status", "relapsed", "transplant", "transplant_days", "transplant_cr1",
    "loss_reason", "cut_off_days", "treatment",
})  # fmt: skip
_LATER_HEADS = (
    "response", "mrd", "mrd_state", "blasts", "course", "date", "day", "vital_status",
)  # fmt: skip
_OUTCOMES = frozenset({
    "os_days", "os_event", "efs_days", "efs_event", "efs_type", "rfs_days", "rfs_event",
    "cir_days", "cir_status", "relapsed", "vital_status", "loss_reason", "cut_off_days",
    "entry_days", "transplant_days", "treatment",
})  # fmt: skip
_NO_VALUE = ("ignore", "same", "sample_id", "patient_id", "date", "day", "tested", "course")


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """Whether a field may stand as known at diagnosis; `code` says why not.

    `date_column` names the date of a post-baseline column where the data hold it: such a field
    belongs to the dated exposures.
    """

    field: str
    label: str
    timing: Timing
    code: Code | None = None
    date_column: str | None = None
    cautions: tuple[Caution, ...] = ()

    @property
    def allowed(self) -> bool:
        """True when the field may enter a model or a grouping."""
        return self.code is None


def judge(cohort: Cohort, field: str) -> Judgement:
    """May this field group patients from diagnosis on, or enter a model as a baseline value?

    `field` is driver, partner, age band, induction class, ``lesion:NAME``, ``covariate:NAME``
    or a column of the patients. A driver or partner that comes from no declared column (calls
    of an assay, say) is let through with the caution ``timing-assumed``.
    """
    if field in ("driver", "partner", "fusion"):
        return _fusion(cohort, field)
    if field == INDUCTION:
        return Judgement(field=field, label="Induction", timing="baseline")
    meaning = _meaning(cohort, field)
    name = _DERIVED.get(field, field)
    label = _label(field, meaning)
    if _is_later(meaning.field if meaning else name):
        timing: Timing = "post-baseline"
    else:
        timing = "unknown" if meaning is None else meaning.timing
    if timing == "baseline":
        return Judgement(field=field, label=label, timing=timing)
    if timing == "unknown":
        return Judgement(field=field, label=label, timing=timing, code="timing-unknown")
    return Judgement(
        field=field,
        label=label,
        timing=timing,
        code="immortal-time",
        date_column=_date(cohort, meaning.field if meaning else name, meaning),
    )


def _fusion(cohort: Cohort, field: str) -> Judgement:
    """Driver and partner rest on every column that names a fusion; the least known one decides."""
    timings = [
        m.timing
        for m in cohort.codebook.columns
        if m.field in _FUSION_FIELDS or (m.field.startswith("lesion:") and "::" in m.field)
    ]
    label = {"driver": f"{cohort.plan.driver} fusion", "partner": "Partner"}.get(field, "Fusion")
    if not timings:
        note = caution("timing-assumed", column=label, timing="baseline")
        return Judgement(field=field, label=label, timing="baseline", cautions=(note,))
    if "post-baseline" in timings:
        return Judgement(field=field, label=label, timing="post-baseline", code="immortal-time")
    if "unknown" in timings:
        return Judgement(field=field, label=label, timing="unknown", code="timing-unknown")
    return Judgement(field=field, label=label, timing="baseline")


def _meaning(cohort: Cohort, field: str) -> ColumnMeaning | None:
    name = _DERIVED.get(field, field)
    for candidate in (name, f"covariate:{name}", f"lesion:{name}", name.removeprefix("covariate:")):
        found = cohort.codebook.meaning(candidate)
        if found is not None:
            return found
    return None


def _label(field: str, meaning: ColumnMeaning | None) -> str:
    """The lesion, the age band, or the column as the file names it."""
    bare = field.removeprefix("covariate:").removeprefix("lesion:")
    if meaning is None or meaning.field.startswith("lesion:") or field in _DERIVED:
        return bare
    return meaning.source


def _is_later(field: str) -> bool:
    return field in _LATER_FIELDS or field.partition(":")[0] in _LATER_HEADS


def _date(cohort: Cohort, field: str, meaning: ColumnMeaning | None) -> str | None:
    """The date of a post-baseline field, where at least one is in the data."""
    head = field.partition(":")[0]
    kind = {"response": "response", "mrd": "mrd", "mrd_state": "mrd"}.get(head, "exposure")
    kind = "transplant" if field.startswith("transplant") else kind
    bare = field.removeprefix("covariate:")
    rows = cohort.events.filter((pl.col("kind") == kind) & pl.col("day").is_not_null())
    if kind == "mrd":  # only a stated result is a dated exposure
        rows = rows.filter(pl.col("state").is_not_null())
    if kind == "exposure":
        rows = rows.filter(pl.col("label") == bare)
    if rows.height or (field == "transplant" and cohort.has("transplant_days")):
        declared = meaning.date_column if meaning is not None else None
        return declared or f"day of {bare}"
    return None


def filled(cohort: Cohort, field: str) -> int:
    """Patients in whom a field has a value: a column, a lesion or an assessment.

    >>> from fusionscape.cohort import build_cohort
    >>> people = pl.DataFrame({"patient_id": ["a", "b"], "sex": ["male", None]})
    >>> filled(build_cohort(name="two", patients=people), "sex")
    1
    """
    for column in _columns(field):
        if column in cohort.patients.columns:
            return cohort.n - cohort.patients[column].null_count()
    head, _, rest = field.partition(":")
    if head == "lesion":
        rows = cohort.lesions.filter((pl.col("lesion") == rest) & (pl.col("state") != "not tested"))
        return rows["patient_id"].n_unique()
    if head in ("response", "mrd", "mrd_state", "blasts"):
        return _assessed(cohort, head, rest)
    return 0


def _assessed(cohort: Cohort, head: str, rest: str) -> int:
    """Patients with such an assessment, after the named course where one is named."""
    value = {"mrd": "value", "blasts": "value", "mrd_state": "state"}.get(head, "label")
    rows = cohort.events.filter(
        (pl.col("kind") == ("mrd" if head == "mrd_state" else head)) & pl.col(value).is_not_null()
    )
    parts = rest.split(":")
    for name, given in zip(parts[::2], parts[1::2], strict=False):
        if name in ("course", "line") and given.isdigit():
            rows = rows.filter(pl.col(name) == int(given))
    return rows["patient_id"].n_unique()


def refusal(judgement: Judgement, *, topic: str, cohort: Cohort) -> Refusal:
    """The refusal that a judgement calls for, under ``topic/refused/field``.

    Its `n` counts the patients of the cohort in whom the column is filled, `missing` the others.
    """
    known = filled(cohort, judgement.field)
    return Refusal(
        id=make_id(topic, "refused", judgement.field),
        label=judgement.label,
        code=judgement.code or "not-in-cohort",
        n=known,
        missing=cohort.n - known,
        method=METHOD,
        reference=REFERENCE,
        cautions=(
            caution(
                "declared-timing",
                variable=judgement.label,
                timing=judgement.timing,
                date="none" if judgement.date_column is None else judgement.date_column,
            ),
        ),
    )


def later_columns(cohort: Cohort) -> tuple[Judgement, ...]:
    """Every declared column that became known after diagnosis, or at an unknown time.

    Outcomes and dates themselves are left out, as are columns without a value in this cohort;
    assessments come last, the others in the order of the file.
    """
    found: dict[str, Judgement] = {}
    for meaning in cohort.codebook.columns:
        if _states_a_value(meaning) and meaning.field not in found and _present(cohort, meaning):
            judgement = judge(cohort, meaning.field)
            if not judgement.allowed:
                found[meaning.field] = judgement
    # Responses and residual disease follow the treatments and traits of the patients.
    heads = ("response", "mrd", "mrd_state", "blasts")
    return tuple(sorted(found.values(), key=lambda j: j.field.partition(":")[0] in heads))


def _states_a_value(meaning: ColumnMeaning) -> bool:
    if meaning.field in _FUSION_FIELDS or meaning.field in _OUTCOMES:
        return False
    return meaning.field.partition(":")[0] not in _NO_VALUE


def _present(cohort: Cohort, meaning: ColumnMeaning) -> bool:
    head, _, rest = meaning.field.partition(":")
    if head in ("covariate", meaning.field):
        return any(cohort.has(c) for c in _columns(meaning.field))
    if head in ("lesion", "lesion_value"):
        return head == "lesion" and cohort.lesions.filter(pl.col("lesion") == rest).height > 0
    return head in ("response", "mrd", "mrd_state", "blasts") and _events_of(cohort, head)


def _columns(field: str) -> Iterator[str]:
    yield field
    yield field.removeprefix("covariate:")


def _events_of(cohort: Cohort, head: str) -> bool:
    kind = "mrd" if head == "mrd_state" else head
    return cohort.events.filter(pl.col("kind") == kind).height > 0
