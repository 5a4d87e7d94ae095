"""Take the identities out of a cohort before anything is analysed, drawn or written.

Patient ids become P001, P002 ... in the order of a keyed hash, so that neither the new id
nor its position tells the old one. Dates are days from diagnosis already; the year of
diagnosis goes. Ages are rounded to whole years. Columns without a declared meaning and free
text go, for they can hold anything.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from fusionscape.cohort import Cohort
from fusionscape.cohort.build import build_cohort
from fusionscape.cohort.schema import PATIENT_FIELDS
from fusionscape.results import Finding

_DROPPED = ("year_of_diagnosis", "loss_reason")


def new_ids(patient_ids: Iterable[str], key: bytes) -> dict[str, str]:
    """Old id -> P001 ..., numbered in the order of HMAC-SHA256 under `key`."""

    def digest(old: str) -> bytes:
        return hmac.new(key, old.encode(), hashlib.sha256).digest()

    ordered = sorted(patient_ids, key=digest)
    width = max(3, len(str(len(ordered))))
    return {old: f"P{i:0{width}d}" for i, old in enumerate(ordered, start=1)}


def _declared(cohort: Cohort) -> list[str]:
    known = {c.field.removeprefix("covariate:") for c in cohort.codebook.columns if c.sure}
    keep = [
        name
        for name, dtype in cohort.patients.schema.items()
        if name not in _DROPPED
        and (name in PATIENT_FIELDS or (name in known and dtype != pl.String))
    ]
    return keep


def scrub_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings without the values, rows and sentences that could name a patient."""
    return tuple(
        replace(
            finding,
            what=f"The input check reported {finding.code}; its details are withheld here.",
            mend="Run the check on the original files to see them.",
            value=None,
            row=None,
            count=1,
        )
        for finding in findings
    )


def pseudonymise(cohort: Cohort, key: bytes) -> tuple[Cohort, dict[str, str]]:
    """The cohort under new ids, and the old -> new table (for the key file, if asked for)."""
    ids = new_ids(cohort.patients["patient_id"].to_list(), key)
    mapping = pl.DataFrame(
        {"patient_id": list(ids), "new": list(ids.values())},
        schema={"patient_id": pl.String, "new": pl.String},
    )

    def renamed(table: pl.DataFrame) -> pl.DataFrame:
        joined = table.join(mapping, on="patient_id", how="left", maintain_order="left")
        return joined.with_columns(pl.col("new").alias("patient_id")).drop("new")

    patients = renamed(cohort.patients.select(_declared(cohort)))
    if "age_years" in patients.columns:
        patients = patients.with_columns(pl.col("age_years").floor())
    blank = pl.lit(None, dtype=pl.String).alias("reported")
    made = build_cohort(
        name=cohort.name,
        patients=patients,
        lesions=renamed(cohort.lesions).with_columns(blank),
        events=renamed(cohort.events).with_columns(blank),
        assays=renamed(cohort.assays),
        codebook=cohort.codebook,
        plan=replace(cohort.plan, cases=tuple(ids[c] for c in cohort.plan.cases if c in ids)),
        printed=cohort.printed,
        findings=scrub_findings(cohort.findings),
        flow=cohort.flow,
        study={name: told for name, told in cohort.study.items() if name != "inputs"},
    )
    return made, ids
