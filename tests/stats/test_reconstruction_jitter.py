"""A small version of docs/simulations/curve_reconstruction.py, from the same functions."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "simulations" / "curve_reconstruction.py"
RUNS = 8


@cache
def study() -> Any:
    spec = importlib.util.spec_from_file_location("curve_reconstruction", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("number", range(6))
def test_hazard_ratios_from_jittered_curves(number: int) -> None:
    script = study()
    shape = script.SHAPES[number]
    runs = np.array(
        [
            script.one_run(shape, points, np.random.default_rng([7, number, run]))
            for run in range(RUNS)
            for points in ("corners", "dense")
        ]
    )
    error = np.abs(runs[:, 0])
    assert np.mean(error <= 0.05) >= 0.85, shape.label
    assert error.max() < 0.12 and np.median(error) < 0.03, shape.label
    assert runs[:, 1].mean() <= 0.05 * 2 * shape.n, shape.label
