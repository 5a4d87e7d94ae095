"""A variable of a group described: its distribution, or a count per value."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fusionscape import stats
from fusionscape.cohort.cohort import Cohort
from fusionscape.cohort.derive.variables import Variable
from fusionscape.results import Caution, Count, Distribution, FloatArray


def distribution(
    cohort: Cohort,
    stable_id: str,
    values: FloatArray,
    *,
    label: str,
    unit: str,
    group: str,
    cautions: tuple[Caution, ...] = (),
) -> Distribution:
    """Median, quartiles, mean, SD and range of these values (nan is missing)."""
    values = np.sort(values)  # sums in one order, whatever the patients are called; nan last
    fit = stats.describe(values)
    return Distribution(
        id=stable_id,
        label=label,
        unit=unit,
        group=group,
        n=fit.n,
        missing=fit.missing,
        median=fit.median,
        q1=fit.q1,
        q3=fit.q3,
        mean=fit.mean,
        sd=fit.sd,
        minimum=fit.minimum,
        maximum=fit.maximum,
        values=tuple(values[~np.isnan(values)].tolist()),
        method=fit.method,
        reference=fit.reference,
        synthetic=cohort.synthetic,
        cautions=(*fit.cautions, *cautions),
    )


def tallies(variable: Variable, values: FloatArray) -> Iterator[tuple[str, int, int, int]]:
    """(value, count, n, missing) per value of `variable.array()` in one group.

    A flag gives "yes" only; the unknown, where there are any, come last and are counted of
    the whole group.
    """
    missing = int(np.isnan(values).sum())
    n = len(values) - missing
    if variable.kind == "flag":
        yield "yes", int((values == 1).sum()), n, missing
    else:
        for place, value in enumerate(variable.levels):
            yield value, int((values == place).sum()), n, missing
    if missing:
        yield "unknown", missing, len(values), 0


def tally(
    cohort: Cohort,
    stable_id: str,
    *,
    label: str,
    group: str,
    counts: tuple[int, int, int],
    cautions: tuple[Caution, ...] = (),
) -> Count:
    """A count of a group, of those whose value is known."""
    count, n, missing = counts
    return Count(
        id=stable_id,
        label=label,
        count=count,
        n=n,
        missing=missing,
        group=group,
        method="Count of patients with a known value",
        reference="von Elm 2007 (STROBE), doi:10.1016/S0140-6736(07)61602-X",
        synthetic=cohort.synthetic,
        cautions=cautions,
    )
