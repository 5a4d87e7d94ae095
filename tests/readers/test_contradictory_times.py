"""Times that cannot both be true are found before anything is computed."""

from __future__ import annotations

from pathlib import Path

from fusionscape.readers import check

STUDY = """schema = 1
name = "T"
tested_by = "RNA-seq"
tested_scope = "fusions"
[[files]]
path = "t.csv"
columns = [
  {{ source = "id", field = "patient_id" }},
  {{ source = "fusion", field = "fusion", timing = "baseline" }},
  {{ source = "os", field = "os_days", timing = "post-baseline" }},
  {{ source = "dead", field = "os_event", timing = "post-baseline" }},
  {{ source = "x", field = "{field}", timing = "post-baseline", unit = "days" }},
{more}]
"""


def codes(folder: Path, field: str, values: list[str], more: str = "") -> list[str]:
    folder.mkdir()
    extra = ",y" if more else ""
    rows = [
        f"P{i},NUP98::NSD1,{100 + i},{'yes' if i % 2 else 'no'},{value}" + (",no" if more else "")
        for i, value in enumerate(values)
    ]
    text = "\n".join([f"id,fusion,os,dead,x{extra}", *rows]) + "\n"
    (folder / "t.csv").write_text(text, encoding="utf-8")
    (folder / "study.toml").write_text(STUDY.format(field=field, more=more), encoding="utf-8")
    return [f.code for f in check(folder)]


def test_a_transplant_after_the_end_of_follow_up(tmp_path: Path) -> None:
    assert "times-contradict" in codes(tmp_path / "a", "transplant_days", ["500", "20", "30"])
    assert "times-contradict" not in codes(tmp_path / "b", "transplant_days", ["50", "20", "30"])


def test_a_dated_transplant_that_another_column_denies(tmp_path: Path) -> None:
    more = '  { source = "y", field = "transplant", timing = "post-baseline" },\n'
    assert "times-contradict" in codes(
        tmp_path / "a", "transplant_days", ["50", "20", "30"], more=more
    )


def test_an_entry_after_the_end(tmp_path: Path) -> None:
    assert "entry-after-end" in codes(tmp_path / "a", "entry_days", ["500", "0", "10"])
    assert "entry-after-end" not in codes(tmp_path / "b", "entry_days", ["0", "0", "10"])
