"""Names and types of the cohort's tables: the contract between readers and analyses."""

from __future__ import annotations

import polars as pl

# One row a patient. Any of these may be absent; study covariates come after them under their
# own names. Text values are the canonical words listed here, never codes.
PATIENT_FIELDS: dict[str, type[pl.DataType]] = {
    "patient_id": pl.String,
    "sex": pl.String,  # female, male
    "age_years": pl.Float64,
    "disease": pl.String,  # AML, B-ALL, T-ALL, ETP-ALL, ALL, MPAL, MDS, MDS/MPN, CML, other
    "onset": pl.String,  # de novo, therapy-related, secondary
    "fab": pl.String,  # M0 ... M7
    "wbc_10e9_l": pl.Float64,
    "platelets_10e9_l": pl.Float64,
    "hemoglobin_g_l": pl.Float64,
    "blasts_marrow_percent": pl.Float64,
    "blasts_blood_percent": pl.Float64,
    "karyotype": pl.String,  # ISCN as written
    "immunophenotype": pl.String,
    "treatment": pl.String,  # sequence as written
    "protocol": pl.String,
    "year_of_diagnosis": pl.Float64,
    "tested_by": pl.String,
    "os_days": pl.Float64,
    "os_event": pl.Boolean,
    "efs_days": pl.Float64,
    "efs_event": pl.Boolean,
    "efs_type": pl.String,  # censored, relapse, death, induction failure, death without remission
    "rfs_days": pl.Float64,
    "rfs_event": pl.Boolean,
    "cir_days": pl.Float64,  # from remission to the first of relapse, death, last contact
    "cir_status": pl.String,  # censored, relapse, death (without relapse)
    "relapsed": pl.Boolean,  # was the first event of relapse-free survival a relapse?
    "entry_days": pl.Float64,  # delayed entry: when follow-up began to count
    "cut_off_days": pl.Float64,  # from diagnosis to the data cut-off
    "transplant": pl.Boolean,
    "transplant_days": pl.Float64,
    "transplant_cr1": pl.Boolean,
    "loss_reason": pl.String,
}

# Many rows a patient. state: present, absent, not tested, ambiguous. A fusion's lesion is its
# name (NUP98::NSD1); "<DRIVER> fusion" with state absent says the driver was tested and clear.
LESION_SCHEMA: dict[str, type[pl.DataType]] = {
    "patient_id": pl.String,
    "lesion": pl.String,  # NUP98::NSD1, FLT3-ITD, WT1, trisomy 8
    "lesion_type": pl.String,  # fusion, mutation, itd, cytogenetic
    "gene": pl.String,  # the driver of a fusion, the gene of a mutation
    "partner": pl.String,  # the partner of a fusion
    "state": pl.String,
    "value": pl.Float64,  # allelic ratio, VAF
    "assay": pl.String,
    "reported": pl.String,  # as written in the file
    "novel": pl.Boolean,
}

# Many rows a patient, in order. kind: diagnosis, treatment_start, course, response, blasts, mrd,
# lesion, transplant, relapse, death, last_seen, lost. Days count from diagnosis; dates known to
# the month have day_low < day_high and day their middle; day is null where only order is known.
EVENT_SCHEMA: dict[str, type[pl.DataType]] = {
    "patient_id": pl.String,
    "order": pl.Int64,
    "kind": pl.String,
    "label": pl.String,  # regimen text, response word (CR, CRi, PR, not in CR, death, ...)
    "day": pl.Float64,
    "day_low": pl.Float64,
    "day_high": pl.Float64,
    "end_day": pl.Float64,
    "line": pl.Int64,  # 1 induction, 2 first salvage, ...
    "course": pl.Int64,  # 1 = after the first course
    "value": pl.Float64,  # blasts %, MRD
    "unit": pl.String,
    "censored": pl.String,  # "<" or ">" for values such as <1e-4
    "state": pl.String,  # positive, negative, present, absent, reduced
    "target": pl.String,  # what MRD or lesion follow-up looked at
    "reported": pl.String,
}

# Which assay looked at what in whom. scope: "fusions" (all), or the name of one lesion.
ASSAY_SCHEMA: dict[str, type[pl.DataType]] = {
    "patient_id": pl.String,
    "assay": pl.String,
    "scope": pl.String,
}

LESION_STATES = ("present", "absent", "not tested", "ambiguous")
RESPONSE_WORDS = (
    "CR", "CRh", "CRi", "MLFS", "PR", "NR", "not in CR", "death", "not evaluable",
)  # fmt: skip
REMISSION_WORDS = ("CR", "CRh", "CRi")


def empty(schema: dict[str, type[pl.DataType]]) -> pl.DataFrame:
    """An empty table of this schema."""
    return pl.DataFrame(schema=schema)
