"""Markers per patient, cross-lineage, and what a group has in common."""

from __future__ import annotations

from analyses.example_cohorts import fusion, make
from fusionscape.analyses.immunophenotype import immunophenotype
from fusionscape.results import MarkerMatrix, Refusal

STRINGS = [
    "CD34st+CD117st+CD13dim+CD105−CD36p+CD123+CD7+",
    "CD34st+CD117+CD13dim+CD105−CD36p+CD123+CD7−",
    "CD34+CD13+CD105−CD36+CD123−CD7−",
    None,
]


def matrix() -> MarkerMatrix:
    ids = list("abcd")
    cohort = make(
        {"patient_id": ids, "disease": ["AML"] * 4, "immunophenotype": STRINGS},
        lesions=[fusion(p, "NSD1") for p in ids],
    )
    item = immunophenotype(cohort).items[0]
    assert isinstance(item, MarkerMatrix)
    return item


def test_cells_on_two_axes() -> None:
    item = matrix()
    cells = {(c.patient, c.marker): c for c in item.cells}
    assert (cells["a", "CD34"].distribution, cells["a", "CD34"].intensity) == ("positive", "strong")
    assert cells["a", "CD36"].distribution == "partial"
    assert cells["a", "CD105"].distribution == "negative"
    # T-lineage marker in a myeloid leukemia; absent it crosses nothing
    assert cells["a", "CD7"].cross_lineage and not cells["b", "CD7"].cross_lineage
    # a marker not named was not tested
    assert ("c", "CD117") not in cells


def test_consensus_with_its_support() -> None:
    item = matrix()
    found = {c.marker: c for c in item.consensus}
    assert (found["CD34"].positive, found["CD34"].n) == (3, 3)
    assert found["CD34"].consensus == "strong positive"
    assert found["CD36"].consensus == "partial"
    assert (found["CD36"].partial, found["CD36"].positive) == (2, 1)
    assert found["CD105"].consensus == "negative"
    assert (found["CD117"].n, found["CD117"].consensus) == (2, "positive")
    assert found["CD123"].consensus == "positive"


def test_who_is_not_described_is_missing() -> None:
    item = matrix()
    assert (item.n, item.missing) == (3, 1)
    assert item.patients == ("a", "b", "c")


def test_refused() -> None:
    refusal = immunophenotype(make({"patient_id": ["a"]}, lesions=[fusion("a", "NSD1")])).items[0]
    assert isinstance(refusal, Refusal)
    assert refusal.code == "no-immunophenotype"
