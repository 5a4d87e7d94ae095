"""Cox models in which an exposure begins on its day, alone or beside baseline covariates."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from fusionscape import stats
from fusionscape.cohort.derive.covariates import Covariate
from fusionscape.cohort.derive.cox_tables import BoolArray, Modelled
from fusionscape.cohort.derive.estimable import NOT_ESTIMABLE, TOO_FEW, absurd, too_few
from fusionscape.cohort.derive.estimable import refused as no_ratio
from fusionscape.cohort.derive.followed import Followed
from fusionscape.results import Caution, Estimate, Refusal, caution
from fusionscape.stats.cox_result import CoxFit
from fusionscape.stats.moving_exposure import episodes

# How the two states of an exposure are called, the reference first.
LEVELS = ("not, or not yet", "from its day on")


def complete_covariates(here: Followed, covariates: Sequence[Covariate]) -> BoolArray:
    """Per patient of the cohort: followed, and every covariate known."""
    keep = here.kept.copy()
    for covariate in covariates:
        keep &= covariate.known
    return keep


def dropped_by(here: Followed, covariates: Sequence[Covariate]) -> tuple[tuple[str, int], ...]:
    """How many patients each unknown value cost; a patient may count twice."""
    label = f"{here.data.label} or the day of {here.exposure.inside}"
    found = [(label, here.missing)]
    found += [(c.label, int((here.kept & ~c.known).sum())) for c in covariates]
    return tuple((name, n) for name, n in found if n)


def moving_model(here: Followed, covariates: Sequence[Covariate]) -> Modelled | None:
    """The Cox model with the exposure from its day on, beside covariates known at baseline.

    Each patient gives one interval before the exposure and one after it; covariates keep their
    baseline value in both. Complete cases; None where nobody is exposed, or unexposed, or has
    the event among them. Covariates that do not vary are left out and named.
    """
    complete = complete_covariates(here, covariates)
    mine = complete[here.kept]
    inside = [c.only(complete) for c in covariates]
    used = [c for c in inside if c.varies()]
    notes = tuple(
        caution("covariate-constant", covariate=c.label) for c in inside if not c.varies()
    )
    if not here.event[mine].any():
        return None
    entry = None if here.entry is None else here.entry[mine]
    cut = episodes(here.time[mine], here.event[mine], here.day[mine], entry=entry)
    if not 0 < int(cut.exposed.sum()) < cut.exposed.size:
        return None
    states = LEVELS
    exposed = np.asarray([states[x] for x in cut.exposed.tolist()], dtype=object)
    rows = [_repeated(c, cut.patient) for c in used]
    design = stats.design_matrix(
        {here.exposure.label: exposed, **{c.label: c.values for c in rows}},
        levels={here.exposure.label: states, **{c.label: c.levels for c in rows if c.levels}},
        reference={
            here.exposure.label: states[0],
            **{c.label: c.levels[0] for c in rows if c.levels},
        },
    )
    event = cut.event.astype(np.float64)
    fit = stats.cox(
        cut.time, event, design, entry=np.maximum(cut.entry, -1.0),  # from the origin on
        level=here.cohort.plan.level,
    )  # fmt: skip
    own = Covariate(name=here.exposure.name, label=here.exposure.label, values=exposed)
    return Modelled(
        fit=fit, design=design, covariates=(own, *rows), complete=complete, event=event,
        left_out=(*notes, *cut.cautions), patient=cut.patient,
    )  # fmt: skip


def _repeated(covariate: Covariate, patient: np.ndarray) -> Covariate:
    """The covariate along the intervals, each with its patient's value."""
    return Covariate(
        name=covariate.name, label=covariate.label, values=covariate.values[patient],
        levels=covariate.levels,
    )  # fmt: skip


def ratio_of(
    here: Followed, fit: CoxFit, stable_id: str, *, label: str, n: int,
    family: str | None, method: str, cautions: tuple[Caution, ...],
) -> Iterator[Estimate | Refusal]:  # fmt: skip
    """The first ratio of a fit; without a family it carries no p: it answers no honest question."""
    missing = here.asked - n
    ratio, low, high = (float(x[0]) for x in (fit.hazard_ratio, fit.hr_low, fit.hr_high))
    if too_few(n=n, events=fit.events):
        yield no_ratio(TOO_FEW, stable_id, label, n=n, events=fit.events, missing=missing)
        return
    if not math.isfinite(ratio) or absurd(ratio, low, high):
        yield no_ratio(NOT_ESTIMABLE, stable_id, label, n=n, events=fit.events, missing=missing)
        return
    yield Estimate(
        id=stable_id,
        label=label,
        scale="hazard ratio",
        estimate=ratio,
        se=float(fit.se[0]),
        ci_low=low,
        ci_high=high,
        level=fit.level,
        ci_method=fit.ci_method,
        p=float(fit.p[0]) if family else None,
        p_method=fit.method if family else None,
        family=family,
        n=n,
        missing=missing,
        events=fit.events,
        exposure=here.exposure.label,
        comparator=f"no {here.exposure.inside}",
        endpoint=here.data.endpoint,
        method=method,
        reference=fit.reference,
        synthetic=here.cohort.synthetic,
        cautions=(*fit.cautions, *cautions),
    )
