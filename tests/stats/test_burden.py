"""Burden-aware pairs: the fitted margins, the exact tails, calibration and refusal."""

import math
from itertools import product

import numpy as np
import pytest

from fusionscape.stats.burden import burden_pairs, poisson_binomial_tails
from fusionscape.stats.lesion_pairs import fisher_pairs
from fusionscape.stats.margins_model import background


def cohort(seed=2, patients=300, lesions=60, spread=1.0):
    """Lesions independent given a burden that differs widely between patients."""
    random = np.random.default_rng(seed)
    burden = random.normal(0, spread, patients)[:, None]
    common = random.normal(-2, 0.7, lesions)[None, :]
    return (random.random((patients, lesions)) < 1 / (1 + np.exp(-burden - common))).astype(float)


def test_tails_equal_enumeration():
    joint = np.array([[0.1, 0.9], [0.25, 0.5], [0.6, 0.0], [0.05, 1.0]])
    for observed in product(range(5), repeat=2):
        up, down = poisson_binomial_tails(joint, np.array(observed))
        for column in range(2):
            law = np.zeros(5)
            for outcome in product((0, 1), repeat=4):
                chance = [p if o else 1 - p for p, o in zip(joint[:, column], outcome, strict=True)]
                law[sum(outcome)] += math.prod(chance)
            assert up[column] == pytest.approx(law[observed[column] :].sum(), abs=1e-14)
            assert down[column] == pytest.approx(law[: observed[column] + 1].sum(), abs=1e-14)


def test_small_tails_keep_their_digits():
    # 40 trials of 1/1000, all happen
    up, _ = poisson_binomial_tails(np.full((40, 1), 1e-3), np.array([40]))
    assert up[0] == pytest.approx(1e-120, rel=1e-12)


def test_background_matches_both_margins():
    matrix = cohort()
    matrix[np.random.default_rng(3).random(matrix.shape) < 0.1] = math.nan
    model = background(matrix)
    assert model.matched
    assert np.nansum(model.probability, axis=0) == pytest.approx(
        np.nansum(matrix, axis=0), abs=1e-6
    )
    assert np.nansum(model.probability, axis=1) == pytest.approx(
        np.nansum(matrix, axis=1), abs=1e-6
    )
    assert (np.isnan(model.probability) == np.isnan(matrix)).all()


def test_background_by_hand():
    # every patient has one of two lesions, half each: symmetry gives one half everywhere
    assert background(np.array([[1.0, 0.0], [0.0, 1.0]])).probability == pytest.approx(
        np.full((2, 2), 0.5)
    )
    # a patient without lesions and a lesion without patients are certain
    certain = background(np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]))
    assert certain.probability[0].tolist() == [0, 0, 0]
    assert certain.probability[:, 2].tolist() == [0, 0, 0]
    assert certain.probability[1:, :2] == pytest.approx(np.full((2, 2), 0.5))


def test_burden_alone_is_not_called_co_occurrence():
    matrix = cohort()
    fit, plain = burden_pairs(matrix), fisher_pairs(matrix)
    assert fit.refused is None
    assert (plain.p[plain.reachable] < 0.05).mean() > 0.3
    assert (fit.p < 0.05).mean() < 0.06


def test_planted_pairs_are_found():
    matrix = cohort(spread=0.7)
    random = np.random.default_rng(8)
    matrix[:, 0] = random.random(300) < 0.2
    matrix[:, 1] = np.where(random.random(300) < 0.8, matrix[:, 0], matrix[:, 1])
    matrix[:, 2] = np.where(matrix[:, 0] == 1, 0, random.random(300) < 0.35)
    fit = burden_pairs(matrix)
    at = {(int(a), int(b)): i for i, (a, b) in enumerate(zip(fit.a, fit.b, strict=True))}
    assert fit.p_together[at[0, 1]] < 1e-8
    assert fit.p_apart[at[0, 2]] < 1e-4
    assert fit.both[at[0, 1]] > fit.expected[at[0, 1]]
    assert fit.both[at[0, 2]] < fit.expected[at[0, 2]]
    assert fit.p_adjusted[at[0, 1]] < 0.05


def test_structural_pairs_and_order():
    matrix = cohort(lesions=25)
    fit = burden_pairs(matrix, structural=[(4, 2)])
    (named,) = np.flatnonzero(fit.structural)
    assert (fit.a[named], fit.b[named]) == (2, 4)
    assert math.isnan(fit.p[named])
    assert fit.family_size == 25 * 24 // 2 - 1
    again = burden_pairs(matrix[::-1], structural=[(2, 4)])
    assert again.p == pytest.approx(fit.p, rel=1e-6, nan_ok=True)


def test_a_small_panel_is_refused_with_its_reason():
    matrix = cohort(lesions=19)
    fit = burden_pairs(np.column_stack([matrix, np.zeros(300)]))
    assert fit.refused == "panel-too-small-for-burden"
    assert np.isnan(fit.p).all()
    (said,) = fit.cautions
    assert (said.code, said.get("lesions"), said.get("least")) == (fit.refused, 19, 20)
    assert fit.family_size == 0


def test_in_a_small_panel_the_test_would_mislead():
    # the reason for the rule: without any association, a pair explains its own overlap away
    short = []
    for lesions in (5, 40):
        fits = [cohort(seed=s, lesions=lesions) for s in range(8)]
        distance = []
        for matrix in fits:
            joint = background(matrix).probability
            expected = joint.T @ joint
            observed = matrix.T @ matrix
            upper = np.triu_indices(lesions, 1)
            keep = expected[upper] > 2
            distance += (
                (observed - expected)[upper][keep] / np.sqrt(expected[upper][keep])
            ).tolist()
        short.append(np.mean(distance))
    assert short[0] < -1.0
    assert short[1] > -0.4
