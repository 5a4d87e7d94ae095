"""Cox models of a cohort: who is in, separation, sensitivity, interactions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyses.dated_cohorts import BASELINE, codebook, dated, reported
from fusionscape import stats
from fusionscape.analyses.regression import regression
from fusionscape.cohort import Cohort, Plan
from fusionscape.cohort.derive.cox_residuals import spread
from fusionscape.results import (
    Count,
    Estimate,
    Fit,
    Refusal,
    Residuals,
    Test,
    from_json,
    same,
    to_json,
)
from fusionscape.tables.regression import tables
from fusionscape.words.headline import headline
from fusionscape.words.sentences import say

N = 48
TIMES = [float(30 + (17 * i) % 900) for i in range(N)]
EVENTS = [i % 3 != 0 for i in range(N)]
PARTNERS = ["NSD1" if i % 3 else "KDM5A" for i in range(N)]
AGES = [float(1 + i % 17) for i in range(N)]
ITD = ["ambiguous" if i % 12 == 5 else "present" if i % 2 else "absent" for i in range(N)]
PROTOCOL = ["A" if i % 2 else "B" for i in range(N)]


def cohort(**plan: object) -> Cohort:
    declared = Plan(covariates=("partner", "lesion:FLT3-ITD", "age_years"), **plan)  # type: ignore[arg-type]
    book = codebook(baseline=(*BASELINE, "protocol"))
    return reported(
        TIMES, EVENTS, PARTNERS, book=book, plan=declared,
        columns={"age_years": AGES, "protocol": PROTOCOL}, FLT3_ITD=ITD,
    )  # fmt: skip


def fit(found: object, stable_id: str) -> Fit:
    item = found[stable_id]  # type: ignore[index]
    assert isinstance(item, Fit)
    return item


def test_the_model_is_the_kernel_on_the_complete_cases() -> None:
    table = fit(regression(cohort()), "regression/os/model")
    keep = [x != "ambiguous" for x in ITD]
    columns = np.column_stack(
        [
            [p == "KDM5A" for p in PARTNERS], [x == "present" for x in ITD], AGES,
        ]
    ).astype(float)  # fmt: skip
    direct = stats.cox(np.array(TIMES)[keep], np.array(EVENTS)[keep], columns[keep])
    shown = [t.ratio for t in table.terms if not t.reference_row]
    assert shown == pytest.approx(direct.hazard_ratio.tolist(), rel=1e-10)
    assert table.dropped == (("FLT3-ITD", ITD.count("ambiguous")),)
    assert table.n == N - ITD.count("ambiguous")


def test_reference_rows_come_from_the_design() -> None:
    terms = fit(regression(cohort()), "regression/os/model").terms
    assert [(t.name, t.reference_row) for t in terms] == [
        ("Partner: NUP98::NSD1", True), ("Partner: NUP98::KDM5A", False),
        ("FLT3-ITD: absent", True), ("FLT3-ITD: present", False), ("Age per year", False),
    ]  # fmt: skip
    assert sum(t.n for t in terms[:2]) == N - ITD.count("ambiguous")


def test_codings_and_strata_stand_beside_the_model() -> None:
    found = regression(cohort(strata=("protocol",)))
    names = [i.id for i in found.items if isinstance(i, Fit) and "/model" in i.id]
    assert names == [
        "regression/os/model", "regression/os/model/ambiguous-absent",
        "regression/os/model/ambiguous-present", "regression/os/model/stratified%20by%20protocol",
    ]  # fmt: skip
    assert fit(found, names[1]).n == N
    assert fit(found, names[3]).strata == ("protocol",)


def test_the_plan_decides_which_coding_is_the_headline() -> None:
    found = regression(cohort(ambiguous_as="absent"))
    assert fit(found, "regression/os/model").n == N
    assert fit(found, "regression/os/model/ambiguous-dropped").n == N - ITD.count("ambiguous")


def test_the_dropped_are_compared_with_the_kept() -> None:
    found = regression(cohort())
    dropped = found["regression/os/kept/events/dropped"]
    assert isinstance(dropped, Count)
    inside = [e for e, x in zip(EVENTS, ITD, strict=True) if x == "ambiguous"]
    assert (dropped.count, dropped.n) == (sum(inside), len(inside))
    assert isinstance(found["regression/os/kept/log-rank"], Test)


def test_interactions_are_tested_and_subgroups_are_not() -> None:
    found = regression(cohort())
    test = found["regression/os/interaction/lesion:FLT3-ITD"]
    assert isinstance(test, Test)
    assert 0 < test.p <= 1
    assert test.family == "interactions with partner, overall survival"
    sub = found["regression/os/subgroup/lesion:FLT3-ITD/present"]
    assert isinstance(sub, Estimate)
    assert sub.p is None
    assert sub.n == ITD.count("present")


def test_every_term_has_its_p_adjusted_within_a_family() -> None:
    for item in regression(cohort()).items:
        if isinstance(item, Fit):
            rows = [t for t in item.terms if t.p is not None]
            assert item.family_size == len(rows)
            assert all(t.p_adjusted is not None and t.p_adjusted >= t.p for t in rows)  # type: ignore[operator]


def event_free() -> Cohort:
    """16 deaths in 47 patients; none among the 13 exposed."""
    exposed = [i < 13 for i in range(47)]
    events = [not e and 13 <= i < 29 for i, e in enumerate(exposed)]
    times = [float(400 + 23 * i) if e else float(40 + 20 * (i - 13)) for i, e in enumerate(exposed)]
    states = ["present" if e else "absent" for e in exposed]
    return reported(
        times, events, ["NSD1" if i % 2 else "KDM5A" for i in range(47)],
        plan=Plan(covariates=("lesion:WT1", "partner")), WT1=states,
    )  # fmt: skip


def test_an_event_free_group_gets_a_penalised_ratio_and_the_reason() -> None:
    found = regression(event_free())
    for stable_id in ("regression/os/model", "regression/os/screen"):
        table = fit(found, stable_id)
        assert table.penalty == "firth"
        codes = {c.code for c in table.cautions}
        assert {"monotone-likelihood", "switched-to-firth"} <= codes
        row = next(t for t in table.terms if t.name == "WT1: present")
        assert row.events == 0
        assert row.ratio is not None
        assert 0.01 < row.ratio < 0.5  # no 0.003
        assert row.ratio_low is not None
        assert row.ratio_low > 0


def test_firth_holds_for_every_row_of_the_screen() -> None:
    table = fit(regression(event_free()), "regression/os/screen")
    row = next(t for t in table.terms if t.name == "Partner: NUP98::NSD1")
    people = event_free().patients
    partner = np.array([[float(i % 2)] for i in range(47)])
    direct = stats.cox(people["os_days"], people["os_event"], partner, penalty="firth")
    assert row.coef == pytest.approx(float(direct.coef[0]), rel=1e-8)


def test_a_covariate_asked_for_that_is_not_there_is_named() -> None:
    found = regression(cohort(), covariates=("partner", "shoe_size"))
    codes = [(c.code, c.get("covariate")) for c in fit(found, "regression/os/model").cautions]
    assert ("covariate-not-found", "shoe_size") in codes


def test_default_covariates_say_that_nobody_declared_them() -> None:
    table = fit(regression(dated(30)), "regression/os/model")
    assert "covariates-not-declared" in [c.code for c in table.cautions]


@pytest.mark.parametrize("events", [[False] * 8, [True] * 8])
def test_all_censored_is_refused_and_all_dead_is_not(events: list[bool]) -> None:
    cohort_ = reported(
        [float(5 * i + 5) for i in range(8)], events, ["NSD1", "KDM5A"] * 4,
        plan=Plan(covariates=("partner",)),
    )  # fmt: skip
    item = regression(cohort_)["regression/os/model"]
    assert isinstance(item, Fit if events[0] else Refusal)


def test_delayed_entry_enters_the_model() -> None:
    columns = {"age_years": AGES, "entry_days": [20.0 if i % 2 else 0.0 for i in range(N)]}
    late = reported(
        TIMES, EVENTS, PARTNERS, plan=Plan(covariates=("age_years",)), columns=columns
    )  # fmt: skip
    table = fit(regression(late), "regression/os/model")
    direct = stats.cox(
        TIMES, EVENTS, np.array(AGES)[:, None],
        entry=np.array([20.0 if i % 2 else -1.0 for i in range(N)]),
    )  # fmt: skip
    assert table.terms[0].ratio == pytest.approx(float(direct.hazard_ratio[0]), rel=1e-10)


def test_every_result_survives_the_codec() -> None:
    for item in regression(dated(30)).items:
        assert same(from_json(to_json(item)), item)


def test_a_model_with_fewer_events_than_it_needs_is_refused() -> None:
    few = [i in (1, 4, 7) for i in range(N)]
    sick = reported(TIMES, few, PARTNERS, columns={"age_years": AGES},
                    plan=Plan(covariates=("partner", "age_years")))  # fmt: skip
    found = regression(sick)
    for where in ("regression/os/model", "regression/os/screen/partner"):
        refused = found[where]
        assert isinstance(refused, Refusal)
        assert refused.code == "too-few-events"
        assert refused.cautions[0].get("events") == 3
    assert not [i for i in found.items if isinstance(i, Fit)]


def test_an_absurd_ratio_is_refused_and_never_printed() -> None:
    # On this scale one step of the blood count is a million times its spread.
    counts = [1e-6 * (i % 13) for i in range(N)]
    odd = reported(TIMES, EVENTS, PARTNERS, columns={"wbc_10e9_l": counts},
                   plan=Plan(covariates=("partner", "wbc_10e9_l")))  # fmt: skip
    found = regression(odd)
    for where in ("regression/os/model", "regression/os/screen/wbc_10e9_l"):
        refused = found[where]
        assert isinstance(refused, Refusal)
        assert refused.code == "not-estimable"
    screen = fit(found, "regression/os/screen")
    assert {t.variable for t in screen.terms} == {"partner"}


def test_levels_without_an_event_or_patients_are_left_out_and_counted() -> None:
    kinds = ["M2" if i % 2 else "M4" for i in range(N)]
    kinds[0] = kinds[6] = kinds[12] = "M5"  # three patients, none of them with an event
    kinds[3] = "M7"
    book = codebook(baseline=(*BASELINE, "fab"))
    found = regression(reported(TIMES, EVENTS, PARTNERS, book=book, columns={"fab": kinds}))
    screen = fit(found, "regression/os/screen")
    labels = {t.level_label for t in screen.terms if t.variable == "fab"}
    assert labels == {"M2", "M4"}
    told = [c.get("levels") for c in screen.cautions if c.code == "levels-left-out"]
    assert told == ["M7 (n 1)", "M5 (n 3, 0 events)"]


def test_levels_with_few_events_carry_a_caution_each() -> None:
    events = [i % 3 != 0 or i in (3, 9) for i in range(N)]  # two events in KDM5A
    table = fit(regression(reported(TIMES, events, PARTNERS)), "regression/os/screen")
    told = {c.get("group"): c.get("n") for c in table.cautions if c.code == "few-events-wald"}
    assert told == {"Partner: NUP98::KDM5A": 2}


def test_hazards_that_change_over_time_are_said() -> None:
    # KDM5A dies early or never; NSD1 dies late: the ratio turns round.
    n = 60
    partners = ["KDM5A" if i % 2 else "NSD1" for i in range(n)]
    times = [float(10 + i) if i % 2 and i < 40 else float(500 + 3 * i) for i in range(n)]
    ages = [float(1 + (7 * i) % 17) for i in range(n)]
    turned = reported(
        times, [i % 2 == 0 or i < 40 for i in range(n)], partners,
        columns={"age_years": ages}, plan=Plan(covariates=("partner", "age_years")),
    )  # fmt: skip
    table = fit(regression(turned), "regression/os/model")
    doubted = {c.get("term"): c.get("p") for c in table.cautions
               if c.code == "hazards-not-proportional"}  # fmt: skip
    tests = {t.name.removeprefix("proportional hazards: "): t.p for t in table.tests}
    assert doubted
    assert doubted == {name: tests[name] for name in doubted}
    assert all(p < 0.05 for p in doubted.values())  # type: ignore[operator]
    assert "proportional hazards are in doubt for" in say(table)
    assert "all terms together: likelihood ratio test" in say(table)


def test_a_separated_row_never_leads_and_says_it_is_penalised() -> None:
    events = [i % 3 != 0 and i % 5 != 0 for i in range(N)]  # no event in KDM5A
    ages = [float(1 + (7 * i) % 17) for i in range(N)]
    apart = reported(TIMES, events, PARTNERS, columns={"age_years": ages},
                     plan=Plan(covariates=("partner", "age_years")))  # fmt: skip
    told = say(fit(regression(apart), "regression/os/model"))
    assert "every event falls on one side of Partner: NUP98::KDM5A, penalised" in told
    assert told.index("Age per year") < told.index("KDM5A")


def test_the_table_and_the_sentence_print_adjusted_p_with_their_family() -> None:
    found = regression(cohort())
    table = next(t for t in tables(found) if t.id == "regression/os/model/table")
    places = [c.name for c in table.columns]
    shown = fit(found, "regression/os/model")
    assert [r.values[places.index("p_adjusted")] for r in table.rows] == [
        t.p_adjusted for t in shown.terms
    ]
    assert next(c.label for c in table.columns if c.name == "p_adjusted") == (
        "Adjusted p (Holm, 3 tests)"
    )
    told = headline(found)
    assert "adjusted by Holm over 3 tests" in told


@pytest.mark.parametrize(("events", "labels"), [(32, 3), (12, 2), (6, 0)])
def test_a_default_model_holds_no_more_than_its_events_carry(events: int, labels: int) -> None:
    had = [i < events for i in range(N)]
    people = reported(
        TIMES, had, PARTNERS, columns={"age_years": AGES},
        FLT3_ITD=["present" if i % 2 else "absent" for i in range(N)],
    )  # fmt: skip
    found = regression(people)
    item = found["regression/os/model"]
    if labels:
        assert isinstance(item, Fit)
        assert len({t.variable for t in item.terms}) == labels
        left = [c for c in item.cautions if c.code == "default-model-too-large"]
        assert bool(left) == (labels < 3)
        assert item.events_per_variable is not None and item.events_per_variable >= 5
    else:
        assert isinstance(item, Refusal) and item.code == "too-few-events-for-model"
    declared = replace(people, plan=Plan(covariates=("partner", "lesion:FLT3-ITD", "age_years")))
    whole = regression(declared)["regression/os/model"]
    assert isinstance(whole, Fit) and len({t.variable for t in whole.terms}) == 3


def test_residuals_stand_beside_the_test_they_belong_to() -> None:
    found = regression(cohort())
    table = fit(found, "regression/os/model")
    parts = [i for i in found.items if isinstance(i, Residuals)]
    assert [p.id for p in parts] == [
        "regression/os/model/residuals/Partner:%20NUP98::KDM5A",
        "regression/os/model/residuals/FLT3-ITD:%20present",
        "regression/os/model/residuals/Age%20per%20year",
    ]
    tested = {t.name.removeprefix("proportional hazards: "): t.p for t in table.tests}
    for part in parts:
        assert part.p == tested[part.term] and part.fit == table.id
        assert part.n == table.n and part.events == table.events and part.missing == table.missing
        assert part.drawn == part.value.size == table.events
        assert same(from_json(to_json(part)), part)


def test_many_events_are_thinned_from_the_first_to_the_last() -> None:
    places = spread(1000)
    assert places.size == 300 and places[0] == 0 and places[-1] == 999
    assert (np.diff(places) > 0).all() and np.diff(places).max() <= 4
    assert spread(300).tolist() == list(range(300)) and spread(0).size == 0


def test_a_refused_model_has_no_residuals() -> None:
    few = reported(
        TIMES[:6], EVENTS[:6], PARTNERS[:6], book=codebook(baseline=BASELINE),
        plan=Plan(covariates=("partner",)),
    )  # fmt: skip
    assert not [i for i in regression(few).items if isinstance(i, Residuals)]
