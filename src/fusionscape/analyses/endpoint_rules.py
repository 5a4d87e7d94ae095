"""Does the endpoint depend on whose rules define it, and on those lost to follow-up?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import polars as pl

from fusionscape import stats
from fusionscape.cohort import Cohort
from fusionscape.cohort.derive import curves as shown
from fusionscape.cohort.derive.endpoint_reasons import reason
from fusionscape.cohort.derive.endpoints import (
    AS_REPORTED,
    ENDPOINT_LABELS,
    EndpointData,
    available,
    cut_off_days,
    endpoint_data,
    is_reported,
    known_rule_sets,
    loss_recorded,
    lost_to_follow_up,
    not_in_data,
)
from fusionscape.cohort.derive.invented import is_invented
from fusionscape.results import Analysis, Count, InputError, Refusal, Result, caution, make_id

TOPIC = "endpoint_rules"
METHOD = "Kaplan-Meier of the same patients under each rule set, and under both bounds for the lost"
REFERENCE = "Döhner 2022, doi:10.1182/blood.2022016867, Table 9"
ENDPOINTS = ("os", "efs", "rfs")
_LABELS = {**ENDPOINT_LABELS, "bounds": "Bounds for those lost to follow-up"}
LOST_AS_EVENTS, LOST_AS_FREE = "lost taken as events", "lost taken as event-free to the cut-off"


def _summary(people: Cohort, data: EndpointData, name: str) -> Iterator[Result]:
    """Events, median and the shares at 1, 3 and 5 years of one definition."""
    keep = ~np.isnan(data.time)
    if not keep.any():
        return
    entry, least = data.late_entry(keep), people.plan.follow_up_minimum_at_risk
    try:
        fit = stats.km(
            data.time[keep], data.status[keep] == 1, entry=entry,
            level=people.plan.level,
            min_at_risk=least if entry is not None else 1,
        )  # fmt: skip
    except InputError:
        refusal = _refused("nobody-at-risk", data.endpoint, people.n)
        yield replace(refusal, id=make_id(TOPIC, data.endpoint, name))
        return
    curve = shown.named(
        people, fit.curves[0], data, (TOPIC, data.endpoint), group=name,
        missing=people.n - int(keep.sum()), cautions=data.cautions,
    )  # fmt: skip
    yield curve
    yield Count(
        id=f"{curve.id}/events", label=f"{data.label}, events, {name}", count=int(curve.events),
        n=int(curve.n), missing=curve.missing, group=name, method=METHOD, reference=data.reference,
        synthetic=people.synthetic,
    )  # fmt: skip
    yield shown.median(curve, least=least)
    horizons = fit.survival_at(shown.horizon_days(people.plan))
    for found, year in zip(horizons, people.plan.survival_years, strict=True):
        yield shown.horizon(curve, found, year, least=least)


def _with_lost(
    people: Cohort, data: EndpointData, lost: np.ndarray, *, event: bool
) -> EndpointData:
    """The endpoint with the lost as events when they were lost, or event-free to the cut-off."""
    time, status = data.time.copy(), data.status.copy()
    if event:
        status[lost] = 1
    else:
        cut = cut_off_days(people)
        end = np.where(np.isnan(cut), np.nanmax(time), cut)
        time[lost] = np.maximum(time[lost], end[lost])
    frame = data.frame.with_columns(
        pl.Series("time", time).fill_nan(None),
        pl.Series("status", status).fill_nan(None).cast(pl.Int64),
    )
    return replace(data, frame=frame)


def _bounds(people: Cohort, data: EndpointData) -> Iterator[Result]:
    """What the endpoint would be at worst and at best for those lost to follow-up."""
    lost = lost_to_follow_up(people).to_numpy() & (data.status == 0)
    if not lost.any():
        return
    note = caution(
        "lost-to-follow-up", endpoint=data.label, n=int(lost.sum()),
        of=int((~np.isnan(data.time)).sum()),
    )  # fmt: skip
    for event, name in ((True, LOST_AS_EVENTS), (False, LOST_AS_FREE)):
        bound = _with_lost(people, data, lost, event=event)
        yield from _summary(people, replace(bound, cautions=(*data.cautions, note)), name)


def _rule_sets(people: Cohort, name: str) -> Iterator[EndpointData]:
    """The endpoint under every rule set that these data can follow, the plan's first.

    Overall survival is the same under all of them.
    """
    first = endpoint_data(people, name)
    yield first
    for rules in known_rule_sets(people) if name != "os" else ():
        if rules == first.rules or (rules == AS_REPORTED and not is_reported(people, name)):
            continue
        found = endpoint_data(people, name, rules=rules)
        if found.known.height:
            yield found


def _refused(code: str, what: str, missing: int) -> Refusal:
    return Refusal(
        id=make_id(TOPIC, what), label=_LABELS.get(what, what), code=code, n=0,
        missing=missing, method=METHOD, reference=REFERENCE,
    )  # fmt: skip


def _items(people: Cohort) -> Iterator[Result]:
    rules = people.plan.endpoint_rules
    if rules is not None and rules not in known_rule_sets(people):
        yield _refused("unknown-rule-set", rules, people.n)
        return
    for name in (x for x in available(people) if x in ENDPOINTS):
        if any(is_invented(people.codebook, f) for f in (f"{name}_days", name, "vital_status")):
            yield _refused("invented-endpoint", name, people.n)
            continue
        found = list(_rule_sets(people, name))
        if found[0].known.height < people.plan.min_group:
            yield _refused("too-few-known", name, people.n)
            continue
        for data in found:
            yield from _summary(people, data, data.rules)
        yield from _bounds(people, found[0])
        if name != "os" and len(found) == 1:
            yield _refused("events-not-dated", name, people.n)
    yield from _not_told(people)


def _not_told(people: Cohort) -> Iterator[Refusal]:
    """Endpoints of the plan that are not in the data, and bounds that nobody can give."""
    if not any(x in ENDPOINTS for x in available(people)):
        return
    for name in not_in_data(people, ENDPOINTS):
        yield _refused(reason(people, name), name, people.n)
    if not loss_recorded(people):
        yield _refused("loss-not-recorded", "bounds", people.n)


def endpoint_rules(cohort: Cohort) -> Analysis:
    """Would another definition of the endpoint, or another fate of the lost, change the answer?

    Events, median and shares at 1, 3 and 5 years of each endpoint among the carriers under the
    plan's rule set and every other that the data can follow (as reported, ELN 2022, ELN 2017,
    Xiong 2025, those of the study); and, where patients were lost to follow-up, with all of
    them counted as events when lost and with all of them event-free to the data cut-off.
    """
    carriers = cohort.carrying(cohort.plan.driver)
    people = carriers if carriers.n else cohort
    items = list(_items(people)) or [_refused("no-data", "os", people.n)]
    n = next((i.n for i in items if isinstance(i, Count)), 0)
    open_end = n and not people.has("cut_off_days") and people.plan.data_cut_off is None
    notes = (caution("no-cut-off", endpoint="every endpoint"),) if open_end else ()
    return Analysis(
        id=TOPIC,
        question="endpoint_rules",
        n=n,
        missing=people.n - n,
        items=tuple(items),
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
        cautions=notes,
    )
