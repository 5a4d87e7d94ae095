"""Somebody who died on an unknown day is not alive until the last dated event."""

from __future__ import annotations

from analyses.example_cohorts import fusion, make
from fusionscape.cohort import Cohort
from fusionscape.cohort.derive.endpoints import endpoint_data


def cohort() -> Cohort:
    def told(patient: str, kind: str, day: float | None, **more: object) -> dict[str, object]:
        return {"patient_id": patient, "order": 1, "kind": kind, "day": day, **more}

    return make(
        {"patient_id": list("abcd")},
        lesions=[fusion(p, "NSD1") for p in "abcd"],
        events=[
            told("a", "response", 28.0, label="CR", course=1),
            told("a", "death", None),
            told("b", "response", 30.0, label="CR", course=1),
            told("b", "last_seen", 400.0),
            told("c", "response", 30.0, label="CR", course=1),
            told("c", "relapse", 200.0),
            told("c", "death", None),
            told("d", "response", 30.0, label="not in CR", course=1),
            told("d", "death", 90.0),
        ],
    )


def test_overall_survival_leaves_them_out_and_says_so() -> None:
    data = endpoint_data(cohort(), "os")
    assert data.frame["time"].to_list() == [None, 400.0, None, 90.0]
    assert data.frame["status"].to_list() == [None, 0, None, 1]
    assert data.missing == 2
    notes = [c for c in data.cautions if c.code == "event-undated"]
    assert [c.get("n") for c in notes] == [2]


def test_an_event_before_the_death_is_kept() -> None:
    data = endpoint_data(cohort(), "rfs", rules="eln2022")
    # c relapsed on day 200, 170 days after remission: that the death is undated does not matter
    assert data.frame["time"].to_list() == [None, 370.0, 170.0, None]
    assert data.frame["status"].to_list() == [None, 0, 1, None]
    assert (data.missing, data.outside) == (1, 1)
