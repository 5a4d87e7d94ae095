"""What a draft takes from the values of a table, and what of them it never shows."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from fusionscape.cli import dispatch
from fusionscape.readers import check, draft, read
from fusionscape.readers.study.load import parse_study
from fusionscape.readers.study.model import ColumnSpec
from fusionscape.results import InputError, has_errors
from fusionscape.workflows.init import init_study
from readers.studies import table, write

ROOT = Path(__file__).resolve().parents[2]
FORMATS = ROOT / "examples" / "formats"
DATED = ROOT / "examples" / "dated_events" / "patients.csv"


def columns(text: str) -> dict[str, ColumnSpec]:
    study, found = parse_study(text, name="study.toml")
    assert study is not None, found
    return {c.source: c for file in study.files for c in file.columns}


def drafted(folder: Path, head: Sequence[str], *rows: Sequence[str]) -> str:
    write(folder, {"t.csv": table([list(r) for r in rows], list(head), sep=";")})
    return draft([folder / "t.csv"]).toml


def test_a_redcap_draft_passes_its_own_check(tmp_path: Path) -> None:
    shutil.copy(FORMATS / "redcap" / "export.csv", tmp_path)
    done = init_study([tmp_path / "export.csv"])
    assert not has_errors(check(tmp_path))
    assert read(tmp_path).n == read(FORMATS / "redcap").n
    assert set(columns(done.path.read_text(encoding="utf-8"))) == {
        "sex", "age_years", "fusion", "lesions___1", "lesions___2",
    }  # fmt: skip
    assert any("'mrd_form' as events" in line for line in done.unsure)
    assert '# instrument = "mrd_form"' in done.path.read_text(encoding="utf-8")


def test_a_file_declared_twice_speaks_once() -> None:
    codes = [f.code for f in check(FORMATS / "redcap")]
    assert codes.count("redcap-nothing-ticked") == 1


def test_dates_of_responses_are_proposed_as_date_columns() -> None:
    made = draft([DATED])
    found = columns(made.toml)
    for course in ("1", "2"):
        held = found[f"Response course {course}"]
        assert held.date_column == f"Response {course} date"
        assert found[f"Response {course} date"].field == "ignore"
        (why,) = [q.why for q in made.questions if q.column == f"Response {course} date"]
        assert why.startswith("its values are dates")
    assert found["Lost to follow-up date"].field == "date:lost"
    assert found["Reason lost"].field == "loss_reason"


def test_a_date_without_the_values_it_dates_is_asked(tmp_path: Path) -> None:
    head = ["id", "fusion", "Response 1 date"]
    text = drafted(tmp_path, head, ["P1", "none", "2020-01-04"], ["P2", "none", "2020-02-07"])
    assert columns(text)["Response 1 date"].field == "ignore"
    assert "no column holds what they date" in text


@pytest.mark.parametrize("study", [DATED, FORMATS / "redcap" / "export.csv"])
def test_no_date_or_id_of_a_patient_stands_in_a_draft(study: Path) -> None:
    text = draft([study]).toml.replace("data_cut_off = 2024-12-31", "")
    lines = study.read_text(encoding="utf-8").splitlines()[1:]
    cells = {cell for line in lines for cell in line.split(",")}
    private = {cell for cell in cells if cell.count("-") == 2 or cell.startswith(("D", "R"))}
    assert len(private) > 3
    assert not [cell for cell in private if f'"{cell}"' in text]


def test_ids_that_do_not_join_are_counted_and_not_named(tmp_path: Path) -> None:
    write(tmp_path, {"a.csv": table(), "b.tsv": "Case\tmoon\nP1\t3\nP2\t4\nZ9\t5\n"})
    made = draft([tmp_path / "a.csv", tmp_path / "b.tsv"])
    assert made.joins[0].only_right == ("Z9",)
    assert "Z9" not in made.toml
    assert "only here: 1 ids" in made.toml


def test_free_text_stays_out_and_words_are_shown(tmp_path: Path) -> None:
    words = ["sunny", "CR", "CR", "NR", "<0.1", "seen 12 May at the ward", "call 0171 555"]
    rows = [[f"P{i}", "none", word] for i, word in enumerate(words)]
    text = drafted(tmp_path, ["id", "fusion", "Response"], *rows)
    assert '"sunny" = "..."' in text
    assert "May" not in text and "0171" not in text
    notes = [[f"P{i}", "none", f"remark {letter}"] for i, letter in enumerate("abcdefgh")]
    text = drafted(tmp_path, ["id", "fusion", "Response"], *notes)
    assert "remark" not in text


def test_a_bound_in_a_column_of_yes_and_no_is_asked(tmp_path: Path) -> None:
    rows = [["P1", "none", "yes"], ["P2", "none", "<0.1"], ["P3", "none", "no"]]
    write(tmp_path, {"t.csv": table(rows, ["id", "fusion", "FLT3-ITD"])})
    made = draft([tmp_path / "t.csv"])
    (asked,) = [q for q in made.questions if q.column == "FLT3-ITD"]
    assert asked.why == "a bound is neither yes nor no"
    assert '"<0.1" = "..."' in made.toml


NAMES = ["data_clinical_patient.txt", "data_clinical_sample.txt", "data_sv.txt"]


@pytest.mark.parametrize("name", NAMES)
def test_a_cbioportal_table_points_at_its_folder(name: str, tmp_path: Path) -> None:
    shutil.copy(FORMATS / "cbioportal" / name, tmp_path)
    made = draft([tmp_path / name])
    assert [f.code for f in made.findings if f.severity == "error"] == ["cbioportal-table"]
    assert "fusion-calls" not in made.toml
    assert any(name in line and "cBioPortal study" in line for line in made.unsure)
    with pytest.raises(InputError):
        init_study([tmp_path / name])
    assert not (tmp_path / "study.toml").exists()


def test_a_timeline_is_cbioportal_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "data_timeline_status.txt"
    path.write_text("PATIENT_ID\tSTART_DATE\tSTOP_DATE\tEVENT_TYPE\nP1\t0\t\tSTATUS\n")
    assert dispatch(["init", str(path)]) == 1
    assert "cbioportal-table" in capsys.readouterr().err
