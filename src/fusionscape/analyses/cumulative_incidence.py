"""What happens first: relapse, death in remission, failure; each with the others competing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from fusionscape import stats
from fusionscape.cohort import Cohort
from fusionscape.cohort.derive import curves as shown
from fusionscape.cohort.derive.causes import Causes, competing
from fusionscape.cohort.derive.covariates import DEFAULT, Covariate, chosen
from fusionscape.cohort.derive.cox_tables import complete_cases, dropped, fit_table, with_family
from fusionscape.cohort.derive.endpoints import known_rule_sets
from fusionscape.cohort.derive.estimable import absurd_terms, few_in_terms, too_few
from fusionscape.cohort.derive.families import adjusted
from fusionscape.cohort.derive.invented import is_invented
from fusionscape.cohort.derive.reported_incidence import deaths_not_told
from fusionscape.cohort.derive.survival_groups import (
    SurvivalGroups,
    everybody_name,
    survival_groups,
    wanted_groupings,
)
from fusionscape.results import (
    Analysis,
    Curve,
    Fit,
    InputError,
    Refusal,
    Result,
    Term,
    Test,
    caution,
    make_id,
)
from fusionscape.stats.design import Design

TOPIC = "cumulative_incidence"
METHOD = "Aalen-Johansen with ties exact; Gray's test; Fine-Gray beside cause-specific Cox"
REFERENCE = "Aalen & Johansen 1978, Scand J Stat 5:141-150; Gray 1988, doi:10.1214/aos/1176350951"
FINE_GRAY = "Fine & Gray 1999, doi:10.1080/01621459.1999.10474144"
GROUPINGS = ("driver", "partner", "fusion")
_FIELDS = {"cir": ("cir_days", "cir_status", "relapsed", "rfs_days", "rfs_event")}
COMPARED_EVENTS = 5
MODELLED_EVENTS = 10


def _curves(
    cohort: Cohort, causes: Causes, groups: SurvivalGroups, *, places: Sequence[int]
) -> Iterator[Result]:
    """A curve per group and cause, and its value at 1, 3 and 5 years.

    Where nobody is split the causes stand together, otherwise the groups of one cause.
    """
    everybody = groups.array()
    keep = (everybody != "") & ~np.isnan(causes.cause)
    entry, least = causes.data.late_entry(keep), cohort.plan.follow_up_minimum_at_risk
    try:
        fit = stats.aalen_johansen(
            causes.data.time[keep], causes.cause[keep].astype(int), group=everybody[keep],
            entry=entry, level=cohort.plan.level,
            min_at_risk=least if entry is not None else 1,
        )  # fmt: skip
    except InputError:
        stable_id = make_id(TOPIC, causes.name, groups.by)
        yield _refused("nobody-at-risk", stable_id, causes.label, cohort.n)
        return
    here = set(everybody[keep].tolist())
    days = shown.horizon_days(cohort.plan)
    values = iter(fit.incidence_at(days))
    horizons = {(c.group, c.cause): [next(values) for _ in days] for c in fit.curves}
    parts = (TOPIC, causes.name, groups.by)
    for place in (p for p in fit.causes if p in places):
        name = causes.names[place - 1]
        for level in (x for x in groups.levels if x in here):
            unknown = (everybody == level) & np.isnan(causes.cause)
            unknown |= groups.population() & (everybody == "")
            unknown &= causes.data.concerned
            curve = shown.named(
                cohort, fit.of(place, level), causes.data, parts, group=level,
                missing=int(unknown.sum()), label=causes.label, cause=name,
                cautions=groups.cautions,
            )  # fmt: skip
            last = (level, name) if len(groups.levels) == 1 else (name, level)
            curve = replace(curve, id=make_id(*parts, *last))
            yield curve
            at = zip(horizons[level, str(place)], cohort.plan.survival_years, strict=True)
            for found, year in at:
                yield shown.horizon(curve, found, year, least=least)


def _gray(
    cohort: Cohort, causes: Causes, groups: SurvivalGroups, *, places: Sequence[int]
) -> Iterator[Test | Refusal]:
    """Gray's test of each cause between groups large enough to be tested."""
    everybody = groups.array()
    known = (everybody != "") & ~np.isnan(causes.cause)
    least = cohort.plan.min_group
    tested = [x for x in groups.levels if int((known & (everybody == x)).sum()) >= least]
    keep = known & np.isin(everybody, np.asarray(tested, dtype=object))
    if len(tested) < 2:
        return
    for place in places:
        name = causes.names[place - 1]
        stable_id = make_id(TOPIC, causes.name, groups.by, name, "gray")
        label = f"{causes.label}, {name} by {groups.label}"
        if causes.data.late_entry(keep) is not None:
            yield _refused("entry-not-supported", stable_id, label, int(keep.sum()))
            continue
        if not (causes.cause[keep] == place).any():
            continue
        try:
            test = stats.gray(
                causes.data.time[keep], causes.cause[keep].astype(int), everybody[keep], of=place
            )
        except InputError:
            yield _refused("nobody-at-risk", stable_id, label, cohort.n)
            continue
        if math.isnan(test.p):
            refused = _refused("groups-not-comparable", stable_id, label, cohort.n)
            yield replace(refused, cautions=test.cautions)
            continue
        yield Test(
            id=stable_id, label=label, p=test.p, statistic=test.statistic, df=float(test.df),
            n=test.n, groups=test.groups,
            missing=int((groups.population() & causes.data.concerned & ~known).sum()),
            family=f"Gray tests, {causes.label.lower()}", endpoint=causes.data.endpoint,
            method="Gray's test", reference=test.reference, synthetic=cohort.synthetic,
            cautions=(*test.cautions, *groups.cautions),
        )  # fmt: skip


def _fine_gray(
    cohort: Cohort, causes: Causes, covariates: Sequence[Covariate], place: int
) -> Fit | Refusal:
    """Subdistribution hazard ratios of one cause."""
    name = causes.names[place - 1]
    stable_id = make_id(TOPIC, causes.name, "fine-gray", name)
    label = f"{causes.label}, {name}: Fine-Gray"
    keep = complete_cases(causes.data, covariates)
    used = [c for c in (c.only(keep) for c in covariates) if c.varies()]
    events = int((causes.cause[keep] == place).sum())
    if causes.data.late_entry(keep) is not None:
        return _refused("entry-not-supported", stable_id, label, cohort.n)
    if not used or events < 2:
        return _refused("model-not-estimable", stable_id, label, cohort.n)
    design: Design = stats.design_matrix(
        {c.label: c.values for c in used},
        levels={c.label: c.levels for c in used if c.levels},
        reference={c.label: c.levels[0] for c in used if c.levels},
    )
    if too_few(n=int(keep.sum()), events=events, parameters=len(design.names)):
        return _refused("too-few-events", stable_id, label, cohort.n)
    try:
        fit = stats.fine_gray(
            causes.data.time[keep], causes.cause[keep].astype(int), design.X, of=place,
            names=design.names, level=cohort.plan.level,
        )  # fmt: skip
    except InputError:  # covariates that cannot be told apart, or events at one time
        return _refused("not-estimable", stable_id, label, cohort.n)
    if np.isnan(fit.coef).any():
        refused = _refused("fine-gray-monotone", stable_id, label, cohort.n)
        return replace(refused, cautions=fit.cautions)
    happened = (causes.cause[keep] == place).astype(float)
    names = {c.label: c.name for c in used}
    terms = []
    for row, count in zip(design.rows, design.events(happened), strict=True):
        numbers = row.column
        terms.append(
            Term(
                name=row.name, variable=names[row.variable], level_label=row.level_label,
                n=int(design.members(row).sum()), events=count,
                coef=None if numbers is None else float(fit.coef[numbers]),
                se=None if numbers is None else float(fit.se[numbers]),
                ratio=None if numbers is None else float(fit.hazard_ratio[numbers]),
                ratio_low=None if numbers is None else float(fit.hr_low[numbers]),
                ratio_high=None if numbers is None else float(fit.hr_high[numbers]),
                p=None if numbers is None else float(fit.p[numbers]),
                reference_row=row.reference_row,
            )
        )  # fmt: skip
    table = Fit(
        id=stable_id, label=label, scale="subdistribution hazard ratio",
        endpoint=causes.data.endpoint, n=fit.n, events=fit.events, missing=cohort.n - fit.n,
        terms=tuple(terms), tests=(), dropped=dropped(causes.data, covariates, None),
        events_per_variable=fit.events / max(1, len(design.names)), loglik=fit.loglik,
        concordance=None, penalty=None, ties="breslow",
        adjusted_for=tuple(c.name for c in used), level=fit.level, method=fit.method,
        reference=fit.reference, synthetic=cohort.synthetic, cautions=fit.cautions,
    )  # fmt: skip
    if absurd_terms(table):
        return _refused("not-estimable", stable_id, label, cohort.n)
    table = replace(table, cautions=(*table.cautions, *few_in_terms(table)))
    family = f"Fine-Gray, {causes.label.lower()}, {name}"
    return with_family(table, family, method="holm")


def _models(cohort: Cohort, causes: Causes) -> Iterator[Fit | Refusal]:
    """Fine-Gray and cause-specific Cox of the commonest cause side by side."""
    found = chosen(cohort, cohort.plan.covariates or DEFAULT)
    kept = [c for c in found.covariates if 2 * int(c.known.sum()) >= cohort.n and c.varies()]
    if not kept:
        return
    for place in _frequent(causes, MODELLED_EVENTS):
        name = causes.names[place - 1]
        yield fit_table(
            cohort, causes.of(place), kept,
            stable_id=make_id(TOPIC, causes.name, "cause-specific", name),
            label=f"{causes.label}, {name}: cause-specific",
            family=f"cause-specific Cox, {causes.label.lower()}, {name}",
            cautions=(caution("cause-specific"),),
        )  # fmt: skip
        yield _fine_gray(cohort, causes, kept, place)


def _frequent(causes: Causes, least: int) -> tuple[int, ...]:
    """Causes with at least so many events."""
    places = range(1, len(causes.names) + 1)
    return tuple(p for p in places if int((causes.cause == p).sum()) >= least)


def _refused(code: str, stable_id: str, label: str, missing: int) -> Refusal:
    return Refusal(
        id=stable_id, label=label, code=code, n=0, missing=missing, method=METHOD,
        reference=REFERENCE,
    )  # fmt: skip


def _population(
    cohort: Cohort, people: Cohort, causes: Causes, inside: np.ndarray
) -> Iterator[Result]:
    import polars as pl

    name = everybody_name(cohort, people)
    labels = pl.Series([name if x else None for x in inside.tolist()], dtype=pl.String)
    everybody = SurvivalGroups(
        by="all", label="all patients", labels=labels, levels=(name,), within=inside
    )
    places = range(1, len(causes.names) + 1)
    yield from _curves(cohort, causes, everybody, places=places)
    wanted = wanted_groupings(cohort, people)
    lesion = tuple(n for n in wanted if n.startswith("lesion:"))[:1]
    groups, _ = survival_groups(
        cohort, inside.astype(float), names=(*GROUPINGS, *lesion),
        fields=(causes.name, causes.data.endpoint),
    )  # fmt: skip
    compared = _frequent(causes, COMPARED_EVENTS)
    for one in groups:
        yield from _curves(cohort, causes, one, places=compared)
        yield from _gray(cohort, causes, one, places=compared)


def cumulative_incidence(cohort: Cohort) -> Analysis:
    """How often do relapse and death come first, and for whom?

    From remission, relapse and death in remission compete (cumulative incidence of relapse,
    non-relapse mortality), by dated events or as the study reports them (``cir_days`` with
    ``cir_status``, or ``rfs_days`` and ``rfs_event`` with ``relapsed``); where it reports the
    kind of first event, those compete from diagnosis. Aalen-Johansen curves with ties exact,
    Gray's test by driver, partner and the commonest lesions, Fine-Gray beside cause-specific Cox
    for the plan's covariates. Times are days. Delayed entry is allowed for by the curves and
    refused by Gray and Fine-Gray.
    """
    carriers = cohort.carrying(cohort.plan.driver)
    people = carriers if carriers.n else cohort
    ids = set(people.patients["patient_id"].to_list())
    inside = np.asarray([x in ids for x in cohort.patients["patient_id"].to_list()])
    items: list[Result] = []
    rules = cohort.plan.endpoint_rules
    known = rules is None or rules in known_rule_sets(cohort)
    for causes in competing(cohort) if known else ():
        fields = _FIELDS.get(causes.name, ("efs_days", "efs_type"))
        if any(is_invented(cohort.codebook, f) for f in (*fields, causes.name)):
            stable_id = make_id(TOPIC, causes.name)
            items.append(_refused("invented-endpoint", stable_id, causes.label, cohort.n))
            continue
        items.extend(_population(cohort, people, causes, inside))
        mine = next((c for c in competing(people) if c.name == causes.name), None)
        if mine is not None:
            items.extend(_models(people, mine))
    if (items or (known and deaths_not_told(people))) and not any(
        c.name == "cir" for c in competing(people)
    ):
        stable_id = make_id(TOPIC, "cir")
        label = "Cumulative incidence of relapse from remission"
        code = "deaths-not-told" if deaths_not_told(people) else "remission-not-dated"
        items.append(_refused(code, stable_id, label, people.n))
    if not items:
        code = "no-data" if known else "unknown-rule-set"
        items.append(_refused(code, make_id(TOPIC, "none"), "Competing events", cohort.n))
    curve = next((i for i in items if isinstance(i, Curve)), None)
    n = 0 if curve is None else int(curve.n)
    return Analysis(
        id=TOPIC,
        question="cumulative_incidence",
        n=n,
        missing=people.n - n,
        items=adjusted(items, method="holm"),
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
    )
