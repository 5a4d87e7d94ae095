"""Pooling against R metafor: every estimator, interval and statistic."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from fusionscape import stats
from fusionscape.results import InputError
from fusionscape.stats.tau_squared import RANDOM_MODELS, loglik, score, tau_squared
from fusionscape.stats.weighted_means import fit_at, make_batch, trace_p
from stats.pooling_oracles import MODELS, SETS, agrees, own_set, own_sets, shared_set

SHARED_NAMES = {
    "estimate": "est", "se": "se", "ci_low": "ci.lb", "ci_high": "ci.ub", "statistic": "stat",
    "p": "pval", "tau2": "tau2", "tau2_se": "se.tau2", "i2": "I2", "h2": "H2", "q": "Q",
    "q_p": "Qp", "df": "ddf",
}  # fmt: skip
OWN_NAMES = [n for n in SHARED_NAMES if n != "df"]
OWN = ("k2_apart", "k3_tied_variances", "k4_dominating", "k5_same_estimate", "k6_no_tau2",
       "k8_far_apart", "k65")  # fmt: skip
CASES = [
    (group, ci, r_name)
    for group, ci in (("models", "wald"), ("HK", "hk"), ("HK_adhoc", "mhk"))
    for r_name in MODELS
]


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize(("group", "ci", "r_name"), CASES)
def test_equals_metafor_on_the_shared_sets(name: str, group: str, ci: str, r_name: str) -> None:
    y, se, r = shared_set(name)
    expected = r[group].get(r_name)
    if expected is None:
        assert group != "models"  # Hartung-Knapp is stored for three estimators
        return
    fit = stats.pool(y, se, model=MODELS[r_name], ci=ci)
    for field, key in SHARED_NAMES.items():
        if getattr(fit, field) is not None:
            agrees(getattr(fit, field), expected[key])


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("ci", ["wald", "hk", "mhk"])
def test_equals_metafor_on_the_awkward_sets(name: str, ci: str) -> None:
    y, se, r = own_set(name)
    for r_name, expected in r[ci].items():
        fit = stats.pool(y, se, model=MODELS[r_name], ci=ci)
        for field in OWN_NAMES:
            if expected[field] is None or getattr(fit, field) is None:
                continue
            if name == "k5_same_estimate" and ci == "hk" and field in ("statistic", "p"):
                continue  # an interval without width: R divides by its own rounding error
            agrees(getattr(fit, field), expected[field])


def test_the_oracle_covers_what_it_says() -> None:
    assert set(own_sets()) == set(OWN)
    assert {len(v["y"]) for v in own_sets().values()} == {2, 3, 4, 5, 6, 8, 65}


@pytest.mark.parametrize("name", SETS)
def test_prediction_intervals_bear_their_convention(name: str) -> None:
    y, se, r = shared_set(name)
    found = {(p.interval, p.convention): p for p in stats.synthesis(y, se).predictions}
    for key, which in {
        "REML_z": ("wald", "normal"),
        "REML_HK_t_k1": ("hk", "t with k-1"),
        "REML_Riley_t_k2": ("wald", "t with k-2"),
        "REML_HK_Riley_t_k2": ("hk", "t with k-2"),
    }.items():
        agrees([found[which].low, found[which].high], [r["PI"][key]["lb"], r["PI"][key]["ub"]])
    own = stats.pool(y, se).prediction
    assert own is not None and own == found["mhk", "t with k-1"]


@pytest.mark.parametrize("name", SETS)
def test_q_profile_limits(name: str) -> None:
    y, se, r = shared_set(name)
    for model in ("reml", "dl"):
        fit = stats.pool(y, se, model=model)
        expected = r["confint"][f"QP_{model.upper()}"]
        agrees([fit.tau2_low, fit.tau2_high], expected["tau2"][1:])
    differ = stats.synthesis(y, se).heterogeneity
    assert differ is not None
    agrees([differ.i2_low, differ.i2_high], r["confint"]["QP_REML"]["I2"][1:])
    agrees(differ.i2_q, r["models"]["DL"]["I2"])
    agrees(differ.i2_tau2, r["models"]["REML"]["I2"])


@pytest.mark.parametrize("name", OWN)
def test_q_profile_limits_have_no_search_cap(name: str) -> None:
    y, se, r = own_set(name)
    fit = stats.pool(y, se)
    assert fit.tau2_low is not None and fit.tau2_high is not None
    if r["profile"][0] is not None:
        np.testing.assert_allclose(
            [fit.tau2_low, fit.tau2_high], r["profile"], rtol=1e-6, atol=1e-8
        )
    if name == "k2_apart":
        assert fit.tau2_high > 100  # where metafor's default search stops
    batch = make_batch(y, se**2)
    for limit, tail in ((fit.tau2_low, 0.975), (fit.tau2_high, 0.025)):
        from scipy.special import chdtrc

        if limit > 0:
            q = float(fit_at(batch, np.array([limit])).q[0])
            assert chdtrc(y.size - 1, q) == pytest.approx(1 - tail, rel=1e-9)


@pytest.mark.parametrize("name", [*SETS, *OWN])
def test_the_estimating_equation_is_zero_at_our_tau2(name: str) -> None:
    y, se, _ = shared_set(name) if name in SETS else own_set(name)
    batch = make_batch(y, se**2)
    zero = np.zeros(1)
    for model in RANDOM_MODELS:
        tau2 = tau_squared(batch, model)
        fit = fit_at(batch, tau2)
        assert tau2[0] >= 0
        if model in ("reml", "ml"):
            slope = float(score(batch, tau2, model == "reml")[0][0])
            size = float(trace_p(batch, fit)[0])
            assert abs(slope) < 1e-10 * size if tau2[0] > 0 else slope <= 1e-10 * size
            grid = np.linspace(0, 3 * tau2[0] + 1, 400)
            heights = [float(loglik(batch, np.array([t]), model == "reml")[0]) for t in grid]
            assert max(heights) <= float(loglik(batch, tau2, model == "reml")[0]) + 1e-10
        elif model in ("pm", "eb"):
            gap = float(fit.q[0]) - (y.size - 1)
            assert abs(gap) < 1e-10 * y.size if tau2[0] > 0 else gap <= 0
        elif model == "dl":
            plain = fit_at(batch, zero)
            expected = (y.size - 1) + float(trace_p(batch, plain)[0]) * tau2[0]
            assert float(plain.q[0]) == pytest.approx(expected) if tau2[0] > 0 else True


def test_the_highest_of_several_maxima_is_taken() -> None:
    # two far outliers with tiny variance: the restricted likelihood has more than one hill
    found = 0
    random = np.random.default_rng(4)
    for _ in range(300):
        v = np.exp(random.normal(0, 3, 4))
        y = random.standard_t(1, 4) * 3
        batch = make_batch(y, v)
        tau2 = tau_squared(batch, "reml")
        grid = np.concatenate([[0.0], np.exp(np.linspace(-12, 12, 1500))])
        many = make_batch(np.tile(y, (grid.size, 1)), np.tile(v, (grid.size, 1)))
        heights = loglik(many, grid, True)
        peaks = ((heights[1:-1] > heights[:-2]) & (heights[1:-1] > heights[2:])).sum()
        found += peaks + (heights[0] > heights[1]) > 1
        assert heights.max() <= loglik(batch, tau2, True)[0] + 1e-9
    assert found > 0


def test_by_hand() -> None:
    # two studies, variances 1 and 1, estimates 0 and 4: Q = 8, DL = (8 - 1) / 1 = 7
    fit = stats.pool([0.0, 4.0], [1.0, 1.0], model="dl", ci="wald")
    assert (fit.estimate, fit.tau2, fit.q) == (2.0, pytest.approx(7.0), pytest.approx(8.0))
    assert fit.se == pytest.approx(2.0)  # sqrt((1 + 7) / 2)
    for model in ("reml", "pm", "he", "eb"):
        assert stats.pool([0.0, 4.0], [1.0, 1.0], model=model).tau2 == pytest.approx(7.0)


def test_modified_interval_is_never_narrower_than_wald() -> None:
    wald, hk, mhk = (
        stats.pool([0.9, 1.0, 1.1], [0.3, 0.4, 0.5], ci=ci) for ci in ("wald", "hk", "mhk")
    )
    assert (round(hk.ci_low, 3), round(hk.ci_high, 3)) == (0.732, 1.202)
    assert (round(wald.ci_low, 3), round(wald.ci_high, 3)) == (0.543, 1.391)
    assert (round(mhk.ci_low, 3), round(mhk.ci_high, 3)) == (0.036, 1.898)


def test_homogeneous_data_give_zero_and_a_sane_interval() -> None:
    # statsmodels' iterated Paule-Mandel and moment estimators go below zero here
    y, v = [0.9, 1.0, 1.1], [0.09, 0.16, 0.25]
    fit = stats.pool(y, np.sqrt(v), model="pm", ci="wald")
    assert fit.tau2 == 0.0
    unbounded = _moment_tau2(np.array(y), np.array(v))
    assert unbounded < 0
    common = stats.pool(y, np.sqrt(v), model="common")
    assert (fit.ci_low, fit.ci_high) == (common.ci_low, common.ci_high)
    assert fit.ci_low < 0.9667 < fit.ci_high


def _moment_tau2(y: Any, v: Any) -> float:
    w = 1 / v
    q = (w * (y - (w * y).sum() / w.sum()) ** 2).sum()
    return float((q - (y.size - 1)) / (w.sum() - (w**2).sum() / w.sum()))


def test_missing_rows_are_left_out_and_counted() -> None:
    full = stats.pool([0.9, 1.0, 1.1], [0.3, 0.4, 0.5], labels=["a", "b", "c"])
    holes = stats.pool(
        [0.9, math.nan, 1.0, 1.1, 2.0], [0.3, 0.1, 0.4, 0.5, math.nan], labels=list("axbcz")
    )
    assert (holes.n, holes.missing) == (3, 2)
    assert holes.estimate == full.estimate
    assert [s.label for s in holes.studies] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("y", "se", "options", "code"),
    [
        ([1.0], [0.1], {}, "one-study"),
        ([1.0, math.nan], [0.1, 0.1], {}, "one-study"),
        ([1.0, 2.0], [0.1, 0.0], {}, "se-not-positive"),
        ([1.0, 2.0], [0.1, -1.0], {}, "se-not-positive"),
        ([1.0, math.inf], [0.1, 0.2], {}, "infinite-estimate"),
        ([1.0, 2.0], [0.1], {}, "length-differs"),
        ([1.0, 2.0], [0.1, 0.2], {"labels": ["a"]}, "length-differs"),
        ([1.0, 2.0], [0.1, 0.2], {"model": "freeman"}, "unknown-option"),
        ([1.0, 2.0], [0.1, 0.2], {"ci": "t"}, "unknown-option"),
        ([1.0, 2.0], [0.1, 0.2], {"level": 95}, "bad-level"),
        (["x", 2.0], [0.1, 0.2], {}, "not-a-number"),
    ],
)
def test_wrong_input_is_a_finding(y: Any, se: Any, options: Any, code: str) -> None:
    with pytest.raises(InputError) as caught:
        stats.pool(y, se, **options)
    assert caught.value.findings[0].code == code


def test_cautions() -> None:
    def codes(y: Any, se: Any) -> list[str]:
        return [c.code for c in stats.pool(y, se).cautions]

    assert codes([0.1, 0.2], [0.1, 0.1]) == ["two-studies-no-tau2"]
    assert codes([0.1, 0.9, 0.4], [0.02, 0.6, 0.5])[:2] == ["few-studies", "one-study-dominates"]
    assert "very-unequal-studies" in codes([0.1, 2.9, 0.4], [0.1, 0.1, 0.5])
    assert "very-unequal-studies" not in codes([0.1, 2.9, 0.4], [0.2, 0.2, 0.5])
    assert "closer-than-chance" in codes([0.5] * 6, [0.3] * 6)
