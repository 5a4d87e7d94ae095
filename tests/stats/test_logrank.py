"""Log-rank and relatives against R survdiff and coin, brute force, and laws."""

from __future__ import annotations

import numpy as np
import pytest

from fusionscape.stats import logrank, logrank_pairwise
from fusionscape.stats.logrank_tests import Options, scores_by_stratum
from fusionscape.stats.observed import observe
from fusionscape.stats.permutation import martingale_scores
from stats.reference import frame, reference

TESTS = {
    "logrank_lung_sex": ("lung", "time", "status", "sex", {}),
    "peto_lung_sex": ("lung", "time", "status", "sex", {"rho": 1.0}),
    "fh_rho0.5_lung_sex": ("lung", "time", "status", "sex", {"rho": 0.5}),
    "logrank_veteran_celltype": ("veteran", "time", "status", "celltype", {}),
    "peto_veteran_celltype": ("veteran", "time", "status", "celltype", {"rho": 1.0}),
    "logrank_myeloid_trt": ("myeloid", "futime", "death", "trt", {}),
    "peto_myeloid_trt": ("myeloid", "futime", "death", "trt", {"rho": 1.0}),
    "logrank_myeloid_sex": ("myeloid", "futime", "death", "sex", {}),
    "logrank_aml_x": ("aml", "time", "status", "x", {}),
    "logrank_ovarian_rx": ("ovarian", "futime", "fustat", "rx", {}),
    "logrank_tiny_g": ("tiny", "time", "event", "g", {}),
    "logrank_sep51_tx": ("sep51", "time", "event", "tx", {}),
    "logrank_lung_sex_strat_ecog": ("lung", "time", "status", "sex", {"strata": "ph.ecog"}),
}


def test_data(name, time, event, group):
    d = frame(name)
    happened = d[event] == 2 if name == "lung" else d[event]
    return d[time], happened, d[group]


test_data.__test__ = False


@pytest.mark.parametrize("key", TESTS)
def test_survdiff(key):
    *what, options = TESTS[key]
    options = dict(options)
    if "strata" in options:
        options["strata"] = frame(what[0])[options["strata"]]
    got = logrank(*test_data(*what), exact=False, **options)
    want = reference(key)
    order = [got.groups.index(g.split("=")[1]) for g in want["groups"]]
    assert [got.n_per_group[i] for i in order] == want["n"]
    observed, expected = np.array(want["obs"]), np.array(want["exp"])
    shape = observed.shape if observed.ndim == 2 else (-1, 1)
    np.testing.assert_allclose(
        got.observed_by_stratum[order], observed.reshape(shape), rtol=1e-8, atol=1e-12
    )
    np.testing.assert_allclose(
        got.expected_by_stratum[order], expected.reshape(shape), rtol=1e-8, atol=1e-12
    )
    np.testing.assert_allclose(got.variance[np.ix_(order, order)], want["var"], rtol=1e-8)
    np.testing.assert_allclose([got.statistic, got.p], [want["chisq"], want["p"]], rtol=1e-8)
    assert got.df == want["df"]


def test_pairwise_veteran():
    got = logrank_pairwise(*test_data("veteran", "time", "status", "celltype"), exact=False)
    want = reference("pairwise_logrank_veteran")
    assert got.pairs == tuple(zip(want["a"], want["b"], strict=True))
    for field, name in (("p", "p"), ("p_holm", "holm"), ("p_bh", "bh")):
        np.testing.assert_allclose(getattr(got, field), want[name], rtol=1e-8)


def test_permutation_counts_every_relabelling():
    got = logrank(*test_data("tiny", "time", "event", "g"), exact=True).exact
    want = reference("perm_logrank_U_tiny")
    assert (got.relabellings, got.enumerated, got.seed) == (want["n_perm"], True, None)
    np.testing.assert_allclose(
        [got.u, got.p, got.p_less, got.p_greater],
        [want["U"], want["p_two_sided_abs"], want["p_less"], want["p_greater"]],
        rtol=1e-12,
    )
    got = logrank(*test_data("aml", "time", "status", "x"), exact=True).exact
    want = reference("perm_logrank_U_aml")
    assert got.relabellings == want["n_perm"] == 1352078
    np.testing.assert_allclose(
        [-got.u, got.p, got.p_greater, got.p_less],  # R counts the other group
        [want["U"], want["p_two_sided_abs"], want["p_less"], want["p_greater"]],
        rtol=1e-12,
    )


@pytest.mark.parametrize("key", ["tiny", "aml", "ovarian"])
def test_coin_exact(key):
    what = {"tiny": ("time", "event", "g"), "aml": ("time", "status", "x")}
    names = what.get(key, ("futime", "fustat", "rx"))
    got = logrank(*test_data(key, *names), exact=True).exact
    want = reference(f"coin_exact_logrank_{key}")["mid-ranks"]["p_exact"]
    np.testing.assert_allclose(got.p, want, rtol=1e-10)


def permutation_z(scores, second):
    """U over its permutation standard deviation."""
    n, m = scores.size, int(second.sum())
    return scores[second].sum() / np.sqrt(scores @ scores * m * (n - m) / (n * (n - 1)))


def martingale(key, names):
    time, event, group = test_data(key, *names)
    seen = observe(time, event, group=group)
    parts, _ = scores_by_stratum(seen, Options(), index=True)
    return martingale_scores(seen.event, parts[0]), seen.codes == 1


def test_scores_are_null_martingale_residuals():
    scores, _ = martingale("tiny", ("time", "event", "g"))
    np.testing.assert_allclose(scores, reference("perm_logrank_U_tiny")["scores"], rtol=1e-12)
    scores, _ = martingale("aml", ("time", "status", "x"))
    np.testing.assert_allclose(scores, reference("perm_logrank_U_aml")["scores"], rtol=1e-12)


def test_coin_beyond_what_it_can_count():
    want = reference("coin_mc_logrank_sep51")
    scores, second = martingale("sep51", ("time", "event", "tx"))
    np.testing.assert_allclose(permutation_z(scores, second), want["Z"], rtol=1e-10)
    counted = logrank(*test_data("sep51", "time", "event", "tx"), exact=True).exact
    assert counted.relabellings == 1292706174900  # 51 choose 14
    # None of a million draws was as extreme; none is expected at this p.
    assert want["p_mc"] == 0
    assert counted.p * want["nresample"] < 1e-4
    drawn = logrank(*test_data("sep51", "time", "event", "tx"), exact="monte-carlo").exact
    assert (drawn.extreme, drawn.relabellings) == (0, 100_000)
