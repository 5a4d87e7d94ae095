"""Survival of the children with NUP98 fusions in TARGET/COG, against values from R survival."""

from __future__ import annotations

from functools import cache

import pytest

from fusionscape.analyses import analysis
from fusionscape.cohort import Cohort
from fusionscape.readers import read
from fusionscape.results import Analysis, Curve, Fit, Refusal, Term, Test
from real.conftest import COHORTS


@cache
def target() -> Cohort:
    return read(COHORTS["TARGET"])


@cache
def result(name: str) -> Analysis:
    return analysis(name)(target())


def curve(stable_id: str) -> Curve:
    found = result("survival")[stable_id]
    assert isinstance(found, Curve)
    return found


def term(stable_id: str, name: str) -> Term:
    fit = result("regression")[stable_id]
    assert isinstance(fit, Fit)
    return next(t for t in fit.terms if t.name == name)


@pytest.mark.parametrize(
    ("endpoint", "group", "median"),
    [
        ("os", "NUP98::NSD1", 675), ("os", "NUP98::KDM5A", 661), ("os", "KMT2A-rearranged", 1482),
        ("efs", "NUP98::NSD1", 207), ("efs", "NUP98::KDM5A", 342), ("efs", "KMT2A-rearranged", 366),
    ],
)  # fmt: skip
def test_medians(endpoint: str, group: str, median: float) -> None:
    assert curve(f"survival/{endpoint}/fusion/{group}").quantile[1] == median


def test_median_of_nsd1_has_log_log_limits() -> None:
    found = curve("survival/os/partner/NUP98::NSD1")
    assert (found.quantile_low[1], found.quantile_high[1]) == (492, 1158)


@pytest.mark.parametrize(("by", "statistic"), [("fusion", 5.73), ("driver", 5.57)])
def test_log_rank(by: str, statistic: float) -> None:
    found = result("survival")[f"survival/os/{by}/log-rank"]
    assert isinstance(found, Test)
    assert found.statistic == pytest.approx(statistic, abs=0.005)
    assert found.family is not None
    assert found.p_adjusted is not None


WBC = "White blood cells per 100 ×10⁹/L"


@pytest.mark.parametrize(
    ("stable_id", "name", "expected"),
    [
        ("regression/os/model", "WT1: present", (1.98, 1.16, 3.37)),
        ("regression/os/model", WBC, (1.18, 1.02, 1.38)),
        ("regression/os/model/ambiguous-absent", "WT1: present", (1.84, 1.11, 3.06)),
        ("regression/os/model/stratified%20by%20protocol", WBC, (1.13, 0.97, 1.31)),
    ],
)
def test_hazard_ratios(stable_id: str, name: str, expected: tuple[float, float, float]) -> None:
    row = term(stable_id, name)
    assert (row.ratio, row.ratio_low, row.ratio_high) == pytest.approx(expected, abs=0.006)


def test_who_is_in_the_models() -> None:
    dropped = result("regression")["regression/os/model"]
    kept = result("regression")["regression/os/model/ambiguous-absent"]
    assert isinstance(dropped, Fit)
    assert isinstance(kept, Fit)
    assert (dropped.n, dropped.events) == (125, 73)
    assert (kept.n, kept.events) == (131, 79)
    assert dict(dropped.dropped) == {"Overall survival": 3, "FLT3-ITD": 6}
    assert {t.name for t in dropped.tests} >= {"proportional hazards: GLOBAL"}


def test_transplant_in_first_remission_has_no_date_and_is_refused() -> None:
    found = result("exposures")["exposures/refused/transplant_cr1"]
    assert isinstance(found, Refusal)
    assert found.code == "immortal-time"


def test_first_events_add_up_to_event_free_survival() -> None:
    causes = [
        i for i in result("cumulative_incidence").under("cumulative_incidence/first-event/all")
        if isinstance(i, Curve)
    ]  # fmt: skip
    efs = curve("survival/efs/all/NUP98-rearranged")
    total = sum(float(c.estimate[-1]) for c in causes)
    assert total + float(efs.estimate[-1]) == pytest.approx(1.0, abs=1e-12)
