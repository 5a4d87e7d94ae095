"""How each patient answered treatment: by line, after each course, and at best."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from fusionscape.cohort.cohort import Cohort
from fusionscape.cohort.derive.lines import entering
from fusionscape.cohort.schema import REMISSION_WORDS

# Best first. A death before any remission and an unevaluable marrow come last, so that an
# assessment that was made is never hidden by one that was not.
RANK = {
    word: rank
    for rank, word in enumerate(
        ("CR", "CRh", "CRi", "MLFS", "PR", "NR", "not in CR", "death", "not evaluable")
    )
}
NOT_ASSESSED = "not evaluable"


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One response endpoint along the patients.

    `words` holds the response per patient (null where nothing is known), `entered` who
    entered the line the endpoint belongs to; only they are counted. `line` is None for the
    best response over all lines, `course` None where the whole line is judged. `field` is the
    name the codebook knows it by.
    """

    name: str
    label: str
    field: str
    line: int | None
    course: int | None
    words: pl.Series
    entered: pl.Series

    @property
    def evaluable(self) -> pl.Series:
        """Per patient: entered the line, and was assessed or died before assessment."""
        judged = self.words.is_not_null() & (self.words != NOT_ASSESSED).fill_null(False)
        return self.entered & judged

    def success(self, words: tuple[str, ...] = ("CR",)) -> pl.Series:
        """Per patient: the response is one of these words (no response known is not one)."""
        return self.entered & self.words.is_in(list(words)).fill_null(False)


def response_rows(cohort: Cohort) -> pl.DataFrame:
    """Response events with their line; a numbered course without a line belongs to line 1."""
    rows = cohort.responses().filter(pl.col("label").is_not_null())
    return rows.with_columns(
        pl.when(pl.col("line").is_null() & pl.col("course").is_not_null())
        .then(pl.lit(1, dtype=pl.Int64))
        .otherwise(pl.col("line"))
        .alias("line"),
        pl.col("label")
        .replace_strict(RANK, default=len(RANK), return_dtype=pl.Int64)
        .alias("rank"),
    )


def _along(cohort: Cohort, found: pl.DataFrame) -> pl.Series:
    joined = cohort.patients.select("patient_id").join(
        found, on="patient_id", how="left", maintain_order="left"
    )
    return joined["word"].cast(pl.String)


def _best(cohort: Cohort, rows: pl.DataFrame) -> pl.Series:
    found = (
        rows.sort("patient_id", "rank", "order", nulls_last=True)
        .group_by("patient_id", maintain_order=True)
        .agg(pl.col("label").first().alias("word"))
    )
    return _along(cohort, found)


def _last(cohort: Cohort, rows: pl.DataFrame) -> pl.Series:
    found = (
        rows.sort("patient_id", "order", "day", "rank", nulls_last=True)
        .group_by("patient_id", maintain_order=True)
        .agg(pl.col("label").last().alias("word"))
    )
    return _along(cohort, found)


def line_name(line: int) -> str:
    """Name of a treatment line: induction, salvage_1, salvage_2 ...

    >>> line_name(1), line_name(3)
    ('induction', 'salvage_2')
    """
    return "induction" if line == 1 else f"salvage_{line - 1}"


def line_label(line: int) -> str:
    """How a treatment line is printed."""
    return "induction" if line == 1 else f"salvage {line - 1}"


def _courses(cohort: Cohort, rows: pl.DataFrame, entered: pl.Series) -> list[Endpoint]:
    first = rows.filter((pl.col("line") == 1) & pl.col("course").is_not_null())
    return [
        Endpoint(
            name=f"cr_course_{course}",
            label=f"CR after course {course}",
            field=f"response:{course}",
            line=1,
            course=course,
            words=_last(cohort, first.filter(pl.col("course") == course)),
            entered=entered,
        )
        for course in first["course"].unique().sort().to_list()
    ]


def endpoints(cohort: Cohort) -> tuple[Endpoint, ...]:
    """After each course of induction, per treatment line, and the best response of all.

    The denominator of a line is the patients entering it. The best response counts patients
    who entered induction.
    """
    rows = response_rows(cohort)
    if not rows.height:
        return ()
    first = entering(cohort, 1)
    found = _courses(cohort, rows, first)
    for line in rows["line"].drop_nulls().unique().sort().to_list():
        found.append(
            Endpoint(
                name=f"cr_{line_name(line)}",
                label=f"CR in {line_label(line)}",
                field=f"response:line:{line}",
                line=line,
                course=None,
                words=_best(cohort, rows.filter(pl.col("line") == line)),
                entered=first if line == 1 else entering(cohort, line),
            )
        )
    found.append(
        Endpoint(
            name="cr_best",
            label="CR as best response",
            field="response:best",
            line=None,
            course=None,
            words=_best(cohort, rows),
            entered=first,
        )
    )
    return tuple(found)


def remission_words(endpoint: Endpoint) -> tuple[str, ...]:
    """Words of the composite remission that this endpoint holds beside CR."""
    seen = set(endpoint.words.drop_nulls().unique().to_list())
    return tuple(word for word in REMISSION_WORDS if word in seen and word != "CR")
