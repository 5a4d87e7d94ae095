"""Endpoints that rest on dates known to the month or year say so."""

from __future__ import annotations

import polars as pl

from fusionscape.cohort import Cohort, build_cohort
from fusionscape.cohort.derive.endpoints import endpoint_data
from fusionscape.results import Caution, caution


def cohort(low: float, high: float) -> Cohort:
    """One death on a day between low and high, one on day 200; both in remission on day 30."""
    events: list[dict[str, object]] = []
    for who, first, last in (("a", low, high), ("b", 200.0, 200.0)):
        middle = (first + last) / 2
        events += [
            {"patient_id": who, "order": 1, "kind": "response", "label": "CR", "day": 30.0,
             "day_low": 30.0, "day_high": 30.0},
            {"patient_id": who, "order": 2, "kind": "death", "day": middle, "day_low": first,
             "day_high": last},
        ]  # fmt: skip
    return build_cohort(name="x", patients=pl.DataFrame({"patient_id": ["a", "b"]}), events=events)


def said(made: Cohort, name: str) -> list[Caution]:
    cautions = endpoint_data(made, name).cautions
    return [c for c in cautions if c.code == "endpoint-from-partial-dates"]


def test_a_month_is_said_with_its_half() -> None:
    made = cohort(90, 120)
    for name, label in (("os", "Overall survival"), ("rfs", "Relapse-free survival")):
        assert said(made, name) == [
            caution("endpoint-from-partial-dates", endpoint=label, n=1, days=15)
        ]


def test_exact_days_say_nothing() -> None:
    assert said(cohort(105, 105), "os") == []
