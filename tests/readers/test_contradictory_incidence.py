"""Relapse from remission, against survival, vital status and relapse-free survival."""

from __future__ import annotations

from pathlib import Path

from fusionscape.readers import check
from fusionscape.results import Finding
from readers.studies import table, write

COLUMNS = {
    "fusion": "fusion",
    "os": "os_days",
    "st": "vital_status",
    "cd": "cir_days",
    "cs": "cir_status",
    "rd": "rfs_days",
    "rs": "rfs_event",
    "cr": "day:remission",
}
SOUND = {
    "fusion": "none",
    "os": "500",
    "st": "dead",
    "cd": "100",
    "cs": "relapse",
    "rd": "100",
    "rs": "1",
    "cr": "30",
}


def found(folder: Path, unit: str = "days", **changed: str) -> list[Finding]:
    """What contradicts in the second of three patients, whose cells are changed."""
    lines = [
        f'  {{ source = "{name}", field = "{field}", timing = "post-baseline"'
        + (f', unit = "{unit}"' if field.endswith("_days") else "")
        + " },"
        for name, field in COLUMNS.items()
    ]
    head = 'schema = 1\nname = "T"\ntested_by = "RNA-seq"\n[[files]]\npath = "p.csv"\nid = "id"\n'
    rows = [["P1", *SOUND.values()], ["P2", *{**SOUND, **changed}.values()]]
    rows.append(["P3", *{**SOUND, "fusion": "NUP98-NSD1"}.values()])
    study = head + "columns = [\n" + "\n".join(lines) + "\n]\n"
    write(folder, {"p.csv": table(rows, ["id", *COLUMNS]), "study.toml": study})
    return [f for f in check(folder) if f.code in ("times-contradict", "cir-after-os")]


def test_a_sound_course_is_left_alone(tmp_path: Path) -> None:
    assert found(tmp_path / "a") == []
    assert found(tmp_path / "b", cs="death", cd="470", rd="470") == []  # 30 + 470 = 500
    assert found(tmp_path / "c", cs="censored", st="alive", cd="470", rd="470", rs="0") == []
    assert found(tmp_path / "d", rd="99") == []  # a day of rounding


def test_relapse_after_death(tmp_path: Path) -> None:
    (said,) = found(tmp_path, cd="3000", rd="3000")
    assert (said.severity, said.row, said.column, said.value) == ("error", 3, "cd", "3000")
    assert "P2: relapse 2530 days after death" in said.what  # 30 + 3000 - 500


def test_relapse_after_the_last_contact_without_a_day_of_remission(tmp_path: Path) -> None:
    (said,) = found(tmp_path, st="alive", cd="502", rd="502", cr="")
    assert "relapse 2 days after the last contact" in said.what
    assert found(tmp_path / "b", st="alive", cd="501", rd="501", cr="") == []


def test_months_are_rounded(tmp_path: Path) -> None:
    assert found(tmp_path / "a", unit="months", cd="500.5", rd="500.5", cr="") == []
    assert found(tmp_path / "b", unit="months", cd="502", rd="502", cr="") != []


def test_death_in_remission_of_the_living(tmp_path: Path) -> None:
    (said,) = found(tmp_path, st="alive", cs="2")
    assert said.severity == "error" and "'cs'" in said.what and "P2 (row 3)" in said.what


def test_relapse_while_free_of_relapse(tmp_path: Path) -> None:
    (said,) = found(tmp_path / "a", rd="120", rs="0")
    assert said.severity == "error" and "P2 (row 3)" in said.what
    assert found(tmp_path / "b", rd="100", rs="0")  # the same day, and no event
    assert found(tmp_path / "c", rd="120", rs="1")  # the first event came later than the relapse
    assert found(tmp_path / "d", rd="80", rs="0") == []  # not followed so long there


def test_free_of_relapse_after_the_last_contact(tmp_path: Path) -> None:
    (said,) = found(tmp_path, st="alive", cs="0", cd="600", rd="600", rs="0")
    assert (said.code, said.severity, said.count) == ("cir-after-os", "warning", 1)
