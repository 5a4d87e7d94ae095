"""Whether data can carry a hazard model, and whether what came out is an estimate at all."""

from __future__ import annotations

import math
from collections.abc import Iterable

from fusionscape.results import Caution, Fit, Refusal, caution

FEWEST_EVENTS = 5
FEWEST_PATIENTS = 10
FEWEST_IN_LEVEL = 2
MOST_LOG_RATIO = 10.0
WIDEST_INTERVAL = 1e6
NOT_PROPORTIONAL = 0.05
METHOD = "Cox regression"
REFERENCE = "Cox 1972, doi:10.1111/j.2517-6161.1972.tb00899.x"
TOO_FEW, NOT_ESTIMABLE = "too-few-events", "not-estimable"


def too_few(*, n: int, events: int, parameters: int = 1) -> bool:
    """True when a model of so many parameters asks more than the patients can tell.

    One parameter needs five events; several need as many events as parameters at least, and
    ten patients.

    >>> too_few(n=40, events=4), too_few(n=40, events=5), too_few(n=40, events=6, parameters=7)
    (True, False, True)
    """
    if events < max(FEWEST_EVENTS, parameters):
        return True
    return parameters > 1 and n < max(FEWEST_PATIENTS, parameters + 2)


def absurd(ratio: float | None, low: float | None, high: float | None) -> bool:
    """True when a ratio or its interval is no estimate: beyond e to the 10, a millionfold wide.

    A value or a limit that is not there says nothing here.

    >>> absurd(4.9e-19, 0.0, 1e30), absurd(2.0, 1.1, 4.0), absurd(2.0, 1e-5, 1e5)
    (True, False, True)
    """
    if ratio is None or math.isnan(ratio):
        return False
    if ratio <= 0 or math.isinf(ratio) or abs(math.log(ratio)) > MOST_LOG_RATIO:
        return True
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return False
    return low <= 0 or high / low > WIDEST_INTERVAL


def absurd_terms(fit: Fit) -> tuple[str, ...]:
    """Names of the rows of a table whose numbers are no estimate."""
    return tuple(
        t.name
        for t in fit.terms
        if not t.reference_row and absurd(t.ratio, t.ratio_low, t.ratio_high)
    )


def refused(code: str, stable_id: str, label: str, *, n: int, events: int, missing: int) -> Refusal:
    """The refusal of a hazard model, with the patients and events there were."""
    return Refusal(
        id=stable_id, label=label, code=code, n=n, missing=missing, method=METHOD,
        reference=REFERENCE, cautions=(caution("patients-and-events", n=n, events=events),),
    )  # fmt: skip


def few_in_terms(fit: Fit) -> tuple[Caution, ...]:
    """A caution for each level with fewer than five events: its Wald limits are too narrow."""
    return tuple(
        caution("few-events-wald", group=t.name, n=t.events)
        for t in fit.terms
        if t.level_label is not None and t.events < FEWEST_EVENTS
    )


def not_proportional(tests: Iterable[tuple[str, float]], *, model: str) -> tuple[Caution, ...]:
    """A caution for each term whose hazard ratio seems to change over time."""
    return tuple(
        caution("hazards-not-proportional", model=model, term=term, p=p)
        for term, p in tests
        if p < NOT_PROPORTIONAL
    )
