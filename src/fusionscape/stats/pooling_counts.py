"""Counts of two arms pooled without a normal approximation in each study."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from fusionscape.results import CountPool, FloatArray, caution
from fusionscape.stats.limits import normal_quantile
from fusionscape.stats.observed import numbers, refuse
from fusionscape.stats.pooling_values import ratio
from fusionscape.stats.study_estimates import check_choice, check_enough, check_level
from fusionscape.stats.tables import MOST_COUNTED
from fusionscape.stats.tail_areas import chi_square_p, two_sided

MEASURES = ("or", "rr", "rd")
_REFERENCES = {
    "mh": (
        "Mantel and Haenszel 1959, doi:10.1093/jnci/22.4.719; Robins, Breslow and Greenland 1986, "
        "doi:10.2307/2531052; Greenland and Robins 1985, doi:10.2307/2530643; Sato, Greenland and "
        "Robins 1989, doi:10.2307/2531740"
    ),
    "peto": "Yusuf et al 1985, doi:10.1016/S0033-0620(85)80003-7",
    "glmm": "Stijnen, Hamza and Ozdemir 2010, doi:10.1002/sim.4040",
}
_NAMES = {
    "mh": "Mantel-Haenszel, common effect",
    "peto": "Peto's one-step odds ratio, common effect",
    "glmm": "hypergeometric-normal random effects, maximum likelihood",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TwoArms:
    """Events and patients of arm 1 and arm 0 in studies where all four are known."""

    a: FloatArray
    n1: FloatArray
    c: FloatArray
    n0: FloatArray
    missing: int

    @property
    def total(self) -> FloatArray:
        """Patients of each study."""
        return self.n1 + self.n0

    @property
    def events(self) -> FloatArray:
        """Events of each study."""
        return self.a + self.c


def two_arms(
    events_1: npt.ArrayLike, n_1: npt.ArrayLike, events_0: npt.ArrayLike, n_0: npt.ArrayLike
) -> TwoArms:
    """Checked counts: whole, not negative, no more events than patients, nobody-in-arm refused."""
    a = numbers(events_1, "events_1")
    parts = [a] + [
        numbers(values, name, a.size)
        for values, name in ((n_1, "n_1"), (events_0, "events_0"), (n_0, "n_0"))
    ]
    known = ~np.isnan(np.stack(parts)).any(axis=0)
    a, n1, c, n0 = (part[known] for part in parts)
    whole = all((part == np.floor(part)).all() for part in (a, n1, c, n0))
    if not whole or (a < 0).any() or (c < 0).any() or (a > n1).any() or (c > n0).any():
        raise refuse(
            "bad-count", "Events are whole numbers between 0 and the patients.", "Check the counts."
        )
    if max(n1.sum(), n0.sum()) > MOST_COUNTED:
        what = f"An arm has more than {MOST_COUNTED:,} patients."
        raise refuse("too-many-counted", what, "Check the counts.", "n_1")
    if (n1 == 0).any() or (n0 == 0).any():
        raise refuse("empty-arm", "An arm has no patients.", "Leave the study out.")
    return TwoArms(a=a, n1=n1, c=c, n0=n0, missing=int((~known).sum()))


def pool_counts(
    events_1: npt.ArrayLike,
    n_1: npt.ArrayLike,
    events_0: npt.ArrayLike,
    n_0: npt.ArrayLike,
    *,
    measure: str = "or",
    model: str = "mh",
    level: float = 0.95,
) -> CountPool:
    """What is the effect over studies that report counts in two arms?

    Events and patients of arm 1 and arm 0, shape (k,) each. `model` ``mh``: Mantel-Haenszel odds
    ratio (``or``), risk ratio (``rr``) or risk difference (``rd``), no continuity correction.
    ``peto``: one-step odds ratio, good only for rare events and balanced arms. ``glmm``: odds
    ratio by the hypergeometric-normal model (random effects, exact conditional likelihood within
    studies, adaptive quadrature). `estimate` is log OR, log RR or the difference. Studies without
    information on a ratio (no event; for odds ratios, events only) are left out of it and counted
    in `uninformative`; rows with nan in `missing`. Where one arm of all studies has no event a
    ratio is infinite: estimate nan, caution ``no-ratio``.

    References
    ----------
    Mantel and Haenszel (1959), doi:10.1093/jnci/22.4.719. Robins, Breslow and Greenland (1986),
    doi:10.2307/2531052. Yusuf et al (1985). Stijnen, Hamza and Ozdemir (2010).

    Examples
    --------
    >>> fit = pool_counts([4, 6, 3], [123, 306, 231], [11, 29, 11], [139, 303, 220])
    >>> round(fit.estimate, 3), round(fit.se, 3)
    (-1.414, 0.316)
    """
    check_choice(measure, MEASURES, "measure")
    check_choice(model, tuple(_NAMES), "model")
    check_level(level)
    if model != "mh" and measure != "or":
        raise refuse("unknown-option", f"{model} pools odds ratios only.", "Use measure='or'.")
    arms = two_arms(events_1, n_1, events_0, n_0)
    telling = (arms.events > 0) & ((arms.events < arms.total) | (measure == "rr"))
    if measure == "rd":
        telling = np.ones(arms.a.size, dtype=bool)
    kept = TwoArms(
        a=arms.a[telling], n1=arms.n1[telling], c=arms.c[telling], n0=arms.n0[telling],
        missing=arms.missing,
    )  # fmt: skip
    check_enough(kept.a.size, 1)
    shell = _shell(kept, arms, measure, model, level)
    if model == "glmm":
        from fusionscape.stats.hypergeometric_normal import fit_hypergeometric

        return fit_hypergeometric(shell, kept)
    return _peto(shell, kept) if model == "peto" else _mantel_haenszel(shell, kept)


def _shell(kept: TwoArms, arms: TwoArms, measure: str, model: str, level: float) -> CountPool:
    left_out = int(arms.a.size - kept.a.size)
    return CountPool(
        id="pool-counts",
        label="",
        n=int(kept.a.size),
        missing=arms.missing,
        uninformative=left_out,
        events=int(arms.events.sum()),
        patients=int(arms.total.sum()),
        measure=measure,
        model=model,
        estimate=math.nan,
        se=math.nan,
        ci_low=math.nan,
        ci_high=math.nan,
        level=level,
        statistic=math.nan,
        p=math.nan,
        tau2=None,
        q=None,
        q_df=None,
        q_p=None,
        method=_NAMES[model],
        reference=_REFERENCES[model],
        ratio=measure != "rd",
        cautions=(caution("uninformative-studies", n=left_out),) if left_out else (),
    )


def with_estimate(shell: CountPool, estimate: float, se: float) -> CountPool:
    """The result with its Wald interval and test."""
    half, z = normal_quantile(shell.level) * se, ratio(estimate, se)
    return replace(
        shell,
        estimate=estimate,
        se=se,
        ci_low=estimate - half,
        ci_high=estimate + half,
        statistic=z,
        p=two_sided(z, None),
    )


def _with_q(shell: CountPool, y: FloatArray, v: FloatArray) -> CountPool:
    """Cochran's Q of the studies' own estimates around the pooled one."""
    usable = np.isfinite(y) & (v > 0) & np.isfinite(v)
    df = int(usable.sum()) - 1
    if df < 1:
        return shell
    q = float(((y[usable] - shell.estimate) ** 2 / v[usable]).sum())
    return replace(shell, q=q, q_df=df, q_p=chi_square_p(q, df))


def _mantel_haenszel(shell: CountPool, arms: TwoArms) -> CountPool:
    a, c, n = arms.a, arms.c, arms.total
    b, d = arms.n1 - a, arms.n0 - c
    if shell.measure == "rd":
        return _risk_difference(shell, arms)
    if shell.measure == "or":
        top, bottom = (a * d / n), (b * c / n)
    else:
        top, bottom = a * arms.n0 / n, c * arms.n1 / n
    r, s = float(top.sum()), float(bottom.sum())
    if r <= 0 or s <= 0:
        return replace(
            shell, cautions=(*shell.cautions, caution("no-ratio", measure=shell.measure))
        )
    if shell.measure == "or":
        p, q = (a + d) / n, (b + c) / n
        variance = (
            (p * top).sum() / (2 * r**2)
            + (p * bottom + q * top).sum() / (2 * r * s)
            + (q * bottom).sum() / (2 * s**2)
        )
    else:
        variance = ((arms.n1 * arms.n0 * (a + c) - a * c * n) / n**2).sum() / (r * s)
    fit = with_estimate(shell, math.log(r / s), math.sqrt(float(variance)))
    with np.errstate(divide="ignore", invalid="ignore"):
        if shell.measure == "or":
            y, v = np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d
        else:
            y = np.log(a / arms.n1 / (c / arms.n0))
            v = 1 / a - 1 / arms.n1 + 1 / c - 1 / arms.n0
    return _with_q(fit, y, v)


def _risk_difference(shell: CountPool, arms: TwoArms) -> CountPool:
    """Mantel-Haenszel risk difference with the variance of Sato, Greenland and Robins."""
    a, c, n1, n0, n = arms.a, arms.c, arms.n1, arms.n0, arms.total
    weight = n1 * n0 / n
    difference = float((a * n0 / n - c * n1 / n).sum() / weight.sum())
    p = (n1**2 * c - n0**2 * a + n1 * n0 * (n0 - n1) / 2) / n**2
    q = (a * (n0 - c) + c * (n1 - a)) / (2 * n)
    variance = float((difference * p.sum() + q.sum()) / weight.sum() ** 2)
    fit = with_estimate(shell, difference, math.sqrt(max(variance, 0.0)))
    y = a / n1 - c / n0
    v = a * (n1 - a) / n1**3 + c * (n0 - c) / n0**3
    return _with_q(fit, y, v)


def _peto(shell: CountPool, arms: TwoArms) -> CountPool:
    n, events = arms.total, arms.events
    expected = arms.n1 * events / n
    v = arms.n1 * arms.n0 * events * (n - events) / (n**2 * (n - 1))
    informative = v > 0
    score, information = (arms.a - expected)[informative], v[informative]
    total = float(information.sum())
    if total <= 0:
        return replace(shell, cautions=(*shell.cautions, caution("no-ratio", measure="or")))
    fit = with_estimate(shell, float(score.sum()) / total, math.sqrt(1 / total))
    fit = _with_q(fit, score / information, 1 / information)
    lopsided = float(np.maximum(arms.n1, arms.n0).sum() / np.minimum(arms.n1, arms.n0).sum())
    if lopsided > 2 or abs(fit.estimate) > math.log(2) * 2:
        odd = caution("peto-not-suited", ratio=lopsided, odds_ratio=math.exp(fit.estimate))
        return replace(fit, cautions=(*fit.cautions, odd))
    return fit
