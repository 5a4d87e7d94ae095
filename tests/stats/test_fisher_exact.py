"""Fisher's exact test against R, hand-worked fractions and laws."""

import json
import math
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fusionscape.stats import conditional
from fusionscape.stats.fisher_exact import fisher
from fusionscape.stats.fisher_monte_carlo import monte_carlo_p
from fusionscape.stats.fisher_network import WorkLimitError, exact_p

ORACLE = json.loads((Path(__file__).parents[1] / "oracles" / "fisher.json").read_text())
SQUARES = ORACLE["squares"]
LAWS = settings(max_examples=40, deadline=None, derandomize=True)
cell = st.integers(0, 14)
square = st.tuples(cell, cell, cell, cell).map(lambda v: np.array(v).reshape(2, 2))


def number(value):
    return {"Inf": math.inf, "NaN": math.nan}.get(value, value)


def codes(fit):
    return [c.code for c in fit.cautions]


def test_the_battery_is_as_large_as_promised():
    assert len(TABLES) >= 40
    assert len(SQUARES) >= 20


HUGE = [c for c in ORACLE["tables"] if np.shape(c["table"]) == (3, 3) and np.sum(c["table"]) == 800]
TABLES = [c for c in ORACLE["tables"] if c not in HUGE]


@pytest.mark.parametrize("case", TABLES, ids=lambda c: f"{np.shape(c['table'])}")
def test_r_by_c_equals_r(case):
    fit = fisher(case["table"])
    assert fit.p_method == "exact"
    assert fit.p == pytest.approx(case["p"], rel=1e-7)


def test_tables_too_large_to_enumerate_cover_the_exact_p_of_r():
    assert HUGE
    for case in HUGE:
        fit = fisher(case["table"], level=0.999)
        assert fit.p_method == "monte carlo"
        assert fit.p_low <= case["p"] <= fit.p_high


@pytest.mark.parametrize("case", SQUARES, ids=lambda c: str(c["table"]))
def test_2x2_equals_r(case):
    fit = fisher(case["table"])
    assert fit.p == pytest.approx(case["p"], rel=1e-9)
    assert fisher(case["table"], alternative="less").p == pytest.approx(case["p_less"], rel=1e-9)
    greater = fisher(case["table"], alternative="greater")
    assert greater.p == pytest.approx(case["p_greater"], rel=1e-9)
    assert fit.odds_ratio == pytest.approx(number(case["or"]), rel=1e-8)
    assert fit.central_low == pytest.approx(number(case["low"]), rel=1e-8)
    assert fit.central_high == pytest.approx(number(case["high"]), rel=1e-8)
    # fisher.test stops its own search early: within a hundredth of the tight root
    assert fit.odds_ratio == pytest.approx(number(case["printed_or"]), rel=1e-2)
    assert fit.central_low == pytest.approx(number(case["printed_low"]), rel=2e-2)
    assert fit.central_high == pytest.approx(number(case["printed_high"]), rel=1e-2)


@pytest.mark.parametrize("case", SQUARES, ids=lambda c: str(c["table"]))
def test_matching_interval_equals_a_scan_of_the_two_sided_p(case):
    fit = fisher(case["table"])
    assert fit.ci_low == pytest.approx(number(case["matching_low"]), rel=1e-7)
    assert fit.ci_high == pytest.approx(number(case["matching_high"]), rel=1e-7)


def test_hand_worked_fractions():
    # 2/4 against 0/20: C(4,2) C(20,0) / C(24,2) = 6/276, the least likely of three tables
    assert fisher([[2, 2], [0, 20]]).p == pytest.approx(6 / 276, rel=1e-12)
    # tea tasting: (16 + 1 + 16 + 1) / 70
    fit = fisher([[3, 1], [1, 3]])
    assert fit.p == pytest.approx(34 / 70, rel=1e-12)
    assert fit.mid_p == pytest.approx((2 + 32 / 2) / 70, rel=1e-12)
    # [[2, 0], [0, 1], [0, 1]]: of the 4!/(2! 1! 1!) = 12 orders the 2 with both in row 1
    assert fisher([[2, 0], [0, 1], [0, 1]]).p == pytest.approx(1 / 3, rel=1e-12)
    # one cell free, both margins 1 of 2: the sample and the conditional odds ratio differ
    assert fisher([[1, 1], [1, 1]]).odds_ratio == pytest.approx(1.0, abs=1e-9)


def test_conditional_and_sample_odds_ratio_are_both_given():
    fit = fisher([[6, 1], [3, 6]])
    assert fit.sample_odds_ratio == pytest.approx(36 / 3)
    assert fit.odds_ratio < fit.sample_odds_ratio


def test_agreement_and_disagreement_with_the_central_interval_are_told_apart():
    for case in SQUARES:
        rejects, covers = case["p"] <= 0.05, number(case["low"]) <= 1 <= number(case["high"])
        assert ("ci-test-disagree" in codes(fisher(case["table"]))) == (rejects == covers)


def test_a_table_where_the_central_interval_disagrees():
    fits = [fisher([[a, 12 - a], [c, 20 - c]]) for a in range(13) for c in range(21)]
    found = [fit for fit in fits if "ci-test-disagree" in codes(fit)]
    assert found
    for fit in found:
        assert fit.p <= 0.05
        assert fit.central_low < 1 < fit.central_high
        assert not fit.ci_low <= 1 <= fit.ci_high or "interval-has-gap" in codes(fit)


def test_a_confidence_set_with_a_gap_is_said():
    # 7/262 against 30/494 (Fay 2010): p = 0.04996, yet ratios just above 1 are not rejected, so the
    # interval that holds all ratios not rejected reaches 1.014
    table = [[7, 255], [30, 464]]
    fit = fisher(table)
    assert fit.p == pytest.approx(0.04996, abs=5e-6)
    assert (fit.ci_low, fit.ci_high) == pytest.approx((0.177, 1.014), abs=5e-4)
    assert codes(fit) == ["ci-test-disagree", "interval-has-gap"]
    support = conditional.hypergeometric(262, 494, 37)

    def p_at(ratio):
        density = conditional.probabilities(support, math.log(ratio))
        return density[density <= density[7] * (1 + 1e-7)].sum()

    assert p_at(fit.ci_high * 0.9999) > 0.05
    assert p_at(fit.ci_high * 1.0001) < 0.05
    assert p_at(1.0) < 0.05


def test_edges():
    nothing = fisher([[0, 0], [0, 0]])
    assert nothing.p == 1.0
    assert math.isnan(nothing.odds_ratio)
    assert codes(nothing) == ["degenerate-margin"]
    assert codes(fisher([[3, 5], [0, 0]])) == ["degenerate-margin"]
    assert codes(fisher([[3, 5, 1], [0, 0, 0]])) == ["degenerate-margin"]
    assert fisher([[3, 5, 1], [0, 0, 0]]).p == 1.0
    perfect = fisher([[6, 0], [0, 6]])
    assert perfect.odds_ratio == math.inf
    assert perfect.ci_high == math.inf
    assert perfect.ci_low > 1
    assert fisher([[0, 6], [6, 0]]).odds_ratio == 0.0
    assert fisher([[2, 1], [1, 3]], missing=4).missing == 4


@pytest.mark.parametrize(
    "bad", [[[1, 2]], [[1, 2.5], [3, 4]], [[-1, 2], [3, 4]], [[math.nan, 1], [1, 1]]]
)
def test_what_is_not_a_table_of_counts_is_refused(bad):
    with pytest.raises(ValueError, match="table of counts"):
        fisher(bad)


def test_one_sided_needs_2x2():
    with pytest.raises(ValueError, match="2x2"):
        fisher([[1, 2, 3], [4, 5, 6]], alternative="less")


@LAWS
@given(square)
def test_laws_of_2x2(table):
    fit = fisher(table)
    turned = fisher(table.T)
    assert turned.p == pytest.approx(fit.p, rel=1e-9)
    assert turned.odds_ratio == pytest.approx(fit.odds_ratio, rel=1e-9, nan_ok=True)
    swapped = fisher(table[::-1])
    assert swapped.p == pytest.approx(fit.p, rel=1e-9)
    for mine, other in (("ci_low", "ci_high"), ("central_low", "central_high")):
        value, inverse = getattr(fit, mine), getattr(swapped, other)
        assert inverse == pytest.approx(1 / value if value else math.inf, rel=1e-8)
    assert fit.mid_p <= fit.p + 1e-12


@LAWS
@given(square)
def test_the_matching_interval_holds_one_exactly_when_the_test_does_not_reject(table):
    fit = fisher(table)
    if "interval-has-gap" not in codes(fit):
        assert (fit.ci_low <= 1 <= fit.ci_high) == (fit.p > 1 - fit.level)


@LAWS
@given(st.integers(1, 20), st.integers(1, 20), st.integers(1, 20))
def test_mid_p_is_a_half_on_average(row_1, row_0, column_1):
    support = conditional.hypergeometric(row_1, row_0, min(column_1, row_1 + row_0))
    chance = conditional.probabilities(support, 0.0)
    y = range(support.low, support.high + 1)
    mean = sum(
        f * conditional.mid_p(support, x, "two-sided") for f, x in zip(chance, y, strict=True)
    )
    assert mean == pytest.approx(0.5, abs=1e-10)


def brute_force(table):
    """Enumerate every table with these margins."""
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    factorial = math.factorial

    def fill(i, left):
        if i == len(rows):
            return [()] if not any(left) else []
        ways = [x for x in product(*(range(v + 1) for v in left)) if sum(x) == rows[i]]
        return [
            (x, *rest)
            for x in ways
            for rest in fill(i + 1, tuple(a - b for a, b in zip(left, x, strict=True)))
        ]

    def weight(cells):
        return 1 / math.prod(factorial(int(v)) for row in cells for v in row)

    weights = np.array([weight(t) for t in fill(0, tuple(columns.tolist()))])
    return weights[weights <= weight(table) * (1 + 1e-7)].sum() / weights.sum()


small = st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=3, max_size=3)


@LAWS
@given(small, st.permutations(range(3)), st.permutations(range(3)))
def test_r_by_c_equals_enumeration_whatever_the_order(rows, order, columns):
    table = np.array(rows)
    if min(table.sum(axis=0)) == 0 or min(table.sum(axis=1)) == 0:
        table = table + 1
    p = fisher(table).p
    assert p == pytest.approx(brute_force(table), rel=1e-10)
    assert fisher(table[order][:, columns]).p == pytest.approx(p, rel=1e-10)
    assert fisher(table.T).p == pytest.approx(p, rel=1e-10)
    padded = np.vstack([table, np.zeros(3, dtype=int)])
    assert fisher(padded).p == pytest.approx(p, rel=1e-10)


def test_r_by_c_agrees_with_2x2():
    table = np.array([[8, 2], [15, 86]])
    assert exact_p(table) == pytest.approx(fisher(table).p, rel=1e-10)


def test_a_clinical_6x3_table_is_exact():
    table = [[8, 5, 2], [10, 7, 3], [12, 9, 6], [6, 9, 4], [7, 9, 10], [8, 20, 15]]
    fit = fisher(table)
    assert fit.p_method == "exact"


def test_beyond_the_work_limit_the_p_is_estimated_and_says_so():
    random = np.random.default_rng(0)
    table = random.multinomial(400, np.full(36, 1 / 36)).reshape(6, 6)
    fit = fisher(table, draws=20_000)
    assert fit.p_method == "monte carlo"
    assert codes(fit) == ["monte-carlo-p"]
    assert fit.p_low < fit.p < fit.p_high
    assert (fit.draws, fit.seed) == (20_000, 20240514)
    assert fisher(table, draws=20_000) == fit
    assert fisher(table, draws=20_000, seed=7).p != fit.p


def test_the_drawn_p_hangs_on_no_order_of_rows_and_columns():
    random = np.random.default_rng(1)
    table = random.multinomial(400, np.full(36, 1 / 36)).reshape(6, 6)
    p = fisher(table, draws=5000).p
    assert fisher(table[random.permutation(6)][:, random.permutation(6)], draws=5000).p == p
    assert fisher(table.T[random.permutation(6)].T, draws=5000).p == p


def test_the_estimate_covers_the_exact_p():
    case = next(c for c in TABLES if np.shape(c["table"]) == (4, 3) and c["p"] > 0.01)
    table = np.array(case["table"])
    found = monte_carlo_p(table, seed=3, draws=100_000, level=0.999)
    assert found.low < case["p"] < found.high


def test_the_work_limit_is_kept():
    with pytest.raises(WorkLimitError):
        exact_p(np.full((5, 4), 9), work_limit=1000)
