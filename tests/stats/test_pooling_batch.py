"""Many meta-analyses at once: the same numbers, fast."""

from __future__ import annotations

import time

import numpy as np
import pytest

from fusionscape import stats
from fusionscape.results import InputError


def simulated(m: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(1)
    se = np.exp(random.normal(-1, 0.6, (m, 20)))
    return random.normal(0.3, np.sqrt(se**2 + 0.05)), se


def test_ten_thousand_in_a_second() -> None:
    y, se = simulated(10_000)
    stats.pool_many(y[:10], se[:10])
    spent = []
    for _ in range(2):
        begun = time.process_time()  # other work on the machine does not count
        many = stats.pool_many(y, se, model="reml", ci="mhk")
        spent.append(time.process_time() - begun)
    assert min(spent) < 1.0
    assert many.n == 10_000 and np.isfinite(many.ci_low).all()


def test_one_row_of_standard_errors_serves_all() -> None:
    y, se = simulated(5)
    a = stats.pool_many(y, se[0])
    b = stats.pool_many(y, np.tile(se[0], (5, 1)))
    assert np.array_equal(a.estimate, b.estimate)


def test_numbers_do_not_depend_on_the_company() -> None:
    y, se = simulated(700)
    whole, part = stats.pool_many(y, se), stats.pool_many(y[600:], se[600:])
    assert np.allclose(whole.tau2[600:], part.tau2, rtol=1e-11, atol=1e-14)


def test_rows_without_two_studies_know_nothing() -> None:
    y = np.array([[1.0, np.nan, np.nan], [1.0, 2.0, np.nan], [np.nan] * 3])
    many = stats.pool_many(y, [0.5, 0.5, 0.5])
    assert np.isnan(many.estimate).tolist() == [True, False, True]
    assert np.isnan(many.i2).tolist() == [True, False, True]
    assert many.k.tolist() == [1, 2, 0]
    with pytest.raises(ValueError, match="read-only"):
        many.estimate[0] = 1.0


def test_wrong_shapes() -> None:
    with pytest.raises(InputError, match="m by k"):
        stats.pool_many([1.0, 2.0], [0.1, 0.1])
    with pytest.raises(InputError, match="zero or negative"):
        stats.pool_many([[1.0, 2.0]], [0.1, 0.0])
