"""When each line of treatment began, and survival on the clock that starts there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from fusionscape.cohort.cohort import Cohort
from fusionscape.cohort.derive.endpoints import NOT_IN_LINE, EndpointData
from fusionscape.cohort.derive.lines import entering, line_of
from fusionscape.cohort.derive.treatments import arm_of, line_arms, read_treatments
from fusionscape.results import FloatArray, caution

_TREATED = ("treatment_start", "course")


def line_starts(cohort: Cohort, line: int) -> FloatArray:
    """Per patient: days from diagnosis to the first treatment of this line; nan where not known.

    A start of treatment or a first course that names no line is of induction. Where an undated
    course of the line comes before the first dated one, the day is not known.
    """
    rows = cohort.events.filter(pl.col("kind").is_in(_TREATED))
    started = (pl.col("kind") == "treatment_start") & line_of().is_null()
    number = pl.when(started).then(pl.lit(1, dtype=pl.Int64)).otherwise(line_of())
    mine = rows.filter((number == line) & ~_is_transplant(cohort, rows))
    first = mine.group_by("patient_id").agg(
        pl.col("day").min().alias("first"),
        pl.col("order").filter(pl.col("day").is_null()).min().alias("undated"),
        pl.col("order").filter(pl.col("day").is_not_null()).min().alias("dated"),
    )
    sure = pl.col("undated").is_null() | (pl.col("undated") >= pl.col("dated"))
    known = first.select("patient_id", pl.when(sure).then(pl.col("first")).alias("start"))
    joined = cohort.patients.select("patient_id").join(
        known, on="patient_id", how="left", maintain_order="left"
    )
    out: FloatArray = joined["start"].cast(pl.Float64).to_numpy().astype(np.float64)
    return out


def _is_transplant(cohort: Cohort, rows: pl.DataFrame) -> pl.Series:
    """A course that is a transplant begins no line: it is an exposure of its own."""
    read = read_treatments(rows["label"].drop_nulls().unique().sort().to_list(), cohort)
    transplants = [label for label, found in read.items() if arm_of(found) == "HSCT"]
    return rows["label"].is_in(transplants).fill_null(False)


def from_line_start(cohort: Cohort, data: EndpointData, line: int, name: str) -> EndpointData:
    """Overall survival counted from the start of a line, of those who entered it.

    Who never entered the line is outside; who entered it on an unknown day, or whose follow-up
    ends before that day, is missing.
    """
    starts = line_starts(cohort, line)
    entered = entering(cohort, line).to_numpy() | ~np.isnan(starts)
    time = data.time - starts
    impossible = time < 0
    known = entered & ~np.isnan(time) & ~impossible
    entry = np.maximum(data.entry - starts, 0.0)
    late = known & (entry > 0) & (entry >= time)
    known &= ~late
    frame = cohort.patients.select("patient_id").with_columns(
        pl.Series("entry", np.where(known, entry, 0.0)),
        pl.Series("time", time).set(pl.Series(~known), None),
        pl.Series("status", data.status).set(pl.Series(~known), None).cast(pl.Int64),
        pl.Series("why", [None if x else NOT_IN_LINE for x in entered.tolist()], dtype=pl.String),
    )
    notes = list(data.cautions)
    label = f"{data.label} from start of {name}"
    for code, who in (("ended-before-line", impossible), ("entered-after-end", late)):
        if n := int((who & entered).sum()):
            notes.append(caution(code, endpoint=label, n=n))
    outside = int((~entered).sum())
    return replace(
        data, frame=frame, origin=f"start of {name}", outside=outside,
        missing=int(frame["time"].null_count()) - outside, cautions=tuple(notes),
    )  # fmt: skip


def arms_dated(cohort: Cohort, line: int) -> bool:
    """True when of most patients whose regimen of this line is known its start is dated too."""
    known = line_arms(cohort, line).is_not_null().to_numpy()
    dated = known & ~np.isnan(line_starts(cohort, line))
    return bool(known.any()) and 2 * int(dated.sum()) >= int(known.sum())
