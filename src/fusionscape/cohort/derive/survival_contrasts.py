"""Two groups or more held against each other: restricted means, and a hazard ratio."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fusionscape import stats
from fusionscape.cohort.cohort import Cohort
from fusionscape.cohort.derive.endpoints import EndpointData
from fusionscape.cohort.derive.estimable import (
    FEWEST_EVENTS,
    NOT_ESTIMABLE,
    TOO_FEW,
    absurd,
    not_proportional,
    refused,
    too_few,
)
from fusionscape.cohort.derive.survival_groups import SurvivalGroups
from fusionscape.results import (
    Caution,
    Estimate,
    FloatArray,
    InputError,
    Refusal,
    caution,
    make_id,
)
from fusionscape.stats.cox_result import CoxFit

ObjectArray = npt.NDArray[np.object_]


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The patients of one grouping whose endpoint is known, as arrays."""

    time: FloatArray
    event: FloatArray
    entry: FloatArray | None
    group: ObjectArray
    missing: int = 0

    @classmethod
    def of(cls, data: EndpointData, groups: SurvivalGroups) -> Sample:
        """Patients with a group and a known endpoint; `missing` are the others asked about."""
        group = groups.array()
        keep = (group != "") & ~np.isnan(data.time)
        return cls(
            missing=int((groups.population() & data.concerned & ~keep).sum()),
            time=data.time[keep],
            event=data.status[keep],
            entry=data.late_entry(keep),
            group=group[keep],
        )

    def only(self, levels: tuple[str, ...]) -> Sample:
        """The patients of these groups."""
        keep = np.isin(self.group, np.asarray(levels, dtype=object))
        return Sample(
            time=self.time[keep],
            event=self.event[keep],
            entry=None if self.entry is None else self.entry[keep],
            group=self.group[keep],
            missing=self.missing,
        )

    def size(self, level: str) -> int:
        """Patients of a group."""
        return int((self.group == level).sum())


def restricted_means(
    cohort: Cohort,
    data: EndpointData,
    groups: SurvivalGroups,
    sample: Sample,
    parts: tuple[str, ...],
) -> Iterator[Estimate | Refusal]:
    """Life-time lived up to tau: each group against the first."""
    levels = [level for level in groups.levels if sample.size(level)]
    codes = {level: f"{i:02d}" for i, level in enumerate(levels)}
    coded = np.asarray([codes[g] for g in sample.group.tolist()])
    try:
        fit = stats.rmst(
            sample.time, sample.event, group=coded, entry=sample.entry, level=cohort.plan.level
        )
    except InputError as error:
        yield _no_mean(data, groups, sample, parts, error.findings[0].code)
        return
    if not all(mean.events for mean in fit.groups):
        yield _no_mean(data, groups, sample, parts, "group-without-events")
        return
    notes = tuple(
        caution("few-events-wald", group=level, n=int(mean.events))
        for mean, level in zip(fit.groups, levels, strict=True)
        if mean.events < FEWEST_EVENTS
    )
    for contrast, level in zip(fit.contrasts, levels[1:], strict=True):
        yield Estimate(
            id=make_id(*parts, "restricted-mean", level),
            label=f"Mean {data.label.lower()} up to {fit.tau:g} days, {level} against {levels[0]}",
            scale="days",
            estimate=contrast.difference,
            se=contrast.se,
            ci_low=contrast.low,
            ci_high=contrast.high,
            level=fit.level,
            p=contrast.p,
            p_method="Wald test of the difference",
            family=f"restricted means by {groups.label}, {data.label.lower()}",
            n=sample.size(level) + sample.size(levels[0]),
            missing=sample.missing,
            exposure=level,
            comparator=levels[0],
            endpoint=data.endpoint,
            method=f"{fit.method}; tau {fit.tau:g} days, {fit.tau_rule}",
            reference=fit.reference,
            synthetic=cohort.synthetic,
            cautions=(*fit.cautions, *notes, *groups.cautions),
        )


def _no_mean(
    data: EndpointData, groups: SurvivalGroups, sample: Sample, parts: tuple[str, ...], code: str
) -> Refusal:
    return Refusal(
        id=make_id(*parts, "restricted-mean"),
        label=f"Restricted mean of {data.label.lower()} by {groups.label}",
        code=code,
        n=0,
        missing=int(sample.time.size),
        method="Restricted mean survival time",
        reference="Royston & Parmar 2013, doi:10.1186/1471-2288-13-152",
    )


def hazard_ratio(
    cohort: Cohort,
    data: EndpointData,
    groups: SurvivalGroups,
    sample: Sample,
    parts: tuple[str, ...],
) -> Iterator[Estimate | Refusal]:
    """The hazard ratio of two groups; its p is that of the log-rank test beside it."""
    comparator, exposure = groups.levels
    stable_id = make_id(*parts, "hazard-ratio")
    label = f"{data.label}, {exposure} against {comparator}"
    n, events = int(sample.time.size), int(sample.event.sum())
    if too_few(n=n, events=events):
        yield refused(TOO_FEW, stable_id, label, n=n, events=events, missing=sample.missing)
        return
    exposed = (sample.group == exposure).astype(np.float64)
    fit = stats.cox(
        sample.time, sample.event, exposed[:, None], entry=sample.entry, names=[exposure],
        level=cohort.plan.level,
    )  # fmt: skip
    ratio, low, high = (float(x[0]) for x in (fit.hazard_ratio, fit.hr_low, fit.hr_high))
    if not math.isfinite(ratio) or absurd(ratio, low, high):
        yield refused(NOT_ESTIMABLE, stable_id, label, n=n, events=events, missing=sample.missing)
        return
    yield Estimate(
        id=stable_id,
        label=label,
        scale="hazard ratio",
        estimate=float(fit.hazard_ratio[0]),
        ci_low=float(fit.hr_low[0]),
        ci_high=float(fit.hr_high[0]),
        level=fit.level,
        ci_method=fit.ci_method,
        n=fit.n,
        missing=sample.missing,
        events=fit.events,
        exposure=exposure,
        comparator=comparator,
        endpoint=data.endpoint,
        method=fit.method,
        reference=fit.reference,
        synthetic=cohort.synthetic,
        cautions=(*fit.cautions, *_hazards(fit, label), *groups.cautions),
    )


def _hazards(fit: CoxFit, model: str) -> tuple[Caution, ...]:
    """A caution where the ratio of the two hazards seems to change over time."""
    test = stats.ph_test(fit)
    return not_proportional(zip(test.terms[:1], test.p.tolist()[:1], strict=True), model=model)
