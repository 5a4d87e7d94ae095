"""What is masked cannot be read, nor had back by subtraction."""

from __future__ import annotations

import itertools
import json

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
from fusionscape.workflows.mask import LIMIT, mask_analysis, small


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
    masked = mask_analysis(analysis(rate("response/cr/A", 23, 25), rate("response/mrd/A", 12, 25)))
    assert shown(masked) == {"response/mrd/A": 12}


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
    assert [type(i) for i in masked.items][1:] == [Refusal] * 4


def test_a_curve_value_that_is_nearly_a_count_goes() -> None:
    def at_one_year(group: str, value: float, n: int) -> Estimate:
        return Estimate(
            id=f"survival/os/partner/{group}/1-year", label="x", scale="probability",
            estimate=value, n=n, missing=0, method="m", reference="r",
        )  # fmt: skip

    few = mask_analysis(analysis(at_one_year("A", 29 / 30, 30), at_one_year("B", 0.5, 40)))
    assert [type(i) for i in few.items] == [Refusal, Refusal]
    many = mask_analysis(analysis(at_one_year("A", 0.6, 30), at_one_year("B", 0.5, 40)))
    assert [type(i) for i in many.items] == [Estimate, Estimate]


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
        id="baseline/wbc", label="WBC", unit="", group=None, n=9, missing=0, median=5, q1=4, q3=6,
        mean=5, sd=1, minimum=0.123, maximum=987.6, method="", reference="", values=(0.123,),
    )  # fmt: skip
    masked = mask_analysis(analysis(matrix, curve, spread))
    text = dumps(Document(study={}, plan={}, findings=(), results=(masked,)))
    assert "Alice" not in text and "0.123" not in text and "987.6" not in text
    assert [type(i) for i in masked.items] == [Refusal, Refusal, Distribution]


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
    kept_table, kept_flow = masked.items
    assert isinstance(kept_table, PairTable) and [p.a for p in kept_table.pairs] == ["B"]
    assert isinstance(kept_flow, Flow)
    assert [n.id for n in kept_flow.nodes] == ["all"]
