"""Karyotypes by partner, and how often they hide the fusion."""

from __future__ import annotations

import pytest

from analyses.example_cohorts import fusion, lesion, make, twenty
from fusionscape.analyses.cytogenetics import cytogenetics
from fusionscape.results import Count, Estimate, Refusal


def share(found, stable_id):
    item = found[stable_id]
    assert isinstance(item, Estimate)
    return item.count, item.n, item.missing


def test_flags_by_partner() -> None:
    found = cytogenetics(twenty())
    assert share(found, "cytogenetics/normal/NUP98::NSD1") == (4, 5, 1)
    assert share(found, "cytogenetics/abnormal/NUP98::NSD1") == (1, 5, 1)
    assert share(found, "cytogenetics/trisomy_8/NUP98::NSD1") == (1, 5, 1)
    assert share(found, "cytogenetics/chr13_deletion/NUP98::KDM5A") == (1, 4, 0)
    assert share(found, "cytogenetics/rearranged_11p15/NUP98::KDM5A") == (1, 4, 0)
    assert (found.n, found.missing) == (9, 1)


def test_cryptic() -> None:
    found = cytogenetics(twenty())
    assert share(found, "cytogenetics/cryptic/NUP98::NSD1") == (5, 5, 1)
    # one KDM5A shows t(11;12)(p15;p13), which the literature holds to be invisible
    hidden = found["cytogenetics/cryptic/NUP98::KDM5A"]
    assert share(found, "cytogenetics/cryptic/NUP98::KDM5A") == (3, 4, 0)
    assert "cryptic-yet-visible" in [c.code for c in hidden.cautions]


def test_a_rearrangement_names_the_partners_it_fits() -> None:
    found = cytogenetics(twenty())
    (item,) = found.under("cytogenetics/rearrangement")
    assert isinstance(item, Count)
    assert item.count == 1 and "KDM5A" in item.label


def test_another_partners_translocation_does_not_count_as_visible() -> None:
    cohort = make(
        {"patient_id": ["a", "b"], "karyotype": ["46,XX,t(7;11)(p15;p15)[20]"] * 2},
        lesions=[fusion("a", "HOXA9"), fusion("b", "NSD1")],
    )
    found = cytogenetics(cohort)
    assert share(found, "cytogenetics/cryptic/NUP98::HOXA9") == (0, 1, 0)
    assert share(found, "cytogenetics/cryptic/NUP98::NSD1") == (1, 1, 0)


def test_what_was_not_read_is_unknown() -> None:
    cohort = make(
        {"patient_id": ["a", "b"], "karyotype": ["46,XX,@@[20]", "failed"]},
        lesions=[fusion("a", "NSD1"), fusion("b", "NSD1")],
    )
    assert cytogenetics(cohort).items[0].missing == 2


@pytest.mark.parametrize(
    ("lesions", "code"), [([], "no-carriers"), ([fusion("a", "NSD1")], "no-karyotype")]
)
def test_refused(lesions, code) -> None:
    refusal = cytogenetics(make({"patient_id": ["a"]}, lesions=lesions)).items[0]
    assert isinstance(refusal, Refusal)
    assert refusal.code == code


def test_two_sources_of_one_lesion_are_told_apart() -> None:
    ids = list("abcd")
    cohort = make(
        {"patient_id": ids, "karyotype": ["47,XX,+8[20]", "46,XX[20]", None, "46,XY[20]"]},
        lesions=[
            *(fusion(p, "NSD1") for p in ids),
            lesion("a", "trisomy 8", "present", kind="cytogenetic"),
            lesion("c", "trisomy 8", "absent", kind="cytogenetic"),
        ],
    )
    note = next(c for c in cytogenetics(cohort).cautions if c.code == "two-sources")
    assert (note.get("count"), note.get("n")) == (1, 4)
    assert (note.get("recorded"), note.get("tested")) == (1, 2)


@pytest.mark.parametrize("word", ["abnormal", "complex"])
def test_one_word_does_not_say_that_no_translocation_is_visible(word: str) -> None:
    cohort = make(
        {"patient_id": ["a", "b"], "karyotype": [word, "46,XX[20]"]},
        lesions=[fusion("a", "NSD1"), fusion("b", "NSD1")],
    )
    assert share(cytogenetics(cohort), "cytogenetics/cryptic/NUP98::NSD1") == (1, 1, 1)
