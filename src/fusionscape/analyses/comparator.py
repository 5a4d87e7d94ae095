"""Real patients against a comparator of which only printed counts are known."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np

from fusionscape import stats
from fusionscape.cohort import Cohort, PrintedGroup, PrintedRow
from fusionscape.cohort.derive.comparisons import odds_ratio
from fusionscape.cohort.derive.descriptions import distribution
from fusionscape.cohort.derive.families import adjusted
from fusionscape.cohort.derive.grouping import carriers_of, driver_labels
from fusionscape.cohort.derive.invented import is_invented
from fusionscape.cohort.derive.printed_rows import is_the_driver_group, row_flags, row_values
from fusionscape.cohort.derive.shares import mostly_unknown
from fusionscape.results import (
    Analysis,
    Caution,
    Count,
    Distribution,
    Estimate,
    Refusal,
    Test,
    caution,
    make_id,
)

TOPIC = "comparator"
METHOD = (
    "Counts of the patients against printed counts; Fisher's exact test, chi-square with and "
    "without Yates's correction beside it; medians are shown, not tested"
)
REFERENCE = "Fisher 1935, doi:10.2307/2342435; Yates 1934, doi:10.2307/2983604"
Item = Count | Distribution | Estimate | Refusal | Test
Side = tuple[str, int, int, int]  # group, count, n, missing


def _count(cohort: Cohort, row: PrintedRow, side: Side, cautions: tuple[Caution, ...]) -> Count:
    group, count, n, missing = side
    return Count(
        id=make_id(TOPIC, "count", row.label, group),
        label=row.label,
        count=count,
        n=n,
        missing=missing,
        group=group,
        method="Count of patients, or as printed",
        reference=row.source or REFERENCE,
        synthetic=cohort.synthetic,
        cautions=cautions,
    )


def _chi_square(cohort: Cohort, row: PrintedRow, real: Side, printed: Side, *, yates: bool) -> Test:
    name = "yates" if yates else "pearson"
    table = [[real[1], real[2] - real[1]], [printed[1], printed[2] - printed[1]]]
    fit = stats.chi_square(np.array(table), yates=yates, missing=real[3] + printed[3])
    return Test(
        id=make_id(TOPIC, name, row.label, real[0], printed[0]),
        label=row.label,
        p=fit.p,
        statistic=fit.statistic,
        df=float(fit.df),
        n=fit.n,
        missing=fit.missing,
        family=make_id(TOPIC, real[0], printed[0], name),
        groups=(real[0], printed[0]),
        exposure=real[0],
        comparator=printed[0],
        method=fit.method,
        reference=fit.reference,
        synthetic=cohort.synthetic,
        cautions=fit.cautions,
    )


def _compared(
    cohort: Cohort, row: PrintedRow, real: Side, printed: Side
) -> Iterator[Estimate | Test]:
    if not (real[2] and printed[2]) or is_invented(cohort.codebook, row.field):
        return
    yield odds_ratio(
        cohort,
        make_id(TOPIC, "odds_ratio", row.label, real[0], printed[0]),
        counts=(real[1], real[2] - real[1], printed[1], printed[2] - printed[1]),
        missing=real[3] + printed[3],
        label=row.label,
        exposure=real[0],
        comparator=printed[0],
        family=make_id(TOPIC, real[0], printed[0]),
    )
    for yates in (True, False):
        yield _chi_square(cohort, row, real, printed, yates=yates)


def _named(cohort: Cohort) -> tuple[PrintedGroup, ...]:
    """The printed groups; one that bears the name of the real carriers is marked as printed."""
    own = driver_labels(cohort.plan.driver)[0]
    return tuple(
        replace(group, name=f"{own} (printed)") if group.name == own else group
        for group in cohort.printed
    )


def _printed_side(group: PrintedGroup, row: PrintedRow) -> Side | None:
    if row.count is None:
        return None
    n = group.n if row.n is None else row.n
    return group.name, row.count, n, group.n - n


def _real_side(cohort: Cohort, row: PrintedRow, name: str) -> Side | None:
    flags = row_flags(cohort, row)
    if flags is None:
        return None
    known = flags.len() - flags.null_count()
    return name, int(flags.sum() or 0), known, flags.null_count()


def _printed_median(cohort: Cohort, group: PrintedGroup, row: PrintedRow) -> Distribution:
    return Distribution(
        id=make_id(TOPIC, "distribution", row.label, group.name),
        label=row.label,
        unit="",
        group=group.name,
        n=group.n if row.n is None else row.n,
        missing=0 if row.n is None else group.n - row.n,
        median=math.nan if row.median is None else row.median,
        q1=math.nan if row.q1 is None else row.q1,
        q3=math.nan if row.q3 is None else row.q3,
        mean=math.nan,
        sd=None,
        minimum=math.nan,
        maximum=math.nan,
        method="as printed",
        reference=row.source or group.citation,
        synthetic=cohort.synthetic,
        cautions=(caution("printed-only", group=group.name, variable=row.label),),
    )


def _real_median(cohort: Cohort, row: PrintedRow, name: str) -> Iterator[Distribution]:
    values = row_values(cohort, row)
    if values is None:
        return
    array = values.to_numpy().astype(np.float64)
    stable_id = make_id(TOPIC, "distribution", row.label, name)
    yield distribution(cohort, stable_id, array, label=row.label, unit="", group=name)


def _against_print(row: PrintedRow, real: Side | None, printed: Side) -> tuple[Caution, ...]:
    """What the carriers' own printed column says beside the real rows."""
    if real is None:
        return (caution("not-in-cohort", variable=row.label),)
    _, count, n, _ = real
    if n < printed[2]:
        return (caution("known-in-fewer", variable=row.label, n=n, of=printed[2]),)
    if (count, n) == (printed[1], printed[2]):
        return ()
    return (
        caution(
            "differs-from-print",
            variable=row.label,
            count=count,
            n=n,
            printed=printed[1],
            of=printed[2],
        ),
    )


def _row(
    cohort: Cohort, group: PrintedGroup, row: PrintedRow, name: str, seen: set[str]
) -> Iterator[Item]:
    """The printed number, the real one, and the comparison where the group is a comparator."""
    printed = _printed_side(group, row)
    own = is_the_driver_group(group, cohort.plan.driver)
    if printed is None:
        yield _printed_median(cohort, group, row)
        if row.label not in seen:
            yield from _real_median(cohort, row, name)
    else:
        real = _real_side(cohort, row, name)
        notes = _against_print(row, real, printed) if own or real is None else ()
        yield _count(cohort, row, printed, notes)
        if real is None:
            return
        known = mostly_unknown(row.label, real[2], real[2] + real[3])
        if row.label not in seen:
            yield _count(cohort, row, real, known)
        if not own and not known:
            yield from _compared(cohort, row, real, printed)
    seen.add(row.label)


def _printed_pairs(cohort: Cohort) -> Iterator[Estimate | Test]:
    """Two printed columns against each other, row by row; the driver's column first."""
    driver = cohort.plan.driver
    ordered = sorted(_named(cohort), key=lambda g: not is_the_driver_group(g, driver))
    for first, second in combinations(ordered, 2):
        rows = {row.label: row for row in second.rows}
        for row in first.rows:
            other = rows.get(row.label)
            if other is None:
                continue
            one, two = _printed_side(first, row), _printed_side(second, other)
            if one is not None and two is not None:
                yield from _compared(cohort, row, one, two)


def _items(carriers: Cohort, name: str) -> Iterator[Item]:
    seen: set[str] = set()
    for group in _named(carriers):
        for row in group.rows:
            yield from _row(carriers, group, row, name, seen)
    yield from _printed_pairs(carriers)


def comparator(cohort: Cohort) -> Analysis:
    """How do the carriers differ from a group known only as printed counts?

    Every printed row beside the same row of the real carriers, with Fisher's exact test and
    chi-square with and without Yates's correction from the two fourfold tables, Holm within
    a comparison. A printed column of the carriers themselves is set beside the real rows and
    tested only against the other printed columns. Real rows known in fewer than half of the
    carriers are shown and not tested, nor are printed medians.
    """
    carriers = carriers_of(cohort)
    name = driver_labels(cohort.plan.driver)[0]
    items: tuple[Item, ...]
    if cohort.printed:
        items = adjusted(tuple(_items(carriers, name)), method="holm")
    else:
        items = (
            Refusal(
                id=make_id(TOPIC, "count"),
                label="Printed comparator",
                code="no-printed-comparator",
                n=carriers.n,
                missing=0,
                method=METHOD,
                reference=REFERENCE,
            ),
        )
    return Analysis(
        id=TOPIC,
        question="how-do-carriers-differ-from-print",
        n=carriers.n,
        missing=0,
        items=items,
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
    )
