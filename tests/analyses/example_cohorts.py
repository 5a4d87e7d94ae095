"""Small synthetic cohorts whose every number can be worked out by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from fusionscape.cohort import Codebook, Cohort, ColumnMeaning, Plan, build_cohort

Row = dict[str, Any]

# The descriptive analyses, whose laws are tested together; time to event has its own tests.
DESCRIPTIVE = (
    "flow", "prevalence", "diagnostic_yield", "baseline", "comparator", "landscape",
    "cooccurrence", "cytogenetics", "immunophenotype", "classification", "treatment",
    "response", "treatment_response", "response_model", "response_rules", "cases",
    "eligibility",
)  # fmt: skip


def fusion(patient: str, partner: str, *, gene: str = "NUP98", novel: bool = False) -> Row:
    return {
        "patient_id": patient,
        "lesion": f"{gene}::{partner}",
        "lesion_type": "fusion",
        "gene": gene,
        "partner": partner,
        "state": "present",
        "novel": novel,
    }


def lesion(patient: str, name: str, state: str, *, kind: str = "mutation") -> Row:
    gene = None if kind == "cytogenetic" else name.split("-")[0]
    return {
        "patient_id": patient,
        "lesion": name,
        "lesion_type": "itd" if name.endswith("-ITD") else kind,
        "gene": gene,
        "state": state,
    }


def answer(patient: str, word: str, *, course: int | None = 1, line: int | None = None) -> Row:
    return {
        "patient_id": patient,
        "order": course or (line or 0) * 10,
        "kind": "response",
        "label": word,
        "course": course,
        "line": line,
    }


def begun(patient: str, regimen: str, *, line: int = 1) -> Row:
    return {
        "patient_id": patient,
        "order": line * 10 - 10,
        "kind": "treatment_start",
        "label": regimen,
        "line": line,
    }


def assayed(patients: Iterable[str], assay: str = "RNA-seq") -> list[Row]:
    return [{"patient_id": p, "assay": assay, "scope": "fusions"} for p in patients]


def make(
    patients: Mapping[str, list[Any]],
    *,
    lesions: Iterable[Row] = (),
    events: Iterable[Row] = (),
    assays: Iterable[Row] = (),
    codebook: Codebook | None = None,
    plan: Plan | None = None,
    **rest: Any,
) -> Cohort:
    return build_cohort(
        name="example",
        patients=pl.DataFrame(dict(patients)),
        lesions=list(lesions),
        events=list(events),
        assays=list(assays),
        codebook=codebook or Codebook(name="example", selected_by_fusion=False),
        plan=plan or Plan(),
        **rest,
    )


def baseline_columns(*fields: str) -> tuple[ColumnMeaning, ...]:
    return tuple(ColumnMeaning(source=f, field=f, timing="baseline") for f in fields)


NSD1 = [f"n{i}" for i in range(1, 7)]
KDM5A = [f"k{i}" for i in range(1, 5)]
CLEAR = [f"c{i:02d}" for i in range(1, 11)]


def twenty(*, plan: Plan | None = None, codebook: Codebook | None = None) -> Cohort:
    """6 NSD1, 4 KDM5A and 10 tested and clear; every value chosen so that counts are plain.

    FLT3-ITD: NSD1 4 of 5 (one not tested), KDM5A 0 of 4, clear 2 of 10.
    WT1: NSD1 3 of 6, KDM5A 0 of 4, clear 1 of 10.
    CR after course 1: NSD1 1 of 5 evaluable (one not evaluable), KDM5A 3 of 4, clear 8 of 10.
    """
    ids = [*NSD1, *KDM5A, *CLEAR]
    patients = {
        "patient_id": ids,
        "sex": ["female", "male"] * 10,
        "age_years": [4.0, 11, 25, 40, 61, None, 1, 2, 2, 3, *[30.0 + i for i in range(10)]],
        "disease": ["AML"] * 16 + ["B-ALL"] * 4,
        "onset": ["de novo"] * 14 + ["therapy-related"] * 2 + ["de novo"] * 4,
        "wbc_10e9_l": [
            120.0,
            60,
            55,
            101,
            20,
            300,
            10,
            12,
            14,
            None,
            *[5.0 + i for i in range(10)],
        ],
        "fab": ["M4", "M5", "M4", "M5", None, "M1", "M7", "M7", "M6", "M7", *["M2"] * 10],
        "karyotype": [
            "46,XX[20]",
            "46,XY[20]",
            "46,XX[20]",
            "47,XY,+8[20]",
            None,
            "46,XY[20]",
            "46,XX[20]",
            "46,XY,del(13)(q12q14)[20]",
            "46,XX[20]",
            "46,XY,t(11;12)(p15;p13)[20]",
            *["46,XX[20]"] * 10,
        ],
    }
    itd = (
        ["present"] * 4
        + ["absent", "not tested"]
        + ["absent"] * 4
        + ["present"] * 2
        + ["absent"] * 8
    )
    wt1 = ["present"] * 3 + ["absent"] * 3 + ["absent"] * 4 + ["present"] + ["absent"] * 9
    words = ["CR", "not in CR", "not in CR", "death", "not in CR", "not evaluable"]
    words += ["CR", "CR", "CR", "not in CR"] + ["CR"] * 8 + ["not in CR"] * 2
    return make(
        patients,
        lesions=[
            *(fusion(p, "NSD1") for p in NSD1),
            *(fusion(p, "KDM5A") for p in KDM5A),
            *(lesion(p, "FLT3-ITD", s) for p, s in zip(ids, itd, strict=True)),
            *(lesion(p, "WT1", s) for p, s in zip(ids, wt1, strict=True)),
        ],
        events=[answer(p, w) for p, w in zip(ids, words, strict=True)],
        assays=assayed(ids),
        codebook=codebook
        or Codebook(
            name="example",
            selected_by_fusion=False,
            columns=baseline_columns(
                "age_years", "wbc_10e9_l", "sex", "lesion:FLT3-ITD", "lesion:WT1"
            ),
        ),
        plan=plan,
    )


PARTNERS = (
    ("NSD1", 25), ("HOXA9", 10), ("PRRX2", 4), ("HMGB3", 2), ("TOP1", 2), ("KDM5A", 2),
    ("CCDC28A", 2), ("TNRC18", 1), ("HOXA11", 1), ("HHEX", 1), ("DDX10", 1), ("PSIP1", 1),
    ("KMT2A", 1), ("LNP1", 1), ("ASNSP4", 1),
)  # fmt: skip
LYMPHOID = {"CCDC28A": "ETP-ALL", "LNP1": "ETP-ALL", "ASNSP4": "B-ALL"}


def large() -> Cohort:
    """1,491 synthetic acute leukemias with 55 carriers of 15 partners, as counts only.

    NSD1: FLT3-ITD in 21 of 25, CR in 2 of 25, 20 on IC (0 CR), 4 on LIT + VEN (2 CR), 1 on
    IC + FLT3i; the other AML carriers: CR in 17 of 24 evaluable of 26.
    """
    carriers = [(f"p{p}{i:02d}", p) for p, n in PARTNERS for i in range(n)]
    others = [f"x{i:04d}" for i in range(1436)]
    ids = [c for c, _ in carriers] + others
    disease = [LYMPHOID.get(p, "AML") for _, p in carriers]
    disease += ["AML"] * 1048 + ["B-ALL"] * 388
    lesions = [fusion(c, p, novel=p == "ASNSP4") for c, p in carriers]
    lesions += [
        lesion(c, "FLT3-ITD", "present" if p == "NSD1" and int(c[-2:]) < 21 else "absent")
        for c, p in carriers
    ]
    nsd1 = [c for c, p in carriers if p == "NSD1"]
    rest = [c for c, p in carriers if p != "NSD1" and p not in LYMPHOID]
    events = [begun(c, "IC") for c in nsd1[:20]] + [begun(c, "LIT + VEN") for c in nsd1[20:24]]
    events += [begun(nsd1[24], "IC + FLT3i")] + [begun(c, "IC") for c in rest]
    events += [answer(c, "CR" if c in nsd1[20:22] else "not in CR") for c in nsd1]
    events += [answer(c, "CR" if i < 17 else "not in CR") for i, c in enumerate(rest[:24])]
    events += [begun(c, "AZA + VEN + FLT3i", line=2) for c in nsd1[:16]]
    events += [answer(c, "CR", course=None, line=2) for c in nsd1[:16]]
    return make(
        {
            "patient_id": ids,
            "disease": disease,
            "age_years": [float(20 + i % 60) for i in range(len(ids))],
            "wbc_10e9_l": [float(1 + i % 150) for i in range(len(ids))],
            "sex": ["female" if i % 2 else "male" for i in range(len(ids))],
        },
        lesions=lesions,
        events=events,
        assays=assayed(ids),
        codebook=Codebook(
            name="large",
            selected_by_fusion=False,
            synthetic=True,
            invented=("wbc_10e9_l", "age_years", "sex"),
        ),
    )
