"""The marrow after each course, and the response every rule set would call it."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from fusionscape.cohort.cohort import Cohort
from fusionscape.cohort.derive.responses import response_rows
from fusionscape.knowledge.response import RESPONSE_RULES, ResponseClass, classify_response

RULES = tuple(rule for rule in RESPONSE_RULES if rule != "reported")


@dataclass(frozen=True, kw_only=True)
class Marrow:
    """One patient's marrow after one course, with the response reported of it.

    `derived` holds one entry per rule set of RULES; its category is None where inputs that
    could change it are unknown.
    """

    patient: str
    line: int
    course: int
    blasts_percent: float
    reported: str | None
    derived: tuple[ResponseClass, ...]


def _blasts(cohort: Cohort) -> pl.DataFrame:
    """Last marrow blast percentage after each numbered course; above or below a limit is none."""
    rows = cohort.events.filter(
        (pl.col("kind") == "blasts")
        & pl.col("value").is_not_null()
        & pl.col("censored").is_null()
        & pl.col("course").is_not_null()
        & (pl.col("target").fill_null("marrow") == "marrow")
    ).with_columns(pl.col("line").fill_null(1))
    return (
        rows.sort("patient_id", "line", "course", "order", "day", nulls_last=True)
        .group_by("patient_id", "line", "course", maintain_order=True)
        .agg(pl.col("value").last().alias("blasts"))
    )


def _reported(cohort: Cohort) -> pl.DataFrame:
    return (
        response_rows(cohort)
        .filter(pl.col("line").is_not_null() & pl.col("course").is_not_null())
        .sort("patient_id", "order", "day", nulls_last=True)
        .group_by("patient_id", "line", "course", maintain_order=True)
        .agg(pl.col("label").last().alias("reported"))
    )


def marrows(cohort: Cohort) -> tuple[Marrow, ...]:
    """Every marrow after a course with its blast percentage, judged by every rule set.

    The blast percentage at diagnosis counts as the one before treatment for the first course
    only. A response reported as death is death under every rule.
    """
    table = _blasts(cohort).join(
        _reported(cohort), on=["patient_id", "line", "course"], how="left", maintain_order="left"
    )
    before: dict[str, float | None] = {}
    if "blasts_marrow_percent" in cohort.patients.columns:
        before = dict(cohort.patients.select("patient_id", "blasts_marrow_percent").iter_rows())
    return tuple(
        Marrow(
            patient=row["patient_id"],
            line=row["line"],
            course=row["course"],
            blasts_percent=row["blasts"],
            reported=row["reported"],
            derived=tuple(
                classify_response(
                    rules=rule,
                    blasts_percent=row["blasts"],
                    pretreatment_blasts_percent=(
                        before.get(row["patient_id"]) if row["course"] == 1 else None
                    ),
                    died=True if row["reported"] == "death" else None,
                )
                for rule in RULES
            ),
        )
        for row in table.iter_rows(named=True)
    )
