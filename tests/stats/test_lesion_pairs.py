"""All pairs of lesions: p against scipy, the twin, the family, and laws."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import false_discovery_control, fisher_exact

from fusionscape.stats import lesion_pairs
from fusionscape.stats.fisher_exact import fisher
from fusionscape.stats.lesion_pairs import fisher_pairs, pair_odds_ratios

LAWS = settings(max_examples=40, deadline=None, derandomize=True)
matrices = st.tuples(st.integers(1, 25), st.integers(2, 6)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.sampled_from([0.0, 1.0, math.nan]))
)


def cohort(patients=400, lesions=40, seed=1):
    random = np.random.default_rng(seed)
    matrix = (random.random((patients, lesions)) < np.geomspace(0.01, 0.5, lesions)).astype(float)
    matrix[:, 3] = np.where(random.random(patients) < 0.9, matrix[:, 35], matrix[:, 3])
    matrix[random.random(matrix.shape) < 0.1] = math.nan
    return matrix


def table(fit, i):
    return [[fit.both[i], fit.only_a[i]], [fit.only_b[i], fit.neither[i]]]


def test_p_equals_scipy_on_every_pair():
    fit = fisher_pairs(cohort())
    assert len(fit.p) == 40 * 39 // 2
    for i in range(len(fit.p)):
        assert fit.p[i] == pytest.approx(fisher_exact(table(fit, i))[1], rel=1e-9)


@pytest.mark.parametrize("engine", ["numpy", "numba"])
def test_extreme_margins_equal_the_single_test(engine):
    # strong co-occurrence (p about 1e-200), strong exclusivity, empty and full columns
    n = 1200
    a = np.arange(n) < 400
    b = np.arange(n) < 405
    c = np.arange(n) >= 420
    d, e = np.zeros(n, dtype=bool), np.ones(n, dtype=bool)
    f = np.arange(n) % 7 == 0
    fit = fisher_pairs(np.column_stack([a, b, c, d, e, f]).astype(float), engine=engine)
    for i in range(len(fit.p)):
        assert fit.p[i] == pytest.approx(fisher(table(fit, i)).p, rel=1e-8)
    assert fit.p.min() < 1e-200


def test_an_underflowing_p_is_zero_not_nan():
    half = np.arange(4000) < 2000
    for engine in ("numpy", "numba"):
        fit = fisher_pairs(np.column_stack([half, half]).astype(float), engine=engine)
        assert fit.p[0] == 0.0


def test_the_twin_gives_the_same_numbers():
    matrix = cohort(patients=900, lesions=60, seed=4)
    plain, compiled = (fisher_pairs(matrix, engine=e) for e in ("numpy", "numba"))
    assert compiled.p == pytest.approx(plain.p, rel=1e-9)
    assert compiled.smallest_p == pytest.approx(plain.smallest_p, rel=1e-9)
    assert (compiled.reachable == plain.reachable).all()


def test_the_twin_is_taken_for_many_pairs_only(monkeypatch):
    from fusionscape.stats import fisher_pairs_numba, fisher_pairs_numpy

    few, many = lesion_pairs.COMPILE_ABOVE, lesion_pairs.COMPILE_ABOVE + 1
    assert lesion_pairs._kernel("auto", few) is fisher_pairs_numpy.pair_p_values
    assert lesion_pairs._kernel("auto", many) is fisher_pairs_numba.pair_p_values
    monkeypatch.setattr(lesion_pairs, "find_spec", lambda _: None)
    assert lesion_pairs._kernel("auto", many) is fisher_pairs_numpy.pair_p_values
    with pytest.raises(ValueError, match="engine"):
        fisher_pairs([[1, 0]], engine="fortran")


def test_counts_by_hand():
    nan = math.nan
    fit = fisher_pairs([[1, 1, 0], [1, 0, 1], [0, 1, nan], [0, 0, 0], [nan, 1, 1]])
    assert list(zip(fit.a.tolist(), fit.b.tolist(), strict=True)) == [(0, 1), (0, 2), (1, 2)]
    assert fit.n_tested.tolist() == [4, 3, 4]
    assert fit.both.tolist() == [1, 1, 1]
    assert fit.only_a.tolist() == [1, 1, 1]
    assert fit.only_b.tolist() == [1, 0, 1]
    assert fit.neither.tolist() == [1, 1, 1]
    assert (fit.n, fit.missing) == (5, 2)
    # (1.5 * 1.5) / (1.5 * 0.5)
    assert fit.log_odds_ratio[1] == pytest.approx(math.log(3))


def test_only_pairs_that_can_reach_alpha_are_in_the_family():
    # two carriers of 8 each: the least likely overlap, 2, has p = 1 / C(8, 2) = 1/28
    matrix = np.zeros((8, 3))
    matrix[:2, 0] = matrix[:2, 1] = matrix[:1, 2] = 1
    fit = fisher_pairs(matrix)
    assert fit.smallest_p.tolist() == pytest.approx([1 / 28, 1 / 4, 1 / 4])
    assert fit.reachable.tolist() == [True, False, False]
    assert fit.family_size == 1
    assert fit.p_adjusted.tolist() == pytest.approx([1 / 28, math.nan, math.nan], nan_ok=True)
    (said,) = fit.cautions
    assert (said.code, said.get("n"), said.get("of")) == ("pairs-out-of-reach", 2, 3)


def test_the_smallest_p_is_the_least_over_all_tables_with_these_margins():
    fit = fisher_pairs(cohort(patients=60, lesions=38, seed=9)[:, [5, 14, 30, 35]])
    for i in range(len(fit.p)):
        (a, b), (c, d) = table(fit, i)
        low, high = max(0, a - d), a + min(b, c)
        every = [fisher([[x, a + b - x], [a + c - x, d - a + x]]).p for x in range(low, high + 1)]
        assert fit.smallest_p[i] == pytest.approx(min(every), rel=1e-9)


def test_structural_pairs_carry_no_p():
    matrix = cohort()
    fit = fisher_pairs(matrix, structural=[(35, 3), (0, 1)])
    free = fisher_pairs(matrix)
    named = [i for i in range(len(fit.p)) if (fit.a[i], fit.b[i]) in ((3, 35), (0, 1))]
    assert fit.structural.sum() == 2
    assert np.isnan(fit.p[named]).all()
    assert np.isnan(fit.p_adjusted[named]).all()
    assert fit.family_size == free.family_size - int(free.reachable[named].sum())
    inside = fit.reachable
    assert fit.p_adjusted[inside] == pytest.approx(false_discovery_control(fit.p[inside]))
    for bad in ([(1, 1)], [(0, 40)]):
        with pytest.raises(ValueError, match="structural"):
            fisher_pairs(matrix, structural=bad)


def test_odds_ratios_of_the_pairs_asked_for():
    fit = fisher_pairs(cohort())
    some = pair_odds_ratios(fit, pairs=[7, 700])
    for row, i in enumerate((7, 700)):
        single = fisher(table(fit, i))
        assert some.odds_ratio[row] == pytest.approx(single.odds_ratio)
        assert some.ci_low[row] == pytest.approx(single.ci_low)
        assert some.ci_high[row] == pytest.approx(single.ci_high)
    assert some.pair.tolist() == [7, 700]


def test_wrong_matrices_are_refused():
    with pytest.raises(ValueError, match="not tested"):
        fisher_pairs([[1, 2]])
    with pytest.raises(ValueError, match="patients by lesions"):
        fisher_pairs([1, 0])


@LAWS
@given(matrices, st.randoms(use_true_random=False))
def test_laws(matrix, random):
    fit = fisher_pairs(matrix)
    assert (fit.both + fit.only_a + fit.only_b + fit.neither == fit.n_tested).all()
    assert ((fit.p >= fit.smallest_p * (1 - 1e-9)) & (fit.p <= 1)).all()
    rows = list(range(len(matrix)))
    random.shuffle(rows)
    assert fisher_pairs(matrix[rows]).p == pytest.approx(fit.p)
    # turning present into absent swaps the four cells and keeps p
    turned = fisher_pairs(1 - matrix)
    assert (turned.neither == fit.both).all()
    assert turned.p == pytest.approx(fit.p)
    backward = fisher_pairs(matrix[:, ::-1])
    assert sorted(backward.p) == pytest.approx(sorted(fit.p))


def test_edges():
    assert len(fisher_pairs(np.zeros((0, 3))).p) == 3
    assert fisher_pairs(np.zeros((0, 3))).p.tolist() == [1.0, 1.0, 1.0]
    assert len(fisher_pairs(np.zeros((5, 1))).p) == 0
    untested = fisher_pairs(np.full((4, 2), math.nan))
    assert (untested.n_tested[0], untested.p[0], untested.family_size) == (0, 1.0, 0)
