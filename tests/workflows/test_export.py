"""The main job with Word, PDF and Excel: same bytes, same numbers, nothing disclosed."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from fusionscape.report.front import cautions_of
from fusionscape.results import Analysis
from fusionscape.results.document import loads
from fusionscape.words import numbers
from fusionscape.words.catalogue import caution_text
from fusionscape.workflows.run import says_nothing

ROOT = Path(__file__).resolve().parents[2]
STUDY = ROOT / "src" / "fusionscape" / "data" / "pediatric-ten"
FILES = ("report.docx", "report.pdf", "tables.xlsx")


def job(out: Path, *more: str, seed: str = "0") -> Path:
    """Run in a process of its own, under a hash seed and a number of threads."""
    command = ["run", str(STUDY), "--out", str(out), "--format", "docx,pdf,xlsx", *more]
    done = subprocess.run(
        [sys.executable, "-m", "fusionscape", *command],
        env={
            "PYTHONPATH": str(ROOT / "src"),
            "PATH": os.environ.get("PATH", ""),
            "PYTHONHASHSEED": seed,
            "POLARS_MAX_THREADS": "1" if seed == "0" else "2",
            "TZ": "UTC" if seed == "0" else "Asia/Tokyo",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return job(tmp_path_factory.mktemp("export") / "out")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_same_bytes_in_another_folder_under_another_hash_seed(out: Path, tmp_path: Path) -> None:
    other = job(tmp_path / "elsewhere", seed="4242")
    for name in FILES:
        assert digest(out / name) == digest(other / name), name


def test_the_files_are_checksummed_with_the_rest(out: Path) -> None:
    manifest = json.loads((out / "provenance.json").read_text(encoding="utf-8"))
    for name in FILES:
        assert manifest["files"][name] == digest(out / name)
    assert manifest["command"].endswith("--format docx,pdf,xlsx")


def rows(out: Path) -> dict[str, dict[str, object]]:
    document = json.loads((out / "results.json").read_text(encoding="utf-8"))
    return {row["id"]: row for row in document["results"]}


def test_the_numbers_of_word_are_those_of_the_results(out: Path) -> None:
    word = docx.Document(str(out / "report.docx"))
    printed = [[c.text for c in r.cells] for t in word.tables for r in t.rows]
    counts = [
        r
        for r in rows(out).values()
        if r["kind"] == "count" and str(r["id"]).startswith("baseline/")
    ]
    assert len(counts) > 20
    for count in counts:
        text = numbers.count_percent(count["count"], count["n"])  # type: ignore[arg-type]
        assert any(str(count["label"]) == row[0] and text in row for row in printed), count["id"]


def test_the_numbers_of_excel_are_those_of_the_results(out: Path) -> None:
    book = load_workbook(out / "tables.xlsx")
    found: dict[str, object] = {}
    for sheet in book:
        heads = [c.value for c in sheet[4]]
        if heads[0] == "Id":
            at = heads.index("Value")
            found |= {str(line[0].value): line[at].value for line in sheet.iter_rows(min_row=5)}
    known = rows(out)
    checked = 0
    for name, value in found.items():
        row = known.get(name)
        if row and row["kind"] in ("estimate", "count") and isinstance(value, (int, float)):
            raw = row["estimate"] if row["kind"] == "estimate" else row["count"]
            assert value == pytest.approx(raw, rel=1e-14), name
            checked += 1
    assert checked > 50


def test_the_pdf_prints_the_answers_of_the_page(out: Path) -> None:
    text = "".join(p.extract_text() for p in PdfReader(out / "report.pdf").pages)
    squeezed = "".join(text.split())
    first = docx.Document(str(out / "report.docx"))
    answers = [p.text for p in first.paragraphs if p.style.name == "Answer"]
    assert len(answers) > 8
    for answer in answers:
        assert "".join(answer.split()) in squeezed, answer


def everything_in(path: Path) -> str:
    if path.suffix == ".pdf":
        return "".join(page.extract_text() for page in PdfReader(path).pages)
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        return "".join(
            archive.read(n).decode("utf-8") for n in archive.namelist() if n.endswith(".xml")
        )


def test_masked_and_pseudonymised_files_hold_no_patient(out: Path, tmp_path: Path) -> None:
    hidden = job(tmp_path / "hidden", "--mask-small-cells", "--pseudonymise")
    names = [f">N{i}<" for i in range(1, 11)]
    assert any(name in everything_in(out / "report.docx") for name in names)
    for file in FILES:
        text = everything_in(hidden / file)
        assert not any(name in text for name in names), file
        assert "Course of N2" not in text and "N2," not in text, file
    known, checked = rows(hidden), 0
    for sheet in load_workbook(hidden / "tables.xlsx"):
        heads = [c.value for c in sheet[4]]
        for line in sheet.iter_rows(min_row=5) if heads[0] == "Id" else ():
            row = known.get(str(line[0].value))
            if row and row["kind"] == "count":
                value = line[heads.index("Value")].value
                assert not isinstance(value, int) or not 0 < value < 5, row["id"]
                checked += 1
    assert checked  # of ten patients little is left; larger studies are in test_mask_whole


def test_every_caution_of_the_report_stands_in_word_and_pdf(out: Path) -> None:
    document = loads((out / "results.json").read_text(encoding="utf-8"))
    said = {
        caution_text(c)
        for a in document.results
        if isinstance(a, Analysis) and not says_nothing(a)
        for c in cautions_of(a)
    }
    assert len(said) > 20
    word = " ".join(p.text for p in docx.Document(str(out / "report.docx")).paragraphs)
    # A sentence may run over the foot of a page.
    foot = r"Ten children with NUP98 fusions\s*·\s*page \d+ of \d+"
    paper = "".join(re.sub(foot, "", everything_in(out / "report.pdf")).split())
    for text in said:
        assert text in word and "".join(text.split()) in paper, text
