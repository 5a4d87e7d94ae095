"""The oncoprint's data: order, states, denominators, and ambiguous values three ways."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analyses.example_cohorts import fusion, lesion, make, twenty
from fusionscape.analyses.landscape import landscape
from fusionscape.cohort import Plan
from fusionscape.results import Estimate, LesionMatrix, Refusal
from fusionscape.words.headline import headline
from fusionscape.words.pictures_landscape import oncoprint_title


def matrix(analysis):
    item = analysis["landscape/matrix"]
    assert isinstance(item, LesionMatrix)
    return item


def test_patients_by_group_then_memo_sort() -> None:
    found = matrix(landscape(twenty()))
    assert found.groups == ("NUP98::NSD1",) * 6 + ("NUP98::KDM5A",) * 4
    assert [row.lesion for row in found.lesions] == ["FLT3-ITD", "WT1"]
    # n1-n3 have both, n4 ITD only, n5 and n6 neither; n6 was not tested for ITD
    assert found.patients[:6] == ("n1", "n2", "n3", "n4", "n5", "n6")
    assert found.lesions[0].states == "PPPPAN" + "AAAA"
    assert (found.lesions[0].count, found.lesions[0].n) == (4, 9)
    assert all(len(track.values) == 10 for track in found.tracks)


def test_frequency_of_the_tested() -> None:
    found = landscape(twenty())
    itd = found["landscape/frequency/FLT3-ITD/NUP98::NSD1"]
    assert (itd.count, itd.n, itd.missing) == (4, 5, 1)
    everybody = found["landscape/frequency/FLT3-ITD/all%20carriers"]
    assert (everybody.count, everybody.n) == (4, 9)


def test_ambiguous_values_under_three_codings() -> None:
    ids = list("abcde")
    states = ["present", "present", "absent", "ambiguous", "not tested"]
    cohort = make(
        {"patient_id": ids},
        lesions=[
            *(fusion(p, "NSD1") for p in ids),
            *(lesion(p, "FLT3-ITD", s) for p, s in zip(ids, states, strict=True)),
        ],
    )
    found = landscape(cohort)
    wanted = {"dropped": (2, 3), "as%20absent": (2, 4), "as%20present": (3, 4)}
    for word, counts in wanted.items():
        item = found[f"landscape/coding/FLT3-ITD/{word}/NUP98::NSD1"]
        assert isinstance(item, Estimate)
        assert (item.count, item.n) == counts
    caution = next(c for c in found.cautions if c.code == "ambiguous-values")
    assert (caution.get("n"), caution.get("lesion")) == (1, "FLT3-ITD")


def test_specimens_that_disagree() -> None:
    ids = list("abc")
    cohort = make(
        {"patient_id": ids},
        lesions=[
            *(fusion(p, "NSD1") for p in ids),
            *(lesion(p, "WT1", "present") for p in ids),
            lesion("a", "WT1", "absent"),
        ],
    )
    found = landscape(cohort)
    # one positive specimen makes the patient positive, and it is said
    wt1 = found["landscape/frequency/WT1/NUP98::NSD1"]
    assert (wt1.count, wt1.n) == (3, 3)
    note = next(c for c in found.cautions if c.code == "conflicting-specimens")
    assert (note.get("n"), note.get("patients")) == (1, 1)


@pytest.mark.parametrize(
    ("lesions", "code"),
    [([], "no-carriers"), ([fusion("a", "NSD1")], "no-lesions-recorded")],
)
def test_refused(lesions, code) -> None:
    refusal = landscape(make({"patient_id": ["a"]}, lesions=lesions)).items[0]
    assert isinstance(refusal, Refusal)
    assert refusal.code == code


def reports():
    """Ten carriers tested for ITD, 8 with it; CEBPA known of the one case report that has it."""
    ids = [f"n{i}" for i in range(10)]
    lesions = [fusion(p, "NSD1" if p < "n7" else "KDM5A") for p in ids]
    lesions += [lesion(p, "FLT3-ITD", "present" if p < "n8" else "absent") for p in ids]
    lesions += [lesion("n0", "CEBPA", "present"), lesion("n1", "FLT3", "present")]
    return make({"patient_id": ids}, lesions=lesions)


def test_a_lesion_tested_in_one_patient_is_not_ranked() -> None:
    found = landscape(reports())
    assert matrix(found).least_tested == 10
    assert headline(found) == "Most frequent beside the fusion: FLT3-ITD in 8/10 (80.0%)."
    assert oncoprint_title(matrix(found)).startswith("FLT3-ITD is the commonest lesion, in 80.0%")
    rare = found["landscape/frequency/CEBPA/all%20carriers"]
    assert (rare.count, rare.n) == (1, 1)
    assert "mostly-unknown" in [c.code for c in rare.cautions]


def test_where_nobody_is_tested_often_half_the_carriers_are_enough() -> None:
    cohort = replace(reports(), plan=Plan(lesion_minimum_tested=50))
    assert matrix(landscape(cohort)).least_tested == 5
    assert "FLT3-ITD in 8/10" in headline(landscape(cohort))


def test_a_point_mutation_is_told_from_the_itd() -> None:
    names = [row.lesion for row in matrix(landscape(reports())).lesions]
    assert "FLT3 (point mutation)" in names and "FLT3" not in names
