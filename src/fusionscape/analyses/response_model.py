"""Remission and several characteristics at once: Firth logistic regression."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from fusionscape import stats
from fusionscape.cohort import Cohort
from fusionscape.cohort.derive.covariates import STEPS
from fusionscape.cohort.derive.cox_tables import with_family
from fusionscape.cohort.derive.grouping import carriers_of, comparison_groups
from fusionscape.cohort.derive.invented import is_invented
from fusionscape.cohort.derive.responses import Endpoint, endpoints
from fusionscape.cohort.derive.variables import Variable, baseline_variables
from fusionscape.results import (
    Analysis,
    Caution,
    Fit,
    FitTest,
    FloatArray,
    Refusal,
    Term,
    caution,
    make_id,
)
from fusionscape.stats.logistic_regression import LogisticFit

TOPIC = "response_model"
METHOD = "Logistic regression with Firth's penalty; profile intervals and likelihood-ratio p"
REFERENCE = "Heinze G, Schemper M. Stat Med 2002;21:2409. doi:10.1002/sim.1047"
_DEFAULT = ("age_years", "wbc_10e9_l", "lesion:FLT3-ITD", "lesion:WT1")
# fewer of the rarer outcome per column than this and the penalty is all that is estimated
_EVENTS_PER_COLUMN = 2


@dataclass(frozen=True, kw_only=True)
class Covariate:
    """One column of the model; categories are several columns against `reference`."""

    name: str
    variable: str
    values: FloatArray
    level_label: str | None = None
    reference: str | None = None


def _partner(carriers: Cohort) -> Iterator[Covariate]:
    """Every other partner kept apart against the most frequent one, the reference."""
    groups = comparison_groups(carriers, "partner")
    if len(groups.levels) < 2 or groups.n - groups.sizes[0] < carriers.plan.min_group:
        return
    ordered = sorted(groups.levels, key=lambda x: (-groups.size(x), x))
    named = [x for x in ordered if not x.startswith("other ")]
    reference = named[0] if named else ordered[0]
    for level in groups.levels:
        if level != reference:
            yield Covariate(
                name=level,
                variable="partner",
                values=groups.mask(level).astype(np.float64),
                level_label=level,
                reference=reference,
            )


def _columns(variable: Variable) -> Iterator[Covariate]:
    if variable.kind != "category":
        per, name = STEPS.get(variable.name, (1.0, variable.label))
        values = variable.values.cast(pl.Float64).to_numpy().astype(np.float64) / per
        yield Covariate(name=name, variable=variable.name, values=values)
        return
    sizes = variable.values.drop_nulls().value_counts()
    counts = dict(sizes.iter_rows())
    levels = sorted(counts, key=lambda level: (-counts[level], level))
    known = variable.values.is_not_null().to_numpy()
    for level in levels[1:]:
        on = (variable.values == level).fill_null(False).to_numpy().astype(np.float64)
        yield Covariate(
            name=f"{variable.label}: {level}",
            variable=variable.name,
            values=np.where(known, on, np.nan),
            level_label=level,
            reference=levels[0],
        )


def _wanted(cohort: Cohort) -> tuple[str, ...]:
    return cohort.plan.covariates or _DEFAULT


def _allowed(carriers: Cohort) -> tuple[list[Variable], list[Caution]]:
    """Variables asked for, less those of unknown or later timing and those invented."""
    by_name = {v.name: v for v in baseline_variables(carriers)}
    kept, notes = [], []
    for name in _wanted(carriers):
        variable = by_name.get(name) or by_name.get(f"lesion:{name}")
        if variable is None:
            if carriers.plan.covariates and name != "partner":
                notes.append(caution("covariate-not-found", covariate=name))
        elif variable.invented or is_invented(carriers.codebook, variable.codebook_name):
            notes.append(caution("invented-variable", variable=variable.label))
        elif variable.timing != "baseline":
            notes.append(
                caution("timing-not-baseline", variable=variable.label, timing=variable.timing)
            )
        else:
            kept.append(variable)
    return kept, notes


def _usable(columns: list[Covariate], outcome: FloatArray) -> list[Covariate]:
    """Columns that vary among the patients whose outcome is known."""
    here = ~np.isnan(outcome)
    return [c for c in columns if len(set(c.values[here & ~np.isnan(c.values)].tolist())) > 1]


def _terms(
    fit: LogisticFit, columns: list[Covariate], outcome: FloatArray, complete: np.ndarray
) -> Iterator[Term]:
    shown: set[str] = set()
    for i, column in enumerate(columns):
        if column.reference is not None and column.variable not in shown:
            shown.add(column.variable)
            yield _reference(column, columns, outcome, complete)
        inside = complete & (column.values == 1) if column.level_label else complete
        direction = fit.separated[i]
        yield Term(
            name=column.name,
            variable=column.variable,
            level_label=column.level_label,
            n=int(inside.sum()),
            events=int(outcome[inside].sum()),
            coef=float(fit.coef[i]),
            se=float(fit.se[i]),
            ratio=float(fit.odds_ratio[i]),
            ratio_low=float(fit.or_low[i]),
            ratio_high=float(fit.or_high[i]),
            p=float(fit.p[i]),
            monotone={1: "increasing", -1: "decreasing"}.get(direction),
        )


def _reference(
    column: Covariate, columns: list[Covariate], outcome: FloatArray, complete: np.ndarray
) -> Term:
    others = [c.values == 1 for c in columns if c.variable == column.variable]
    inside = complete & ~np.any(others, axis=0)
    return Term(
        name=f"{column.reference} (reference)",
        variable=column.variable,
        level_label=column.reference,
        n=int(inside.sum()),
        events=int(outcome[inside].sum()),
        coef=None,
        se=None,
        ratio=None,
        ratio_low=None,
        ratio_high=None,
        p=None,
        reference_row=True,
    )


def _outcome(carriers: Cohort, endpoint: Endpoint) -> FloatArray:
    evaluable = carriers.plan.headline_response == "evaluable"
    inside = endpoint.evaluable if evaluable else endpoint.entered
    flags = pl.select(pl.when(inside).then(endpoint.success()).otherwise(None)).to_series()
    return flags.cast(pl.Float64).to_numpy().astype(np.float64)


def _dropped(columns: list[Covariate], outcome: FloatArray) -> tuple[tuple[str, int], ...]:
    judged = ~np.isnan(outcome)
    lost = {c.variable: int((judged & np.isnan(c.values)).sum()) for c in columns}
    return tuple((name, n) for name, n in lost.items() if n)


def _affordable(
    columns: list[Covariate], outcome: FloatArray
) -> tuple[list[Covariate], tuple[Caution, ...]]:
    """The first columns, as declared, that the rarer outcome can carry; the rest are named."""
    known = outcome[~np.isnan(outcome)]
    rarer = int(min(known.sum(), len(known) - known.sum()))
    kept = columns[: max(1, rarer // _EVENTS_PER_COLUMN)]
    left = columns[len(kept) :]
    if not left:
        return kept, ()
    names = ", ".join(c.name for c in left)
    note = caution("too-many-covariates", events=rarer, variables=len(columns), left_out=names)
    return kept, (note,)


def _settled(outcome: FloatArray, matrix: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The patients in an order of their values, so that their names change no digit."""
    order = np.lexsort((*matrix.T, outcome))
    return outcome[order], matrix[order]


def _fit(carriers: Cohort, endpoint: Endpoint, variables: list[Variable]) -> Fit | None:
    outcome = _outcome(carriers, endpoint)
    columns = [*_partner(carriers), *(c for v in variables for c in _columns(v))]
    columns, notes = _affordable(_usable(columns, outcome), outcome)
    if not columns:
        return None
    matrix = np.column_stack([c.values for c in columns])
    complete = ~np.isnan(outcome) & ~np.isnan(matrix).any(axis=1)
    events = int(outcome[complete].sum())
    if not 0 < events < complete.sum():
        return None
    names, level = [c.name for c in columns], carriers.plan.level
    try:
        fit = stats.logistic(*_settled(outcome, matrix), penalty="firth", names=names, level=level)
    except ValueError:  # collinear among complete cases: nothing can be estimated
        return None
    found = _reported(carriers, endpoint, fit, columns, outcome=outcome, complete=complete)
    found = _as_family(found, make_id(TOPIC, endpoint.name))
    return replace(found, cautions=(*found.cautions, *notes))


def _as_family(fit: Fit, family: str) -> Fit:
    """The p of the terms as one Holm family; of a single term there is nothing to adjust."""
    if sum(term.p is not None for term in fit.terms) > 1:
        return with_family(fit, family, method="holm")
    return replace(fit, family=family, family_size=1)


def _reported(
    carriers: Cohort,
    endpoint: Endpoint,
    fit: LogisticFit,
    columns: list[Covariate],
    *,
    outcome: FloatArray,
    complete: np.ndarray,
) -> Fit:
    rarer = min(fit.events, fit.n - fit.events)
    tests = (FitTest(name="likelihood ratio", statistic=fit.statistic, df=fit.df, p=fit.model_p),)
    return Fit(
        id=make_id(TOPIC, endpoint.name),
        label=endpoint.label,
        scale="odds ratio",
        endpoint=endpoint.name,
        n=fit.n,
        events=fit.events,
        missing=carriers.n - fit.n,
        terms=tuple(_terms(fit, columns, outcome, complete)),
        tests=tests if math.isfinite(fit.statistic) else (),
        dropped=_dropped(columns, outcome),
        events_per_variable=rarer / len(columns),
        loglik=fit.loglik,
        concordance=None,
        penalty=fit.penalty,
        ties=None,
        adjusted_for=tuple(dict.fromkeys(c.variable for c in columns)),
        level=fit.level,
        method=fit.method,
        reference=fit.reference,
        synthetic=carriers.synthetic,
        cautions=fit.cautions,
    )


def _reason(carriers: Cohort, found: list[Endpoint], variables: list[Variable]) -> str | None:
    if not carriers.n:
        return "no-carriers"
    if not found:
        return "no-response-recorded"
    if carriers.synthetic and carriers.codebook.invented:
        return "invented-joint"
    return None if variables else "no-baseline-covariate"


def response_model(cohort: Cohort) -> Analysis:
    """Which characteristics at diagnosis go with remission, each adjusted for the others?

    Firth logistic regression of CR after the first course and in each line among the
    carriers, under the plan's headline denominator. Covariates are the plan's, or by default
    the other partners against the commonest one, age, white cells, FLT3-ITD and WT1; the p of
    the terms are one Holm family. A value
    whose timing is not declared as baseline enters no model, nor does an invented one. With
    fewer than two of the rarer outcome per covariate the last ones are left out and named.
    """
    carriers = carriers_of(cohort)
    found = [e for e in endpoints(carriers) if e.course == 1 or (e.line and e.course is None)]
    if carriers.n and any(e.course == 1 for e in found):
        found = [e for e in found if e.name != "cr_induction"]
    variables, notes = _allowed(carriers) if carriers.n else ([], [])
    code = _reason(carriers, found, variables)
    fits = [] if code else [_fit(carriers, e, variables) for e in found]
    items: tuple[Fit | Refusal, ...] = tuple(fit for fit in fits if fit is not None)
    if not items:
        items = (
            Refusal(
                id=make_id(TOPIC, "cr"),
                label="Remission by several characteristics",
                code=code or "not-estimable",
                n=0,
                missing=carriers.n,
                method=METHOD,
                reference=REFERENCE,
            ),
        )
    return Analysis(
        id=TOPIC,
        question="what-goes-with-remission",
        n=items[0].n,
        missing=items[0].missing,
        items=items,
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
        cautions=tuple(notes),
    )
