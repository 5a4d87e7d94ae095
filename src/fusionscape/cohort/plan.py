"""The analysis plan, declared before looking. Everything has a default that works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

AmbiguousAs = Literal["missing", "absent", "present"]


# The endpoints a plan may ask for: survival, event-free, relapse-free, relapse, other death.
ENDPOINTS = ("os", "efs", "rfs", "cir", "nrm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What will be analysed and how; printed in the report as it was used.

    `headline_response` says which denominator carries the headline response rate.
    `ambiguous_as` says how ambiguous lesion values enter the headline analysis; the other
    codings are shown beside it. `landmark_days` is the pre-declared landmark of any dated
    exposure; `survival_years` the times at which survival and incidence are printed;
    `failure_landmark_days` the day by which no remission means treatment failure.
    `partner_levels` names the fusions that comparisons keep apart; the others are pooled as
    "other <driver> partner" (empty: every fusion with at least `min_group` patients).
    `imputations` asks for the models a second time with unknown covariates imputed so often
    (0: not at all); complete cases stay the headline.
    """

    driver: str = "NUP98"
    groups: tuple[str, ...] = ("driver", "partner")
    baseline_by: str | None = None
    partner_levels: tuple[str, ...] = ()
    min_group: int = 3
    age_cuts_years: tuple[float, ...] = (18.0, 60.0)
    wbc_cuts_10e9_l: tuple[float, ...] = (50.0, 100.0)
    headline_response: Literal["evaluable", "intention-to-treat"] = "evaluable"
    response_rules: str = "as reported"
    ambiguous_as: AmbiguousAs = "missing"
    endpoint_rules: str | None = None
    endpoints: tuple[str, ...] = ("os", "efs", "rfs")
    data_cut_off: date | None = None
    failure_landmark_days: float = 180.0
    failure_landmark_courses: int = 2
    survival_years: tuple[float, ...] = (1.0, 3.0, 5.0)
    landmark_days: float | None = None
    landmark_sweep_days: tuple[float, ...] = (60.0, 90.0, 120.0, 150.0, 180.0, 270.0, 365.0)
    covariates: tuple[str, ...] = ()
    imputations: int = 0
    strata: tuple[str, ...] = ()
    era: str | None = None
    follow_up_minimum_at_risk: int = 5
    lesion_minimum_tested: int = 10
    lesion_minimum_present: int = 3
    lesions: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    alpha: float = 0.05
    level: float = 0.95
    seed: int = 20240514
