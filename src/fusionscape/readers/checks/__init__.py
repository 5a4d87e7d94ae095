"""Checks of a joined cohort: can these patients be as the tables say?"""

from __future__ import annotations

from collections.abc import Sequence

from fusionscape.cohort import Codebook, Plan
from fusionscape.readers.assembling.join import Joined
from fusionscape.readers.checks import (
    against_dates,
    declarations,
    fractions,
    incidence,
    lost_times,
    survival,
    timeline,
    treatment,
    units,
    values,
)
from fusionscape.readers.checks.view import View
from fusionscape.results import Finding

__all__ = ["check_cohort"]


def check_cohort(
    joined: Joined, included: Sequence[str], codebook: Codebook, plan: Plan
) -> list[Finding]:
    """Findings about the patients that the rules leave in the cohort."""
    view = View.of(joined, included, codebook, plan)
    found: list[Finding] = []
    for topic in (
        values,
        fractions,
        units,
        survival,
        lost_times,
        incidence,
        against_dates,
        timeline,
        treatment,
        declarations,
    ):
        for check in topic.CHECKS:
            found.extend(check(view))
    return found
