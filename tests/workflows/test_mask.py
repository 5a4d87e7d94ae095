"""What is masked cannot be read, nor had back by subtraction."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fusionscape.results import (
    Analysis,
    Count,
    Curve,
    Distribution,
    Document,
    Estimate,
    Flow,
    FlowNode,
    LesionMatrix,
    LesionRow,
    Pair,
    PairTable,
    Refusal,
    Result,
    Test,
    caution,
)
from fusionscape.results.document import dumps
from fusionscape.workflows.mask import LIMIT, mask_analyses, small


def count(what: str, number: int, n: int) -> Count:
    return Count(
        id=f"prevalence/partner/{what}", label=what, count=number, n=n, missing=0,
        method="count", reference="",
    )  # fmt: skip


def rate(stable_id: str, number: int, n: int) -> Estimate:
    return Estimate(
        id=stable_id, label="x", scale="proportion", estimate=number / n, n=n, missing=0,
        count=number, method="m", reference="r", ci_low=0.0, ci_high=1.0,
        cautions=(caution("small-group", n=number),),
    )  # fmt: skip


def analysis(*items: Result, n: int = 55) -> Analysis:
    return Analysis(
        id="prevalence", question="q", n=n, missing=0, items=items, method="m", reference="r"
    )


def mask_analysis(plain: Analysis) -> Analysis:
    return mask_analyses((plain,))[0]


def kinds(masked: Analysis) -> list[type]:
    return [type(i) for i in masked.items]


def shown(masked: Analysis) -> dict[str, int]:
    return {
        i.id: i.count
        for i in masked.items
        if isinstance(i, (Count, Estimate)) and i.count is not None
    }


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_no_hidden_cell_follows_from_the_total(cells: list[int]) -> None:
    total = sum(cells)
    masked = mask_analysis(
        analysis(*(count(str(i), c, total) for i, c in enumerate(cells)), n=total)
    )
    visible = shown(masked)
    hidden = [c for i, c in enumerate(cells) if f"prevalence/partner/{i}" not in visible]
    assert not any(small(c) for c in visible.values())
    if not any(small(c) for c in hidden):
        return
    # An attacker knows the total, what is shown, and that each hidden cell is at least one
    # and that the smallest was hidden for being small: several fillings must remain.
    rest = total - sum(visible.values())
    zero_cells = sum(c == 0 for c in hidden)
    assert len(hidden) > 1 or total < LIMIT or zero_cells or len(cells) == 1
    if len(hidden) > 1:
        fillings = {
            f
            for f in itertools.islice(
                itertools.product(range(1, min(rest, 45) + 1), repeat=min(len(hidden) - 1, 2)),
                4000,
            )
            if sum(f) < rest
        }
        assert len(fillings) > 1 or len(hidden) == len(cells)


def test_the_replica_spectrum_of_the_landscape_letter() -> None:
    cells = {"NSD1": 25, "HOXA9": 10, "PRRX2": 4, "TOP1": 2, "KDM5A": 2, "HHEX": 1}
    masked = mask_analysis(analysis(*(count(k, v, 44) for k, v in cells.items()), n=44))
    assert shown(masked) == {"prevalence/partner/NSD1": 25, "prevalence/partner/HOXA9": 10}


def test_one_small_cell_takes_the_next_with_it_and_the_comparison_too() -> None:
    p = Test(id="prevalence/partner/test", label="t", p=0.01, n=40, missing=0, method="Fisher",
             reference="")  # fmt: skip
    masked = mask_analysis(analysis(count("A", 3, 40), count("B", 10, 40), count("C", 27, 40), p))
    assert shown(masked) == {"prevalence/partner/C": 27}
    assert isinstance(masked.items[3], Refusal)


def test_the_other_half_of_the_denominator_is_a_cell() -> None:
    masked = mask_analysis(analysis(rate("response/cr/A", 23, 25), rate("treatment/mrd/A", 12, 25)))
    assert shown(masked) == {"treatment/mrd/A": 12}


def test_overlapping_groups_and_contrasts_give_nothing_back() -> None:
    def contrast(what: str, value: float) -> Estimate:
        return Estimate(
            id=f"response/cr_{what}/A/B", label="x", scale="risk difference", estimate=value,
            n=31, missing=0, method="m", reference="r", p=0.2,
        )  # fmt: skip

    masked = mask_analysis(
        analysis(
            rate("response/cr/carriers", 9, 17),
            rate("response/cr/not A", 6, 12),
            rate("response/cr/A", 3, 5),
            contrast("risk_difference", -0.18),
            contrast("odds_ratio", 0.4),
        )
    )
    assert shown(masked) == {"response/cr/carriers": 9}
    assert kinds(masked) == [Estimate, Refusal]


def test_a_curve_value_that_is_nearly_a_count_goes() -> None:
    def at_one_year(group: str, value: float, n: int) -> Estimate:
        return Estimate(
            id=f"survival/os/driver/{group}/1-year", label="x", scale="probability",
            estimate=value, n=n, missing=0, method="m", reference="r",
        )  # fmt: skip

    few = mask_analysis(analysis(at_one_year("A", 29 / 30, 30), at_one_year("B", 0.5, 40)))
    assert kinds(few) == [Refusal]
    many = mask_analysis(analysis(at_one_year("A", 0.6, 30), at_one_year("B", 0.5, 40)))
    assert kinds(many) == [Estimate, Estimate]


def test_percentages_intervals_and_cautions_go_with_the_count() -> None:
    text = dumps(
        Document(study={}, plan={}, findings=(), results=(
            mask_analysis(analysis(rate("response/cr/A", 2, 29), rate("response/cr/B", 3, 31))),
        ))
    )  # fmt: skip
    rows = [r for r in json.loads(text)["results"] if r["kind"] != "analysis"]
    assert {r["kind"] for r in rows} == {"refusal"}
    for trace in (repr(2 / 29), repr(3 / 31), '"value": 2', '"value": 3', "29", "31"):
        assert trace not in text


def test_patient_level_results_go() -> None:
    matrix = LesionMatrix(
        id="landscape/matrix", label="m", n=1, missing=0, patients=("Alice",), groups=("g",),
        lesions=(LesionRow(lesion="WT1", lesion_type="mutation", states="P", count=1, n=1),),
        tracks=(), method="", reference="",
    )  # fmt: skip
    values = np.array([1.0])
    curve = Curve(
        id="os/curve", label="c", curve="survival", group=None, n=9, events=1, missing=0,
        time=values, estimate=values, std_err=values, ci_low=values, ci_high=values,
        n_at_risk=values, n_event=values, n_censored=values,
    )  # fmt: skip
    spread = Distribution(
        id="baseline/driver/wbc", label="WBC", unit="", group=None, n=10, missing=0, median=5,
        q1=4, q3=6,
        mean=5, sd=1, minimum=0.123, maximum=987.6, method="", reference="", values=(0.123,),
    )  # fmt: skip
    masked = mask_analysis(analysis(matrix, curve, spread))
    text = dumps(Document(study={}, plan={}, findings=(), results=(masked,)))
    assert "Alice" not in text and "0.123" not in text and "987.6" not in text
    assert kinds(masked) == [Distribution, Refusal]


def test_pairs_and_flow() -> None:
    def pair(a: str, both: int) -> Pair:
        return Pair(
            id=f"cooccurrence/{a}/X", a=a, b="X", both=both, only_a=9, only_b=9, neither=9,
            n=27 + both, missing=0, structural=False, reachable=True, log_odds_ratio=1.0,
            odds_ratio=2.0, ci_low=1.0, ci_high=3.0, p=0.5, p_adjusted=0.5,
        )  # fmt: skip

    table = PairTable(
        id="cooccurrence/pairs", label="", n=30, missing=0, lesions=("A", "B", "X"),
        pairs=(pair("A", 2), pair("B", 12)), family="f", family_size=2, method="", reference="",
    )  # fmt: skip
    nodes = [("all", 60, None), ("in", 57, "all"), ("out", 3, "all"), ("a", 30, "in"),
             ("b", 27, "in")]  # fmt: skip
    flow = Flow(
        id="flow/flow", label="", n=60, missing=0, method="", reference="",
        nodes=tuple(FlowNode(id=i, label=i, n=n, parent=p) for i, n, p in nodes),
    )  # fmt: skip
    masked = mask_analysis(analysis(table, flow))
    kept_table, kept_flow, *_ = masked.items
    assert isinstance(kept_table, PairTable) and [p.a for p in kept_table.pairs] == ["B"]
    assert isinstance(kept_flow, Flow)
    # in and out add up to all, so neither stands; what hangs from a hidden box goes with it.
    assert [n.id for n in kept_flow.nodes] == ["all"]


def missing(stable_id: str, number: int, n: int, unknown: int) -> Count:
    return Count(
        id=stable_id, label="x", count=number, n=n, missing=unknown, method="m", reference="",
    )  # fmt: skip


def test_few_missing_are_a_cell_across_denominators() -> None:
    """ITT 9 of 18 and not in CR 8 of 18 leave one not recorded: only one of them may stand."""
    masked = mask_analysis(
        analysis(
            missing("response/cr_course_1/carriers", 9, 17, 1),
            missing("response/cr_course_1/carriers/intention-to-treat", 9, 18, 0),
            missing("response/word_course_1/carriers/not in CR", 8, 18, 0),
            missing("response/word_course_1/carriers/not recorded", 1, 18, 0),
        )
    )
    assert shown(masked) == {"response/cr_course_1/carriers/intention-to-treat": 9}
    assert len(masked.items) == 2  # not even a row of what is hidden tells that somebody is in it


def test_a_table_is_hidden_in_every_section() -> None:
    baseline = analysis(
        missing("baseline/driver/lesion:WT1/carriers/yes", 5, 16, 2),
        missing("baseline/driver/lesion:WT1/others/yes", 6, 14, 0),
    )
    landscape = analysis(missing("landscape/frequency/WT1/all carriers", 5, 16, 0))
    one, other = mask_analyses((baseline, landscape))
    assert shown(one) | shown(other) == {"landscape/frequency/WT1/all carriers": 5}


def test_a_hidden_group_is_hidden_wherever_it_is_named() -> None:
    spectrum = analysis(count("A", 2, 18), count("B", 5, 18), count("C", 11, 18))
    by_partner = analysis(
        missing("response/cr/carriers", 9, 18, 0),
        missing("response/cr/B", 5, 5, 0),
        missing("response/cr/not B", 6, 13, 0),
    )
    said = replace(
        by_partner,
        cautions=(caution("small-group", group="B", n=5), caution("post-baseline", variable="B")),
    )
    _, masked = mask_analyses((spectrum, said))
    assert shown(masked) == {"response/cr/carriers": 9}
    assert {c.code for c in masked.cautions} == {"masked-caution"}
    assert not any(f.value in (5, "B") for c in masked.cautions for f in c.facts)


def test_quartiles_and_times_of_few_are_withheld() -> None:
    def spread(n: int) -> Distribution:
        return Distribution(
            id=f"baseline/driver/ldh/{n}", label="LDH", unit="", group=None, n=n, missing=0,
            median=5, q1=4, q3=6, mean=5, sd=1, minimum=1, maximum=9, method="", reference="",
        )  # fmt: skip

    def median(n: int) -> Estimate:
        return Estimate(
            id=f"survival/os/driver/{n}/median", label="x", scale="median", estimate=300.0, n=n,
            missing=0, method="m", reference="r",
        )  # fmt: skip

    masked = mask_analysis(analysis(spread(9), spread(10), median(9), median(10)))
    assert [i.id for i in masked.items[:-1]] == [
        "baseline/driver/ldh/10",
        "survival/os/driver/10/median",
    ]


def test_adjusted_p_values_of_a_broken_family_go() -> None:
    def p_of(name: str, n: int) -> Test:
        return Test(
            id=f"baseline/driver/{name}/test", label=name, p=0.01, n=n, missing=60 - n, method="",
            reference="", p_adjusted=0.03, adjustment="Holm", family="f", family_size=2,
        )  # fmt: skip

    whole = mask_analysis(analysis(p_of("sex", 60), p_of("ldh", 50)))
    assert [i.p_adjusted for i in whole.items if isinstance(i, Test)] == [0.03, 0.03]
    broken = mask_analysis(analysis(p_of("sex", 60), p_of("ldh", 58)))
    assert [(i.p, i.p_adjusted) for i in broken.items if isinstance(i, Test)] == [(0.01, None)]


def test_nested_sets_that_differ_by_few_go() -> None:
    def landmark(day: int, n: int) -> Estimate:
        return Estimate(
            id=f"exposures/transplant/os/landmark/{day}", label="x", scale="hazard ratio",
            estimate=1.0, n=n, missing=60 - n, events=n - 10, method="m", reference="r",
        )  # fmt: skip

    assert kinds(mask_analysis(analysis(landmark(90, 53), landmark(120, 51)))) == [Refusal]
    assert kinds(mask_analysis(analysis(landmark(90, 53), landmark(120, 40)))) == [Estimate] * 2


def test_who_qualifies_beside_the_carriers_is_a_cell() -> None:
    """24 with a qualifying lesion, 22 of them carriers: two others have one."""
    nodes = [("flow/all", "all", 40, None), ("flow/carrying", "carriers", 22, "flow/all"),
             ("flow/clear", "clear", 18, "flow/all")]  # fmt: skip
    flow = Flow(
        id="flow/flow", label="", n=40, missing=0, method="", reference="",
        nodes=tuple(FlowNode(id=i, label=label, n=n, parent=p) for i, label, n, p in nodes),
    )  # fmt: skip
    _, masked = mask_analyses((analysis(flow), analysis(missing("eligibility/any", 24, 40, 0))))
    assert shown(masked) == {}
