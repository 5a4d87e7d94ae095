"""How long patients live, and how long without relapse, overall and by group."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from fusionscape.cohort import Cohort
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
from fusionscape.cohort.derive.group_survival import (
    METHOD,
    REFERENCE,
    compared,
    everybody_together,
)
from fusionscape.cohort.derive.guard import refusal
from fusionscape.cohort.derive.invented import is_invented
from fusionscape.cohort.derive.survival_groups import survival_groups, wanted_groupings
from fusionscape.results import (
    Analysis,
    Curve,
    Refusal,
    Result,
    caution,
    make_id,
)

TOPIC = "survival"
ENDPOINTS = ("os", "efs", "rfs")


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
    head = (TOPIC, data.endpoint)
    yield from everybody_together(cohort, data, inside, head)
    for one in groups:
        yield from compared(cohort, data, one, head)


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
