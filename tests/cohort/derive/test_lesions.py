"""Lesion states in one pass, the catalogue, and a gene with its own alteration."""

from __future__ import annotations

import numpy as np

from analyses.example_cohorts import fusion, lesion, make, twenty
from fusionscape.cohort import Plan
from fusionscape.cohort.derive.lesions import (
    Lesion,
    co_lesions,
    conflicting_specimens,
    driver_fusions,
    lesion_catalogue,
    lesion_states,
    own_alteration,
)


def test_the_matrix_equals_the_cohorts_own() -> None:
    cohort = twenty()
    names = ["WT1", "FLT3-ITD", "not there", "NUP98::NSD1"]
    for coding in ("missing", "absent", "present"):
        ours = lesion_states(cohort, names, ambiguous_as=coding)
        theirs = cohort.lesion_matrix(names, ambiguous_as=coding)
        np.testing.assert_array_equal(ours, theirs)


def test_catalogue_counts_tested_and_present() -> None:
    found = {x.name: x for x in lesion_catalogue(twenty())}
    assert (found["FLT3-ITD"].present, found["FLT3-ITD"].tested) == (6, 19)
    assert found["NUP98::NSD1"].lesion_type == "fusion"
    assert driver_fusions(twenty()) == ("NUP98::NSD1", "NUP98::KDM5A")


def test_a_driver_tested_and_clear_is_no_lesion() -> None:
    clear = {**fusion("a", "NSD1"), "lesion": "NUP98 fusion", "partner": None, "state": "absent"}
    assert lesion_catalogue(make({"patient_id": ["a"]}, lesions=[clear])) == ()


def test_the_plan_may_name_the_lesions() -> None:
    cohort = twenty(plan=Plan(lesions=("WT1", "nothing")))
    assert [x.name for x in co_lesions(cohort)] == ["WT1"]


def test_minimum_tested_and_present() -> None:
    ids = [f"p{i:02d}" for i in range(30)]
    lesions = [lesion(p, "RARE", "present" if i < 2 else "absent") for i, p in enumerate(ids)]
    lesions += [lesion(p, "SELDOM", "present") for p in ids[:9]]
    lesions += [lesion(p, "SHOWN", "present" if i < 3 else "absent") for i, p in enumerate(ids)]
    cohort = make({"patient_id": ids}, lesions=lesions)
    assert [x.name for x in co_lesions(cohort)] == ["SHOWN"]


def test_a_gene_and_its_own_alteration() -> None:
    def one(name: str, kind: str = "mutation", gene: str | None = None) -> Lesion:
        return Lesion(name=name, lesion_type=kind, gene=gene, tested=1, present=1, ambiguous=0)

    assert own_alteration(one("FLT3"), one("FLT3-ITD", "itd"))
    assert own_alteration(one("KIT exon 8"), one("KIT exon 17"))
    assert not own_alteration(one("FLT3"), one("KIT"))
    assert not own_alteration(one("trisomy 8", "cytogenetic"), one("trisomy 21", "cytogenetic"))


def test_specimens_that_disagree_are_found() -> None:
    rows = [lesion("a", "WT1", s) for s in ("present", "absent", "not tested")]
    cohort = make({"patient_id": ["a", "b"]}, lesions=[*rows, lesion("b", "WT1", "absent")])
    assert conflicting_specimens(cohort).rows() == [("a", "WT1")]
