"""Groups followed over time: curves, tests, restricted means, a ratio; whatever the clock."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import polars as pl

from fusionscape import stats
from fusionscape.cohort.cohort import Cohort
from fusionscape.cohort.derive import curves as shown
from fusionscape.cohort.derive.endpoints import EndpointData
from fusionscape.cohort.derive.survival_contrasts import Sample, hazard_ratio, restricted_means
from fusionscape.cohort.derive.survival_groups import SurvivalGroups, everybody_name
from fusionscape.results import Caution, Curve, InputError, Refusal, Result, Test, make_id
from fusionscape.stats.logrank_tests import LogRank

METHOD = (
    "Kaplan-Meier with log-log limits; log-rank test, its p by relabelling up to 200 patients "
    "where a group has fewer than 20 patients or 5 expected events: all relabellings counted where "
    "feasible, else drawn with the seed of the plan, with limits of the p"
)
REFERENCE = "Kaplan & Meier 1958, doi:10.1080/01621459.1958.10501452"
PERMUTED_UP_TO = 200


def nobody_at_risk(cohort: Cohort, data: EndpointData, parts: tuple[str, ...]) -> Refusal:
    """The refusal where nobody was ever under observation."""
    return Refusal(
        id=make_id(*parts), label=data.label, code="nobody-at-risk", n=0, missing=cohort.n,
        method=METHOD, reference=REFERENCE,
    )  # fmt: skip


def curves_of(
    cohort: Cohort,
    data: EndpointData,
    groups: SurvivalGroups,
    sample: Sample,
    parts: tuple[str, ...],
) -> Iterator[Result]:
    everybody, least = groups.array(), cohort.plan.follow_up_minimum_at_risk
    try:
        fit = stats.km(
            sample.time,
            sample.event,
            entry=sample.entry,
            group=sample.group,
            level=cohort.plan.level,
            min_at_risk=least if sample.entry is not None else 1,
        )
    except InputError:
        yield nobody_at_risk(cohort, data, parts)
        return
    years = cohort.plan.survival_years
    horizons = {
        (e.group, i % len(years)): e
        for i, e in enumerate(fit.survival_at(shown.horizon_days(cohort.plan)))
    }
    found: list[Curve] = []
    unknown = np.isnan(data.time) & data.concerned
    no_group = int((groups.population() & data.concerned & (everybody == "")).sum())
    for level in groups.levels:
        if level in sample.group:
            missing = no_group + int(((everybody == level) & unknown).sum())
            lost = shown.without_time(data, everybody == level)
            found.append(
                shown.named(
                    cohort, fit[level], data, parts, group=level, missing=missing, cautions=lost
                )
            )
    yield from found
    for curve in found:
        yield shown.median(curve, least=least)
        for place, year in enumerate(years):
            yield shown.horizon(curve, horizons[curve.group, place], year, least=least)


def _exact(test: LogRank) -> dict[str, object]:
    if test.exact is None:
        return {"p": test.p, "method": "Log-rank test"}
    return {
        "p": test.exact.p,
        "method": "Exact log-rank test"
        if test.exact.enumerated
        else "Log-rank test by permutation",
        "relabellings": test.exact.relabellings,
        "seed": test.exact.seed,
        "p_ci_low": test.exact.p_ci_low,
        "p_ci_high": test.exact.p_ci_high,
    }


def _test_or_why_not(
    cohort: Cohort, data: EndpointData, test: LogRank, *, stable_id: str, label: str, family: str,
    cautions: tuple[Caution, ...], missing: int,
) -> Test | Refusal:  # fmt: skip
    """The test; a refusal with the kernel's reason where it has no p."""
    if math.isnan(test.p):
        return Refusal(
            id=stable_id, label=label, code="groups-not-comparable", n=int(test.n),
            missing=missing, method=METHOD, reference=REFERENCE, cautions=test.cautions,
        )  # fmt: skip
    exact = test.exact.cautions if test.exact is not None else ()
    return Test(
        id=stable_id,
        label=label,
        statistic=test.statistic,
        df=float(test.df),
        n=int(test.n),
        missing=missing,
        reference=test.reference,
        groups=test.groups,
        family=family,
        endpoint=data.endpoint,
        synthetic=cohort.synthetic,
        cautions=(*test.cautions, *exact, *cautions),
        **_exact(test),  # type: ignore[arg-type]
    )


def tests_of(
    cohort: Cohort,
    data: EndpointData,
    groups: SurvivalGroups,
    sample: Sample,
    parts: tuple[str, ...],
) -> Iterator[Test | Refusal]:
    """One test between all groups, then every pair with Holm's correction."""
    exact = None if sample.time.size <= PERMUTED_UP_TO and sample.entry is None else False
    seed = cohort.plan.seed
    try:
        overall = stats.logrank(
            sample.time, sample.event, sample.group, entry=sample.entry, exact=exact, seed=seed
        )
    except InputError:
        yield nobody_at_risk(cohort, data, (*parts, "log-rank"))
        return
    yield _test_or_why_not(
        cohort, data, overall,
        stable_id=make_id(*parts, "log-rank"),
        label=f"{data.label} by {groups.label}",
        family=f"groups, {data.label.lower()}",
        cautions=groups.cautions, missing=sample.missing,
    )  # fmt: skip
    if overall.df < 2:
        return
    pairs = stats.logrank_pairwise(
        sample.time, sample.event, sample.group, entry=sample.entry, exact=exact, seed=seed
    )
    for (a, b), test in zip(pairs.pairs, pairs.tests, strict=True):
        yield _test_or_why_not(
            cohort, data, test,
            stable_id=make_id(*parts, "pairs", a, b),
            label=f"{data.label}, {a} against {b}",
            family=f"pairs of {groups.label}, {data.label.lower()}",
            cautions=groups.cautions, missing=sample.missing,
        )  # fmt: skip


def compared(
    cohort: Cohort, data: EndpointData, groups: SurvivalGroups, head: tuple[str, ...]
) -> Iterator[Result]:
    """Curves of the groups; tests, restricted means and a ratio where they are large enough.

    Ids begin with `head` and the grouping.
    """
    sample = Sample.of(data, groups)
    if len(set(sample.group.tolist())) < 2:
        return
    parts = (*head, groups.by)
    yield from curves_of(cohort, data, groups, sample, parts)
    tested = tuple(x for x in groups.levels if sample.size(x) >= cohort.plan.min_group)
    kept = sample.only(tested)
    if len(tested) < 2 or not kept.event.any():
        return
    small = replace(groups, levels=tested)
    yield from tests_of(cohort, data, small, kept, parts)
    yield from restricted_means(cohort, data, small, kept, parts)
    if len(tested) == 2:
        yield from hazard_ratio(cohort, data, small, kept, parts)


def everybody_together(
    cohort: Cohort, data: EndpointData, inside: npt.NDArray[np.bool_], head: tuple[str, ...],
    *, name: str | None = None,
) -> Iterator[Result]:  # fmt: skip
    """Everybody in one curve, with median, shares alive and follow-up; `name` is the group's."""
    name = name or everybody_name(cohort, cohort.where(pl.Series(inside)))
    labels = pl.Series([name if x else None for x in inside.tolist()], dtype=pl.String)
    groups = SurvivalGroups(
        by="all", label="all patients", labels=labels, levels=(name,), within=inside
    )
    sample = Sample.of(data, groups)
    if not sample.time.size:
        return
    items = list(curves_of(cohort, data, groups, sample, (*head, "all")))
    yield from items
    for item in items:
        if isinstance(item, Curve):
            yield from shown.follow_up(item)
