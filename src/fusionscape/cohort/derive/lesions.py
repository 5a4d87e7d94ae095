"""Which lesions are worth showing, and every lesion's state per patient at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from fusionscape.cohort.cohort import Cohort
from fusionscape.cohort.plan import AmbiguousAs
from fusionscape.knowledge.partners import breaks_home_band
from fusionscape.knowledge.translocation import rearrangements

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_KNOWN = {"missing": float("nan"), "absent": 0.0, "present": 1.0}


@dataclass(frozen=True, kw_only=True)
class Lesion:
    """One lesion of the cohort and how often it was looked for, found and left open."""

    name: str
    lesion_type: str
    gene: str | None
    tested: int
    present: int
    ambiguous: int


def driver_fusions(cohort: Cohort) -> tuple[str, ...]:
    """Names of the driver's fusions that somebody carries, most frequent first."""
    gene = cohort.plan.driver
    rows = cohort.lesions.filter(
        (pl.col("lesion_type") == "fusion")
        & (pl.col("state") == "present")
        & ((pl.col("gene") == gene) | (pl.col("partner") == gene))
    )
    counts = (
        rows.group_by("lesion")
        .agg(pl.col("patient_id").n_unique().alias("n"))
        .sort(["n", "lesion"], descending=[True, False])
    )
    return tuple(counts["lesion"].to_list())


def _codes(cohort: Cohort, ambiguous_as: AmbiguousAs) -> pl.DataFrame:
    """Lesion rows as codes: present beats absent beats unknown within a patient."""
    codes = {"present": 1.0, "absent": 0.0, "not tested": None, "ambiguous": None}
    codes["ambiguous"] = {"missing": None, "absent": 0.0, "present": 1.0}[ambiguous_as]
    return cohort.lesions.with_columns(
        pl.col("state").replace_strict(codes, default=None, return_dtype=pl.Float64).alias("on")
    )


def lesion_states(
    cohort: Cohort, names: Sequence[str], *, ambiguous_as: AmbiguousAs | None = None
) -> FloatArray:
    """Patients x lesions: 1 present, 0 absent, nan not tested; one pass over the lesion table."""
    coding = ambiguous_as or cohort.plan.ambiguous_as
    matrix = np.full((cohort.n, len(names)), np.nan)
    if not names or not cohort.lesions.height:
        return matrix
    columns = pl.DataFrame(
        {"lesion": list(names), "column": list(range(len(names)))},
        schema={"lesion": pl.String, "column": pl.Int64},
    )
    rows = (
        _codes(cohort, coding)
        .join(columns, on="lesion", how="inner")
        .group_by("patient_id", "column")
        .agg(pl.col("on").max())
        .join(cohort.patients.select("patient_id").with_row_index("row"), on="patient_id")
    )
    values = rows["on"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    matrix[rows["row"].to_numpy(), rows["column"].to_numpy()] = values
    return matrix


def lesion_catalogue(cohort: Cohort) -> tuple[Lesion, ...]:
    """Every lesion of the cohort except "tested and clear" rows of a driver, commonest first.

    A lesion's `tested` counts patients with a definite state under the plan's coding; the
    rows named "<gene> fusion" only say that a driver was looked for and are left out.
    """
    table = _codes(cohort, cohort.plan.ambiguous_as).filter(
        ~pl.col("lesion").str.ends_with(" fusion")
    )
    if not table.height:
        return ()
    per_patient = table.group_by("lesion", "patient_id").agg(
        pl.col("on").max(),
        pl.col("lesion_type").sort().first(),
        pl.col("gene").sort(nulls_last=True).first(),
        (pl.col("state") == "ambiguous").any().alias("open"),
    )
    counted = (
        per_patient.group_by("lesion")
        .agg(
            pl.col("lesion_type").sort().first(),
            pl.col("gene").sort(nulls_last=True).first(),
            pl.col("on").count().alias("tested"),
            (pl.col("on") == 1.0).sum().alias("present"),
            pl.col("open").sum().alias("ambiguous"),
        )
        .sort(["present", "lesion"], descending=[True, False])
    )
    return tuple(
        Lesion(
            name=row["lesion"],
            lesion_type=row["lesion_type"] or "mutation",
            gene=row["gene"],
            tested=int(row["tested"]),
            present=int(row["present"]),
            ambiguous=int(row["ambiguous"]),
        )
        for row in counted.iter_rows(named=True)
    )


def co_lesions(cohort: Cohort) -> tuple[Lesion, ...]:
    """Lesions beside the driver's fusion, as the plan names them or as often as it demands.

    In a cohort too small for the plan's minimum tested, more than half tested is enough.
    Fusions are left out: they are the groups.
    """
    found = tuple(x for x in lesion_catalogue(cohort) if x.lesion_type != "fusion")
    if cohort.plan.lesions:
        by_name = {x.name: x for x in found}
        return tuple(by_name[name] for name in cohort.plan.lesions if name in by_name)
    tested = min(cohort.plan.lesion_minimum_tested, cohort.n // 2 + 1)
    return tuple(
        x for x in found if x.tested >= tested and x.present >= cohort.plan.lesion_minimum_present
    )


def conflicting_specimens(cohort: Cohort) -> pl.DataFrame:
    """Patient and lesion where one row says present and another absent: several specimens."""
    known = cohort.lesions.filter(pl.col("state").is_in(["present", "absent"]))
    return (
        known.group_by("patient_id", "lesion")
        .agg(pl.col("state").n_unique().alias("states"))
        .filter(pl.col("states") > 1)
        .sort("patient_id", "lesion")
        .select("patient_id", "lesion")
    )


def own_alteration(a: Lesion, b: Lesion) -> bool:
    """True for a gene and its own alteration: FLT3 and FLT3-ITD, FLT3-ITD and FLT3-TKD."""
    gene_a, gene_b = _gene(a), _gene(b)
    return gene_a is not None and gene_a == gene_b


def own_translocation(name: str, genes: Sequence[str]) -> bool:
    """True for a rearrangement that breaks where one of these genes lies: its fusion itself.

    >>> own_translocation("t(9;11)(p22;q23)", ["KMT2A"]), own_translocation("t(6;9)", ["KMT2A"])
    (True, False)
    """
    parts = rearrangements(name)
    return any(breaks_home_band(part, gene) for part in parts for gene in genes)


def shown_name(name: str, beside: Sequence[str]) -> str:
    """How a lesion is printed: a bare gene beside its own ITD is its point mutation.

    >>> shown_name("FLT3", ["FLT3", "FLT3-ITD"]), shown_name("WT1", ["WT1", "FLT3-ITD"])
    ('FLT3 (point mutation)', 'WT1')
    """
    return f"{name} (point mutation)" if f"{name}-ITD" in beside else name


def _gene(lesion: Lesion) -> str | None:
    if lesion.lesion_type == "cytogenetic":
        return None
    if lesion.gene:
        return lesion.gene
    return lesion.name.split("-")[0].split(" ")[0]
