"""Who entered which line of treatment: the denominator of every response of that line."""

from __future__ import annotations

import polars as pl

from fusionscape.cohort.cohort import Cohort

_TREATED = ("treatment_start", "course")


def line_of() -> pl.Expr:
    """A course or response that names no line but a course number is of induction."""
    numbered = pl.col("line").is_null() & pl.col("course").is_not_null()
    return pl.when(numbered).then(pl.lit(1, dtype=pl.Int64)).otherwise(pl.col("line"))


def treatment_recorded(cohort: Cohort) -> bool:
    """True when the cohort says of anybody how they were treated."""
    return cohort.has("treatment") or bool(
        cohort.events.select(pl.col("kind").is_in(list(_TREATED)).any()).item()
    )


def entering(cohort: Cohort, line: int) -> pl.Series:
    """Per patient: entered this line of treatment.

    Somebody entered a line when a course, a treatment start or a response of that line is
    recorded; for induction any recorded treatment will do. Where a study records nobody's
    treatment, all its patients are taken to have entered induction.
    """
    if line == 1 and not treatment_recorded(cohort):
        return pl.Series("entered", [True] * cohort.n, dtype=pl.Boolean)
    kinds = pl.col("kind").is_in([*_TREATED, "response"])
    here = kinds if line == 1 else kinds & (line_of() == line)
    ids = cohort.events.filter(here)["patient_id"].unique()
    found = pl.col("patient_id").is_in(ids.implode())
    if line == 1 and cohort.has("treatment"):
        found = found | pl.col("treatment").is_not_null()
    return cohort.patients.select(found.alias("entered")).to_series()
