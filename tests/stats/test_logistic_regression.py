"""Logistic regression against R's glm, an independent Firth fit in R, and by hand."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fusionscape.stats.logistic_regression import logistic

CASE = json.loads((Path(__file__).parents[1] / "oracles" / "counts.json").read_text())["logistic"]
cell = st.integers(0, 12)


def one_covariate(a, b, c, d):
    """Outcome and covariate of the table [[a, b], [c, d]]: exposed rows first, events first."""
    y = [1] * a + [0] * b + [1] * c + [0] * d
    return y, [[1.0]] * (a + b) + [[0.0]] * (c + d)


def codes(fit):
    return [c.code for c in fit.cautions]


def test_plain_equals_glm():
    fit = logistic(CASE["y"], CASE["X"], penalty=None)
    assert [fit.intercept, *fit.coef] == pytest.approx(CASE["coef"], rel=1e-9)
    # glm's own standard errors come from its last but one step
    assert [fit.intercept_se, *fit.se] == pytest.approx(CASE["se"], rel=1e-7)
    assert fit.p == pytest.approx(CASE["lrt"], rel=1e-8)
    assert np.column_stack([fit.ci_low, fit.ci_high]) == pytest.approx(
        np.array(CASE["limits"]), rel=1e-7
    )
    # MASS interpolates the profile
    assert np.column_stack([fit.ci_low, fit.ci_high]) == pytest.approx(
        np.array(CASE["confint"]), abs=2e-3
    )
    assert fit.loglik == pytest.approx(CASE["loglik"], rel=1e-12)
    assert fit.odds_ratio == pytest.approx(np.exp(fit.coef))
    assert logistic(CASE["y"], CASE["X"]).penalty is None


@pytest.mark.parametrize("key", ["firth", "separated"])
def test_firth_equals_an_independent_fit(key):
    case = CASE[key]
    y, X = (case["y"], case["X"]) if key == "separated" else (CASE["y"], CASE["X"])
    fit = logistic(y, X, penalty="firth")
    assert [fit.intercept, *fit.coef] == pytest.approx(case["coef"], rel=1e-7)
    assert fit.loglik == pytest.approx(case["loglik"], rel=1e-10)
    assert fit.p == pytest.approx(case["p"], rel=1e-7)
    assert np.column_stack([fit.ci_low, fit.ci_high]) == pytest.approx(
        np.array(case["limits"]), rel=1e-6
    )


@settings(max_examples=40, deadline=None, derandomize=True)
@given(cell, cell, cell, cell)
def test_firth_with_one_binary_covariate_adds_a_half_to_every_cell(a, b, c, d):
    if a + b == 0 or c + d == 0:
        a, c = a + 1, c + 1
    fit = logistic(*one_covariate(a, b, c, d), penalty="firth")
    a, b, c, d = (v + 0.5 for v in (a, b, c, d))
    assert fit.coef[0] == pytest.approx(math.log(a * d / (b * c)), abs=1e-7)
    assert fit.intercept == pytest.approx(math.log(c / d), abs=1e-7)
    assert fit.ci_low[0] < fit.coef[0] < fit.ci_high[0]


def test_plain_with_one_binary_covariate_is_the_log_odds_ratio():
    fit = logistic(*one_covariate(8, 2, 15, 86), penalty=None)
    assert fit.coef[0] == pytest.approx(math.log(8 * 86 / (2 * 15)), rel=1e-10)
    assert fit.se[0] == pytest.approx(math.sqrt(1 / 8 + 1 / 2 + 1 / 15 + 1 / 86), rel=1e-8)
    # likelihood ratio by the G statistic of the table
    cells, n = np.array([[8, 2], [15, 86]]), 111
    expected = np.outer(cells.sum(axis=1), cells.sum(axis=0)) / n
    assert fit.statistic == pytest.approx(2 * (cells * np.log(cells / expected)).sum(), rel=1e-9)


def test_separation_is_found_named_and_answered():
    y, X = CASE["separated"]["y"], CASE["separated"]["X"]
    fit = logistic(y, X, names=["carrier", "wbc"])
    assert fit.penalty == "firth"
    assert fit.separated == (1, 0)
    said = next(c for c in fit.cautions if c.code == "separation-firth")
    assert (said.get("covariate"), said.get("direction")) == ("carrier", 1)
    assert np.isfinite(fit.ci_low).all()
    plain = logistic(y, X, penalty=None, names=["carrier", "wbc"])
    assert np.isnan(plain.coef).all()
    assert np.isnan(plain.ci_high).all()
    assert "separation" in codes(plain)


def test_complete_separation_by_a_number():
    fit = logistic([0, 0, 0, 1, 1, 1], [[1.0], [2.0], [3.0], [10.0], [11.0], [12.0]])
    assert fit.separated == (1,)
    assert fit.penalty == "firth"
    down = logistic([1, 1, 1, 0, 0, 0], [[1.0], [2.0], [3.0], [10.0], [11.0], [12.0]])
    assert down.separated == (-1,)
    assert down.coef[0] == pytest.approx(-fit.coef[0], rel=1e-8)


def test_no_events_at_all():
    fit = logistic([0] * 6, [[0.0], [1.0]] * 3)
    assert fit.penalty == "firth"
    assert math.isfinite(fit.intercept)
    assert fit.coef[0] == pytest.approx(0.0, abs=1e-9)


def test_missing_patients_are_left_out_and_counted():
    y, X = one_covariate(8, 4, 5, 9)
    fit = logistic([*y, math.nan, 1.0], [*X, [1.0], [math.nan]])
    assert (fit.n, fit.missing, fit.events) == (26, 2, 13)
    assert fit.coef.tolist() == logistic(y, X).coef.tolist()


def test_few_events_are_said():
    (said,) = logistic(*one_covariate(4, 6, 3, 20)).cautions
    assert (said.code, said.get("events"), said.get("variables")) == (
        "few-events-per-variable",
        7,
        1,
    )


@pytest.mark.parametrize(
    ("y", "X", "message"),
    [
        ([1, 0], [[1.0], [2.0], [3.0]], "one value per patient"),
        ([2, 0, 1], [[1.0], [2.0], [3.0]], "1, 0 or nan"),
        ([1, 0, 1], [[1.0], [1.0], [1.0]], "constant"),
        ([1, 0, 1], [[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]], "combination"),
        ([1, 0, 1], [[1.0], [math.inf], [3.0]], "finite"),
        ([1, 0, 1], [[], [], []], "at least one"),
    ],
)
def test_wrong_input_is_refused(y, X, message):
    with pytest.raises(ValueError, match=message):
        logistic(y, X)
    with pytest.raises(ValueError, match="name"):
        logistic([1, 0], [[1.0], [2.0]], names=["a", "b"])
    with pytest.raises(ValueError, match="penalty"):
        logistic([1, 0], [[1.0], [2.0]], penalty="lasso")


@pytest.mark.parametrize("penalty", [None, "firth"])
def test_laws(penalty):
    y, X = np.array(CASE["y"]), np.array(CASE["X"])
    fit = logistic(y, X, penalty=penalty)
    turned = logistic(1 - y, X, penalty=penalty)
    assert turned.coef == pytest.approx(-fit.coef, rel=1e-8)
    assert turned.ci_low == pytest.approx(-fit.ci_high, rel=1e-7)
    moved = logistic(y, X * 1000 + 50, penalty=penalty)
    assert moved.coef * 1000 == pytest.approx(fit.coef, rel=1e-7)
    assert moved.ci_high * 1000 == pytest.approx(fit.ci_high, rel=1e-6)
    assert moved.p == pytest.approx(fit.p, rel=1e-6)
    tiny = logistic(y, X / 1e5, penalty=penalty)
    assert tiny.coef / 1e5 == pytest.approx(fit.coef, rel=1e-7)
    assert tiny.odds_ratio.max() == math.inf
    back = logistic(y[::-1], X[::-1, ::-1], penalty=penalty)
    assert back.coef[::-1] == pytest.approx(fit.coef, rel=1e-8)
