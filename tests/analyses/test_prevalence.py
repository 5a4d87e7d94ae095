"""How frequent is the fusion: fractions worked out by hand, and when it is refused."""

from __future__ import annotations

import pytest

from analyses.example_cohorts import KDM5A, NSD1, assayed, fusion, large, make, twenty
from fusionscape.analyses.prevalence import prevalence
from fusionscape.cohort import Codebook
from fusionscape.results import Estimate, Refusal


def estimate(analysis, stable_id):
    item = analysis[stable_id]
    assert isinstance(item, Estimate)
    return item


def test_carriers_over_tested() -> None:
    found = estimate(prevalence(twenty()), "prevalence/driver")
    assert (found.count, found.n, found.missing) == (10, 20, 0)
    assert found.estimate == 10 / 20
    # Clopper-Pearson of 10 of 20 (R: binom.test(10, 20)$conf.int)
    assert found.ci_low == pytest.approx(0.2719578, abs=1e-7)
    assert found.ci_high == pytest.approx(0.7280422, abs=1e-7)
    assert found.other_intervals[0].method == "Wilson score interval"
    assert found.other_intervals[0].low == pytest.approx(0.2992980, abs=1e-6)


def test_splits_have_their_own_denominators() -> None:
    found = prevalence(twenty())
    assert (estimate(found, "prevalence/disease/AML").count) == 10
    assert estimate(found, "prevalence/disease/AML").n == 16
    assert estimate(found, "prevalence/disease/B-ALL").count == 0
    assert estimate(found, "prevalence/onset/therapy-related").n == 2
    assert estimate(found, "prevalence/age_band/%3C18%20years").n == 6
    assert estimate(found, "prevalence/age_band/unknown").n == 1
    assert estimate(found, "prevalence/assay/RNA-seq").n == 20
    assert estimate(found, "prevalence/disease_onset/AML/de%20novo").n == 14


def test_spectrum_of_partners() -> None:
    found = prevalence(twenty())
    assert estimate(found, "prevalence/partner/NUP98::NSD1").estimate == 6 / 20
    assert estimate(found, "prevalence/partner_share/NUP98::NSD1").estimate == 6 / 10


def test_a_large_cohort_of_fifteen_partners() -> None:
    found = prevalence(large())
    assert estimate(found, "prevalence/driver").count == 55
    assert estimate(found, "prevalence/driver").n == 1491
    assert estimate(found, "prevalence/disease/AML").estimate == 51 / 1099
    shares = list(found.under("prevalence/partner_share"))
    assert len(shares) == 15
    assert sum(i.count for i in shares if isinstance(i, Estimate)) == 55
    assert any(c.code == "novel-partner" for c in found.cautions)


def test_not_tested_is_missing_and_not_negative() -> None:
    cohort = make(
        {"patient_id": ["a", "b", "c", "d"]}, lesions=[fusion("a", "NSD1")], assays=assayed(["b"])
    )
    found = estimate(prevalence(cohort), "prevalence/driver")
    assert (found.count, found.n, found.missing) == (1, 2, 2)
    assert [c.code for c in prevalence(cohort).cautions] == ["driver-not-tested"]


def test_an_assay_that_cannot_see_the_fusion_is_named() -> None:
    cohort = make(
        {"patient_id": ["a", "b", "c"]},
        lesions=[fusion("a", "NSD1")],
        assays=assayed(["b", "c"], "karyotype"),
    )
    caution = next(c for c in prevalence(cohort).cautions if c.code == "negatives-by-blind-assay")
    assert (caution.get("n"), caution.get("of")) == (2, 2)


@pytest.mark.parametrize(
    ("codebook", "clear", "code"),
    [
        (Codebook(name="x", selected_by_fusion=True), ["b"], "selected-by-fusion"),
        (Codebook(name="x", selected_by_fusion=False), [], "no-tested-negatives"),
    ],
)
def test_refused(codebook: Codebook, clear: list[str], code: str) -> None:
    cohort = make(
        {"patient_id": ["a", "b"]},
        lesions=[fusion("a", "NSD1")],
        assays=assayed(clear),
        codebook=codebook,
    )
    found = prevalence(cohort)
    refusal = found["prevalence/driver"]
    assert isinstance(refusal, Refusal)
    assert refusal.code == code
    # the spectrum among carriers needs no denominator of others
    assert estimate(found, "prevalence/partner_share/NUP98::NSD1").count == 1


def test_nobody_tested() -> None:
    refusal = prevalence(make({"patient_id": ["a"]}))["prevalence/driver"]
    assert isinstance(refusal, Refusal)
    assert refusal.code == "nobody-tested"


def test_undeclared_selection_is_a_caution() -> None:
    cohort = twenty(codebook=Codebook(name="x"))
    assert "selection-undeclared" in [c.code for c in prevalence(cohort).cautions]


def test_groups_of_the_example() -> None:
    assert len(NSD1) + len(KDM5A) == 10


def test_a_trait_known_of_carriers_only_gives_no_frequency() -> None:
    ids = list("abcdef")
    cohort = make(
        {"patient_id": ids, "sex": ["female", "male", None, None, None, None]},
        lesions=[fusion("a", "NSD1"), fusion("b", "NSD1")],
        assays=assayed("cdef"),
    )
    found = prevalence(cohort)
    refusal = found["prevalence/sex"]
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.n) == ("unknown-in-controls", 2)
    assert not [i.id for i in found.items if i.id.startswith("prevalence/sex/")]
    assert estimate(found, "prevalence/driver").estimate == 2 / 6


def test_a_trait_known_far_more_often_of_carriers_is_named() -> None:
    cohort = make(
        {"patient_id": list("abcdef"), "sex": ["female", "male", "male", None, None, None]},
        lesions=[fusion("a", "NSD1"), fusion("b", "NSD1")],
        assays=assayed("cdef"),
    )
    item = estimate(prevalence(cohort), "prevalence/sex/male")
    assert (item.count, item.n) == (1, 2)
    note = next(c for c in item.cautions if c.code == "unevenly-known")
    facts = [note.get(f) for f in ("n", "of", "controls", "of_controls")]
    assert facts == [2, 2, 1, 4]
    even = estimate(prevalence(twenty()), "prevalence/sex/male")
    assert "unevenly-known" not in [c.code for c in even.cautions]
