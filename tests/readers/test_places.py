"""Findings name the column, the row and the value of the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from fusionscape.readers import check, draft
from fusionscape.results import Finding
from readers.studies import COLUMNS, changed, table, toml, write

DATES = {
    "fusion": COLUMNS["fusion"],
    "ED": 'field = "date:diagnosis"\ntiming = "baseline"',
    "SZT am": 'field = "date:transplant"\ntiming = "post-baseline"',
    "Kontakt": 'field = "date:last_seen"\ntiming = "post-baseline"',
    "tot am": 'field = "date:death"\ntiming = "post-baseline"',
}


def dated(folder: Path, rows: list[list[str]], top: str = "") -> list[Finding]:
    head = ["id", *DATES]
    top = 'selected_by_fusion = false\ntested_by = "RNA-seq"\n' + top
    write(folder, {"patients.csv": table(rows, head), "study.toml": toml(DATES, top=top)})
    return [f for f in check(folder) if f.severity == "error"]


def at(found: Finding) -> tuple[str | None, int | None, str | None, str | None]:
    return found.file, found.row, found.column, found.value


def test_a_transplant_before_the_diagnosis_is_told_once(tmp_path: Path) -> None:
    rows = [["A", "none", "2020-01-01", "", "2021-01-01", ""],
            ["B", "none", "2020-01-01", "2019-01-01", "2021-01-01", ""]]  # fmt: skip
    found = dated(tmp_path, rows)
    assert [f.code for f in found] == ["event-before-diagnosis"]
    assert at(found[0]) == ("patients.csv", 3, "SZT am", "2019-01-01")


def test_a_contact_after_death(tmp_path: Path) -> None:
    found = dated(tmp_path, [["A", "none", "2020-01-01", "", "2021-01-03", "2021-01-01"]])
    assert at(found[0]) == ("patients.csv", 2, "Kontakt", "2021-01-03")
    assert found[0].what == "Patient A: last contact 2 days after death."


def test_a_date_after_the_cut_off(tmp_path: Path) -> None:
    rows = [["A", "none", "2020-01-01", "", "2031-03-20", ""]]
    found = dated(tmp_path, rows, "data_cut_off = 2024-12-31\n")
    assert [f.code for f in found] == ["date-after-cut-off"]
    assert at(found[0]) == ("patients.csv", 2, "Kontakt", "2031-03-20")


def errors(folder: Path, rows: list[list[str]], columns: dict[str, str]) -> list[Finding]:
    write(folder, {"patients.csv": table(rows), "study.toml": toml(columns)})
    return [f for f in check(folder) if f.severity == "error"]


def test_a_negative_time_in_a_column(tmp_path: Path) -> None:
    found = errors(tmp_path, changed(2, "os", "-30"), COLUMNS)
    assert found[0].code == "time-negative" and at(found[0]) == ("patients.csv", 4, "os", "-30")


def test_a_number_of_the_other_decimal_mark(tmp_path: Path) -> None:
    columns = {**COLUMNS, "wbc": COLUMNS["wbc"] + '\ndecimal = ","'}
    found = errors(tmp_path, changed(0, "wbc", "0.8"), columns)
    said = next(f for f in found if f.value == "0.8")
    assert said.code == "number-not-understood" and "decimal comma" in said.mend


def test_mixed_decimal_marks_are_shown(tmp_path: Path) -> None:
    found = errors(tmp_path, changed(0, "wbc", "0,8"), COLUMNS)
    assert "1 values write a decimal comma ('0,8' in row 2)" in found[0].what
    assert "'12.1' in row 3" in found[0].what


def test_rows_that_differ_say_where(tmp_path: Path) -> None:
    rows = [*changed(0, "age", "4"), *changed(0, "age", "5")[:1]]
    found = errors(tmp_path, rows, COLUMNS)
    assert "2 rows (2, 7) that differ in 'age'" in found[0].what


def test_the_unit_is_written_as_a_unit(tmp_path: Path) -> None:
    columns = {**COLUMNS, "wbc": 'field = "wbc_10e9_l"\ntiming = "baseline"'}
    write(tmp_path, {"patients.csv": table(), "study.toml": toml(columns)})
    said = next(f for f in check(tmp_path) if f.code == "unit-not-declared")
    assert 'unit = "10^9/l"' in said.mend and "wbc_10e9_l" not in said.what


REDCAP = """record_id,redcap_event_name,sex,fusion,mut___1,mut___2,last_fu
7,baseline_arm_1,1,NUP98-NSD1,1,0,
7,outcome_arm_1,,,0,0,x
8,baseline_arm_1,3,none,0,0,
8,outcome_arm_1,,,0,0,2020-01-01
"""


def test_a_reshaped_export_keeps_record_and_row(tmp_path: Path) -> None:
    columns = """columns = [
  { source = "sex", field = "sex", timing = "baseline" },
  { source = "fusion", field = "fusion", timing = "baseline" },
  { source = "last_fu", field = "date:last_seen", timing = "post-baseline" },
]
"""
    head = 'schema = 1\nname = "r"\ntested_by = "RNA-seq"\nselected_by_fusion = false\n[[files]]\n'
    files = 'path = "e.csv"\nkind = "redcap"\nid = "record_id"\n'
    write(tmp_path, {"e.csv": REDCAP, "study.toml": head + files + columns})
    found = check(tmp_path)
    places = {f.code: (f.file, f.row, f.column) for f in found}
    assert places["date-not-understood"] == ("e.csv", 3, "last_fu")
    sex = [f for f in found if f.code == "category-not-understood"]
    assert [f.row for f in sex] == [2, 4] and "Record 8" in sex[1].what
    # Only record 8 ticked nothing where the boxes are asked; the other event never asks.
    ticked = next(f for f in found if f.code == "redcap-nothing-ticked")
    assert (ticked.count, ticked.row) == (1, 4) and "record '8'" in ticked.what


BLASTS = 'field = "blasts_marrow_percent"\ntiming = "baseline"\nunit = "%"'
RATIO = 'field = "lesion_value:FLT3-ITD"\ntiming = "baseline"'


def heaps(folder: Path, field: str, cells: list[str]) -> dict[str, Finding]:
    rows = [[f"P{i}", "none", cell] for i, cell in enumerate(cells)]
    columns = {"fusion": COLUMNS["fusion"], "x": field}
    write(folder, {"patients.csv": table(rows, ["id", "fusion", "x"]), "study.toml": toml(columns)})
    return {f.code: f for f in check(folder)}


MIXED = ["0.5", "0.8", "0.9", "20", "45", "95"]


def test_fractions_beside_percents_of_blasts(tmp_path: Path) -> None:
    said = heaps(tmp_path, BLASTS, MIXED)["mixed-units"]
    assert said.severity == "error" and said.count == 3 and "P0 (row 2)" in said.what


def test_fractions_beside_percents_of_a_lesion(tmp_path: Path) -> None:
    said = heaps(tmp_path, RATIO, MIXED)["fractions-suspect"]
    assert said.severity == "warning" and said.column == "x"


@pytest.mark.parametrize(
    "cells", [["0.5", "0.8", "0.9", "2", "45", "95"], ["1", "1", "1", "20", "30", "40"]]
)
def test_few_blasts_are_no_fractions(tmp_path: Path, cells: list[str]) -> None:
    assert "mixed-units" not in heaps(tmp_path, BLASTS, cells)


def test_the_draft_asks_about_blasts(tmp_path: Path) -> None:
    rows = [[f"P{i}", "none", cell, "CR"] for i, cell in enumerate(MIXED)]
    write(tmp_path, {"p.csv": table(rows, ["Patient ID", "Fusion", "Blasts", "CR1"])})
    why = {q.column: q.why for q in draft([tmp_path / "p.csv"]).questions}
    assert "marrow or blood" in why["Blasts"] and "fractions" in why["Blasts"]
    assert "first remission" in why["CR1"]


def test_a_folder_without_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert tmp_path.name in check(".")[0].what
    assert tmp_path.name in draft(["."]).findings[0].what


def test_a_broken_table_is_not_called_unknown(tmp_path: Path) -> None:
    write(tmp_path, {"p.csv": "id,fusion\nA,none\nB,none,extra\n"})
    assert [f.code for f in check(tmp_path / "p.csv")] == ["row-too-long"]
