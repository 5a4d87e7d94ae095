"""Cohort = patients + lesions + events, with the plan and the codebook that explain them."""

from fusionscape.cohort.build import build_cohort
from fusionscape.cohort.codebook import Codebook, ColumnMeaning, Rule, Timing
from fusionscape.cohort.cohort import Cohort
from fusionscape.cohort.plan import Plan
from fusionscape.cohort.printed import PrintedGroup, PrintedRow

__all__ = [
    "Codebook",
    "Cohort",
    "ColumnMeaning",
    "Plan",
    "PrintedGroup",
    "PrintedRow",
    "Rule",
    "Timing",
    "build_cohort",
]
