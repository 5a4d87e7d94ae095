"""Remission by what was given: each arm of a line, within a group of carriers."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from fusionscape.cohort import Cohort
from fusionscape.cohort.derive.comparisons import (
    effects,
    if_invented,
)
from fusionscape.cohort.derive.families import adjusted
from fusionscape.cohort.derive.grouping import Contrast, carriers_of, comparison_groups, complement
from fusionscape.cohort.derive.invented import is_invented
from fusionscape.cohort.derive.responses import Endpoint, endpoints
from fusionscape.cohort.derive.shares import share, with_denominator
from fusionscape.cohort.derive.treatments import line_arms
from fusionscape.results import Analysis, Caution, Estimate, Refusal, caution, make_id

TOPIC = "treatment_response"
METHOD = (
    "Remissions over patients given the arm; each arm against the commonest one by Fisher's "
    "exact test, Holm within the endpoint"
)
REFERENCE = "Fisher 1935, doi:10.2307/2342435; Holm 1979, https://www.jstor.org/stable/4615733"
ALL = "all carriers"
INDICATION = "confounding-by-indication"


def _judged(found: tuple[Endpoint, ...]) -> Iterator[Endpoint]:
    """Endpoints that follow one arm: after course 1 (or induction as a whole), each salvage."""
    first = any(e.course == 1 for e in found)
    for endpoint in found:
        induction = endpoint.line == 1 and endpoint.course is None
        salvage = endpoint.line is not None and endpoint.line > 1
        if endpoint.course == 1 or salvage or (induction and not first):
            yield endpoint


def _groups(carriers: Cohort) -> Iterator[tuple[str, pl.Series]]:
    """All carriers, each partner kept apart, and the others put together."""
    yield ALL, pl.Series([True] * carriers.n, dtype=pl.Boolean)
    groups = comparison_groups(carriers, "partner")
    if len(groups.levels) < 2:
        return
    for level in groups.levels:
        yield level, pl.Series(groups.mask(level))
    if len(groups.levels) > 2:
        yield complement(groups.levels[0]), ~pl.Series(groups.mask(groups.levels[0]))


def _counted(carriers: Cohort, endpoint: Endpoint) -> pl.Series:
    evaluable = carriers.plan.headline_response == "evaluable"
    inside = endpoint.evaluable if evaluable else endpoint.entered
    return pl.select(pl.when(inside).then(endpoint.success()).otherwise(None)).to_series()


def _rates(
    carriers: Cohort, endpoint: Endpoint, *, group: str, members: pl.Series, arms: pl.Series
) -> Iterator[Estimate]:
    flags = _counted(carriers, endpoint)
    for arm in arms.filter(members & endpoint.entered).drop_nulls().unique().sort().to_list():
        inside = flags.filter(members & endpoint.entered & (arms == arm).fill_null(False))
        yield share(
            carriers,
            make_id(TOPIC, endpoint.name, group, arm),
            label=f"{endpoint.label} on {arm}, {group}",
            count=int(inside.sum() or 0),
            n=inside.len() - inside.null_count(),
            missing=inside.null_count(),
            group=group,
            endpoint=endpoint.name,
            cautions=if_invented(carriers, endpoint.label, "treatment_class", endpoint.field),
        )


def _contrasts(members: pl.Series, arms: pl.Series, least: int) -> Iterator[Contrast]:
    """Every arm given often enough against the commonest one."""
    sizes = (
        arms.filter(members)
        .drop_nulls()
        .alias("arm")
        .value_counts()
        .sort(["count", "arm"], descending=[True, False])
    )
    if not sizes.height:
        return
    reference = sizes["arm"][0]
    for arm, size in sizes.iter_rows():
        if arm != reference and size >= least and sizes["count"][0] >= least:
            yield Contrast(
                exposure=arm,
                comparator=reference,
                exposed=(members & (arms == arm).fill_null(False)).to_numpy(),
                compared=(members & (arms == reference).fill_null(False)).to_numpy(),
            )


def _compared(
    carriers: Cohort, endpoint: Endpoint, *, group: str, members: pl.Series, arms: pl.Series
) -> Iterator[Estimate]:
    book = carriers.codebook
    if is_invented(book, "treatment_class", endpoint.field) or is_invented(book, "treatment"):
        return
    flags = _counted(carriers, endpoint)
    inside = members & endpoint.entered & flags.is_not_null()
    for contrast in _contrasts(inside, arms, carriers.plan.min_group):
        notes = (
            caution(
                INDICATION,
                exposure=contrast.exposure,
                comparator=contrast.comparator,
                group=group,
            ),
        )
        yield from effects(
            carriers,
            contrast,
            flags,
            stem=(TOPIC, endpoint.name),
            tail=(group, contrast.exposure, contrast.comparator),
            label=f"{endpoint.label}, {group}",
            endpoint=endpoint.name,
            family=make_id(TOPIC, endpoint.name),
            cautions=notes,
        )


def _items(carriers: Cohort) -> Iterator[Estimate]:
    for endpoint in _judged(endpoints(carriers)):
        arms = line_arms(carriers, endpoint.line or 1)
        if arms.null_count() == carriers.n:
            continue
        for group, members in _groups(carriers):
            yield from _rates(carriers, endpoint, group=group, members=members, arms=arms)
            yield from _compared(carriers, endpoint, group=group, members=members, arms=arms)


def _notes(items: tuple[Estimate, ...]) -> Iterator[Caution]:
    if any(item.scale == "odds ratio" for item in items):
        yield caution("treatment-not-randomised", n=len({i.endpoint for i in items}))


def treatment_response(cohort: Cohort) -> Analysis:
    """Who reaches remission on which treatment?

    The plan's headline rate for every arm of a line, in all carriers, in each partner and in
    those without the commonest partner; every arm against the commonest one. Nobody was
    allotted an arm by chance, so every contrast carries a caution of confounding by
    indication: it describes who was given what, not what a treatment does.
    """
    carriers = carriers_of(cohort)
    found = with_denominator(_items(carriers)) if carriers.n else ()
    items: tuple[Estimate | Refusal, ...] = adjusted(found, method="holm")
    if not found:
        items = (
            Refusal(
                id=make_id(TOPIC, "cr"),
                label="Remission by treatment",
                code="no-response-by-treatment",
                n=0,
                missing=carriers.n,
                method=METHOD,
                reference=REFERENCE,
            ),
        )
    n = max((item.n for item in found if item.scale == "proportion"), default=0)
    return Analysis(
        id=TOPIC,
        question="who-reaches-remission-on-what",
        n=n,
        missing=carriers.n - n,
        items=items,
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
        cautions=tuple(_notes(found)),
    )
