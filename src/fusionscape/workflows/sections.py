"""The one ordered list of what a report holds: its analyses, in reading order.

Which figures and tables an analysis has is said, by what it holds, in ``figures/topics.py``
and ``tables/topics.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fusionscape.cohort import Cohort
    from fusionscape.results import Analysis

# ``module:function`` below fusionscape.analyses, so that the list costs no import.
SECTIONS: tuple[str, ...] = (
    "flow:flow",
    "prevalence:prevalence",
    "diagnostic_yield:diagnostic_yield",
    "baseline:baseline",
    "comparator:comparator",
    "landscape:landscape",
    "cooccurrence:cooccurrence",
    "cytogenetics:cytogenetics",
    "immunophenotype:immunophenotype",
    "classification:classification",
    "response:response",
    "treatment_response:treatment_response",
    "response_model:response_model",
    "response_rules:response_rules",
    "treatment:treatment",
    "survival:survival",
    "treatment_lines:treatment_lines",
    "endpoint_rules:endpoint_rules",
    "cumulative_incidence:cumulative_incidence",
    "multistate:multistate",
    "regression:regression",
    "exposures:exposures",
    "cases:cases",
    "eligibility:eligibility",
)


def load(name: str) -> Callable[[Cohort], Analysis]:
    """The analysis that ``module:function`` names."""
    module, _, function = name.partition(":")
    found: Callable[[Cohort], Analysis] = getattr(
        import_module(f"fusionscape.analyses.{module}"), function
    )
    return found
