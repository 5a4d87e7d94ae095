"""Case tables as papers print them, with synthetic patients."""

from __future__ import annotations

import pytest

from fusionscape.readers.formats.case_table import read_case_table
from fusionscape.readers.formats.recognise import recognise
from fusionscape.readers.fragment import Fragment
from fusionscape.readers.raw import RawTable

COLUMNS = ("ID", "Sex/Age (y)", "Partner gene", "FLT3-ITD", "Treatment", "CR", "Outcomes")


def case_table(*rows: tuple[str | None, ...], columns: tuple[str, ...] = COLUMNS) -> RawTable:
    return RawTable(file="cases.csv", columns=columns, rows=rows)


def codes(fragment: Fragment) -> list[str]:
    return sorted({finding.code for finding in fragment.findings})


ROWS = (
    ("A1", "M/3.4", "NSD1", "N", "DAH → HSCT", "Y", "Survival"),
    ("A2", "F/11", "JARID1A", "Y", "DAH + Sor", "NA", "Give up"),
    ("A3", "M/2", "NSD1", "NA", "DAH", "N", "Death"),
)


def test_combined_columns_are_split() -> None:
    table = case_table(*ROWS)
    assert recognise(table) == "case-table"
    fragment = read_case_table(table)
    assert fragment.patients == {
        "A1": {"sex": "male", "age_years": 3.4, "treatment": "DAH → HSCT", "os_event": False},
        "A2": {
            "sex": "female",
            "age_years": 11.0,
            "treatment": "DAH + Sor",
            "loss_reason": "abandonment",
        },
        "A3": {"sex": "male", "age_years": 2.0, "treatment": "DAH", "os_event": True},
    }
    assert codes(fragment) == ["follow-up-ended", "gene-name-resolved", "response-without-course"]


def test_lesions_and_what_is_not_known() -> None:
    fragment = read_case_table(case_table(*ROWS))
    found = [(r["patient_id"], r["lesion"], r["state"]) for r in fragment.lesions]
    assert found == [
        ("A1", "NUP98::NSD1", "present"),
        ("A1", "FLT3-ITD", "absent"),
        ("A2", "NUP98::KDM5A", "present"),
        ("A2", "FLT3-ITD", "present"),
        ("A3", "NUP98::NSD1", "present"),
    ]


def test_events_have_order_and_no_invented_time() -> None:
    fragment = read_case_table(case_table(*ROWS))
    found = [(e["patient_id"], e["order"], e["kind"], e["label"]) for e in fragment.events]
    assert sorted(found) == [
        ("A1", 1, "response", "CR"),
        ("A1", 2, "last_seen", "Survival"),
        ("A2", 1, "lost", "Give up"),
        ("A3", 1, "response", "not in CR"),
        ("A3", 2, "death", "Death"),
    ]
    assert not any("day" in event or "course" in event for event in fragment.events)


@pytest.mark.parametrize(
    ("header", "text", "sex", "age"),
    [
        ("Sex/Age (y)", "M/3.4", "male", 3.4),
        ("Sex/Age", "female, 18 months", "female", 18 / 12),
        ("Age/Sex", "7 y / F", "female", 7.0),
        ("Gender/Age (months)", "F/30", "female", 30 / 12),
        ("Sex/Age (y)", "M/3,4", "male", 3.4),
    ],
)
def test_ways_of_printing_sex_and_age(header: str, text: str, sex: str, age: float) -> None:
    columns = ("ID", header, "Outcomes")
    fragment = read_case_table(case_table(("A1", text, None), columns=columns))
    assert fragment.patients["A1"]["sex"] == sex
    assert fragment.patients["A1"]["age_years"] == pytest.approx(age, abs=1e-12)


def test_what_cannot_be_read_is_said() -> None:
    fragment = read_case_table(
        case_table(
            ("A1", "X/3", "NSD1", "<0.1", None, "maybe", "moved"),
            ("A1", "M/3", "NSD1", "Y", None, "Y", "Death"),
            (None, "M/3", "NSD1", "Y", None, "Y", "Death"),
            ("A2", "M/300", "XYZ9", "Y", None, "Y", "Death"),
            ("A3", "M/3", "KMD5A", "Y", None, "Y", "Lost to follow-up"),
            ("A4", "M/3", "none", "Y", None, "Y", "Alive"),
        )
    )
    states = {(r["patient_id"], r["lesion"]): r["state"] for r in fragment.lesions}
    assert states == {
        ("A1", "NUP98::NSD1"): "present",
        ("A1", "FLT3-ITD"): "ambiguous",
        ("A2", "NUP98::XYZ9"): "present",
        ("A2", "FLT3-ITD"): "present",
        ("A3", "NUP98::?"): "present",
        ("A3", "FLT3-ITD"): "present",
        ("A4", "NUP98 fusion"): "absent",
        ("A4", "FLT3-ITD"): "present",
    }
    unread = [f.column for f in fragment.findings if f.code == "value-not-understood"]
    assert unread == ["Sex/Age (y)", "FLT3-ITD", "CR", "outcome"]
    assert codes(fragment) == [
        "duplicate-patient-id",
        "follow-up-ended",
        "fusion-partner-not-named",
        "missing-id",
        "response-without-course",
        "unknown-partner",
        "value-not-understood",
    ]
    assert fragment.patients["A3"]["loss_reason"] == "lost to follow-up"
    assert "sex" not in fragment.patients["A1"]


@pytest.mark.parametrize(
    ("cell", "states"),
    [
        ("NSD1 negative", {"NUP98::NSD1": "absent", "NUP98 fusion": "not tested"}),
        ("NUP98 negative", {"NUP98 fusion": "absent"}),
        ("NSD1?", {"NUP98 fusion": "ambiguous"}),
        ("NSD1; none", {"NUP98 fusion": "ambiguous"}),
    ],
)
def test_a_narrow_no_or_a_doubt_clears_nobody(cell: str, states: dict[str, str]) -> None:
    fragment = read_case_table(case_table(("A1", "M/3", cell, None, None, "Y", "Alive")))
    assert {str(r["lesion"]): r["state"] for r in fragment.lesions} == states


def test_gene_columns_and_timing() -> None:
    columns = ("ID", "Sex", "Partner gene", "WT1", "CR2", "CR", "Outcome")
    table = case_table(("A1", "M", "NSD1", "Y", "x", "Y", "Alive"), columns=columns)
    fragment = read_case_table(table)
    assert ("WT1", "mutation") in {(r["lesion"], r["lesion_type"]) for r in fragment.lesions}
    assert fragment.patients["A1"]["covariate:CR2"] == "x"
    timing = {m.field: m.timing for m in fragment.columns}
    assert timing["lesion:WT1"] == "baseline"
    assert timing["covariate:CR2"] == "unknown"
    assert timing["os_event"] == "post-baseline"


def test_a_table_without_ids() -> None:
    fragment = read_case_table(case_table(("M/3", "NSD1"), columns=("Sex/Age", "Partner gene")))
    assert codes(fragment) == ["missing-required-column"]
