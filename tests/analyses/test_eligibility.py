"""Who qualifies by genotype, and who only seems to."""

from __future__ import annotations

from analyses.example_cohorts import assayed, fusion, lesion, make
from fusionscape.analyses.eligibility import eligibility
from fusionscape.results import Count, Table


def cohort():
    return make(
        {"patient_id": list("abcde")},
        lesions=[
            fusion("a", "NSD1"),
            fusion("b", "MLLT3", gene="KMT2A"),
            lesion("c", "NPM1", "present"),
            lesion("d", "NUP98", "present"),
            lesion("e", "NPM1", "absent"),
            lesion("a", "MEN1", "present"),
        ],
        assays=assayed("abc"),
    )


def test_any_qualifying_lesion() -> None:
    found = eligibility(cohort())
    item = found["eligibility/any"]
    assert isinstance(item, Count)
    # a NUP98 point mutation (d) is no rearrangement
    assert (item.count, item.n) == (3, 5)


def test_patients_with_the_reason() -> None:
    table = eligibility(cohort())["eligibility/patients"]
    assert isinstance(table, Table)
    assert [row.values[:2] for row in table.rows] == [
        ("a", "NUP98::NSD1"),
        ("b", "KMT2A::MLLT3"),
        ("c", "NPM1"),
    ]


def test_cautions() -> None:
    codes = {c.code: c for c in eligibility(cohort()).cautions}
    assert codes["genotype-only"].get("n") == 3
    assert codes["driver-not-tested"].get("n") == 2
    assert codes["menin-resistance"].get("n") == 1


def test_nobody() -> None:
    found = eligibility(make({"patient_id": ["a"]}))
    assert found["eligibility/any"].count == 0
