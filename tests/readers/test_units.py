"""Ages and times in another unit than declared are seen by how the column is spread."""

from __future__ import annotations

from pathlib import Path

import pytest

from fusionscape.readers import check
from fusionscape.results import Finding
from readers.studies import COLUMNS, table, toml, write

OS_DAYS = [35, 60, 110, 240, 390, 410, 520, 610, 700, 830, 905, 1010, 1180, 1400, 1730, 2100]
N = len(OS_DAYS)
ADULTS = [19, 23, 28, 31, 36, 40, 44, 47, 51, 55, 58, 62, 66, 70, 74, 79]
CHILDREN = [0, 1, 1, 2, 3, 4, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18]


def found(
    folder: Path, *, ages: list[float], times: list[float], age: str = "years", time: str = "days"
) -> dict[str, Finding]:
    rows = [
        [f"P{i:02d}", "male", f"{a:g}", "NUP98-NSD1" if i % 3 else "none", "12", "no", f"{t:g}",
         str(i % 2)]
        for i, (a, t) in enumerate(zip(ages, times, strict=True))
    ]  # fmt: skip
    columns = {
        **COLUMNS,
        "age": f'field = "age_years"\ntiming = "baseline"\nunit = "{age}"',
        "os": f'field = "os_days"\ntiming = "post-baseline"\nunit = "{time}"',
    }
    write(folder, {"patients.csv": table(rows), "study.toml": toml(columns)})
    return {f.code: f for f in check(folder)}


SUSPECT = {"age-unit-suspect", "time-unit-suspect", "time-beyond-life", "age-impossible"}


@pytest.mark.parametrize(
    ("ages", "unit"),
    [
        (ADULTS, "years"), (CHILDREN, "years"), ([a * 365 + 40 for a in CHILDREN], "days"),
        ([a * 12 + 5 for a in CHILDREN], "months"), ([a % 12 for a in CHILDREN], "months"),
        ([6 + 3 * i for i in range(N)], "months"),
    ],
)  # fmt: skip
def test_ages_in_their_declared_unit_pass(tmp_path: Path, ages: list[float], unit: str) -> None:
    assert not SUSPECT & set(found(tmp_path, ages=ages, times=OS_DAYS, age=unit))


@pytest.mark.parametrize(
    ("ages", "unit"),
    [(ADULTS, "days"), (CHILDREN, "days"), (ADULTS, "months"), (CHILDREN, "months")],
)
def test_years_declared_as_days_or_months(tmp_path: Path, ages: list[float], unit: str) -> None:
    said = found(tmp_path, ages=ages, times=OS_DAYS, age=unit)["age-unit-suspect"]
    assert said.severity == "warning" and said.column == "age"
    assert f"Declared as {unit}" in said.what


@pytest.mark.parametrize("by", [12, 365])
def test_days_or_months_declared_as_years_cannot_be(tmp_path: Path, by: int) -> None:
    said = found(tmp_path, ages=[a * by for a in CHILDREN], times=OS_DAYS)["age-impossible"]
    assert said.severity == "error"


def test_ages_half_in_days_half_in_years(tmp_path: Path) -> None:
    ages = [a * 365 if i % 2 else a for i, a in enumerate(ADULTS)]
    said = found(tmp_path, ages=ages, times=OS_DAYS, age="days")["age-unit-suspect"]
    assert said.count == N // 2 and "P00 (row 2): 19" in said.what


@pytest.mark.parametrize("by", [30.4375, 365.25])
def test_times_in_months_or_years_declared_as_days(tmp_path: Path, by: float) -> None:
    said = found(tmp_path, ages=ADULTS, times=[round(t / by, 1) for t in OS_DAYS])
    assert said["time-unit-suspect"].severity == "warning"
    assert f"the longest of {N} times is {round(2100 / by, 1):g}" in said["time-unit-suspect"].what


@pytest.mark.parametrize(
    ("by", "units"), [(30.4375, "months and days"), (365.25, "years and days")]
)
def test_times_of_two_units(tmp_path: Path, by: float, units: str) -> None:
    times = [t if i % 4 in (0, 1) else round(t / by, 1) for i, t in enumerate(OS_DAYS)]
    said = found(tmp_path, ages=ADULTS, times=times)["time-unit-suspect"]
    assert units in said.what and said.count >= 6 and "P02" in said.what


def test_whole_months_among_days_in_the_living(tmp_path: Path) -> None:
    times = [t if i % 4 in (0, 1) else round(t / 30.4375) for i, t in enumerate(OS_DAYS)]
    times[0], times[4] = 300, 640
    said = found(tmp_path, ages=ADULTS, times=times)["time-unit-suspect"]
    assert "4 of 8 times of patients without the event" in said.what


def test_early_deaths_are_no_second_unit(tmp_path: Path) -> None:
    times = [i + 1 if i % 4 == 1 else t for i, t in enumerate(OS_DAYS)]
    assert not SUSPECT & set(found(tmp_path, ages=ADULTS, times=times))


def test_days_declared_as_months_outlive_everybody(tmp_path: Path) -> None:
    said = found(tmp_path, ages=ADULTS, times=OS_DAYS, time="months")
    assert said["time-beyond-life"].severity == "error"
    assert "times are longer than 40 years" in said["time-unit-suspect"].what


DATED = """schema = 1
name = "dated"
tested_by = "RNA-seq"
selected_by_fusion = false
[[files]]
path = "p.csv"
columns = [
  { source = "id", field = "patient_id" },
  { source = "fusion", field = "fusion", timing = "baseline" },
  { source = "dx", field = "date:diagnosis", timing = "baseline" },
  { source = "last", field = "date:last_seen", timing = "post-baseline" },
  { source = "os", field = "os_days", timing = "post-baseline", unit = "UNIT" },
  { source = "dead", field = "os_event", timing = "post-baseline" },
]
"""


def test_times_that_the_dates_contradict(tmp_path: Path) -> None:
    rows = [[f"P{i}", "none", "2015-01-01", f"{2016 + i}-01-01", str(12 * (i + 1)), "0"]
            for i in range(6)]  # fmt: skip
    text = table(rows, ["id", "fusion", "dx", "last", "os", "dead"])
    for unit, wrong in (("days", True), ("months", False)):
        folder = write(tmp_path / unit, {"p.csv": text, "study.toml": DATED.replace("UNIT", unit)})
        said = {f.code: f for f in check(folder)}
        assert ("time-against-dates" in said) is wrong
        if wrong:
            assert "6 of 6 times disagree" in said["time-against-dates"].what
            assert "30.4 times as long" in said["time-against-dates"].what
