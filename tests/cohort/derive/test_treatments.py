"""Courses, arms and exposures, from events or from the sequence as written."""

from __future__ import annotations

from analyses.example_cohorts import begun, make
from fusionscape.cohort.derive.treatments import (
    courses,
    exposures,
    line_arms,
    lines,
    open_tokens,
    sequences,
    transplanted,
)


def cohort():
    return make(
        {
            "patient_id": list("abcd"),
            "treatment": ["DAH → AZA + VEN", "DAH", None, None],
            "transplant": [None, True, False, None],
        },
        events=[
            begun("b", "IC"),
            begun("b", "AZA + VEN + FLT3i", line=2),
            {"patient_id": "d", "order": 1, "kind": "course", "label": "XYZ", "course": 1},
        ],
    )


def test_recorded_courses_come_before_the_sequence_as_written() -> None:
    rows = courses(cohort()).rows()
    assert [(p, line, arm) for p, line, _, _, arm in rows] == [
        ("a", 1, "IC"),
        ("a", None, "LIT+VEN"),
        ("b", 1, "IC"),
        ("b", 2, "LIT+VEN+FLT3i"),
        ("d", 1, None),
    ]


def test_the_arm_of_a_line() -> None:
    assert line_arms(cohort(), 1).to_list() == ["IC", "IC", None, None]
    assert line_arms(cohort(), 2).to_list() == [None, "LIT+VEN+FLT3i", None, None]
    assert lines(cohort()) == (1, 2)


def test_exposure_is_unknown_where_a_word_is_open() -> None:
    found = exposures(cohort())
    assert found["VEN"].to_list() == [True, True, None, None]
    assert found["FLT3i"].to_list() == [False, True, None, None]
    # the study's own transplant column answers; where it is empty, a sequence without a
    # transplant does not say no
    assert found["HSCT"].to_list() == [None, True, False, None]
    assert open_tokens(cohort()) == ("XYZ",)


def test_a_dated_transplant_counts() -> None:
    one = make(
        {"patient_id": ["a"]}, events=[{"patient_id": "a", "order": 1, "kind": "transplant"}]
    )
    assert exposures(one)["HSCT"].to_list() == [True]


def test_sequences() -> None:
    table = {row["patient_id"]: row for row in sequences(cohort()).iter_rows(named=True)}
    assert table["a"]["arms"] == "IC → LIT+VEN"
    assert table["d"]["arms"] == "?"
    assert "c" not in table


def test_without_a_transplant_column_the_sequence_says_yes_and_no() -> None:
    one = make(
        {"patient_id": list("abc"), "treatment": ["DAH → HSCT", "DAH", None]},
        events=[{"patient_id": "c", "order": 1, "kind": "transplant"}],
    )
    assert transplanted(one).to_list() == [True, False, True]


def test_a_written_course_is_a_line_where_every_line_has_its_response() -> None:
    def answered(patient: str, *lines: int) -> list[dict[str, object]]:
        return [
            {"patient_id": patient, "order": i, "kind": "response", "label": "CR", "line": i}
            for i in lines
        ]

    study = make(
        {"patient_id": list("abc"), "treatment": ["IC → AZA + VEN → HSCT"] * 2 + ["IC → IC → IC"]},
        events=[*answered("a", 1, 2), *answered("b", 1), *answered("c", 1, 2)],
    )
    assert line_arms(study, 1).to_list() == ["IC", "IC", "IC"]
    # b answered in one line only; c has three courses in two lines: which is which is open
    assert line_arms(study, 2).to_list() == ["LIT+VEN", None, None]
