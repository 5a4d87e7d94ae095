"""The numbers that must come out of the TARGET file as it is."""

from __future__ import annotations

from functools import cache

import pytest

from analyses.example_cohorts import DESCRIPTIVE
from fusionscape.analyses import analysis
from fusionscape.analyses.flow import account
from fusionscape.cohort import Cohort
from fusionscape.readers import read
from fusionscape.results import Analysis, Count, Estimate, Fit, Flow, PairTable, Refusal, Test
from fusionscape.words.headline import headline
from real.conftest import COHORTS


@cache
def cohort() -> Cohort:
    return read(COHORTS["TARGET"])


@cache
def found(name: str) -> Analysis:
    return analysis(name)(cohort())


def counts(name: str, stable_id: str) -> tuple[int, int]:
    item = found(name)[stable_id]
    assert isinstance(item, Estimate)
    assert item.count is not None
    return item.count, item.n


def test_carriers_and_partners() -> None:
    item = found("flow").items[0]
    assert isinstance(item, Flow)
    nodes = {node.id: node.n for node in item.nodes}
    assert nodes["flow/carrying"] == 134
    assert nodes["flow/clear"] == 367
    assert nodes["flow/partner/NUP98::NSD1"] == 103
    assert nodes["flow/partner/NUP98::KDM5A"] == 31


def test_prevalence_is_refused() -> None:
    refusal = found("prevalence")["prevalence/driver"]
    assert isinstance(refusal, Refusal)
    assert refusal.code == "selected-by-fusion"
    assert isinstance(found("diagnostic_yield").items[0], Refusal)


def test_flt3_itd_with_its_ambiguous_values_apart() -> None:
    assert counts("landscape", "landscape/frequency/FLT3-ITD/NUP98::NSD1") == (73, 97)
    assert counts("landscape", "landscape/frequency/FLT3-ITD/NUP98::KDM5A") == (1, 30)
    assert counts("landscape", "landscape/coding/FLT3-ITD/as%20absent/NUP98::NSD1") == (73, 103)
    assert counts("landscape", "landscape/coding/FLT3-ITD/as%20present/NUP98::NSD1") == (79, 103)
    assert counts("landscape", "landscape/frequency/WT1/NUP98::NSD1") == (40, 103)


def test_flt3_itd_by_partner() -> None:
    ratio = found("baseline")["baseline/partner/lesion:FLT3-ITD/odds_ratio/NUP98::NSD1"]
    assert isinstance(ratio, Estimate)
    # R: fisher.test(matrix(c(73, 24, 1, 29), 2))$p.value
    assert ratio.p == pytest.approx(4.936666e-13, rel=1e-5)


@pytest.mark.parametrize(
    ("tail", "nsd1", "kdm5a", "p"),
    [
        # R: fisher.test(matrix(c(38, 58, 24, 6), 2)), fisher.test(matrix(c(38, 65, 24, 7), 2))
        ("", (38, 96), (24, 30), 1.275799e-4),
        ("/intention-to-treat", (38, 103), (24, 31), 8.108212e-5),
    ],
)
def test_remission_after_course_1(
    tail: str, nsd1: tuple[int, int], kdm5a: tuple[int, int], p: float
) -> None:
    assert counts("response", f"response/cr_course_1/NUP98::NSD1{tail}") == nsd1
    assert counts("response", f"response/cr_course_1/NUP98::KDM5A{tail}") == kdm5a
    ratio = found("response")[f"response/cr_course_1_odds_ratio/NUP98::NSD1/NUP98::KDM5A{tail}"]
    assert isinstance(ratio, Estimate)
    assert ratio.p == pytest.approx(p, rel=1e-5)


def test_pairs_and_model_answer() -> None:
    table = found("cooccurrence").items[0]
    assert isinstance(table, PairTable)
    pair = next(p for p in table.pairs if {p.a, p.b} == {"NUP98::NSD1", "FLT3-ITD"})
    assert pair.p == pytest.approx(4.936666e-13, rel=1e-5)
    assert isinstance(found("response_model").items[0], Fit)


def test_every_n_is_a_box() -> None:
    flow = found("flow").items[0]
    assert isinstance(flow, Flow)
    answers = [found(name) for name in DESCRIPTIVE if name != "flow"]
    known = {node.n for node in account(flow, answers).nodes}
    for one in answers:
        assert all(i.n in known for i in one.items if not isinstance(i, Refusal))


@pytest.mark.parametrize(("by", "n", "p"), [("driver", 347, 1.32e-15), ("partner", 107, 4.55e-8)])
def test_fab_with_every_erythroid_leukemia_as_m6(by: str, n: int, p: float) -> None:
    test = found("baseline")[f"baseline/{by}/fab/test"]
    assert isinstance(test, Test)
    assert test.n == n
    # R: fisher.test(table, workspace = 2e8); network algorithm or sampled within its interval
    low, high = test.p_ci_low or test.p, test.p_ci_high or test.p
    assert test.p == pytest.approx(p, rel=5e-3) or low <= p <= high


def test_the_comparator_is_what_it_was_chosen_for() -> None:
    assert counts("response", "response/cr_course_1/KMT2A-rearranged") == (267, 358)
    for item in found("baseline").items:
        if isinstance(item, Estimate) and item.comparator == "KMT2A-rearranged":
            assert "comparator-selected" in [c.code for c in item.cautions]
            assert "11)(" not in item.label


def test_adverse_risk_is_counted_of_all_carriers() -> None:
    adverse = found("classification")["classification/ELN%202022/adverse"]
    open_ = found("classification")["classification/ELN%202022/open"]
    assert isinstance(adverse, Count) and isinstance(open_, Count)
    assert (adverse.count, adverse.n) == (14, 134)
    assert (open_.count, open_.n) == (120, 134)


def test_what_the_partner_explains_is_said() -> None:
    table = found("cooccurrence").items[0]
    assert isinstance(table, PairTable)
    pair = next(p for p in table.pairs if {p.a, p.b} == {"FLT3-ITD", "WT1"})
    assert pair.stratified_p == pytest.approx(0.15, abs=0.005)
    said = headline(found("cooccurrence"))
    assert "no longer clear for FLT3-ITD and WT1 (stratified exact p" in said
    assert not any(p.p is not None and "NUP98::KDM5A" in (p.a, p.b) for p in table.pairs)
