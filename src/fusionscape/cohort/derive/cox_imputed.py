"""The pre-declared Cox model with its unknown covariates imputed, beside the complete cases."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from fusionscape import stats
from fusionscape.cohort.cohort import Cohort
from fusionscape.cohort.derive.covariates import Covariate
from fusionscape.cohort.derive.cox_tables import BoolArray, with_family
from fusionscape.cohort.derive.endpoints import EndpointData
from fusionscape.cohort.derive.estimable import (
    NOT_ESTIMABLE,
    TOO_FEW,
    absurd_terms,
    few_in_terms,
    refused,
    too_few,
)
from fusionscape.results import Fit, InputError, Refusal, Term, caution
from fusionscape.stats.cox_result import CoxFit
from fusionscape.stats.design import Design, DesignRow
from fusionscape.stats.multiple_imputation import Completed
from fusionscape.stats.rubin import Pooled

MOSTLY = 0.5


def imputed_table(
    cohort: Cohort, data: EndpointData, covariates: Sequence[Covariate], *,
    stable_id: str, label: str, family: str,
) -> Fit | Refusal:  # fmt: skip
    """The model of everybody with a known endpoint, unknown covariates drawn `imputations` times.

    Outcomes are never imputed. Where a completed data set lets one covariate order all events,
    all of them are fitted with Firth's penalty. Refused where nothing is unknown
    (``nothing-to-impute``), where events are too few, and where what comes out is no estimate.
    """
    keep = ~np.isnan(data.time)
    used = [c for c in (c.only(keep) for c in covariates) if c.varies()]
    n, events = int(keep.sum()), int((data.status[keep] == 1).sum())
    counts = {"n": n, "events": events, "missing": cohort.n - n}
    if not used or all(c.known.all() for c in used):
        return refused("nothing-to-impute", stable_id, label, **counts)
    if too_few(n=n, events=events, parameters=_parameters(used)):
        return refused(TOO_FEW, stable_id, label, **counts)
    completed = stats.impute(
        {c.label: c.values for c in used}, data.time[keep], data.status[keep],
        entry=data.late_entry(keep), imputations=cohort.plan.imputations, seed=cohort.plan.seed,
    )  # fmt: skip
    designs = [_design(used, one) for one in completed.sets]
    fits = _fits(cohort, data, keep, designs)
    try:
        pooled = stats.pool_imputations(
            [f.coef for f in fits], [f.se**2 for f in fits],
            complete_df=max(1, events - len(designs[0].names)), level=cohort.plan.level,
        )  # fmt: skip
    except InputError:
        return refused(NOT_ESTIMABLE, stable_id, label, **counts)
    table = _table(cohort, data, used, completed, fits, pooled, designs[0], keep)
    table = replace(table, id=stable_id, label=label)
    if absurd_terms(table):
        return refused(NOT_ESTIMABLE, stable_id, label, **counts)
    return with_family(
        replace(table, cautions=(*table.cautions, *few_in_terms(table))), family, method="holm"
    )


def _parameters(used: Sequence[Covariate]) -> int:
    return sum(max(1, len(c.levels) - 1) for c in used)


def _design(used: Sequence[Covariate], values: object) -> Design:
    columns: dict[str, np.ndarray] = {c.label: values[c.label] for c in used}  # type: ignore[index]
    found: Design = stats.design_matrix(
        columns,
        levels={c.label: c.levels for c in used if c.levels},
        reference={c.label: c.levels[0] for c in used if c.levels},
    )
    return found


def _fits(
    cohort: Cohort, data: EndpointData, keep: BoolArray, designs: Sequence[Design]
) -> list[CoxFit]:
    """A fit a completed data set, all by the same estimator."""

    def fit(design: Design, penalty: str) -> CoxFit:
        found: CoxFit = stats.cox(
            data.time[keep], data.status[keep], design, entry=data.late_entry(keep),
            penalty=penalty, level=cohort.plan.level,
        )  # fmt: skip
        return found

    fits = [fit(d, "auto") for d in designs]
    if any(f.penalty == "firth" for f in fits):
        fits = [f if f.penalty == "firth" else fit(d, "firth")
                for f, d in zip(fits, designs, strict=True)]  # fmt: skip
    return fits


def _term(row: DesignRow, covariate: Covariate, happened: np.ndarray, empty: Term) -> Term:
    """Patients and events counted in what was observed, never in what was drawn."""
    inside = covariate.known if covariate.is_measurement else covariate.values == row.level_label
    return replace(empty, n=int(inside.sum()), events=int(happened[inside].sum()))


def _terms(
    used: Sequence[Covariate], fits: Sequence[CoxFit], pooled: Pooled, design: Design,
    happened: np.ndarray,
) -> list[Term]:  # fmt: skip
    names = {c.label: c for c in used}
    out = []
    for row in design.rows:
        term = Term(
            name=row.name, variable=names[row.variable].name, level_label=row.level_label, n=0,
            events=0, coef=None, se=None, ratio=None, ratio_low=None, ratio_high=None, p=None,
            reference_row=row.reference_row,
        )  # fmt: skip
        term = _term(row, names[row.variable], happened, term)
        i = row.column
        if i is not None:
            df = float(pooled.df[i])
            term = replace(
                term,
                coef=float(pooled.estimate[i]), se=float(pooled.se[i]),
                ratio=math.exp(pooled.estimate[i]), ratio_low=math.exp(pooled.ci_low[i]),
                ratio_high=math.exp(pooled.ci_high[i]), p=float(pooled.p[i]),
                df=None if math.isinf(df) else df,
                missing_information=float(pooled.missing_information[i]),
                monte_carlo_error=float(pooled.monte_carlo_error[i]),
                imputed=tuple(float(f.coef[i]) for f in fits),
            )  # fmt: skip
        out.append(term)
    return out


def _table(
    cohort: Cohort, data: EndpointData, used: Sequence[Covariate], completed: Completed,
    fits: Sequence[CoxFit], pooled: Pooled, design: Design, keep: BoolArray,
) -> Fit:  # fmt: skip
    first, n = fits[0], int(keep.sum())
    drawn = {name: k for name, k in completed.drawn.items() if k}
    told = "; ".join(f"{name}: {k} of {n}" for name, k in drawn.items())
    notes = [
        caution(
            "values-imputed",
            values=told,
            imputations=pooled.imputations,
            seed=str(completed.seed),  # a name of the draws, not a number to be grouped
        )
    ]
    notes += [
        caution("mostly-imputed", covariate=name, n=k, of=n)
        for name, k in drawn.items()
        if k > MOSTLY * n
    ]
    if first.penalty == "firth":
        notes.append(caution("imputed-and-penalised"))
    unknown = int((~keep).sum())
    return Fit(
        id="", label="", scale="hazard ratio", endpoint=data.endpoint, n=n, events=first.events,
        missing=cohort.n - n,
        terms=tuple(_terms(used, fits, pooled, design, data.status[keep] == 1)),
        tests=(), dropped=((data.label, unknown),) if unknown else (),
        events_per_variable=first.events_per_variable, loglik=None, concordance=None,
        penalty=first.penalty, ties=first.ties, imputations=pooled.imputations,
        adjusted_for=tuple(c.name for c in used), level=cohort.plan.level,
        method=f"{first.method.partition(';')[0]}; {completed.method.lower()}; {pooled.method}",
        reference=f"{completed.reference}; {pooled.reference}", synthetic=cohort.synthetic,
        cautions=tuple(notes),
    )  # fmt: skip
