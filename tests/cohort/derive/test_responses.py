"""Endpoints: which line, which word, who entered."""

from __future__ import annotations

from analyses.example_cohorts import answer, begun, fusion, make
from fusionscape.cohort.derive.lines import entering
from fusionscape.cohort.derive.responses import endpoints, remission_words


def test_a_course_without_a_line_is_of_induction() -> None:
    cohort = make({"patient_id": ["a"]}, events=[answer("a", "CR", course=2)])
    assert [e.name for e in endpoints(cohort)] == ["cr_course_2", "cr_induction", "cr_best"]


def test_a_response_of_no_line_counts_for_the_best_only() -> None:
    cohort = make({"patient_id": ["a"]}, events=[answer("a", "CR", course=None)])
    (best,) = endpoints(cohort)
    assert best.name == "cr_best"
    assert best.success().to_list() == [True]


def test_entering_a_line() -> None:
    cohort = make(
        {"patient_id": list("abcd"), "treatment": [None, None, None, "DAH"]},
        lesions=[fusion("a", "NSD1")],
        events=[begun("a", "IC"), begun("a", "AZA+VEN", line=2), answer("b", "CR")],
    )
    assert entering(cohort, 1).to_list() == [True, True, False, True]
    assert entering(cohort, 2).to_list() == [True, False, False, False]


def test_where_nobodys_treatment_is_recorded_all_entered() -> None:
    cohort = make({"patient_id": ["a", "b"]}, events=[answer("a", "CR")])
    assert entering(cohort, 1).to_list() == [True, True]


def test_the_later_of_two_assessments_of_a_course_counts() -> None:
    first, second = answer("a", "not in CR"), answer("a", "CR")
    second["order"] = 2
    cohort = make({"patient_id": ["a"]}, events=[second, first])
    assert endpoints(cohort)[0].words.to_list() == ["CR"]


def test_evaluable_leaves_out_the_unassessed_and_keeps_the_dead() -> None:
    words = ["CR", "death", "not evaluable", None]
    ids = list("abcd")
    events = [answer(p, w) for p, w in zip(ids, words, strict=True) if w]
    endpoint = endpoints(make({"patient_id": ids}, events=events))[0]
    assert endpoint.evaluable.to_list() == [True, True, False, False]
    assert endpoint.success().to_list() == [True, False, False, False]
    assert remission_words(endpoint) == ()
