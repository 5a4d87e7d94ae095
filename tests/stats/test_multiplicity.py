"""Adjusted p values against R's p.adjust."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fusionscape.stats.multiplicity import adjust

CASE = json.loads((Path(__file__).parents[1] / "oracles" / "counts.json").read_text())["adjusted"]


def values(key):
    return [math.nan if v is None else v for v in CASE[key]]


@pytest.mark.parametrize("method", ["holm", "bh", "by", "bonferroni"])
def test_equals_r(method):
    fit = adjust(values("p"), method=method)
    assert fit.p_adjusted.tolist() == pytest.approx(values(method), rel=1e-12, nan_ok=True)
    assert (fit.n, fit.missing) == (9, 2)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_order_does_not_matter_and_bounds_hold(p, random):
    order = list(range(len(p)))
    random.shuffle(order)
    found = {m: adjust(p, method=m).p_adjusted for m in ("bh", "by", "holm", "bonferroni")}
    for method, adjusted in found.items():
        shuffled = adjust(np.array(p)[order], method=method).p_adjusted
        assert shuffled.tolist() == pytest.approx(adjusted[order].tolist(), rel=1e-12)
        assert (adjusted >= np.array(p) - 1e-15).all()
    assert (found["bh"] <= found["holm"] + 1e-12).all()
    assert (found["holm"] <= found["bonferroni"] + 1e-12).all()
    assert (found["bh"] <= found["by"] + 1e-12).all()


def test_edges():
    assert adjust([]).n == 0
    assert adjust([math.nan, math.nan]).n == 0
    assert adjust([0.2]).p_adjusted.tolist() == [0.2]
    with pytest.raises(ValueError, match="between 0 and 1"):
        adjust([1.2])
    with pytest.raises(ValueError, match="method"):
        adjust([0.2], method="none")
