"""How long patients live, and how long without relapse, overall and by group."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import polars as pl

from fusionscape import stats
from fusionscape.cohort import Cohort
from fusionscape.cohort.derive import curves as shown
from fusionscape.cohort.derive.endpoint_reasons import reason
from fusionscape.cohort.derive.endpoints import (
    ENDPOINT_LABELS,
    REPORTED,
    EndpointData,
    available,
    endpoint_data,
    known_rule_sets,
    not_in_data,
)
from fusionscape.cohort.derive.families import adjusted
from fusionscape.cohort.derive.guard import refusal
from fusionscape.cohort.derive.invented import is_invented
from fusionscape.cohort.derive.survival_contrasts import Sample, hazard_ratio, restricted_means
from fusionscape.cohort.derive.survival_groups import (
    SurvivalGroups,
    everybody_name,
    survival_groups,
    wanted_groupings,
)
from fusionscape.results import (
    Analysis,
    Caution,
    Curve,
    InputError,
    Refusal,
    Result,
    Test,
    caution,
    make_id,
)
from fusionscape.stats.logrank_tests import LogRank

TOPIC = "survival"
METHOD = (
    "Kaplan-Meier with log-log limits; log-rank test, its p by relabelling up to 200 patients "
    "where a group has fewer than 20 patients or 5 expected events: all relabellings counted where "
    "feasible, else drawn with the seed of the plan, with limits of the p"
)
REFERENCE = "Kaplan & Meier 1958, doi:10.1080/01621459.1958.10501452"
PERMUTED_UP_TO = 200
ENDPOINTS = ("os", "efs", "rfs")


def _curves(
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
        yield replace(_refused("nobody-at-risk", cohort, data.endpoint), id=make_id(*parts))
        return
    horizons = {
        (e.group, i % len(shown.YEARS)): e
        for i, e in enumerate(fit.survival_at([y * shown.DAYS_PER_YEAR for y in shown.YEARS]))
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
        for place, year in enumerate(shown.YEARS):
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


def _test(
    cohort: Cohort, data: EndpointData, test: LogRank, *, stable_id: str, label: str, family: str,
    cautions: tuple[Caution, ...], missing: int,
) -> Test:  # fmt: skip
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


def _tests(
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
        stable_id = make_id(*parts, "log-rank")
        yield replace(_refused("nobody-at-risk", cohort, data.endpoint), id=stable_id)
        return
    yield _test(
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
        yield _test(
            cohort, data, test,
            stable_id=make_id(*parts, "pairs", a, b),
            label=f"{data.label}, {a} against {b}",
            family=f"pairs of {groups.label}, {data.label.lower()}",
            cautions=groups.cautions, missing=sample.missing,
        )  # fmt: skip


def _grouped(cohort: Cohort, data: EndpointData, groups: SurvivalGroups) -> Iterator[Result]:
    sample = Sample.of(data, groups)
    if len(set(sample.group.tolist())) < 2:
        return
    parts = (TOPIC, data.endpoint, groups.by)
    yield from _curves(cohort, data, groups, sample, parts)
    tested = tuple(x for x in groups.levels if sample.size(x) >= cohort.plan.min_group)
    kept = sample.only(tested)
    if len(tested) < 2 or not kept.event.any():
        return
    small = replace(groups, levels=tested)
    yield from _tests(cohort, data, small, kept, parts)
    yield from restricted_means(cohort, data, small, kept, parts)
    if len(tested) == 2:
        yield from hazard_ratio(cohort, data, small, kept, parts)


def _overall(cohort: Cohort, data: EndpointData, inside: npt.NDArray[np.bool_]) -> Iterator[Result]:
    """Everybody in one curve, with median, shares alive and follow-up."""
    name = everybody_name(cohort, cohort.where(pl.Series(inside)))
    labels = pl.Series([name if x else None for x in inside.tolist()], dtype=pl.String)
    groups = SurvivalGroups(
        by="all", label="all patients", labels=labels, levels=(name,), within=inside
    )
    sample = Sample.of(data, groups)
    if not sample.time.size:
        return
    items = list(_curves(cohort, data, groups, sample, (TOPIC, data.endpoint, "all")))
    yield from items
    for item in items:
        if isinstance(item, Curve):
            yield from shown.follow_up(item)


def fields_of(data: EndpointData) -> tuple[str, ...]:
    """Fields that hold an endpoint, as a codebook of invented variables names them."""
    return (*REPORTED.get(data.endpoint, ()), data.endpoint, "vital_status")


def _refused(code: str, cohort: Cohort, what: str) -> Refusal:
    return Refusal(
        id=make_id(TOPIC, what),
        label=ENDPOINT_LABELS.get(what, what),
        code=code,
        n=0,
        missing=cohort.n,
        method=METHOD,
        reference=REFERENCE,
    )


def _endpoint(
    cohort: Cohort, data: EndpointData, names: tuple[str, ...], inside: npt.NDArray[np.bool_]
) -> Iterator[Result]:
    if any(is_invented(cohort.codebook, field) for field in fields_of(data)):
        yield _refused("invented-endpoint", cohort, data.endpoint)
        return
    if int((inside & ~np.isnan(data.time)).sum()) < cohort.plan.min_group:
        yield _refused("too-few-known", cohort, data.endpoint)
        return
    groups, _ = survival_groups(
        cohort, inside.astype(np.float64), names=names, fields=fields_of(data)
    )
    yield from _overall(cohort, data, inside)
    for one in groups:
        yield from _grouped(cohort, data, one)


def survival(
    cohort: Cohort,
    *,
    endpoint: str | None = None,
    rules: str | None = None,
    by: str | None = None,
) -> Analysis:
    """How long do the carriers live, and does it differ between groups known at diagnosis?

    Kaplan-Meier curves with log-log limits for every endpoint of the plan, overall and by
    driver, fusion, partner, the commonest lesions, age band, induction and the groups of the
    plan; log-rank tests (by relabelling in small groups), pairs with Holm's correction,
    restricted means up to the largest time every group was followed to, and the hazard ratio
    where there are two groups. `endpoint`, `rules` and `by` ask for one of them only. Groups
    below the plan's minimum are drawn and not tested. A grouping that was not known at
    diagnosis is refused (``immortal-time``, ``timing-unknown``). Times are days.
    """
    carriers = cohort.carrying(cohort.plan.driver)
    ids = set(carriers.patients["patient_id"].to_list())
    inside = np.asarray([x in ids or not ids for x in cohort.patients["patient_id"].to_list()])
    names = (by,) if by else wanted_groupings(cohort, carriers if ids else cohort)
    unknown = rules or cohort.plan.endpoint_rules
    items: list[Result] = []
    if unknown is not None and unknown not in known_rule_sets(cohort):
        items = [_refused("unknown-rule-set", cohort, unknown)]
        wanted: tuple[str, ...] = ()
    else:
        wanted = (endpoint,) if endpoint else tuple(e for e in available(cohort) if e in ENDPOINTS)
    data = [endpoint_data(cohort, name, rules=rules) for name in wanted]
    absent = not_in_data(cohort, ENDPOINTS) if wanted and endpoint is None else ()
    for one in data:
        items.extend(_endpoint(cohort, one, names, inside))
    if data:
        _, later = survival_groups(cohort, inside.astype(np.float64), names=names, fields=())
        people = cohort.where(pl.Series(inside))
        items.extend(refusal(x, topic=TOPIC, cohort=people) for x in later)
    items.extend(_refused(reason(cohort, name), cohort, name) for name in absent)
    return _analysis(cohort, items, data, int(inside.sum()))


def _analysis(
    cohort: Cohort, items: list[Result], data: list[EndpointData], population: int
) -> Analysis:
    if not any(not isinstance(item, Refusal) for item in items):
        items = items or [_refused("no-data", cohort, "os")]
    curve = next((i for i in items if isinstance(i, Curve)), None)
    n = int(curve.n) if curve is not None else 0
    notes = dict.fromkeys(note for one in data for note in one.cautions)
    if 0 < 2 * n < population:
        notes[caution("endpoint-mostly-unknown", n=n, of=population)] = None
    return Analysis(
        id=TOPIC,
        question="survival",
        n=n,
        missing=population - n,
        items=adjusted(items, method="holm"),
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
        cautions=tuple(notes),
    )
