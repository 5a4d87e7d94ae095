"""Counts and proportions pooled, against R metafor and direct integration."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from fusionscape import stats
from fusionscape.results import InputError
from fusionscape.stats.pooling_proportions import binomial_density
from fusionscape.stats.random_intercepts import likelihood
from stats.pooling_oracles import agrees
from stats.reference import oracle

COUNTS = oracle("pooling")["counts"]
SHARES = oracle("pooling")["proportions"]


def arms(name: str) -> tuple[Any, Any, Any, Any]:
    d = COUNTS[name]["data"]
    return d["a"], d["n1"], d["c"], d["n0"]


@pytest.mark.parametrize("name", ["plain", "zeros"])
@pytest.mark.parametrize("measure", ["or", "rr", "rd"])
def test_mantel_haenszel_equals_metafor(name: str, measure: str) -> None:
    fit, r = stats.pool_counts(*arms(name), measure=measure), COUNTS[name][measure]
    for field in ("estimate", "se", "ci_low", "ci_high", "statistic", "p"):
        agrees(getattr(fit, field), r[field])
    if name == "plain":
        agrees([fit.q, fit.q_p], [r["q"], r["q_p"]])
    assert fit.uninformative == (1 if name == "zeros" and measure != "rd" else 0)


@pytest.mark.parametrize("name", ["plain", "zeros"])
def test_peto_equals_metafor(name: str) -> None:
    fit, r = stats.pool_counts(*arms(name), model="peto"), COUNTS[name]["peto"]
    for field in ("estimate", "se", "ci_low", "ci_high", "statistic", "p", "q", "q_p"):
        agrees(getattr(fit, field), r[field])


def test_mantel_haenszel_agrees_with_the_stratified_kernel() -> None:
    a, n1, c, n0 = (np.array(v) for v in arms("plain"))
    tables = np.stack([np.stack([a, n1 - a], 1), np.stack([c, n0 - c], 1)], 1)
    fit = stats.mantel_haenszel(tables)
    assert math.exp(stats.pool_counts(a, n1, c, n0).estimate) == pytest.approx(fit.odds_ratio)


def test_hypergeometric_normal_equals_direct_integration() -> None:
    fit, r = stats.pool_counts(*arms("plain"), model="glmm"), COUNTS["plain"]["glmm"]
    assert fit.tau2 is not None
    np.testing.assert_allclose(
        [fit.estimate, fit.se, fit.tau2], [r["estimate"], r["se"], r["tau2"]], rtol=1e-6
    )
    assert fit.loglik == pytest.approx(r["loglik"], abs=1e-8)


def test_swapping_arms_turns_the_sign() -> None:
    a, n1, c, n0 = arms("plain")
    for model in ("mh", "peto", "glmm"):
        one = stats.pool_counts(a, n1, c, n0, model=model)
        other = stats.pool_counts(c, n0, a, n1, model=model)
        assert other.estimate == pytest.approx(-one.estimate, rel=1e-7)
        assert other.se == pytest.approx(one.se, rel=1e-6)


def test_an_arm_without_events() -> None:
    for measure, model in (("or", "mh"), ("rr", "mh"), ("or", "glmm")):
        fit = stats.pool_counts([0, 0], [10, 20], [3, 1], [12, 15], measure=measure, model=model)
        assert math.isnan(fit.estimate) and [c.code for c in fit.cautions] == ["no-ratio"]
    assert stats.pool_counts([0, 0], [10, 20], [3, 1], [12, 15], measure="rd").estimate < 0
    assert stats.pool_counts([0, 0], [10, 20], [3, 1], [12, 15], model="peto").estimate < 0


def test_wrong_counts_are_findings() -> None:
    for counts, code in (
        (([11], [10], [1], [10]), "bad-count"),
        (([0.5], [10], [1], [10]), "bad-count"),
        (([-1], [10], [1], [10]), "bad-count"),
        (([0], [0], [1], [10]), "empty-arm"),
        (([1, 2], [10], [1], [10]), "length-differs"),
        (([0], [10], [0], [10]), "too-few-studies"),
    ):
        with pytest.raises(InputError) as caught:
            stats.pool_counts(*counts)
        assert caught.value.findings[0].code == code
    with pytest.raises(InputError, match="odds ratios only"):
        stats.pool_counts([1], [10], [1], [10], measure="rr", model="peto")
    fit = stats.pool_counts([1, np.nan, 2], [10, 10, 10], [2, 1, 1], [10, 10, 11])
    assert (fit.n, fit.missing) == (2, 1)


def test_binomial_normal_equals_direct_integration() -> None:
    fit, r = stats.pool_proportions(SHARES["x"], SHARES["n"]), SHARES["glmm"]
    assert fit.tau2 is not None
    np.testing.assert_allclose(
        [fit.estimate, fit.se, fit.tau2], [r["estimate"], r["se"], r["tau2"]], rtol=1e-6
    )
    assert fit.loglik == pytest.approx(r["loglik"], abs=1e-8)
    density = binomial_density(np.array(SHARES["x"], float), np.array(SHARES["n"], float))
    point = np.array([fit.estimate, math.sqrt(fit.tau2)])
    _, gradient, hessian = likelihood(density, 8, point)
    assert np.abs(gradient).max() < 1e-8
    for i, step in enumerate(1e-5 * np.eye(2)):  # the Hessian is the slope of the gradient
        up, down = (likelihood(density, 8, point + s)[1] for s in (step, -step))
        np.testing.assert_allclose((up - down) / 2e-5, hessian[i], rtol=1e-6)


def test_logits_equal_metafor() -> None:
    fit, r = stats.pool_proportions(SHARES["x"], SHARES["n"], model="reml"), SHARES["logit"]
    for field in ("estimate", "se", "ci_low", "ci_high", "tau2", "q", "q_p"):
        agrees(getattr(fit, field), r[field])
    assert [(c.code, c.get("n")) for c in fit.cautions] == [("half-added", 2)]


def test_equal_shares_have_no_variance_between() -> None:
    fit = stats.pool_proportions([10, 20, 30], [100, 200, 300])
    assert fit.tau2 == 0.0
    assert fit.estimate == pytest.approx(math.log(1 / 9))
    assert fit.se == pytest.approx(1 / math.sqrt(600 * 0.1 * 0.9))


def test_the_complement_turns_the_sign() -> None:
    x, n = np.array(SHARES["x"]), np.array(SHARES["n"])
    a, b = stats.pool_proportions(x, n), stats.pool_proportions(n - x, n)
    assert b.estimate == pytest.approx(-a.estimate, rel=1e-8)
    assert b.tau2 == pytest.approx(a.tau2, rel=1e-6)


def test_nobody_at_all_and_freeman_tukey() -> None:
    fit = stats.pool_proportions([0, 0], [10, 12])
    assert math.isnan(fit.estimate) and [c.code for c in fit.cautions] == ["no-variation"]
    with pytest.raises(InputError, match="double arcsine is not offered") as caught:
        stats.pool_proportions([1, 2], [10, 12], model="freeman-tukey")
    assert "sample size" in caught.value.findings[0].what
    with pytest.raises(InputError, match="between 0 and n"):
        stats.pool_proportions([11, 2], [10, 12])
