"""Two groups of a cohort compared on a yes-or-no trait: odds ratio, risk difference, exact p."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import polars as pl

from fusionscape import stats
from fusionscape.cohort.cohort import Cohort
from fusionscape.cohort.derive.grouping import Contrast
from fusionscape.cohort.derive.invented import is_invented
from fusionscape.cohort.derive.shares import small_group
from fusionscape.results import Caution, Estimate, Interval, caution, make_id


def fourfold(contrast: Contrast, flags: pl.Series) -> tuple[int, int, int, int, int]:
    """Counts (exposed with, exposed without, compared with, compared without, missing)."""
    known = flags.is_not_null().to_numpy()
    on = flags.fill_null(False).to_numpy()
    exposed, compared = contrast.exposed, contrast.compared
    a, b = int((exposed & known & on).sum()), int((exposed & known & ~on).sum())
    c, d = int((compared & known & on).sum()), int((compared & known & ~on).sum())
    missing = int(((exposed | compared) & ~known).sum())
    return a, b, c, d, missing


def invented_caution(variable: str) -> Caution:
    """This number rests on an invented variable, so it is counted and not compared."""
    return caution("invented-variable", variable=variable)


def if_invented(
    cohort: Cohort, label: str, *fields: str, levels: tuple[str, ...] = ()
) -> tuple[Caution, ...]:
    """The caution of an invented variable or joint, where these fields are one."""
    found = is_invented(cohort.codebook, *fields, levels=levels)
    return (invented_caution(label),) if found else ()


def odds_ratio(
    cohort: Cohort,
    stable_id: str,
    *,
    counts: tuple[int, int, int, int],
    missing: int,
    label: str,
    exposure: str,
    comparator: str,
    family: str,
    endpoint: str | None = None,
    cautions: tuple[Caution, ...] = (),
) -> Estimate:
    """The conditional odds ratio of a fourfold table, with Fisher's p and matching interval.

    The limits R's ``fisher.test`` prints stand in `other_intervals`. An invented variable or
    joint is counted and never compared: callers ask `is_invented` first.
    """
    a, b, c, d = counts
    fit = stats.fisher(
        [[a, b], [c, d]], level=cohort.plan.level, missing=missing, seed=cohort.plan.seed
    )
    central = Interval(
        method="central conditional limits, as fisher.test prints",
        low=_number(fit.central_low),
        high=_number(fit.central_high),
        level=fit.level,
    )
    return Estimate(
        id=stable_id,
        label=label,
        scale="odds ratio",
        estimate=_number(fit.odds_ratio),
        ci_low=fit.ci_low,
        ci_high=fit.ci_high,
        level=fit.level,
        ci_method="inverts the two-sided Fisher test",
        p=fit.p,
        p_method="Fisher's exact test, two-sided",
        family=family,
        n=a + b + c + d,
        missing=missing,
        events=a + c,
        exposure=exposure,
        comparator=comparator,
        endpoint=endpoint,
        other_intervals=(central,),
        method=fit.method,
        reference=fit.reference,
        synthetic=cohort.synthetic,
        cautions=(
            *fit.cautions,
            *small_group(exposure, a + b),
            *small_group(comparator, c + d),
            *cautions,
        ),
    )


def risk_difference(
    cohort: Cohort,
    stable_id: str,
    *,
    counts: tuple[int, int, int, int],
    missing: int,
    label: str,
    exposure: str,
    comparator: str,
    endpoint: str | None = None,
    cautions: tuple[Caution, ...] = (),
) -> Estimate:
    """The difference of two shares with Newcombe's interval; its p is that of the odds ratio."""
    a, b, c, d = counts
    fit = stats.risk_difference(a, a + b, c, c + d, level=cohort.plan.level, missing=missing)
    return Estimate(
        id=stable_id,
        label=label,
        scale="risk difference",
        estimate=fit.estimate,
        ci_low=fit.ci_low,
        ci_high=fit.ci_high,
        level=fit.level,
        ci_method="Newcombe hybrid score",
        n=fit.n,
        missing=missing,
        events=a + c,
        exposure=exposure,
        comparator=comparator,
        endpoint=endpoint,
        method=fit.method,
        reference=fit.reference,
        synthetic=cohort.synthetic,
        cautions=(*fit.cautions, *cautions),
    )


def effects(
    cohort: Cohort,
    contrast: Contrast,
    flags: pl.Series,
    *,
    stem: tuple[str, str],
    tail: tuple[str, ...],
    label: str,
    endpoint: str,
    family: str,
    cautions: tuple[Caution, ...] = (),
) -> Iterator[Estimate]:
    """The odds ratio and the risk difference of a contrast; none when a side has nobody known.

    Their ids are `stem` (topic, endpoint) with the scale, then `tail`; `missing` counts the
    patients of both sides whose flag is not known.
    """
    a, b, c, d, missing = fourfold(contrast, flags)
    if not (a + b and c + d):
        return
    topic, name = stem
    yield odds_ratio(
        cohort,
        make_id(topic, f"{name}_odds_ratio", *tail),
        counts=(a, b, c, d),
        missing=missing,
        label=label,
        exposure=contrast.exposure,
        comparator=contrast.comparator,
        endpoint=endpoint,
        family=family,
        cautions=cautions,
    )
    yield risk_difference(
        cohort,
        make_id(topic, f"{name}_risk_difference", *tail),
        counts=(a, b, c, d),
        missing=missing,
        label=label,
        exposure=contrast.exposure,
        comparator=contrast.comparator,
        endpoint=endpoint,
        cautions=cautions,
    )


def _number(value: float | None) -> float:
    return math.nan if value is None else value


def table_of(labels: pl.Series, values: pl.Series) -> tuple[np.ndarray, int]:
    """Counts of groups by values among patients with both known, and how many were not.

    Rows and columns are sorted by name; patients outside all groups are not missing.
    """
    frame = pl.DataFrame({"group": labels, "value": values.cast(pl.String)})
    inside = frame.filter(pl.col("group").is_not_null())
    known = inside.filter(pl.col("value").is_not_null())
    rows = known["group"].unique().sort().to_list()
    columns = known["value"].unique().sort().to_list()
    table = np.zeros((len(rows), len(columns)), dtype=np.int64)
    counts = known.group_by("group", "value").len()
    for group, value, n in counts.iter_rows():
        table[rows.index(group), columns.index(value)] = n
    return table, inside.height - known.height
