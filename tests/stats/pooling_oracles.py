"""What the pooling tests compare with: R metafor's values and the data they belong to."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import numpy as np

from fusionscape.results import FloatArray
from stats.reference import SHARED, frame, oracle

SETS = ("bcg_logRR", "hackshaw_logOR", "pagliaro_bb_logOR", "synthetic_homog_k3")
MODELS = {
    "EE": "common", "DL": "dl", "REML": "reml", "PM": "pm", "ML": "ml", "HE": "he", "HS": "hs",
    "SJ": "sj", "EB": "eb",
}  # fmt: skip


@cache
def shared_pooling() -> dict[str, Any]:
    """All of the shared pooling.json."""
    with open(SHARED / "reference" / "pooling.json", encoding="utf-8") as handle:
        return dict(json.load(handle))


def shared_set(name: str) -> tuple[FloatArray, FloatArray, dict[str, Any]]:
    """Estimates, standard errors and R's values of one shared set."""
    d = frame(name)
    return d["yi"], np.sqrt(d["vi"]), shared_pooling()["sets"][name]


def own_sets() -> dict[str, Any]:
    """The sets of tests/oracles/pooling.R."""
    return dict(oracle("pooling")["pooled"])


def own_set(name: str) -> tuple[FloatArray, FloatArray, dict[str, Any]]:
    """Estimates, standard errors and R's values of one of them."""
    values = own_sets()[name]
    return np.array(values["y"], dtype=float), np.sqrt(np.array(values["v"])), values


def agrees(actual: Any, expected: Any, rel: float = 1e-7) -> None:
    """Relative 1e-7, absolute 1e-8 near zero; a value R does not give is not compared."""
    if expected is None:
        return
    assert actual is not None
    np.testing.assert_allclose(
        np.asarray(actual, dtype=float), np.asarray(expected, dtype=float), rtol=rel, atol=1e-8
    )
