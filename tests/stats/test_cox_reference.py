"""Every Cox value of the shared R reference.

R stops iterating at a relative change of 1e-9 in log likelihood, which leaves its own
coefficients some 1e-9 standard errors from the maximum; coefficients are therefore compared
within 1e-8 of the larger of coefficient and standard error, and p values within 1e-8 of that
shift. Everything else is relative 1e-8.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fusionscape import stats
from fusionscape.stats.cox_newton import evaluate, model_of, penalised
from stats.reference import close, frame, numbers, reference


def lung(*columns: str) -> tuple[Any, Any, Any]:
    d = frame("lung")
    X = np.stack([d[c] for c in columns], axis=1)
    keep = ~np.isnan(X).any(axis=1)
    return d["time"][keep], d["status"][keep] == 2, X[keep]


def veteran(*columns: str) -> tuple[Any, Any, Any]:
    d = dict(frame("veteran"))
    for level in ("smallcell", "adeno", "large"):
        d[level] = (d["celltype"] == level).astype(float)
    return d["time"], d["status"], np.stack([d[c] for c in columns], axis=1)


FULL = ("trt", "smallcell", "adeno", "large", "karno", "diagtime", "age", "prior")


def myeloid() -> tuple[Any, Any, Any]:
    d = frame("myeloid")
    return d["futime"], d["death"], np.stack([d["trt"] == "B", d["sex"] == "m"], axis=1)


def ovarian() -> tuple[Any, Any, Any]:
    d = frame("ovarian")
    return d["futime"], d["fustat"], np.stack([d[c] for c in ("age", "rx", "resid.ds")], axis=1)


def aml() -> tuple[Any, Any, Any]:
    d = frame("aml")
    return d["time"], d["status"], (d["x"] == "Nonmaintained")[:, None]


def tiny() -> tuple[Any, Any, Any]:
    d = frame("tiny")
    return d["time"], d["event"], d["g"][:, None]


def sep51(*columns: str) -> tuple[Any, Any, Any]:
    d = dict(frame("sep51"))
    d["log_wbc"] = np.log(d["wbc"])
    return d["time"], d["event"], np.stack([d[c] for c in columns], axis=1)


def ever_transplanted() -> tuple[Any, Any, Any]:
    d = frame("myeloid")
    columns = [~np.isnan(d["txtime"]), d["trt"] == "B", d["sex"] == "m"]
    return d["futime"], d["death"], np.stack(columns, axis=1)


DATA: dict[str, Any] = {
    "cox_lung_age_sex_ecog": lung("age", "sex", "ph.ecog"),
    "cox_veteran_full": veteran(*FULL),
    "cox_myeloid_trt_sex": myeloid(),
    "cox_ovarian": ovarian(),
    "cox_aml_x": aml(),
    "cox_tiny_g": tiny(),
    "naive_myeloid_ever_tx_cox_immortal_time_bias": ever_transplanted(),
}
CASES = [(key, ties) for key in DATA for ties in reference(key)]


def agrees(fit: stats.CoxFit, want: dict[str, Any]) -> None:
    """Everything coxph prints."""
    se = numbers(want["se"])
    assert close(fit.coef, want["coef"], scale=se)
    assert close(fit.se, want["se"])
    assert close(fit.statistic, want["z"], scale=1.0)
    assert close(fit.p, want["p"], rel=3e-8)
    assert close(fit.hazard_ratio, want["hr"], rel=1e-8)
    assert close(fit.hr_low, want["lower"]) and close(fit.hr_high, want["upper"])
    assert close([fit.loglik_null, fit.loglik], want["loglik"])
    diagonal = np.sqrt(np.outer(se, se))
    assert close(fit.covariance, want["vcov"], scale=diagonal)
    assert (fit.n, fit.events) == (want["n"], want["nevent"])
    ratio, score, wald = fit.tests
    assert (ratio.name, score.name, wald.name) == ("likelihood ratio", "score", "Wald")
    for test, r in ((ratio, want["lrt"]), (score, want["score"])):
        assert close(test.statistic, r["test"]) and close(test.p, r["pvalue"])
        assert test.df == r["df"]
    assert abs(wald.statistic - want["wald"]["test"]) < 0.0051  # R rounds it to two digits
    assert close(wald.p, want["wald"]["pvalue"], rel=1e-7)
    parameters = len(fit.coef)
    assert close(-2.0 * fit.loglik + 2.0 * parameters, want["aic"])
    assert close(-2.0 * fit.loglik + parameters * np.log(fit.events), want["bic"])
    if want.get("concordance") is not None:
        c = stats.fit_concordance(fit)
        assert close(
            [c.concordance, c.se], [want["concordance"]["C"], want["concordance"]["se(C)"]]
        )


@pytest.mark.parametrize(("key", "ties"), CASES)
def test_right_censored_fits_equal_coxph(key: str, ties: str) -> None:
    time, event, X = DATA[key]
    fit = stats.cox(time, event, X, ties=ties)
    assert fit.penalty is None and fit.converged
    agrees(fit, reference(key)[ties])


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("key", ["td_myeloid_tx_cox", "td_myeloid_tx_only"])
def test_time_dependent_transplant_equals_coxph(key: str, ties: str) -> None:
    d = frame("myeloid_td")
    X = np.stack([d["tx"], d["trt"] == "B", d["sex"] == "m"], axis=1)
    X = X[:, :1] if key.endswith("only") else X
    fit = stats.cox(d["tstop"], d["death"], X, entry=d["tstart"], ties=ties)
    agrees(fit, reference(key)[ties])


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_strata_equal_coxph(ties: str) -> None:
    time, event, X = veteran("trt", "karno")
    fit = stats.cox(time, event, X, strata=frame("veteran")["celltype"], ties=ties)
    agrees(fit, reference("cox_veteran_strata_celltype")[ties])


def test_robust_and_weighted_fits_equal_coxph() -> None:
    time, event, X = lung("age", "sex")
    want = reference("cox_lung_robust_hc")
    fit = stats.cox(time, event, X, robust=True)
    assert close(fit.coef, list(want["coef"].values()), scale=fit.se)
    assert close(fit.se, want["robust_se"])
    want = reference("cox_lung_weights")
    fit = stats.cox(time, event, X, weights=np.where(X[:, 0] > 60, 2.0, 0.5))
    assert close(fit.coef, list(want["coef"].values()))
    assert close(fit.se, want["se"])
    assert close([fit.loglik_null, fit.loglik], want["loglik"])


def test_univariable_screen_p_values() -> None:
    want = reference("cox_univariable_screen_veteran")
    p = [float(stats.cox(*veteran(term)).p[0]) for term in want["term"]]
    assert close(p, want["p"])


def test_interaction_likelihood_ratio() -> None:
    time, event, X = myeloid()
    want = reference("cox_interaction_myeloid_trt_by_sex_lrt")
    both = np.column_stack((X, X[:, 0] & X[:, 1]))
    small, large = stats.cox(time, event, X), stats.cox(time, event, both)
    assert close(large.coef, list(want["coef"].values()), scale=large.se)
    assert close(large.se, want["se"])
    assert close(2.0 * (large.loglik - small.loglik), want["lrt_chisq"])


def test_time_transformed_covariate_as_split_intervals() -> None:
    """tt(karno) = karno log(t + 20): one row per patient and event time it survives to."""
    time, event, X = veteran("trt", "karno")
    want = reference("cox_time_varying_coef_veteran_karno_tt")
    cuts = np.unique(time[event == 1])
    rows = []
    for t, e, (trt, karno) in zip(time, event, X, strict=True):
        start = 0.0
        for stop in cuts[cuts <= t]:
            rows.append((start, stop, e * (stop == t), trt, karno, karno * np.log(stop + 20)))
            start = stop
    a = np.array(rows)
    fit = stats.cox(a[:, 1], a[:, 2], a[:, 3:], entry=a[:, 0])
    assert close(fit.coef, want["coef"], scale=fit.se)
    assert close(fit.se, want["se"])
    assert close([fit.loglik_null, fit.loglik], want["loglik"])


@pytest.mark.parametrize(
    "at", ["landmark_60_myeloid", "landmark_120_myeloid", "landmark_365_myeloid"]
)
def test_landmark_coefficients(at: str) -> None:
    d, want = frame("myeloid"), reference(at)
    mark = want["landmark"]
    keep = d["futime"] > mark
    exposed = d["txtime"][keep] <= mark
    fit = stats.cox(d["futime"][keep], d["death"][keep], exposed[:, None])
    assert fit.n == want["n"] and int(exposed.sum()) == want["n_tx"]
    # R stops up to 6e-8 standard errors short here; with eps = 1e-14 it agrees to 1e-14
    assert close(fit.coef, want["coef"], rel=1e-7, scale=fit.se)
    got = [fit.se[0], fit.hr_low[0], fit.hr_high[0], fit.p[0]]
    assert close(got, [want[k] for k in ("se", "lower", "upper", "p")], rel=1e-7)


@pytest.mark.parametrize("cause", [1, 2])
def test_cause_specific_hazards(cause: int) -> None:
    d = frame("cr_myeloid_cr_vs_death")
    want = reference(f"cause_specific_myeloid_cr_cause{cause}")
    fit = stats.cox(d["t"], d["ev"] == cause, np.stack([d["B"], d["male"]], axis=1))
    assert close(fit.coef, want["coef"], scale=fit.se) and close(fit.se, want["se"])


def test_baseline_hazard_and_predicted_survival() -> None:
    time, event, X = lung("age", "sex")
    fit = stats.cox(time, event, X)
    want = reference("cox_basehaz_lung")
    base = stats.baseline_hazard(fit)
    rows = [9, 49, 99, 149]
    assert base.time[rows].tolist() == want["time"]
    assert close(base.cumulative_hazard[0, rows], want["hazard0"])
    want = reference("cox_predict_survival_lung")
    curve = stats.cox_survival(fit, [[50, 1], [70, 2]], times=[180, 365, 730], conf_type="log")
    assert close(curve.survival.T, want["surv"])
    assert close((curve.survival * curve.std_err).T, want["se"])
    assert close(curve.ci_low.T, want["lower"]) and close(curve.ci_high.T, want["upper"])


def test_residuals() -> None:
    fit = stats.cox(*veteran("trt", "karno"))
    want = reference("cox_residuals_veteran")
    for kind, key in (
        ("martingale", "martingale_first10"),
        ("deviance", "deviance_first10"),
        ("score", "score_first3"),
        ("dfbeta", "dfbeta_first3"),
        ("schoenfeld", "schoenfeld_first3"),
        ("scaled-schoenfeld", "scaled_schoenfeld_first3"),
    ):
        values = stats.cox_residuals(fit, kind=kind).values
        assert close(values[: len(want[key])], want[key])


@pytest.mark.parametrize("transform", ["km", "rank", "identity", "log"])
@pytest.mark.parametrize("key", ["zph_veteran", "zph_myeloid_trt"])
def test_proportional_hazards_score_test(key: str, transform: str) -> None:
    data = veteran(*FULL) if key == "zph_veteran" else (*myeloid()[:2], myeloid()[2][:, :1])
    want = reference(key)[transform]
    test = stats.ph_test(stats.cox(*data), transform=transform)
    # the reference sits at R's stopping point, which moves its chi-square by some 1e-9
    assert close(test.statistic, want["chisq"], scale=1.0)
    assert close(test.p, want["p"], rel=2e-8)
    assert test.df.tolist() == want["df"]
    assert test.terms[-1] == "GLOBAL"


def test_proportional_hazards_by_term() -> None:
    want = reference("zph_veteran_by_term")
    d = frame("veteran")
    design = stats.design_matrix(
        {"trt": d["trt"], "celltype": d["celltype"], "karno": d["karno"]},
        levels={"celltype": ["squamous", "smallcell", "adeno", "large"]},
    )
    test = stats.ph_test(stats.cox(d["time"], d["status"], design))
    assert list(test.terms) == want["term"] and test.df.tolist() == want["df"]
    assert close(test.statistic, want["chisq"]) and close(test.p, want["p"])


def test_concordance_counts_and_uno() -> None:
    want = reference("concordance_lung")
    fit = stats.cox(*lung("age", "sex", "ph.ecog"))
    c = stats.fit_concordance(fit)
    counts = [c.concordant, c.discordant, c.tied_risk, c.tied_time, c.tied_both]
    assert counts == [float(v) for v in want["counts"].values()]
    assert close([c.concordance, c.se], [want["harrell"], want["se"]])
    assert close(stats.fit_concordance(fit, weighting="uno").concordance, want["uno"])


FIRTH: dict[str, Any] = {
    "firth_sep51_tx": sep51("tx"),
    "firth_sep51_tx_age": sep51("tx", "age"),
    "firth_sep51_full": sep51("tx", "age", "log_wbc"),
    "firth_tiny_g": tiny(),
    "firth_aml_x": aml(),
    "firth_ovarian": ovarian(),
}


@pytest.mark.parametrize("ties", ["breslow", "efron"])
@pytest.mark.parametrize("key", sorted(FIRTH))
def test_firth_fits(key: str, ties: str) -> None:
    """Penalised log likelihood, tests and profile limits; coefficients where R's optimiser ended.

    The reference maximised numerically and stopped up to 2e-7 standard errors away, so its
    coefficients are compared within 1e-6; ours must have the higher penalised likelihood
    and a penalised score of zero.
    """
    time, event, X = FIRTH[key]
    want = reference(f"{key}_{ties}")
    fit = stats.cox(time, event, X, ties=ties, penalty="firth")
    assert fit.penalised_loglik is not None and fit.penalised_loglik_null is not None
    assert close(fit.coef, want["coef"], rel=1e-6, scale=fit.se)
    assert close(fit.se, want["se_wald"], rel=1e-6)
    assert close(fit.hr_low, want["pl_lower"], rel=1e-6)
    assert close(fit.hr_high, want["pl_upper"], rel=1e-6)
    assert close(fit.p, want["plr_p"])
    assert close(fit.penalised_loglik, want["pen_loglik"])
    assert close(fit.penalised_loglik_null, want["pen_loglik_null"])
    assert close(fit.tests[0].statistic, want["plr_global"])
    assert close(fit.tests[0].p, want["plr_global_p"])
    assert fit.penalised_loglik >= want["pen_loglik"] - 1e-12
    model = model_of(fit.data)
    assert np.abs(penalised(model, fit.coef * model.scale)[1]).max() < 1e-9


def test_separated_data_switch_to_firth_and_never_print_a_wald_interval() -> None:
    """R prints -21.6 (SE 8286) for these; the likelihood has no maximum."""
    time, event, X = sep51("tx", "age")
    want = reference("cox_sep51_unpenalised_diverges")["efron"]
    fit = stats.cox(time, event, X, names=["tx", "age"])
    assert fit.penalty == "firth" and fit.monotone == ("down", None)
    assert fit.ci_method == "profile penalised likelihood"
    assert [c.code for c in fit.cautions][:2] == ["monotone-likelihood", "switched-to-firth"]
    assert fit.cautions[0].get("covariate") == "tx" and fit.cautions[0].get("alone") is True
    plain = stats.cox(time, event, X, penalty=None)
    assert plain.coef[0] == -np.inf and plain.hazard_ratio[0] == 0.0
    assert np.isnan(plain.ci_low).all() and np.isnan(plain.p).all() and np.isnan(plain.se).all()
    # the supremum of the likelihood is still right, and the other coefficient at its limit
    assert close([plain.loglik_null, plain.loglik], want["loglik"])
    assert close(plain.coef[1], want["coef"][1], rel=1e-6)
    assert evaluate(model_of(fit.data), np.zeros(2)).loglik == pytest.approx(plain.loglik_null)
