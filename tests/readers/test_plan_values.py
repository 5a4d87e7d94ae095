"""What a plan or a printed comparator may say, and what happens to the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from fusionscape.cohort import Cohort
from fusionscape.readers import read
from readers.studies import COLUMNS, codes, table, toml, write

OWN = {**COLUMNS, "itd": 'field = "covariate:ward"\nkind = "category"\ntiming = "baseline"'}


def _files(plan: str, columns: dict[str, str] | None = None) -> dict[str, str]:
    return {
        "patients.csv": table(),
        "study.toml": toml(columns, rest=f"[plan]\n{plan}\n"),
    }


def _read(folder: Path, plan: str, columns: dict[str, str] | None = None) -> Cohort:
    return read(write(folder / "study", _files(plan, columns)))


@pytest.mark.parametrize(
    "plan",
    [
        'groups = ["banana"]',
        'groups = ["lesion:banana"]',
        'groups = ["sex>5"]',
        'baseline_by = "banana"',
        'endpoints = ["banana"]',
        'lesions = ["banana"]',
        'partner_levels = ["NUP98::BANANA"]',
        'response_rules = "banana"',
        'endpoint_rules = "banana"',
        'era = "banana"',
    ],
)
def test_a_name_nothing_bears_is_an_error_that_names_it(plan: str, tmp_path: Path) -> None:
    found = codes(write(tmp_path / "s", _files(plan)))["plan-names-unknown"]
    assert found.severity == "error"
    assert plan.split('"')[1] in found.what
    assert "known here: " in found.what


@pytest.mark.parametrize(
    "plan",
    [
        "age_cuts_years = [nan]",
        "wbc_cuts_10e9_l = [-1]",
        "landmark_sweep_days = [nan]",
        "landmark_days = inf",
        "failure_landmark_days = inf",
        "level = 0.9999999999999999",
        "level = 0.5",
        "seed = -1",
    ],
)
def test_numbers_that_cannot_be_are_errors(plan: str, tmp_path: Path) -> None:
    assert codes(write(tmp_path / "s", _files(plan)))["study-value-wrong"].severity == "error"


def test_repeats_are_taken_once_and_said(tmp_path: Path) -> None:
    twice = 'groups = ["partner", "partner"]\nlesions = ["FLT3-ITD", "FLT3-ITD"]\n'
    cohort = _read(tmp_path, twice + 'cases = ["P1", "P1"]\nwbc_cuts_10e9_l = [50, 50]')
    plan = cohort.plan
    assert (plan.groups, plan.lesions, plan.cases) == (("partner",), ("FLT3-ITD",), ("P1",))
    assert plan.wbc_cuts_10e9_l == (50.0,)
    assert [f.code for f in cohort.findings].count("plan-repeated") == 4


def test_cuts_are_put_in_order_and_said(tmp_path: Path) -> None:
    cohort = _read(tmp_path, "age_cuts_years = [60, 18]")
    assert cohort.plan.age_cuts_years == (18.0, 60.0)
    assert "plan-cuts-sorted" in [f.code for f in cohort.findings]


def test_the_driver_is_taken_by_its_approved_symbol(tmp_path: Path) -> None:
    cohort = _read(tmp_path, 'driver = "nup98"')
    assert cohort.plan.driver == "NUP98"
    assert cohort.carrying("NUP98").n == 3
    assert "plan-driver-renamed" in [f.code for f in cohort.findings]


def test_an_own_column_groups_under_its_declared_or_its_bare_name(tmp_path: Path) -> None:
    cohort = _read(tmp_path, 'groups = ["covariate:ward"]\nbaseline_by = "ward"', OWN)
    assert (cohort.plan.groups, cohort.plan.baseline_by) == (("ward",), "ward")


def _printed(rows: str, n: int = 101) -> dict[str, str]:
    group = f'[[printed]]\nname = "Ref"\nn = {n}\ncitation = "c"\nrows = [{rows}]\n'
    return {"patients.csv": table(), "study.toml": toml(rest=group)}


@pytest.mark.parametrize(
    "row",
    [
        'field = "lesion:FLT3-ITD", value = "present", count = 150, n = 101',
        'field = "lesion:FLT3-ITD", value = "present", count = 150',
        'field = "age_years", value = "abc", count = 5, n = 9',
        'field = "sex", value = "male", count = 5, n = 1000001',
        'field = "age_years", median = 3.0, q1 = 5.0, q3 = 9.0',
    ],
)
def test_printed_numbers_that_cannot_be_are_errors(row: str, tmp_path: Path) -> None:
    found = codes(write(tmp_path / "s", _printed(f'{{ label = "X", {row} }}')))
    assert found["printed-value-wrong"].severity == "error"


def test_a_printed_study_beyond_any_size_is_an_error(tmp_path: Path) -> None:
    assert "printed-value-wrong" in codes(write(tmp_path / "s", _printed("", n=1_000_000_000)))


def test_two_printed_rows_of_one_name_are_an_error(tmp_path: Path) -> None:
    row = '{ label = "X", field = "sex", value = "male", count = 5, n = 9 }'
    assert "printed-row-twice" in codes(write(tmp_path / "s", _printed(f"{row}, {row}")))


def test_a_sound_printed_row_is_no_finding(tmp_path: Path) -> None:
    row = '{ label = "X", field = "age_years", value = "3-10", count = 5, n = 9 }'
    found = codes(write(tmp_path / "s", _printed(row)))
    assert not {"printed-value-wrong", "printed-row-twice"} & set(found)


def test_an_id_pattern_whose_group_is_empty_is_an_error(tmp_path: Path) -> None:
    file = 'path = "patients.csv"\nid = "id"\nid_pattern = "(x)?P"\n'
    files = {"patients.csv": table(), "study.toml": toml(file=file)}
    assert codes(write(tmp_path / "s", files))["id-pattern-empty"].row == 2


def test_specimens_that_prefer_nothing_are_an_error(tmp_path: Path) -> None:
    file = 'path = "patients.csv"\nid = "id"\nspecimens = { column = "sex", prefer = [] }\n'
    files = {"patients.csv": table(), "study.toml": toml(file=file)}
    assert "study-value-wrong" in codes(write(tmp_path / "s", files))
