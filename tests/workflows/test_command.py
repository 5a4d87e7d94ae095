"""What the command prints of the findings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fusionscape.cli import dispatch

ROOT = Path(__file__).resolve().parents[2]
CALLERS = ROOT / "examples" / "formats" / "callers"
HEAD = "id,sex,age_years,fusion,unused\n"
STUDY = """schema = 1
name = "s"
[[files]]
path = "p.csv"
id = "id"
columns = [
  { source = "sex", field = "sex", timing = "baseline" },
  { source = "age_years", field = "age_years", timing = "baseline", unit = "years" },
  { source = "fusion", field = "fusion", timing = "baseline" },
]
"""


def wrong(folder: Path) -> Path:
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    rows = "A,male,old,NUP98-JARID1A,x\nB,female,3,none,y\n"
    (folder / "p.csv").write_text(HEAD + rows, encoding="utf-8")
    return folder


def test_counts_are_in_the_right_number(capsys: pytest.CaptureFixture[str]) -> None:
    assert dispatch(["check", str(CALLERS)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "0 errors, 1 warning, 1 note"


def test_errors_come_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert dispatch(["check", str(wrong(tmp_path))]) == 1
    lines = capsys.readouterr().out.splitlines()
    heads = [line.split(":")[0] for line in lines if line.split(":")[0] in RANK]
    assert len(set(heads)) > 1
    assert heads == sorted(heads, key=RANK.index)
    assert lines[-1].startswith("1 error, ")


RANK = ["error", "warning", "note"]


def test_json_is_one_list_of_findings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert dispatch(["check", str(wrong(tmp_path)), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, list)
    assert found[0]["severity"] == "error" and found[0]["code"] == "number-not-understood"
    assert found[0]["row"] == 2 and found[0]["column"] == "age_years"
    ranks = [RANK.index(item["severity"]) for item in found]
    assert ranks == sorted(ranks)


def test_run_prints_errors_as_json_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = wrong(tmp_path)
    assert dispatch(["run", str(folder), "--out", str(tmp_path / "out"), "--json"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert json.loads(printed.err)[0]["severity"] == "error"
