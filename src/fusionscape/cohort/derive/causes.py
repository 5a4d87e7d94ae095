"""Events that compete: relapse and death from remission, or the first event from diagnosis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from fusionscape.cohort.cohort import Cohort
from fusionscape.cohort.derive.endpoints import EndpointData, endpoint_data
from fusionscape.results import FloatArray

FIRST_EVENT = "first-event"
_CENSORED = ("censored", "none", "no event")


@dataclass(frozen=True, kw_only=True)
class Causes:
    """An endpoint whose events are told apart; `cause` is 0 censored, 1 ... as in `names`."""

    name: str
    label: str
    data: EndpointData
    cause: FloatArray
    names: tuple[str, ...]

    def of(self, place: int) -> EndpointData:
        """The endpoint with this cause as event and the others as end of observation."""
        status = np.where(np.isnan(self.cause), np.nan, (self.cause == place).astype(float))
        frame = self.data.frame.with_columns(
            pl.Series("status", status).fill_nan(None).cast(pl.Int64)
        )
        return replace(self.data, frame=frame)


def _after_remission(cohort: Cohort) -> Iterator[Causes]:
    """Relapse against death in remission, from the first remission."""
    data = endpoint_data(cohort, "cir")
    if data.known.height:
        yield Causes(
            name="cir",
            label="Cumulative incidence from remission",
            data=data,
            cause=data.status,
            names=("relapse", "death in remission"),
        )


def _first_event(cohort: Cohort) -> Iterator[Causes]:
    """The kinds of first event that the study reports, from diagnosis."""
    data = endpoint_data(cohort, "efs", rules="as reported")
    if not data.known.height or not cohort.has("efs_type"):
        return
    kinds = cohort.patients["efs_type"]
    counts = dict(kinds.drop_nulls().value_counts().iter_rows())
    names = sorted((k for k in counts if k not in _CENSORED), key=lambda k: (-counts[k], k))
    if len(names) < 2:
        return
    places = {name: float(i + 1) for i, name in enumerate(names)}
    told = kinds.replace_strict(places, default=None, return_dtype=pl.Float64)
    place = told.to_numpy().astype(np.float64)
    status = data.status
    # An event of unknown kind stands for no cause; without an event the kind says nothing.
    cause = np.where(np.isnan(status), np.nan, np.where(status == 0, 0.0, place))
    frame = data.frame.with_columns(
        pl.when(pl.Series(~np.isnan(cause))).then(pl.col("time")).alias("time"),
        pl.when(pl.Series(~np.isnan(cause))).then(pl.col("status")).alias("status"),
    )
    told_data = replace(data, frame=frame, missing=frame["time"].null_count())
    yield Causes(
        name=FIRST_EVENT, label="First event from diagnosis", data=told_data, cause=cause,
        names=tuple(names),
    )  # fmt: skip


def competing(cohort: Cohort) -> tuple[Causes, ...]:
    """Every endpoint of the cohort whose events compete."""
    return (*_after_remission(cohort), *_first_event(cohort))
