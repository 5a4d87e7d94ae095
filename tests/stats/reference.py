"""Reference values computed with R, and the data they belong to.

`reference` and `frame` read the shared reference folder, `oracle` the files beside the R
scripts in tests/oracles.
"""

from __future__ import annotations

import csv
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

REPOSITORY = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("FUSIONSCAPE_SHARED", REPOSITORY.parent / "shared"))


@cache
def shared_values() -> dict[str, Any]:
    """All of survival.json."""
    with open(SHARED / "reference" / "survival.json", encoding="utf-8") as handle:
        return dict(json.load(handle)["ref"])


def reference(key: str) -> Any:
    """The value R gave for one key of survival.json."""
    return shared_values()[key]["value"]


@cache
def frame(name: str) -> dict[str, npt.NDArray[Any]]:
    """A shared data set by column: floats with nan where empty, else strings."""
    with open(SHARED / "reference" / f"{name}.csv", encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    return {column: column_of([row[column] for row in rows]) for column in rows[0]}


def column_of(values: list[str]) -> npt.NDArray[Any]:
    """Numbers where every filled cell is one, else text."""
    try:
        return np.array([float(v) if v not in ("", "NA") else np.nan for v in values])
    except ValueError:
        return np.array(values)


@cache
def oracle(name: str) -> dict[str, Any]:
    """One JSON file of tests/oracles."""
    with open(REPOSITORY / "tests" / "oracles" / f"{name}.json", encoding="utf-8") as handle:
        return dict(json.load(handle))


def numbers(values: Any) -> npt.NDArray[np.float64]:
    """An array with null as nan; a lone number becomes an array of one."""
    return np.atleast_1d(np.array(values, dtype=np.float64))


def close(actual: Any, expected: Any, rel: float = 1e-8, scale: Any = 0.0) -> bool:
    """Equal within `rel` of the larger of |expected| and `scale`; nan only where nan."""
    a, b = numbers(actual), numbers(expected)
    assert a.shape == b.shape, (a.shape, b.shape)
    assert (np.isnan(a) == np.isnan(b)).all(), (a, b)
    limit = rel * np.maximum(np.abs(b), scale)
    gap = np.abs(a - b)
    inside = bool((np.isnan(a) | (a == b) | (gap <= limit)).all())
    assert inside, f"largest excess {np.nanmax(gap / np.maximum(limit, 1e-300)):.3g} times"
    return inside
