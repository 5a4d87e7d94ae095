"""Row order, column order and the patients' names change nothing but the names."""

from __future__ import annotations

import csv
import io
import random
import shutil
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from fusionscape.readers import read
from fusionscape.results import Document
from fusionscape.results.document import dumps
from fusionscape.workflows.run import compute


def study(name: str, folder: Path) -> Path:
    with as_file(files("fusionscape.data") / name) as source:
        shutil.copytree(source, folder / name)
    return folder / name


def text_of(path: Path) -> str:
    analyses = compute(read(path))
    return dumps(Document(study={}, plan={}, findings=(), results=analyses))


def reorder(path: Path, seed: int, *, rows: bool, columns: bool) -> None:
    rng = random.Random(seed)
    table = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    header, body = table[0], table[1:]
    order = list(range(len(header)))
    if columns:
        rng.shuffle(order)
    if rows:
        rng.shuffle(body)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([[row[i] for i in order] for row in [header, *body]])
    path.write_text(out.getvalue(), encoding="utf-8")


@pytest.mark.parametrize("name", ["landscape-replica", "pediatric-ten"])
@pytest.mark.parametrize("seed", [1, 2])
def test_row_and_column_order_change_nothing(name: str, seed: int, tmp_path: Path) -> None:
    plain = text_of(study(name, tmp_path / "plain"))
    other = study(name, tmp_path / "shuffled")
    reorder(other / "patients.csv", seed, rows=True, columns=True)
    assert text_of(other) == plain


def test_new_names_that_sort_alike_change_the_names_only(tmp_path: Path) -> None:
    plain = text_of(study("pediatric-ten", tmp_path / "plain"))
    other = study("pediatric-ten", tmp_path / "named")
    for file in sorted(other.glob("*")):
        text = file.read_text(encoding="utf-8")
        for i in range(10, 0, -1):
            text = text.replace(f"N{i},", f"Q{i},").replace(f'"N{i}"', f'"Q{i}"')
        file.write_text(text, encoding="utf-8")
    renamed = text_of(other)
    assert renamed != plain
    for i in range(10, 0, -1):
        for old, new in ((f'"Q{i}"', f'"N{i}"'), (f"/Q{i}", f"/N{i}"), (f" Q{i}", f" N{i}")):
            renamed = renamed.replace(old, new)
    assert renamed == plain
