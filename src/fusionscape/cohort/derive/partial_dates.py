"""Endpoints whose time rests on dates known only to the month or year."""

from __future__ import annotations

import polars as pl

from fusionscape.cohort.cohort import Cohort
from fusionscape.cohort.schema import REMISSION_WORDS
from fusionscape.results import Caution, caution

_SAME_DAY = 0.01


def partial_dates(cohort: Cohort, frame: pl.DataFrame, label: str) -> Caution | None:
    """How many times of an endpoint are the middle of what their dates leave open?

    `frame` has one row a patient with `patient_id` and `time` in days from diagnosis, or from
    remission. A time rests on an event when it is that event's day, counted from diagnosis or
    from a remission of the patient; the event is partial when its first and last possible day
    differ, the date of diagnosis included. None where no time rests on such an event.
    """
    events = cohort.events.filter(pl.col("day").is_not_null())
    wide = events.filter(pl.col("day_high") > pl.col("day_low"))
    if not wide.height:
        return None
    remission = (pl.col("kind") == "remission") | (
        (pl.col("kind") == "response") & pl.col("label").is_in(list(REMISSION_WORDS))
    )
    from_remission = events.filter(remission).select("patient_id", origin=pl.col("day"))
    from_diagnosis = cohort.patients.select("patient_id", origin=pl.lit(0.0))
    origins = pl.concat([from_diagnosis, from_remission])
    rests = (
        wide.select("patient_id", "day", play=(pl.col("day_high") - pl.col("day_low")) / 2)
        .join(frame.select("patient_id", "time"), on="patient_id", how="inner")
        .join(origins, on="patient_id", how="inner")
        .filter((pl.col("day") - pl.col("origin") - pl.col("time")).abs() < _SAME_DAY)
    )
    if not rests.height:
        return None
    play = float(rests["play"].max())  # type: ignore[arg-type]
    n = rests["patient_id"].n_unique()
    return caution("endpoint-from-partial-dates", endpoint=label, n=n, days=round(play))
