"""What each patient was treated with: arm per line, exposure to each class, sequence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from fusionscape.cohort.cohort import Cohort
from fusionscape.knowledge.regimens import Treatment, parse_treatment, treatment_class

EXPOSURES = ("IC", "LIT", "HMA", "VEN", "FLT3i", "CDK4/6i", "menin inhibitor", "HSCT")

_COURSES = {
    "patient_id": pl.String,
    "line": pl.Int64,
    "course": pl.Int64,
    "label": pl.String,
    "arm": pl.String,
}


def glossary(cohort: Cohort) -> Mapping[str, str]:
    """The study's own meaning of its abbreviations, from its study file."""
    found = cohort.study.get("glossary", {})
    return found if isinstance(found, Mapping) else {}


def read_treatments(labels: Iterable[str], cohort: Cohort) -> dict[str, Treatment]:
    """Every distinct text, read once."""
    words = glossary(cohort)
    return {label: parse_treatment(label, glossary=words) for label in labels}


def label_classes(labels: Iterable[str], cohort: Cohort) -> dict[str, tuple[str, ...]]:
    """The classes each course label stands for."""
    return {label: t.classes for label, t in read_treatments(labels, cohort).items()}


def arm_of(treatment: Treatment) -> str | None:
    """The arm of the first course of a text; None where a token is open."""
    return treatment_class(treatment.courses[0]) if treatment.courses else None


def _from_events(cohort: Cohort) -> pl.DataFrame:
    rows = cohort.events.filter(
        pl.col("kind").is_in(["treatment_start", "course"]) & pl.col("label").is_not_null()
    )
    numbered = pl.col("line").is_null() & (pl.col("course") == 1)
    return rows.select(
        "patient_id",
        pl.when(numbered).then(pl.lit(1, dtype=pl.Int64)).otherwise(pl.col("line")).alias("line"),
        "course",
        "label",
        "order",
    )


def _from_text(cohort: Cohort, covered: pl.Series) -> pl.DataFrame:
    """Courses of the sequence as written: the first is induction.

    Where as many courses are written as lines have a response, each is a line of its own;
    otherwise the line of a later course stays open.
    """
    schema = {**_COURSES, "order": pl.Int64}
    schema.pop("arm")
    if not cohort.has("treatment"):
        return pl.DataFrame(schema=schema)
    rows = cohort.patients.filter(
        pl.col("treatment").is_not_null() & ~pl.col("patient_id").is_in(covered.implode())
    ).select("patient_id", "treatment")
    read = read_treatments(rows["treatment"].unique().sort().to_list(), cohort)
    answered = _answered_lines(cohort)
    out = []
    for patient, text in rows.iter_rows():
        given = read[text].courses
        drugs = sum(treatment_class(course) != "HSCT" for course in given)
        a_line_each = drugs == answered.get(patient)
        for i, course in enumerate(given):
            line = i + 1 if i == 0 or (a_line_each and i < drugs) else None
            out.append((patient, line, i + 1, course.given, i))
    return pl.DataFrame(out, schema=schema, orient="row")


def _answered_lines(cohort: Cohort) -> dict[str, int]:
    """Per patient with a response in each of lines 1 to k and in no other: k."""
    rows = (
        cohort.responses()
        .filter(pl.col("line").is_not_null())
        .group_by("patient_id")
        .agg(pl.col("line").n_unique().alias("lines"), pl.col("line").max().alias("last"))
        .filter(pl.col("lines") == pl.col("last"))
    )
    return dict(rows.select("patient_id", "lines").iter_rows())


def courses(cohort: Cohort) -> pl.DataFrame:
    """One row a course: patient_id, line, course, label, arm; arm null where it is open.

    Recorded courses come first; a patient without any is read from the sequence as written.
    """
    recorded = _from_events(cohort)
    written = _from_text(cohort, recorded["patient_id"].unique())
    table = pl.concat([recorded, written.select(recorded.columns)])
    read = read_treatments(table["label"].unique().sort().to_list(), cohort)
    arms = {label: arm_of(t) for label, t in read.items()}
    return (
        table.with_columns(
            pl.col("label").replace_strict(arms, default=None, return_dtype=pl.String).alias("arm")
        )
        .sort("patient_id", "order", "course", nulls_last=True)
        .select(*_COURSES)
    )


def line_arms(cohort: Cohort, line: int) -> pl.Series:
    """Per patient: the arm with which this line was begun; null where unknown or open."""
    rows = courses(cohort).filter((pl.col("line") == line) & (pl.col("arm") != "HSCT"))
    first = rows.group_by("patient_id", maintain_order=True).agg(pl.col("arm").first())
    joined = cohort.patients.select("patient_id").join(
        first, on="patient_id", how="left", maintain_order="left"
    )
    return joined["arm"]


def lines(cohort: Cohort) -> tuple[int, ...]:
    """Treatment lines of which a course is recorded."""
    return tuple(courses(cohort)["line"].drop_nulls().unique().sort().to_list())


def exposures(cohort: Cohort) -> pl.DataFrame:
    """Along the patients, one Boolean per class of EXPOSURES: ever given; null unknown.

    Unknown where no treatment is recorded, and where a token of it was not resolved and the
    class was not found otherwise. HSCT is `transplanted`.
    """
    texts = _texts(cohort)
    read = read_treatments(sorted({t for found in texts for t in found}), cohort)
    rows = [_exposed([read[t] for t in found]) for found in texts]
    frame = pl.DataFrame(
        {name: [row[name] for row in rows] for name in EXPOSURES},
        schema=dict.fromkeys(EXPOSURES, pl.Boolean),
    )
    return frame.with_columns(_transplanted(cohort, frame["HSCT"]).alias("HSCT"))


def transplanted(cohort: Cohort) -> pl.Series:
    """Per patient: ever transplanted; null unknown.

    True where a transplant is recorded as an event, in the study's column or in the sequence
    of treatments. False by the study's column; where the study has none, by a sequence that
    holds no transplant.
    """
    return exposures(cohort)["HSCT"]


def _texts(cohort: Cohort) -> list[list[str]]:
    table = courses(cohort).group_by("patient_id").agg(pl.col("label"))
    by_patient = dict(table.iter_rows())
    if cohort.has("treatment"):
        for patient, text in cohort.patients.select("patient_id", "treatment").iter_rows():
            if text is not None:
                by_patient[patient] = [*by_patient.get(patient, []), text]
    return [sorted(set(by_patient.get(p, []))) for p in cohort.patients["patient_id"].to_list()]


def _exposed(treatments: list[Treatment]) -> dict[str, bool | None]:
    given = {name for t in treatments for name in t.classes}
    open_ = not treatments or any(t.unresolved or t.ambiguous for t in treatments)
    return {name: True if name in given else None if open_ else False for name in EXPOSURES}


def _transplanted(cohort: Cohort, written: pl.Series) -> pl.Series:
    events = cohort.events.filter(pl.col("kind") == "transplant")["patient_id"].unique()
    recorded = cohort.patients["patient_id"].is_in(events.implode())
    own = pl.Series([None] * cohort.n, dtype=pl.Boolean)
    if "transplant" in cohort.patients.columns:
        own = cohort.patients["transplant"].cast(pl.Boolean)
    # Without a column of its own the study's "yes" come from events; their lack says nothing.
    declared = cohort.codebook.meaning("transplant") is not None or (own == False).any()  # noqa: E712
    other = own if declared else written
    said = recorded | own.fill_null(False) | written.fill_null(False)
    return pl.select(pl.when(said).then(True).otherwise(other)).to_series()


def sequences(cohort: Cohort) -> pl.DataFrame:
    """patient_id and the sequence of courses, joined by arrows, of patients with any."""
    written = (
        courses(cohort)
        .group_by("patient_id", maintain_order=True)
        .agg(
            pl.col("label").str.join(" → ").alias("sequence"),
            pl.col("arm").fill_null("?").str.join(" → ").alias("arms"),
        )
    )
    return written.sort("patient_id")


def open_tokens(cohort: Cohort) -> tuple[str, ...]:
    """Tokens of the recorded treatments that nobody could resolve without a glossary."""
    texts = sorted({t for found in _texts(cohort) for t in found})
    read = read_treatments(texts, cohort)
    return tuple(sorted({tok for t in read.values() for tok in (*t.unresolved, *t.ambiguous)}))
