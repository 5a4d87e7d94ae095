"""The gallery: its three lines run, and draw what the report draws."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from fusionscape.figures import Figure, chart
from fusionscape.readers import read
from fusionscape.workflows.run import compute, draw

ROOT = Path(__file__).resolve().parents[2]
GALLERY = ROOT / "docs" / "gallery"


def loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gallery_make", GALLERY / "make.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["gallery_make"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


make = loaded()


@cache
def in_the_report(study: str) -> dict[str, Figure]:
    cohort = read(ROOT / make.FOLDERS[study])
    return {f.id: f for s in draw(compute(cohort)) for f in s.figures}


@pytest.mark.parametrize("entry", make.ENTRIES, ids=lambda e: e.figure)
def test_three_lines_draw_the_figure_of_the_report(
    entry: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert len(entry.lines) == 3
    result, shown = make.run(entry.lines)
    expected = in_the_report(entry.study)[entry.figure]
    drawn = shown.to_dict()
    if entry.analysis == "flow":
        # alone, the flow does not yet account for the denominators of other analyses
        known = {row.values[0] for row in expected.data.rows}
        assert {row.values[0] for row in make.figure_of(entry, result).data.rows} <= known
        return
    assert drawn == chart(expected).to_dict()


def test_every_entry_stands_in_the_gallery_with_its_picture() -> None:
    text = (GALLERY / "README.md").read_text(encoding="utf-8")
    pictures = {p.name: p for p in (*GALLERY.glob("*.svg"), *GALLERY.glob("*.png"))}
    for entry in make.ENTRIES:
        assert "```python\n" + "\n".join(entry.lines) + "\n```" in text
        name = next(n for n in pictures if n.partition(".")[0] == entry.figure)
        assert f"]({name})" in text
    assert len(pictures) == len(make.ENTRIES) == text.count("\n## ")


def test_pictures_are_small_and_inert() -> None:
    for picture in GALLERY.glob("*.svg"):
        text = picture.read_text(encoding="utf-8")
        assert len(text.encode()) <= make.LARGEST_SVG, picture.name
        assert "<script" not in text and "href=" not in text, picture.name
    assert (ROOT / "docs" / "picture.png").stat().st_size < 400_000
