"""What tests/oracles/curves.R wrote, as arrays."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

_FILE = Path(__file__).resolve().parents[1] / "oracles" / "curves.json"


@cache
def oracle() -> dict[str, Any]:
    """The whole file."""
    return json.loads(_FILE.read_text())


@cache
def sample(name: str) -> dict[str, np.ndarray]:
    """A simulated sample of the file, as columns; absent values are nan."""
    rows = oracle()[name]
    return {key: np.array([row.get(key, np.nan) for row in rows]) for key in rows[0]}


def floats(values: Any) -> np.ndarray:
    """Numbers with null as nan."""
    return np.array(values, dtype=float)
