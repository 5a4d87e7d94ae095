"""Firth logistic of remission: against R, and what may not enter."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from analyses.example_cohorts import answer, baseline_columns, fusion, lesion, make, twenty
from fusionscape.analyses.response_model import response_model
from fusionscape.cohort import Codebook, Plan
from fusionscape.results import Fit, Refusal


def separated(*, timing: bool = True):
    """12 NSD1 with FLT3-ITD in 8, none of whom reaches CR; 3 of the other 4 do."""
    ids = [f"p{i:02d}" for i in range(12)]
    lesions = [fusion(p, "NSD1") for p in ids]
    lesions += [lesion(p, "FLT3-ITD", "present" if i < 8 else "absent") for i, p in enumerate(ids)]
    return make(
        {"patient_id": ids},
        lesions=lesions,
        events=[answer(p, "CR" if i >= 9 else "not in CR") for i, p in enumerate(ids)],
        codebook=Codebook(name="x", columns=baseline_columns("lesion:FLT3-ITD") if timing else ()),
    )


def test_separation_has_a_finite_answer() -> None:
    fit = response_model(separated()).items[0]
    assert isinstance(fit, Fit)
    assert (fit.n, fit.events, fit.penalty) == (12, 3, "firth")
    (term,) = fit.terms
    # one binary covariate: Firth adds 1/2 to each cell: log (0.5 / 8.5) / (3.5 / 1.5)
    assert term.coef == pytest.approx(math.log((0.5 / 8.5) / (3.5 / 1.5)), abs=1e-6)


def test_an_undeclared_timing_enters_no_model() -> None:
    found = response_model(separated(timing=False))
    refusal = found.items[0]
    assert isinstance(refusal, Refusal)
    assert refusal.code == "no-baseline-covariate"
    assert [c.code for c in found.cautions] == ["timing-not-baseline"]


def test_reference_rows_and_the_dropped() -> None:
    fit = response_model(twenty(plan=Plan(covariates=("wbc_10e9_l",)))).items[0]
    assert isinstance(fit, Fit)
    rows = {term.name: term for term in fit.terms}
    # the most frequent partner is the reference, as everywhere
    assert rows["NUP98::NSD1 (reference)"].reference_row
    assert rows["NUP98::NSD1 (reference)"].n + rows["NUP98::KDM5A"].n == fit.n
    assert "White blood cells per 100 ×10⁹/L" in rows
    assert fit.family == "response_model/cr_course_1"
    assert fit.family_size == sum(term.p is not None for term in fit.terms) == 2
    # of the 9 evaluable one has no WBC (k4)
    assert dict(fit.dropped) == {"wbc_10e9_l": 1}
    assert fit.n + fit.missing == 10


def test_four_remissions_carry_two_covariates() -> None:
    # 9 evaluable carriers, 4 in CR: partner and age stay, white cells, ITD and WT1 do not
    fit = response_model(twenty()).items[0]
    assert isinstance(fit, Fit)
    assert fit.adjusted_for == ("partner", "age_years")
    note = next(c for c in fit.cautions if c.code == "too-many-covariates")
    assert (note.get("events"), note.get("variables")) == (4, 5)


def test_a_covariate_that_is_not_there_is_named() -> None:
    found = response_model(twenty(plan=Plan(covariates=("age_years", "shoe size"))))
    caution = next(c for c in found.cautions if c.code == "covariate-not-found")
    assert caution.get("covariate") == "shoe size"


def test_an_invented_covariate_stays_out() -> None:
    codebook = Codebook(
        name="x", columns=baseline_columns("lesion:FLT3-ITD"), invented=("FLT3-ITD",)
    )
    cohort = separated()
    found = response_model(replace(cohort, codebook=codebook))
    assert isinstance(found.items[0], Refusal)
    assert [c.code for c in found.cautions] == ["invented-variable"]
