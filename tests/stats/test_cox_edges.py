"""The smallest, the emptiest and the worst data, and answers worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from fusionscape import stats
from fusionscape.results import InputError
from fusionscape.stats.cox_likelihood import likelihood
from fusionscape.stats.cox_monotone import divergences, proven_finite
from fusionscape.stats.cox_newton import chosen_kernel, evaluate, model_of, newton


def codes(fit: stats.CoxFit) -> list[str]:
    return [c.code for c in fit.cautions]


def refused(code: str, *arguments: Any, **options: Any) -> stats.CoxError:
    with pytest.raises(stats.CoxError) as caught:
        stats.cox(*arguments, **options)
    assert caught.value.code == code and isinstance(caught.value, ValueError)
    return caught.value


def test_two_patients_firth_is_log_three() -> None:
    """One death, the exposed one first: l* = b - log(1 + e^b) + (b - 2 log(1 + e^b)) / 2.

    Its derivative is 3/2 - 2 e^b / (1 + e^b), zero at e^b = 3.
    """
    fit = stats.cox([1, 2], [1, 0], [[1], [0]])
    assert fit.penalty == "firth" and fit.monotone == ("up",)
    assert fit.coef[0] == pytest.approx(math.log(3), abs=1e-12)
    # information p (1 - p) with p = 3/4
    assert fit.se[0] == pytest.approx(math.sqrt(16 / 3), rel=1e-12)
    # l* = (3/2) b - 2 log(1 + e^b): at log 3, (3/2) log 3 - 2 log 4; at 0, -2 log 2
    chi = 2 * (1.5 * math.log(3) - 2 * math.log(4) + 2 * math.log(2))
    assert fit.statistic[0] == pytest.approx(chi, rel=1e-12)
    for limit in (fit.ci_low[0], fit.ci_high[0]):
        depth = 1.5 * math.log(3) - 2 * math.log(4) - 1.5 * limit + 2 * math.log1p(math.exp(limit))
        assert 2 * depth == pytest.approx(3.841458820694124, rel=1e-9)


def test_a_stratum_without_weight_or_without_events() -> None:
    time, event, X = random_cohort()
    strata = np.array(["a", "b", "c"])[np.arange(60) % 3]
    weights = np.where(strata == "c", 0.0, 1.0)
    fit = stats.cox(time, event & (strata != "b"), X, strata=strata, weights=weights)
    alone = stats.cox(time[strata == "a"], event[strata == "a"], X[strata == "a"])
    np.testing.assert_allclose(fit.coef, alone.coef, rtol=1e-9)
    assert fit.n == 40 and fit.events == alone.events
    flat = stats.cox_survival(fit, X[:1], stratum="b")
    assert (flat.survival == 1.0).all() and (flat.std_err == 0.0).all()
    assert stats.fit_concordance(fit).concordance == pytest.approx(
        stats.fit_concordance(alone).concordance
    )


def test_two_patients_other_way_round() -> None:
    fit = stats.cox([1, 2], [1, 0], [[0], [1]])
    assert fit.coef[0] == pytest.approx(-math.log(3), abs=1e-12) and fit.monotone == ("down",)


def test_three_patients_by_hand() -> None:
    """Deaths at 1 (exposed), 2 (not), 3 alone: L = r/(r + 2) * 1/2 ... with x = 1, 0, 0.

    Only the first death informs: monotone. With x = 0, 1, 0 the likelihood is
    1/(2 + r) * r/(1 + r), largest at r = sqrt 2.
    """
    fit = stats.cox([1, 2, 3], [1, 1, 1], [[0], [1], [0]])
    assert fit.penalty is None
    assert fit.hazard_ratio[0] == pytest.approx(math.sqrt(2), rel=1e-12)
    r = math.sqrt(2)
    assert fit.loglik == pytest.approx(math.log(r / ((2 + r) * (1 + r))), rel=1e-12)
    assert fit.loglik_null == pytest.approx(-math.log(6), rel=1e-12)


def test_efron_and_exact_by_hand() -> None:
    """Two tied deaths (x = 1, 0) among three at risk (x = 1, 0, 0), coefficient 0.

    Breslow 1/9, Efron 1/(3 * 2), exact 1 of 3 pairs.
    """
    arguments: tuple[Any, ...] = ([1, 1, 2], [1, 1, 0], [[1], [0], [0]])
    for ties, value in (("breslow", 1 / 9), ("efron", 1 / 6), ("exact", 1 / 3)):
        fit = stats.cox(*arguments, ties=ties, penalty="firth")
        assert fit.loglik_null == pytest.approx(math.log(value), rel=1e-12)


def test_breslow_and_efron_hazards_by_hand() -> None:
    """No effect by symmetry, two deaths of four: Breslow 2/4, Efron 1/4 + 1/3."""
    arguments: tuple[Any, ...] = ([1, 1, 2, 2], [1, 1, 0, 0], [[1], [0], [1], [0]])
    for ties, value in (("breslow", 1 / 2), ("efron", 7 / 12)):
        fit = stats.cox(*arguments, ties=ties)
        assert abs(fit.coef[0]) < 1e-12
        base = stats.baseline_hazard(fit)
        assert base.cumulative_hazard[0].tolist() == pytest.approx([value, value])


def test_no_events_everyone_censored() -> None:
    error = refused("no-events", [1, 2, 3], [0, 0, 0], [[1], [0], [1]])
    assert error.facts[0].name == "n" and error.facts[0].value == 3
    refused("no-events", [1, 2], [1, 0], [[1], [0]], weights=[0, 1])
    refused("no-patients", [], [], np.zeros((0, 1)))


def test_one_event_and_nobody_to_compare_with() -> None:
    """The only event is the last to leave: no information at all."""
    fit = stats.cox([1, 2, 3], [0, 0, 1], [[1], [0], [1]])
    assert codes(fit) == ["covariate-without-contrast"]
    assert fit.aliased == (True,) and np.isnan(fit.coef[0]) and fit.df == 0 and fit.tests == ()


def test_one_event_inside_the_range_is_not_monotone() -> None:
    fit = stats.cox([1, 2, 3], [1, 0, 0], [[0.5], [0.0], [1.0]])
    assert fit.penalty is None and fit.coef[0] == pytest.approx(0.0, abs=1e-12)
    assert codes(fit) == ["few-events-per-variable"]


def test_one_patient() -> None:
    fit = stats.cox([1], [1], [[2.0]])
    assert codes(fit) == ["constant-covariate"] and np.isnan(fit.coef[0])


def test_missing_values_name_the_column() -> None:
    X = np.array([[1.0, np.nan], [0.0, 2.0], [1.0, 1.0]])
    error = refused("missing-values", [1, 2, 3], [1, 1, 0], X, names=["tx", "wbc_10e9_l"])
    assert "wbc_10e9_l" in str(error) and "1 of 3" in str(error)
    X[:, 1] = np.nan
    error = refused("all-missing", [1, 2, 3], [1, 1, 0], X, names=["tx", "wbc_10e9_l"])
    assert error.facts[0].value == "wbc_10e9_l"
    refused("missing-values", [1, np.nan], [1, 0], [[1], [0]])
    refused("missing-values", [1, 2], [1, np.nan], [[1], [0]])
    refused("missing-values", [1, 2], [1, 0], [[1], [0]], entry=[0, np.nan])
    refused("missing-values", [1, 2], [1, 0], [[1], [0]], strata=["a", None])
    refused("missing-values", [1, 2], [1, 0], [[1], [np.inf]])


def test_malformed_arguments() -> None:
    fine: tuple[Any, ...] = ([1, 2], [1, 0], [[1], [0]])
    refused("event-not-binary", [1, 2], [1, 2], [[1], [0]])
    refused("shape-mismatch", [1, 2], [1], [[1], [0]])
    refused("shape-mismatch", [1, 2], [1, 0], [[1], [0], [1]])
    refused("not-numeric", [1, 2], [1, 0], [["yes"], ["no"]])
    refused("entry-not-before-time", *fine, entry=[0, 2])
    refused("negative-weight", *fine, weights=[1, -1])
    refused("frequency-not-whole", *fine, weights=[1, 1.5], weights_kind="frequency")
    refused("exact-ties-weighted", *fine, weights=[1, 2], ties="exact")
    refused("exact-ties-robust", *fine, robust=True, ties="exact")
    refused("names-mismatch", *fine, names=["a", "b"])
    refused("terms-mismatch", *fine, terms=["a", "b"])
    for option in ({"ties": "none"}, {"penalty": "lasso"}, {"level": 1.0}, {"weights_kind": "x"}):
        refused("unknown-option", *fine, **option)


def random_cohort(n: int = 60, seed: int = 7) -> tuple[Any, Any, Any]:
    random = np.random.default_rng(seed)
    X = np.column_stack((random.integers(0, 2, n), random.normal(size=(n, 2))))
    return np.ceil(random.exponential(8, n)), random.random(n) < 0.7, X


def test_constant_and_collinear_columns_are_named_and_the_rest_unchanged() -> None:
    time, event, X = random_cohort()
    wide = np.column_stack((X[:, 0], np.full(60, 3.0), X[:, 1], X[:, 1] * 2 - X[:, 0], X[:, 2]))
    names = ["tx", "site", "age", "age and tx", "wbc"]
    fit = stats.cox(time, event, wide, names=names)
    assert fit.aliased == (False, True, False, True, False) and fit.df == 3
    found = {c.code: c for c in fit.cautions}
    assert found["constant-covariate"].get("covariate") == "site"
    assert found["collinear-covariate"].get("covariate") == "age and tx"
    assert found["collinear-covariate"].get("explained_by") == "tx, age"
    plain = stats.cox(time, event, X)
    np.testing.assert_allclose(fit.coef[[0, 2, 4]], plain.coef, rtol=1e-10)
    assert stats.ph_test(fit).terms == ("tx", "age", "wbc", "GLOBAL")
    np.testing.assert_allclose(
        stats.cox_survival(fit, wide[:2]).survival,
        stats.cox_survival(plain, X[:2]).survival,
        rtol=1e-9,
    )


def test_covariate_constant_within_every_stratum_has_no_contrast() -> None:
    time, event, X = random_cohort()
    fit = stats.cox(time, event, X[:, :2], strata=X[:, 0], names=["site", "age"])
    assert fit.aliased == (True, False)
    assert fit.cautions[0].code == "covariate-without-contrast"
    assert fit.cautions[0].get("covariate") == "site"


def test_monotone_combination_is_found_though_no_single_column_is() -> None:
    """Deaths are those with x1 > x2; neither column alone orders them."""
    X = np.array([[2.0, 1.0], [5.0, 4.0], [1.0, 2.0], [4.0, 5.0], [3.0, 3.5], [0.0, 0.2]])
    fit = stats.cox([1, 1, 3, 3, 3, 3], [1, 1, 0, 0, 0, 0], X, names=["a", "b"], ties="exact")
    assert fit.monotone == ("up", "down") and fit.penalty == "firth"
    assert [c.get("alone") for c in fit.cautions[:2]] == [False, False]
    assert np.isfinite(fit.ci_low).all() and np.isfinite(fit.ci_high).all()


def test_switch_is_for_every_row_of_the_fit() -> None:
    time, event, X = random_cohort()
    event = event & (X[:, 0] == 0)
    auto, firth = stats.cox(time, event, X), stats.cox(time, event, X, penalty="firth")
    assert codes(auto)[:2] == ["monotone-likelihood", "switched-to-firth"]
    assert "switched-to-firth" not in codes(firth)
    np.testing.assert_array_equal(auto.ci_low, firth.ci_low)
    none = stats.cox(time, event, X, penalty=None)
    assert np.isnan(none.ci_low).all() and np.isneginf(none.coef[0])
    assert "no-interval-monotone-likelihood" in codes(none)
    with pytest.raises(stats.CoxError, match="monotone"):
        stats.cox_residuals(none)


def test_robust_firth_keeps_the_profile_interval_where_wald_means_nothing() -> None:
    time, event, X = random_cohort()
    robust = stats.cox(time, event, X, penalty="firth", robust=True)
    assert robust.ci_method == "robust Wald"
    event = event & (X[:, 0] == 0)
    separated = stats.cox(time, event, X, robust=True)
    assert separated.ci_method == "profile penalised likelihood"
    assert "profile-interval-not-robust" in codes(separated)


def test_few_clusters_and_few_events_are_said() -> None:
    time, event, X = random_cohort(n=24)
    fit = stats.cox(time, event, X, cluster=np.arange(24) % 5)
    assert {"few-clusters", "few-events-per-variable"} <= set(codes(fit))
    assert fit.events_per_variable == fit.events / 3


def test_level_widens_the_interval() -> None:
    time, event, X = random_cohort()
    for penalty in (None, "firth"):
        narrow = stats.cox(time, event, X, penalty=penalty, level=0.8)
        wide = stats.cox(time, event, X, penalty=penalty, level=0.99)
        assert (wide.ci_low < narrow.ci_low).all() and (wide.ci_high > narrow.ci_high).all()
        np.testing.assert_array_equal(wide.p, narrow.p)


def test_times_equal_but_for_rounding_stay_ties() -> None:
    exact = stats.cox([0.3, 0.3, 0.5, 0.7], [1, 1, 1, 0], [[1], [0], [0], [1]])
    rounded = stats.cox([0.1 + 0.2, 0.3, 0.5, 0.7], [1, 1, 1, 0], [[1], [0], [0], [1]])
    assert rounded.loglik == exact.loglik


def test_wildly_different_risks_do_not_overflow() -> None:
    """Offsets 60 apart (risks 1e26 apart) change nothing but each stratum's own scale."""
    random = np.random.default_rng(3)
    x, time, half = random.normal(size=200), random.exponential(size=200), np.arange(200) % 2
    event = np.ones(200)
    plain = stats.cox(time, event, x[:, None], strata=half)
    shifted = stats.cox(time, event, x[:, None], strata=half, offset=half * 900.0 - 400.0)
    np.testing.assert_allclose(shifted.coef, plain.coef, rtol=1e-12)
    np.testing.assert_allclose(shifted.se, plain.se, rtol=1e-12)


def test_a_fit_that_does_not_converge_prints_no_number() -> None:
    """An offset of 700 for a few patients leaves no representable likelihood to climb."""
    random = np.random.default_rng(3)
    x, time = random.normal(size=200), random.exponential(size=200)
    fit = stats.cox(time, np.ones(200), x[:, None], offset=np.where(x > 2, 500.0, -200.0))
    assert not fit.converged and codes(fit) == ["not-converged"]
    assert np.isnan([fit.coef[0], fit.se[0], fit.ci_low[0], fit.p[0]]).all()


def test_a_finite_maximum_is_proven_and_agrees_with_the_linear_programme() -> None:
    for seed in range(12):
        time, event, X = random_cohort(n=18, seed=seed)
        if seed % 3 == 0:
            event = event & (X[:, 0] == 0)
        fit = stats.cox(time, event, X, penalty="firth")
        model = model_of(fit.data)
        peak = newton(model, evaluate(model, np.zeros(3)))
        if proven_finite(model, peak):
            assert divergences(model) == ()
        assert bool(divergences(model)) == any(fit.monotone)
        assert seed % 3 != 0 or any(fit.monotone)


def test_curves_start_at_one_and_stay_within_bounds() -> None:
    time, event, X = random_cohort()
    fit = stats.cox(time, event, X, strata=np.arange(60) % 2)
    for conf_type in ("log-log", "log", "plain"):
        curve = stats.cox_survival(
            fit, X[:3], stratum="1", times=[0.0, 5.0, 500.0], conf_type=conf_type
        )
        assert curve.survival[:, 0].tolist() == [1.0, 1.0, 1.0]
        assert (curve.ci_low <= curve.survival).all() and (curve.survival <= curve.ci_high).all()
        assert (curve.ci_low >= 0).all() and (curve.ci_high <= 1).all()
        assert curve.n_at_risk[0] == 30.0 and curve.n_at_risk[-1] == 0.0
    with pytest.raises(stats.CoxError, match="stratum"):
        stats.cox_survival(fit, X[:1])


def test_compiled_twin_gives_the_same_numbers() -> None:
    from fusionscape.stats import cox_numba

    random = np.random.default_rng(11)
    n = 400
    X = random.normal(size=(n, 4))
    entry = np.floor(random.uniform(0, 5, n))
    time = entry + np.ceil(random.exponential(6, n))
    event, weights, strata = random.random(n) < 0.6, random.uniform(0.2, 3, n), np.arange(n) % 3
    for ties in ("efron", "breslow"):
        for start in (None, entry):
            fit = stats.cox(time, event, X, entry=start, weights=weights, strata=strata, ties=ties)
            model = model_of(fit.data)
            eta = 0.3 * model.XT[0] - 0.2 * model.XT[3]
            a = likelihood(model.sets, model.XT, eta)
            b = cox_numba.likelihood(model.sets, model.XT, eta)
            assert b.loglik == pytest.approx(a.loglik, rel=1e-12)
            np.testing.assert_allclose(b.score, a.score, rtol=1e-9, atol=1e-9)
            np.testing.assert_allclose(b.information, a.information, rtol=1e-9, atol=1e-9)


def test_the_compiler_is_chosen_for_many_rows_only() -> None:
    assert chosen_kernel(49_999) is likelihood
    assert chosen_kernel(50_000).__module__.endswith("cox_numba")


def test_ph_test_needs_positive_times_for_the_log() -> None:
    fit = stats.cox([0, 1, 2, 3], [1, 1, 1, 0], [[1], [0], [0], [1]])
    with pytest.raises(stats.CoxError, match="log of time"):
        stats.ph_test(fit, transform="log")


def test_concordance_edges() -> None:
    lonely = stats.concordance([1, 2], [0, 1], [1.0, 2.0])
    assert math.isnan(lonely.concordance) and lonely.concordant == 0.0
    with pytest.raises(stats.CoxError):
        stats.concordance([1, 2], [1, 1], [1.0, np.nan])
    with pytest.raises(stats.CoxError, match="Uno"):
        stats.concordance([1, 2], [1, 1], [1.0, 2.0], entry=[0, 0], weighting="uno")


def test_too_few_clusters_are_refused_with_a_code() -> None:
    event, x = [1, 0, 1, 1, 0, 1, 1, 0, 1, 1], np.arange(10) % 3
    X = np.column_stack([x, x**2 + np.arange(10) % 2, np.sin(np.arange(10))])
    for cluster, columns in (([5] * 10, 1), ([1, 2] * 5, 1), ([0, 0, 1, 1, 2] * 2, 3)):
        with pytest.raises(stats.CoxError, match="cluster") as caught:
            stats.cox(range(1, 11), event, X[:, :columns], cluster=cluster)
        assert caught.value.code == "too-few-clusters"
    kept = stats.cox(range(1, 11), event, X[:, :1], cluster=[0, 0, 1, 1, 2] * 2)
    assert "few-clusters" in {c.code for c in kept.cautions}


def test_a_cox_error_is_an_input_error_with_the_same_code() -> None:
    with pytest.raises(InputError) as caught:
        stats.cox([1, 2], [1, 0], [["a"], ["b"]])
    error = caught.value
    assert isinstance(error, stats.CoxError) and isinstance(error, ValueError)
    assert [(f.code, f.column) for f in error.findings] == [(error.code, "X")]
    assert error.findings[0].what == str(error)
