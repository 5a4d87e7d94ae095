"""Cox models of a cohort: who is in, separation, sensitivity, interactions."""

from __future__ import annotations

import numpy as np
import pytest

from analyses.dated_cohorts import BASELINE, codebook, dated, reported
from fusionscape import stats
from fusionscape.analyses.regression import regression
from fusionscape.cohort import Cohort, Plan
from fusionscape.results import Count, Estimate, Fit, Refusal, Test, from_json, same, to_json

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
