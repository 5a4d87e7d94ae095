"""The same marrow under every rule set, beside what was reported."""

from __future__ import annotations

from analyses.example_cohorts import answer, fusion, make
from fusionscape.analyses.response_rules import response_rules
from fusionscape.results import Estimate, Refusal, Table


def marrow(patient: str, value: float, *, course: int | None = 1, censored: str | None = None):
    return {
        "patient_id": patient,
        "order": course or 0,
        "kind": "blasts",
        "value": value,
        "unit": "%",
        "course": course,
        "censored": censored,
    }


def cohort():
    ids = list("abcd")
    return make(
        {"patient_id": ids, "blasts_marrow_percent": [80.0] * 4},
        lesions=[fusion(p, "NSD1") for p in ids],
        events=[
            marrow("a", 5.0),
            answer("a", "not in CR"),
            marrow("b", 40.0),
            answer("b", "not in CR"),
            marrow("c", 12.0),
            answer("c", "PR"),
            marrow("d", 30.0),
            answer("d", "death"),
            marrow("a", 80.0, course=None),
        ],
    )


def test_five_percent_is_cr_in_one_rule_set_only() -> None:
    table = response_rules(cohort())["response_rules/patients"]
    assert isinstance(table, Table)
    names = [column.name for column in table.columns]
    rows = {row.values[0]: dict(zip(names, row.values, strict=True)) for row in table.rows}
    assert rows["a"]["cclg2015"] == "CR"
    assert rows["a"]["xiong2025"] == "not in CR"
    assert rows["a"]["reported"] == "not in CR"
    assert rows["b"]["eln2022"] == "NR"
    # 12 % may be PR or NR: the blood counts are not known
    assert rows["c"]["eln2022"] == "PR or NR"
    assert rows["d"]["eln2022"] == "death"


def test_counts_say_how_many_are_open() -> None:
    found = response_rules(cohort())
    cclg = found["response_rules/induction_course_1/cclg2015/CR"]
    assert (cclg.count, cclg.n, cclg.missing) == (1, 4, 0)
    remission = found["response_rules/induction_course_1_remission/eln2022"]
    assert isinstance(remission, Estimate)
    assert remission.n + remission.missing == 4
    assert remission.missing >= 1


def test_agreement_names_the_difference() -> None:
    item = response_rules(cohort())["response_rules/induction_course_1_agreement/cclg2015"]
    assert isinstance(item, Estimate)
    # b not in CR and NR, c PR, d death agree; a does not
    assert (item.count, item.n) == (3, 4)
    assert "not in CR reported, CR derived" in str(item.cautions[-1].get("how"))


def test_a_marrow_below_a_limit_has_no_percentage() -> None:
    one = make(
        {"patient_id": ["a"]},
        lesions=[fusion("a", "NSD1")],
        events=[marrow("a", 5.0, censored="<")],
    )
    refusal = response_rules(one).items[0]
    assert isinstance(refusal, Refusal)
    assert refusal.code == "no-marrow-after-course"
