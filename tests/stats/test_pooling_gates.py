"""What may be claimed: one study, two studies, rows that should not be pooled."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from fusionscape import stats
from fusionscape.results import Document, InputError, from_json, same, to_json
from fusionscape.results.document import dumps
from fusionscape.results.schema import json_schema

THREE = ([0.9, 1.0, 1.1], [0.3, 0.4, 0.5])


def test_one_study_is_shown_and_not_pooled() -> None:
    whole = stats.synthesis([0.4, math.nan], [0.2, 0.1])
    assert (whole.gate.code, whole.gate.pools, whole.n, whole.missing) == ("one-study", False, 1, 1)
    assert whole.values == () and whole.heterogeneity is None and whole.predictions == ()
    assert (whole.range_low, whole.range_high) == (0.4, 0.4)


def test_nothing_at_all() -> None:
    whole = stats.synthesis([math.nan], [math.nan])
    assert (whole.gate.code, whole.range_low, whole.studies) == ("one-study", None, ())


def test_two_studies_apart_give_their_range_and_no_pool() -> None:
    whole = stats.synthesis([0.2, 1.9], [0.2, 0.3])
    assert whole.gate.code == "two-studies-apart"
    assert not whole.gate.pools and not whole.gate.claims_tau2
    assert whole.values == () and whole.heterogeneity is None
    assert (whole.range_low, whole.range_high, len(whole.studies)) == (0.2, 1.9, 2)


def test_two_studies_that_overlap_give_the_common_effect_only() -> None:
    whole = stats.synthesis([0.2, 0.6], [0.2, 0.3])
    assert whole.gate.code == "two-studies-overlap"
    assert [(v.model, v.interval, v.headline) for v in whole.values] == [("common", "wald", False)]
    assert whole.values[0].estimate == stats.pool([0.2, 0.6], [0.2, 0.3], model="common").estimate
    assert whole.heterogeneity is None and whole.predictions == ()
    assert [c.code for c in whole.cautions] == ["assumes-one-true-effect"]


def test_overlap_is_judged_by_the_intervals() -> None:
    # 1.96 * (0.1 + 0.1) = 0.392
    assert stats.pooling_gate([0.0, 0.391], [0.1, 0.1]).code == "two-studies-overlap"
    assert stats.pooling_gate([0.0, 0.393], [0.1, 0.1]).code == "two-studies-apart"


def test_three_studies_have_one_headline_whatever_the_data() -> None:
    for y in ([0.9, 1.0, 1.1], [-3.0, 0.0, 4.0]):
        whole = stats.synthesis(y, [0.3, 0.4, 0.5])
        heads = [(v.model, v.interval) for v in whole.values if v.headline]
        assert heads == [("reml", "mhk")] and whole.values[0].headline
        assert whole.gate.claims_tau2 and not whole.gate.tests_small_studies
        assert len(whole.values) == 1 + 3 * 8
        assert {p.convention for p in whole.predictions} == {"normal", "t with k-1", "t with k-2"}


def test_ten_studies_open_the_tests_of_small_studies() -> None:
    for k, expected in ((9, False), (10, True)):
        gate = stats.pooling_gate(np.linspace(0, 1, k), np.full(k, 0.5))
        assert gate.tests_small_studies is expected


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ({"comparator": ["all others", "FLT3-ITD only", "all others"]}, "mixed-comparators"),
        ({"endpoint": ["OS", "OS", "EFS"]}, "mixed-endpoints"),
        ({"events_exposed": [4, 40, 40], "events_unexposed": [40, 40, 40]},
         "below-information-bound"),
    ],
)  # fmt: skip
def test_rows_that_should_not_be_pooled_are_refused_unless_a_reason_is_given(
    what: dict[str, Any], code: str
) -> None:
    refused = stats.synthesis(*THREE, **what)
    assert refused.gate.code == "refused" and refused.values == ()
    assert [c.code for c in refused.cautions] == [code]
    allowed = stats.synthesis(*THREE, **what, override="the same group under two names")
    assert allowed.gate.code == "open" and allowed.values
    assert allowed.gate.overridden == "the same group under two names"
    assert [c.code for c in allowed.gate.reasons] == [code]
    with pytest.raises(InputError, match="reason"):
        stats.synthesis(*THREE, **what, override="  ")


def test_an_override_opens_no_gate_that_numbers_shut() -> None:
    assert stats.pooling_gate([0.1], [0.1], override="because").code == "one-study"
    assert stats.pooling_gate([0.2, 1.9], [0.2, 0.3], override="x").code == "two-studies-apart"
    assert stats.pooling_gate(*THREE, override="nothing to override").overridden is None


def test_an_unstated_comparator_is_not_another_comparator() -> None:
    whole = stats.synthesis(*THREE, comparator=["all others", None, " "])
    assert whole.gate.code == "open"
    said = [c for c in whole.cautions if c.code == "not-stated-for-some"]
    assert (said[0].get("n"), said[0].get("of")) == (2, 3)


def test_information_bound() -> None:
    # 1/4 + 1/16 = 5/16
    assert stats.information_bound(4, 16) == pytest.approx(math.sqrt(5 / 16))
    assert stats.information_bound(4, math.nan) == pytest.approx(0.5)
    assert stats.information_bound(math.nan, math.nan, 100) == pytest.approx(0.2)
    assert stats.information_bound(math.nan, math.nan) == 0
    assert stats.information_bound(0, 5) == math.inf
    assert stats.information_bound([1, 4], [1, 4]).tolist() == pytest.approx(
        [math.sqrt(2), math.sqrt(0.5)]
    )


def test_a_cox_fit_keeps_to_the_bound() -> None:
    random = np.random.default_rng(7)
    least = math.inf
    for _ in range(60):
        n = int(random.integers(20, 90))
        X = np.column_stack([random.random(n) < 0.3, random.normal(size=n)]).astype(float)
        if X[:, 0].sum() in (0, n):
            continue
        time = random.exponential(size=n) * np.exp(-X[:, 0])
        event = random.random(n) < 0.7
        exposed = X[:, 0] == 1
        if not event[exposed].any() or not event[~exposed].any():
            continue
        fit = stats.cox(time, event, X, penalty=None)
        bound = stats.information_bound(event[exposed].sum(), event[~exposed].sum())
        least = min(least, float(fit.se[0] / bound))
    assert 1.0 <= least < 1.2


def test_results_survive_the_codec_and_obey_the_schema() -> None:
    y, se = np.linspace(-1, 1, 12), np.linspace(0.1, 0.5, 12)
    made = [
        stats.pool(y, se),
        stats.synthesis(y, se),
        stats.synthesis([0.2, 1.9], [0.2, 0.3]),
        stats.leave_one_out(y, se),
        stats.study_influence(y, se),
        stats.all_subsets(y[:5], se[:5]),
        stats.subgroups(y, se, ["a", "b"] * 6),
        stats.meta_regression(y, se, np.arange(12)),
        stats.pool_clustered(y, se, np.arange(12) // 2),
        stats.funnel(y, se),
        stats.egger(y, se),
        stats.begg(y, se),
        stats.pet_peese(y, se),
        stats.trim_fill(y, se),
        stats.selection_model(y, se),
        stats.pool_counts([1, 2], [10, 12], [3, 4], [11, 12]),
        stats.pool_proportions([1, 2], [10, 12]),
    ]
    schema = Draft202012Validator(json_schema())
    for value in made:
        text = json.dumps(to_json(value), allow_nan=False)
        assert same(from_json(json.loads(text)), value)
        whole = json.loads(dumps(Document(study={}, plan={}, findings=(), results=(value,))))
        assert list(schema.iter_errors(whole)) == []
