"""Late entry, weights, tied causes, tiny samples: against R survival and cmprsk."""

from __future__ import annotations

import numpy as np
import pytest

from fusionscape.stats import (
    aalen_johansen,
    fine_gray,
    gray,
    km,
    logrank,
    nelson_aalen,
    occupation,
    rmst,
    transitions,
)
from stats.curve_oracles import floats, oracle, sample

FIELDS = (
    ("time", "time"),
    ("n_at_risk", "n.risk"),
    ("n_event", "n.event"),
    ("estimate", "surv"),
    ("std_err", "std.err"),
    ("ci_low", "lower"),
    ("ci_high", "upper"),
)
QUANTILES = (("quantile", "q"), ("quantile_low", "q.lower"), ("quantile_high", "q.upper"))


def late():
    return sample("late")


def same_curves(fit, want):
    labels = np.array(want["group"]) if want["group"] else np.full(len(want["time"]), "all")
    for k, curve in enumerate(fit.curves):
        mine = labels == curve.group
        assert curve.time.size == mine.sum()
        for field, name in FIELDS:
            # R prints 0 events and n with weights; all are the sums used here.
            np.testing.assert_allclose(
                getattr(curve, field), floats(want[name])[mine], rtol=1e-8, atol=1e-12, err_msg=name
            )
        for field, name in QUANTILES:
            table = floats(want[name])
            row = table[k] if want["group"] else table[:, 0]
            np.testing.assert_allclose(getattr(curve, field), row, rtol=1e-12, err_msg=name)


def test_late_entry():
    d = late()
    fit = km(d["time"], d["event"], entry=d["entry"], group=d["g"])
    same_curves(fit, oracle()["km"]["late_entry"])


@pytest.mark.parametrize("key, weights", [("case_weights", "w"), ("fractional_weights", "v")])
def test_weights(key, weights):
    d = late()
    same_curves(km(d["time"], d["event"], weights=d[weights], group=d["g"]), oracle()["km"][key])


def test_fractional_weights_with_late_entry():
    d = late()
    fit = km(d["time"], d["event"], entry=d["entry"], weights=d["v"])
    same_curves(fit, oracle()["km"]["fractional_weights_late"])
    assert "jackknife" in fit.method


@pytest.mark.parametrize(
    "key, time, event, conf",
    [
        ("all_censored", [1, 2, 2, 5], [0, 0, 0, 0], "log-log"),
        ("one_event", [1, 2, 2, 5], [0, 1, 0, 0], "log-log"),
        ("two_patients", [3, 4], [1, 0], "log-log"),
        ("time_zero", [0, 0, 1, 2, 3], [1, 0, 1, 0, 1], "log-log"),
        ("midpoint", [1, 2, 3, 4], [1, 1, 1, 1], "log"),
    ],
)
def test_tiny(key, time, event, conf):
    same_curves(km(time, event, conf_type=conf), oracle()["km"][key])


def test_conditional_start():
    d = late()
    fit = km(d["time"], d["event"], entry=d["entry"], start=5)
    want = dict(oracle()["km"]["conditional"])
    same_curves(fit, want)
    assert fit.curves[0].start_time == 5


def test_hazard():
    d, want = late(), oracle()["hazard"]
    curve = nelson_aalen(d["time"], d["event"], entry=d["entry"]).curves[0]
    np.testing.assert_allclose(curve.estimate, want["cumhaz"], rtol=1e-8)
    np.testing.assert_allclose(curve.std_err, want["se"], rtol=1e-8)
    curve = nelson_aalen(d["time"], d["event"], entry=d["entry"], ties="fleming-harrington").curves[
        0
    ]
    np.testing.assert_allclose(curve.estimate, want["fh"], rtol=1e-8)
    np.testing.assert_allclose(curve.std_err, want["fh_se"], rtol=1e-8)
    curve = nelson_aalen(d["time"], d["event"], weights=d["v"]).curves[0]
    np.testing.assert_allclose(curve.estimate, want["weighted"], rtol=1e-8)
    np.testing.assert_allclose(curve.std_err, want["weighted_se"], rtol=1e-8)


@pytest.mark.parametrize("key", ["plain", "late_entry"])
def test_aalen_johansen(key):
    d, want = late(), oracle()["aj"][key]
    plain = key == "plain"
    fit = aalen_johansen(
        d["time"],
        d["cause"],
        entry=None if plain else d["entry"],
        group=d["g"] if plain else None,
    )
    labels = np.array(want["group"]) if plain else np.full(len(want["time"]), "all")
    for curve in fit.curves:
        mine, j = labels == curve.group, int(curve.cause) - 1
        for field, name in (("estimate", "p"), ("std_err", "se")):
            np.testing.assert_allclose(
                getattr(curve, field), floats(want[name])[mine, j], rtol=1e-8, atol=1e-12
            )
        begun = curve.estimate > 0
        np.testing.assert_allclose(
            curve.ci_low[begun], floats(want["lower"])[mine, j][begun], rtol=1e-8
        )
        np.testing.assert_allclose(
            curve.ci_high[begun], floats(want["upper"])[mine, j][begun], rtol=1e-8
        )


def test_cuminc_with_ties():
    d, want = late(), oracle()["cuminc"]
    fit = aalen_johansen(d["time"], d["cause"], group=d["g"], variance="aalen")
    for row, est, var in zip(want["rows"], want["est"], want["var"], strict=True):
        group, cause = row.split(" ")
        curve = fit.of(int(cause), group)
        times = np.array(want["times"])
        known = ~np.isnan(floats(est))
        where = np.searchsorted(curve.time, times[known], side="right") - 1
        # cuminc starts at zero before the first time.
        got = np.concatenate([[0.0], curve.estimate])[where + 1]
        got_var = np.concatenate([[0.0], curve.std_err])[where + 1] ** 2
        np.testing.assert_allclose(got, floats(est)[known], rtol=1e-8, atol=1e-14)
        np.testing.assert_allclose(got_var, floats(var)[known], rtol=1e-8, atol=1e-14)


@pytest.mark.parametrize("cause", [1, 2, 3])
def test_gray(cause):
    d = late()
    args = (d["time"], d["cause"], d["g"])
    np.testing.assert_allclose(
        [
            gray(*args, of=cause).statistic,
            gray(*args, of=cause, strata=d["s"]).statistic,
            gray(*args, of=cause, rho=1).statistic,
        ],
        [
            oracle()["cuminc"]["stat"][cause - 1],
            oracle()["gray_strata"][cause - 1],
            oracle()["gray_rho"][cause - 1],
        ],
        rtol=1e-8,
    )


@pytest.mark.parametrize("cause", [1, 2])
def test_crr_with_ties(cause):
    d, want = late(), oracle()["crr"][cause - 1]
    got = fine_gray(d["time"], d["cause"], np.stack([d["x"], d["z"]], axis=1), of=cause)
    np.testing.assert_allclose(got.coef, want["coef"], rtol=1e-8)
    np.testing.assert_allclose(got.se, want["se"], rtol=1e-8)
    np.testing.assert_allclose(
        [got.loglik, got.loglik_null], [want["loglik"], want["loglik_null"]], rtol=1e-10
    )


WEIGHTINGS = {
    "logrank": {},
    "gehan": {"weighting": "gehan"},
    "tarone": {"weighting": "tarone-ware"},
    "peto": {"weighting": "peto-peto"},
    "fh11": {"rho": 1, "gamma": 1},
    "fh01": {"gamma": 1},
}


@pytest.mark.parametrize("key", ["rank", "rank_late", "rank_strata"])
@pytest.mark.parametrize("name", WEIGHTINGS)
def test_rank_tests(key, name):
    d, want = late(), oracle()[key][name]
    options = dict(WEIGHTINGS[name], exact=False)
    if key == "rank_late":
        options["entry"] = d["entry"]
    if key == "rank_strata":
        options["strata"] = d["s"]
    got = logrank(d["time"], d["event"], d["g"], **options)
    np.testing.assert_allclose(got.observed, want["obs"], rtol=1e-8)
    np.testing.assert_allclose(got.expected, want["exp"], rtol=1e-8)
    np.testing.assert_allclose(got.variance, want["var"], rtol=1e-8)
    np.testing.assert_allclose(got.statistic, want["chisq"], rtol=1e-8)
    trend = logrank(d["time"], d["event"], d["g"], scores=[0, 1, 2], **options)
    np.testing.assert_allclose(trend.statistic, want["trend"], rtol=1e-8)
    assert (got.df, trend.df) == (2, 1)


def test_late_entry_logrank_is_the_cox_score_test():
    d = late()
    got = logrank(d["time"], d["event"], d["g"], entry=d["entry"], exact=False)
    np.testing.assert_allclose(got.statistic, oracle()["cox_score_late"], rtol=1e-8)


def test_case_weights_repeat_patients():
    d = late()
    got = logrank(d["time"], d["event"], d["g"], weights=d["w"], exact=False)
    np.testing.assert_allclose(got.statistic, oracle()["survdiff_weights"], rtol=1e-8)


def test_rmst_with_ties():
    d, want = late(), oracle()["rmst"]
    got = rmst(d["time"], d["event"], tau=want["tau"], group=d["g"])
    np.testing.assert_allclose([g.rmst for g in got.groups], want["mean"], rtol=1e-8)
    np.testing.assert_allclose([g.se for g in got.groups], want["se"], rtol=1e-8)


def test_occupation():
    d, want = sample("course"), oracle()["occupation"]
    course = transitions(
        d["time"], d["death"], {"cr": d["cr"], "tx": d["tx"], "rel": d["rel"]}, initial="(s0)"
    )
    got = occupation(course, times=want["times"])
    assert list(got.states) == want["states"]
    np.testing.assert_allclose(got.probability, want["p"], rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(got.std_err, want["se"], rtol=1e-8, atol=1e-12)
    inside = (got.probability > 0) & (got.probability < 1)
    np.testing.assert_allclose(got.ci_low[inside], floats(want["lower"])[inside], rtol=1e-8)
    np.testing.assert_allclose(got.ci_high[inside], floats(want["upper"])[inside], rtol=1e-8)
    np.testing.assert_allclose(got.probability.sum(axis=1), 1, rtol=1e-12)
