"""Reasons of loss, from the column and from dated events to the endpoint."""

from __future__ import annotations

from pathlib import Path

from fusionscape.cohort import Cohort
from fusionscape.cohort.derive.patient_courses import patient_courses
from fusionscape.readers import read

STUDY = """schema = 1
name = "s"
selected_by_fusion = false
tested_by = "RNA-seq"
{rules}
[[files]]
path = "p.csv"
id = "id"
columns = [
  {{ source = "fusion", field = "fusion", timing = "baseline" }},
  {{ source = "start", field = "day:treatment_start", timing = "post-baseline" }},
  {{ source = "lost", field = "day:lost", timing = "post-baseline" }},
  {{ source = "why", field = "loss_reason", timing = "post-baseline" }},
]
"""
ROWS = """id,fusion,start,lost,why
A,NUP98::NSD1,0,50,Give up
B,none,0,60,放弃治疗
C,none,0,70,no money left
D,none,0,80,verzogen
E,none,0,90,
"""
RULES = """[endpoint_rules.ours]
loss_is_event = ["no money left"]
"""


def cohort(folder: Path, rules: str = "") -> Cohort:
    (folder / "study.toml").write_text(STUDY.format(rules=rules), encoding="utf-8")
    (folder / "p.csv").write_text(ROWS, encoding="utf-8")
    return read(folder)


def test_reasons_become_the_words_of_the_rules(tmp_path: Path) -> None:
    found = cohort(tmp_path)
    reasons = {who: course.loss_reason for who, course in patient_courses(found).items()}
    assert reasons == {
        "A": "abandonment", "B": "abandonment", "C": "no money left", "D": "moved away", "E": None,
    }  # fmt: skip
    said = [f for f in found.findings if f.code == "loss-reason-not-understood"]
    assert [(f.severity, f.count) for f in said] == [("warning", 1)]
    assert "'no money left'" in said[0].what


def test_labels_of_lost_events_are_read_too(tmp_path: Path) -> None:
    text = (
        STUDY.format(rules="").replace(
            '  { source = "why", field = "loss_reason", timing = "post-baseline" },\n', ""
        )
        + """
[[files]]
path = "e.csv"
id = "id"
[files.events]
kind = "lost"
columns = { day = "day", label = "why" }
"""
    )
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    (tmp_path / "p.csv").write_text(ROWS.replace(",50,", ",,"), encoding="utf-8")
    (tmp_path / "e.csv").write_text("id,day,why\nA,50,Abandoned treatment\n", encoding="utf-8")
    course = patient_courses(read(tmp_path))["A"]
    assert (course.lost, course.loss_reason) == (50.0, "abandonment")


def test_a_reason_the_study_names_needs_no_word(tmp_path: Path) -> None:
    found = cohort(tmp_path, RULES)
    assert not [f for f in found.findings if f.code == "loss-reason-not-understood"]
