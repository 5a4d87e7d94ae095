"""The table of groups: counts, distributions, tests and their families by hand."""

from __future__ import annotations

import pytest

from analyses.example_cohorts import assayed, fusion, large, lesion, make, twenty
from fusionscape.analyses.baseline import baseline
from fusionscape.cohort import Codebook, Plan
from fusionscape.cohort.derive.families import PARTNER_BY_LESION
from fusionscape.results import Count, Distribution, Estimate, Refusal, Test


def test_a_measurement_names_each_statistic() -> None:
    item = baseline(twenty(), by="partner")["baseline/partner/wbc_10e9_l/NUP98::KDM5A"]
    assert isinstance(item, Distribution)
    # known: 10, 12, 14
    assert (item.n, item.missing, item.median, item.mean) == (3, 1, 12.0, 12.0)
    assert (item.q1, item.q3, item.sd, item.minimum, item.maximum) == (11.0, 13.0, 2.0, 10.0, 14.0)
    assert item.unit == "10⁹/L"


def test_counts_and_the_unknown_in_a_row_of_its_own() -> None:
    found = baseline(twenty(), by="partner")
    itd = found["baseline/partner/lesion:FLT3-ITD/NUP98::NSD1/yes"]
    assert isinstance(itd, Count)
    assert (itd.count, itd.n, itd.missing) == (4, 5, 1)
    unknown = found["baseline/partner/lesion:FLT3-ITD/NUP98::NSD1/unknown"]
    assert (unknown.count, unknown.n) == (1, 6)
    m7 = found["baseline/partner/fab/NUP98::KDM5A/M7"]
    assert (m7.count, m7.n) == (3, 4)


def test_thresholds_and_bands() -> None:
    found = baseline(twenty(), by="partner")
    over_50 = found["baseline/partner/wbc_over_50/NUP98::NSD1/yes"]
    over_100 = found["baseline/partner/wbc_over_100/NUP98::NSD1/yes"]
    assert (over_50.count, over_100.count, over_50.n) == (5, 3, 6)
    bands = [found[f"baseline/partner/age_band/NUP98::NSD1/{b}"] for b in ("%3C18%20years",)]
    assert (bands[0].count, bands[0].n, bands[0].missing) == (2, 5, 1)


def test_two_groups_are_compared_by_fisher_with_the_chi_squares_beside() -> None:
    found = baseline(twenty(), by="partner")
    ratio = found["baseline/partner/lesion:FLT3-ITD/odds_ratio/NUP98::NSD1"]
    assert isinstance(ratio, Estimate)
    # 4 of 5 and 0 of 4: C(5,4) C(4,0) of C(9,4) = 5/126; the other tail C(5,0) C(4,4) = 1/126
    assert ratio.p == pytest.approx(6 / 126)
    assert ratio.estimate == float("inf")
    pearson = found["baseline/partner/lesion:FLT3-ITD/pearson"]
    yates = found["baseline/partner/lesion:FLT3-ITD/yates"]
    assert isinstance(pearson, Test) and isinstance(yates, Test)
    # (ad - bc)^2 n / margins = 16^2 * 9 / (5 * 4 * 4 * 5)
    assert pearson.statistic == pytest.approx(256 * 9 / 400)
    # (|ad - bc| - n/2)^2 n / margins
    assert yates.statistic == pytest.approx((16 - 4.5) ** 2 * 9 / 400)
    assert pearson.family == "baseline/partner/pearson"


def test_standardised_difference() -> None:
    item = baseline(twenty(), by="partner")[
        "baseline/partner/lesion:WT1/standardised_difference/NUP98::NSD1"
    ]
    assert isinstance(item, Estimate)
    # shares 1/2 and 0: 0.5 / sqrt((0.25 + 0) / 2)
    assert item.estimate == pytest.approx(0.5 / (0.125**0.5))


def test_every_p_has_a_family_and_is_counted_once() -> None:
    found = baseline(twenty())
    families: dict[str, list[str]] = {}
    for item in found.items:
        if isinstance(item, (Estimate, Test)) and item.p is not None:
            assert item.family is not None
            if item.family == PARTNER_BY_LESION:  # adjusted in the co-occurrence section
                assert item.p_adjusted is None and item.family_size is None
                continue
            assert item.family.startswith(("baseline/", "baseline%20follow-up/"))
            families.setdefault(item.family, []).append(item.id)
    assert {"baseline/driver", "baseline/partner"} <= set(families)
    for item in found.items:
        if isinstance(item, (Estimate, Test)) and item.p is not None and item.family_size:
            assert item.family_size == len(families[str(item.family)])
            if item.family_size > 1:
                assert item.p_adjusted is not None and item.p_adjusted >= item.p
            else:  # one test alone: nothing to adjust for
                assert item.p_adjusted is None and item.adjustment is None


def test_many_groups_small_ones_together() -> None:
    found = baseline(large(), by="partner")
    groups = {i.group for i in found.items if isinstance(i, Count)}
    assert groups == {
        "NUP98::NSD1", "NUP98::HOXA9", "NUP98::PRRX2", "other NUP98 partner", "all patients",
    }  # fmt: skip
    together = found["baseline/partner/lesion:FLT3-ITD/other%20NUP98%20partner/yes"]
    assert together.n == 55 - 25 - 10 - 4
    omnibus = found["baseline/partner/lesion:FLT3-ITD/test"]
    assert isinstance(omnibus, Test)
    assert len(omnibus.groups) == 4
    one = found["baseline/partner/lesion:FLT3-ITD/odds_ratio/NUP98::NSD1"]
    assert isinstance(one, Estimate)
    assert one.comparator == "not NUP98::NSD1"
    assert one.family == PARTNER_BY_LESION and one.p_adjusted is None


def test_an_invented_variable_is_counted_and_never_tested() -> None:
    found = baseline(large(), by="partner")
    touched = [
        item for item in found.items if any(word in item.id for word in ("wbc", "age", "/sex/"))
    ]
    assert touched
    assert all(getattr(item, "p", None) is None for item in touched)
    assert not any(isinstance(item, (Estimate, Test)) for item in touched)
    for stable_id in ("wbc_10e9_l/NUP98::NSD1", "sex/NUP98::NSD1/male"):
        item = found[f"baseline/partner/{stable_id}"]
        assert "invented-variable" in [c.code for c in item.cautions]


def test_any_column_and_any_lesion_can_group() -> None:
    by_sex = baseline(twenty(), by="sex")
    assert isinstance(by_sex["baseline/sex/age_years/female"], Distribution)
    by_lesion = baseline(twenty(), by="lesion:WT1")
    assert by_lesion["baseline/lesion:WT1/sex/WT1%20present/female"].n == 4
    with pytest.raises(ValueError, match="no column"):
        baseline(twenty(), by="shoe size")


def test_responses_are_tested_in_their_own_section_only() -> None:
    found = baseline(twenty())
    mine = [i for i in found.items if "/response:1/" in i.id]
    assert any(isinstance(i, Count) for i in mine)
    assert all(getattr(i, "p", None) is None for i in mine)
    note = next(c for c in found.cautions if c.code == "tested-elsewhere")
    assert "Remission after course 1" in str(note.get("variables"))
    # by a grouping the response section does not have, the table tests them itself
    by_sex = baseline(twenty(), by="sex")
    later = [i for i in by_sex.items if "/response:1/" in i.id and getattr(i, "p", None)]
    assert later
    assert {str(i.family).split("/")[0] for i in later} == {"baseline%20follow-up"}
    assert all("post-baseline" in [c.code for c in i.cautions] for i in later)


def test_the_baseline_family_holds_traits_at_diagnosis_only() -> None:
    found = baseline(twenty())
    for item in found.items:
        if str(getattr(item, "family", "")).startswith("baseline/"):
            assert not any(w in item.id for w in ("response", "transplant", "mrd_course"))


def test_a_variable_of_undeclared_timing_is_named() -> None:
    cohort = twenty(codebook=Codebook(name="x"))
    assert "unknown-timing" in [c.code for c in baseline(cohort).cautions]


def test_no_carrier_no_partner_table() -> None:
    cohort = make({"patient_id": ["a", "b"], "sex": ["male", None]}, assays=assayed("ab"))
    found = baseline(cohort)
    refusal = found["baseline/partner"]
    assert isinstance(refusal, Refusal)
    assert refusal.code == "no-groups"


def test_one_patient() -> None:
    cohort = make(
        {"patient_id": ["a"], "wbc_10e9_l": [3.0]},
        lesions=[fusion("a", "NSD1"), lesion("a", "WT1", "present")],
    )
    item = baseline(cohort, by="partner")["baseline/partner/wbc_10e9_l/NUP98::NSD1"]
    assert isinstance(item, Distribution)
    assert (item.n, item.median, item.sd) == (1, 3.0, None)


def test_the_plan_chooses_the_groups() -> None:
    found = baseline(twenty(plan=Plan(baseline_by="sex")))
    assert all(item.id.startswith("baseline/sex/") for item in found.items)
