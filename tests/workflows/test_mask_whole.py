"""A masked run as a whole: no small number, no id and no name of a hidden group's size."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import zipfile
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest

import attack
from fusionscape.readers import read
from fusionscape.results import Analysis, Distribution, Estimate
from fusionscape.workflows.mask import mask_analyses
from fusionscape.workflows.run import Options, compute, run_study

HIDDEN = ("KDM5A", "HOXA9")


def _texts(path: Path) -> list[bytes]:
    """The bytes of a file, and of every file within it when it is an archive."""
    raw = path.read_bytes()
    if path.suffix not in (".docx", ".xlsx"):
        return [raw]
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return [raw, *(archive.read(name) for name in archive.namelist())]


def _facts(value: Any) -> list[Any]:
    """The facts of every caution anywhere in a document."""
    if isinstance(value, dict):
        own = [f for c in value.get("cautions", ()) for f in c["facts"]]
        return own + [f for v in value.values() for f in _facts(v)]
    return [f for v in value for f in _facts(v)] if isinstance(value, list) else []


@pytest.fixture(scope="module")
def masked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example under ids that nothing else in a report can look like."""
    folder = tmp_path_factory.mktemp("masked")
    source = attack.ROOT / "examples" / "own_table"
    shutil.copytree(source, folder / "study")
    table = (source / "patients.csv").read_text(encoding="utf-8")
    named = re.sub(r"^S(\d\d);", r"Ming-Zoe\1;", table, flags=re.M)
    assert named.count("Ming-Zoe") == 32
    (folder / "study" / "patients.csv").write_text(named, encoding="utf-8")
    options = Options(pseudonymise=True, mask_small_cells=True, formats=("docx", "xlsx"))
    run_study(folder / "study", folder / "out", options)
    return folder / "out"


def test_no_id_stands_in_any_byte(masked: Path) -> None:
    read_files = [p for p in masked.rglob("*") if p.is_file()]
    assert {"report.docx", "report.html", "results.json", "tables.xlsx"} <= {
        p.name for p in read_files
    }
    for path in read_files:
        assert not any(b"Ming-Zoe" in text for text in _texts(path)), path.name


def test_no_caution_has_a_number_and_no_row_of_a_hidden_group_either(masked: Path) -> None:
    document = json.loads((masked / "results.json").read_text(encoding="utf-8"))
    numbers = [f for f in _facts(document) if not isinstance(f["value"], (str, bool, type(None)))]
    assert {f["name"] for f in numbers} <= {"limit"}
    for path in (masked / "tables").iterdir():
        for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8"))):
            if any(name in cell for name in HIDDEN for cell in row):
                # The id and label name the group and "below 5" is not said with it.
                assert not [cell for cell in row if re.fullmatch(r"[\d.,]+", cell) and cell != "0"]
    page = (masked / "report.html").read_text(encoding="utf-8")
    shown = re.sub(r"<(script|style)[^>]*>.*?</\1>", "", page, flags=re.S)
    shown = re.sub(r"<[^>]+>", " ", shown)
    for name in HIDDEN:
        assert name in shown
        assert not re.search(rf"{name}[^.;\n]{{0,40}}\b[1-9]\d*\b", shown)


def _all_numbers(analyses: tuple[Analysis, ...]) -> list[int]:
    return list(attack.numbers(attack.document(analyses)).values())


@pytest.mark.parametrize("name", ["landscape-replica", "pediatric-ten"])
def test_embedded_studies_show_no_small_number(name: str) -> None:
    with as_file(files("fusionscape.data") / name) as study:
        plain = compute(read(study))
    shown = mask_analyses(plain)
    assert sum(0 < n < 5 for n in _all_numbers(plain)) > 100
    assert not [n for n in _all_numbers(shown) if 0 < n < 5]
    items = [i for a in shown for i in a.items]
    assert all(i.n >= 10 and not i.values for i in items if isinstance(i, Distribution))
    if name == "landscape-replica":  # a large study keeps what large groups share
        assert sum(isinstance(i, Estimate) for i in items) >= 5
