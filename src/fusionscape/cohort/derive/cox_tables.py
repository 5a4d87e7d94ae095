"""Cox models of a cohort as tables: who is in, who was dropped by what, every row with its p."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from fusionscape import stats
from fusionscape.cohort.cohort import Cohort
from fusionscape.cohort.derive.covariates import Covariate, ObjectArray
from fusionscape.cohort.derive.endpoints import EndpointData
from fusionscape.cohort.derive.estimable import (
    NOT_ESTIMABLE,
    TOO_FEW,
    absurd_terms,
    few_in_terms,
    not_proportional,
    refused,
    too_few,
)
from fusionscape.results import (
    Caution,
    Fit,
    FitTest,
    FloatArray,
    Refusal,
    Term,
    caution,
)
from fusionscape.stats.cox_result import CoxFit
from fusionscape.stats.design import Design, DesignRow

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.intp]
Penalty = Literal["auto", "firth"]
METHOD = "Cox regression"
_PH = "proportional hazards: "
REFERENCE = "Cox 1972, doi:10.1111/j.2517-6161.1972.tb00899.x"


@dataclass(frozen=True, kw_only=True)
class Modelled:
    """A Cox model of some patients: the kernel's fit, the design and who is in it.

    `patient` says whose each row of the design is where a patient has several (intervals);
    None: a row a patient.
    """

    fit: CoxFit
    design: Design
    covariates: tuple[Covariate, ...]
    complete: BoolArray
    event: FloatArray
    left_out: tuple[Caution, ...]
    patient: IntArray | None = None

    @property
    def n(self) -> int:
        """Patients in the model."""
        return self.fit.n if self.patient is None else int(np.unique(self.patient).size)


def complete_cases(
    data: EndpointData, covariates: Sequence[Covariate], strata: ObjectArray | None = None
) -> BoolArray:
    """Per patient: true where endpoint, every covariate and the stratum are known."""
    keep = ~np.isnan(data.time)
    for covariate in covariates:
        keep &= covariate.known
    if strata is not None:
        keep &= strata != ""
    return keep


def dropped(
    data: EndpointData, covariates: Sequence[Covariate], strata: tuple[str, ObjectArray] | None
) -> tuple[tuple[str, int], ...]:
    """How many patients each unknown value cost, the endpoint first; a patient may count twice."""
    known = ~np.isnan(data.time)
    found = [(data.label, int((~known).sum()))]
    found += [(c.label, int((known & ~c.known).sum())) for c in covariates]
    if strata is not None:
        found.append((strata[0], int((known & (strata[1] == "")).sum())))
    return tuple((name, n) for name, n in found if n)


def model(
    data: EndpointData,
    covariates: Sequence[Covariate],
    *,
    level: float,
    strata: ObjectArray | None = None,
    penalty: Penalty = "auto",
) -> Modelled | None:
    """The Cox model of the complete cases; None where nothing can be estimated.

    Covariates that do not vary among the complete cases are left out and named.
    """
    complete = complete_cases(data, covariates, strata)
    inside = [c.only(complete) for c in covariates]
    used = [c for c in inside if c.varies()]
    notes = tuple(
        caution("covariate-constant", covariate=c.label) for c in inside if not c.varies()
    )
    event = data.status[complete]
    if not used or not event.any():
        return None
    design = stats.design_matrix(
        {c.label: c.values for c in used},
        levels={c.label: c.levels for c in used if c.levels},
        reference={c.label: c.levels[0] for c in used if c.levels},
    )
    fit = stats.cox(
        data.time[complete],
        event,
        design,
        entry=data.late_entry(complete),
        strata=None if strata is None else strata[complete].astype(str),
        penalty=penalty,
        level=level,
    )
    return Modelled(
        fit=fit, design=design, covariates=tuple(used), complete=complete, event=event,
        left_out=notes,
    )  # fmt: skip


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _term(row: DesignRow, name: str, found: Modelled, events: int) -> Term:
    members = found.design.members(row)
    whose = found.patient
    inside = int(members.sum()) if whose is None else int(np.unique(whose[members]).size)
    empty = Term(
        name=row.name, variable=name, level_label=row.level_label, n=inside, events=events,
        coef=None, se=None, ratio=None, ratio_low=None, ratio_high=None, p=None,
        reference_row=row.reference_row,
    )  # fmt: skip
    if row.column is None:
        return empty
    fit, i = found.fit, row.column
    return replace(
        empty,
        coef=_number(fit.coef[i]),
        se=_number(fit.se[i]),
        ratio=_number(fit.hazard_ratio[i]),
        ratio_low=_number(fit.hr_low[i]),
        ratio_high=_number(fit.hr_high[i]),
        p=_number(fit.p[i]),
        monotone=fit.monotone[i] if fit.penalty is None else None,
    )


def terms_of(found: Modelled) -> tuple[Term, ...]:
    """Every row of the design, reference rows included, with patients and events."""
    names = {c.label: c.name for c in found.covariates}
    events = found.design.events(found.event)
    return tuple(
        _term(row, names[row.variable], found, n)
        for row, n in zip(found.design.rows, events, strict=True)
    )


def _proportional(found: Modelled) -> Iterator[FitTest]:
    """Whether hazard ratios change over time, per covariate and for all at once."""
    if np.isnan(found.fit.coef).all():
        return
    test = stats.ph_test(found.fit)
    for term, statistic, df, p in zip(
        test.terms, test.statistic.tolist(), test.df.tolist(), test.p.tolist(), strict=True
    ):
        if math.isfinite(statistic) and math.isfinite(p):
            yield FitTest(name=f"{_PH}{term}", statistic=statistic, df=float(df), p=p)


def _doubted(tests: Sequence[FitTest], model: str) -> tuple[Caution, ...]:
    """The tests of proportional hazards that speak against it, each as a caution."""
    return not_proportional(((t.name.removeprefix(_PH), t.p) for t in tests), model=model)


def _concordance(found: Modelled) -> float | None:
    if np.isnan(found.fit.coef).all():
        return None
    value = float(stats.fit_concordance(found.fit).concordance)
    return value if math.isfinite(value) else None


def with_family(fit: Fit, family: str, *, method: Literal["holm", "bh"]) -> Fit:
    """The same table with the p values of its terms adjusted as one family."""
    places = [i for i, t in enumerate(fit.terms) if t.p is not None]
    if not places:
        return fit
    adjusted = stats.adjust([fit.terms[i].p for i in places], method=method)
    terms = list(fit.terms)
    for i, p in zip(places, adjusted.p_adjusted.tolist(), strict=True):
        terms[i] = replace(terms[i], p_adjusted=p)
    return replace(
        fit,
        terms=tuple(terms),
        family=family,
        adjustment=adjusted.method,
        family_size=len(places),
    )


def fit_table(
    cohort: Cohort,
    data: EndpointData,
    covariates: Sequence[Covariate],
    *,
    stable_id: str,
    label: str,
    family: str,
    strata: tuple[str, ObjectArray] | None = None,
    cautions: tuple[Caution, ...] = (),
) -> Fit | Refusal:
    """One multivariable Cox model: rows, tests, proportional hazards, concordance, the dropped.

    Where a covariate orders all events (separation) the whole table is penalised by Firth and
    says so. A model is refused where nothing varies (``model-not-estimable``), where it asks
    more than the events can tell (``too-few-events``) and where what came out is no estimate
    (``not-estimable``).
    """
    labels = None if strata is None else strata[1]
    found = model(data, covariates, level=cohort.plan.level, strata=labels)
    if found is None:
        return Refusal(
            id=stable_id, label=label, code="model-not-estimable", n=0, missing=cohort.n,
            method=METHOD, reference=REFERENCE,
        )  # fmt: skip
    return as_table(
        cohort, data, found, stable_id=stable_id, label=label, family=family,
        dropped_by=dropped(data, covariates, strata), strata=strata, cautions=cautions,
    )  # fmt: skip


def as_table(
    cohort: Cohort,
    data: EndpointData,
    found: Modelled,
    *,
    stable_id: str,
    label: str,
    family: str,
    dropped_by: tuple[tuple[str, int], ...],
    strata: tuple[str, ObjectArray] | None = None,
    cautions: tuple[Caution, ...] = (),
) -> Fit | Refusal:
    """A fitted model as a table, or the refusal it deserves."""
    fit, n, level = found.fit, found.n, cohort.plan.level
    counts = {"n": n, "events": fit.events, "missing": cohort.n - n}
    if too_few(n=n, events=fit.events, parameters=len(found.design.names)):
        return refused(TOO_FEW, stable_id, label, **counts)
    hazards = tuple(_proportional(found))
    table = Fit(
        id=stable_id,
        label=label,
        scale="hazard ratio",
        endpoint=data.endpoint,
        n=n,
        events=fit.events,
        missing=cohort.n - n,
        terms=terms_of(found),
        tests=(*fit.tests, *hazards),
        dropped=dropped_by,
        events_per_variable=fit.events_per_variable,
        loglik=fit.loglik if fit.penalised_loglik is None else fit.penalised_loglik,
        concordance=_concordance(found),
        penalty=fit.penalty,
        ties=fit.ties,
        strata=() if strata is None else (strata[0],),
        adjusted_for=tuple(c.name for c in found.covariates),
        level=level,
        method=fit.method,
        reference=fit.reference,
        synthetic=cohort.synthetic,
        cautions=(*fit.cautions, *found.left_out, *cautions, *_doubted(hazards, label)),
    )
    if absurd_terms(table):
        return refused(NOT_ESTIMABLE, stable_id, label, **counts)
    table = replace(table, cautions=(*table.cautions, *few_in_terms(table)))
    return with_family(table, family, method="holm")
