"""One patient in order: nothing imputed, limits kept."""

from __future__ import annotations

from analyses.example_cohorts import answer, begun, fusion, lesion, make
from fusionscape.analyses.cases import cases
from fusionscape.cohort import Plan
from fusionscape.results import Refusal, Timeline


def followed(*, plan: Plan | None = None):
    events = [
        begun("a", "DAH + Sor + Ven"),
        answer("a", "CR"),
        {"patient_id": "a", "order": 2, "kind": "mrd", "value": 1e-4, "censored": "<", "day": 56.0},
        {"patient_id": "a", "order": 2, "kind": "lesion", "target": "FLT3-ITD", "state": "absent"},
        {"patient_id": "a", "order": 3, "kind": "transplant", "day": 90.0},
        {"patient_id": "b", "order": 1, "kind": "mrd", "value": 1.0, "course": 1},
    ]
    return make(
        {"patient_id": ["a", "b"]},
        lesions=[fusion("a", "NSD1"), fusion("b", "NSD1"), lesion("a", "FLT3-ITD", "present")],
        events=events,
        plan=plan,
    )


def test_a_timeline_for_who_was_followed() -> None:
    found = cases(followed())
    (item,) = found.items
    assert isinstance(item, Timeline)
    assert item.patient == "a" and item.group == "NUP98::NSD1"
    assert item.lesions == ("FLT3-ITD", "NUP98::NSD1")
    assert next(e.kind for e in item.events) == "treatment_start"
    assert set(item.events[0].classes) == {"IC", "VEN", "FLT3i"}
    mrd = next(e for e in item.events if e.kind == "mrd")
    assert (mrd.value, mrd.censored, mrd.day) == (1e-4, "<", 56.0)
    assert {c.code for c in item.cautions} == {"undated-events", "censored-measurement"}


def test_the_plan_names_cases() -> None:
    found = cases(followed(plan=Plan(cases=("b", "nobody"))))
    assert [i.patient for i in found.items if isinstance(i, Timeline)] == ["b"]
    assert [c.code for c in found.cautions] == ["case-not-found"]


def test_nobody_followed() -> None:
    refusal = cases(make({"patient_id": ["a"]})).items[0]
    assert isinstance(refusal, Refusal)
    assert refusal.code == "no-followed-case"


def test_summaries_of_a_table_are_no_events_and_the_end_comes_last() -> None:
    def told(order: int, kind: str, label: str, **more: object) -> dict[str, object]:
        return {"patient_id": "a", "order": order, "kind": kind, "label": label, **more}

    study = make(
        {"patient_id": ["a"]},
        events=[
            told(1, "response", "CR", target="best"),
            told(2, "death", "Death"),
            told(1, "course", "DAH", day=0.0),
            told(3, "response", "not in CR", day=28.0),
            told(4, "mrd", "MRD", value=25.0),
            told(5, "death", "severe infection"),
        ],
        plan=Plan(cases=("a",)),
    )
    (item,) = cases(study).items
    assert isinstance(item, Timeline)
    assert [(e.kind, e.label) for e in item.events] == [
        ("course", "DAH"),
        ("response", "not in CR"),
        ("mrd", "MRD"),
        ("death", "severe infection"),
    ]
    assert [e.order for e in item.events] == [1, 3, 4, 5]


def test_an_undated_end_stands_after_everything_recorded() -> None:
    study = make(
        {"patient_id": ["a"]},
        events=[
            {"patient_id": "a", "order": 2, "kind": "death", "label": "Death"},
            {"patient_id": "a", "order": 7, "kind": "blasts", "label": "blasts", "value": 3.5},
        ],
        plan=Plan(cases=("a",)),
    )
    (item,) = cases(study).items
    assert isinstance(item, Timeline)
    assert [(e.kind, e.order) for e in item.events] == [("blasts", 7), ("death", 8)]
