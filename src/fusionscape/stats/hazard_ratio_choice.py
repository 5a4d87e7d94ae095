"""The best hazard ratio that a paper's numbers allow, and how it was obtained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fusionscape.results import Caution, Finding, InputError, caution
from fusionscape.stats.cox_input import CoxError
from fusionscape.stats.hazard_ratio_bounds import HazardRatioBound, hazard_ratio_bound
from fusionscape.stats.hazard_ratio_checks import (
    PrintedCheck,
    checked_centre,
    checked_information,
    checked_p,
)
from fusionscape.stats.hazard_ratio_logrank import hazard_ratio_from_logrank
from fusionscape.stats.hazard_ratio_sources import (
    DerivedHazardRatio,
    Direction,
    Number,
    derived,
    hazard_ratio_from_ci,
    hazard_ratio_from_observed_expected,
    hazard_ratio_from_p,
    hazard_ratio_from_se,
)

if TYPE_CHECKING:
    from fusionscape.stats.reconstruction import ReconstructedKM

ORDER = ("ci", "se", "p", "observed-expected", "logrank-p", "curves", "curves-without-table")
DISAGREE = 0.5  # of the standard error of the chosen one


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedNumbers:
    """What one paper prints of one comparison, exposed against reference; None is not printed.

    `p` belongs to the printed hazard ratio, `logrank_p` to the log-rank test. `curves` are the
    rebuilt groups, exposed first.
    """

    hazard_ratio: Number | None = None
    ci_low: Number | None = None
    ci_high: Number | None = None
    level: float = 0.95
    se: Number | None = None
    p: Number | None = None
    logrank_p: Number | None = None
    direction: Direction | None = None
    observed_minus_expected: float | None = None
    variance: float | None = None
    events_exposed: int | None = None
    events_reference: int | None = None
    events: int | None = None
    n_exposed: int | None = None
    n_reference: int | None = None
    curves: tuple[ReconstructedKM, ReconstructedKM] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BestHazardRatio:
    """The estimate chosen, or only a bound, or neither; with what else there was.

    `chosen` is the source by its code in ORDER, "bound" or "none". `others` are the estimates of
    lower sources, `not_used` why a source with its numbers at hand gave none.
    """

    chosen: str
    estimate: DerivedHazardRatio | None
    bound: HazardRatioBound | None
    others: tuple[DerivedHazardRatio, ...]
    checks: tuple[PrintedCheck, ...]
    not_used: tuple[Finding, ...]
    n: int | None
    missing: int
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()


def hazard_ratio_from_curves(
    exposed: ReconstructedKM, reference: ReconstructedKM, *, level: float = 0.95
) -> DerivedHazardRatio:
    """What is the hazard ratio between two groups rebuilt from their curves?

    Cox regression (Efron ties) on the rebuilt patients; unadjusted by nature. The standard error
    does not know the digitising. Raises InputError or CoxError where a group has no patients or
    no events.

    Source: Guyot et al. 2012, doi:10.1186/1471-2288-12-9.

    >>> from fusionscape.stats import reconstruct_km
    >>> one = reconstruct_km([0, 1, 2, 4], [1, 0.75, 0.5, 0.25], n_at_risk=4)
    >>> other = reconstruct_km([0, 2, 3, 5], [1, 0.75, 0.5, 0.25], n_at_risk=4)
    >>> hazard_ratio_from_curves(one, other).obtained
    'curves-without-table'
    """
    from fusionscape.stats.cox_regression import cox

    pair = (exposed, reference)
    fit = cox(
        np.concatenate([one.time for one in pair]),
        np.concatenate([one.event for one in pair]),
        np.repeat([1.0, 0.0], [one.n for one in pair]),
        penalty=None,
        level=level,
    )
    tables = all(one.risk_table for one in pair)
    found = tuple(dict.fromkeys(c for one in pair for c in one.cautions))
    return derived(
        float(fit.coef[0]),
        float(fit.se[0]),
        "curves" if tables else "curves-without-table",
        "Cox regression on patients rebuilt from both Kaplan-Meier curves"
        + ("" if tables else ", at least one without numbers at risk"),
        n=exposed.n + reference.n,
        events=exposed.events + reference.events,
        level=level,
        reference=exposed.reference,
        cautions=found + tuple(fit.cautions),
    )


def hazard_ratio_from_printed(printed: PrintedNumbers) -> BestHazardRatio:
    """Which hazard ratio do the numbers of this paper allow, and how was it obtained?

    In order of preference: hazard ratio with confidence interval; with standard error; with p;
    observed minus expected events and their variance; log-rank p with events per group (or all
    events and the allocation); both Kaplan-Meier curves rebuilt with numbers at risk; rebuilt
    without. The first that gives an estimate is chosen, the others are kept beside it. A p printed
    as a limit gives a bound and never an estimate. Numbers that contradict each other (a hazard
    ratio outside its interval, events that do not add up) raise InputError: which of them is wrong
    cannot be known, and no other source is taken silently.

    Source: Tierney et al. 2007, doi:10.1186/1745-6215-8-16; Parmar et al. 1998.

    >>> best = hazard_ratio_from_printed(PrintedNumbers(hazard_ratio="1.77", p="0.009"))
    >>> best.chosen, round(best.estimate.se, 3)
    ('p', 0.219)
    """
    found: list[DerivedHazardRatio] = []
    not_used: list[Finding] = []
    for source in sources(printed):
        try:
            found.append(source())
        except CoxError as error:  # the rebuilt curves, which are not the printed numbers
            not_used.append(curve_finding(error))
        except InputError as error:
            contradictions = [f for f in error.findings if f.code in CONTRADICTIONS]
            if contradictions:
                raise
            not_used += error.findings
    found.sort(key=lambda fit: ORDER.index(fit.obtained))
    chosen = found[0] if found else None
    bound = bound_of(printed) if chosen is None else None
    checks = checks_of(printed, chosen)
    best = chosen if chosen is not None else bound
    return BestHazardRatio(
        chosen=chosen.obtained if chosen else "bound" if bound else "none",
        estimate=chosen,
        bound=bound,
        others=tuple(found[1:]),
        checks=checks,
        not_used=tuple(not_used),
        n=chosen.n if chosen else None,
        missing=0,
        method=best.method if best else "none of the printed numbers gives a hazard ratio",
        reference=best.reference if best else "",
        cautions=cautions_of(chosen, bound, found, checks),
    )


CONTRADICTIONS = (
    "ci-reversed",
    "events-do-not-add-up",
    "hr-not-positive",
    "hr-outside-ci",
    "not-a-count",
    "not-a-printed-number",
    "p-out-of-range",
    "variance-not-positive",
)


def curve_finding(error: CoxError) -> Finding:
    """Why the curves gave no estimate."""
    return Finding(
        code="curves-give-no-estimate",
        severity="warning",
        what=f"The rebuilt curves give no hazard ratio: {error}.",
        mend="List the study; do not pool it.",
    )


def sources(printed: PrintedNumbers) -> list[Callable[[], DerivedHazardRatio]]:
    """What can be tried, in the order of preference."""
    p, known = printed, count_arguments(printed)
    total = p.events
    if total is None and p.events_exposed is not None and p.events_reference is not None:
        total = p.events_exposed + p.events_reference
    n = p.n_exposed + p.n_reference if p.n_exposed and p.n_reference else None
    ratio, low, high, se, value = p.hazard_ratio, p.ci_low, p.ci_high, p.se, p.p
    difference, variance, logrank, curves = (
        p.observed_minus_expected, p.variance, p.logrank_p, p.curves,
    )  # fmt: skip
    out: list[Callable[[], DerivedHazardRatio]] = []
    if low is not None and high is not None:
        out.append(
            lambda: hazard_ratio_from_ci(
                low, high, hazard_ratio=ratio, level=p.level, n=n, events=total
            )
        )
    if ratio is not None and se is not None:
        out.append(lambda: hazard_ratio_from_se(ratio, se, level=p.level, n=n, events=total))
    if ratio is not None and value is not None:
        out.append(lambda: hazard_ratio_from_p(ratio, value, level=p.level, n=n, events=total))
    if difference is not None and variance is not None:
        out.append(
            lambda: hazard_ratio_from_observed_expected(
                difference, variance, level=p.level, n=n, events=total
            )
        )
    if logrank is not None:
        out.append(
            lambda: hazard_ratio_from_logrank(
                logrank,
                p.direction,  # type: ignore[arg-type]  # None is refused there, with the reason
                level=p.level,
                **known,
            )
        )
    if curves is not None:
        out.append(lambda: hazard_ratio_from_curves(curves[0], curves[1], level=p.level))
    return out


def count_arguments(printed: PrintedNumbers) -> dict[str, int | None]:
    """Events and patients, as the log-rank functions take them."""
    return {
        "events_exposed": printed.events_exposed,
        "events_reference": printed.events_reference,
        "events": printed.events,
        "n_exposed": printed.n_exposed,
        "n_reference": printed.n_reference,
    }


def bound_of(printed: PrintedNumbers) -> HazardRatioBound | None:
    """A bound, where a p printed as a limit gives one."""
    for p, ratio in ((printed.p, printed.hazard_ratio), (printed.logrank_p, None)):
        if p is None or (ratio is None and p is printed.p and printed.logrank_p is not None):
            continue
        try:
            return hazard_ratio_bound(
                p, hazard_ratio=ratio, direction=printed.direction, **count_arguments(printed)
            )
        except InputError:
            continue
    return None


def checks_of(
    printed: PrintedNumbers, chosen: DerivedHazardRatio | None
) -> tuple[PrintedCheck, ...]:
    """Centre of the interval, Wald p and information bound, as far as the numbers go."""
    p, out = printed, []
    if p.ci_low is not None and p.ci_high is not None:
        if p.hazard_ratio is not None:
            out.append(checked_centre(p.hazard_ratio, p.ci_low, p.ci_high))
        if p.p is not None:
            out.append(
                checked_p(p.p, p.ci_low, p.ci_high, hazard_ratio=p.hazard_ratio, level=p.level)
            )
    counts = (p.events_exposed, p.events_reference, p.events)
    if chosen is not None and any(c is not None for c in counts):
        out.append(
            checked_information(
                chosen,
                events_exposed=p.events_exposed,
                events_reference=p.events_reference,
                events=p.events,
            )
        )
    return tuple(out)


def cautions_of(
    chosen: DerivedHazardRatio | None,
    bound: HazardRatioBound | None,
    found: list[DerivedHazardRatio],
    checks: tuple[PrintedCheck, ...],
) -> tuple[Caution, ...]:
    """All that the reader must know, each once."""
    said = list(chosen.cautions if chosen else bound.cautions if bound else ())
    for check in checks:
        said += check.cautions
    for other in found[1:]:
        if chosen is not None and abs(other.coef - chosen.coef) > DISAGREE * chosen.se:
            said.append(
                caution("sources-disagree", ratio=chosen.hazard_ratio, other=other.hazard_ratio)
            )
    return tuple(dict.fromkeys(said))
