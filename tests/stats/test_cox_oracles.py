"""R survival on delayed entry with ties everywhere, strata, weights, clusters, offset, exact ties.

tests/oracles/cox.R made these values with R's own stopping rule out of the way, so that all
but Firth's (a numerical optimiser in R) agree to 1e-9.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fusionscape import stats
from stats.reference import close, numbers, oracle

DATA = {k: np.array(v) for k, v in oracle("cox")["data"].items()}
REF: dict[str, Any] = oracle("cox")["ref"]
TIES = pytest.mark.parametrize("ties", ["efron", "breslow"])
TIGHT = 1e-9
NEW = np.array([[0.0, 40.0], [1.0, 61.5]])


def fit(*columns: str, entry: bool = True, rows: Any = slice(None), **options: Any) -> stats.CoxFit:
    X = np.stack([DATA[c] for c in columns], axis=1)[rows]
    start = DATA["entry"][rows] if entry else None
    return stats.cox(
        DATA["time"][rows], DATA["event"][rows], X, entry=start, names=columns, **options
    )


def core(got: stats.CoxFit, want: dict[str, Any]) -> None:
    assert close(got.coef, want["coef"], TIGHT, scale=got.se)
    assert close(got.se, want["se"], TIGHT)
    assert close(np.sqrt(np.diag(got.model_covariance)), want["naive_se"], TIGHT)
    assert close([got.loglik_null, got.loglik], want["loglik"], TIGHT)
    assert close(got.hr_low, want["lower"], TIGHT) and close(got.hr_high, want["upper"], TIGHT)
    assert close(got.p, want["p"], TIGHT)
    tests = {test.name: test for test in got.tests}
    assert close(tests["likelihood ratio"].statistic, want["lr"], TIGHT)
    assert close(tests["score"].statistic, want["score"], TIGHT)
    assert close(tests["Wald"].p, want["wald_p"], TIGHT)


def proportional(got: stats.CoxFit, want: dict[str, Any]) -> None:
    for transform, table in want.items():
        test = stats.ph_test(got, transform=transform)
        assert list(test.terms) == table["term"] and test.df.tolist() == table["df"]
        assert close(test.statistic, table["chisq"], TIGHT, scale=0.1)
        assert close(test.p, table["p"], TIGHT)


def residuals(got: stats.CoxFit, want: dict[str, Any]) -> None:
    for kind in ("martingale", "deviance", "score", "dfbeta", "dfbetas"):
        values = numbers(want[kind])
        size = np.abs(values).max(axis=0)
        assert close(stats.cox_residuals(got, kind=kind).values, values, TIGHT, scale=size)
    for kind, key in (("schoenfeld", "schoenfeld"), ("scaled-schoenfeld", "scaledsch")):
        # within one tied time R keeps its own sort; compare as sorted rows per column sum
        ours, theirs = stats.cox_residuals(got, kind=kind).values, numbers(want[key])
        order, other = np.lexsort(ours.T.round(6)), np.lexsort(theirs.T.round(6))
        assert close(ours[order], theirs[other], TIGHT, scale=np.abs(theirs).max(axis=0))


def concordant(got: stats.CoxFit, want: dict[str, Any]) -> None:
    c = stats.fit_concordance(got)
    assert close([c.concordance, c.se], [want["C"], want["se"]], TIGHT)
    counts = [c.concordant, c.discordant, c.tied_risk, c.tied_time, c.tied_both]
    assert close(counts, want["count"], 1e-12)


def curves(got: stats.CoxFit, want: dict[str, Any], X: Any) -> None:
    curve = stats.cox_survival(got, X, conf_type="log")
    assert curve.time.tolist() == want["time"]
    assert close(curve.survival.T, want["surv"], TIGHT)
    assert close(curve.cumulative_hazard.T, want["cumhaz"], TIGHT)
    assert close(curve.std_err.T, want["se"], TIGHT)
    low = numbers([[np.nan if v is None else v for v in row] for row in want["lower"]])
    at_zero = curve.survival.T == 0.0
    assert close(np.where(at_zero, np.nan, curve.ci_low.T), np.where(at_zero, np.nan, low), TIGHT)
    assert close(curve.ci_high.T, want["upper"], TIGHT)
    assert close(curve.n_at_risk, want["n.risk"], TIGHT)
    assert close(curve.n_event, want["n.event"], TIGHT)


@TIES
def test_delayed_entry_with_ties(ties: str) -> None:
    got, want = fit("a", "b", "gy", "gz", ties=ties), REF[f"entry_{ties}"]
    core(got, want)
    proportional(got, want["zph"])
    residuals(got, want["residuals"])
    concordant(got, want["concordance"])
    curves(got, want["curve"], np.column_stack((NEW, [[0, 0], [1, 0]])))


@TIES
@pytest.mark.parametrize("entry", [True, False])
def test_strata_one_with_a_single_member(ties: str, entry: bool) -> None:
    got = fit("a", "b", strata=DATA["site"], ties=ties, entry=entry)
    want = REF[f"{'entry_' if entry else ''}strata_{ties}"]
    core(got, want)
    proportional(got, want["zph"])
    residuals(got, want["residuals"])
    concordant(got, want["concordance"])


@TIES
def test_case_weights(ties: str) -> None:
    got = fit("a", "b", entry=False, weights=DATA["w"], ties=ties)
    want = REF[f"weights_{ties}"]
    core(got, want)
    proportional(got, want["zph"])
    residuals(got, want["residuals"])
    concordant(got, want["concordance"])
    curves(got, want["curve"], NEW)


@TIES
def test_probability_weights_force_the_robust_error(ties: str) -> None:
    got = fit(
        "a", "b", strata=DATA["site"], weights=DATA["w"], weights_kind="probability", ties=ties
    )
    assert got.robust and got.ci_method == "robust Wald"
    core(got, REF[f"robust_weights_entry_strata_{ties}"])


@TIES
def test_clusters(ties: str) -> None:
    got, want = fit("a", "b", entry=False, cluster=DATA["id"], ties=ties), REF[f"cluster_{ties}"]
    core(got, want)
    concordant(got, want["concordance"])
    curves(got, want["curve"], NEW)


@TIES
def test_offset(ties: str) -> None:
    got, want = fit("a", "b", offset=DATA["off"], ties=ties), REF[f"offset_{ties}"]
    core(got, want)
    concordant(got, want["concordance"])
    curves(got, want["curve"], NEW)  # both predict at an offset of zero


@TIES
def test_frequency_weights_are_duplicated_rows(ties: str) -> None:
    got = fit("a", "b", weights=DATA["freq"], weights_kind="frequency", ties=ties)
    assert got.n == int(DATA["freq"].sum())
    want = REF[f"frequency_{ties}"]
    core(got, want)
    concordant(got, want["concordance"])


def test_zero_weights_are_absent_rows() -> None:
    weights = DATA["w"].astype(float)
    weights[[2, 10, 19, 20, 49]] = 0.0
    got = fit("a", "b", weights=weights, weights_kind="probability")
    core(got, REF["zero_weights"])
    assert got.n == len(weights) - 5
    assert np.isnan(stats.cox_residuals(got).values).sum() == 5


def test_multi_column_terms() -> None:
    design = stats.design_matrix(
        {"a": DATA["a"], "b": DATA["b"], "factor(g)": DATA["g"]}, reference={"factor(g)": "x"}
    )
    got = stats.cox(DATA["time"], DATA["event"], design, entry=DATA["entry"])
    test, want = stats.ph_test(got), REF["zph_terms"]
    assert list(test.terms) == want["term"] and test.df.tolist() == want["df"]
    assert close(test.statistic, want["chisq"], TIGHT) and close(test.p, want["p"], TIGHT)


def test_alias_leaves_the_same_column_empty_as_r() -> None:
    X = np.stack([DATA["a"], 1 - 2 * DATA["a"], DATA["b"]], axis=1)
    got = stats.cox(DATA["time"], DATA["event"], X, names=["a", "b of a", "c"])
    want = REF["aliased"]
    assert close(got.coef, want["coef"], TIGHT, scale=0.1)
    assert close(got.se[[0, 2]], numbers(want["se"])[[0, 2]], TIGHT)
    (found,) = [c for c in got.cautions if c.code == "collinear-covariate"]
    assert found.get("covariate") == "b of a" and found.get("explained_by") == "a"


@pytest.mark.parametrize("key", ["exact_right", "exact_strata_offset"])
def test_exact_ties(key: str) -> None:
    options = {} if key == "exact_right" else {"strata": DATA["site"] == 1, "offset": DATA["off"]}
    got = fit("a", "b", entry=False, ties="exact", **options)
    core(got, REF[key])
    values = numbers(REF[key]["martingale"])
    assert close(stats.cox_residuals(got).values, values, TIGHT, scale=1.0)


FIRST = slice(0, 40)
FIRTH: dict[str, dict[str, Any]] = {
    "firth_entry": {},
    "firth_entry_breslow": {"ties": "breslow"},
    "firth_entry_strata_weights": {"strata": DATA["site"][FIRST] == 1, "weights": DATA["w"][FIRST]},
    "firth_offset": {"entry": None, "offset": DATA["off"][FIRST]},
    "firth_exact": {"entry": None, "ties": "exact"},
    "firth_finite": {"entry": None, "penalty": "firth"},
}


@pytest.mark.parametrize("key", sorted(FIRTH))
def test_firth_with_everything(key: str) -> None:
    rows = slice(0, 25) if key == "firth_exact" else FIRST
    X = np.stack([DATA["a"], (DATA["b"] - 50) / 10], axis=1)[rows]
    event = DATA["event"][rows] * (1 if key == "firth_finite" else 1 - DATA["a"][rows])
    options = {"entry": DATA["entry"][rows], **FIRTH[key]}
    got, want = stats.cox(DATA["time"][rows], event, X, **options), REF[key]
    assert got.penalty == "firth"
    assert (got.monotone[0] == "down") == (key != "firth_finite")
    assert close(got.coef, want["coef"], 1e-6, scale=got.se)
    assert close(got.se, want["se"], 1e-6)
    assert close(got.ci_low, want["lower"], 1e-6) and close(got.ci_high, want["upper"], 1e-6)
    assert close(got.penalised_loglik, want["value"])
    assert close(got.penalised_loglik_null, want["null"])
    assert close(got.statistic, want["chisq"], 1e-7)
    if want["zph"]:
        assert close(stats.ph_test(got).statistic, want["zph"], 1e-6, scale=0.1)
