"""The oncoprint's data: order, states, denominators, and ambiguous values three ways."""

from __future__ import annotations

import pytest

from analyses.example_cohorts import fusion, lesion, make, twenty
from fusionscape.analyses.landscape import landscape
from fusionscape.results import Estimate, LesionMatrix, Refusal


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
