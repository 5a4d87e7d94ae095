"""Residuals of proportional hazards and their smooth against R's cox.zph and its plot."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fusionscape import stats
from stats.reference import close, numbers, oracle

DATA = {k: np.array(v) for k, v in oracle("cox")["data"].items()}
REF: dict[str, Any] = oracle("zph")["ref"]
N = len(DATA["time"])


def apart() -> stats.CoxFit:
    time = DATA["time"] - DATA["entry"] + np.arange(1, N + 1) / 1000
    design = stats.design_matrix(
        {"a": DATA["a"], "b": DATA["b"], "g": DATA["g"]}, reference={"g": "x"}
    )
    return stats.cox(time, DATA["event"], design)


@pytest.mark.parametrize("transform", ["km", "rank", "identity", "log"])
def test_residuals_and_smooth_are_those_of_r(transform: str) -> None:
    want = REF[f"apart_{transform}"]
    got = stats.residual_trend(apart(), transform=transform, level=0.9544997361036416)
    residuals = numbers(want["y"])
    size = np.abs(residuals).max(axis=0)
    assert close(got.time, want["time"], 1e-9) and close(got.transformed, want["x"], 1e-9)
    assert close(got.values, residuals, 1e-8, scale=size)
    assert close(got.smooth, want["smooth"], 1e-7, scale=size)
    # the level of two standard errors
    assert close((got.high - got.low) / 4, want["se"], 1e-7)
    assert got.at.size == len(want["at"]) and got.n == N and got.events == len(want["time"])


def test_terms_name_the_rows_of_the_test() -> None:
    fit = apart()
    got, test = stats.residual_trend(fit), stats.ph_test(fit)
    assert got.terms == ("a", "b", "g", "g") and set(got.terms) < set(test.terms)
    assert close(test.p, REF["apart_km"]["p"], 1e-8)


def test_tied_times_keep_the_sums_and_the_smooth() -> None:
    want = REF["few_times_km"]
    X = np.stack([DATA["a"], DATA["b"]], axis=1)
    got = stats.residual_trend(stats.cox(DATA["time"], DATA["event"], X))
    size = np.abs(numbers(want["y"])).max(axis=0)
    assert close(got.values.sum(axis=0), numbers(want["y"]).sum(axis=0), 1e-8, scale=size)
    assert close(got.smooth, want["smooth"], 1e-7, scale=size)


def test_too_few_times_have_no_smooth() -> None:
    time = np.tile(np.arange(1.0, 8.0), 6)
    X = (np.arange(42.0) % 5)[:, None]
    got = stats.residual_trend(stats.cox(time, np.ones(42), X))
    assert got.values.shape == (42, 1) and got.at.size == 0
    assert got.smooth.shape == got.low.shape == (0, 1)


def test_a_mean_of_the_residuals_is_the_coefficient() -> None:
    """With a score of zero the unscaled residuals sum to zero, so the scaled ones to beta."""
    fit = apart()
    assert close(stats.residual_trend(fit).values.mean(axis=0), fit.coef, 1e-8, scale=1.0)


def test_an_aliased_column_is_left_out_and_an_infinite_estimate_refused() -> None:
    X = np.stack([DATA["a"], DATA["b"], 1 - DATA["a"]], axis=1)
    got = stats.residual_trend(stats.cox(DATA["time"], DATA["event"], X, names=("a", "b", "c")))
    assert got.names == ("a", "b") and got.values.shape[1] == 2
    event = DATA["event"] * (DATA["a"] == 0)
    with pytest.raises(stats.CoxError):
        stats.residual_trend(stats.cox(DATA["time"], event, DATA["a"][:, None], penalty=None))
