"""Whom to test: yield and number needed to test per profile."""

from __future__ import annotations

import pytest

from analyses.example_cohorts import assayed, fusion, large, make, twenty
from fusionscape.analyses.diagnostic_yield import diagnostic_yield
from fusionscape.cohort import Codebook
from fusionscape.results import Count, Estimate, Refusal


def test_one_trait() -> None:
    found = diagnostic_yield(twenty())
    high = found["diagnostic_yield/profile/WBC%20%3E50"]
    # above 50: n1 120, n2 60, n3 55, n4 101, n6 300, all carriers; one WBC is unknown
    assert isinstance(high, Estimate)
    assert (high.count, high.n, high.missing) == (5, 5, 1)
    itd = found["diagnostic_yield/profile/FLT3-ITD"]
    assert (itd.count, itd.n, itd.missing) == (4, 6, 1)
    needed = found["diagnostic_yield/number_needed/FLT3-ITD"]
    assert isinstance(needed, Estimate)
    assert needed.estimate == pytest.approx(6 / 4)
    captured = found["diagnostic_yield/captured/FLT3-ITD"]
    assert (captured.count, captured.n) == (4, 10)


def test_profiles_of_one_trait_and_the_unknown_add_up_to_the_tested() -> None:
    found = diagnostic_yield(twenty())
    parts = [found[f"diagnostic_yield/profile/{p}"] for p in ("WBC%20%3E50", "WBC%20%E2%89%A450")]
    assert sum(p.n for p in parts) + parts[0].missing == 20


def test_all_traits_together_leave_out_who_has_an_unknown() -> None:
    found = diagnostic_yield(twenty())
    joint = [i for i in found.under("diagnostic_yield/profile") if " + " in i.label]
    # n5 no karyotype and no FAB, n6 no age and ITD, k4 no WBC
    assert all(i.missing == 3 for i in joint)
    assert sum(i.n for i in joint) <= 17


def test_nobody_found_gives_an_infinite_number() -> None:
    cohort = make(
        {"patient_id": list("abcdefg"), "wbc_10e9_l": [60.0, 1, 1, 1, 90, 80, 70]},
        lesions=[fusion("a", "NSD1")],
        assays=assayed("bcdefg"),
    )
    needed = diagnostic_yield(cohort)["diagnostic_yield/number_needed/WBC%20%E2%89%A450"]
    assert isinstance(needed, Estimate)
    assert needed.estimate == float("inf")
    assert needed.cautions[0].code == "none-found"


@pytest.mark.parametrize(
    ("codebook", "code"),
    [
        (Codebook(name="x", selected_by_fusion=True), "selected-by-fusion"),
        (Codebook(name="x", controls_tested=False), "controls-not-tested"),
    ],
)
def test_refused(codebook: Codebook, code: str) -> None:
    refusal = diagnostic_yield(twenty(codebook=codebook)).items[0]
    assert isinstance(refusal, Refusal)
    assert refusal.code == code


def test_an_invented_trait_is_marked() -> None:
    profile = diagnostic_yield(large())["diagnostic_yield/profile/WBC%20%3E50"]
    assert "invented-variable" in [c.code for c in profile.cautions]
    assert isinstance(profile, Count)  # a count, no share to act upon
    needed = [i.id for i in diagnostic_yield(large()).items if "number_needed" in i.id]
    assert not any("WBC" in name for name in needed)


def test_a_trait_known_of_carriers_only_is_refused_and_enters_no_profile() -> None:
    cohort = make(
        {
            "patient_id": list("abcdefg"),
            "wbc_10e9_l": [60.0, 70, None, None, None, None, None],
            "age_years": [10.0, 20, 30, 40, 50, 11, 12],
        },
        lesions=[fusion("a", "NSD1"), fusion("b", "NSD1")],
        assays=assayed("cdefg"),
    )
    found = diagnostic_yield(cohort)
    refusal = found["diagnostic_yield/profile/wbc_10e9_l"]
    assert isinstance(refusal, Refusal) and refusal.code == "unknown-in-controls"
    young = found["diagnostic_yield/profile/%3C18%20years"]
    assert isinstance(young, Estimate) and (young.count, young.n) == (1, 3)
    assert not [i for i in found.items if "WBC" in i.label]
