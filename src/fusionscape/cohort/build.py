"""Make a well-formed Cohort from tables: types cast, rows sorted, keys checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from fusionscape.cohort.codebook import Codebook
from fusionscape.cohort.cohort import Cohort
from fusionscape.cohort.plan import Plan
from fusionscape.cohort.printed import PrintedGroup
from fusionscape.cohort.schema import (
    ASSAY_SCHEMA,
    EVENT_SCHEMA,
    LESION_SCHEMA,
    PATIENT_FIELDS,
)
from fusionscape.results import Finding, FlowNode


def _table(
    rows: pl.DataFrame | Sequence[Mapping[str, Any]] | None,
    schema: Mapping[str, type[pl.DataType]],
    sort: Sequence[str],
) -> pl.DataFrame:
    if rows is None:
        return pl.DataFrame(schema=dict(schema))
    frame = (
        rows
        if isinstance(rows, pl.DataFrame)
        else pl.DataFrame(
            {name: [row.get(name) for row in rows] for name in schema}, schema=dict(schema)
        )
    )
    unknown = [c for c in frame.columns if c not in schema]
    if unknown:
        raise ValueError(f"unknown column {unknown[0]!r}")
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in schema.items()
    ).sort(list(sort), maintain_order=True, nulls_last=True)


def build_cohort(
    *,
    name: str,
    patients: pl.DataFrame,
    lesions: pl.DataFrame | Sequence[Mapping[str, Any]] | None = None,
    events: pl.DataFrame | Sequence[Mapping[str, Any]] | None = None,
    assays: pl.DataFrame | Sequence[Mapping[str, Any]] | None = None,
    codebook: Codebook | None = None,
    plan: Plan | None = None,
    printed: tuple[PrintedGroup, ...] = (),
    findings: tuple[Finding, ...] = (),
    flow: tuple[FlowNode, ...] = (),
    study: Mapping[str, Any] | None = None,
) -> Cohort:
    """A Cohort whose tables have the contract's types and a fixed row order.

    Patient ids must be unique and known; rows of the long tables must belong to a patient.
    Raises ValueError otherwise (readers report findings before they come here).
    """
    casts = [pl.col(c).cast(PATIENT_FIELDS[c]) for c in patients.columns if c in PATIENT_FIELDS]
    patients = patients.with_columns(casts).sort("patient_id")
    ids = patients["patient_id"]
    if ids.null_count() or ids.n_unique() != ids.len():
        raise ValueError("patient ids must be known and unique")
    tables = {
        "lesions": _table(lesions, LESION_SCHEMA, ("patient_id", "lesion_type", "lesion", "state")),
        "events": _table(events, EVENT_SCHEMA, ("patient_id", "order", "day", "kind")),
        "assays": _table(assays, ASSAY_SCHEMA, ("patient_id", "assay", "scope")),
    }
    for label, table in tables.items():
        stray = table.join(patients.select("patient_id"), on="patient_id", how="anti")
        if stray.height:
            raise ValueError(f"{label} hold {stray.height} rows of patients who are not there")
    return Cohort(
        name=name,
        patients=patients,
        codebook=codebook or Codebook(name=name),
        plan=plan or Plan(),
        printed=printed,
        findings=findings,
        flow=flow,
        study=study or {},
        **tables,
    )
