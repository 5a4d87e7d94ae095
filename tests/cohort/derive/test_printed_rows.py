"""Which patients a printed row speaks of."""

from __future__ import annotations

import pytest

from analyses.example_cohorts import make
from fusionscape.cohort import PrintedGroup, PrintedRow
from fusionscape.cohort.derive.printed_rows import is_the_driver_group, row_flags, row_values

COHORT = make(
    {
        "patient_id": list("abcd"),
        "age_years": [2.9, 3.0, 10.0, None],
        "sex": ["male", "Female", None, "male"],
        "karyotype": ["46,XX,t(8;21)(q22;q22)[20]", "46,XY[20]", "failed", None],
        "treatment": ["DAH → HSCT", "DAH", None, "DAH"],
    }
)


@pytest.mark.parametrize(
    ("field", "value", "flags"),
    [
        ("age_years", "<3", [True, False, False, None]),
        ("age_years", "3–10", [False, True, True, None]),
        ("age_years", "3 to 10", [False, True, True, None]),
        ("age_years", ">=10", [False, False, True, None]),
        ("age_years", "≤3", [True, True, False, None]),
        ("sex", "female", [False, True, None, False]),
        ("karyotype", "t(8;21)", [True, False, None, None]),
        ("karyotype_status", "normal", [False, True, None, None]),
        ("transplant", "yes", [True, False, None, False]),
    ],
)
def test_row(field: str, value: str, flags: list[bool | None]) -> None:
    found = row_flags(COHORT, PrintedRow(label="x", field=field, value=value, count=1, n=2))
    assert found is not None
    assert found.to_list() == flags


@pytest.mark.parametrize("field", ["lesion:WT1", "response:1", "mrd:1", "shoe size"])
def test_what_the_cohort_does_not_know(field: str) -> None:
    assert row_flags(COHORT, PrintedRow(label="x", field=field, value="yes")) is None


def test_a_number_needs_a_range() -> None:
    with pytest.raises(ValueError, match="needs a range"):
        row_flags(COHORT, PrintedRow(label="x", field="age_years", value="young"))


def test_values_of_a_median() -> None:
    row = PrintedRow(label="x", field="age_years", value="", median=1.0)
    values = row_values(COHORT, row)
    assert values is not None and values.to_list() == [2.9, 3.0, 10.0, None]
    assert row_values(COHORT, PrintedRow(label="x", field="sex", value="")) is None


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("NUP98 fusion", True),
        ("No NUP98 fusion", False),
        ("non-NUP98", False),
        ("Controls", False),
        ("Without NUP98 fusion", False),
    ],
)
def test_the_carriers_own_column(name: str, own: bool) -> None:
    group = PrintedGroup(name=name, n=1, rows=(), citation="")
    assert is_the_driver_group(group, "NUP98") is own
