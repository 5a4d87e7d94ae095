"""Every example in a docstring of the room runs."""

import doctest
import pkgutil
from importlib import import_module

import pytest

from fusionscape import stats

MODULES = sorted(m.name for m in pkgutil.iter_modules(stats.__path__))


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    found = doctest.testmod(import_module(f"fusionscape.stats.{name}"))
    assert found.failed == 0


COUNTS_AND_MEASUREMENTS = (
    "adjust",
    "burden_pairs",
    "chi_square",
    "describe",
    "fisher",
    "fisher_pairs",
    "hodges_lehmann",
    "kruskal_wallis",
    "logistic",
    "mann_whitney",
    "mantel_haenszel",
    "number_needed_to_test",
    "pair_odds_ratios",
    "proportion",
    "risk_difference",
    "risk_ratio",
    "standardised_difference",
)

POOLING = (
    "all_subsets",
    "begg",
    "cumulative",
    "egger",
    "funnel",
    "information_bound",
    "leave_one_out",
    "meta_regression",
    "pet_peese",
    "pool",
    "pool_clustered",
    "pool_counts",
    "pool_many",
    "pool_proportions",
    "pooling_gate",
    "selection_model",
    "study_influence",
    "subgroups",
    "synthesis",
    "trim_fill",
)


@pytest.mark.parametrize("name", COUNTS_AND_MEASUREMENTS + POOLING)
def test_every_kernel_has_an_example_and_a_question(name):
    text = getattr(stats, name).__doc__
    assert ">>>" in text
    assert text.split("\n\n")[0].strip().endswith("?")
