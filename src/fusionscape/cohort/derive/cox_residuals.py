"""Scaled Schoenfeld residuals of a Cox model of a cohort, covariate by covariate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from fusionscape import stats
from fusionscape.cohort.cohort import Cohort
from fusionscape.cohort.derive.covariates import Covariate
from fusionscape.cohort.derive.cox_tables import Modelled, model
from fusionscape.cohort.derive.endpoints import EndpointData
from fusionscape.results import Fit, FloatArray, Residuals, make_id, split_id

MOST_DRAWN = 300  # events drawn per covariate; the smooth and the test use every one


def spread(count: int, most: int = MOST_DRAWN) -> npt.NDArray[np.int64]:
    """Places of at most `most` of `count` events, evenly spread, the first and the last kept.

    >>> spread(3, 5).tolist(), spread(9, 5).tolist()
    ([0, 1, 2], [0, 2, 4, 6, 8])
    """
    if count <= most:
        return np.arange(count, dtype=np.int64)
    return np.round(np.linspace(0, count - 1, most)).astype(np.int64)


def _thinned(x: FloatArray) -> npt.NDArray[np.int64]:
    return spread(len(x), MOST_DRAWN // 3)


def residual_items(
    cohort: Cohort, data: EndpointData, covariates: Sequence[Covariate], table: Fit
) -> Iterator[Residuals]:
    """For each covariate of a model's table, whether its hazard ratio drifts over time.

    Nothing where the model has no finite estimate. Above 300 events the points drawn are thinned;
    the smooth and the test rest on all.
    """
    found = model(data, covariates, level=cohort.plan.level)
    if found is None or not np.isfinite(found.fit.coef[~np.array(found.fit.aliased)]).all():
        return
    yield from _items(cohort, found, table)


def _items(cohort: Cohort, found: Modelled, table: Fit) -> Iterator[Residuals]:
    fit = found.fit
    test, trend = stats.ph_test(fit), stats.residual_trend(fit, level=cohort.plan.level)
    points, places = spread(trend.time.size), _thinned(trend.at)
    for i, (name, term) in enumerate(zip(trend.names, trend.terms, strict=True)):
        row = test.terms.index(term)
        yield Residuals(
            id=make_id(*split_id(table.id), "residuals", name),
            label=name,
            fit=table.id,
            term=term,
            n=fit.n,
            events=fit.events,
            missing=cohort.n - fit.n,
            drawn=int(points.size),
            time=trend.time[points],
            value=trend.values[points, i],
            smooth_time=trend.at[places],
            smooth=trend.smooth[places, i],
            smooth_low=trend.low[places, i],
            smooth_high=trend.high[places, i],
            coef=float(fit.coef[fit.names.index(name)]),
            statistic=float(test.statistic[row]),
            df=float(test.df[row]),
            p=float(test.p[row]),
            transform=test.transform,
            endpoint=table.endpoint,
            level=trend.level,
            method=trend.method,
            reference=trend.reference,
            synthetic=cohort.synthetic,
        )
