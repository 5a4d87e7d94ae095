"""Values computed with R, and the data they belong to."""

from __future__ import annotations

import csv
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np


def _folder() -> Path:
    default = Path(__file__).resolve().parents[2].parent / "shared"
    return Path(os.environ.get("FUSIONSCAPE_SHARED", default)) / "reference"


@cache
def _values() -> dict[str, Any]:
    return json.loads((_folder() / "survival.json").read_text())["ref"]


def reference(key: str) -> Any:
    """The value R gave for `key`."""
    return _values()[key]["value"]


def _column(values: list[str]) -> np.ndarray:
    try:
        return np.array([float(v) if v not in ("", "NA") else np.nan for v in values])
    except ValueError:
        return np.array(values)


@cache
def frame(name: str) -> dict[str, np.ndarray]:
    """A data set as columns; empty cells are nan."""
    with (_folder() / f"{name}.csv").open() as file:
        rows = list(csv.DictReader(file))
    return {key: _column([row[key] for row in rows]) for key in rows[0]}
