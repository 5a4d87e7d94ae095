"""A thousand damaged copies of small studies: findings or a cohort, never a traceback."""

from __future__ import annotations

import random
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from fusionscape.cohort import Cohort
from fusionscape.readers import draft
from fusionscape.readers.reading import outcome
from fusionscape.results import has_errors
from readers import target_table
from readers.studies import table, toml, write

STRANGE = [
    "", " ", "-1", "NA", "Unknown", "<0.1", "1e400", "12,5", "１２", "\ufeff", "\x00", '"', "'",
    ";", "\t", "\n", "=cmd()", "<script>alert(1)</script>", "99999999999999999999", "2020-02-30",
    "03/04/2020", "NUP98::", "::", "NUP98-R", "p.R123H", "💥", "\ud7ff", "NaN", "inf", "-inf",
    "0x1F",
    "46,XX,t(5;11", "yes", "no", "true", "-", "+", "é" * 300, "1900-01-00", "1.2.3.4",
]  # fmt: skip

Mutation = Callable[[random.Random, bytes], bytes]


def swap_cell(rng: random.Random, data: bytes) -> bytes:
    """One cell replaced by something strange."""
    lines = data.split(b"\n")
    at = rng.randrange(len(lines))
    cells = lines[at].split(b",")
    cells[rng.randrange(len(cells))] = rng.choice(STRANGE).encode("utf-8", "replace")
    lines[at] = b",".join(cells)
    return b"\n".join(lines)


def flip_bytes(rng: random.Random, data: bytes) -> bytes:
    """A few bytes changed."""
    made = bytearray(data)
    for _ in range(rng.randrange(1, 6)):
        made[rng.randrange(len(made))] = rng.randrange(256)
    return bytes(made)


def cut(rng: random.Random, data: bytes) -> bytes:
    """The file ends early."""
    return data[: rng.randrange(len(data))]


def drop_line(rng: random.Random, data: bytes) -> bytes:
    """A line lost, or another given twice."""
    lines = data.split(b"\n")
    at = rng.randrange(len(lines))
    if rng.random() < 0.5:
        del lines[at]
    else:
        lines.insert(rng.randrange(len(lines)), lines[at])
    return b"\n".join(lines)


def insert(rng: random.Random, data: bytes) -> bytes:
    """Something strange anywhere."""
    at = rng.randrange(len(data))
    return data[:at] + rng.choice(STRANGE).encode("utf-8", "replace") + data[at:]


def change_column(rng: random.Random, data: bytes) -> bytes:
    """A whole column replaced by one strange value."""
    lines = [line.split(b",") for line in data.split(b"\n")]
    column = rng.randrange(len(lines[0]))
    value = rng.choice(STRANGE).encode("utf-8", "replace")
    for line in lines[1:]:
        if column < len(line):
            line[column] = value
    return b"\n".join(b",".join(line) for line in lines)


MUTATIONS: tuple[Mutation, ...] = (swap_cell, flip_bytes, cut, drop_line, insert, change_column)


def sound(path: Path) -> None:
    """Reading ends in a cohort or in an error, and says what it found."""
    cohort, findings = outcome(path, None)
    assert (cohort is None) == has_errors(findings)
    assert all(f.what and f.mend and f.code for f in findings)
    if cohort is not None:
        assert isinstance(cohort, Cohort)
        assert sum(n.n for n in cohort.flow if n.parent and n.part) == cohort.flow[0].n


def test_600_damaged_tables(tmp_path: Path) -> None:
    rng = random.Random(20240514)
    folder = write(tmp_path, {"study.toml": toml()})
    original = table().encode()
    for _ in range(600):
        data = original
        for _ in range(rng.randrange(1, 4)):
            data = rng.choice(MUTATIONS)(rng, data) if data else data
        (folder / "patients.csv").write_bytes(data)
        sound(folder)


def test_200_damaged_study_files(tmp_path: Path) -> None:
    rng = random.Random(7)
    folder = write(tmp_path, {"patients.csv": table()})
    original = toml(rest='[plan]\ndriver = "NUP98"\ncovariates = ["age_years"]\n').encode()
    for _ in range(200):
        data = rng.choice((swap_cell, flip_bytes, cut, drop_line, insert))(rng, original)
        (folder / "study.toml").write_bytes(data)
        sound(folder)


def test_100_damaged_public_tables(tmp_path: Path) -> None:
    rng = random.Random(11)
    original = target_table.csv().encode()
    for _ in range(100):
        (tmp_path / "p.csv").write_bytes(rng.choice(MUTATIONS)(rng, original))
        sound(tmp_path / "p.csv")


def test_100_damaged_tables_are_drafted(tmp_path: Path) -> None:
    rng = random.Random(13)
    original = table().encode()
    for _ in range(100):
        (tmp_path / "p.csv").write_bytes(rng.choice(MUTATIONS)(rng, original))
        drafted = draft([tmp_path / "p.csv"])
        assert drafted.toml.startswith("#")
        (tmp_path / "study.toml").write_text(drafted.toml, encoding="utf-8")
        sound(tmp_path)
        (tmp_path / "study.toml").unlink()


def test_100_damaged_workbooks(tmp_path: Path) -> None:
    from readers.test_wrecks import workbook

    rng = random.Random(17)
    original = workbook(b"plain")
    write(tmp_path, {"study.toml": toml(file='path = "p.xlsx"\nid = "id"\n')})
    for _ in range(100):
        (tmp_path / "p.xlsx").write_bytes(rng.choice((flip_bytes, cut, insert))(rng, original))
        sound(tmp_path)


def test_200_damaged_copies_of_the_embedded_cases(tmp_path: Path) -> None:
    rng = random.Random(19)
    home = files("fusionscape.data") / "pediatric-ten"
    names = ("patients.csv", "cases.csv", "events.csv", "study.toml")
    original = {name: (home / name).read_bytes() for name in names}
    for name, data in original.items():
        (tmp_path / name).write_bytes(data)
    sound(tmp_path)
    for _ in range(200):
        name = rng.choice(names[:3])
        (tmp_path / name).write_bytes(rng.choice(MUTATIONS)(rng, original[name]))
        sound(tmp_path)
        (tmp_path / name).write_bytes(original[name])
