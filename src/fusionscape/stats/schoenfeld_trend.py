"""The trend of a hazard ratio over time: scaled Schoenfeld residuals and their smooth.

Source: Grambsch and Therneau (1994) doi:10.1093/biomet/81.3.515; the smooth is a natural cubic
spline of transformed time, as R survival draws it.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from fusionscape.results import FloatArray
from fusionscape.stats.cox_diagnostics import cox_residuals
from fusionscape.stats.cox_result import CoxFit
from fusionscape.stats.proportional_hazards import ph_test

DF = 4  # of the spline; two knots inside, two at the ends
SCALES = {
    "km": "one minus the Kaplan-Meier estimate",
    "rank": "the rank of time",
    "identity": "time",
    "log": "the logarithm of time",
}
GRID = 40  # times over which the knots are placed, as in R


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResidualTrend:
    """Residuals per event, in order of time, with a smooth at every distinct event time.

    `values` has a row per event and a column per entry of `names`; a residual is on the scale of
    the log hazard ratio. `smooth`, `low` and `high` have a row per entry of `at`; they are empty
    where the events fall on too few times for a spline. `terms` names the row of the test of
    proportional hazards that each column belongs to.
    """

    names: tuple[str, ...]
    terms: tuple[str, ...]
    time: FloatArray
    transformed: FloatArray
    values: FloatArray
    at: FloatArray
    smooth: FloatArray
    low: FloatArray
    high: FloatArray
    level: float
    n: int
    events: int
    missing: int
    method: str
    reference: str


def natural_basis(x: FloatArray, knots: FloatArray) -> FloatArray:
    """Natural cubic splines with these knots, one column each; straight lines beyond the ends.

    >>> natural_basis(np.array([0.0, 1.0]), np.array([0.0, 0.5, 1.0])).shape
    (2, 3)
    """
    last = knots[-1]

    def slope(knot: float) -> FloatArray:
        beyond = np.maximum(x - knot, 0.0) ** 3 - np.maximum(x - last, 0.0) ** 3
        result: FloatArray = beyond / (last - knot)
        return result

    end = slope(float(knots[-2]))
    return np.column_stack([np.ones_like(x), x, *(slope(float(k)) - end for k in knots[:-2])])


def _knots(x: FloatArray) -> FloatArray | None:
    """Ends and thirds of the events and an even grid; None where too few times differ."""
    if np.unique(x).size < 2 * DF:
        return None
    spread = np.concatenate((np.linspace(x.min(), x.max(), GRID), x))
    knots: FloatArray = np.quantile(spread, np.linspace(0.0, 1.0, DF))
    return knots


def residual_trend(fit: CoxFit, *, transform: str = "km", level: float = 0.95) -> ResidualTrend:
    """Does the log hazard ratio of each covariate rise or fall over time?

    Scaled Schoenfeld residuals of every event (their expected value at a time is the log hazard
    ratio at that time), with a natural cubic spline on 4 degrees of freedom in `transform` of
    time ("km", "rank", "identity", "log"; as `ph_test`) and its pointwise interval at `level`.
    Aliased columns are left out. No smooth where the events fall on fewer than 8 distinct times.
    Raises CoxError where an estimate is infinite or the ties are exact.

    Source: Grambsch and Therneau (1994) doi:10.1093/biomet/81.3.515.

    >>> from fusionscape import stats
    >>> fit = stats.cox([5, 4, 3, 2, 1, 6], [1, 1, 1, 1, 1, 0], [[0], [1], [0], [1], [1], [0]])
    >>> stats.residual_trend(fit).time.tolist()
    [1.0, 2.0, 3.0, 4.0, 5.0]
    """
    found = cox_residuals(fit, kind="scaled-schoenfeld")
    test = ph_test(fit, transform=transform)
    used = np.flatnonzero(~np.array(fit.aliased))
    order = np.argsort(found.time, kind="stable")
    x, values = test.transformed[order], found.values[order][:, used]
    variance = np.diag(fit.model_covariance)[used]
    at, smooth, half = _smoothed(x, values, variance)
    z = NormalDist().inv_cdf(0.5 + level / 2.0)
    time = found.time[order]
    where = np.searchsorted(x, at) if at.size else np.zeros(0, dtype=np.int64)
    return ResidualTrend(
        names=tuple(fit.names[i] for i in used),
        terms=tuple(fit.terms[i] for i in used),
        time=time,
        transformed=x,
        values=values,
        at=time[where],
        smooth=smooth,
        low=smooth - z * half,
        high=smooth + z * half,
        level=level,
        n=fit.n,
        events=fit.events,
        missing=0,
        method=(
            f"Scaled Schoenfeld residuals; natural cubic spline ({DF} degrees of freedom) in "
            f"{SCALES[transform]}; {fit.method}"
        ),
        reference=test.reference,
    )


def _smoothed(
    x: FloatArray, values: FloatArray, variance: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Distinct places, the smooth there for each column, and its standard error."""
    knots = _knots(x)
    if knots is None or np.unique(knots).size < DF:
        none = np.zeros((0, values.shape[1]))
        return np.zeros(0), none, none
    at = np.unique(x)
    q, r = np.linalg.qr(natural_basis(x, knots))
    weights = np.linalg.solve(r.T, natural_basis(at, knots).T).T
    smooth = weights @ (q.T @ values)
    error = np.sqrt((weights**2).sum(axis=1)[:, None] * (len(x) * variance[None, :]))
    return at, smooth, error
