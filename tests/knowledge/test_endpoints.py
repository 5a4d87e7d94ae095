"""The same patient under each rule set: hand-worked."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fusionscape.knowledge.endpoints import (
    ENDPOINTS,
    Assessment,
    Course,
    endpoint,
    endpoint_rules,
    rule_set_names,
)

REFRACTORY = Course(
    treatment_start=2.0,
    assessments=(
        Assessment(day=30.0, word="not in CR", course=1),
        Assessment(day=70.0, word="not in CR", course=2),
        Assessment(day=200.0, word="CR", course=3),
    ),
    death=400.0,
)
RESPONDER = Course(
    treatment_start=2.0,
    assessments=(
        Assessment(day=30.0, word="CR", course=1),
        Assessment(day=300.0, word="CR", course=4),
    ),
    last_seen=900.0,
)


def of(course: Course, name: str, rules: str) -> tuple[float | None, int | None, str]:
    outcome = endpoint(course, name, endpoint_rules(rules))
    return outcome.time, outcome.status, outcome.why


def test_induction_failure_is_dated_by_the_rule_set() -> None:
    assert of(REFRACTORY, "efs", "eln2022") == (1.0, 1, "induction failure")
    assert of(REFRACTORY, "efs", "eln2017") == (70.0, 1, "induction failure")
    assert of(REFRACTORY, "efs", "xiong2025") == (398.0, 1, "death")


def test_os_is_the_same_under_every_rule_set() -> None:
    assert {of(REFRACTORY, "os", r) for r in rule_set_names()} == {(400.0, 1, "death")}
    assert {of(RESPONDER, "os", r) for r in rule_set_names()} == {(900.0, 0, "last known alive")}


def test_a_responder_without_event_is_censored_as_the_rule_set_says() -> None:
    assert of(RESPONDER, "efs", "eln2022") == (300.0, 0, "last response assessment")
    assert of(RESPONDER, "efs", "eln2017") == (900.0, 0, "last seen")
    assert of(RESPONDER, "efs", "xiong2025") == (898.0, 0, "last seen")


def test_relapse_and_death_compete_after_remission() -> None:
    relapsed = Course(remission=30.0, relapse=100.0, death=150.0)
    died = Course(remission=30.0, death=150.0)
    assert of(relapsed, "rfs", "eln2022")[:2] == (70.0, 1)
    assert of(relapsed, "cir", "eln2022")[:2] == (70.0, 1)
    assert of(relapsed, "nrm", "eln2022")[:2] == (70.0, 2)
    assert of(died, "cir", "eln2022")[:2] == (120.0, 2)
    assert of(died, "nrm", "eln2022")[:2] == (120.0, 1)
    assert of(Course(death=20.0), "rfs", "eln2022") == (None, None, "no remission")


def test_early_death_is_day_one_in_eln2022_and_its_own_day_elsewhere() -> None:
    early = Course(treatment_start=0.0, death=12.0)
    assert of(early, "efs", "eln2022") == (1.0, 1, "death")
    assert of(early, "efs", "eln2017") == (12.0, 1, "death")
    assert of(early, "efs", "xiong2025") == (12.0, 1, "death")


def test_death_on_the_day_of_diagnosis() -> None:
    assert of(Course(death=0.0), "os", "eln2022")[:2] == (0.0, 1)


def test_alive_and_never_assessed() -> None:
    course = Course(treatment_start=0.0, last_seen=500.0)
    assert of(course, "efs", "eln2022") == (1.0, 0, "not evaluable")
    assert of(course, "efs", "eln2017") == (500.0, 0, "last seen")


@pytest.mark.parametrize(("reason", "status"), [("abandonment", 1), ("moved away", 0), (None, 0)])
def test_a_loss_counts_by_its_reason(reason: str | None, status: int) -> None:
    course = Course(treatment_start=3.0, lost=50.0, last_seen=50.0, loss_reason=reason)
    assert of(course, "efs", "xiong2025")[:2] == (47.0, status)
    assert of(course, "efs", "eln2022")[1] == 0
    assert of(course, "os", "xiong2025")[:2] == (50.0, 0)


def test_nothing_after_the_cut_off_has_happened() -> None:
    course = Course(remission=30.0, relapse=500.0, death=600.0, last_seen=600.0, cut_off=400.0)
    assert of(course, "os", "eln2022") == (400.0, 0, "last known alive")
    assert of(course, "rfs", "eln2022")[:2] == (370.0, 0)


def test_the_landmark_is_a_parameter() -> None:
    late = Course(assessments=(Assessment(day=170.0, word="CR"),), last_seen=400.0)
    rules = endpoint_rules("eln2022")
    assert endpoint(late, "efs", rules).status == 0
    strict = endpoint_rules("eln2022", landmark_days=120.0)
    assert endpoint(late, "efs", strict).why == "induction failure"


def test_unknown_names_are_refused() -> None:
    with pytest.raises(KeyError):
        endpoint_rules("eln2035")
    with pytest.raises(KeyError, match="no endpoint"):
        endpoint(Course(), "pfs", endpoint_rules("eln2022"))


days = st.one_of(st.none(), st.floats(0, 3000, allow_nan=False))


@given(days, days, days, days, days, st.sampled_from(ENDPOINTS), st.sampled_from(rule_set_names()))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_times_are_never_negative_and_status_goes_with_time(
    remission: float | None, relapse: float | None, death: float | None,
    seen: float | None, cut: float | None, name: str, rules: str,
) -> None:  # fmt: skip
    course = Course(
        treatment_start=0.0, remission=remission, relapse=relapse, death=death, last_seen=seen,
        cut_off=cut,
    )  # fmt: skip
    outcome = endpoint(course, name, endpoint_rules(rules))
    assert (outcome.time is None) == (outcome.status is None)
    assert outcome.time is None or outcome.time >= 0
    assert outcome.why
    if cut is not None and outcome.time is not None:
        assert outcome.time <= max(cut, 1.0)


@pytest.mark.parametrize(
    "course",
    [
        Course(lost=500.0, cut_off=400.0),
        Course(lost=500.0, last_seen=500.0, cut_off=400.0),
        Course(lost=500.0, last_seen=300.0, cut_off=400.0),
        Course(treatment_start=450.0, cut_off=400.0),
        Course(assessments=(Assessment(day=450.0, word="CR"),), last_seen=300.0, cut_off=400.0),
    ],
)
def test_whoever_lived_beyond_the_cut_off_is_censored_on_it(course: Course) -> None:
    assert of(course, "os", "eln2022") == (400.0, 0, "last known alive")


def test_a_loss_after_the_cut_off_is_no_event() -> None:
    course = Course(treatment_start=10.0, lost=500.0, loss_reason="abandonment", cut_off=400.0)
    assert of(course, "efs", "xiong2025") == (390.0, 0, "last seen")


@pytest.mark.parametrize("start", [0.0, 0.5, 2.0, 14.0])
def test_the_first_day_is_the_same_from_any_origin(start: float) -> None:
    rules = endpoint_rules("eln2022", efs_origin="treatment start")
    early = Course(treatment_start=start, death=start + 12.0)
    failed = Course(
        treatment_start=start,
        assessments=(Assessment(day=start + 60.0, word="not in CR", course=2),),
        last_seen=400.0,
    )
    death, failure = endpoint(early, "efs", rules), endpoint(failed, "efs", rules)
    assert (death.time, death.status, death.why) == (1.0, 1, "death")
    assert (failure.time, failure.status, failure.why) == (1.0, 1, "induction failure")


@pytest.mark.parametrize("reason", ["Give up", "放弃治疗", "Therapieabbruch", "withdrew"])
def test_a_loss_counts_in_whatever_words(reason: str) -> None:
    course = Course(treatment_start=3.0, lost=50.0, last_seen=50.0, loss_reason=reason)
    assert of(course, "efs", "xiong2025") == (47.0, 1, "lost: abandonment")


def test_a_study_names_reasons_of_its_own() -> None:
    rules = endpoint_rules("xiong2025", loss_is_event=("Gave up", "no money left"))
    for reason in ("abandonment", "No money left"):
        course = Course(treatment_start=3.0, lost=50.0, last_seen=50.0, loss_reason=reason)
        assert endpoint(course, "efs", rules).status == 1
    other = Course(treatment_start=3.0, lost=50.0, last_seen=50.0, loss_reason="progression")
    assert endpoint(other, "efs", rules).status == 0
