"""Analyses: a Cohort in, one Analysis out. Pure; no file, no picture, no sibling.

A module and its function share their name, so this room hands functions out by `analysis`
instead of as attributes of its own, and importing it costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from fusionscape.cohort import Cohort
    from fusionscape.results import Analysis

# name of the analysis = its module = its function, in the order of a report
ANALYSES: tuple[str, ...] = (
    "flow",
    "prevalence",
    "diagnostic_yield",
    "baseline",
    "comparator",
    "landscape",
    "cooccurrence",
    "cytogenetics",
    "immunophenotype",
    "classification",
    "treatment",
    "response",
    "treatment_response",
    "response_model",
    "response_rules",
    "survival",
    "treatment_lines",
    "endpoint_rules",
    "cumulative_incidence",
    "multistate",
    "regression",
    "exposures",
    "cases",
    "eligibility",
)


def analysis(name: str) -> Callable[[Cohort], Analysis]:
    """The analysis called `name`, loaded on first use; KeyError for an unknown name.

    >>> analysis("prevalence").__name__
    'prevalence'
    """
    if name not in ANALYSES:
        raise KeyError(name)
    found: Callable[[Cohort], Analysis] = getattr(import_module(f"{__name__}.{name}"), name)
    return found
