"""Exposures that begin on a date: transplant, first remission, first MRD, first drug of a class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from fusionscape.cohort.cohort import Cohort
from fusionscape.cohort.derive.treatments import label_classes
from fusionscape.cohort.schema import REMISSION_WORDS
from fusionscape.results import FloatArray

BoolArray = npt.NDArray[np.bool_]
TRANSPLANT = "transplant"
REMISSION = "first remission"
MRD_STATES = ("negative", "positive")
CLASSES = {"FLT3i": "first FLT3 inhibitor", "VEN": "first venetoclax"}


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """When an exposure began, per patient in days from diagnosis; nan never.

    `undated` marks patients known to be exposed on an unknown day: they can stand on neither
    side. `treatment` is true where a physician chose it. `unassessed` marks patients of whom
    nobody looked whether the exposure was there (no MRD was ever measured).
    """

    name: str
    label: str
    day: FloatArray
    undated: BoolArray
    treatment: bool
    unassessed: BoolArray

    @property
    def inside(self) -> str:
        """The label as it stands within a sentence."""
        return self.label[:1].lower() + self.label[1:]

    @property
    def dated(self) -> int:
        """Patients whose exposure has a day."""
        return int((~np.isnan(self.day)).sum())


def dated_exposures(cohort: Cohort) -> tuple[Exposure, ...]:
    """Every exposure of the cohort of which at least one patient's day is known.

    Transplant, first remission, first MRD-negative and first MRD-positive assessment, first
    FLT3 inhibitor, first venetoclax, and each value of a post-baseline column that has a date
    column (events of the kind ``exposure``).
    """
    found = [
        _transplant(cohort), _remission(cohort), *_mrd(cohort), *_classes(cohort),
        *_declared(cohort),
    ]  # fmt: skip
    return tuple(x for x in found if x.dated)


def _along(cohort: Cohort, rows: pl.DataFrame) -> pl.DataFrame:
    """First day per patient, in the order of the cohort; `any` true where there is an event."""
    first = rows.group_by("patient_id").agg(
        pl.col("day").min().alias("day"), pl.lit(True).alias("any")
    )
    return cohort.patients.select("patient_id").join(
        first, on="patient_id", how="left", maintain_order="left"
    )


def _exposure(
    cohort: Cohort, rows: pl.DataFrame, *, name: str, label: str, treatment: bool
) -> Exposure:
    found = _along(cohort, rows.select("patient_id", "day"))
    # Begun before diagnosis is begun from the first day on.
    day = np.maximum(found["day"].cast(pl.Float64).to_numpy().astype(np.float64), 0.0)
    happened = found["any"].fill_null(False).to_numpy()
    return Exposure(
        name=name, label=label, day=day, undated=happened & np.isnan(day), treatment=treatment,
        unassessed=np.zeros(cohort.n, dtype=np.bool_),
    )  # fmt: skip


def _transplant(cohort: Cohort) -> Exposure:
    rows = cohort.events.filter(pl.col("kind") == "transplant").select("patient_id", "day")
    if cohort.has("transplant_days"):
        more = cohort.patients.filter(pl.col("transplant_days").is_not_null()).select(
            "patient_id", pl.col("transplant_days").alias("day")
        )
        rows = pl.concat([rows, more])
    for flag in ("transplant", "transplant_cr1"):
        if cohort.has(flag):
            more = cohort.patients.filter(pl.col(flag)).select(
                "patient_id", pl.lit(None, dtype=pl.Float64).alias("day")
            )
            rows = pl.concat([rows, more])
    return _exposure(cohort, rows, name=TRANSPLANT, label="Transplant", treatment=True)


def _remission(cohort: Cohort) -> Exposure:
    words = list(REMISSION_WORDS)
    rows = cohort.events.filter(
        (pl.col("kind") == "remission")
        | ((pl.col("kind") == "response") & pl.col("label").is_in(words))
    )
    return _exposure(cohort, rows, name=REMISSION, label="First remission", treatment=False)


def _mrd(cohort: Cohort) -> Iterator[Exposure]:
    """First assessment with and first without residual disease, as the study states it.

    A value without a stated result is neither: below which value a sample is negative is the
    assay's. Where an undated assessment came before the first dated one, the day is not known.
    """
    rows = cohort.events.filter((pl.col("kind") == "mrd") & pl.col("state").is_in(MRD_STATES))
    who = cohort.patients["patient_id"]
    unassessed = ~who.is_in(rows["patient_id"].unique().implode()).to_numpy()
    for state in MRD_STATES:
        mine = rows.filter(pl.col("state") == state)
        dated = mine.filter(pl.col("day").is_not_null())
        first = dated.group_by("patient_id").agg(pl.col("order").min().alias("first"))
        joined = mine.join(first, on="patient_id", how="left")
        earlier = joined.filter(pl.col("day").is_null() & (pl.col("order") < pl.col("first")))
        unsure = who.is_in(earlier["patient_id"].unique().implode()).to_numpy()
        found = _exposure(
            cohort, mine, name=f"first MRD-{state}", label=f"First MRD-{state} assessment",
            treatment=False,
        )  # fmt: skip
        yield replace(found, undated=found.undated | unsure, unassessed=unassessed)


def _classes(cohort: Cohort) -> Iterator[Exposure]:
    rows = cohort.events.filter(
        pl.col("kind").is_in(["treatment_start", "course"]) & pl.col("label").is_not_null()
    )
    read = label_classes(rows["label"].unique().sort().to_list(), cohort)
    for name, label in CLASSES.items():
        labels = [x for x, classes in read.items() if name in classes]
        if labels:
            given = rows.filter(pl.col("label").is_in(labels))
            yield _exposure(
                cohort, given, name=label, label=label[:1].upper() + label[1:], treatment=True
            )


def _declared(cohort: Cohort) -> Iterator[Exposure]:
    rows = cohort.events.filter((pl.col("kind") == "exposure") & pl.col("label").is_not_null())
    for name in rows["label"].unique().sort().to_list():
        meaning = cohort.codebook.meaning(f"covariate:{name}")
        label = (meaning.label if meaning is not None else "") or name
        given = rows.filter(pl.col("label") == name)
        yield _exposure(cohort, given, name=name, label=label, treatment=True)
