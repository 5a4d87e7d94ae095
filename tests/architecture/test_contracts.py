"""The architecture's contracts hold, and each one fails when it is broken on purpose."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]

PLANTS = {
    "Rooms import only to their left": ("results/planted.py", "import fusionscape.stats"),
    "Drawing never computes": ("figures/planted.py", "import fusionscape.stats"),
    "Statistics never reads": ("stats/planted.py", "import polars"),
    "Results speak standard library": ("results/planted.py", "import scipy"),
    "Analyses touch no file": ("analyses/planted.py", "import pathlib"),
    "Analyses never import each other": (
        "analyses/planted.py",
        "import fusionscape.analyses.flow",
    ),
    "The report never computes": ("report/planted.py", "import fusionscape.analyses"),
    "Altair is drawn with": ("tables/planted.py", "import altair"),
    "Jinja is used": ("tables/planted.py", "import jinja2"),
    "Pydantic is used": ("cohort/planted.py", "import pydantic"),
    "Cyclopts is used": ("workflows/planted.py", "import cyclopts"),
    "vl-convert is used": ("report/planted.py", "import vl_convert"),
    "Word, Excel and typst": ("report/planted.py", "import docx"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*LINT, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder / "src"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copytree(
        ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__", "data")
    )
    return folder


def test_every_contract_has_a_planted_break() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    names = [
        line.split('"')[1]
        for block in text.split("[[tool.importlinter.contracts]]")[1:]
        for line in block.splitlines()
        if line.startswith("name = ")
    ]
    assert len(names) == len(PLANTS)
    assert all(any(name.startswith(start) for start in PLANTS) for name in names)


@pytest.mark.xdist_group("contracts")
def test_contracts_hold(copy: Path) -> None:
    result = lint(copy)
    assert result.returncode == 0, result.stdout


@pytest.mark.xdist_group("contracts")
@pytest.mark.parametrize("contract", PLANTS)
def test_a_planted_import_is_seen(copy: Path, contract: str) -> None:
    place, line = PLANTS[contract]
    planted = copy / "src" / "fusionscape" / place
    planted.write_text(f'"""Planted."""\n\n{line}\n', encoding="utf-8")
    try:
        result = lint(copy)
    finally:
        planted.unlink()
    assert result.returncode != 0
    broken = [row for row in result.stdout.splitlines() if "BROKEN" in row]
    assert any(row.startswith(contract) for row in broken), result.stdout
