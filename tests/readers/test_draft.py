"""Drafting a study.toml: what is recognised, and what is asked."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from fusionscape.readers import draft, read
from fusionscape.readers.study.load import parse_study
from readers.studies import HEAD, ROWS, table, write

LANGUAGES = {
    "English": (
        ["Patient ID", "Gender", "Age (years)", "WBC (10^9/L)", "Fusion gene", "Karyotype",
         "Vital status", "OS (months)"],
        ["P1", "female", "3.5", "120.5", "NUP98-NSD1", "46,XX", "dead", "12.5"],
        ["P2", "male", "7.5", "12", "none", "46,XY", "alive", "30"],
    ),
    "German": (
        ["Pat. Nr.", "Geschlecht", "Alter (Jahre)", "Leukozyten (G/l)", "Fusionsgen", "Karyotyp",
         "Überlebensstatus", "Gesamtüberleben (Monate)"],
        ["P1", "weiblich", "3,5", "120,5", "NUP98-NSD1", "46,XX", "verstorben", "12,5"],
        ["P2", "männlich", "7,5", "12", "keine", "46,XY", "lebend", "30"],
    ),
    "French": (
        ["Patient", "Sexe", "Âge (années)", "Leucocytes (G/L)", "Gène de fusion", "Caryotype",
         "Statut vital", "Survie globale (mois)"],
        ["P1", "féminin", "3,5", "120,5", "NUP98-NSD1", "46,XX", "décédé", "12,5"],
        ["P2", "masculin", "7,5", "12", "aucune", "46,XY", "vivant", "30"],
    ),
    "Chinese": (
        ["编号", "性别", "年龄（岁）", "白细胞 (×10^9/L)", "融合基因", "染色体核型", "生存状态",
         "总生存期（月）"],
        ["P1", "女", "3.5", "120.5", "NUP98-NSD1", "46,XX", "死亡", "12.5"],
        ["P2", "男", "7.5", "12", "阴性", "46,XY", "存活", "30"],
    ),
}  # fmt: skip
FIELDS = ["patient_id", "sex", "age_years", "wbc_10e9_l", "fusion", "karyotype", "vital_status",
          "os_days"]  # fmt: skip


def fields(text: str) -> dict[str, str]:
    """Source to drafted field, the id among them."""
    study, found = parse_study(text, name="study.toml")
    assert study is not None, found
    drafted = {c.source: c.field for file in study.files for c in file.columns}
    return {**{file.id: "patient_id" for file in study.files if file.id}, **drafted}


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_four_languages_give_the_same_cohort(language: str, tmp_path: Path) -> None:
    head, *rows = LANGUAGES[language]
    write(tmp_path, {"t.csv": table(rows, head, sep=";")})
    drafted = draft([tmp_path / "t.csv"])
    found = fields(drafted.toml)
    asked = {q.column for q in drafted.questions}
    for name, field in zip(head, FIELDS, strict=True):
        assert found[name] == field or name in asked, (name, found[name])
    text = drafted.toml.replace("# selected_by_fusion", "selected_by_fusion").replace(
        "# tested_by", "tested_by"
    )
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    patients = read(tmp_path).patients
    assert patients["sex"].to_list() == ["female", "male"]
    assert patients["wbc_10e9_l"].to_list() == [120.5, 12.0]
    assert patients["os_event"].to_list() == [True, False]
    assert patients["os_days"].to_list() == [pytest.approx(12.5 * 30.4375), 30 * 30.4375]


# Header, five values, the field it really is; the draft may only be sure when it is right.
TRAPS = [
    ("OS", ["10", "20", "30", "40", "50"], "unit not said"),
    ("Age", ["10", "20", "30", "40", "50"], "unit not said"),
    ("WBC", ["10", "20", "30", "40", "50"], "unit not said"),
    ("Hb", ["10", "8", "9", "7", "11"], "unit not said"),
    ("os.censor", ["1", "0", "1", "0", "1"], "direction"),
    ("status", ["1", "0", "1", "0", "1"], "direction"),
    ("OS event", ["1", "0", "1", "0", "1"], "direction"),
    ("KDM5A", ["TRUE", "FALSE", "FALSE", "FALSE", "TRUE"], "fusion, not mutation"),
    ("MLL", ["TRUE", "FALSE", "FALSE", "FALSE", "TRUE"], "fusion, not mutation"),
    ("FLT3", ["yes", "no", "no", "no", "yes"], "ITD or point mutation"),
    ("WT1", ["5.6", "7.1", "0.2", "3.3", "9.1"], "expression"),
    ("Sex", ["1", "2", "1", "2", "1"], "codes"),
    ("BM blasts", ["0.5", "0.8", "0.9", "0.4", "0.3"], "fractions"),
    ("Diagnosis date", ["03/04/2020", "02/01/2020", "05/06/2020", "07/08/2020", "01/02/2020"],
     "day or month"),
    ("MRD after induction", ["0.001", "0.01", "0.1", "0", "0"], "percent or fraction"),
    ("X17", ["1", "0", "1", "0", "1"], "unknown"),
    ("date of birth", ["2010-01-01"] * 5, "identifies"),
    ("Response", ["sunny", "CR", "CR", "CR", "NR"], "value not known"),
    ("karyotype group", ["a", "b", "c", "a", "b"], "begins with a listed name"),
    ("Platelets", ["", "", "", "", ""], "empty"),
]  # fmt: skip


@pytest.mark.parametrize(("header", "values", "why"), TRAPS, ids=[t[0] for t in TRAPS])
def test_what_is_not_exact_is_asked(
    header: str, values: list[str], why: str, tmp_path: Path
) -> None:
    rows = [[*row, value] for row, value in zip(ROWS, values, strict=True)]
    write(tmp_path, {"t.csv": table(rows, [*HEAD, header])})
    drafted = draft([tmp_path / "t.csv"])
    empty = not any(values)
    assert header in {q.column for q in drafted.questions}, why
    assert "UNSURE" in drafted.toml or empty


def test_a_field_is_given_once(tmp_path: Path) -> None:
    rows = [[*row, row[1]] for row in ROWS]
    write(tmp_path, {"t.csv": table(rows, [*HEAD, "Gender"])})
    drafted = draft([tmp_path / "t.csv"])
    assert sorted(fields(drafted.toml)[c] for c in ("sex", "Gender")) == ["ignore", "sex"]
    assert "Gender" in {q.column for q in drafted.questions}


def test_timing_is_baseline_only_for_what_is_so_by_nature(tmp_path: Path) -> None:
    rows = [[*row, "yes", "3"] for row in ROWS]
    write(tmp_path, {"t.csv": table(rows, [*HEAD, "HSCT", "X1"])})
    study, _ = parse_study(draft([tmp_path / "t.csv"]).toml, name="x")
    assert study is not None
    timing = {c.source: c.timing for c in study.files[0].columns}
    assert timing["sex"] == timing["age"] == timing["wbc"] == timing["fusion"] == "baseline"
    assert timing["HSCT"] == timing["os"] == "post-baseline"
    assert timing["X1"] == "unknown"


def test_joins_and_what_does_not_match(tmp_path: Path) -> None:
    write(tmp_path, {
        "a.csv": table(),
        "b.tsv": "Case\tmoon\nP1\t3\nP2\t4\nZ9\t5\n",
        "c.csv": "code,flag\n1,0\n0,1\n",
    })  # fmt: skip
    drafted = draft([tmp_path / "a.csv", tmp_path / "b.tsv", tmp_path / "c.csv"])
    (join,) = drafted.joins
    assert (join.left_column, join.right_column, join.matched) == ("id", "Case", 2)
    assert join.only_right == ("Z9",)
    assert join.only_left == ("P3", "P4", "P5")
    assert "Z9" not in drafted.toml
    assert any(q.field == "patient_id" and q.file == "c.csv" for q in drafted.questions)


def test_all_sheets_of_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "w.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for title, lines in (("Patients", [HEAD, *ROWS]), ("Moons", [["id", "moon"], ["P1", "2"],
                                                                       ["P2", "x"]])):  # fmt: skip
            sheet = book.add_worksheet(title)
            for i, line in enumerate(lines):
                sheet.write_row(i, 0, line)
    drafted = draft([path])
    study, _ = parse_study(drafted.toml, name="x")
    assert study is not None
    assert [file.sheet for file in study.files] == ["Patients", "Moons"]
    assert drafted.joins[0].right == "w.xlsx[Moons]"


def test_paths_are_seen_from_the_folder(tmp_path: Path) -> None:
    write(tmp_path, {"data/a.csv": table()})
    study, _ = parse_study(draft([tmp_path / "data/a.csv"], folder=tmp_path).toml, name="x")
    assert study is not None and study.files[0].path == "data/a.csv"


def test_selection_and_assay_are_always_asked(tmp_path: Path) -> None:
    write(tmp_path, {"t.csv": table([r for r in ROWS if r[3] != "none"])})
    questions = {q.field: q.why for q in draft([tmp_path / "t.csv"]).questions}
    assert "carries a fusion" in questions["selected_by_fusion"]
    assert "tested_by" in questions


def test_findings_of_a_broken_table(tmp_path: Path) -> None:
    write(tmp_path, {"t.csv": b"\x89PNG"})
    drafted = draft([tmp_path / "t.csv", tmp_path / "none.csv"])
    assert [f.code for f in drafted.findings] == ["file-binary", "file-missing"]
    assert [f.code for f in draft([]).findings] == ["no-patients"]


def test_odd_names_make_sound_toml(tmp_path: Path) -> None:
    head = [*HEAD, 'a "quoted" \\ name', "new\tline", "del\x7f"]
    rows = [[*row, "1", "2", "3"] for row in ROWS]
    text = ";".join(f'"{h.replace(chr(34), chr(34) * 2)}"' for h in head) + "\n"
    text += "".join(";".join(row) + "\n" for row in rows)
    write(tmp_path, {"t.csv": text})
    found = fields(draft([tmp_path / "t.csv"]).toml)
    assert set(head) <= set(found)
