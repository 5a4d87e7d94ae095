"""Drafts of tables as people keep them: names in four languages, exports, known layouts renamed."""

from __future__ import annotations

from pathlib import Path

import pytest

from fusionscape.knowledge.columns import match_column
from fusionscape.readers import draft, read
from fusionscape.readers.codebooks import codebook
from fusionscape.readers.meaning.column import in_place_of_missing
from readers.studies import table, write


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Study ID", "patient_id"), ("M/F", "sex"), ("Verstorben", "os_event"),
        ("Tod", "os_event"), ("Rearrangement", "fusion"), ("Date CR1", "cr_date"),
        ("Date of 1st relapse", "relapse_date"), ("Date last follow-up", "last_seen_date"),
        ("last_fu_date", "last_seen_date"), ("bmt_date", "transplant_date"),
        ("Status at last FU", "vital_status"), ("Blasten KM", "blasts_marrow_percent"),
    ],
)  # fmt: skip
def test_names_that_registries_use(name: str, field: str) -> None:
    match = match_column(name)
    assert match is not None and match.field == field


def test_dod_may_be_diagnosis_or_death() -> None:
    assert match_column("DOD") is None


ROWS = [
    [f"P{i}", "Male" if i % 2 else "Female", f"{20 + i}", "NUP98::NSD1" if i % 2 else "none",
     f"{10 + 5 * i}", "1:DECEASED" if i % 2 else "0:LIVING"]
    for i in range(8)
]  # fmt: skip
HEAD = ["PATIENT_ID", "SEX", "AGE", "FUSION", "OS_MONTHS", "OS_STATUS"]


def test_a_table_under_the_names_of_cbioportal_outside_its_folder(tmp_path: Path) -> None:
    write(tmp_path, {"mine.tsv": table(ROWS, HEAD, sep="\t")})
    made = draft([tmp_path / "mine.tsv"])
    assert not [f for f in made.findings if f.severity == "error"]
    (tmp_path / "study.toml").write_text(made.toml, encoding="utf-8")
    cohort = read(tmp_path)
    assert cohort.patients["os_event"].to_list() == [False, True] * 4
    assert cohort.patients["os_days"][0] == pytest.approx(10 * 30.4375)


def test_the_second_column_of_a_field_stands_in_for_the_first() -> None:
    specs = codebook("target_cog").files[0].columns
    second = next(s for s in specs if s.field == "same:age_years")
    first = next(s for s in specs if s.field == "age_years")
    alone = in_place_of_missing([second.source], specs)
    assert [s.field for s in alone if s.source == second.source] == ["age_years"]
    both = in_place_of_missing([first.source, second.source], specs)
    assert [s.field for s in both if s.source == second.source] == ["same:age_years"]


TARGET = [
    "USI", "Age at Diagnosis in Days", "WBC at Diagnosis",
    "Bone marrow leukemic blast percentage (%)", "Peripheral blasts (%)", "Gene Fusion",
    "FLT3/ITD positive?", "FLT3/ITD allelic ratio", "CR status at end of course 1",
    "CR status at end of course 2", "SCT in 1st CR", "Overall Survival Time in Days",
    "Vital Status", "Event Free Survival Time in Days", "First Event", "Sex (1=M, 2=F)",
]  # fmt: skip


def test_a_known_layout_with_a_renamed_column_asks_about_it(tmp_path: Path) -> None:
    row = ["4000", "50", "70", "60", "NUP98-NSD1", "YES", "0.6", "CR", "CR", "No", "900", "Alive",
           "900", "Censored", "1"]  # fmt: skip
    write(tmp_path, {"t.csv": table([[f"P{i}", *row] for i in range(4)], TARGET)})
    made = draft([tmp_path / "t.csv"])
    assert 'field = "age_years"' in made.toml
    (asked,) = [q for q in made.questions if q.column == "Sex (1=M, 2=F)"]
    assert asked.field == "sex" and "does not speak of it" in asked.why
