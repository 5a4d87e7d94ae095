"""Arguments that are no data: an InputError with a code, still a ValueError, never a traceback."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fusionscape import stats
from fusionscape.results import InputError

TIME, EVENT, CAUSE = [1, 2, 3, 4, 5, 6], [1, 0, 1, 1, 0, 1], [1, 2, 1, 1, 2, 0]
GROUP = [0, 1, 0, 1, 0, 1]
DAYS = np.array([["2020-01-01"] * 2] * 2, dtype="M8[D]")
RUBBISH = (
    "x",
    None,
    [["a", "b"], ["c", "d"]],
    [[1, 2], [3]],
    1j,
    [[1j, 2], [3, 4]],
    object(),
    DAYS,
)

CALLS: dict[str, Callable[[Any], Any]] = {
    "table": stats.fisher,
    "fisher level": lambda b: stats.fisher([[1, 2], [3, 4]], level=b),
    "matrix": stats.fisher_pairs,
    "burden": stats.burden_pairs,
    "outcome": lambda b: stats.logistic(b, GROUP),
    "covariates": lambda b: stats.logistic(EVENT, b),
    "fine-gray time": lambda b: stats.fine_gray(b, CAUSE, GROUP),
    "fine-gray X": lambda b: stats.fine_gray(TIME, CAUSE, b),
    "fine-gray of": lambda b: stats.fine_gray(TIME, CAUSE, GROUP, of=b),
    "moderator": lambda b: stats.meta_regression([1, 2, 3], [1, 1, 1], b),
    "subgroup estimates": lambda b: stats.subgroups(b, [1, 1], ["a", "b"]),
    "clusters": lambda b: stats.pool_clustered([1, 2, 3], [1, 1, 1], b),
    "imputations": lambda b: stats.pool_imputations(b, [[1.0], [1.0]]),
    "printed limit": lambda b: stats.hazard_ratio_from_ci(b, 2),
    "km level": lambda b: stats.km(TIME, EVENT, level=b),
    "min_at_risk": lambda b: stats.km(TIME, EVENT, entry=[0] * 6, min_at_risk=b),
    "cause": lambda b: stats.aalen_johansen(TIME, b),
    "gray of": lambda b: stats.gray(TIME, CAUSE, GROUP, of=b),
    "gray rho": lambda b: stats.gray(TIME, CAUSE, GROUP, rho=b),
    "concordance level": lambda b: stats.concordance(TIME, EVENT, TIME, level=b),
    "cox level": lambda b: stats.cox(TIME, EVENT, GROUP, level=b),
    "cox time": lambda b: stats.cox(b, EVENT, GROUP),
    "landmark": lambda b: stats.landmark(TIME, EVENT, [1] * 6, at=b),
}


@pytest.mark.parametrize("name", CALLS)
def test_rubbish_is_refused_with_a_code(name: str) -> None:
    for rubbish in RUBBISH:
        with pytest.raises(InputError) as caught:
            CALLS[name](rubbish)
        assert isinstance(caught.value, ValueError)
        assert caught.value.findings[0].code and caught.value.findings[0].what


@pytest.mark.parametrize("code", [np.inf, 1e308, 1e18, 1.5, -1])
def test_a_cause_is_a_small_whole_number(code: float) -> None:
    for call in (
        lambda c: stats.aalen_johansen(TIME, c),
        lambda c: stats.gray(TIME, c, GROUP),
        lambda c: stats.fine_gray(TIME, c, GROUP),
    ):
        with pytest.raises(InputError) as caught:
            call([code, *CAUSE[1:]])
        assert caught.value.findings[0].code == "cause-not-a-code"


def test_dates_are_refused_and_masked_entries_are_missing() -> None:
    with pytest.raises(InputError) as caught:
        stats.km(np.array(["2020-01-01", "2020-02-01"], dtype="M8[D]"), [1, 0])
    assert caught.value.findings[0].code == "not-a-number"
    masked = np.ma.masked_array(np.arange(1.0, 7.0), mask=[0, 0, 1, 0, 0, 0])
    plain = [1.0, 2.0, np.nan, 4.0, 5.0, 6.0]
    one, other = stats.km(masked, EVENT), stats.km(plain, EVENT)
    assert one.missing == other.missing == 1
    assert one.curves[0].estimate.tolist() == other.curves[0].estimate.tolist()


def test_counts_beyond_the_bound_are_refused() -> None:
    for call in (
        lambda: stats.fisher([[10**12, 1], [1, 10**12]]),
        lambda: stats.pool_counts([1, 2], [10**9, 10**9], [3, 4], [50, 60]),
        lambda: stats.pool_proportions([1, 2], [10**9, 10**9]),
    ):
        with pytest.raises(InputError) as caught:
            call()
        assert caught.value.findings[0].code == "too-many-counted"


def test_pairs_to_estimate_are_positions_of_a_fit() -> None:
    fit = stats.fisher_pairs([[1, 1]] * 4 + [[0, 0]] * 4)
    for call in (
        lambda: stats.pair_odds_ratios([[1, 2]]),  # type: ignore[arg-type]
        lambda: stats.pair_odds_ratios(fit, pairs=["x"]),  # type: ignore[list-item]
        lambda: stats.pair_odds_ratios(fit, pairs=[7]),
    ):
        with pytest.raises(InputError):
            call()


def test_studies_of_none_or_all_have_no_binomial_normal_pool() -> None:
    fit = stats.pool_proportions([0, 10], [10, 10])
    assert np.isnan(fit.estimate) and [c.code for c in fit.cautions] == ["separated-studies"]


def test_a_rebuilt_curve_has_a_bound_on_its_patients() -> None:
    for numbers, code in (([10**12, 5], "too-many-counted"), (["x", "y"], "not-a-number")):
        with pytest.raises(InputError) as caught:
            stats.reconstruct_km([0, 1, 2], [1, 0.8, 0.5], risk_time=[0, 1], n_at_risk=numbers)
        assert caught.value.findings[0].code == code
