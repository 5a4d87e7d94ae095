"""Meta-regression, subgroups and dependent estimates, against R."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from fusionscape import stats
from fusionscape.results import InputError
from stats.pooling_oracles import MODELS, agrees, shared_pooling, shared_set
from stats.reference import frame, oracle

REGRESSIONS = sorted(shared_pooling()["metareg"])


@pytest.mark.parametrize("name", REGRESSIONS)
def test_meta_regression_equals_metafor(name: str) -> None:
    y, se, _ = shared_set("bcg_logRR")
    d, r = frame("bcg_logRR"), shared_pooling()["metareg"][name]
    X = np.column_stack([d["ablat"], d["year"]]) if "year" in name else d["ablat"]
    model, test = name.split("_")[-2:]
    ci = {"z": "wald", "knha": "hk"}[test]
    fit = stats.meta_regression(y, se, X, model=MODELS[model], ci=ci)
    fields = {"coef": "beta", "se": "se", "statistic": "stat", "p": "p", "ci_low": "ci.lb",
              "ci_high": "ci.ub"}  # fmt: skip
    for field, key in fields.items():
        agrees([getattr(t, field) for t in fit.terms], r[key])
    agrees([fit.coef, fit.se, fit.p], [r["beta"], r["se"], r["p"]])
    agrees([fit.ci_low, fit.ci_high], [r["ci.lb"], r["ci.ub"]])
    agrees([fit.tau2, fit.i2, fit.r2], [r["tau2"], r["I2"], r["R2"]])
    omnibus, residual = fit.tests
    agrees([omnibus.statistic, omnibus.p], [r["QM"], r["QMp"]])
    agrees([residual.statistic, residual.p], [r["QE"], r["QEp"]])
    assert (omnibus.df2 is None) == (ci == "wald")


def test_unit_and_origin_of_a_moderator_do_not_matter() -> None:
    y, se, _ = shared_set("bcg_logRR")
    x = frame("bcg_logRR")["year"]
    a, b = (stats.meta_regression(y, se, v) for v in (x, (x - 1950) * 1e6))
    assert b.terms[1].coef * 1e6 == pytest.approx(a.terms[1].coef, rel=1e-8)
    assert b.terms[1].p == pytest.approx(a.terms[1].p, rel=1e-8)
    assert b.tau2 == pytest.approx(a.tau2, rel=1e-8)


def test_modified_form_never_lowers_the_standard_error() -> None:
    # residuals smaller than chance: Hartung and Knapp's factor falls below one
    y, se, x = [0.1, 0.21, 0.29, 0.41], [0.2] * 4, [1.0, 2.0, 3.0, 4.0]
    wald, hk, mhk = (stats.meta_regression(y, se, x, ci=ci) for ci in ("wald", "hk", "mhk"))
    assert hk.terms[1].se < wald.terms[1].se == pytest.approx(mhk.terms[1].se)
    assert mhk.tests[0].statistic == pytest.approx(wald.tests[0].statistic)


def test_without_moderators_it_is_the_pool() -> None:
    y, se, _ = shared_set("bcg_logRR")
    fit = stats.meta_regression(y, se, np.ones(13), intercept=False, ci="mhk", names=["all"])
    pool = stats.pool(y, se)
    agrees(
        [fit.terms[0].coef, fit.terms[0].ci_low, fit.tau2, fit.i2],
        [pool.estimate, pool.ci_low, pool.tau2, pool.i2],
    )
    assert fit.r2 is None and fit.term("all") is fit.terms[0]


def test_missing_moderators_and_bad_designs() -> None:
    y, se = [0.1, 0.4, 0.2, 0.9, 0.5], [0.2] * 5
    fit = stats.meta_regression(y, se, [1, np.nan, 2, 3, 4])
    assert (fit.n, fit.missing) == (4, 1)
    assert [c.code for c in fit.cautions] == ["few-studies-per-moderator"]
    for X, code in (
        (np.ones(5), "collinear-moderators"),
        (np.column_stack([np.arange(5), 2 * np.arange(5)]), "collinear-moderators"),
        (np.random.default_rng(1).normal(size=(5, 4)), "too-few-studies"),
        (np.ones(4), "length-differs"),
    ):
        with pytest.raises(InputError) as caught:
            stats.meta_regression(y, se, X)
        assert caught.value.findings[0].code == code


@pytest.mark.parametrize("model", ["DL", "REML"])
def test_subgroups_equal_metafor(model: str) -> None:
    y, se, _ = shared_set("bcg_logRR")
    group, r = frame("bcg_logRR")["alloc"], shared_pooling()["subgroups"]["bcg_alloc"]
    own = stats.subgroups(y, se, group, model=MODELS[model], ci="wald")
    for name, pool in zip(own.groups, own.pools, strict=True):
        expected = r[f"{model}_separate"][name]
        for field, key in (("estimate", "est"), ("se", "se"), ("ci_high", "ci.ub"),
                           ("tau2", "tau2"), ("i2", "I2"), ("q", "Q")):  # fmt: skip
            agrees(getattr(pool, field), expected[key])
    between = r[f"{model}_separate_Qb"]
    agrees([own.between[0].statistic, own.between[0].p], [between["Q"], between["p"]])
    shared = stats.subgroups(y, se, group, model=MODELS[model], ci="hk", tau2="common")
    expected, f = r[f"{model}_common_tau2"], r[f"{model}_common_tau2_HK"]
    agrees([shared.between[0].statistic, shared.tau2], [expected["QM"], expected["tau2"]])
    agrees([shared.between[1].statistic, shared.between[1].p], [f["F"], f["p"]])


def test_common_effect_subgroups_split_q() -> None:
    y, se, _ = shared_set("bcg_logRR")
    group, r = frame("bcg_logRR")["alloc"], shared_pooling()["subgroups"]["bcg_alloc"]
    fit = stats.subgroups(y, se, group, model="common")
    agrees([fit.between[0].statistic, fit.between[0].p], [r["EE_Qb"]["Q"], r["EE_Qb"]["p"]])
    whole = stats.pool(y, se, model="common").q
    assert sum(p.q for p in fit.pools) + fit.between[0].statistic == pytest.approx(whole)
    for name, pool in zip(fit.groups, fit.pools, strict=True):
        agrees([pool.estimate, pool.i2, pool.h2], [r["EE"][name][k] for k in ("est", "I2", "H2")])


def test_a_subgroup_of_one() -> None:
    y, se = [0.1, 0.3, 0.9, 0.8, 2.0], [0.2, 0.3, 0.2, 0.3, 0.4]
    group = ["a", "a", "b", "b", "c"]
    own = stats.subgroups(y, se, group)
    assert own.groups == ("a", "b")
    assert [(c.code, c.get("group")) for c in own.cautions] == [("subgroup-of-one", "c")]
    shared = stats.subgroups(y, se, group, tau2="common")
    assert shared.groups == ("a", "b", "c") and shared.pools[2].n == 1
    assert shared.pools[2].estimate == pytest.approx(2.0)
    assert math.isnan(shared.pools[2].i2)
    with pytest.raises(InputError, match="one subgroup"):
        stats.subgroups(y, se, ["a"] * 5)
    holes = stats.subgroups(y, se, ["a", "a", "b", "b", None])
    assert (holes.n, holes.missing) == (4, 1)


@pytest.mark.parametrize("which", [0, 1])
def test_several_estimates_of_one_study_equal_metafor_and_clubsandwich(which: int) -> None:
    stored = oracle("pooling")["clustered"]
    d, r = stored["data"], stored["fits"][which]
    fit = stats.pool_clustered(d["y"], np.sqrt(d["v"]), d["cluster"], correlation=r["correlation"])
    names: dict[str, Any] = {"estimate": "estimate", "se_model": "se_model", "se": "se",
             "se_cr1": "se_cr1", "df": "df", "p": "p", "loglik": "loglik",
             "tau2_between": "between", "tau2_within": "within"}  # fmt: skip
    for field, key in names.items():
        agrees(getattr(fit, field), r[key])
    assert fit.loglik >= r["loglik"] - 1e-9
    assert (fit.n, fit.clusters) == (12, 7)


def test_one_estimate_per_study_is_the_plain_pool() -> None:
    y, se, _ = shared_set("bcg_logRR")
    fit = stats.pool_clustered(y, se, np.arange(13))
    plain = stats.pool(y, se, ci="wald")
    agrees([fit.estimate, fit.se_model, fit.tau2_between], [plain.estimate, plain.se, plain.tau2])
    assert [c.code for c in fit.cautions] == ["no-repeated-estimates"]
    turned = np.random.default_rng(3).permutation(13)
    agrees(stats.pool_clustered(y[turned], se[turned], turned).df, fit.df)


def test_clusters_that_cannot_be_used() -> None:
    with pytest.raises(InputError, match="one study"):
        stats.pool_clustered([1.0, 2.0], [0.1, 0.1], ["a", "a"])
    with pytest.raises(InputError, match="correlation"):
        stats.pool_clustered([1.0, 2.0], [0.1, 0.1], ["a", "b"], correlation=1.0)
    fit = stats.pool_clustered([1.0, 1.2, 2.0, np.nan], [0.1, 0.2, 0.1, 0.1], ["a", "a", "b", "c"])
    assert (fit.clusters, fit.missing) == (2, 1)
    assert [c.code for c in fit.cautions] == ["few-degrees-of-freedom"]
