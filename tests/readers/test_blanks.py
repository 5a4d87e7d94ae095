"""blank = "absent" fits what was looked for and not found, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from fusionscape.readers import check, read
from readers.studies import COLUMNS, HEAD, ROWS, table, toml, write

BLANK = '\nblank = "absent"'


def study(folder: Path, field: str, values: list[str], more: str = "") -> Path:
    """The small study with one more column, in which an empty cell is said to mean no."""
    body = f'field = "{field}"\ntiming = "post-baseline"{more}{BLANK}'
    rows = [[*row, value] for row, value in zip(ROWS, values, strict=True)]
    files = {
        "patients.csv": table(rows, [*HEAD, "x"]),
        "study.toml": toml({**COLUMNS, "x": body}),
    }
    return write(folder, files)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("efs_event", "1"),
        ("rfs_event", "1"),
        ("same:os_event", "1"),
        ("relapsed", "yes"),
        ("efs_type", "relapse"),
        ("cir_status", "relapse"),
        ("karyotype", "46,XX"),
        ("hemoglobin_g_l", "90"),
        ("lesion_value:WT1", "0.4"),
        ("covariate:dose", "12.5"),
        ("date:relapse", "2019-05-01"),
        ("day:relapse", "77"),
        ("response:course:1", "CR"),
        ("mrd:course:1", "0.1"),
        ("mrd_state:course:1", "positive"),
        ("course:line:1", "FLAG"),
    ],
)
def test_a_blank_that_cannot_mean_no(tmp_path: Path, field: str, value: str) -> None:
    found = check(study(tmp_path, field, [value, "", "", value, ""]))
    said = [f for f in found if f.code == "blank-does-not-fit"]
    assert [(f.severity, f.column, f.row) for f in said] == [("error", "x", None)]
    assert repr(field) in said[0].what
    assert not [f for f in found if f.code.endswith("-not-understood")]  # one finding a column


@pytest.mark.parametrize("column", ["sex", "age", "dead", "os"])
def test_a_standard_field_without_a_no(tmp_path: Path, column: str) -> None:
    columns = {**COLUMNS, column: COLUMNS[column] + BLANK}
    files = {"patients.csv": table(), "study.toml": toml(columns)}
    codes = [f.code for f in check(write(tmp_path, files))]
    assert codes.count("blank-does-not-fit") == 1


def test_a_blank_vital_status_is_no_survivor(tmp_path: Path) -> None:
    columns = {**COLUMNS, "dead": f'field = "vital_status"\ntiming = "post-baseline"{BLANK}'}
    rows = [[*row[:-1], "dead" if row[-1] == "1" else ""] for row in ROWS]
    found = check(write(tmp_path, {"patients.csv": table(rows), "study.toml": toml(columns)}))
    assert [f.column for f in found if f.code == "blank-does-not-fit"] == ["dead"]


@pytest.mark.parametrize(
    ("field", "value", "more"),
    [
        ("lesion:WT1", "yes", ""),
        ("variant:WT1", "p.R462W", ""),
        ("transplant", "yes", ""),
        ("covariate:spleen", "yes", ""),
        ("covariate:spleen", "1", '\nkind = "flag"'),
    ],
)
def test_a_blank_that_means_no(tmp_path: Path, field: str, value: str, more: str) -> None:
    folder = study(tmp_path, field, [value, "", "", value, ""], more)
    assert not [f for f in check(folder) if f.severity == "error"]
    cohort = read(folder)
    name = field.removeprefix("covariate:")
    if name in cohort.patients.columns:
        assert cohort.patients[name].to_list() == [True, False, False, True, False]
    else:
        states = cohort.lesions.filter(cohort.lesions["lesion"] == "WT1")["state"].to_list()
        assert states == ["present", "absent", "absent", "present", "absent"]
