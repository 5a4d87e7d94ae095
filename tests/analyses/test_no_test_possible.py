"""Where a comparison has no answer the report says why; it prints no nan and does not stop."""

from __future__ import annotations

import math
from dataclasses import replace

import polars as pl
import pytest

from analyses.dated_cohorts import codebook, reported
from fusionscape.analyses import analysis
from fusionscape.cohort import Cohort, Plan
from fusionscape.results import Estimate, Fit, Refusal, Test
from fusionscape.words.sentences import say

TOPICS = ("survival", "treatment_lines", "endpoint_rules", "cumulative_incidence", "multistate",
          "regression", "exposures")  # fmt: skip
N = 24


def people(times: list[float], events: list[bool], kinds: list[str], **columns: object) -> Cohort:
    more = {
        "cir_days": times, "cir_status": kinds,
        "age_years": [float(i % 3) for i in range(N)],
        "wbc_10e9_l": [2.0 * (i % 3) for i in range(N)],  # says the same as the age
        "transplant_days": [1.0 if i % 3 == 0 else None for i in range(N)], **columns,
    }  # fmt: skip
    return reported(
        times, events, ["NSD1", "KDM5A"] * (N // 2), book=codebook(),
        plan=Plan(covariates=("age_years", "wbc_10e9_l"), imputations=2),
        columns=more,  # type: ignore[arg-type]
    )  # fmt: skip


CASES = {
    "everybody at once": people([50.0] * N, [True] * N, ["relapse"] * N),
    "half at once": people([50.0] * N, [i % 2 == 0 for i in range(N)],
                           ["relapse", "censored"] * (N // 2)),
    "nobody": people([50.0 + i for i in range(N)], [False] * N, ["censored"] * N),
    "one": people([50.0 + i for i in range(N)], [i == 5 for i in range(N)],
                  ["relapse" if i == 5 else "censored" for i in range(N)]),
    "at time zero": people([0.0] * N, [i % 2 == 0 for i in range(N)],
                           ["relapse", "death"] * (N // 2)),
    "collinear": people([50.0 + 7 * i for i in range(N)], [True] * N,
                        ["relapse", "relapse", "death"] * (N // 3)),
    "all enter late": people([50.0 + i for i in range(N)], [True] * N, ["relapse"] * N,
                             entry_days=[60.0 + i for i in range(N)]),
}  # fmt: skip


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("case", CASES)
def test_no_nan_and_no_stop(case: str, topic: str) -> None:
    found = analysis(topic)(CASES[case])
    assert found.items
    for item in found.items:
        if isinstance(item, Test):
            assert not math.isnan(item.p), item.id
        if isinstance(item, Estimate) and item.scale == "hazard ratio":
            assert math.isfinite(item.estimate), item.id
        if isinstance(item, Fit):
            assert all(math.isfinite(t.p) for t in item.tests), item.id
        assert "nan" not in say(item).lower().split(), item.id


def test_groups_whose_events_come_all_at_once_are_refused_in_words() -> None:
    found = analysis("survival")(CASES["everybody at once"])
    refused = found["survival/os/partner/log-rank"]
    assert isinstance(refused, Refusal)
    assert refused.code == "groups-not-comparable"
    assert "no answer" in say(refused)
    assert "no-overlap" in [c.code for c in refused.cautions]


def test_covariates_that_say_the_same_refuse_fine_gray() -> None:
    found = analysis("cumulative_incidence")(CASES["collinear"])
    codes = {i.id: i.code for i in found.items if isinstance(i, Refusal)}
    assert codes["cumulative_incidence/cir/fine-gray/relapse"] == "not-estimable"


def test_multistate_with_nobody_followed_says_so() -> None:
    cohort = CASES["at time zero"]
    events = pl.DataFrame(
        {"patient_id": cohort.patients["patient_id"][:1], "order": [1], "kind": ["remission"],
         "day": [0.0]}
    )  # fmt: skip
    cohort = replace(cohort, events=pl.concat([cohort.events, events], how="diagonal_relaxed"))
    found = analysis("multistate")(cohort)
    assert found.items
    assert all(say(i) for i in found.items)
