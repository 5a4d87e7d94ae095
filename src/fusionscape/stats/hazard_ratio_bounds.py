"""What a p printed as a limit ("<0.001", "0.000") says of a hazard ratio: a bound, no estimate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from fusionscape.results import Caution, caution
from fusionscape.stats.hazard_ratio_logrank import logrank_variance, sign_of
from fusionscape.stats.hazard_ratio_sources import TIERNEY, Direction, Number, ratio_of, z_of
from fusionscape.stats.observed import refuse
from fusionscape.stats.printed_numbers import Printed, printed

Bounded = Literal["se at most", "se at least", "coef at least", "coef at most"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardRatioBound:
    """One limit, and no estimate: it cannot be pooled.

    `bounded` says what `limit` bounds: the standard error of the printed log hazard ratio `coef`,
    or the log hazard ratio itself (`coef` is nan then), with `se` the standard error.
    """

    bounded: Bounded
    limit: float
    coef: float
    se: float
    p_limit: float
    n: int | None
    events: int | None
    missing: int
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()


def limit_of(p: Number) -> tuple[float, bool]:
    """The limit of a p, and whether p lies below it; 0.000 is below half its last digit."""
    value: Printed = printed(p)
    if not 0.0 <= value.value <= 1.0:
        raise refuse("p-out-of-range", "`p` must lie between 0 and 1.", "Check the print.", "p")
    if value.relation == "=" and value.value > 0.0:
        raise refuse(
            "p-is-no-bound",
            "`p` is printed as a value.",
            "Use hazard_ratio_from_p or hazard_ratio_from_logrank.",
            "p",
        )
    return (value.high, True) if value.relation != ">" else (value.low, False)


def hazard_ratio_bound(
    p: Number,
    *,
    hazard_ratio: Number | None = None,
    direction: Direction | None = None,
    events_exposed: int | None = None,
    events_reference: int | None = None,
    events: int | None = None,
    n_exposed: int | None = None,
    n_reference: int | None = None,
) -> HazardRatioBound:
    """What does a p printed as a limit say of the hazard ratio?

    With a hazard ratio and "<0.001": the standard error is at most |log HR| / 3.29. Without one,
    with events: the log hazard ratio is at least 3.29 / sqrt(V) away from 0, in `direction`. With
    ">0.5" the other way round. Never an estimate: a p of 0.0009 and one of 1e-12 look the same.
    Raises InputError (``p-is-no-bound``, ``direction-needed``, ``events-per-group-needed``).

    Source: Tierney et al. 2007, doi:10.1186/1745-6215-8-16.

    >>> fit = hazard_ratio_bound("<0.001", hazard_ratio="2.0")
    >>> fit.bounded, round(fit.limit, 3)
    ('se at most', 0.211)
    """
    limit, below = limit_of(p)
    z = z_of(limit)
    cautions = (caution("p-is-a-limit", p=limit),)
    if hazard_ratio is not None:
        ratio = ratio_of(hazard_ratio, "hazard_ratio")
        coef = math.log(ratio.value)
        return HazardRatioBound(
            bounded="se at most" if below else "se at least",
            limit=abs(coef) / z if z > 0.0 else math.inf,
            coef=coef,
            se=math.nan,
            p_limit=limit,
            n=None,
            events=events,
            missing=0,
            method="printed hazard ratio and a limit of its two-sided p",
            reference=TIERNEY,
            cautions=cautions,
        )
    sign = sign_of(direction)
    found = logrank_variance(
        events_exposed=events_exposed,
        events_reference=events_reference,
        events=events,
        n_exposed=n_exposed,
        n_reference=n_reference,
    )
    away = below == (sign > 0.0)
    return HazardRatioBound(
        bounded="coef at least" if away else "coef at most",
        limit=sign * z / math.sqrt(found.variance),
        coef=math.nan,
        se=1.0 / math.sqrt(found.variance),
        p_limit=limit,
        n=None,
        events=found.events,
        missing=0,
        method=f"limit of a two-sided log-rank p and {found.method}",
        reference=TIERNEY,
        cautions=cautions + found.cautions,
    )
