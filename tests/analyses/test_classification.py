"""Class and risk of the carriers, with the rule that fired and what stays open."""

from __future__ import annotations

from analyses.example_cohorts import fusion, lesion, make
from fusionscape.analyses.classification import classification
from fusionscape.results import Refusal, Table


def cohort():
    return make(
        {
            "patient_id": list("abcd"),
            "disease": ["AML", "AML", "B-ALL", None],
            "blasts_marrow_percent": [80.0, 8.0, 90.0, 50.0],
            "karyotype": ["46,XX[20]", "45,XX,-7[20]", "46,XX[20]", None],
        },
        lesions=[
            *(fusion(p, "NSD1") for p in "abcd"),
            *(lesion(p, "NPM1", "absent") for p in "ab"),
        ],
    )


def test_who_and_icc_part_at_ten_percent() -> None:
    found = classification(cohort())
    who = found["classification/WHO-HAEM5/AML%20with%20NUP98%20rearrangement"]
    assert (who.count, who.n, who.missing) == (2, 4, 0)
    icc = [i for i in found.under("classification/ICC%202022") if "not AML" in i.label]
    assert icc[0].count == 1
    outside = found["classification/WHO-HAEM5/does%20not%20apply"]
    assert outside.count == 1


def test_monosomy_7_decides_whatever_else_is_unknown() -> None:
    found = classification(cohort())
    adverse = found["classification/ELN%202022/adverse"]
    # of all four carriers, not of the decided alone
    assert (adverse.count, adverse.n) == (1, 4)
    assert adverse.label == "ELN 2022: adverse, decided"
    for part in ("ELN%202022", "ELN%202022%20rule"):
        parts = list(found.under(f"classification/{part}"))
        assert sum(i.count for i in parts) == 4 and {i.n for i in parts} == {4}
    codes = [c for c in found.cautions if c.code == "class-undecided"]
    assert any(c.get("system") == "ELN 2022" for c in codes)


def test_the_table_names_the_rule() -> None:
    table = classification(cohort())["classification/patients"]
    assert isinstance(table, Table)
    assert len(table.rows) == 4
    assert any("NUP98::NSD1" in cell for cell in table.rows[0].cells)


def test_nobody_upgraded_in_silence() -> None:
    assert "nup98-not-in-eln" in [c.code for c in classification(cohort()).cautions]


def test_refused() -> None:
    refusal = classification(make({"patient_id": ["a"]})).items[0]
    assert isinstance(refusal, Refusal)
    assert refusal.code == "no-carriers"
