"""Where the patients are at each time: alive, in remission, transplanted, relapsed, dead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from fusionscape import stats
from fusionscape.cohort import Cohort
from fusionscape.cohort.derive import curves as shown
from fusionscape.cohort.derive.endpoints import (
    AS_REPORTED,
    EndpointData,
    chosen_rules,
    endpoint_data,
    known_rule_sets,
    study_rules,
)
from fusionscape.cohort.derive.invented import is_invented
from fusionscape.cohort.derive.patient_courses import patient_courses, undated
from fusionscape.knowledge.endpoints import first_remission
from fusionscape.results import Analysis, Estimate, Refusal, Result, caution, make_id
from fusionscape.stats.multistate import Occupation

TOPIC = "multistate"
METHOD = "Aalen-Johansen estimate of state occupation; the state is the latest milestone reached"
REFERENCE = "Aalen & Johansen 1978, Scand J Stat 5:141-150"
INITIAL = "diagnosis, no remission yet"


def _milestones(people: Cohort) -> dict[str, np.ndarray]:
    """Days of remission, transplant and relapse; nan for never or undated."""
    name = chosen_rules(people)
    rules = study_rules(people, "eln2022" if name == AS_REPORTED else name)
    found: dict[str, list[float]] = {"remission": [], "transplant": [], "relapse": []}
    for course in patient_courses(people).values():
        days = (first_remission(course, rules), course.transplant, course.relapse)
        for state, day in zip(found, days, strict=True):
            found[state].append(np.nan if day is None else day)
    arrays = {state: np.asarray(days, dtype=np.float64) for state, days in found.items()}
    return {state: days for state, days in arrays.items() if not np.isnan(days).all()}


def _states(
    people: Cohort, data: EndpointData, milestones: dict[str, np.ndarray]
) -> Iterator[Result]:
    lost = frozenset().union(*(who for who in undated(people).values()))
    dated = np.asarray([who not in lost for who in people.patients["patient_id"].to_list()])
    keep = ~np.isnan(data.time) & dated
    if not keep.any():
        return
    moves = stats.transitions(
        data.time[keep], data.status[keep],
        {state: days[keep] for state, days in milestones.items()}, initial=INITIAL,
    )  # fmt: skip
    if not moves.patient.size:  # nobody has any follow-up
        return
    fit = stats.occupation(moves, times=shown.horizon_days(people.plan), level=people.plan.level)
    for curve in fit.curves:
        name = curve.label
        yield replace(
            curve, id=make_id(TOPIC, "os", name), label=f"In the state: {name}", endpoint="os",
            rules=data.rules, missing=people.n - int(keep.sum()), synthetic=people.synthetic,
        )  # fmt: skip
    for column, name in enumerate(fit.states):
        for row, year in enumerate(people.plan.survival_years):
            if np.isnan(fit.probability[row, column]):
                continue
            yield _share(people, fit, name, (row, column), year)


def _share(
    people: Cohort, fit: Occupation, name: str, at: tuple[int, int], year: float
) -> Estimate:
    low, high = float(fit.ci_low[at]), float(fit.ci_high[at])
    return Estimate(
        id=make_id(TOPIC, "os", name, shown.year_name(year)),
        label=f"{name} at {shown.at_years(year)}",
        scale="probability",
        estimate=float(fit.probability[at]),
        se=float(fit.std_err[at]),
        ci_low=None if np.isnan(low) else low,
        ci_high=None if np.isnan(high) else high,
        level=fit.level,
        ci_method=fit.conf_type,
        n=fit.n,
        missing=people.n - fit.n,
        group=name,
        endpoint="os",
        method=fit.method,
        reference=fit.reference,
        synthetic=people.synthetic,
    )


def multistate(cohort: Cohort) -> Analysis:
    """Which share of the carriers is in remission, transplanted, relapsed or dead, and when?

    State occupation by Aalen-Johansen from dated remissions, transplants, relapses and deaths;
    the state of a patient is the latest milestone reached. Without a dated milestone there is
    nothing to show (``no-data``).
    """
    carriers = cohort.carrying(cohort.plan.driver)
    people = carriers if carriers.n else cohort
    rules = cohort.plan.endpoint_rules
    usable = rules is None or rules in known_rule_sets(cohort)
    milestones = _milestones(people) if usable else {}
    data = endpoint_data(people, "os") if usable and "os" in cohort.plan.endpoints else None
    items: list[Result] = []
    code = "no-data" if usable else "unknown-rule-set"
    if any(is_invented(cohort.codebook, f) for f in ("os_days", "os", "vital_status")):
        code = "invented-endpoint" if milestones else "no-data"
    elif milestones and data is not None and data.known.height:
        if (data.entry > 0).any():
            code = "entry-not-supported"
        else:
            items = list(_states(people, data, milestones))
            code = "nobody-at-risk"
    if not items:
        items = [
            Refusal(
                id=make_id(TOPIC, "os"), label="States over time", code=code, n=0,
                missing=people.n, method=METHOD, reference=REFERENCE,
            )
        ]  # fmt: skip
    n = next((int(i.n) for i in items if isinstance(i, Estimate)), 0)
    absent = [s for s in ("remission", "transplant", "relapse") if s not in milestones]
    notes = (caution("milestones-undated", states=", ".join(absent)),) if n and absent else ()
    return Analysis(
        id=TOPIC,
        question="multistate",
        n=n,
        missing=people.n - n,
        items=tuple(items),
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
        cautions=notes,
    )
