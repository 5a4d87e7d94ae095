"""Everything that may be said of a set of estimates, behind the gate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from fusionscape.results import (
    Caution,
    Heterogeneity,
    PooledValue,
    PoolingGate,
    PredictionInterval,
    Synthesis,
    caution,
)
from fusionscape.stats.pooling import pool_cautions
from fusionscape.stats.pooling_gates import pooling_gate, stated
from fusionscape.stats.pooling_values import (
    INTERVALS,
    MODELS,
    SOURCES,
    Centre,
    batch_of,
    centre,
    heterogeneity,
    pooled_value,
    prediction,
    study_rows,
)
from fusionscape.stats.study_estimates import StudyEstimates, check_level, study_estimates

HEADLINE = ("reml", "mhk")
_PREDICTIONS = (
    ("mhk", "t with k-1"),
    ("hk", "t with k-1"),
    ("wald", "normal"),
    ("wald", "t with k-2"),
    ("hk", "t with k-2"),
)


def synthesis(
    yi: npt.ArrayLike,
    sei: npt.ArrayLike,
    *,
    labels: Sequence[str] | None = None,
    comparator: Sequence[str | None] | None = None,
    endpoint: Sequence[str | None] | None = None,
    events_exposed: npt.ArrayLike | None = None,
    events_unexposed: npt.ArrayLike | None = None,
    override: str | None = None,
    level: float = 0.95,
) -> Synthesis:
    """What do these estimates say together, and what do they not?

    The gate of `pooling_gate` first. Where it is open: every model with every interval side by
    side, the headline being REML with the modified Hartung-Knapp interval whatever the data look
    like; five prediction intervals, each with its convention; Q, both I2, tau2 with its Q-profile
    interval. With two estimates: both, their range, and the common effect if their intervals
    overlap. With one, or refused: the estimates alone. Shapes and missing values as in `pool`.

    References
    ----------
    Rover, Knapp and Friede (2015), doi:10.1186/s12874-015-0091-1. Higgins, Thompson and
    Spiegelhalter (2009), doi:10.1111/j.1467-985X.2008.00552.x (prediction, t with k-2). Partlett
    and Riley (2017), doi:10.1002/sim.7140 (prediction with Hartung-Knapp).

    Examples
    --------
    >>> whole = synthesis([0.9, 1.0, 1.1], [0.3, 0.4, 0.5])
    >>> [(v.model, v.interval) for v in whole.values if v.headline]
    [('reml', 'mhk')]
    >>> synthesis([0.2, 1.9], [0.2, 0.3]).values
    ()
    """
    check_level(level)
    gate = pooling_gate(
        yi,
        sei,
        labels=labels,
        comparator=comparator,
        endpoint=endpoint,
        events_exposed=events_exposed,
        events_unexposed=events_unexposed,
        override=override,
        level=level,
    )
    studies = study_estimates(yi, sei, labels, least=0)
    unsaid = [
        *_unstated(studies, comparator, "comparator"),
        *_unstated(studies, endpoint, "endpoint"),
    ]
    return _gated(studies, gate, unsaid, level)


def _unstated(
    studies: StudyEstimates, values: Sequence[str | None] | None, name: str
) -> list[Caution]:
    blank = sum(v is None for v in stated(studies, values, name))
    return [caution("not-stated-for-some", what=name, n=blank, of=studies.n)] if blank else []


def _gated(
    studies: StudyEstimates, gate: PoolingGate, unsaid: list[Caution], level: float
) -> Synthesis:
    values: tuple[PooledValue, ...] = ()
    predictions: tuple[PredictionInterval, ...] = ()
    differ: Heterogeneity | None = None
    cautions = [*gate.reasons, *unsaid]
    shares = np.full(studies.n, np.nan), np.full(studies.n, np.nan)
    if gate.pools:
        batch = batch_of(studies)
        common = centre(batch, "common")
        shares = common.weights, common.weights
        if gate.claims_tau2:
            middle = centre(batch, HEADLINE[0])
            shares = common.weights, middle.weights
            values = _side_by_side([centre(batch, m) for m in MODELS], level)
            predictions = tuple(prediction(middle, ci, form, level) for ci, form in _PREDICTIONS)
            differ = heterogeneity(batch, middle, level)
            cautions += pool_cautions(middle, differ, studies)
        else:
            values = (pooled_value(common, "wald", level),)
            cautions.append(caution("assumes-one-true-effect"))
    return Synthesis(
        id="synthesis",
        label="",
        n=studies.n,
        missing=studies.missing,
        gate=gate,
        studies=study_rows(studies, *shares, level),
        values=values,
        predictions=predictions,
        heterogeneity=differ,
        range_low=float(studies.y.min()) if studies.n else None,
        range_high=float(studies.y.max()) if studies.n else None,
        level=level,
        method=(
            "inverse-variance pooling; headline REML with modified Hartung-Knapp interval, "
            "fixed before the data are seen"
        ),
        reference=SOURCES["reml"] + SOURCES["mhk"],
        cautions=tuple(cautions),
    )


def _side_by_side(centres: list[Centre], level: float) -> tuple[PooledValue, ...]:
    """Headline first, then the other intervals of its model, then the other models."""
    ordered = sorted(centres, key=lambda c: c.model != HEADLINE[0])
    return tuple(
        pooled_value(c, ci, level, headline=(c.model, ci) == HEADLINE)
        for c in ordered
        for ci in (INTERVALS if c.model != "common" else ("wald",))
    )
