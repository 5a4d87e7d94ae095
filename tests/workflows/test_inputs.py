"""Provenance names the files that were read, those and no others, wherever the study lies."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from fusionscape.readers import read
from fusionscape.workflows.inputs import input_checksums
from fusionscape.workflows.run import run_study

ROOT = Path(__file__).resolve().parents[2]
FORMATS = ROOT / "examples" / "formats"
READ = ["calls/A1.tsv", "calls/A2.tsv", "calls/A3.tsv", "patients.csv", "study.toml"]


def callers(folder: Path) -> Path:
    shutil.copytree(FORMATS / "callers", folder / "study")
    (folder / "study" / "notes.txt").write_text("not part of the study", encoding="utf-8")
    (folder / "study" / "calls" / "readme.md").write_text("neither is this", encoding="utf-8")
    return folder / "study"


def test_a_study_names_its_own_file_and_all_it_declares(tmp_path: Path) -> None:
    folder = callers(tmp_path)
    assert list(read(folder).study["inputs"]) == READ
    assert read(folder / "study.toml").study["inputs"] == read(folder).study["inputs"]


def test_provenance_holds_their_checksums(tmp_path: Path) -> None:
    folder = callers(tmp_path)
    run_study(folder, tmp_path / "out")
    said = json.loads((tmp_path / "out" / "provenance.json").read_text(encoding="utf-8"))
    assert said["inputs"] == {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in READ
    }
    assert str(tmp_path) not in (tmp_path / "out" / "provenance.json").read_text(encoding="utf-8")


def test_a_file_read_twice_stands_once() -> None:
    assert read(FORMATS / "redcap").study["inputs"] == ("export.csv", "study.toml")


def test_a_cbioportal_folder_names_what_was_opened_in_it() -> None:
    names = read(FORMATS / "cbioportal").study["inputs"]
    assert "data_clinical_patient.txt" in names and "meta_study.txt" in names
    assert list(names) == sorted(names)
    assert all((FORMATS / "cbioportal" / name).is_file() for name in names)


def test_one_table_alone_is_its_own_input(tmp_path: Path) -> None:
    source = ROOT / "src" / "fusionscape" / "data" / "pediatric-ten"
    table = tmp_path / "cases.csv"
    table.write_text("ID,Sex/Age,Partner gene,CR,Outcome\n1,M/3,NSD1,Y,Alive\n", encoding="utf-8")
    assert read(table).study["inputs"] == ("cases.csv",)
    assert "study.toml" in read(source).study["inputs"]


def test_a_file_beside_the_study_keeps_its_relation_and_a_full_place_is_not_told(
    tmp_path: Path,
) -> None:
    folder = callers(tmp_path)
    (folder / "patients.csv").rename(tmp_path / "patients.csv")
    text = (folder / "study.toml").read_text(encoding="utf-8")
    for place, shown in (
        ("../patients.csv", "../patients.csv"),
        ((tmp_path / "patients.csv").as_posix(), "patients.csv"),
    ):
        said = text.replace('path = "patients.csv"', f'path = "{place}"')
        (folder / "study.toml").write_text(said, encoding="utf-8")
        found = input_checksums(folder, read(folder).study["inputs"])
        assert shown in dict(found)
        assert all(str(tmp_path) not in name for name, _ in found)
