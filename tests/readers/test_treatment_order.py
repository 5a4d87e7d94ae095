"""Lines of treatment begin one after the other, within the life of the patient."""

from __future__ import annotations

from pathlib import Path

import pytest

from fusionscape.readers import check
from fusionscape.readers.meaning.fields import parse_field
from fusionscape.results import Finding
from readers.studies import COLUMNS, HEAD, ROWS, table, toml, write

LINE = 'field = "{}"\ntiming = "post-baseline"\ndate_column = "{}"'


def found(
    folder: Path,
    days: tuple[str, str],
    fields: tuple[str, str] = ("course:line:1", "course:line:2"),
    patient: int = 0,
) -> list[Finding]:
    """What is said of one patient, whose lines begin on these days."""
    columns = {
        **COLUMNS,
        "a": LINE.format(fields[0], "from a"),
        "b": LINE.format(fields[1], "from b"),
    }
    sound = ("0", "60")
    rows = [[*row, "DA", "FLAG", *(days if i == patient else sound)] for i, row in enumerate(ROWS)]
    head = [*HEAD, "a", "b", "from a", "from b"]
    write(folder, {"patients.csv": table(rows, head), "study.toml": toml(columns)})
    return [f for f in check(folder) if f.severity == "error"]


def test_lines_one_after_the_other(tmp_path: Path) -> None:
    assert found(tmp_path / "a", ("0", "60")) == []
    assert found(tmp_path / "b", ("10", "10")) == []
    assert found(tmp_path / "c", ("200", "")) == []
    assert found(tmp_path / "d", ("0", "301")) == []  # a day of rounding


def test_a_second_line_before_the_first(tmp_path: Path) -> None:
    (said,) = found(tmp_path, ("200", "10"))
    assert (said.code, said.row, said.column) == ("treatment-order", 2, "b")
    assert "P1: line 2 begins 190 days before line 1" in said.what


def test_a_second_course_before_the_first(tmp_path: Path) -> None:
    (said,) = found(tmp_path, ("200", "10"), ("course:1", "course:2"))
    assert said.code == "treatment-order" and said.column == "b"
    assert "course 2 begins 190 days before course 1" in said.what


def test_a_line_after_death(tmp_path: Path) -> None:
    (said,) = found(tmp_path, ("0", "5000"))
    assert (said.code, said.row, said.column) == ("event-after-death", 2, "b")
    assert "line 2 begins 4700 days after death" in said.what  # 5000 - 300


def test_a_line_after_the_last_contact(tmp_path: Path) -> None:
    (said,) = found(tmp_path, ("0", "1000"), patient=1)
    assert (said.code, said.row) == ("times-contradict", 3)
    assert "line 2 begins 100 days after the last contact" in said.what  # 1000 - 900


@pytest.mark.parametrize(
    "field", ["course:line:0", "course:0", "response:course:0", "mrd:line:1:course:00"]
)
def test_lines_are_counted_from_one(tmp_path: Path, field: str) -> None:
    assert parse_field(field) is None
    (said,) = found(tmp_path, ("0", "60"), (field, "course:line:2"))
    assert said.code == "field-unknown" and "counted from 1" in said.mend
