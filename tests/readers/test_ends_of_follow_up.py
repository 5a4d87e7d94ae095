"""Survival from dates needs the dead: their dates, or a column that says who died."""

from __future__ import annotations

from pathlib import Path

import pytest

from fusionscape.readers import check, read
from fusionscape.results import Finding
from readers.studies import table, write

HEAD = ["id", "fusion", "dx", "last", "dead"]
ROWS = [
    [f"P{i}", "NUP98-NSD1" if i % 2 else "none", "2015-01-01", f"2016-0{i + 1}-01", str(i % 2)]
    for i in range(8)
]


def study(folder: Path, last: str, dead: str, rows: list[list[str]] = ROWS) -> dict[str, Finding]:
    toml = f"""schema = 1
name = "ends"
tested_by = "RNA-seq"
selected_by_fusion = false
[[files]]
path = "p.csv"
columns = [
  {{ source = "id", field = "patient_id" }},
  {{ source = "fusion", field = "fusion", timing = "baseline" }},
  {{ source = "dx", field = "date:diagnosis", timing = "baseline" }},
  {{ source = "last", field = "{last}", timing = "post-baseline" }},
  {{ source = "dead", field = "{dead}", timing = "post-baseline" }},
]
"""
    write(folder, {"p.csv": table(rows, HEAD), "study.toml": toml})
    return {f.code: f for f in check(folder)}


def test_nobody_says_who_died(tmp_path: Path) -> None:
    said = study(tmp_path, "date:last_seen", "ignore")["deaths-not-declared"]
    assert said.severity == "error" and "8 patients" in said.what


def test_the_dead_without_a_day(tmp_path: Path) -> None:
    said = study(tmp_path, "date:last_seen", "os_event")["survival-only-for-living"]
    assert said.severity == "error" and "4 dead" in said.what
    assert "date:death_or_last_seen" in said.mend


def test_one_date_for_death_and_last_contact(tmp_path: Path) -> None:
    said = study(tmp_path, "date:death_or_last_seen", "os_event")
    assert not [f for f in said.values() if f.severity == "error"]
    cohort = read(tmp_path)
    assert cohort.patients["os_days"].to_list() == [365, 396, 425, 456, 486, 517, 547, 578]
    assert cohort.patients["os_event"].to_list() == [False, True] * 4
    kinds = cohort.events.filter(cohort.events["patient_id"] == "P1")["kind"].to_list()
    assert kinds == ["diagnosis", "death"]


def test_a_date_of_death_in_somebody_alive(tmp_path: Path) -> None:
    assert "times-contradict" in study(tmp_path, "date:death", "os_event")


def test_dates_known_to_the_year(tmp_path: Path) -> None:
    rows = [[*r[:2], "2020", "2020-06", "1"] if i < 3 else r for i, r in enumerate(ROWS)]
    said = study(tmp_path, "date:death_or_last_seen", "os_event", rows)["time-from-partial-dates"]
    assert said.severity == "warning" and said.count == 3
    assert "In 3 of 8 patients overall survival" in said.what
    # From 1 January to 30 June at most, and never before the diagnosis: 0 to 181 days.
    assert "up to 90 days to either side" in said.what
    assert read(tmp_path).patients["os_days"].to_list()[:3] == [pytest.approx(90.5)] * 3


def blanked(*rows: int) -> list[list[str]]:
    """ROWS with the status of some patients left blank."""
    return [[*row[:-1], "" if i in rows else row[-1]] for i, row in enumerate(ROWS)]


def test_a_blank_status_is_not_alive(tmp_path: Path) -> None:
    said = study(tmp_path, "date:death_or_last_seen", "vital_status", blanked(0, 3))
    assert "2 of 8 patients" in said["event-unknown"].what
    assert said["event-unknown"].count == 2
    events = read(tmp_path).patients["os_event"].to_list()
    assert events == [None, True, False, None, False, True, False, True]


def test_a_date_of_either_end_and_no_status(tmp_path: Path) -> None:
    said = study(tmp_path, "date:death_or_last_seen", "ignore")["deaths-not-declared"]
    assert said.severity == "error" and "8 patients" in said.what and "vital_status" in said.mend


@pytest.mark.parametrize("blank", ["", "NA"])
def test_a_blank_status_in_another_file(tmp_path: Path, blank: str) -> None:
    toml = """schema = 1
name = "ends"
tested_by = "RNA-seq"
selected_by_fusion = false
[[files]]
path = "status.csv"
columns = [
  { source = "id", field = "patient_id" },
  { source = "fusion", field = "fusion", timing = "baseline" },
  { source = "dead", field = "vital_status", timing = "post-baseline" },
]
[[files]]
path = "dates.csv"
columns = [
  { source = "id", field = "patient_id" },
  { source = "dx", field = "date:diagnosis", timing = "baseline" },
  { source = "last", field = "date:death_or_last_seen", timing = "post-baseline" },
]
"""
    status = [[r[0], r[1], blank if r[0] == "P0" else r[4]] for r in ROWS]
    files = {
        "status.csv": table(status, ["id", "fusion", "dead"]),
        "dates.csv": table([[r[0], r[2], r[3]] for r in ROWS], ["id", "dx", "last"]),
        "study.toml": toml,
    }
    found = {f.code: f for f in check(write(tmp_path, files))}["deaths-not-declared"]
    assert found.count == 1 and "P0 (row 2)" in found.what and "'dead'" in found.mend
