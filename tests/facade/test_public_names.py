"""The public names work in any order, and none is hidden by a submodule."""

from __future__ import annotations

import pkgutil
import random
import re
import subprocess
import sys
from pathlib import Path

import fusionscape as fs

ROOT = Path(__file__).resolve().parents[2]


def test_no_public_name_equals_a_submodule() -> None:
    rooms = {m.name for m in pkgutil.iter_modules(fs.__path__)}
    assert rooms & (set(fs.__all__) - {"__version__"}) == set()


def test_every_public_name_twice_in_random_order() -> None:
    names = [n for n in fs.__all__ if n != "__version__"] * 2
    random.Random(7).shuffle(names)
    found = {name: getattr(fs, name) for name in names}
    assert all(callable(value) for value in found.values())
    assert found == {name: getattr(fs, name) for name in names}


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, fusionscape; print({'numpy', 'polars', 'altair'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "set()"


def test_the_version_is_written_once_and_the_facade_is_short() -> None:
    declared = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text("utf-8"), re.M)
    assert declared is not None and declared.group(1) == fs.__version__
    text = (ROOT / "src/fusionscape/__init__.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) < 60


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(fs, "nonsense")
    assert set(fs.__all__) <= set(dir(fs))
