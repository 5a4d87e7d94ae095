"""What begins on a date, a transplant say: its effect without immortal time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from fusionscape import stats
from fusionscape.cohort import Cohort
from fusionscape.cohort.derive import curves as shown
from fusionscape.cohort.derive.covariates import Chosen, chosen
from fusionscape.cohort.derive.cox_tables import Modelled, as_table
from fusionscape.cohort.derive.endpoints import EndpointData, endpoint_data, known_rule_sets
from fusionscape.cohort.derive.estimable import refused as no_ratio
from fusionscape.cohort.derive.exposure_models import (
    complete_covariates,
    dropped_by,
    moving_model,
    ratio_of,
)
from fusionscape.cohort.derive.exposures import REMISSION, Exposure, dated_exposures
from fusionscape.cohort.derive.families import adjusted
from fusionscape.cohort.derive.followed import Followed
from fusionscape.cohort.derive.guard import later_columns, refusal
from fusionscape.cohort.derive.invented import is_invented
from fusionscape.results import (
    Analysis,
    Caution,
    Estimate,
    Fit,
    FloatArray,
    InputError,
    Refusal,
    Result,
    Test,
    caution,
    make_id,
)
from fusionscape.stats.cox_result import CoxFit
from fusionscape.stats.landmarking import Landmark
from fusionscape.stats.moving_exposure import MovingCurves, episodes

TOPIC = "exposures"
METHOD = (
    "Time-dependent Cox regression, Mantel-Byar test and Simon-Makuch curves; landmarks; the "
    "naive comparison stands beside them to show its bias"
)
REFERENCE = "Suissa 2008, doi:10.1093/aje/kwm324"
MOVING = "exposure as a time-dependent covariate"
NAIVE = "Cox regression as if the exposure had been known from the start"


def _id(here: Followed, *where: str) -> str:
    return make_id(*here.parts(TOPIC), *where)


def _cox(here: Followed, time: FloatArray, event: FloatArray, on: FloatArray,
         entry: FloatArray | None) -> CoxFit | None:  # fmt: skip
    if not event.any():
        return None
    fit: CoxFit = stats.cox(
        time, event, on[:, None], entry=entry, names=[here.exposure.label],
        level=here.cohort.plan.level,
    )  # fmt: skip
    return fit


def _naive(here: Followed) -> Iterator[Estimate | Refusal]:
    fit = _cox(here, here.time, here.event, here.ever, here.entry)
    if fit is None:
        return
    biased = caution("immortal-time-bias", exposure=here.exposure.label)
    yield from ratio_of(
        here, fit, _id(here, "naive"), label="Naive: exposure taken as known from the start",
        n=fit.n, family=None, method=f"{NAIVE} (biased)", cautions=(biased, *here.cautions()),
    )  # fmt: skip


def _moving(here: Followed) -> Iterator[Estimate | Refusal]:
    cut = episodes(here.time, here.event, here.day, entry=here.entry)
    entry = np.maximum(cut.entry, -1.0)  # from the origin on: before the first event
    fit = _cox(here, cut.time, cut.event.astype(float), cut.exposed.astype(float), entry)
    if fit is None:
        return
    yield from ratio_of(
        here, fit, _id(here, "time-dependent"), label="Time-dependent: exposed from its day on",
        n=cut.patients, family=f"time-dependent exposures, {here.data.label.lower()}",
        method=f"{fit.method}; {MOVING}",
        cautions=(*cut.cautions, *here.cautions()),
    )  # fmt: skip


def _adjusted(here: Followed, picked: Chosen) -> Iterator[Result]:
    """The time-dependent ratio beside the plan's baseline covariates, and the whole model."""
    covariates, where = picked.covariates, here.parts(TOPIC)
    if not covariates:
        return
    stable_id = make_id(*where, "adjusted-model")
    label = f"{here.data.label}, {here.exposure.inside} and baseline covariates"
    found = moving_model(here, covariates)
    if found is None:
        n = int(complete_covariates(here, covariates).sum())
        yield no_ratio("model-not-estimable", stable_id, label, n=n, events=0, missing=here.asked)
        return
    names = ", ".join(c.label for c in found.covariates[1:])
    limits = caution("adjusted-at-baseline", covariates=names, exposure=here.exposure.inside)
    table = as_table(
        here.cohort, here.data, found, stable_id=stable_id, label=label,
        family=f"adjusted model of {here.exposure.inside}, {here.data.label.lower()}",
        dropped_by=dropped_by(here, covariates),
        cautions=(limits, *picked.cautions, *here.cautions()),
    )  # fmt: skip
    table = replace(table, missing=here.asked - found.n)
    if isinstance(table, Fit):
        table = replace(table, method=f"{found.fit.method}; {MOVING}")
        yield from _beside(here, found, limits)
        alone = moving_model(here.only(found.complete), ())
        if found.n < here.time.size and alone is not None:
            yield from ratio_of(
                here, alone.fit, _id(here, "unadjusted-same"), n=alone.n, family=None,
                method=f"{alone.fit.method}; {MOVING}",
                label="Unadjusted, the same patients",
                cautions=here.cautions(),
            )  # fmt: skip
    yield table


def _beside(here: Followed, found: Modelled, limits: Caution) -> Iterator[Estimate | Refusal]:
    """The adjusted ratio alone, to stand beside the naive and the unadjusted one."""
    adjusted_for = tuple(c.name for c in found.covariates[1:])
    for item in ratio_of(
        here, found.fit, _id(here, "adjusted"), label="Time-dependent, adjusted (pre-declared)",
        n=found.n, family=f"adjusted time-dependent exposures, {here.data.label.lower()}",
        method=f"{found.fit.method}; {MOVING}", cautions=(limits, *here.cautions()),
    ):  # fmt: skip
        yield replace(item, adjusted_for=adjusted_for) if isinstance(item, Estimate) else item


def _mantel_byar(here: Followed) -> Test | Refusal:
    test = stats.mantel_byar(here.time, here.event, here.day, entry=here.entry)
    if math.isnan(test.p):
        parts = (*here.parts(TOPIC), "mantel-byar")
        refused = _refused("groups-not-comparable", here.exposure.label, parts, here.missing)
        return replace(refused, cautions=test.cautions)
    return Test(
        id=make_id(*here.parts(TOPIC), "mantel-byar"),
        label=f"{here.data.label} and {here.exposure.inside}",
        p=test.p,
        statistic=test.statistic,
        df=float(test.df),
        n=test.n,
        missing=here.missing,
        exposure=here.exposure.label,
        family=f"Mantel-Byar tests, {here.data.label.lower()}",
        endpoint=here.data.endpoint,
        method="Mantel-Byar test",
        reference=test.reference,
        synthetic=here.cohort.synthetic,
        cautions=(*test.cautions, *here.cautions()),
    )


def _group_name(here: Followed, group: str | None) -> str:
    after = f"after {here.exposure.inside}"
    return after if group == "exposed" else f"before or without {here.exposure.inside}"


def _changing_sides(moving: MovingCurves) -> Caution:
    """Exposed patients stand in both curves: their numbers do not add up to the patients."""
    return caution("patients-change-sides", n=moving.n, exposed=moving.ever_exposed)


def _simon_makuch(here: Followed) -> Iterator[Result]:
    plan = here.cohort.plan
    moving = stats.simon_makuch(
        here.time, here.event, here.day, entry=here.entry, level=plan.level,
        min_at_risk=plan.follow_up_minimum_at_risk,
    )  # fmt: skip
    for curve in moving.curves:
        found = shown.named(
            here.cohort, curve, here.data, (*here.parts(TOPIC), "simon-makuch"),
            group=_group_name(here, curve.group), missing=here.missing,
            label=f"{here.data.label}, {_clock(here)}",
            cautions=(_changing_sides(moving), *moving.cautions, *here.cautions()),
        )  # fmt: skip
        yield replace(found, method=moving.method, reference=moving.reference)


def _clock(here: Followed) -> str:
    """From when the times of these curves count: never from the exposure or the landmark."""
    return f"times counted from {here.origin}"


def _landmark(here: Followed, day: float) -> Landmark | None:
    try:
        found: Landmark = stats.landmark(
            here.time, here.event, here.day, at=day, level=here.cohort.plan.level
        )
    except InputError:  # nobody is followed beyond it
        return None
    return found


def _at_landmark(here: Followed, found: Landmark, day: float) -> Iterator[Estimate | Refusal]:
    """The hazard ratio after one landmark among those still followed then."""
    least = here.cohort.plan.min_group
    if min(found.exposed_n, found.n - found.exposed_n) < least:
        return
    rows = found.rows
    fit = _cox(
        here, here.time[rows] - day, here.event[rows], found.exposed[rows].astype(float), None
    )
    if fit is None:
        return
    declared = here.cohort.plan.landmark_days == day
    notes = (*found.cautions, *here.cautions())
    name = f"Day {day:g}{here.since}" if here.since else f"Landmark day {day:g}"
    label = f"{name}{' (pre-declared)' if declared else ''}"
    family = "pre-declared landmark" if declared else "landmark sweep"
    yield from ratio_of(
        here, fit, _id(here, "landmark", f"{day:g}"), label=label, n=found.n,
        family=f"{family}, {here.exposure.inside}, {here.data.label.lower()}",
        method=f"{fit.method} from the landmark; exposed by then against not", cautions=notes,
    )  # fmt: skip


def _landmark_curves(here: Followed, found: Landmark, day: float) -> Iterator[Result]:
    by = f"by day {day:g}"
    names = {"exposed": f"{here.exposure.label} {by}"}
    for curve in found.curves.curves:
        group = names.get(str(curve.group), f"no {here.exposure.inside} {by}")
        # The curve starts at the landmark because it is one, not because too few were at risk.
        notes = tuple(c for c in curve.cautions if c.code != "conditional-start")
        beyond = f"of those followed beyond day {day:g}{here.since}"
        yield shown.named(
            here.cohort,
            replace(curve, cautions=notes),
            here.data,
            (*here.parts(TOPIC), "from-landmark"),
            group=group,
            missing=here.asked - found.n,
            label=f"{here.data.label} {beyond}, {_clock(here)}",
            cautions=here.cautions(),
        )


def _landmarks(here: Followed) -> Iterator[Result]:
    plan = here.cohort.plan
    if here.entry is not None:
        yield _refused(
            "entry-not-supported",
            here.exposure.label,
            (*here.parts(TOPIC), "landmark"),
            here.time.size,
        )
        return
    declared = {plan.landmark_days} if plan.landmark_days is not None else set()
    for day in sorted({*plan.landmark_sweep_days, *declared}):
        found = _landmark(here, day)
        if found is None:
            continue
        yield from _at_landmark(here, found, day)
        if day == plan.landmark_days and found.exposed_n and found.exposed_n < found.n:
            yield from _landmark_curves(here, found, day)


def _refused(code: str, label: str, parts: tuple[str, ...], missing: int) -> Refusal:
    return Refusal(
        id=make_id(*parts), label=label, code=code, n=0, missing=missing, method=METHOD,
        reference=REFERENCE,
    )  # fmt: skip


def _exposure(
    cohort: Cohort, data: EndpointData, exposure: Exposure, picked: Chosen
) -> Iterator[Result]:
    here = Followed.of(cohort, data, exposure)
    if data.known.height and not here.dated:
        yield _refused("origin-not-dated", exposure.label, here.parts(TOPIC), cohort.n)
        return
    exposed = int(here.ever.sum())
    least = cohort.plan.min_group
    if exposed < least or here.time.size - exposed < least or not here.event.any():
        yield _refused("too-few-exposed", exposure.label, here.parts(TOPIC), cohort.n)
        return
    undated = int(exposure.undated.sum())
    note = (caution("exposure-undated", exposure=exposure.label, n=undated),) if undated else ()
    yield from _simon_makuch(here)
    for item in (*_naive(here), *_moving(here), *_adjusted(here, picked)):
        yield replace(item, cautions=(*item.cautions, *note))
    yield _mantel_byar(here)
    yield from _landmarks(here)


def _endpoints(cohort: Cohort) -> Iterator[EndpointData]:
    """The plan's endpoints that the cohort has, each counted from its own origin."""
    for name in ("os", "efs", "rfs"):
        if name in cohort.plan.endpoints:
            data = endpoint_data(cohort, name)
            if data.known.height:
                yield data


def _items(people: Cohort, name: str | None) -> Iterator[Result]:
    rules = people.plan.endpoint_rules
    if rules is not None and rules not in known_rule_sets(people):
        yield _refused("unknown-rule-set", rules, (TOPIC, rules), people.n)
        return
    endpoints = tuple(_endpoints(people))
    if not endpoints:
        return
    found = [x for x in dated_exposures(people) if name is None or x.name == name]
    picked = chosen(people, people.plan.covariates)
    for exposure in found:
        for data in endpoints:
            if exposure.name == REMISSION and data.endpoint != "os":
                continue  # remission is part of what event-free and relapse-free mean
            if any(
                is_invented(people.codebook, f) for f in (exposure.name, data.endpoint, "os_days")
            ):
                yield _refused(
                    "invented-endpoint",
                    exposure.label,
                    (TOPIC, exposure.name, data.endpoint),
                    people.n,
                )
                continue
            yield from _exposure(people, data, exposure, picked)
    if found:
        yield from _not_adjusted(people, picked)
    later = {j.field: j for j in (*picked.refused, *later_columns(people))}
    for field, judgement in later.items():
        asked = field in {j.field for j in picked.refused}
        if asked or (judgement.code == "immortal-time" and judgement.date_column is None):
            yield refusal(judgement, topic=TOPIC, cohort=people)


def _not_adjusted(people: Cohort, picked: Chosen) -> Iterator[Refusal]:
    """Why there is no adjusted ratio: nothing was declared, or the guard lets nothing in."""
    if not picked.covariates:
        code = "no-baseline-covariate" if people.plan.covariates else "covariates-undeclared"
        label = "Dated exposures, adjusted for baseline covariates"
        yield _refused(code, label, (TOPIC, "adjusted"), people.n)


def exposures(cohort: Cohort, *, exposure: str | None = None) -> Analysis:
    """Does survival differ once something has begun: a transplant, a drug, a remission?

    Patients change sides on the day of the exposure: time-dependent Cox, Mantel-Byar,
    Simon-Makuch curves with moving numbers at risk, and hazard ratios from the pre-declared
    landmark and a sweep of others. The naive hazard ratio stands beside them, marked as biased
    and without a p. Where the plan names covariates, the time-dependent ratio is also adjusted
    for them as known at baseline (complete cases; Firth's penalty where one orders all events);
    without declared covariates the adjustment is refused. A value that became known after
    diagnosis and has no date is refused (``immortal-time``). Treatments were chosen, not
    allotted: every contrast says so. `exposure` asks for one of them. Times are days from the
    origin of the endpoint: diagnosis, the start of treatment where the rule set says so, or
    remission for relapse-free survival.
    """
    carriers = cohort.carrying(cohort.plan.driver)
    people = carriers if carriers.n else cohort
    items = list(_items(people, exposure))
    items = items or [_refused("no-data", "Dated exposures", (TOPIC, "none"), people.n)]
    first = next((i for i in items if isinstance(i, Estimate)), None)
    notes = []
    if first is not None and cohort.plan.landmark_days is None:
        notes.append(caution("landmark-not-declared"))
    return Analysis(
        id=TOPIC,
        question="exposures",
        n=0 if first is None else first.n,
        missing=people.n if first is None else first.missing,
        items=adjusted(items, method="holm"),
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
        cautions=tuple(notes),
    )
