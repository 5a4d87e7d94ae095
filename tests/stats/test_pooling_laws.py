"""What must not matter to a pool, and what must follow from what."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fusionscape import stats

MODELS = ("common", "reml", "dl", "pm", "ml", "he", "hs", "sj", "eb")
LAW = settings(max_examples=40, deadline=None, derandomize=True)
MODEL = st.sampled_from(MODELS)
INTERVAL = st.sampled_from(["wald", "hk", "mhk"])
SEED = st.integers(0, 10_000)
FIELDS = ("estimate", "se", "ci_low", "ci_high")


def studies(seed: int) -> tuple[Any, Any]:
    random = np.random.default_rng(seed)
    k = int(random.integers(2, 14))
    se = np.exp(random.normal(-1, 0.7, k))
    return random.normal(0.3, np.sqrt(se**2 + random.choice([0.0, 0.05, 1.0])), k), se


def same(a: Any, b: Any, fields: Any = FIELDS, rel: float = 1e-8) -> None:
    scale = max(abs(a.estimate), a.se)
    for field in fields:
        assert getattr(a, field) == pytest.approx(getattr(b, field), rel=rel, abs=rel * scale)


@LAW
@given(SEED, MODEL, INTERVAL)
def test_order_and_names_do_not_matter(seed: int, model: str, ci: str) -> None:
    y, se = studies(seed)
    turned = np.random.default_rng(seed + 1).permutation(y.size)
    names = [f"s{i}" for i in range(y.size)]
    a = stats.pool(y, se, model=model, ci=ci, labels=names)
    b = stats.pool(y[turned], se[turned], model=model, ci=ci, labels=[names[i] for i in turned])
    same(a, b)
    weights = {s.label: s.weight_random for s in a.studies}
    for s in b.studies:
        assert s.weight_random == pytest.approx(weights[s.label], rel=1e-7, abs=1e-12)


@LAW
@given(SEED, MODEL, INTERVAL, st.floats(1e-3, 1e3))
def test_unit(seed: int, model: str, ci: str, factor: float) -> None:
    y, se = studies(seed)
    a, b = (stats.pool(y * f, se * f, model=model, ci=ci) for f in (1.0, factor))
    for field in FIELDS:
        assert getattr(b, field) == pytest.approx(
            factor * getattr(a, field), rel=1e-7, abs=1e-7 * factor * a.se
        )
    assert b.tau2 == pytest.approx(factor**2 * a.tau2, rel=1e-6, abs=1e-9 * factor**2)
    assert b.i2 == pytest.approx(a.i2, abs=1e-5)


@LAW
@given(SEED, MODEL, INTERVAL, st.floats(-50, 50))
def test_shift_and_mirror(seed: int, model: str, ci: str, shift: float) -> None:
    y, se = studies(seed)
    a = stats.pool(y, se, model=model, ci=ci)
    b = stats.pool(y + shift, se, model=model, ci=ci)
    mirror = stats.pool(-y, se, model=model, ci=ci)
    assert b.estimate == pytest.approx(a.estimate + shift, abs=1e-7)
    assert b.tau2 == pytest.approx(a.tau2, rel=1e-6, abs=1e-8)
    assert mirror.ci_low == pytest.approx(-a.ci_high, rel=1e-8, abs=1e-10)


@LAW
@given(SEED, st.sampled_from(MODELS[1:]))
def test_modified_is_the_wider_of_hartung_knapp_and_wald(seed: int, model: str) -> None:
    y, se = studies(seed)
    wald, hk, mhk = (stats.pool(y, se, model=model, ci=ci) for ci in ("wald", "hk", "mhk"))
    assert mhk.ci_low <= wald.ci_low and mhk.ci_high >= wald.ci_high
    assert mhk.se == pytest.approx(max(wald.se, hk.se))
    assert math.isclose(sum(s.weight_random for s in wald.studies), 1.0)
    assert wald.se >= math.sqrt(wald.tau2 / wald.n) * (1 - 1e-12)


@LAW
@given(SEED)
def test_a_study_twice_with_double_variance_is_the_study(seed: int) -> None:
    y, se = studies(seed)
    double = stats.pool(np.repeat(y, 2), np.repeat(se * math.sqrt(2), 2), model="common")
    same(stats.pool(y, se, model="common"), double)


@LAW
@given(SEED, MODEL, INTERVAL)
def test_many_at_once_are_the_same_pools(seed: int, model: str, ci: str) -> None:
    random = np.random.default_rng(seed)
    se = np.exp(random.normal(-1, 0.7, (6, 9)))
    y = random.normal(0, np.sqrt(se**2 + 0.1))
    y[random.random(y.shape) < 0.3] = np.nan
    many = stats.pool_many(y, se, model=model, ci=ci)
    for i in range(6):
        if (~np.isnan(y[i])).sum() < 2:
            assert math.isnan(many.estimate[i])
            continue
        one = stats.pool(y[i], se[i], model=model, ci=ci)
        for field in (*FIELDS, "tau2", "q"):
            assert getattr(many, field)[i] == pytest.approx(
                getattr(one, field), rel=1e-8, abs=1e-10
            )


@LAW
@given(SEED, MODEL)
def test_leaving_out_is_pooling_the_others(seed: int, model: str) -> None:
    y, se = studies(seed)
    if y.size < 3:
        return
    steps = stats.leave_one_out(y, se, model=model).steps
    for i, step in enumerate(steps):
        rest = np.delete(np.arange(y.size), i)
        same(step, stats.pool(y[rest], se[rest], model=model))
    influence = stats.study_influence(y, se, model=model).studies
    for step, row in zip(steps, influence, strict=True):
        assert row.tau2_without == pytest.approx(step.tau2, rel=1e-6, abs=1e-9)
    last = stats.cumulative(y, se, model=model).steps[-1]
    same(last, stats.pool(y, se, model=model))
