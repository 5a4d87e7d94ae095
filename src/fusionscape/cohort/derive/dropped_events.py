"""Events that a curve leaves out because no day of them is known."""

from __future__ import annotations

from typing import Protocol

import polars as pl

from fusionscape.cohort.cohort import Cohort
from fusionscape.results import Caution, caution

MANY = 0.2
TIMES_AS_MANY = 4.0


class Endpoint(Protocol):
    """What is read of an endpoint: its rows, its name and whom it does not concern."""

    @property
    def frame(self) -> pl.DataFrame: ...
    @property
    def label(self) -> str: ...
    @property
    def outside(self) -> int: ...


def dropped_events(
    cohort: Cohort, data: Endpoint, reported: tuple[str, str] | None
) -> tuple[frozenset[str], Caution | None]:
    """Who is known to have had the event and has no time, and the caution that says so."""
    if data.frame["time"].null_count() == data.frame.height:
        return frozenset(), None
    dropped = without_time(cohort, data.frame, reported)
    people = frozenset(data.frame["patient_id"].filter(dropped).to_list())
    return people, lost_with_the_event(data.frame, dropped, data.outside, data.label)


def without_time(
    cohort: Cohort, frame: pl.DataFrame, reported: tuple[str, str] | None
) -> pl.Series:
    """Per patient: true where the event is known to have happened and the endpoint is unknown.

    `frame` holds `patient_id`, `time` and `why` of an endpoint; `reported` names the columns of
    the patients that hold its time and whether it happened, where there are such. What happened
    on an unknown day counts as well; a time that is given and cannot be does not.
    """
    happened = pl.col("why").str.ends_with("undated") & (pl.col("why") != "remission undated")
    there = cohort.patients.columns
    if reported is not None and reported[1] in there:
        said = pl.col(reported[1]).cast(pl.Boolean)
        if reported[0] in there:
            said = said & pl.col(reported[0]).is_null()
        known = cohort.patients.select("patient_id", said=said)
        frame = frame.join(known, on="patient_id", how="left", maintain_order="left")
        happened = happened | pl.col("said")
    dropped = pl.col("time").is_null() & happened.fill_null(False)
    return frame.select(dropped.fill_null(False).alias("dropped")).to_series()


def lost_with_the_event(
    frame: pl.DataFrame, dropped: pl.Series, outside: int, label: str
) -> Caution | None:
    """How many with the event have no time, against how many without it?

    The caution is ``time-lost-with-event`` where the loss is many times that of the others, so
    that the curve stands too high, and ``event-without-time`` otherwise; None where no event
    is lost.
    """
    n = int(dropped.sum())
    if not n:
        return None
    of = frame.filter(pl.col("status") >= 1).height + n
    others = frame["time"].null_count() - outside - n
    without = frame.filter(pl.col("status") == 0).height + others
    share, other = n / of, others / without if without else 1.0
    if share > max(MANY, TIMES_AS_MANY * other):
        return caution(
            "time-lost-with-event", endpoint=label, n=n, of=of, others=others, without=without
        )
    return caution("event-without-time", endpoint=label, n=n, of=of, others=others, without=without)
