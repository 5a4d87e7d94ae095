"""Small studies written to a folder, for the tests of the readers."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from fusionscape.readers import check, read
from fusionscape.results import Finding, InputError

HEAD = ["id", "sex", "age", "fusion", "wbc", "itd", "os", "dead"]
ROWS = [
    ["P1", "male", "4.5", "NUP98-NSD1", "120.5", "yes", "300", "1"],
    ["P2", "female", "11", "NUP98-KDM5A", "12.1", "no", "900", "0"],
    ["P3", "male", "33", "none", "8.25", "no", "1200", "0"],
    ["P4", "female", "61", "none", "55", "yes", "90", "1"],
    ["P5", "male", "2", "NUP98-NSD1", "210", "yes", "150", "1"],
]
COLUMNS = {
    "sex": 'field = "sex"\ntiming = "baseline"',
    "age": 'field = "age_years"\ntiming = "baseline"\nunit = "years"',
    "fusion": 'field = "fusion"\ntiming = "baseline"',
    "wbc": 'field = "wbc_10e9_l"\ntiming = "baseline"\nunit = "10^9/l"',
    "itd": 'field = "lesion:FLT3-ITD"\ntiming = "baseline"',
    "os": 'field = "os_days"\ntiming = "post-baseline"\nunit = "days"',
    "dead": 'field = "os_event"\ntiming = "post-baseline"',
}


def table(rows: Iterable[Iterable[str]] = ROWS, head: Iterable[str] = HEAD, sep: str = ",") -> str:
    """A delimited table."""
    lines = [list(head), *map(list, rows)]
    return "".join(
        sep.join(f'"{cell}"' if sep in cell else cell for cell in line) + "\n" for line in lines
    )


def changed(row: int, column: str, value: str) -> list[list[str]]:
    """ROWS with one cell changed."""
    rows = [list(r) for r in ROWS]
    rows[row][HEAD.index(column)] = value
    return rows


def toml(
    columns: dict[str, str] | None = None,
    *,
    top: str = 'selected_by_fusion = false\ntested_by = "RNA-seq"\n',
    file: str = 'path = "patients.csv"\nid = "id"\n',
    rest: str = "",
) -> str:
    """A study.toml of one file."""
    columns = COLUMNS if columns is None else columns
    parts = [f'schema = 1\nname = "A small study"\n{top}\n[[files]]\n{file}']
    for source, body in columns.items():
        parts.append(f'[[files.columns]]\nsource = "{source}"\n{body}\n')
    return "\n".join([*parts, rest])


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    """The files written to the folder, which is returned."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content, encoding="utf-8", newline="")
    return folder


def codes(path: Path, **options: str) -> dict[str, Finding]:
    """Findings by code (the first of each), after checking that read and check agree."""
    found = check(path, **options)
    errors = [f for f in found if f.severity == "error"]
    try:
        cohort = read(path, **options)
    except InputError as problem:
        assert errors, "read refused what check let pass"
        assert set(problem.findings) == set(found)
    else:
        assert not errors, errors
        assert set(cohort.findings) == set(found)
    by_code: dict[str, Finding] = {}
    for item in found:
        by_code.setdefault(item.code, item)
    return by_code
