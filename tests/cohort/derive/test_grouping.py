"""Groups, what is held against what, and cuts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analyses.example_cohorts import assayed, fusion, large, lesion, make, twenty
from fusionscape.analyses.baseline import baseline
from fusionscape.cohort import Codebook, Plan
from fusionscape.cohort.derive.grouping import (
    age_band_names,
    age_bands,
    carriers_of,
    comparison_groups,
    contrasts,
    grouping,
)
from fusionscape.results import Count


def test_levels_largest_first_then_by_name() -> None:
    groups = grouping(large(), "partner")
    assert groups.levels[:3] == ("NUP98::NSD1", "NUP98::HOXA9", "NUP98::PRRX2")
    assert groups.sizes[:4] == (25, 10, 4, 2)
    assert list(groups.levels[3:7]) == sorted(groups.levels[3:7])
    assert groups.n == 55
    # who does not carry the driver stands outside and is not missing
    assert groups.missing == 0


def test_driver_groups_and_the_untested() -> None:
    cohort = make({"patient_id": ["a", "b"]}, lesions=[fusion("a", "NSD1")])
    groups = grouping(cohort, "driver")
    assert groups.levels == ("NUP98-rearranged",)
    assert groups.missing == 1


def test_two_fusions_of_one_driver_make_a_group_of_their_own() -> None:
    cohort = make({"patient_id": ["a"]}, lesions=[fusion("a", "HOXA9"), fusion("a", "HOXA11")])
    assert grouping(cohort, "partner").levels == ("NUP98::HOXA11 + NUP98::HOXA9",)


def test_what_is_not_kept_apart_is_put_together() -> None:
    groups = comparison_groups(large(), "partner")
    assert groups.levels == (
        "NUP98::NSD1", "NUP98::HOXA9", "NUP98::PRRX2", "other NUP98 partner",
    )  # fmt: skip
    assert groups.sizes == (25, 10, 4, 16)
    declared = replace(large(), plan=Plan(partner_levels=("NUP98::NSD1",)))
    groups = comparison_groups(declared, "partner")
    assert (groups.levels, groups.sizes) == (("NUP98::NSD1", "other NUP98 partner"), (25, 30))
    (only,) = contrasts(groups, min_group=3)
    assert (only.exposure, only.comparator) == ("NUP98::NSD1", "other NUP98 partner")


def test_when_every_group_is_small_all_stay() -> None:
    cohort = make({"patient_id": ["a", "b"]}, lesions=[fusion("a", "NSD1"), fusion("b", "HOXA9")])
    assert len(comparison_groups(cohort, "partner").levels) == 2


def test_two_groups_one_contrast_many_groups_each_against_the_rest() -> None:
    (only,) = contrasts(grouping(twenty(), "driver"), min_group=3)
    assert (only.exposure, only.comparator) == ("NUP98-rearranged", "no NUP98 fusion")
    assert (int(only.exposed.sum()), int(only.compared.sum())) == (10, 10)
    every = contrasts(grouping(large(), "partner"), min_group=3)
    assert [c.exposure for c in every] == ["NUP98::NSD1", "NUP98::HOXA9", "NUP98::PRRX2"]
    assert every[0].comparator == "not NUP98::NSD1"
    assert int(every[0].compared.sum()) == 30


def test_a_group_too_small_is_not_compared() -> None:
    assert contrasts(grouping(twenty(), "partner"), min_group=5) == ()


def test_what_is_present_comes_first_whatever_its_size() -> None:
    (contrast,) = contrasts(grouping(twenty(), "lesion:WT1"), min_group=3)
    assert (contrast.exposure, contrast.comparator) == ("WT1 present", "WT1 absent")


def test_age_bands_at_their_cuts() -> None:
    cohort = make(
        {"patient_id": list("abcde"), "age_years": [17.99, 18.0, 59.9, 60.0, None]},
    )
    assert age_bands(cohort).to_list() == [
        "<18 years",
        "18 to <60 years",
        "18 to <60 years",
        "≥60 years",
        None,
    ]
    assert age_band_names(()) == ("all ages",)


def test_bands_of_a_cohort_without_ages() -> None:
    assert age_bands(make({"patient_id": ["a"]})).to_list() == [None]


@pytest.mark.parametrize(
    ("by", "inside"),
    [
        ("wbc_10e9_l>50", ["n1", "n2", "n3", "n4", "n6"]),
        ("wbc_10e9_l>=55", ["n1", "n2", "n3", "n4", "n6"]),
        ("wbc_10e9_l > 55", ["n1", "n2", "n4", "n6"]),
    ],
)
def test_a_measurement_cut_in_two(by: str, inside: list[str]) -> None:
    cohort = twenty(plan=Plan())
    groups = grouping(cohort, by)
    high = next(level for level in groups.levels if ">" in level or "≥" in level)
    assert cohort.patients.filter(groups.mask(high))["patient_id"].to_list() == inside
    assert groups.missing == 1


def test_no_such_column() -> None:
    with pytest.raises(ValueError, match="no column"):
        grouping(twenty(), "shoe size")
    with pytest.raises(ValueError, match="no measurement"):
        grouping(twenty(), "sex>3")


def test_a_point_mutation_of_the_driver_is_no_fusion() -> None:
    cohort = make(
        {"patient_id": ["a", "b"]}, lesions=[fusion("a", "NSD1"), lesion("b", "NUP98", "present")]
    )
    assert carriers_of(cohort).patients["patient_id"].to_list() == ["a"]
    assert grouping(cohort, "partner").levels == ("NUP98::NSD1",)


def chosen(*others: str):
    """4 carriers and as many chosen for another fusion as `others` names; "" has none."""
    ids = [f"n{i}" for i in range(4)] + [f"x{i}" for i in range(len(others))]
    lesions = [fusion(p, "NSD1") for p in ids[:4]]
    for p, gene in zip(ids[4:], others, strict=True):
        lesions += [fusion(p, "MLLT3", gene=gene)] if gene else []
        lesions += [lesion(p, "t(9;11)(p22;q23)", "present", kind="cytogenetic")]
        lesions += [lesion(p, "WT1", "present" if p == "x0" else "absent") for _ in "1"]
    lesions += [lesion(p, "t(9;11)(p22;q23)", "absent", kind="cytogenetic") for p in ids[:4]]
    lesions += [lesion(p, "WT1", "present" if p < "n3" else "absent") for p in ids[:4]]
    return make(
        {"patient_id": ids},
        lesions=lesions,
        assays=assayed(ids),
        codebook=Codebook(name="x", selected_by_fusion=True),
        plan=Plan(lesion_minimum_tested=1),
    )


@pytest.mark.parametrize(
    ("others", "name"),
    [
        (("KMT2A",) * 5, "KMT2A-rearranged"),
        (("KMT2A", "KMT2A", "RUNX1", "RUNX1"), "other fusion"),
        (("KMT2A", "KMT2A", "KMT2A", ""), "no NUP98 fusion"),
    ],
)
def test_patients_chosen_for_another_fusion_are_named_by_it(others, name) -> None:
    cohort = chosen(*others)
    groups = grouping(cohort, "driver")
    assert set(groups.levels) == {"NUP98-rearranged", name}
    (only,) = contrasts(groups, min_group=3)
    assert (only.exposure, only.comparator) == ("NUP98-rearranged", name)


def test_a_chosen_comparator_is_a_caution_and_its_translocation_is_not_tested() -> None:
    found = baseline(chosen(*("KMT2A",) * 5), by="driver")
    tested = [i for i in found.items if getattr(i, "comparator", None)]
    assert tested and all("comparator-selected" in [c.code for c in i.cautions] for i in tested)
    own = [i for i in found.items if getattr(i, "label", "") == "t(9;11)(p22;q23)"]
    assert own and all(isinstance(i, Count) for i in own)
    note = next(c for c in found.cautions if c.code == "structural-lesions")
    assert note.get("lesions") == "t(9;11)(p22;q23)"


def test_a_group_left_alone_keeps_its_name() -> None:
    ids = [f"n{i}" for i in range(9)] + ["k"]
    cohort = make({"patient_id": ids}, lesions=[
        *(fusion(p, "NSD1") for p in ids[:9]), fusion("k", "KDM5A"),
    ])  # fmt: skip
    # nobody is listed twice, as KDM5A and as "other NUP98 partner"
    assert comparison_groups(cohort, "partner").levels == ("NUP98::NSD1", "NUP98::KDM5A")
