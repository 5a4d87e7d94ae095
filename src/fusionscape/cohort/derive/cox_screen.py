"""Each characteristic alone: one hazard model a covariate, and what cannot be modelled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from fusionscape.cohort.cohort import Cohort
from fusionscape.cohort.derive.covariates import Covariate
from fusionscape.cohort.derive.cox_tables import (
    METHOD,
    REFERENCE,
    Modelled,
    complete_cases,
    dropped,
    model,
    terms_of,
    with_family,
)
from fusionscape.cohort.derive.endpoints import EndpointData
from fusionscape.cohort.derive.estimable import (
    FEWEST_IN_LEVEL,
    NOT_ESTIMABLE,
    TOO_FEW,
    absurd_terms,
    few_in_terms,
    refused,
    too_few,
)
from fusionscape.results import Caution, Fit, Refusal, caution, make_id


def screen_table(
    cohort: Cohort,
    data: EndpointData,
    covariates: Sequence[Covariate],
    *,
    stable_id: str,
    label: str,
    family: str,
) -> Iterator[Fit | Refusal]:
    """Each covariate alone, one model a covariate, in one table adjusted by Benjamini-Hochberg.

    Where one of them orders all events, every row of the table is penalised. Levels with fewer
    than two patients, and without an event where there are others, are left out and named. A
    covariate with fewer than five events is refused, as is one that gives no estimate.
    """
    level = cohort.plan.level
    asked, notes = _with_levels(data, covariates)
    everything = [m for c in asked if (m := model(data, [c], level=level)) is not None]
    found = [m for m in everything if not too_few(n=m.fit.n, events=m.fit.events)]
    firth = any(m.fit.penalty == "firth" for m in found)
    if firth:
        again = [
            model(data, m.covariates, level=level, penalty="firth") if m.fit.penalty is None else m
            for m in _aligned(found, asked)
        ]
        found = [m for m in again if m is not None]
    kept = [m for m in found if not absurd_terms(_screened(cohort, data, [m], stable_id, label))]
    if kept:
        table = _screened(cohort, data, kept, stable_id, label)
        used = {m.covariates[0].name for m in kept}
        table = replace(
            table,
            dropped=dropped(data, [c for c in asked if c.name in used], None),
            cautions=(*table.cautions, *notes, *few_in_terms(table)),
        )
        yield with_family(table, family, method="bh")
    yield from _left_out(cohort, data, covariates, asked, kept, stable_id)
    if not kept:
        yield Refusal(
            id=stable_id, label=label, code="model-not-estimable", n=0, missing=cohort.n,
            method=METHOD, reference=REFERENCE,
        )  # fmt: skip


def _with_levels(
    data: EndpointData, covariates: Sequence[Covariate]
) -> tuple[list[Covariate], tuple[Caution, ...]]:
    """The covariates without the levels that hold too little, and what was left out of each."""
    kept: list[Covariate] = []
    notes: list[Caution] = [
        caution("levels-left-out", covariate=c.label, levels="; ".join(c.left_out))
        for c in covariates
        if c.left_out
    ]
    for covariate in covariates:
        counts = _counts(data, covariate)
        bare = [x for x, (n, _) in counts.items() if 0 < n < FEWEST_IN_LEVEL]
        if len(covariate.levels) > 2:
            bare += [x for x, (n, e) in counts.items() if n >= FEWEST_IN_LEVEL and not e]
        if not bare:
            kept.append(covariate)
            continue
        told = "; ".join(f"{x} (n {counts[x][0]}, {counts[x][1]} events)" for x in bare)
        notes.append(caution("levels-left-out", covariate=covariate.label, levels=told))
        kept.append(covariate.without(bare))
    return kept, tuple(notes)


def _counts(data: EndpointData, covariate: Covariate) -> dict[str, tuple[int, int]]:
    """Patients with a known endpoint, and events, in each level."""
    known = ~np.isnan(data.time)
    happened = data.status == 1
    out = {}
    for level in covariate.levels:
        inside = known & (covariate.values == level)
        out[level] = (int(inside.sum()), int((inside & happened).sum()))
    return out


def _left_out(
    cohort: Cohort, data: EndpointData, covariates: Sequence[Covariate],
    asked: Sequence[Covariate], kept: Sequence[Modelled], stable_id: str,
) -> Iterator[Refusal]:  # fmt: skip
    """A refusal for each covariate of the screen that has no row."""
    there = {m.covariates[0].name for m in kept}
    reduced = {c.name: c for c in asked}
    for covariate in covariates:
        if covariate.name in there or not covariate.varies():
            continue
        inside = complete_cases(data, [reduced[covariate.name]])
        n, events = int(inside.sum()), int((data.status[inside] == 1).sum())
        lacking = too_few(n=n, events=events) or not reduced[covariate.name].only(inside).varies()
        yield refused(
            TOO_FEW if lacking else NOT_ESTIMABLE,
            f"{stable_id}/{make_id(covariate.name)}", f"{data.label}: {covariate.label} alone",
            n=n, events=events, missing=cohort.n - n,
        )  # fmt: skip


def _screened(
    cohort: Cohort, data: EndpointData, found: Sequence[Modelled], stable_id: str, label: str
) -> Fit:
    """The models of single covariates as one table."""
    known = ~np.isnan(data.time)
    firth = [m for m in found if m.fit.penalty == "firth"]
    notes = dict.fromkeys(
        note for m in firth for note in m.fit.cautions if note.code != "few-events-per-variable"
    )
    first = found[0].fit
    return Fit(
        id=stable_id,
        label=label,
        scale="hazard ratio",
        endpoint=data.endpoint,
        n=int(known.sum()),
        events=int(np.nansum(data.status == 1)),
        missing=cohort.n - int(known.sum()),
        terms=tuple(term for m in found for term in terms_of(m)),
        tests=(),
        dropped=(),
        events_per_variable=None,
        loglik=None,
        concordance=None,
        penalty="firth" if firth else None,
        ties=first.ties,
        level=cohort.plan.level,
        method=f"{first.method}; each covariate alone",
        reference=first.reference,
        synthetic=cohort.synthetic,
        cautions=tuple(notes),
    )


def _aligned(found: Sequence[Modelled], covariates: Sequence[Covariate]) -> Iterator[Modelled]:
    """The models again, each holding its covariate along all patients."""
    whole = {c.name: c for c in covariates}
    for m in found:
        yield replace(m, covariates=(whole[m.covariates[0].name],))
