"""A log hazard ratio from a log-rank p and the events behind it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fusionscape.results import Caution, caution
from fusionscape.stats.hazard_ratio_sources import (
    PARMAR,
    TIERNEY,
    DerivedHazardRatio,
    Direction,
    Number,
    derived,
    one_step,
    p_of,
    z_of,
)
from fusionscape.stats.observed import refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class LogrankVariance:
    """The approximate variance of observed minus expected events, and the rule that gave it."""

    variance: float
    events: int
    rule: str
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()


def logrank_variance(
    *,
    events_exposed: int | None = None,
    events_reference: int | None = None,
    events: int | None = None,
    n_exposed: int | None = None,
    n_reference: int | None = None,
) -> LogrankVariance:
    """What is the variance of a log-rank statistic, given events per group or the allocation?

    With events per group: e1 e0 / (e1 + e0). Else, with all events d and the group sizes,
    d r / (1 + r)^2, r = n1 / n0. A quarter of the events is right for equal groups only and is
    never assumed: with 2 % carriers it is 12 times too large. Raises InputError
    (``events-per-group-needed``, ``no-events-in-a-group``).

    Source: Tierney et al. 2007, doi:10.1186/1745-6215-8-16.

    >>> round(logrank_variance(events_exposed=229, events_reference=256).variance, 2)
    120.87
    """
    counts = (events_exposed, events_reference, events, n_exposed, n_reference)
    if any(c is not None and (c < 0 or c != int(c)) for c in counts):
        raise refuse("not-a-count", "Counts are whole numbers from 0.", "Check the counts.")
    if events_exposed is not None and events_reference is not None:
        return variance_from_events(events_exposed, events_reference, events)
    if events is None or not n_exposed or not n_reference:
        raise refuse(
            "events-per-group-needed",
            "Neither events per group nor all events with the group sizes are known.",
            "Find one of the two; a quarter of the events holds for equal groups only.",
        )
    if events < 1:
        raise refuse("no-events-in-a-group", "There are no events.", "Use another source.")
    share = n_exposed / (n_exposed + n_reference)
    return LogrankVariance(
        variance=events * share * (1.0 - share),
        events=events,
        rule="allocation",
        method="variance from all events and the group sizes, d r / (1 + r)^2",
        reference=TIERNEY,
        cautions=(caution("variance-from-allocation", events=events),),
    )


def variance_from_events(exposed: int, reference: int, events: int | None) -> LogrankVariance:
    """e1 e0 / (e1 + e0); the total, where printed too, must be their sum."""
    if exposed == 0 or reference == 0:
        raise refuse(
            "no-events-in-a-group",
            "A group has no events, so the hazard ratio has no finite standard error.",
            "List the study; do not pool it as a log hazard ratio.",
        )
    if events is not None and events != exposed + reference:
        raise refuse(
            "events-do-not-add-up",
            f"{exposed} and {reference} events are not {events}.",
            "Check the counts.",
            "events",
        )
    return LogrankVariance(
        variance=exposed * reference / (exposed + reference),
        events=exposed + reference,
        rule="events per group",
        method="variance from events per group, e1 e0 / (e1 + e0)",
        reference=TIERNEY,
    )


def hazard_ratio_from_logrank(
    p: Number,
    direction: Direction,
    *,
    events_exposed: int | None = None,
    events_reference: int | None = None,
    events: int | None = None,
    n_exposed: int | None = None,
    n_reference: int | None = None,
    level: float = 0.95,
) -> DerivedHazardRatio:
    """What is the hazard ratio, given a two-sided log-rank p and the events?

    z / sqrt(V), with z the normal quantile of p and V from `logrank_variance`. A p has no sign:
    `direction` says whether the exposed group does worse ("higher" hazard) or better ("lower").
    Raises InputError (``p-is-a-bound``, ``direction-needed``, ``events-per-group-needed``).

    Source: Tierney et al. 2007, doi:10.1186/1745-6215-8-16; Parmar et al. 1998.

    >>> fit = hazard_ratio_from_logrank(
    ...     "0.075", "lower", events_exposed=229, events_reference=256
    ... )
    >>> round(fit.hazard_ratio, 2)
    0.85
    """
    value = p_of(p, "p")
    sign = sign_of(direction)
    found = logrank_variance(
        events_exposed=events_exposed,
        events_reference=events_reference,
        events=events,
        n_exposed=n_exposed,
        n_reference=n_reference,
    )
    coef = sign * z_of(value.value) / math.sqrt(found.variance)
    total = n_exposed + n_reference if n_exposed and n_reference else None
    return derived(
        coef,
        1.0 / math.sqrt(found.variance),
        "logrank-p",
        f"two-sided log-rank p and {found.method}",
        n=total,
        events=found.events,
        level=level,
        reference=f"{TIERNEY}; {PARMAR}",
        cautions=found.cautions + one_step(coef),
    )


def sign_of(direction: str | None) -> float:
    """+1 where the exposed group has the higher hazard, -1 where the lower."""
    if direction not in ("higher", "lower"):
        raise refuse(
            "direction-needed",
            "A p value does not say which group did worse.",
            'Give direction "higher" or "lower": the hazard of the exposed group.',
            "direction",
        )
    return 1.0 if direction == "higher" else -1.0
