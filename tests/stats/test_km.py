"""Kaplan-Meier and Nelson-Aalen against R survfit, fractions worked by hand, and laws."""

from __future__ import annotations

import numpy as np
import pytest

from fusionscape.stats import km, nelson_aalen
from stats.reference import frame, reference

CURVES = {
    "km_lung_all": ("lung", "time", "status2", None),
    "km_lung_sex": ("lung", "time", "status2", "sex"),
    "km_veteran_celltype": ("veteran", "time", "status", "celltype"),
    "km_myeloid_trt": ("myeloid", "futime", "death", "trt"),
    "km_myeloid_sex": ("myeloid", "futime", "death", "sex"),
    "km_aml_x": ("aml", "time", "status", "x"),
    "km_ovarian_rx": ("ovarian", "futime", "fustat", "rx"),
    "km_tiny_g": ("tiny", "time", "event", "g"),
    "km_sep51_tx": ("sep51", "time", "event", "tx"),
    "followup_reverse_km_myeloid": ("myeloid", "futime", "alive", None),
}
CONF = {"log": "log", "log-log": "log-log", "plain": "plain", "logit": "logit", "arcsin": "arcsine"}


def columns(data, time, event, group):
    d = frame(data)
    if event == "status2":
        happened = d["status"] == 2
    elif event == "alive":
        happened = 1 - d["death"]
    else:
        happened = d[event]
    return d[time], happened, None if group is None else d[group]


def floats(values):
    return np.array([np.nan if v in (None, "NA") else v for v in values], dtype=float)


def group_of(stratum):
    return stratum.split("=")[1] if "=" in stratum else stratum


@pytest.mark.parametrize("conf", CONF)
@pytest.mark.parametrize("key", CURVES)
def test_survfit(key, conf):
    time, event, group = columns(*CURVES[key])
    fit = km(time, event, group=group, conf_type=CONF[conf])
    want = reference(key)[conf]
    for name, field in (
        ("quantile", "quantile"),
        ("lower", "quantile_low"),
        ("upper", "quantile_high"),
    ):
        for row in want[name]:
            got = getattr(fit[group_of(row["stratum"])], field)
            np.testing.assert_allclose(got, floats(row["q"]), rtol=1e-12)
    at = want["at"]
    for i, (stratum, t) in enumerate(zip(at["stratum"], at["time"], strict=True)):
        g = group_of(stratum)
        k = [c.group for c in fit.curves].index(g)
        s = fit.survival_at([t])[k]
        got = [s.estimate, s.se, s.ci_low, s.ci_high]
        wanted = floats([at[c][i] for c in ("surv", "std.err", "lower", "upper")])
        assert fit.n_at_risk([t])[k][0] == at["n.risk"][i]
        if at["surv"][i] == 1:  # no event yet: no limits here, where R prints 1 to 1 or NA
            assert (s.estimate, s.se, at["std.err"][i]) == (1, 0, 0)
            continue
        if np.isnan(s.estimate):  # R leaves a curve at zero beyond its end; here it is unknown
            assert at["surv"][i] == 0
            assert t > fit.curves[k].time[-1]
            assert fit.curves[k].n_censored.any()
            continue
        np.testing.assert_allclose(got, wanted, rtol=1e-8, err_msg=f"{key} {stratum} {t}")


def test_nelson_aalen_survfit():
    d = frame("myeloid")
    curve = nelson_aalen(d["futime"], d["death"]).curves[0]
    where = np.searchsorted(curve.time, [180, 365, 730], side="right") - 1
    want = reference("na_hazard_myeloid")
    np.testing.assert_allclose(curve.estimate[where], want["cumhaz"], rtol=1e-8)
    np.testing.assert_allclose(curve.std_err[where], want["std.chaz"], rtol=1e-8)
    d = frame("lung")
    curve = nelson_aalen(d["time"], d["status"] == 2, ties="fleming-harrington").curves[0]
    where = np.searchsorted(curve.time, [180, 365, 730], side="right") - 1
    want = reference("na_fleming_harrington_ties_lung")
    np.testing.assert_allclose(curve.estimate[where], want["cumhaz"], rtol=1e-8)
    np.testing.assert_allclose(np.exp(-curve.estimate[where]), want["surv"], rtol=1e-8)
