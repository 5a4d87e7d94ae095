"""Every kernel on data too small, too tied or too empty: an answer, a caution or a refusal.

No exception that is not a refusal, no warning, and never an interval of no width.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fusionscape import stats
from fusionscape.results import InputError
from fusionscape.stats import CoxError

NAN = float("nan")
AB = ["a", "b"]
# time, event, group, entry
DATA: dict[str, tuple[list[float], list[int], list[str], list[float] | None]] = {
    "two patients": ([1, 2], [1, 1], AB, None),
    "two, one event": ([1, 2], [1, 0], AB, None),
    "two censored": ([1, 2], [0, 0], AB, None),
    "all censored": ([1, 2, 3, 4, 5, 6], [0] * 6, AB * 3, None),
    "one event": ([1, 2, 3, 4, 5, 6], [0, 0, 1, 0, 0, 0], AB * 3, None),
    "all at one time": ([3] * 6, [1] * 6, AB * 3, None),
    "ties, some censored": ([3] * 6, [1, 0] * 3, ["a", "a", "b", "b", "a", "b"], None),
    "all at time zero": ([0] * 6, [1, 0] * 3, ["a", "a", "b", "b", "a", "b"], None),
    "one group only": ([1, 2, 3], [1, 1, 0], ["a"] * 3, None),
    "groups never together": ([1, 2, 3, 9, 9, 9], [1, 1, 1, 1, 1, 0], ["a"] * 3 + ["b"] * 3,
                              [0, 0, 0, 5, 5, 5]),
    "risk set used up": ([1, 2, 5, 6], [1, 1, 1, 1], AB * 2, [0, 0, 3, 3]),
    "nobody": ([], [], [], None),
    "nothing known": ([NAN, NAN], [1, 0], AB, None),
}  # fmt: skip
NO_ENTRY = ("exact", "gray", "fine_gray", "occupation", "landmark")


def _kernels(t: Any, e: Any, g: Any, x: Any, entry: dict[str, Any]) -> dict[str, Callable[[], Any]]:
    cr, began = np.where(t > 2, 1.0, NAN), np.where(x > 0, 0.5, NAN)
    return {
        "km": lambda: stats.km(t, e, group=g, **entry),
        "nelson_aalen": lambda: stats.nelson_aalen(t, e, **entry),
        "logrank": lambda: stats.logrank(t, e, g, exact=False, **entry),
        "exact": lambda: stats.logrank(t, e, g, exact=True),
        "pairwise": lambda: stats.logrank_pairwise(t, e, g, exact=False, **entry),
        "cox": lambda: stats.cox(t, e, x[:, None], **entry),
        "firth": lambda: stats.cox(t, e, x[:, None], penalty="firth", **entry),
        "ph_test": lambda: stats.ph_test(stats.cox(t, e, x[:, None], **entry)),
        "concordance": lambda: stats.fit_concordance(stats.cox(t, e, x[:, None], **entry)),
        "aalen_johansen": lambda: stats.aalen_johansen(t, e, group=g, **entry),
        "gray": lambda: stats.gray(t, e, g),
        "fine_gray": lambda: stats.fine_gray(t, e, x[:, None]),
        "occupation": lambda: stats.occupation(stats.transitions(t, e, {"cr": cr}), times=[1.0]),
        "rmst": lambda: stats.rmst(t, e, group=g, **entry),
        "landmark": lambda: stats.landmark(t, e, began, at=2.0),
        "simon_makuch": lambda: stats.simon_makuch(t, e, began, **entry),
        "mantel_byar": lambda: stats.mantel_byar(t, e, began, **entry),
    }


def _answer(case: str, kernel: str) -> Any:
    """The kernel's result, or None where it refused; any warning fails the test."""
    time, event, group, entry = DATA[case]
    if entry is not None and kernel in NO_ENTRY:
        return None
    t, e = np.asarray(time, dtype=float), np.asarray(event, dtype=int)
    g = np.asarray(group, dtype=object)
    late = {} if entry is None else {"entry": np.asarray(entry, dtype=float)}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return _kernels(t, e, g, (g == "a").astype(float), late)[kernel]()
        except (InputError, CoxError) as told:
            assert str(told)
            return None


KERNELS = tuple(_kernels(np.ones(1), np.ones(1), np.ones(1), np.ones(1), {}))


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("case", DATA)
def test_an_answer_a_caution_or_a_refusal(case: str, kernel: str) -> None:
    found = _answer(case, kernel)
    if found is None:
        return
    ratio, low, high = (getattr(found, x, None) for x in ("hazard_ratio", "hr_low", "hr_high"))
    if ratio is not None:
        known = np.isfinite(ratio)
        assert (np.asarray(low)[known] < np.asarray(high)[known]).all()
    p = np.atleast_1d(getattr(found, "p", 0.0))
    if kernel in ("logrank", "gray", "mantel_byar", "cox", "firth", "fine_gray"):
        assert found.cautions or np.isfinite(p).all(), "a p that is missing without a word"


def test_all_events_at_one_time_give_fine_gray_no_interval_of_no_width() -> None:
    with pytest.raises(InputError) as told:
        stats.fine_gray([3] * 6, [1] * 6, np.array([1.0, 0, 1, 0, 1, 0])[:, None])
    assert told.value.findings[0].code == "no-variance"


def test_strata_with_one_member_say_that_nothing_was_compared() -> None:
    t, e, g = [1, 2, 3, 4], [1, 1, 1, 0], AB * 2
    test = stats.logrank(t, e, g, strata=list("wxyz"), exact=False)
    assert np.isnan(test.p)
    assert "no-overlap" in [c.code for c in test.cautions]
    fit = stats.cox(t, e, np.array([[1.0], [0], [1], [0]]), strata=list("wxyz"))
    assert np.isnan(fit.coef).all()
    assert [c.code for c in fit.cautions] == ["covariate-without-contrast"]
    one = stats.logrank([*t, 9], [*e, 1], [*g, "a"], strata=list("xxxxs"), exact=False)
    plain = stats.logrank(t, e, g, exact=False)
    assert one.statistic == pytest.approx(plain.statistic, rel=1e-12)  # the loner changes nothing


def test_weights_of_zero_take_patients_out() -> None:
    t, e, g = [1.0, 2, 3, 4, 5, 6], [1, 1, 0, 1, 1, 0], AB * 3
    w = np.array([1.0, 0, 1, 1, 0, 1])
    few = stats.km(np.array(t)[w > 0], np.array(e)[w > 0])
    weighted = stats.km(t, e, weights=w)
    assert weighted.survival_at([4.5])[0].estimate == pytest.approx(
        few.survival_at([4.5])[0].estimate
    )
    nothing = stats.logrank(t, e, g, weights=np.zeros(6))
    assert np.isnan(nothing.p)
    assert "no-events" in [c.code for c in nothing.cautions]
    with pytest.raises(CoxError):
        stats.cox(t, e, np.array([[1.0], [0]] * 3), weights=np.zeros(6))


def test_constant_and_collinear_covariates_are_refused_by_fine_gray_and_named_by_cox() -> None:
    t, e = np.arange(1.0, 9), np.array([1, 2, 1, 0, 1, 2, 1, 0])
    x = np.array([1.0, 0, 2, 1, 0, 2, 1, 0])
    for X in (np.ones((8, 1)), np.column_stack([x, 2 * x])):
        with pytest.raises(InputError):
            stats.fine_gray(t, e, X)
    fit = stats.cox(t, e == 1, np.column_stack([x, 2 * x]))
    assert np.isfinite(fit.coef).tolist() == [True, False]
    assert "collinear-covariate" in [c.code for c in fit.cautions]
