"""The room's names load on first use and never hide a module."""

import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec

import pytest

from fusionscape import stats


def test_every_name_resolves_twice_and_is_no_module():
    for name in dir(stats) * 2:
        assert callable(getattr(stats, name))
        assert find_spec(f"fusionscape.stats.{name}") is None


def test_the_table_is_sorted_and_points_home():
    assert list(stats._HOME) == sorted(stats._HOME)
    for name, home in stats._HOME.items():
        assert getattr(import_module(f"fusionscape.stats.{home}"), name) is getattr(stats, name)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nonsense"):
        stats.nonsense  # noqa: B018


def test_importing_the_room_loads_no_numpy():
    code = "import sys, fusionscape.stats; print('numpy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def test_a_2x2_test_needs_neither_scipy_stats_nor_numba():
    code = (
        "import sys; from fusionscape import stats; stats.fisher([[2, 2], [0, 20]]);"
        "stats.chi_square([[2, 2], [1, 20]]); stats.fisher_pairs([[1, 0], [0, 1]]);"
        "print(sorted({'scipy.stats', 'numba'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
