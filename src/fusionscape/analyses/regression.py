"""What goes with survival: each characteristic alone, then held against the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from fusionscape import stats
from fusionscape.cohort import Cohort
from fusionscape.cohort.derive.covariates import DEFAULT, Chosen, Covariate, chosen, screened
from fusionscape.cohort.derive.cox_imputed import imputed_table
from fusionscape.cohort.derive.cox_residuals import residual_items
from fusionscape.cohort.derive.cox_screen import screen_table
from fusionscape.cohort.derive.cox_tables import complete_cases, fit_table
from fusionscape.cohort.derive.descriptions import distribution, tally
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
from fusionscape.cohort.derive.guard import Judgement, judge, later_columns, refusal
from fusionscape.cohort.derive.interactions import interactions
from fusionscape.cohort.derive.invented import is_invented
from fusionscape.cohort.plan import AmbiguousAs
from fusionscape.results import (
    Analysis,
    Caution,
    Estimate,
    Fit,
    Refusal,
    Residuals,
    Result,
    Test,
    caution,
    make_id,
)

TOPIC = "regression"
METHOD = "Cox regression; Firth's penalty where a covariate orders all events"
REFERENCE = "Cox 1972, doi:10.1111/j.2517-6161.1972.tb00899.x"
ENDPOINTS = ("os", "efs", "rfs")
CODINGS: dict[AmbiguousAs, str] = {
    "missing": "ambiguous-dropped",
    "absent": "ambiguous-absent",
    "present": "ambiguous-present",
}
# Fewer events a parameter make coefficients and intervals of a model unreliable
# (Vittinghoff & McCulloch 2007, doi:10.1093/aje/kwk052).
EVENTS_PER_PARAMETER = 5
_CODING_WORDS = {
    "missing": "ambiguous values dropped",
    "absent": "ambiguous values taken as absent",
    "present": "ambiguous values taken as present",
}


def _names(cohort: Cohort) -> tuple[str, ...]:
    return cohort.plan.covariates or DEFAULT


def _chosen(cohort: Cohort, ambiguous_as: AmbiguousAs | None = None) -> Chosen:
    """Covariates of the model; of the default ones only those known in half of the patients."""
    found = chosen(cohort, _names(cohort), ambiguous_as=ambiguous_as)
    if cohort.plan.covariates:
        return found
    kept = tuple(c for c in found.covariates if 2 * int(c.known.sum()) >= cohort.n and c.varies())
    notes = tuple(n for n in found.cautions if n.code != "covariate-not-found")
    note = caution("covariates-not-declared", covariates=", ".join(c.label for c in kept))
    return Chosen(covariates=kept, refused=found.refused, cautions=(*notes, note))


def _affordable(cohort: Cohort, data: EndpointData, picked: Chosen) -> Chosen:
    """Of the default covariates as many, in their order, as the events can carry.

    A declared model is the plan's own word: it stays whole and is judged in the open.
    """
    if cohort.plan.covariates:
        return picked
    events = int((data.status[~np.isnan(data.time)] == 1).sum())
    kept: list[Covariate] = []
    parameters = 0
    for covariate in picked.covariates:
        more = 1 if covariate.is_measurement else max(1, len(covariate.levels) - 1)
        if (parameters + more) * EVENTS_PER_PARAMETER > events:
            break
        kept.append(covariate)
        parameters += more
    left = picked.covariates[len(kept) :]
    if not left:
        return picked
    names = ", ".join(c.label for c in left)
    note = caution("default-model-too-large", events=events, left_out=names)
    notes = tuple(n for n in picked.cautions if n.code != "covariates-not-declared")
    if kept:
        labels = ", ".join(c.label for c in kept)
        notes = (*notes, caution("covariates-not-declared", covariates=labels))
    return replace(picked, covariates=tuple(kept), cautions=(*notes, note))


def _strata(cohort: Cohort) -> Iterator[tuple[str, np.ndarray]]:
    """Trial or era, as the plan names them; those not known at baseline are refused above."""
    names = cohort.plan.strata or (("protocol",) if cohort.has("protocol") else ())
    for name in dict.fromkeys((*names, *((cohort.plan.era,) if cohort.plan.era else ()))):
        bare = name.removeprefix("covariate:")
        column = name if name in cohort.patients.columns else bare
        if judge(cohort, name).allowed and cohort.has(column):
            values = cohort.patients[column].cast(str).fill_null("").to_list()
            if len(set(values) - {""}) > 1:
                yield bare, np.asarray(values, dtype=object)


def _ambiguous(cohort: Cohort, covariates: Sequence[Covariate]) -> bool:
    """True when a lesion of the model has values of open meaning."""
    names = [c.name.removeprefix("lesion:") for c in covariates]
    open_ = cohort.lesions.filter(cohort.lesions["state"] == "ambiguous")["lesion"].to_list()
    return any(name in open_ for name in names)


def _same(recoded: Chosen, picked: Chosen) -> tuple[Covariate, ...]:
    """The model's covariates under another coding of ambiguous values."""
    names = {c.name for c in picked.covariates}
    return tuple(c for c in recoded.covariates if c.name in names)


def _models(
    cohort: Cohort, data: EndpointData, picked: Chosen
) -> Iterator[Fit | Refusal | Residuals]:
    """The pre-declared model, and beside it every coding and every stratification."""
    headline = cohort.plan.ambiguous_as
    several = _ambiguous(cohort, picked.covariates)
    words = f", {_CODING_WORDS[headline]}" if several else ""
    family = f"multivariable model, {data.label.lower()}"
    main = fit_table(
        cohort, data, picked.covariates,
        stable_id=make_id(TOPIC, data.endpoint, "model"),
        label=f"{data.label}, several characteristics{words}",
        family=family, cautions=picked.cautions,
    )  # fmt: skip
    yield main
    if isinstance(main, Fit):
        yield from residual_items(cohort, data, picked.covariates, main)
    if cohort.plan.imputations:
        imputed = f"{cohort.plan.imputations} imputations"
        yield imputed_table(
            cohort, data, picked.covariates,
            stable_id=make_id(TOPIC, data.endpoint, "model", "imputed"),
            label=f"{data.label}, unknown covariates imputed ({imputed})",
            family=f"{family}, imputed",
        )  # fmt: skip
    for coding, name in CODINGS.items() if several else ():
        if coding != headline:
            yield fit_table(
                cohort, data, _same(_chosen(cohort, coding), picked),
                stable_id=make_id(TOPIC, data.endpoint, "model", name),
                label=f"{data.label}, {_CODING_WORDS[coding]}",
                family=f"{family}, {_CODING_WORDS[coding]}",
            )  # fmt: skip
    for name, labels in _strata(cohort):
        yield fit_table(
            cohort, data, picked.covariates,
            stable_id=make_id(TOPIC, data.endpoint, "model", f"stratified by {name}"),
            label=f"{data.label}, stratified by {name}",
            family=f"{family}, stratified by {name}", strata=(name, labels),
        )  # fmt: skip


def _follow_up(
    cohort: Cohort, data: EndpointData, group: str, inside: np.ndarray
) -> Iterator[Estimate]:
    keep = inside & ~np.isnan(data.time)
    if not keep.any():
        return
    fit = stats.km(
        data.time[keep], data.status[keep] == 1, entry=data.late_entry(keep),
        level=cohort.plan.level,
    )  # fmt: skip
    curve = fit.curves[0]
    if curve.follow_up_median is None or np.isnan(curve.follow_up_median):  # all had the event
        return
    yield Estimate(
        id=make_id(TOPIC, data.endpoint, "kept", "follow-up", group),
        label=f"Median follow-up, {group}",
        scale="days",
        estimate=curve.follow_up_median,
        n=int(keep.sum()),
        missing=int(inside.sum() - keep.sum()),
        events=int(curve.events),
        group=group,
        endpoint=data.endpoint,
        method="Reverse Kaplan-Meier",
        reference="Schemper & Smith 1996, doi:10.1016/0197-2456(96)00075-X",
        synthetic=cohort.synthetic,
    )


def _kept(cohort: Cohort, data: EndpointData, covariates: Sequence[Covariate]) -> Iterator[Result]:
    """Those in the model against those it dropped: events, follow-up, covariates."""
    complete = complete_cases(data, covariates)
    known = ~np.isnan(data.time)
    sides = {"kept": complete, "dropped": known & ~complete}
    if not sides["dropped"].any():
        return
    parts = (TOPIC, data.endpoint, "kept")
    for group, inside in sides.items():
        events = int((data.status[inside] == 1).sum())
        yield tally(
            cohort, make_id(*parts, "events", group), label=f"Events, {data.label.lower()}",
            group=group, counts=(events, int(inside.sum()), 0),
        )  # fmt: skip
        yield from _follow_up(cohort, data, group, inside)
        for covariate in covariates:
            yield from _described(cohort, covariate, parts, group, inside)
    if min(int(x.sum()) for x in sides.values()) >= cohort.plan.min_group:
        yield _kept_test(cohort, data, sides)


def _described(
    cohort: Cohort, covariate: Covariate, parts: tuple[str, ...], group: str, inside: np.ndarray
) -> Iterator[Result]:
    if covariate.is_measurement:
        values = np.asarray(covariate.values, dtype=np.float64)[inside]
        stable_id = make_id(*parts, covariate.name, group)
        yield distribution(cohort, stable_id, values, label=covariate.label, unit="", group=group)
        return
    values_here = covariate.values[inside].tolist()
    n = len(values_here) - values_here.count("")
    for level in covariate.levels[1:]:
        yield tally(
            cohort, make_id(*parts, covariate.name, level, group),
            label=f"{covariate.label}: {level}", group=group,
            counts=(values_here.count(level), n, values_here.count("")),
        )  # fmt: skip


def _kept_test(cohort: Cohort, data: EndpointData, sides: dict[str, np.ndarray]) -> Test | Refusal:
    keep = ~np.isnan(data.time)
    group = np.where(sides["kept"], "kept", "dropped")[keep]
    test = stats.logrank(
        data.time[keep], data.status[keep] == 1, group,
        entry=data.late_entry(keep), exact=False,
    )  # fmt: skip
    stable_id = make_id(TOPIC, data.endpoint, "kept", "log-rank")
    label = f"{data.label}, kept against dropped"
    if np.isnan(test.p):
        refused = replace(_refused("groups-not-comparable", label, cohort.n), id=stable_id)
        return replace(refused, n=int(test.n), cautions=test.cautions)
    return Test(
        id=stable_id,
        label=label,
        p=test.p,
        statistic=test.statistic,
        df=float(test.df),
        n=int(test.n),
        missing=cohort.n - int(test.n),
        groups=test.groups,
        family=f"kept against dropped, {data.label.lower()}",
        endpoint=data.endpoint,
        method="Log-rank test",
        reference=test.reference,
        synthetic=cohort.synthetic,
        cautions=test.cautions,
    )


def _endpoint(
    cohort: Cohort, data: EndpointData, picked: Chosen, screen: Chosen
) -> Iterator[Result]:
    fields = (*REPORTED.get(data.endpoint, ()), data.endpoint, "vital_status")
    if any(is_invented(cohort.codebook, field) for field in fields):
        yield _refused("invented-endpoint", data.endpoint, cohort.n)
        return
    model = _affordable(cohort, data, picked)
    if len(model.covariates) < min(2, len(picked.covariates)):
        refused = _refused("too-few-events-for-model", data.endpoint, cohort.n)
        yield replace(
            refused, id=make_id(TOPIC, data.endpoint, "model"), cautions=model.cautions,
            label=f"{data.label}, several characteristics",
        )  # fmt: skip
    elif model.covariates:
        yield from _models(cohort, data, model)
    if picked.covariates:
        yield from _kept(cohort, data, picked.covariates)
        yield from interactions(cohort, data, picked.covariates, topic=TOPIC)
    yield from screen_table(
        cohort, data, screen.covariates,
        stable_id=make_id(TOPIC, data.endpoint, "screen"),
        label=f"{data.label}, each characteristic alone",
        family=f"univariable screen, {data.label.lower()}",
    )  # fmt: skip


def _refused(code: str, what: str, n: int) -> Refusal:
    return Refusal(
        id=make_id(TOPIC, what), label=ENDPOINT_LABELS.get(what, what), code=code, n=0, missing=n,
        method=METHOD, reference=REFERENCE,
    )  # fmt: skip


def _guarded(cohort: Cohort, picked: Chosen) -> Iterator[Refusal]:
    """What the guard keeps out: covariates of the plan, strata, and columns of unknown timing."""
    found: dict[str, Judgement] = {j.field: j for j in picked.refused}
    named = (*cohort.plan.strata, *((cohort.plan.era,) if cohort.plan.era else ()))
    for judgement in (judge(cohort, name) for name in named):
        if not judgement.allowed:
            found.setdefault(judgement.field, judgement)
    for judgement in later_columns(cohort):
        if judgement.code == "timing-unknown":
            found.setdefault(judgement.field, judgement)
    for judgement in found.values():
        yield refusal(judgement, topic=TOPIC, cohort=cohort)


def regression(
    cohort: Cohort, *, endpoint: str | None = None, covariates: tuple[str, ...] | None = None
) -> Analysis:
    """Which characteristics at diagnosis go with survival, alone and beside each other?

    Cox regression among the carriers for every endpoint of the plan: the model of the plan's
    covariates (by default partner, FLT3-ITD, WT1, age and white cells), the same under each
    reading of ambiguous lesion values, with unknown covariates imputed where the plan asks for
    `imputations`, and stratified by trial or era, who was dropped by which
    covariate and how they fared, partner against each covariate (interaction), and a screen of
    every baseline variable alone. Separation is answered by Firth's penalty for the whole
    table. A covariate not known at diagnosis is refused (``immortal-time``,
    ``timing-unknown``). `endpoint` and `covariates` ask for one endpoint, or other covariates.
    """
    if covariates is not None:
        cohort = replace(cohort, plan=replace(cohort.plan, covariates=covariates))
    carriers = cohort.carrying(cohort.plan.driver)
    people = carriers if carriers.n else cohort
    items: list[Result] = []
    rules = cohort.plan.endpoint_rules
    if rules is not None and rules not in known_rule_sets(cohort):
        wanted: tuple[str, ...] = ()
        items.append(_refused("unknown-rule-set", rules, cohort.n))
    else:
        wanted = (endpoint,) if endpoint else tuple(e for e in available(people) if e in ENDPOINTS)
    picked, screen = _chosen(people), screened(people)
    notes: dict[Caution, None] = {}
    for name in wanted:
        data = endpoint_data(people, name)
        notes |= dict.fromkeys(data.cautions)
        items.extend(_endpoint(people, data, picked, screen))
    if wanted:
        items.extend(_guarded(people, picked))
        absent = not_in_data(people, ENDPOINTS) if endpoint is None else ()
        items.extend(_refused(reason(people, name), name, people.n) for name in absent)
    items = items or [_refused("no-data", "os", people.n)]
    first = next((i for i in items if isinstance(i, Fit)), None)
    return Analysis(
        id=TOPIC,
        question="regression",
        n=0 if first is None else first.n,
        missing=people.n if first is None else first.missing,
        items=adjusted(items, method="holm"),
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
        cautions=tuple(notes),
    )
