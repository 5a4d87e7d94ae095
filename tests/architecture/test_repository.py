"""House rules that no linter knows: sizes, names, what must never stand in the repository."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False, text=True
    )
    names = [name for name in listed.stdout.split("\0") if name]
    found = [ROOT / name for name in names if (ROOT / name).is_file()]
    return found or [p for p in ROOT.rglob("*") if p.is_file() and ".venv" not in p.parts]


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_source_files_stay_under_400_lines() -> None:
    sources = [p for p in tracked() if p.suffix == ".py" and "src" in p.parts]
    assert sources
    long = [p.name for p in sources if len(text_of(p).splitlines()) > 400]
    assert long == []


def test_no_room_has_a_rubbish_drawer() -> None:
    names = {"utils.py", "helpers.py", "common.py", "misc.py"}
    assert [p for p in tracked() if p.name in names or re.search(r"_part\d", p.name)] == []


def test_the_lock_holds_names_versions_and_hashes_and_no_address() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    for line in text.splitlines():
        assert re.match(
            r"^([a-z0-9.\-]+==\S+( ; .+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?)$", line
        )
    pinned = set(re.findall(r"^([a-z0-9.\-]+)==", text, flags=re.M))
    assert {"numpy", "scipy", "polars", "altair", "pytest", "numba", "typst"} <= pinned


def test_no_address_of_an_index_and_no_path_of_a_machine() -> None:
    bad = re.compile(r'"resolved": *"http|index.url *=|/(?:root|home)/\w|pypi\.org/simple')
    hits = [
        f"{p.relative_to(ROOT)}"
        for p in tracked()
        if not p.name.endswith((".min.js", ".lock")) and p != Path(__file__)
        if bad.search(text_of(p))
    ]
    assert hits == []


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys\n"
        "from fusionscape.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'numpy', 'polars', 'altair', 'pydantic', 'scipy', 'numba', 'jinja2'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.strip().splitlines()[-1] == "[]"
    assert "run" in done.stdout and "check" in done.stdout


def test_no_merge_is_left_half_done() -> None:
    mark = re.compile(r"^(?:<{7}|>{7}) ", flags=re.M)
    assert [str(p.relative_to(ROOT)) for p in tracked() if mark.search(text_of(p))] == []
