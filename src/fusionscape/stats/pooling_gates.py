"""May these estimates be pooled, and what may be claimed? Asked before anything is computed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from fusionscape.results import Caution, FloatArray, PoolingGate, caution
from fusionscape.stats.limits import normal_quantile
from fusionscape.stats.observed import numbers, refuse
from fusionscape.stats.study_estimates import StudyEstimates, check_level, study_estimates

LEAST_FOR_SMALL_STUDY_TESTS = 10
SLACK = 0.01  # a standard error worked back from a printed interval is itself rounded


def information_bound(
    events_exposed: npt.ArrayLike, events_unexposed: npt.ArrayLike, events: npt.ArrayLike = np.nan
) -> FloatArray:
    """How small can the standard error of a log hazard ratio of a yes/no factor be?

    sqrt(1/d1 + 1/d0), where d1 and d0 are the deaths with and without the factor: at the Cox
    estimate the information is at most d1 d0 / (d1 + d0), and adjustment or strata only lower it.
    With one of them known, 1/sqrt(d); with only all deaths D known, 2/sqrt(D). nan counts are
    unknown; with nothing known the bound is 0. Arrays broadcast.

    The bound does not hold for robust (sandwich) standard errors or penalised fits.

    References
    ----------
    Score and information of Cox (1972), doi:10.1111/j.2517-6161.1972.tb00899.x.

    Examples
    --------
    >>> information_bound(4, 16).round(4).tolist()
    0.559
    """
    with np.errstate(divide="ignore"):
        one = 1.0 / np.asarray(events_exposed, dtype=np.float64)
        two = 1.0 / np.asarray(events_unexposed, dtype=np.float64)
        all_of_them = 4.0 / np.asarray(events, dtype=np.float64)
    split = np.nan_to_num(one, nan=0.0, posinf=np.inf) + np.nan_to_num(two, nan=0.0, posinf=np.inf)
    bound: FloatArray = np.sqrt(np.fmax(split, np.nan_to_num(all_of_them, posinf=np.inf)))
    return bound


def pooling_gate(
    yi: npt.ArrayLike,
    sei: npt.ArrayLike,
    *,
    labels: Sequence[str] | None = None,
    comparator: Sequence[str | None] | None = None,
    endpoint: Sequence[str | None] | None = None,
    events_exposed: npt.ArrayLike | None = None,
    events_unexposed: npt.ArrayLike | None = None,
    override: str | None = None,
    level: float = 0.95,
) -> PoolingGate:
    """May these estimates be pooled, and what may be said of them?

    One estimate: no pool. Two: nothing on tau2, and a common effect only if their intervals (at
    `level`) overlap. Three and more: open; tests of small-study effects from ten. Refused at any
    number: two comparators or two endpoints among the rows, or a standard error more than 1 % below
    `information_bound`. `override` is the reason for pooling all the same, kept in the gate; it
    opens a refusal, never the rules for one or two estimates. nan rows do not count.

    Examples
    --------
    >>> pooling_gate([0.2, 1.9], [0.2, 0.3]).code
    'two-studies-apart'
    """
    check_level(level)
    studies = study_estimates(yi, sei, labels, least=0)
    reasons = [
        *_mixed(studies, comparator, "comparator"),
        *_mixed(studies, endpoint, "endpoint"),
        *_below_bound(studies, events_exposed, events_unexposed),
    ]
    return gate_of(studies, tuple(reasons), override, level)


def gate_of(
    studies: StudyEstimates, reasons: tuple[Caution, ...], override: str | None, level: float
) -> PoolingGate:
    """The gate once the reasons against pooling are known."""
    if override is not None and not override.strip():
        raise refuse("override-without-reason", "An override needs a reason.", "Say why.")
    refused = bool(reasons) and override is None
    code = "open"
    if studies.n < 2:
        code = "one-study"
    elif refused:
        code = "refused"
    elif studies.n == 2:
        code = "two-studies-overlap" if overlap(studies, level) else "two-studies-apart"
    return PoolingGate(
        code=code,
        n=studies.n,
        pools=code in ("open", "two-studies-overlap"),
        claims_tau2=code == "open",
        tests_small_studies=code == "open" and studies.n >= LEAST_FOR_SMALL_STUDY_TESTS,
        reasons=reasons,
        overridden=override.strip() if override is not None and reasons else None,
    )


def overlap(studies: StudyEstimates, level: float) -> bool:
    """Do the Wald intervals of the studies all share a value?"""
    half = normal_quantile(level) * studies.se
    return bool((studies.y - half).max() <= (studies.y + half).min())


def stated(
    studies: StudyEstimates, values: Sequence[str | None] | None, name: str
) -> list[str | None]:
    """The values of the kept rows; None where blank."""
    if values is None:
        return []
    if len(values) <= int(studies.kept.max(initial=-1)):
        raise refuse("length-differs", f"`{name}` needs one value per row.", "Give them.", name)
    kept = [values[i] for i in studies.kept]
    return [v.strip() if v is not None and v.strip() else None for v in kept]


def _mixed(
    studies: StudyEstimates, values: Sequence[str | None] | None, name: str
) -> list[Caution]:
    known = sorted({v for v in stated(studies, values, name) if v is not None})
    if len(known) < 2:
        return []
    if name == "comparator":
        return [caution("mixed-comparators", comparators="; ".join(known))]
    return [caution("mixed-endpoints", endpoints="; ".join(known))]


def _counts(values: Any, studies: StudyEstimates, name: str) -> FloatArray:
    if values is None:
        return np.full(studies.n, np.nan)
    return numbers(values, name)[studies.kept]


def _below_bound(studies: StudyEstimates, exposed: Any, unexposed: Any) -> list[Caution]:
    bound = information_bound(
        _counts(exposed, studies, "events_exposed"), _counts(unexposed, studies, "events_unexposed")
    )
    return [
        caution(
            "below-information-bound",
            study=studies.labels[i],
            se=float(studies.se[i]),
            bound=float(bound[i]),
        )
        for i in np.flatnonzero(studies.se < bound * (1 - SLACK)).tolist()
    ]
