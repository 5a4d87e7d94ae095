"""What is not read is said: columns without a name, files elsewhere, encodings that are none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fusionscape.readers import check, draft
from readers.studies import HEAD, ROWS, codes, table, toml, write


def study(folder: Path, text: str) -> Path:
    return write(folder, {"patients.csv": text, "study.toml": toml()})


def test_one_column_without_a_name_is_a_note(tmp_path: Path) -> None:
    rows = [[*r, f"x{i % 2}"] for i, r in enumerate(ROWS)]
    said = codes(study(tmp_path, table(rows, [*HEAD, ""])))["column-unnamed"]
    assert said.severity == "note" and said.column == "I"
    assert said.what == "Column I (number 9) has 5 values and no name; it was not read."


def test_row_numbers_and_row_names(tmp_path: Path) -> None:
    rows = [[str(i), *r] for i, r in enumerate(ROWS, 1)]
    said = codes(study(tmp_path / "a", table(rows, ["", *HEAD])))["column-unnamed"]
    assert "numbers the rows" in said.what
    rows = [[r[0], *r] for r in ROWS]
    said = codes(study(tmp_path / "b", table(rows, ["", *HEAD])))["column-unnamed"]
    assert "holds the same as 'id'" in said.what
    rows = [["", *r] for r in ROWS]
    assert "column-unnamed" not in codes(study(tmp_path / "c", table(rows, ["", *HEAD])))


def outside(folder: Path, path: str) -> dict[str, str]:
    file = f'path = "{path}"\nid = "id"\n'
    write(folder / "study", {"study.toml": toml(file=file)})
    return {f.code: f.severity for f in check(folder / "study")}


def test_a_file_beside_the_study_is_read_and_said(tmp_path: Path) -> None:
    write(tmp_path / "data", {"patients.csv": table()})
    assert outside(tmp_path, "../data/patients.csv") == {"file-outside-study": "note"}
    (tmp_path / "study" / "linked.csv").symlink_to(tmp_path / "data" / "patients.csv")
    assert outside(tmp_path, "linked.csv") == {"file-outside-study": "note"}
    write(tmp_path / "study", {"patients.csv": table()})
    assert outside(tmp_path, "patients.csv") == {}


def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    (tmp_path / "study").mkdir()
    os.mkfifo(tmp_path / "study" / "pipe")
    assert outside(tmp_path, "pipe") == {"file-not-regular": "error"}
    assert outside(tmp_path, "/dev/zero")["file-not-regular"] == "error"
    (tmp_path / "study" / "empty.csv").write_bytes(b"")
    assert outside(tmp_path, "empty.csv") == {"file-empty": "error"}


def test_a_file_that_is_no_table_is_not_quoted(tmp_path: Path) -> None:
    secret = "root:x:0:0:very-secret-words"
    write(tmp_path, {"passwd": f"{secret}\ndaemon:x:1:1:daemon,of,all\n{secret * 9}\n"})
    file = 'path = "../passwd"\nid = "id"\n'
    write(tmp_path / "study", {"study.toml": toml(file=file)})
    assert "secret" not in repr(check(tmp_path / "study"))


@pytest.mark.parametrize(
    "name", ["", "utf-9", "base64", "rot13", "unicode_escape", "idna", "undefined", "a\0b"]
)
def test_an_encoding_that_is_none(tmp_path: Path, name: str) -> None:
    folder = study(tmp_path, table())
    (said,) = check(folder, encoding=name)
    assert said.code == "encoding-not-known" and "cp1252" in said.mend
    made = draft([folder / "patients.csv"], encoding=name)
    assert [f.code for f in made.findings] == ["encoding-not-known"]


def test_an_empty_encoding_in_the_study(tmp_path: Path) -> None:
    write(tmp_path, {"patients.csv": table(), "study.toml": toml(top='encoding = ""\n')})
    (said,) = check(tmp_path)
    assert (said.code, said.file) == ("encoding-not-known", "study.toml")


def test_utf_16_said_of_utf_8(tmp_path: Path) -> None:
    (said,) = check(study(tmp_path, table()), encoding="utf-16")
    assert said.code == "encoding-wrong"
    folder = study(tmp_path / "b", "")
    (folder / "patients.csv").write_bytes(table().encode("utf-16"))
    assert check(folder, encoding="utf-16") == ()


def test_the_rule_that_removed_the_last_is_named_alone(tmp_path: Path) -> None:
    rules = "".join(
        f'[[rules]]\nkind = "include"\nfield = "{field}"\noperator = ">"\nvalue = {value}\n'
        f'reason = "{reason}"\n'
        for field, value, reason in (("age_years", 20, "adults"), ("wbc_10e9_l", 900, "high WBC"))
    )
    more = rules + '[plan]\ngroups = ["sex", "driver"]\n'
    write(tmp_path, {"patients.csv": table(), "study.toml": toml(rest=more)})
    (said,) = [f for f in check(tmp_path) if f.severity == "error"]
    assert said.code == "rules-leave-nobody"
    assert said.what == (
        "Of 5 patients nobody is left: 'high WBC' removed the last 2. Removed before it: adults: 3."
    )
