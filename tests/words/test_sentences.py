"""Sentences: the denominator, the interval and the p are always said."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

import examples
from analyses.example_cohorts import answer, fusion, make, twenty
from examples import analysis, proportion
from fusionscape.analyses.baseline import baseline
from fusionscape.analyses.flow import flow
from fusionscape.analyses.response import response
from fusionscape.results import (
    Analysis,
    Count,
    Distribution,
    Estimate,
    Refusal,
    Result,
    Test,
    caution,
)
from fusionscape.words import scales
from fusionscape.words.checklist import checklist
from fusionscape.words.headline import INVENTED, NOTHING, headline
from fusionscape.words.manuscript import MOST_SENTENCES, manuscript
from fusionscape.words.pictures_outcome import LOG_LOG_TITLE
from fusionscape.words.sentences import p_part, ratio_part, say


def test_a_proportion_says_count_denominator_percentage_and_interval() -> None:
    e = Estimate(
        id="response/cr_course_1/NUP98::NSD1",
        label="CR after course 1",
        scale="proportion",
        estimate=2 / 25,
        count=2,
        n=25,
        missing=3,
        ci_low=0.0098,
        ci_high=0.2603,
        group="NUP98::NSD1",
        method="",
        reference="",
    )
    assert say(e) == (
        "CR after course 1: 2 of 25 patients with NUP98::NSD1 (8.0%, 95% CI 1.0 to 26.0). "
        "3 patients could not be used."
    )


def test_a_contrast_says_effect_interval_p_and_family() -> None:
    e = Estimate(
        id="a/b",
        label="CR",
        scale="odds ratio",
        estimate=0.0335,
        ci_low=0.003,
        ci_high=0.19,
        n=49,
        missing=0,
        p=1.2e-5,
        p_adjusted=0.0003,
        adjustment="Holm",
        family_size=4,
        exposure="NUP98::NSD1",
        comparator="others",
        adjusted_for=("age",),
        method="",
        reference="",
    )
    assert say(e).replace("\u00a0", " ") == (
        "CR: odds ratio of NUP98::NSD1 against others 0.0335 (95% CI 0.00300 to 0.190), p < 0.001; "
        "adjusted p < 0.001 (Holm over 4 tests), adjusted for age."
    )


def test_nobody_assessed_gives_no_proportion() -> None:
    e = examples.proportion("a/b", "CR", 0, 0)
    assert say(e) == "CR: no patient could be assessed, so there is no proportion."


def test_a_probability_is_not_told_as_a_count_of_patients() -> None:
    e = Estimate(
        id="survival/os/a/3-years",
        label="Overall survival at 3 years, NSD1",
        group="NSD1",
        scale="probability",
        estimate=0.413,
        ci_low=0.32,
        ci_high=0.51,
        n=103,
        missing=0,
        method="",
        reference="",
    )
    assert say(e) == "Overall survival at 3 years, NSD1: 41.3%, 95% CI 32.0 to 51.0 (103 patients)."
    unknown = replace(e, estimate=math.nan, ci_low=None, ci_high=None)
    assert say(unknown) == (
        "Overall survival at 3 years, NSD1: cannot be estimated from 103 patients."
    )


def test_a_median_that_was_not_reached_says_so() -> None:
    curve = examples.curve("KDM5A", 8, rate=1e-6, seed=1)
    assert say(curve) == "Overall survival: 0 events in 8 patients with KDM5A; median not reached."


def test_infinite_limits_are_words_in_a_median() -> None:
    curve = examples.curve("NSD1", 103, rate=0.0009, seed=30)
    assert "to not reached" in say(curve)
    assert "∞" not in say(curve)


def test_refusals_say_why() -> None:
    refusal = Refusal(
        id="a/b", label="Prevalence", code="x-y", n=0, missing=0, method="", reference=""
    )
    assert say(refusal) == "Prevalence: not answered. X y."


@pytest.mark.parametrize("make", examples.ALL, ids=lambda f: f.__name__)
def test_every_example_has_an_answer_in_one_sentence(make: object) -> None:
    analysis = make()  # type: ignore[operator]
    said = headline(analysis)
    assert said.endswith(".")
    assert "nan" not in said and "None" not in said and "inf" not in said.split()
    assert "significant" not in said.lower()
    for item in analysis.items:
        text = say(item)
        assert text.endswith(".") and "nan" not in text and "None" not in text, text


def test_an_empty_analysis_and_a_refused_one() -> None:
    assert headline(examples.analysis("prevalence", [])) == NOTHING
    assert headline(examples.prevalence_refused()).startswith("NUP98 fusion: not answered.")


def test_headlines_hold_the_very_numbers_of_the_results() -> None:
    said = headline(examples.response()).replace("\u00a0", " ")
    assert "2 of 25 with NUP98::NSD1 (8.0%" in said
    assert "17 of 24 with another partner (70.8%" in said
    assert "odds ratio, with NUP98::NSD1 against another partner, 0.0394 (95% CI" in said


def test_no_cause_is_claimed() -> None:
    banned = ("because of", "causes", "caused by", "leads to", "due to the fusion", "protects")
    texts = [say(i) for make in examples.ALL for i in make().items]
    texts += [headline(make()) for make in examples.ALL]
    assert [t for t in texts if any(word in t.lower() for word in banned)] == []


def test_manuscript_cites_every_reference_once_and_says_synthetic() -> None:
    analyses = [make() for make in examples.ALL]
    text = manuscript(analyses, version="9.9")
    assert text.results.startswith("SYNTHETIC DATA")
    assert len(text.references) == len(set(text.references))
    for number in range(1, len(text.references) + 1):
        assert f"[{number}]" in text.methods
    assert "fusionscape 9.9" in text.methods
    assert all(p.count(". ") <= 3 * MOST_SENTENCES for p in text.results.split("\n\n"))


def test_missing_values_do_not_become_zero() -> None:
    items: list[Result] = [
        Count(id="a/b", label="WT1", count=0, n=0, missing=25, method="", reference=""),
        Test(id="a/t", label="WT1", p=math.nan, n=0, missing=25, method="Fisher", reference=""),
        Distribution(
            id="a/d", label="WBC", unit="", group=None, n=0, missing=25, median=math.nan,
            q1=math.nan, q3=math.nan, mean=math.nan, sd=None, minimum=math.nan,
            maximum=math.nan, method="", reference="",
        ),
    ]  # fmt: skip
    assert [say(i) for i in items] == [
        "WT1: 0 of 0 patients. 25 patients could not be used.",
        "WT1: Fisher, no p value (n = 0).",
        "WBC: not known in any patient.",
    ]


def test_who_could_be_evaluated_is_not_said_to_be_in_remission() -> None:
    said = headline(flow(twenty()))
    assert "could be evaluated for response after course 1" in said
    assert "CR after course 1" not in said


def test_no_group_differs_when_no_adjusted_p_is_small() -> None:
    cohort = make(
        {"patient_id": list("abcdefgh"), "sex": ["female", "male"] * 4},
        lesions=[fusion(p, "NSD1" if p < "e" else "KDM5A") for p in "abcdefgh"],
    )
    said = headline(baseline(cohort, by="partner"))
    assert said.startswith("No characteristic differs clearly between the groups")
    assert "female in" in said and "male in NUP98::NSD1 2/4" not in said.replace("female in", "")


def test_the_endpoint_known_in_most_patients_leads() -> None:
    ids = [f"n{i}" for i in range(10)]
    events = [answer("n0", "CR"), answer("n1", "not in CR"), answer("n2", "not in CR")]
    events += [answer(p, "CR", course=None, line=1) for p in ids[3:9]]
    cohort = make({"patient_id": ids}, lesions=[fusion(p, "NSD1") for p in ids], events=events)
    said = headline(response(cohort))
    assert said.startswith("CR in induction, evaluable (known in 9/10): 7 of 9")


def test_nothing_invented_answers() -> None:
    e = proportion("response/cr_course_1/a", "CR", 3, 4, group="a")
    made_up = replace(e, cautions=(caution("invented-variable", variable="CR"),))
    assert headline(analysis("response", [made_up])) == INVENTED
    assert "3 of 4" not in headline(analysis("baseline", [made_up]))
    assert "3 of 4" in headline(analysis("response", [e]))


def test_an_open_limit_of_a_time_reads_not_reached() -> None:
    e = Estimate(
        id="survival/os/a/median", label="Median", scale="days", estimate=1482.0, ci_low=917.0,
        ci_high=None, n=40, missing=0, method="", reference="",
    )  # fmt: skip
    assert scales.bounds(e) == "917 to not reached"
    assert "917 to not reached" in scales.with_interval(e)


def test_survival_says_the_adjusted_p_with_the_size_of_its_family() -> None:
    test = Test(
        id="survival/os/driver/log-rank", label="OS", p=0.018, p_adjusted=0.146, family_size=8,
        adjustment="Holm, family-wise error", n=497, missing=4, method="Log-rank test",
        reference="",
    )  # fmt: skip
    assert p_part(test).replace("\u00a0", " ") == "p = 0.018, adjusted p = 0.15 (Holm, 8 tests)"
    assert p_part(replace(test, family_size=1)).replace("\u00a0", " ") == "p = 0.018"


def test_separation_is_told_before_its_penalised_ratio() -> None:
    e = Estimate(
        id="a/b", label="OS", scale="hazard ratio", estimate=12.0, ci_low=1.2, ci_high=1500.0,
        n=20, missing=0, method="", reference="", exposure="x", comparator="y",
        cautions=(caution("monotone-likelihood", covariate="WT1", penalty="firth"),),
    )  # fmt: skip
    assert ratio_part(e).startswith("every event falls on one side of WT1; penalised hazard ratio")
    assert "every event falls on one side of WT1; penalised" in say(e)


def test_a_refusal_does_not_hide_an_answer() -> None:
    refused = Refusal(id="t/a", label="A", code="no-data", n=0, missing=1, method="", reference="")
    count = Count(id="t/b", label="B", count=1, n=2, missing=0, method="", reference="")
    both = Analysis(
        id="t", question="t", n=2, missing=0, items=(refused, count), method="", reference=""
    )
    assert headline(both) == say(count)
    assert headline(replace(both, items=(refused,))) == say(refused)


def test_the_checklist_leads_to_the_regression_for_assumptions() -> None:
    section = Analysis(
        id="regression", question="regression", n=1, missing=0, items=(), method="", reference=""
    )
    rows = [r.cells for r in checklist([section]).rows]
    answer = next(r[3] for r in rows if r[2].startswith("Further investigations"))
    assert answer == "Regression"


def test_the_log_log_picture_does_not_claim_what_it_cannot_show() -> None:
    assert "speak for" not in LOG_LOG_TITLE


def test_a_probability_without_limits_says_why() -> None:
    nan = float("nan")
    e = Estimate(
        id="a/b", label="OS at 5 years", scale="probability", estimate=0.0, ci_low=nan, ci_high=nan,
        n=17, missing=0, method="", reference="",
    )  # fmt: skip
    assert scales.limits_only(e) == "0% (no interval)"
    everybody = caution("everybody-had-the-event", group="a", n=17, last=900.0)
    assert scales.limits_only(replace(e, cautions=(everybody,))) == "0% (all had had the event)"
