"""Leaving out, adding up, influence and subsets, against R metafor."""

from __future__ import annotations

import numpy as np
import pytest

from fusionscape import stats
from fusionscape.results import InputError
from stats.pooling_oracles import MODELS, SETS, agrees, own_set, own_sets, shared_set

LARGER = [name for name, values in own_sets().items() if len(values["y"]) > 2]


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("r_name", ["EE", "DL", "REML"])
def test_leave_one_out_equals_metafor(name: str, r_name: str) -> None:
    y, se, r = shared_set(name)
    steps = stats.leave_one_out(y, se, model=MODELS[r_name], ci="wald").steps
    expected = r["leave1out"][r_name]
    names = {
        "estimate": "est",
        "se": "se",
        "ci_low": "ci.lb",
        "ci_high": "ci.ub",
        "q": "Q",
        "i2": "I2",
    }
    for field, key in names.items():
        agrees([getattr(s, field) for s in steps], expected[key])
    if r_name != "EE":
        agrees([s.tau2 for s in steps], expected["tau2"])


@pytest.mark.parametrize("name", SETS)
def test_cumulative_equals_metafor(name: str) -> None:
    y, se, r = shared_set(name)
    steps = stats.cumulative(y, se, ci="wald").steps
    for field, key in {"estimate": "est", "ci_low": "ci.lb", "ci_high": "ci.ub"}.items():
        agrees([getattr(s, field) for s in steps], r["cumul_REML"][key])


def test_cumulative_sorts_by_year_and_keeps_ties_in_order() -> None:
    fit = stats.cumulative(
        [1.0, 2.0, 3.0, 4.0], [1.0] * 4, order=[2020, 2001, np.nan, 2001], labels=list("abcd")
    )
    assert [s.label for s in fit.steps] == ["b", "d", "a", "c"]
    assert [s.n for s in fit.steps] == [1, 2, 3, 4]
    assert fit.steps[0].tau2 is None and fit.steps[0].estimate == 2.0


@pytest.mark.parametrize("name", SETS)
def test_influence_equals_metafor_on_the_shared_sets(name: str) -> None:
    y, se, r = shared_set(name)
    rows = stats.study_influence(y, se).studies
    names = {"rstudent": "rstudent", "dffits": "dffits", "cook_d": "cook.d", "hat": "hat"}
    for field, key in names.items():
        agrees([getattr(row, field) for row in rows], r["influence_REML"][key])


@pytest.mark.parametrize("name", LARGER)
def test_influence_and_baujat_equal_metafor(name: str) -> None:
    y, se, r = own_set(name)
    rows = stats.study_influence(y, se).studies
    names = {
        "rstudent": "rstudent", "dffits": "dffits", "cook_d": "cook.d", "cov_ratio": "cov.r",
        "tau2_without": "tau2.del", "q_without": "QE.del", "hat": "hat", "dfbeta": "dfbs",
    }  # fmt: skip
    for field, key in names.items():
        agrees([getattr(row, field) for row in rows], r["influence"][key], rel=1e-6)
    assert [row.influential for row in rows] == r["influence"]["marked"]
    agrees([row.baujat_x for row in rows], r["baujat"]["x"], rel=1e-6)
    agrees([row.baujat_y for row in rows], r["baujat"]["y"], rel=1e-6)
    steps = stats.leave_one_out(y, se, ci="wald").steps
    for field in ("estimate", "se", "tau2", "q"):
        agrees([getattr(s, field) for s in steps], r["leave1out"][field])


def test_all_subsets_equal_metafor() -> None:
    y, se, r = own_set("k6_no_tau2")
    fit = stats.all_subsets(y, se)
    kept = [i for i, m in enumerate(r["gosh"]["members"]) if bin(int(m)).count("1") >= 2]
    expected = dict(
        zip(
            (r["gosh"]["members"][i] for i in kept),
            zip(
                (r["gosh"]["estimate"][i] for i in kept),
                (r["gosh"]["i2"][i] for i in kept),
                strict=True,
            ),
            strict=True,
        )
    )
    assert fit.subsets == 2**6 - 7 == len(expected) and fit.complete
    for mask, estimate, i2 in zip(fit.membership, fit.estimate, fit.i2, strict=True):
        agrees([estimate, i2], expected[mask])


def test_subsets_of_many_studies_are_sampled_by_a_seed() -> None:
    random = np.random.default_rng(2)
    y, se = random.normal(size=18), np.full(18, 0.4)
    fit = stats.all_subsets(y, se, most=500)
    again = stats.all_subsets(y, se, most=500)
    assert (fit.subsets, fit.complete, fit.seed) == (500, False, 20240514)
    assert np.array_equal(fit.membership, again.membership)
    assert np.unique(fit.membership).size == 500 and fit.size.min() >= 2
    assert [c.code for c in fit.cautions] == ["subsets-sampled"]
    i = int(np.argmax(fit.size))
    rows = [j for j in range(18) if int(fit.membership[i]) >> j & 1]
    agrees(fit.estimate[i], stats.pool(y[rows], se[rows]).estimate)


def test_too_few_studies() -> None:
    for kernel in (stats.leave_one_out, stats.study_influence, stats.all_subsets):
        with pytest.raises(InputError, match="at least 3"):
            kernel([1.0, 2.0], [0.1, 0.1])
