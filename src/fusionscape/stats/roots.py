"""Where a continuous function of one number crosses zero."""

from __future__ import annotations

import math
from collections.abc import Callable

_TOLERANCE = 1e-13
_MOST_STEPS = 200


def solve(f: Callable[[float], float], low: float, high: float) -> float:
    """The root of `f` between `low` and `high`, where `f` has opposite signs.

    Chandrupatla's method: inverse quadratic interpolation, falling back on bisection.
    Chandrupatla (1997), doi:10.1016/S0965-9978(96)00051-8.

    >>> round(solve(lambda x: x * x - 2.0, 0.0, 2.0), 12)
    1.414213562373
    """
    b, a = low, high
    fb, fa = f(b), f(a)
    if fb == 0.0 or fa == 0.0:
        return b if fb == 0.0 else a
    if fa * fb > 0:
        raise ValueError("the function has the same sign at both ends")
    c, fc, t = a, fa, 0.5
    for _ in range(_MOST_STEPS):
        x = a + t * (b - a)
        fx = f(x)
        if (fx > 0) == (fa > 0):
            c, fc = a, fa
        else:
            c, b, fc, fb = b, a, fb, fa
        a, fa = x, fx
        best, f_best = (a, fa) if abs(fa) < abs(fb) else (b, fb)
        tolerance = _TOLERANCE * max(1.0, abs(best))
        if f_best == 0.0 or abs(b - a) <= 2 * tolerance:
            return best
        t = _next_step(a, b, c, fa, fb, fc)
        least = tolerance / abs(b - a)
        t = min(max(t, least), 1 - least)
    return best


def _next_step(a: float, b: float, c: float, fa: float, fb: float, fc: float) -> float:
    if fc in (fa, fb) or fa == fb:
        return 0.5
    xi = (a - b) / (c - b)
    phi = (fa - fb) / (fc - fb)
    if not (1 - math.sqrt(1 - xi) < phi < math.sqrt(xi)):
        return 0.5
    return fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)


def crossing(f: Callable[[float], float], start: float, step: float) -> float:
    """The root of a monotone `f` beyond `start` in the direction of `step`; inf when none.

    The step doubles until the sign changes.
    """
    near, f_near = start, f(start)
    if f_near == 0.0:
        return start
    for _ in range(60):
        far = near + step
        f_far = f(far)
        if (f_far > 0) != (f_near > 0) or f_far == 0.0:
            return solve(f, min(near, far), max(near, far))
        near, f_near, step = far, f_far, 2 * step
        if not math.isfinite(f_far):
            break
    return math.copysign(math.inf, step)
