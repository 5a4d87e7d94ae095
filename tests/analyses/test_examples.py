"""The examples of the docstrings run."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest

MODULES = [
    "fusionscape.analyses",
    "fusionscape.analyses.prevalence",
    "fusionscape.cohort.derive.grouping",
    "fusionscape.cohort.derive.responses",
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    found = doctest.testmod(import_module(name))
    assert found.attempted > 0
    assert found.failed == 0
