"""Common odds ratios against R's mantelhaen.test, and laws."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fusionscape.stats.fisher_exact import fisher
from fusionscape.stats.stratified import mantel_haenszel

CASES = json.loads((Path(__file__).parents[1] / "oracles" / "counts.json").read_text())[
    "mantel_haenszel"
]
cell = st.integers(1, 9)
strata = st.lists(st.tuples(cell, cell, cell, cell), min_size=1, max_size=4)


def tables(rows):
    return np.array(rows).reshape(-1, 2, 2)


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{len(c['tables'])} strata")
def test_equals_r(case):
    fit = mantel_haenszel(tables(case["tables"]))
    assert fit.odds_ratio == pytest.approx(case["or"], rel=1e-12)
    assert (fit.ci_low, fit.ci_high) == pytest.approx((case["low"], case["high"]), rel=1e-10)
    assert fit.statistic == pytest.approx(case["statistic"], rel=1e-10)
    assert fit.p == pytest.approx(case["p"], rel=1e-10)
    assert fit.corrected_statistic == pytest.approx(case["corrected"], rel=1e-10)
    assert fit.corrected_p == pytest.approx(case["corrected_p"], rel=1e-10)
    assert fit.exact_p == pytest.approx(case["exact_p"], rel=1e-9)
    assert fit.exact_odds_ratio == pytest.approx(case["exact_or"], rel=1e-8)
    assert fit.exact_central_low == pytest.approx(case["central_low"], rel=1e-8)
    assert fit.exact_central_high == pytest.approx(case["central_high"], rel=1e-8)


def test_one_stratum_is_fisher():
    fit, single = mantel_haenszel([[[8, 2], [15, 86]]]), fisher([[8, 2], [15, 86]])
    assert fit.exact_p == pytest.approx(single.p, rel=1e-10)
    assert fit.exact_odds_ratio == pytest.approx(single.odds_ratio, rel=1e-10)
    assert (fit.exact_low, fit.exact_high) == pytest.approx(
        (single.ci_low, single.ci_high), rel=1e-9
    )
    assert fit.odds_ratio == pytest.approx(8 * 86 / (2 * 15))


def test_strata_that_say_nothing_are_left_out():
    used = mantel_haenszel([[[2, 5], [3, 6]], [[0, 4], [0, 9]], [[4, 6], [1, 9]], [[0, 0], [0, 0]]])
    plain = mantel_haenszel([[[2, 5], [3, 6]], [[4, 6], [1, 9]]])
    assert used.odds_ratio == plain.odds_ratio
    assert used.exact_p == plain.exact_p
    assert (used.strata, used.n) == (2, plain.n + 13)
    (said,) = used.cautions
    assert (said.code, said.get("n"), said.get("of")) == ("uninformative-strata", 2, 4)
    nothing = mantel_haenszel([[[0, 4], [0, 9]]])
    assert math.isnan(nothing.odds_ratio)
    assert math.isnan(nothing.exact_odds_ratio)
    assert (nothing.p, nothing.exact_p) == (1.0, 1.0)


def test_zero_cells():
    fit = mantel_haenszel([[[3, 0], [2, 4]]])
    assert fit.odds_ratio == math.inf
    assert fit.exact_high == math.inf
    assert mantel_haenszel([[[0, 3], [4, 2]]]).odds_ratio == 0.0


def test_wrong_shapes_are_refused():
    with pytest.raises(ValueError, match="shape"):
        mantel_haenszel([[1, 2], [3, 4]])
    with pytest.raises(ValueError, match="whole"):
        mantel_haenszel([[[1, 2], [3, 4.5]]])


@settings(max_examples=40, deadline=None, derandomize=True)
@given(strata, st.randoms(use_true_random=False))
def test_laws(rows, random):
    cells = tables(rows)
    fit = mantel_haenszel(cells)
    swapped = mantel_haenszel(cells[:, ::-1])
    assert swapped.odds_ratio == pytest.approx(1 / fit.odds_ratio)
    assert swapped.exact_low == pytest.approx(
        1 / fit.exact_high if fit.exact_high else math.inf, rel=1e-7
    )
    assert swapped.p == pytest.approx(fit.p)
    turned = mantel_haenszel(cells.transpose(0, 2, 1))
    assert turned.exact_p == pytest.approx(fit.exact_p, rel=1e-8)
    order = list(range(len(cells)))
    random.shuffle(order)
    assert mantel_haenszel(cells[order]).exact_p == pytest.approx(fit.exact_p, rel=1e-8)
