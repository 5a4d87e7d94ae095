"""Bold answers answer: states at a time, who was left out, models that are not to be read."""

from __future__ import annotations

from dataclasses import replace

import examples
from fusionscape.results import (
    Analysis,
    Count,
    Curve,
    Estimate,
    Fit,
    Flow,
    FlowNode,
    caution,
)
from fusionscape.words.abbreviations import explained, spelled_out
from fusionscape.words.headline import headline, turns_on
from fusionscape.words.headline_flow import analysed
from fusionscape.words.pictures_outcome import fit_title, ratios_title
from fusionscape.words.sentences import say


def bare(text: str) -> str:
    return text.replace("\u00a0", " ")


def counted(excluded: int, unknown: int) -> Analysis:
    node = FlowNode
    nodes = [node(id="flow/table", label="In the table", n=40, parent=None)]
    if excluded:
        nodes += [
            node(id="flow/excluded/1", label="70 years or older", n=excluded, parent="flow/table",
                 reason="70 years or older"),
            node(id="flow/cohort", label="In the cohort", n=40 - excluded, parent="flow/table"),
        ]  # fmt: skip
    top = nodes[-1].id
    nodes += [
        node(id="flow/carrying", label="NUP98-rearranged", n=12, parent=top),
        node(id="flow/clear", label="no NUP98 fusion", n=19, parent=top, reason="tested"),
    ]
    if unknown:
        nodes.append(
            node(id="flow/driver unknown", label="not tested", n=unknown, parent=top, reason="-")
        )
    nodes.append(
        node(id="flow/evaluable/cr", label="CR after course 1: evaluable", n=34, parent=top)
    )
    flow = Flow(id="flow/patients", label="Patients", n=40, missing=0, nodes=tuple(nodes),
                method="Counting", reference="")  # fmt: skip
    return examples.analysis("flow", [flow], n=40)


def test_the_flow_is_told_as_a_sequence() -> None:
    assert headline(counted(5, 4)) == (
        "In the table: 40 patients; 5 (70 years or older) excluded; of the 35 analysed 12 carry a "
        "NUP98 fusion, 19 do not and 4 were not tested; 34 could be evaluated for response after "
        "course 1."
    )
    assert "excluded" not in headline(counted(0, 0)) and "not tested" not in headline(counted(0, 0))


def test_the_front_counts_those_analysed() -> None:
    other = examples.analysis("landscape", [], n=12)
    assert analysed([counted(5, 4), other]) == 35
    assert analysed([other]) == 12


def state(name: str, share: float, year: int) -> Estimate:
    return Estimate(
        id=f"multistate/os/{name}/{year}", label=f"{name} at {year} year{'s' * (year > 1)}",
        scale="probability", estimate=share, n=12, missing=0, group=name, method="", reference="",
    )  # fmt: skip


def test_states_are_told_at_a_time() -> None:
    now = [("death", 0.5), ("remission", 0.25), ("transplant", 0.25)]
    items = [state(name, share, 1) for name, share in now]
    said = headline(examples.analysis("multistate", [*items, state("death", 0.75, 3)], n=12))
    assert said == (
        "At 1 year: 25.0% in remission without transplant, 25.0% transplanted and 50.0% dead "
        "(of 12 patients)."
    )


def overloaded_model(*, declared: bool) -> Analysis:
    (fit,) = (i for i in examples.cox().items if isinstance(i, Fit))
    notes = [caution("few-events-per-variable", events=10, variables=5)]
    notes += [] if declared else [caution("covariates-not-declared", covariates="age")]
    whole = replace(fit, id="regression/os/model", events=10, cautions=tuple(notes))
    screen = replace(fit, id="regression/os/screen", label="Overall survival, alone")
    return examples.analysis("regression", [whole, screen], n=134)


def test_a_model_with_too_few_events_is_not_to_be_read() -> None:
    said = bare(headline(overloaded_model(declared=True)))
    assert said.startswith(
        "Overall survival: the declared model has 5 parameters for 10 events, 2 each (5 are "
        "wanted): its ratios are unreliable. Of the characteristics alone the smallest p is that of"
    )
    assert "p = 0.030, adjusted p = 0.15" in said or "p = 0.030" in said
    assert "the model has 5" in headline(overloaded_model(declared=False))


def test_five_events_a_parameter_may_lead() -> None:
    (fit,) = (i for i in examples.cox().items if isinstance(i, Fit))
    enough = replace(fit, cautions=(caution("few-events-per-variable", events=10, variables=2),))
    assert "hazard ratio" in headline(examples.analysis("regression", [enough]))
    few = replace(fit, cautions=(caution("few-events-per-variable", events=9, variables=2),))
    assert fit_title(few).endswith("too few events to read its ratios (9 for 2 parameters)")
    assert "smallest p" in fit_title(enough)


def ratio(exposure: str, p: float | None, *notes: object) -> Estimate:
    return Estimate(
        id=f"baseline/{exposure}", label=f"{exposure}, odds ratio", scale="odds ratio",
        estimate=2.0, ci_low=1.0, ci_high=4.0, n=20, missing=0, p=p, exposure="A", comparator="B",
        method="", reference="", cautions=notes,  # type: ignore[arg-type]
    )  # fmt: skip


def test_the_forest_is_titled_with_its_strongest_row() -> None:
    said = bare(ratios_title([ratio("WBC", 0.11), ratio("FLT3-ITD", 0.004)]))
    assert said.startswith("The smallest p is that of FLT3-ITD") and "p = 0.004" in said
    first = ratios_title([ratio("WBC", 0.11), ratio("FLT3-ITD", 0.004)], strongest=False)
    assert first.startswith("WBC")


def test_subgroups_without_p_lead_with_the_contrast_alone() -> None:
    said = ratios_title([ratio("WT1", None), ratio("NRAS", None)])
    assert "A against B within subgroups" in said and "2.00" not in said


def test_the_small_drawing_is_of_the_sentence_or_absent() -> None:
    survival = examples.survival()
    (hazard,) = (e for e in survival.items if isinstance(e, Estimate))
    beside = replace(hazard, id="survival/other/hazard_ratio", estimate=9.9)
    curves = [i for i in survival.items if isinstance(i, Curve)]
    found = turns_on(replace(survival, items=(beside, *survival.items)))
    assert found is None or (found.estimate == hazard.estimate and "0.62" in headline(survival))
    assert turns_on(replace(survival, items=(beside, *curves))) is None
    assert turns_on(examples.baseline()) is None
    response = examples.response()
    turned = turns_on(response)
    assert turned is not None and f"{turned.estimate:.3g}"[:4] in headline(response)


def test_times_read_as_times() -> None:
    median = Estimate(
        id="s/m", label="Median overall survival, A", scale="days", estimate=float("nan"), n=8,
        missing=0, group="A", method="", reference="",
    )  # fmt: skip
    assert say(median) == "Median overall survival, A: not reached (8 patients)."
    assert say(replace(median, estimate=774.0)) == "Median overall survival, A: 774 days."


def test_classes_of_treatment_are_spelled_out_once() -> None:
    count = Count(id="treatment/line 1/all carriers/IC", label="Induction: IC, all carriers",
                  count=3, n=4, missing=0, method="", reference="",
                  group="all carriers")  # fmt: skip
    said = headline(examples.analysis("treatment", [count], n=4))
    assert said == "Induction of all carriers: intensive chemotherapy (IC) 3/4 (75.0%)."
    assert spelled_out("IC then IC") == "intensive chemotherapy (IC) then IC"
    assert spelled_out("NICE and CD33-IC") == "NICE and CD33-IC"
    assert explained(["nothing"]) == ""
