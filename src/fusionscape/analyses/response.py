"""Who reaches remission: after each course, in each line, at best; by group."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import polars as pl

from fusionscape.cohort import Cohort
from fusionscape.cohort.derive.comparisons import (
    effects,
    if_invented,
)
from fusionscape.cohort.derive.families import adjusted
from fusionscape.cohort.derive.grouping import (
    Contrast,
    Grouping,
    comparator_selected,
    comparison_groups,
    contrasts,
    grouping,
)
from fusionscape.cohort.derive.invented import is_invented
from fusionscape.cohort.derive.lines import treatment_recorded
from fusionscape.cohort.derive.responses import Endpoint, endpoints, remission_words
from fusionscape.cohort.derive.shares import mostly_unknown, share, with_denominator
from fusionscape.results import Analysis, Caution, Count, Estimate, Refusal, caution, make_id

TOPIC = "response"
METHOD = (
    "Remissions over patients entering the line: evaluable (assessed, or dead before "
    "assessment) and intention-to-treat; Fisher's exact test, Holm within the endpoint"
)
REFERENCE = "Döhner H, et al. Blood 2022;140:1345. doi:10.1182/blood.2022016867"
Denominator = Literal["evaluable", "intention-to-treat"]
DENOMINATORS: tuple[Denominator, ...] = ("evaluable", "intention-to-treat")
Item = Estimate | Count | Refusal


def _counted(endpoint: Endpoint, denominator: Denominator) -> pl.Series:
    """Per patient: success, or null where the patient is not in this denominator."""
    inside = endpoint.evaluable if denominator == "evaluable" else endpoint.entered
    success = endpoint.success()
    return pl.select(pl.when(inside).then(success).otherwise(None)).to_series()


def _suffix(cohort: Cohort, denominator: Denominator) -> tuple[str, ...]:
    """The headline denominator has the plain id, the other one says its name."""
    return () if denominator == cohort.plan.headline_response else (denominator,)


def _ordered(cohort: Cohort) -> tuple[Denominator, ...]:
    head = cohort.plan.headline_response
    return (head, *(d for d in DENOMINATORS if d != head))


def _rate(
    cohort: Cohort,
    endpoint: Endpoint,
    *,
    group: str,
    members: pl.Series,
    denominator: Denominator,
    cautions: tuple[Caution, ...],
) -> Estimate:
    flags = _counted(endpoint, denominator).filter(members & endpoint.entered)
    return share(
        cohort,
        make_id(TOPIC, endpoint.name, group, *_suffix(cohort, denominator)),
        label=f"{endpoint.label}, {group}, {denominator}",
        count=int(flags.sum() or 0),
        n=flags.len() - flags.null_count(),
        missing=flags.null_count(),
        group=group,
        endpoint=endpoint.name,
        cautions=(*cautions, *_unknown(endpoint, members)),
    )


def _unknown(endpoint: Endpoint, members: pl.Series) -> tuple[Caution, ...]:
    """Said of both denominators: intention-to-treat counts the unknown as no remission."""
    entered = endpoint.entered & members
    judged = int((endpoint.evaluable & members).sum())
    return mostly_unknown(endpoint.label, judged, int(entered.sum()))


def _composite(
    cohort: Cohort,
    endpoint: Endpoint,
    *,
    group: str,
    members: pl.Series,
    cautions: tuple[Caution, ...],
) -> Iterator[Estimate]:
    """CR, CRh and CRi together, where CRh or CRi were given."""
    words = remission_words(endpoint)
    if not words:
        return
    inside = endpoint.evaluable & members
    success = endpoint.success(("CR", *words)) & inside
    yield share(
        cohort,
        make_id(TOPIC, endpoint.name.replace("cr_", "composite_", 1), group),
        label=f"{endpoint.label.replace('CR', '/'.join(('CR', *words)), 1)}, {group}, evaluable",
        count=int(success.sum()),
        n=int(inside.sum()),
        missing=int((endpoint.entered & members & ~inside).sum()),
        group=group,
        endpoint=endpoint.name,
        cautions=cautions,
    )


def _words(
    cohort: Cohort,
    endpoint: Endpoint,
    *,
    group: str,
    members: pl.Series,
    cautions: tuple[Caution, ...],
) -> Iterator[Count]:
    """How many had each response word; "not recorded" for those without one."""
    entered = endpoint.entered & members
    words = endpoint.words.filter(entered).fill_null("not recorded")
    for word, count in words.value_counts().sort(words.name).iter_rows():
        yield Count(
            id=make_id(TOPIC, endpoint.name.replace("cr_", "word_", 1), group, word),
            label=f"{endpoint.label}: {word}, {group}",
            count=int(count),
            n=words.len(),
            missing=0,
            group=group,
            method="Responses as reported, of all who entered the line",
            reference=REFERENCE,
            synthetic=cohort.synthetic,
            cautions=cautions,
        )


def _sides(cohort: Cohort, endpoint: Endpoint, by: str) -> Iterator[Contrast]:
    """The contrasts of a grouping, less who did not enter; both sides still large enough."""
    entered = endpoint.entered.to_numpy()
    least = cohort.plan.min_group
    for contrast in contrasts(comparison_groups(cohort, by), min_group=least):
        exposed, compared = contrast.exposed & entered, contrast.compared & entered
        if min(int(exposed.sum()), int(compared.sum())) >= least:
            yield replace(contrast, exposed=exposed, compared=compared)


def _level(group: str, kept: Grouping) -> tuple[str, ...]:
    """The level a rate rests on: the rest of two groups rests on the one kept apart."""
    return (group, kept.levels[0]) if len(kept.levels) == 2 and group in kept.levels else (group,)


def _rates(cohort: Cohort, endpoint: Endpoint, by: str) -> Iterator[Item]:
    """Every group, what comparisons put together, and the comparators."""
    groups, kept = grouping(cohort, by), comparison_groups(cohort, by)
    chosen = {level: pl.Series(groups.mask(level)) for level in groups.levels}
    for level in kept.levels:
        chosen.setdefault(level, pl.Series(kept.mask(level)))
    for contrast in _sides(cohort, endpoint, by):
        chosen.setdefault(contrast.comparator, pl.Series(contrast.compared))
    for group, members in chosen.items():
        if not (members & endpoint.entered).any():
            continue
        notes = if_invented(cohort, endpoint.label, by, endpoint.field, levels=_level(group, kept))
        for denominator in _ordered(cohort):
            yield _rate(
                cohort,
                endpoint,
                group=group,
                members=members,
                denominator=denominator,
                cautions=notes,
            )
        yield from _composite(cohort, endpoint, group=group, members=members, cautions=notes)
        if group in groups.levels:
            yield from _words(cohort, endpoint, group=group, members=members, cautions=notes)


def _compared(cohort: Cohort, endpoint: Endpoint, by: str) -> Iterator[Estimate]:
    """Risk difference and odds ratio of every contrast under both denominators."""
    for contrast in _sides(cohort, endpoint, by):
        levels = (contrast.exposure,)
        if is_invented(cohort.codebook, by, endpoint.field, levels=levels):
            continue
        notes = comparator_selected(cohort, by)
        for denominator in _ordered(cohort):
            tail = (contrast.exposure, contrast.comparator, *_suffix(cohort, denominator))
            yield from effects(
                cohort,
                contrast,
                _counted(endpoint, denominator),
                stem=(TOPIC, endpoint.name),
                tail=tail,
                label=f"{endpoint.label}, {denominator}",
                endpoint=endpoint.name,
                family=make_id(TOPIC, endpoint.name, by, *_suffix(cohort, denominator)),
                cautions=notes,
            )


def _notes(cohort: Cohort, found: tuple[Endpoint, ...]) -> Iterator[Caution]:
    if found and not treatment_recorded(cohort):
        yield caution("entering-assumed", n=cohort.n)
    for endpoint in found:
        inside = endpoint.entered
        open_ = int((inside & ~endpoint.evaluable).sum())
        if open_:
            entered = int(inside.sum())
            yield caution("not-evaluable", endpoint=endpoint.label, n=open_, of=entered)


def _refusal(cohort: Cohort) -> Refusal:
    return Refusal(
        id=make_id(TOPIC, "cr"),
        label="Response to treatment",
        code="no-response-recorded",
        n=0,
        missing=cohort.n,
        method=METHOD,
        reference=REFERENCE,
    )


def response(cohort: Cohort) -> Analysis:
    """Who reaches remission, after which course and in which line?

    Complete remission after each course of induction, in every line (the denominator is the
    patients entering it) and as best response, for every group of the plan and for the
    others beside it. Both denominators are given: evaluable (CR, not in CR, death before
    assessment) and intention-to-treat; the plan's headline has the plain id. Groups are
    compared by risk difference (Newcombe) and conditional odds ratio with Fisher's exact p,
    adjusted by Holm within endpoint, grouping and denominator.
    """
    found = endpoints(cohort)
    items: list[Item] = []
    for endpoint in found:
        for by in cohort.plan.groups:
            items += _rates(cohort, endpoint, by)
            items += _compared(cohort, endpoint, by)
    if not found:
        items.append(_refusal(cohort))
    entered = int(found[0].entered.sum()) if found else 0
    return Analysis(
        id=TOPIC,
        question="who-reaches-remission",
        n=entered,
        missing=cohort.n - entered,
        items=with_denominator(adjusted(items, method="holm")),
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
        cautions=tuple(_notes(cohort, found)),
    )
