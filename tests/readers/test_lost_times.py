"""Times missing in those with the event: the curve would never, or hardly, fall."""

from __future__ import annotations

from pathlib import Path

import pytest

from fusionscape.analyses.survival import survival
from fusionscape.readers import check, draft, read
from fusionscape.results import Caution, Curve, Finding
from readers.studies import COLUMNS, table, toml, write

N = 30
HEAD = ["id", "fusion", "Diagnosed on", "Last FU", "Died on", "State"]
LINES = {
    "fusion": COLUMNS["fusion"],
    "Diagnosed on": 'field = "date:diagnosis"\ntiming = "baseline"',
    "Last FU": 'field = "date:last_seen"\ntiming = "post-baseline"',
    "Died on": 'field = "date:death"\ntiming = "post-baseline"',
    "State": 'field = "vital_status"\ntiming = "post-baseline"',
}


def dated(folder: Path, without_day: int, *, death_column: bool = True) -> Path:
    """30 dead and 30 alive; so many of the dead have no date of death."""
    rows = []
    for i in range(2 * N):
        dead = i < N
        died = "2021-03-01" if dead and i >= without_day else ""
        state = "dead" if dead else "alive"
        row = [f"P{i}", "NUP98-NSD1" if i % 3 else "none", "2020-01-01", f"2022-01-{i % 28 + 1:02}"]
        rows.append([*row, died, state] if death_column else [*row, state])
    head = HEAD if death_column else [*HEAD[:4], "State"]
    columns = {name: LINES[name] for name in head[1:]}
    return write(folder, {"patients.csv": table(rows, head), "study.toml": toml(columns)})


def reported(folder: Path, *, dead: int, alive: int) -> Path:
    """Times in a column, missing in so many of the dead and of the living."""
    rows = []
    for i in range(2 * N):
        died = i < N
        timed = i >= dead if died else i - N >= alive
        rows.append(
            [
                f"P{i}",
                "NUP98-NSD1" if i % 3 else "none",
                str(100 + i) if timed else "",
                str(int(died)),
            ]
        )
    columns = {name: COLUMNS[name] for name in ("fusion", "os", "dead")}
    head = ["id", "fusion", "os", "dead"]
    return write(folder, {"patients.csv": table(rows, head), "study.toml": toml(columns)})


def _facts(note: Caution) -> dict[str, object]:
    return {fact.name: fact.value for fact in note.facts}


def said(folder: Path) -> dict[str, Finding]:
    return {f.code: f for f in check(folder)}


@pytest.mark.parametrize("without_day", [30, 29, 27])
def test_nearly_all_of_the_dead_without_a_day(tmp_path: Path, without_day: int) -> None:
    found = said(dated(tmp_path, without_day))["survival-only-for-living"]
    assert found.severity == "error" and found.count == without_day
    assert f"{without_day} of 30 dead have no time, against 0 of 30" in found.what
    assert found.column == "State" and "P0 (row 2)" in found.what
    assert "'Last FU'" in found.mend and "'Died on'" in found.mend
    assert "os_event" not in found.what + found.mend


def test_no_column_of_death_at_all(tmp_path: Path) -> None:
    found = said(dated(tmp_path, 30, death_column=False))["survival-only-for-living"]
    assert "field = \"date:death_or_last_seen\" for 'Last FU'" in found.mend


@pytest.mark.parametrize("dead", [30, 29])
def test_a_column_of_times_empty_in_the_dead(tmp_path: Path, dead: int) -> None:
    found = said(reported(tmp_path, dead=dead, alive=1))["survival-only-for-living"]
    assert found.severity == "error" and f"{dead} of 30 dead" in found.what
    assert "'os'" in found.mend


@pytest.mark.parametrize(("dead", "alive", "code"), [(8, 1, "time-lost-with-event"), (6, 6, None)])
def test_a_loss_that_is_not_the_same(
    tmp_path: Path, dead: int, alive: int, code: str | None
) -> None:
    found = said(reported(tmp_path, dead=dead, alive=alive))
    assert ("time-lost-with-event" in found) == (code is not None)
    if code is not None:
        assert found[code].severity == "warning" and "8 of 30 dead" in found[code].what
    told = found["time-unknown"].what
    assert f"{dead} with the event, {alive} without it" in told


def test_the_curve_says_how_many_events_it_leaves_out(tmp_path: Path) -> None:
    cohort = read(reported(tmp_path, dead=8, alive=1))
    result = survival(cohort, endpoint="os")
    notes = {c.code: _facts(c) for c in result.cautions}
    assert notes["time-lost-with-event"] == {
        "endpoint": "Overall survival", "n": 8, "of": 30, "others": 1, "without": 30,
    }  # fmt: skip
    curve = next(i for i in result.items if isinstance(i, Curve))
    left_out = next(_facts(c) for c in curve.cautions if c.code == "events-left-out")
    carriers = [i for i in range(N) if i % 3]
    assert left_out["n"] == sum(i < 8 for i in carriers) and left_out["of"] == len(carriers)
    assert curve.events == left_out["of"] - left_out["n"]


def test_the_same_loss_in_both_is_told_without_alarm(tmp_path: Path) -> None:
    cohort = read(reported(tmp_path, dead=6, alive=6))
    codes = [c.code for c in survival(cohort, endpoint="os").cautions]
    assert "event-without-time" in codes and "time-lost-with-event" not in codes


def test_the_draft_proposes_one_date_for_both(tmp_path: Path) -> None:
    head = ["Patient ID", "Fusion", "Date of diagnosis", "Date of last follow-up", "Status"]
    rows = [["A", "NUP98-NSD1", "2020-01-01", "2021-01-01", "dead"],
            ["B", "none", "2020-01-01", "2022-01-01", "alive"]]  # fmt: skip
    write(tmp_path, {"p.csv": table(rows, head)})
    made = draft([tmp_path / "p.csv"])
    asked = [q for q in made.questions if q.column == "Date of last follow-up"]
    assert [q.field for q in asked] == ["date:death_or_last_seen"] and "'Status'" in asked[0].why
    assert 'field = "date:last_seen"' not in made.toml


@pytest.mark.parametrize("status", ["alive", "unknown"])
def test_nobody_died_and_the_date_stays_what_it_is(tmp_path: Path, status: str) -> None:
    head = ["Patient ID", "Fusion", "Date of diagnosis", "Date of last follow-up", "Status"]
    write(tmp_path, {"p.csv": table([["A", "none", "2020-01-01", "2021-01-01", status]], head)})
    assert 'field = "date:last_seen"' in draft([tmp_path / "p.csv"]).toml


def test_a_date_of_death_in_another_file_is_enough(tmp_path: Path) -> None:
    head = ["Patient ID", "Fusion", "Date of diagnosis", "Date of last follow-up", "Status"]
    rows = [[f"P{i}", "none", "2020-01-01", "2021-01-01", "dead"] for i in range(4)]
    deaths = [[f"P{i}", "2021-01-01"] for i in range(4)]
    write(tmp_path, {"p.csv": table(rows, head),
                     "d.csv": table(deaths, ["Patient ID", "Date of death"])})  # fmt: skip
    made = draft([tmp_path / "p.csv", tmp_path / "d.csv"]).toml
    assert 'field = "date:last_seen"' in made and 'field = "date:death"' in made
