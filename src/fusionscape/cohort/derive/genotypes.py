"""What each patient carries, in the words that trials and classifications ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from fusionscape.cohort.cohort import Cohort
from fusionscape.cohort.derive.lesions import lesion_states
from fusionscape.knowledge.classification import MR_GENES, Classification, classify
from fusionscape.knowledge.karyotype import parse_karyotype
from fusionscape.knowledge.menin import MeninMatch, qualifies

# What WHO, ICC and ELN ask of beside the fusions.
ASKED = ("NPM1", "FLT3-ITD", "CEBPA-bZIP", "TP53", *MR_GENES)


@dataclass(frozen=True, kw_only=True)
class Qualifying:
    """One patient's lesion that a menin inhibitor trial or approval names."""

    patient: str
    match: MeninMatch


def qualifying(cohort: Cohort) -> tuple[Qualifying, ...]:
    """Every lesion found that a trial names, by patient; each distinct lesion is looked up once.

    Only a fusion can meet a fusion criterion: a NUP98 point mutation is no rearrangement.
    """
    rows = cohort.lesions.filter(pl.col("state") == "present").select(
        "patient_id", "lesion", pl.col("lesion_type") == "fusion"
    )
    distinct = rows.select("lesion", "lesion_type").unique().sort("lesion", "lesion_type")
    matches: dict[tuple[str, bool], tuple[MeninMatch, ...]] = {}
    for lesion, fusion in distinct.iter_rows():
        found = qualifies([lesion])
        matches[lesion, fusion] = tuple(m for m in found if ("::" in m.criterion) == fusion)
    pairs = rows.unique().sort("patient_id", "lesion", "lesion_type")
    return tuple(
        Qualifying(patient=patient, match=match)
        for patient, lesion, fusion in pairs.iter_rows()
        for match in matches[lesion, fusion]
    )


@dataclass(frozen=True, kw_only=True)
class Classified:
    """One patient's classes and risk; empty where the disease is unknown."""

    patient: str
    group: str | None
    verdicts: tuple[Classification, ...]


def _mutations(cohort: Cohort) -> list[dict[str, bool | None]]:
    states = lesion_states(cohort, [*ASKED, "CEBPA"])
    known: Mapping[float, bool] = {1.0: True, 0.0: False}
    rows = [[known.get(v) for v in row] for row in states.tolist()]
    out = []
    for row in rows:
        found = dict(zip(ASKED, row, strict=False))
        # no CEBPA mutation at all is no bZIP mutation; any CEBPA mutation may or may not be
        if found["CEBPA-bZIP"] is None and row[-1] is False:
            found["CEBPA-bZIP"] = False
        out.append(found)
    return out


def _tp53_vaf(cohort: Cohort) -> dict[str, float]:
    rows = cohort.lesions.filter(
        (pl.col("lesion") == "TP53")
        & (pl.col("state") == "present")
        & pl.col("value").is_not_null()
    )
    largest = rows.group_by("patient_id").agg(pl.col("value").max())
    return {p: v / 100 if v > 1 else v for p, v in largest.iter_rows()}


def _fusions(cohort: Cohort) -> dict[str, tuple[str, ...]]:
    rows = cohort.lesions.filter(
        (pl.col("lesion_type") == "fusion") & (pl.col("state") == "present")
    )
    found = rows.group_by("patient_id").agg(pl.col("lesion").unique().sort())
    return {p: tuple(names) for p, names in found.iter_rows()}


def classified(cohort: Cohort) -> tuple[Classified, ...]:
    """WHO-HAEM5, ICC 2022 and ELN 2022 of every patient, as far as the data decide them.

    Patients whose disease is unknown are not classified. Equal inputs are judged once.
    """
    patients = cohort.patients
    ids = patients["patient_id"].to_list()
    mutations, fusions, vaf = _mutations(cohort), _fusions(cohort), _tp53_vaf(cohort)
    groups = cohort.partner_of().to_list()
    diseases = _column(cohort, "disease")
    karyotypes = _column(cohort, "karyotype")
    blasts = _column(cohort, "blasts_marrow_percent")
    judged: dict[object, tuple[Classification, ...]] = {}
    out = []
    for i, patient in enumerate(ids):
        verdicts: tuple[Classification, ...] = ()
        if diseases[i] is not None:
            own = fusions.get(patient, ())
            tp53 = vaf.get(patient)
            key = (own, tuple(mutations[i].items()), karyotypes[i], blasts[i], diseases[i], tp53)
            if key not in judged:
                judged[key] = classify(
                    fusions=own,
                    mutations=mutations[i],
                    karyotype=parse_karyotype(karyotypes[i]),
                    blasts_percent=blasts[i],
                    disease=diseases[i],
                    tp53_vaf=tp53,
                )
            verdicts = judged[key]
        out.append(Classified(patient=patient, group=groups[i], verdicts=verdicts))
    return tuple(out)


def _column(cohort: Cohort, name: str) -> list[Any]:
    if name not in cohort.patients.columns:
        return [None] * cohort.n
    return cohort.patients[name].to_list()
