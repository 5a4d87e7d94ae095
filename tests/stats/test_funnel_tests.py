"""Small-study effects against R: Egger, Begg, trim-and-fill, PET-PEESE, selection model."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from fusionscape import stats
from fusionscape.results import InputError
from fusionscape.stats.funnel_rank_test import exact_kendall_p
from stats.pooling_oracles import (
    MODELS,
    SETS,
    agrees,
    own_set,
    own_sets,
    shared_pooling,
    shared_set,
)
from stats.reference import oracle

CURVED = [name for name in SETS if name != "synthetic_homog_k3"]
LARGER = [n for n, v in own_sets().items() if len(v["y"]) > 2 and n != "k5_same_estimate"]


@pytest.mark.parametrize("name", CURVED)
def test_egger_classic_equals_r(name: str) -> None:
    y, se, r = shared_set(name)
    test, expected = stats.egger(y, se), r["egger"]["textbook_intercept"]
    agrees([test.coef, test.coef_se], [expected["est"], expected["se"]])
    agrees([test.statistic, test.p], [expected["t"], expected["p"]])
    lm = r["egger"]["lm"]
    agrees([test.limit, test.limit_low, test.limit_high], [lm["limit_est"], *lm["limit_ci"]])
    assert (test.form, test.df) == ("egger, classic", lm["df"])


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("model", ["DL", "REML"])
def test_egger_random_equals_metafor(name: str, model: str) -> None:
    y, se, r = shared_set(name)
    test, expected = stats.egger(y, se, form="random", model=MODELS[model]), r["egger"]
    agrees([test.statistic, test.p], [expected[f"rma_{model}"]["z"], expected[f"rma_{model}"]["p"]])
    assert test.df is None and model.lower() in test.form


@pytest.mark.parametrize("name", LARGER)
def test_egger_and_begg_equal_r_on_the_awkward_sets(name: str) -> None:
    y, se, r = own_set(name)
    test, expected = stats.egger(y, se), r["egger_classic"]
    agrees([test.coef, test.statistic, test.p], [expected[k] for k in ("coef", "statistic", "p")])
    random, expected = stats.egger(y, se, form="random"), r["egger_random"]
    agrees([random.statistic, random.limit], [expected["statistic"], expected["limit"]], rel=1e-6)
    plain, corrected = stats.begg(y, se, continuity=False), stats.begg(y, se)
    agrees([plain.coef, plain.p], [r["begg"]["tau"], r["begg"]["p_plain"]])
    if corrected.statistic != 0:
        agrees(corrected.p, r["begg"]["p_corrected"])
    else:  # R lowers S = 0 by one, too; a correction never takes S past zero
        assert corrected.p == 1.0


def test_points_on_a_line_give_no_p() -> None:
    y, se, _ = shared_set("synthetic_homog_k3")
    test = stats.egger(y, se)
    assert math.isnan(test.p) and test.coef == pytest.approx(1.0)
    assert test.limit == pytest.approx(0.6)
    assert [c.code for c in test.cautions] == ["too-few-for-funnel-tests", "studies-on-a-line"]
    same = stats.egger([0.5] * 12, np.linspace(0.1, 0.4, 12))
    assert math.isnan(same.p) and [c.code for c in same.cautions] == ["studies-on-a-line"]


@pytest.mark.parametrize("name", SETS)
def test_begg_with_and_without_correction(name: str) -> None:
    y, se, r = shared_set(name)
    with_, without, hand = stats.begg(y, se), stats.begg(y, se, continuity=False), r["begg"]["hand"]
    agrees([with_.statistic, with_.p], [hand["z_corr"], hand["p_corr"]])
    agrees([without.statistic, without.p], [hand["z_nocorr"], hand["p_nocorr"]])
    agrees(
        [with_.coef, with_.exact_p],
        [r["begg"]["metafor_exact"]["tau"], r["begg"]["metafor_exact"]["p"]],
    )
    assert "with continuity" in with_.form and "without continuity" in without.form


@pytest.mark.parametrize("k", range(3, 13))
def test_the_smallest_attainable_p_ends_the_lattice(k: int) -> None:
    lattice = shared_pooling()["begg_lattice"][str(k)]
    se = np.linspace(0.1, 0.9, k)
    ordered = np.arange(k) * 3.0
    for continuity, key in ((True, "p_corr"), (False, "p_nocorr")):
        test = stats.begg(ordered, se, continuity=continuity)
        agrees(test.smallest_p, lattice[key][-1])
        assert test.p >= test.smallest_p * (1 - 1e-9)


@pytest.mark.parametrize("n", [3, 4, 5, 6])
def test_exact_rank_p_by_enumeration(n: int) -> None:
    values = []
    for order in itertools.permutations(range(n)):
        values.append(
            sum(1 if order[i] < order[j] else -1 for i in range(n) for j in range(i + 1, n))
        )
    for s in set(values):
        share = sum(abs(v) >= abs(s) for v in values) / len(values)
        assert exact_kendall_p(s, n) == pytest.approx(share)


def test_ties_change_the_variance_and_are_said() -> None:
    y, se, _ = own_set("k3_tied_variances")
    test = stats.begg(y, se)
    assert test.exact_p is None
    assert "ties-in-rank-test" in [c.code for c in test.cautions]


@pytest.mark.parametrize("name", SETS)
def test_trim_and_fill_equals_metafor(name: str) -> None:
    y, se, r = shared_set(name)
    for key, expected in r["trimfill"].items():
        model, estimator = key.split("_")
        fit = stats.trim_fill(y, se, estimator=estimator, model=MODELS[model], ci="wald")
        assert (fit.k0, fit.side) == (expected["k0"], expected["side"])
        # inside trimfill, metafor's REML stops at a step of 1e-5: its fill is that far off
        rel = 2e-6 if model == "REML" else 1e-7
        agrees([fit.pool.estimate, fit.pool.se, fit.pool.tau2],
               [expected["est"], expected["se"], expected["tau2"]], rel=rel)  # fmt: skip
        assert len(fit.filled) == fit.k0 and fit.pool.n == y.size + fit.k0
        if name != "synthetic_homog_k3":
            agrees(fit.k0_se, expected["se.k0"], rel=rel)


def test_trim_and_fill_by_hand() -> None:
    # 0.9, 1.0, 1.1 trimmed down to 0.9: deviations 0, 0.1, 0.2, signed ranks 0 + 2 + 3,
    # L0 = (4 * 5 - 12) / 5 = 1.6, so two are filled in at 0.8 and 0.7. (In R the first deviation
    # is a rounding error above zero, its rank counts, and the standard error of k0 is another.)
    fit = stats.trim_fill([0.9, 1.0, 1.1], [0.3, 0.4, 0.5], ci="wald")
    assert [round(p.estimate, 10) for p in fit.filled] == [0.8, 0.7]
    n, k = 1.6, 3
    variance = (k * (k + 1) * (2 * k + 1) + 10 * n**3 + 27 * n**2 + 17 * n
                - 18 * k * n**2 - 18 * k * n + 6 * k**2 * n) / 24  # fmt: skip
    assert fit.k0_se == pytest.approx(4 * math.sqrt(variance) / 5)


@pytest.mark.parametrize("name", LARGER)
def test_trim_and_fill_equals_metafor_on_the_awkward_sets(name: str) -> None:
    y, se, r = own_set(name)
    for key, expected in r["trimfill"].items():
        model, estimator = key.split("_")
        fit = stats.trim_fill(y, se, estimator=estimator, model=MODELS[model], ci="wald")
        assert (fit.k0, fit.side) == (expected["k0"], expected["side"])
        agrees([fit.pool.estimate, fit.pool.se], [expected["estimate"], expected["se"]])


def test_mirroring_the_studies_mirrors_the_fill() -> None:
    y, se, _ = shared_set("hackshaw_logOR")
    a, b = stats.trim_fill(y, se), stats.trim_fill(-y, se)
    assert (a.side, b.side, a.k0) == ("left", "right", b.k0)
    assert b.pool.estimate == pytest.approx(-a.pool.estimate, rel=1e-9)


@pytest.mark.parametrize("name", CURVED)
def test_pet_peese_equals_r(name: str) -> None:
    y, se, r = shared_set(name)
    fit = stats.pet_peese(y, se, least=3)
    for test, key in ((fit.pet, "PET"), (fit.peese, "PEESE")):
        assert test is not None
        agrees([test.limit, test.limit_se], r["pet_peese"][key][:2])
        agrees(test.limit_p, r["pet_peese"][key][3])


def test_too_few_studies_for_a_limit() -> None:
    y, se, _ = shared_set("pagliaro_bb_logOR")
    fit = stats.pet_peese(y, se)
    assert fit.pet is None and fit.peese is None and fit.chosen is None
    assert [(c.code, c.get("n")) for c in fit.cautions] == [("too-few-for-limit", 9)]
    model = stats.selection_model(y, se)
    assert model.estimate is None and [c.code for c in model.cautions] == ["too-few-for-limit"]


def test_selection_model_is_at_its_maximum() -> None:
    r = oracle("pooling")["selection"]
    fit = stats.selection_model(r["y"], np.sqrt(r["v"]), direction="greater")
    np.testing.assert_allclose(
        [fit.estimate, fit.se, fit.tau2, fit.relative_chance, fit.loglik],
        [r["estimate"], r["se"], r["tau2"], r["chance"], r["loglik"]],
        rtol=1e-6,
        atol=1e-7,
    )
    # metafor's own optimiser comes close
    assert fit.estimate == pytest.approx(r["metafor"]["estimate"], rel=1e-4)
    assert fit.statistic == pytest.approx(r["metafor"]["lrt"], abs=1e-5)


def test_selection_model_on_the_shared_sets() -> None:
    y, se, r = shared_set("hackshaw_logOR")
    fit, expected = stats.selection_model(y, se), r["selmodel_3PSM"]
    np.testing.assert_allclose(
        [fit.estimate, fit.se, fit.tau2, fit.relative_chance, fit.statistic, fit.p],
        [expected["est"], expected["se"], expected["tau2"], expected["delta"][1], expected["LRT"],
         expected["LRTp"]],
        rtol=2e-6,
    )  # fmt: skip
    # at tau2 = 0 our likelihood is above metafor's
    y, se, r = shared_set("pagliaro_bb_logOR")
    fit = stats.selection_model(y, se, direction="greater", least=3)
    assert fit.tau2 == 0.0 and fit.statistic > r["selmodel_3PSM"]["LRT"]
    # no study of BCG has a small one-sided p upwards: its chance cannot be told
    y, se, _ = shared_set("bcg_logRR")
    up = stats.selection_model(y, se, direction="greater")
    assert up.estimate is None and [c.code for c in up.cautions] == ["selection-not-identified"]
    down = stats.selection_model(y, se)
    assert (down.direction, down.below_step) == ("less", int((y / se < -1.959964).sum()))


def test_selection_model_mirrors() -> None:
    y, se, _ = shared_set("hackshaw_logOR")
    a = stats.selection_model(y, se, direction="greater")
    b = stats.selection_model(-y, se, direction="less")
    assert b.estimate == pytest.approx(-a.estimate, rel=1e-9)
    assert b.ci_low == pytest.approx(-a.ci_high, rel=1e-7)


def test_funnel_values() -> None:
    drawn = stats.funnel([0.9, 1.0, 1.1], [0.3, 0.4, 0.5], labels=list("abc"))
    assert drawn.edge_high - drawn.centre == pytest.approx(1.959963984540054 * 0.5)
    by_p = {c.p: c for c in drawn.contours}
    assert by_p[0.05].high == pytest.approx(1.959963984540054 * 0.5)
    assert by_p[0.01].low == -by_p[0.01].high
    for point in drawn.points:
        # a study lies outside the contour of its own p exactly when that p is smaller
        for contour in drawn.contours:
            outside = point.estimate > contour.high * point.se / contour.se
            assert outside == (point.p < contour.p)


def test_wrong_input() -> None:
    for kernel in (stats.egger, stats.begg, stats.trim_fill):
        with pytest.raises(InputError, match="at least 3"):
            kernel([1.0, 2.0], [0.1, 0.1])
        if kernel is not stats.begg:
            with pytest.raises(InputError, match="standard errors are the same"):
                kernel([1.0, 2.0, 4.0], [0.1, 0.1, 0.1])
    assert stats.trim_fill([1.0, 2.0, 4.0], [0.1, 0.1, 0.1], side="left").side == "left"
    with pytest.raises(InputError, match="estimator"):
        stats.trim_fill([1.0, 2.0, 3.0], [0.1, 0.1, 0.2], estimator="Q0")
    with pytest.raises(InputError, match="form"):
        stats.egger([1.0, 2.0, 3.0], [0.1, 0.1, 0.2], form="weighted")
