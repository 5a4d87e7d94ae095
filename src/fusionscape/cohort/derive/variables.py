"""The variables a table of patients is made of, each with its values per patient."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from fusionscape.cohort.codebook import ColumnMeaning, Timing
from fusionscape.cohort.cohort import Cohort
from fusionscape.cohort.derive.grouping import age_band_names, age_bands
from fusionscape.cohort.derive.invented import is_invented
from fusionscape.cohort.derive.karyotypes import karyotype_flags
from fusionscape.cohort.derive.lesions import co_lesions, lesion_states, shown_name
from fusionscape.cohort.derive.treatments import transplanted
from fusionscape.cohort.schema import PATIENT_FIELDS, REMISSION_WORDS
from fusionscape.results import FloatArray

VariableKind = Literal["number", "category", "flag"]


@dataclass(frozen=True, kw_only=True)
class Variable:
    """One variable along the patients: numbers, categories (text) or flags (true / false).

    `source` is the cohort field it came from, `levels` the order of its categories,
    `codebook_name` what the lists of printed and invented variables call it.
    """

    name: str
    label: str
    kind: VariableKind
    values: pl.Series
    source: str
    codebook_name: str
    unit: str = ""
    timing: Timing = "unknown"
    invented: bool = False
    levels: tuple[str, ...] = ()

    def array(self) -> FloatArray:
        """Numbers as they are, flags as 1 and 0, categories as places in `levels`; nan unknown."""
        values = self.values
        if self.kind == "category":
            places = {level: float(i) for i, level in enumerate(self.levels)}
            values = values.replace_strict(places, default=None, return_dtype=pl.Float64)
        out: FloatArray = values.cast(pl.Float64).to_numpy().astype(np.float64)
        return out


_NUMBERS = (
    ("age_years", "Age", "years"),
    ("wbc_10e9_l", "White blood cells", "10⁹/L"),
    ("platelets_10e9_l", "Platelets", "10⁹/L"),
    ("hemoglobin_g_l", "Hemoglobin", "g/L"),
    ("blasts_marrow_percent", "Marrow blasts", "%"),
    ("blasts_blood_percent", "Blood blasts", "%"),
)
_CATEGORIES = (
    ("sex", "Sex"),
    ("disease", "Disease"),
    ("onset", "Onset"),
    ("fab", "FAB"),
)


def _variable(
    cohort: Cohort,
    source: str,
    *,
    name: str,
    label: str,
    kind: VariableKind,
    values: pl.Series,
    unit: str = "",
    timing: Timing | None = None,
    levels: tuple[str, ...] = (),
    codebook_name: str = "",
) -> Variable:
    if kind == "category" and not levels:
        levels = tuple(sorted(values.drop_nulls().unique().to_list()))
    return Variable(
        name=name,
        label=label,
        kind=kind,
        values=values,
        source=source,
        codebook_name=codebook_name or source,
        unit=unit,
        timing=timing or cohort.codebook.timing(source),
        invented=is_invented(cohort.codebook, codebook_name or source),
        levels=levels,
    )


def _measured(cohort: Cohort) -> Iterator[Variable]:
    for field, label, unit in _NUMBERS:
        if cohort.has(field):
            yield _variable(
                cohort,
                field,
                name=field,
                label=label,
                kind="number",
                values=cohort.patients[field].cast(pl.Float64),
                unit=unit,
            )
    if cohort.has("wbc_10e9_l"):
        for cut in cohort.plan.wbc_cuts_10e9_l:
            yield _variable(
                cohort,
                "wbc_10e9_l",
                name=f"wbc_over_{cut:g}",
                label=f"White blood cells >{cut:g} ×10⁹/L",
                kind="flag",
                values=cohort.patients["wbc_10e9_l"] > cut,
            )
    if cohort.has("age_years"):
        yield _variable(
            cohort,
            "age_years",
            name="age_band",
            label="Age band",
            kind="category",
            values=age_bands(cohort),
            levels=age_band_names(cohort.plan.age_cuts_years),
        )


def _described(cohort: Cohort) -> Iterator[Variable]:
    for field, label in _CATEGORIES:
        if cohort.has(field):
            yield _variable(
                cohort,
                field,
                name=field,
                label=label,
                kind="category",
                values=cohort.patients[field],
            )


def _karyotypic(cohort: Cohort) -> Iterator[Variable]:
    flags = karyotype_flags(cohort)
    for name, label in (("normal", "Normal karyotype"), ("complex", "Complex karyotype")):
        values = flags[name]
        if values.null_count() < cohort.n:
            yield _variable(
                cohort,
                "karyotype",
                name=f"karyotype_{name}",
                label=label,
                kind="flag",
                values=values,
                codebook_name="karyotype_status" if name == "normal" else "karyotype",
            )


def _genetic(cohort: Cohort) -> Iterator[Variable]:
    lesions = co_lesions(cohort)
    states = lesion_states(cohort, [x.name for x in lesions])
    for column, lesion in enumerate(lesions):
        flags = pl.Series(lesion.name, states[:, column]).fill_nan(None) == 1.0
        yield _variable(
            cohort,
            f"lesion:{lesion.name}",
            name=f"lesion:{lesion.name}",
            label=shown_name(lesion.name, [x.name for x in lesions]),
            kind="flag",
            values=flags,
        )


def _mrd(cohort: Cohort) -> Iterator[Variable]:
    rows = cohort.events.filter(
        (pl.col("kind") == "mrd") & pl.col("course").is_not_null() & pl.col("state").is_not_null()
    )
    for course in rows["course"].unique().sort().to_list():
        found = (
            rows.filter(pl.col("course") == course)
            .group_by("patient_id")
            .agg((pl.col("state").is_in(["positive", "present"])).any().alias("on"))
        )
        yield _variable(
            cohort,
            f"mrd:{course}",
            name=f"mrd_course_{course}",
            label=f"MRD positive after course {course}",
            kind="flag",
            values=_along(cohort, found),
            timing="post-baseline",
        )


def _along(cohort: Cohort, found: pl.DataFrame) -> pl.Series:
    return cohort.patients.select("patient_id").join(
        found, on="patient_id", how="left", maintain_order="left"
    )["on"]


def _followed(cohort: Cohort) -> Iterator[Variable]:
    rows = cohort.responses(line=None)
    rows = rows.filter(
        pl.col("course").is_not_null()
        & pl.col("label").is_not_null()
        & (pl.col("label") != "not evaluable")
        & (pl.col("line").fill_null(1) == 1)
    )
    for course in rows["course"].unique().sort().to_list():
        found = (
            rows.filter(pl.col("course") == course)
            .group_by("patient_id")
            .agg(pl.col("label").is_in(list(REMISSION_WORDS)).any().alias("on"))
        )
        yield _variable(
            cohort,
            f"response:{course}",
            name=f"response:{course}",
            label=f"Remission after course {course} (evaluable)",
            kind="flag",
            values=_along(cohort, found),
            timing="post-baseline",
        )
    yield from _mrd(cohort)
    yield from _transplants(cohort)


def _transplants(cohort: Cohort) -> Iterator[Variable]:
    """Transplanted at all (a column, a dated event or the treatment as written), and in CR1."""
    given = [("transplant", "Transplanted", transplanted(cohort))]
    if cohort.has("transplant_cr1"):
        first = cohort.patients["transplant_cr1"].cast(pl.Boolean)
        given.append(("transplant_cr1", "Transplanted in CR1", first))
    for field, label, values in given:
        if values.any():
            yield _variable(
                cohort,
                field,
                name=field,
                label=label,
                kind="flag",
                values=values,
                timing="post-baseline",
            )


def _own_label(cohort: Cohort, meaning: ColumnMeaning) -> str:
    """The declared label; two columns that share one are told apart by their names."""
    sharing = sum(bool(m.label) and m.label == meaning.label for m in cohort.codebook.columns)
    if sharing > 1:
        return f"{meaning.source}, {meaning.label}"
    return meaning.label or meaning.source


def _own(cohort: Cohort) -> Iterator[Variable]:
    """Covariates of the study's own, declared in the codebook."""
    for meaning in cohort.codebook.columns:
        name = meaning.field.removeprefix("covariate:")
        column = meaning.field if meaning.field in cohort.patients.columns else name
        if name in PATIENT_FIELDS or ":" in name or not cohort.has(column):
            continue
        values = cohort.patients[column]
        kind: VariableKind = {"number": "number", "flag": "flag"}.get(meaning.kind, "category")  # type: ignore[assignment]
        if kind == "category" and values.n_unique() > 12:
            continue
        dtype = {"number": pl.Float64, "flag": pl.Boolean, "category": pl.String}[kind]
        yield _variable(
            cohort,
            meaning.field,
            name=name,
            label=_own_label(cohort, meaning),
            kind=kind,
            values=values.cast(dtype, strict=False),
            unit=meaning.unit,
        )


def baseline_variables(cohort: Cohort) -> tuple[Variable, ...]:
    """Everything known of the patients before treatment, in the order of a paper's Table 1."""
    return (
        *_measured(cohort),
        *_described(cohort),
        *_karyotypic(cohort),
        *_genetic(cohort),
        *_own(cohort),
    )


def follow_up_variables(cohort: Cohort) -> tuple[Variable, ...]:
    """What was known only later: remission, MRD after each course, transplant."""
    return tuple(_followed(cohort))


def variables(cohort: Cohort) -> tuple[Variable, ...]:
    """Baseline variables, then those of the follow-up."""
    return (*baseline_variables(cohort), *follow_up_variables(cohort))
