"""Codes without words: a number in a fusion column makes nobody a carrier."""

from __future__ import annotations

from pathlib import Path

import pytest

from fusionscape.readers import check, draft, read
from fusionscape.results import Finding
from readers.studies import COLUMNS, codes, table, toml, write


def study(folder: Path, fusions: list[str], declared: str = "") -> Path:
    rows = [[f"P{i}", fusion] for i, fusion in enumerate(fusions)]
    columns = {"fusion": COLUMNS["fusion"] + declared}
    return write(
        folder, {"patients.csv": table(rows, ["id", "fusion"]), "study.toml": toml(columns)}
    )


def carriers(folder: Path) -> list[str]:
    rows = read(folder).lesions.to_dicts()
    return [r["lesion"] for r in rows if r["state"] == "present"]


@pytest.mark.parametrize(
    "fusions", [["1", "2", "3", "0"], ["2", "2", ""], ["0", "1", "99"], ["NUP98-NSD1", "none", "2"]]
)
def test_codes_are_an_error_each_value_once(tmp_path: Path, fusions: list[str]) -> None:
    found = [f for f in check(study(tmp_path, fusions)) if f.code == "fusion-not-understood"]
    numbers = {text for text in fusions if text.isdecimal()}
    assert {f.value for f in found} == numbers and len(found) == len(numbers)
    assert all(f.severity == "error" for f in found)
    assert all(f'"{code}" = "..."' in f.mend for f in found for code in numbers)


def test_declared_codes_are_read(tmp_path: Path) -> None:
    said = '\nvalues = { "1" = "NUP98-NSD1", "2" = "NUP98-KDM5A", "0" = "none" }'
    assert carriers(study(tmp_path, ["1", "2", "0", "2"], said)) == [
        "NUP98::NSD1", "NUP98::KDM5A", "NUP98::KDM5A",
    ]  # fmt: skip


def test_a_missing_code_beside_no_and_yes(tmp_path: Path) -> None:
    folder = study(tmp_path, ["1", "0", "9"], '\nmissing = ["9"]')
    assert "fusion-not-understood" not in codes(folder)
    assert carriers(folder) == ["NUP98::?"]


def test_a_one_is_never_read_in_silence(tmp_path: Path) -> None:
    said = codes(study(tmp_path, ["1", "0", "1"]))["fusion-code-read"]
    assert said.severity == "warning" and said.count == 2 and "2 rows: 2, 4" in said.what
    assert "fusion-code-read" not in codes(
        study(tmp_path / "b", ["1", "0"], '\nvalues = { "1" = "yes" }')
    )


def test_a_one_beside_names_is_told_once_as_an_error(tmp_path: Path) -> None:
    folder = study(tmp_path, ["0", "1", "NUP98::NSD1", "none", "1"])
    found = [(f.code, f.value, f.count) for f in check(folder) if f.column == "fusion"]
    assert found == [("fusion-not-understood", "1", 2)]


@pytest.mark.parametrize("cell", ["alpha, beta", "alpha; NSD1", "alpha, NUP98::NSD1?"])
def test_a_refused_cell_of_two_parts_is_one_row(tmp_path: Path, cell: str) -> None:
    folder = study(tmp_path, ["NUP98::NSD1", "none", cell, cell])
    found = [(f.code, f.value, f.count) for f in check(folder) if f.value == cell]
    assert found == [("fusion-not-understood", cell, 2)]


def test_the_draft_asks_what_the_codes_mean(tmp_path: Path) -> None:
    rows = [[f"P{i}", str(i % 4)] for i in range(12)]
    write(tmp_path, {"p.csv": table(rows, ["Patient ID", "Fusion"])})
    made = draft([tmp_path / "p.csv"])
    asked = next(q for q in made.questions if q.column == "Fusion")
    assert "numbers without a meaning" in asked.why
    assert '"1" = "..."' in made.toml and '"3" = "..."' in made.toml


def test_the_draft_asks_about_no_and_yes(tmp_path: Path) -> None:
    rows = [[f"P{i}", str(i % 2)] for i in range(12)]
    write(tmp_path, {"p.csv": table(rows, ["Patient ID", "Fusion"])})
    assert any("names no partner" in q.why for q in draft([tmp_path / "p.csv"]).questions)


def one_column(folder: Path, field: str, cells: list[str]) -> list[Finding]:
    rows = [[f"P{i}", "none", cell] for i, cell in enumerate(cells)]
    columns = {"fusion": COLUMNS["fusion"], "x": f'field = "{field}"\ntiming = "baseline"'}
    write(folder, {"patients.csv": table(rows, ["id", "fusion", "x"]), "study.toml": toml(columns)})
    return [f for f in check(folder) if f.column == "x"]


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("lesion:WT1", "flag-not-understood"),
        ("sex", "category-not-understood"),
        ("response:best", "response-not-understood"),
    ],
)
def test_a_value_of_many_rows_is_told_once(tmp_path: Path, field: str, code: str) -> None:
    found = one_column(tmp_path, field, ["7", "8", "7", "8", "8", "8", "8", "8"])
    assert [(f.code, f.value, f.row, f.count) for f in found] == [
        (code, "7", 2, 2), (code, "8", 3, 6),
    ]  # fmt: skip
    assert found[0].what.endswith("2 rows: 2, 4.")
    assert found[1].what.endswith("6 rows: 3, 5, 6, 7, 8 and 1 more.")


def test_numbers_in_a_lesion_column_may_be_a_ratio(tmp_path: Path) -> None:
    found = one_column(tmp_path, "lesion:FLT3-ITD", ["0.45", "no"])
    assert 'field = "lesion_value:FLT3-ITD"' in found[0].mend


def test_a_type_of_mutation_is_a_mutation(tmp_path: Path) -> None:
    assert one_column(tmp_path, "lesion:NPM1", ["type A", "Typ B", "mut type D", "wt"]) == []
    rows = read(tmp_path).lesions.to_dicts()
    assert [r["state"] for r in rows if r["lesion"] == "NPM1"] == [*["present"] * 3, "absent"]


def test_a_donor_is_a_transplant(tmp_path: Path) -> None:
    words = ["MUD", "MRD", "MSD", "haplo", "auto", "allo-HSCT", "cord", "异基因移植", "no"]
    found = one_column(tmp_path, "transplant", [*words, ""])
    assert {f.code for f in found} == {"transplant-by-donor", "exposure-without-date"}
    assert read(tmp_path).patients["transplant"].to_list() == [*[True] * 8, False, None]


def test_a_word_beside_a_donor_is_not_guessed(tmp_path: Path) -> None:
    found = one_column(tmp_path, "transplant", ["MUD planned", "no"])
    assert [f.code for f in found] == ["flag-not-understood"]
