"""Does a combination of the covariates separate events from non-events?"""

from __future__ import annotations

import numpy as np

from fusionscape.results import FloatArray

_ZERO = 1e-7


def separated_columns(design: FloatArray, outcome: FloatArray) -> tuple[int, ...]:
    """Per column -1, 0 or 1: where its coefficient runs off to, 0 when it stays finite.

    The plain likelihood has no maximum when some direction never lowers the fit of any patient and
    raises that of at least one. The linear programme finds the direction that raises most within a
    box; columns that take part in it are separated (Konis 2007).
    """
    from scipy.optimize import linprog

    scale = np.abs(design).max(axis=0)
    toward = (2 * outcome - 1)[:, None] * design / np.where(scale > 0, scale, 1.0)
    found = linprog(
        -toward.sum(axis=0),
        A_ub=-toward,
        b_ub=np.zeros(len(toward)),
        bounds=[(-1.0, 1.0)] * design.shape[1],
        method="highs",
    )
    direction: FloatArray = np.asarray(found.x, dtype=np.float64)
    if float((toward @ direction).sum()) <= _ZERO:
        return (0,) * int(design.shape[1])
    return tuple(_sign(float(v)) for v in direction)


def _sign(value: float) -> int:
    if abs(value) <= _ZERO:
        return 0
    return 1 if value > 0 else -1
