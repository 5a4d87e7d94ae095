"""Cohort: patients, lesions and events of one study, immutable."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from fusionscape.cohort.codebook import Codebook
from fusionscape.cohort.plan import Plan
from fusionscape.cohort.printed import PrintedGroup
from fusionscape.cohort.schema import ASSAY_SCHEMA, EVENT_SCHEMA, LESION_SCHEMA, empty
from fusionscape.results import Finding, FlowNode

Answer = TypeVar("Answer")


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """Patients of one study with what was found in them and what happened to them.

    `patients` has one row a patient, sorted by patient_id; `lesions`, `events` and `assays`
    are long tables (see cohort/schema.py). Row order of the input never matters: every table
    is sorted. `flow` holds the boxes of the patient flow that reading produced, from the
    declared rules. `printed` are comparators known only as printed counts.
    """

    name: str
    patients: pl.DataFrame
    lesions: pl.DataFrame = field(default_factory=lambda: empty(LESION_SCHEMA))
    events: pl.DataFrame = field(default_factory=lambda: empty(EVENT_SCHEMA))
    assays: pl.DataFrame = field(default_factory=lambda: empty(ASSAY_SCHEMA))
    codebook: Codebook = field(default_factory=lambda: Codebook(name="none"))
    plan: Plan = field(default_factory=Plan)
    printed: tuple[PrintedGroup, ...] = ()
    findings: tuple[Finding, ...] = ()
    flow: tuple[FlowNode, ...] = ()
    study: Mapping[str, Any] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """Number of patients."""
        return self.patients.height

    @property
    def synthetic(self) -> bool:
        """True when the patients are not real."""
        return self.codebook.synthetic

    def has(self, column: str) -> bool:
        """True when the patient table has this column with at least one known value."""
        return column in self.patients.columns and self.patients[column].null_count() < self.n

    def where(self, keep: pl.Expr | pl.Series) -> Cohort:
        """The patients for which `keep` is true (null counts as not true)."""
        return self.only(self.patients.filter(keep)["patient_id"])

    def only(self, patient_ids: Iterable[str]) -> Cohort:
        """The patients with these ids."""
        ids = pl.DataFrame({"patient_id": list(patient_ids)}, schema={"patient_id": pl.String})
        return replace(
            self,
            patients=self.patients.join(ids, on="patient_id", how="semi"),
            lesions=self.lesions.join(ids, on="patient_id", how="semi"),
            events=self.events.join(ids, on="patient_id", how="semi"),
            assays=self.assays.join(ids, on="patient_id", how="semi"),
        )

    def carrying(self, gene: str) -> Cohort:
        """The patients with a fusion of this gene, or with this lesion; still a Cohort.

        A gene that anybody's fusion involves is asked about as a fusion gene: a point mutation
        of NUP98 is not a rearrangement.
        """
        fusions = pl.col("lesion_type") == "fusion"
        ends = (pl.col("gene") == gene) | (pl.col("partner") == gene)
        asked = (fusions & ends) | (fusions & (pl.col("lesion") == gene))
        if not self.lesions.select(asked.any()).item():
            asked = pl.col("lesion") == gene
        found = self.lesions.filter((pl.col("state") == "present") & asked)
        return self.only(found["patient_id"].unique(maintain_order=True))

    def driver_state(self, driver: str | None = None) -> pl.Series:
        """Per patient: true carries a fusion of the driver, false tested and clear, null unknown.

        Tested means an absent row for "<driver> fusion" or an assay whose scope is all fusions;
        the assay says nothing where the patient's own cell about the driver is ambiguous or says
        that it was not tested.
        """
        if driver in (None, self.plan.driver):
            return self.remembered(_driver_state)
        return self._state_of(str(driver))

    @cached_property
    def _memory(self) -> dict[Callable[[Cohort], Any], Any]:
        return {}

    def remembered(self, work: Callable[[Cohort], Answer]) -> Answer:
        """What a pure function says of this cohort, worked out once: cohorts never change."""
        if work not in self._memory:
            self._memory[work] = work(self)
        found: Answer = self._memory[work]
        return found

    def _state_of(self, gene: str) -> pl.Series:
        rows = self.lesions.filter(
            (pl.col("lesion_type") == "fusion")
            & ((pl.col("gene") == gene) | (pl.col("partner") == gene))
        )
        present = rows.filter(pl.col("state") == "present")["patient_id"].unique()
        clear = rows.filter((pl.col("state") == "absent") & (pl.col("lesion") == f"{gene} fusion"))[
            "patient_id"
        ].unique()
        # A doubtful call of one partner (a read-through) leaves the assay standing.
        doubted = (pl.col("state") == "ambiguous") & (pl.col("lesion") == f"{gene} fusion")
        unclear = rows.filter(doubted | (pl.col("state") == "not tested"))["patient_id"].unique()
        tested = self.assays.filter(pl.col("scope") == "fusions")["patient_id"].unique()
        broad = tested.filter(~tested.is_in(unclear.implode()))
        state = (
            pl.when(pl.col("patient_id").is_in(present.implode()))
            .then(True)
            .when(pl.col("patient_id").is_in(pl.concat([clear, broad]).implode()))
            .then(False)
            .otherwise(None)
        )
        return self.patients.select(state.cast(pl.Boolean).alias("driver")).to_series()

    def partner_of(self, driver: str | None = None) -> pl.Series:
        """Per patient: the driver's fusion (``NUP98::NSD1``); null without one.

        A patient with two fusions of the driver is named with both, joined by " + ".
        """
        gene = driver or self.plan.driver
        rows = (
            self.lesions.filter(
                (pl.col("lesion_type") == "fusion")
                & (pl.col("state") == "present")
                & ((pl.col("gene") == gene) | (pl.col("partner") == gene))
            )
            .group_by("patient_id")
            .agg(pl.col("lesion").unique().sort().str.join(" + ").alias("fusion"))
        )
        joined = self.patients.select("patient_id").join(
            rows, on="patient_id", how="left", maintain_order="left"
        )
        return joined["fusion"]

    def lesion(self, name: str, *, ambiguous_as: str | None = None) -> pl.Series:
        """Per patient: true present, false absent, null not tested (or ambiguous, by the plan)."""
        coding = ambiguous_as or self.plan.ambiguous_as
        ambiguous = {"missing": None, "absent": False, "present": True}[coding]
        rows = (
            self.lesions.filter(pl.col("lesion") == name)
            .with_columns(
                pl.col("state")
                .replace_strict(
                    {"present": True, "absent": False, "not tested": None, "ambiguous": ambiguous},
                    return_dtype=pl.Boolean,
                )
                .alias("on")
            )
            .group_by("patient_id")
            .agg(pl.col("on").max())
        )
        joined = self.patients.select("patient_id").join(
            rows, on="patient_id", how="left", maintain_order="left"
        )
        return joined["on"].alias(name)

    def lesion_matrix(
        self, names: Iterable[str], *, ambiguous_as: str | None = None
    ) -> npt.NDArray[np.float64]:
        """Patients x lesions: 1 present, 0 absent, nan not tested."""
        columns = [
            self.lesion(name, ambiguous_as=ambiguous_as).cast(pl.Float64).to_numpy()
            for name in names
        ]
        if not columns:
            return np.zeros((self.n, 0))
        return np.column_stack(columns).astype(np.float64)

    def responses(self, *, course: int | None = None, line: int | None = None) -> pl.DataFrame:
        """Response events (label is the response word), of one course or line where asked."""
        rows = self.events.filter(pl.col("kind") == "response")
        if course is not None:
            rows = rows.filter(pl.col("course") == course)
        if line is not None:
            rows = rows.filter(pl.col("line") == line)
        return rows


def _driver_state(cohort: Cohort) -> pl.Series:
    return cohort._state_of(cohort.plan.driver)
