"""A log hazard ratio and its standard error from what a paper prints instead.

One function per source. All return the exposed group against the reference; numbers may be given
as printed ("1.80", "0.009"), so that their rounding is carried into a range of standard errors.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

from fusionscape.results import Caution, caution
from fusionscape.stats.observed import checked_number, refuse
from fusionscape.stats.printed_numbers import Printed, printed
from fusionscape.stats.proportions import normal_quantile
from fusionscape.stats.tables import check_level

Number = float | str | Printed
Direction = Literal["higher", "lower"]

TIERNEY = "Tierney et al. 2007, doi:10.1186/1745-6215-8-16"
PARMAR = (
    "Parmar, Torri and Stewart 1998, "
    "doi:10.1002/(SICI)1097-0258(19981230)17:24<2815::AID-SIM110>3.0.CO;2-8"
)
FAR_FROM_ONE = math.log(2.5)  # beyond it a one-step (Peto) estimate is visibly drawn to one


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedHazardRatio:
    """A log hazard ratio, exposed against reference, with its standard error.

    `coef`, `se`, `ci_low`, `ci_high` are on the log scale, `hazard_ratio`, `hr_low`, `hr_high` on
    the ratio scale. `se_low` to `se_high` is the range that the rounding of the print allows.
    `obtained` is the code of the source; `n` patients and `events` where they are known.
    """

    coef: float
    se: float
    se_low: float
    se_high: float
    ci_low: float
    ci_high: float
    hazard_ratio: float
    hr_low: float
    hr_high: float
    level: float
    statistic: float
    p: float
    n: int | None
    events: int | None
    missing: int
    obtained: str
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()


def derived(
    coef: float,
    se: float,
    obtained: str,
    method: str,
    *,
    se_low: float | None = None,
    se_high: float | None = None,
    events: int | None = None,
    n: int | None = None,
    level: float = 0.95,
    reference: str = TIERNEY,
    cautions: tuple[Caution, ...] = (),
) -> DerivedHazardRatio:
    """The result, its interval of `level` filled in."""
    check_level(level)
    if not (math.isfinite(coef) and math.isfinite(se) and se > 0.0):
        raise refuse(
            "no-standard-error",
            "The printed numbers leave no standard error above zero.",
            "Check the digits, or use another source.",
        )
    half = normal_quantile(level) * se
    return DerivedHazardRatio(
        coef=coef,
        se=se,
        se_low=se if se_low is None else se_low,
        se_high=se if se_high is None else se_high,
        ci_low=coef - half,
        ci_high=coef + half,
        hazard_ratio=math.exp(coef),
        hr_low=math.exp(coef - half),
        hr_high=math.exp(coef + half),
        level=level,
        statistic=coef / se,
        p=2.0 * NormalDist().cdf(-abs(coef / se)),
        n=n,
        events=events,
        missing=0,
        obtained=obtained,
        method=method,
        reference=reference,
        cautions=cautions,
    )


def ratio_of(number: Number, name: str) -> Printed:
    """A printed ratio: above zero and no limit."""
    value = printed(number)
    if value.is_bound or not value.value > 0.0:
        raise refuse(
            "hr-not-positive",
            f"`{name}` is printed as {value.relation} {value.value:g}; a hazard ratio is a number "
            "above zero.",
            "Check the print; leave it out if there is none.",
            name,
        )
    return value


def p_of(number: Number, name: str) -> Printed:
    """A printed two-sided p that is a value: above zero, not above one, no limit."""
    value = printed(number)
    if not 0.0 <= value.value <= 1.0:
        raise refuse(
            "p-out-of-range", f"`{name}` must lie between 0 and 1.", "Check the print.", name
        )
    if value.is_bound or value.value == 0.0:
        raise refuse(
            "p-is-a-bound",
            f"`{name}` is printed as a limit, and a limit gives no estimate.",
            "Ask for the limit with hazard_ratio_bound, or use another source.",
            name,
        )
    return value


def z_of(p: float) -> float:
    """The size of the normal statistic with this two-sided p."""
    return 0.0 if p >= 1.0 else -NormalDist().inv_cdf(max(p, 1e-300) / 2.0)


def log_low(value: Printed) -> float:
    """Log of the lower end of the rounding range; minus infinity where that is zero."""
    return math.log(value.low) if value.low > 0.0 else -math.inf


def hazard_ratio_from_ci(
    ci_low: Number,
    ci_high: Number,
    *,
    hazard_ratio: Number | None = None,
    level: float = 0.95,
    n: int | None = None,
    events: int | None = None,
) -> DerivedHazardRatio:
    """What are the log hazard ratio and its standard error, given a confidence interval?

    The standard error is the width of the interval on the log scale over twice the normal
    quantile of `level` (any level). The estimate is the printed hazard ratio, or the centre of the
    interval on the log scale where none is printed. A hazard ratio that no rounding brings to the
    centre is kept with the caution ``ci-not-centred``. Raises InputError (``hr-not-positive``,
    ``ci-reversed``, ``hr-outside-ci``).

    Source: Tierney et al. 2007, doi:10.1186/1745-6215-8-16; Parmar et al. 1998.

    >>> fit = hazard_ratio_from_ci("0.56", "1.98", hazard_ratio="1.05")
    >>> round(fit.coef, 4), round(fit.se, 4)
    (0.0488, 0.3222)
    """
    check_level(level)
    low, high = ratio_of(ci_low, "ci_low"), ratio_of(ci_high, "ci_high")
    if low.value >= high.value:
        raise refuse(
            "ci-reversed", "The lower limit is not below the upper.", "Check the print.", "ci_low"
        )
    width = 2.0 * normal_quantile(level)
    centre = (math.log(low.value) + math.log(high.value)) / 2.0
    cautions: tuple[Caution, ...] = ()
    coef = centre
    if hazard_ratio is not None:
        ratio = ratio_of(hazard_ratio, "hazard_ratio")
        if ratio.high < low.low or ratio.low > high.high:
            raise refuse(
                "hr-outside-ci",
                f"The hazard ratio {ratio.value:g} lies outside its interval.",
                "Check the print; one of the three numbers is wrong.",
                "hazard_ratio",
            )
        coef = math.log(ratio.value)
        least, most = centre_range(low, high)
        if most < log_low(ratio) or least > math.log(ratio.high):
            cautions = (caution("ci-not-centred", ratio=ratio.value, centre=math.exp(centre)),)
    return derived(
        coef,
        (math.log(high.value) - math.log(low.value)) / width,
        "ci",
        f"{100 * level:g} % confidence interval, width on the log scale",
        se_low=max(log_low(high) - math.log(low.high), 0.0) / width,
        se_high=(math.log(high.high) - log_low(low)) / width,
        n=n,
        events=events,
        level=level,
        cautions=cautions,
    )


def centre_range(low: Printed, high: Printed) -> tuple[float, float]:
    """Range of the centre of an interval on the log scale, by rounding of its limits."""
    return (log_low(low) + log_low(high)) / 2.0, (math.log(low.high) + math.log(high.high)) / 2.0


def hazard_ratio_from_se(
    hazard_ratio: Number,
    se: Number,
    *,
    level: float = 0.95,
    n: int | None = None,
    events: int | None = None,
) -> DerivedHazardRatio:
    """What is the log hazard ratio, given the hazard ratio and the standard error of its log?

    `se` must belong to the log hazard ratio, not to the ratio itself. Raises InputError
    (``hr-not-positive``, ``no-standard-error``).

    Source: Parmar et al. 1998.

    >>> round(hazard_ratio_from_se(2.0, 0.25).hr_low, 3)
    1.225
    """
    ratio, error = ratio_of(hazard_ratio, "hazard_ratio"), printed(se)
    return derived(
        math.log(ratio.value),
        error.value,
        "se",
        "printed standard error of the log hazard ratio",
        se_low=error.low,
        se_high=error.high,
        n=n,
        events=events,
        level=level,
        reference=PARMAR,
    )


def hazard_ratio_from_p(
    hazard_ratio: Number,
    p: Number,
    *,
    level: float = 0.95,
    n: int | None = None,
    events: int | None = None,
) -> DerivedHazardRatio:
    """What is the standard error, given a hazard ratio and its two-sided p?

    |log HR| over the normal quantile of p. Exact for a Wald p, close for others. Near HR = 1 or
    p = 1 the digits of the print decide: `se_low` to `se_high` says how much, with the caution
    ``se-from-rounded-p`` where the range exceeds a tenth. Raises InputError (``p-is-a-bound`` for
    "<0.001" or "0.000").

    Source: Parmar et al. 1998; Tierney et al. 2007, doi:10.1186/1745-6215-8-16.

    >>> fit = hazard_ratio_from_p("1.77", "0.009")
    >>> round(fit.se_low, 3), round(fit.se_high, 3)
    (0.216, 0.221)
    """
    ratio, value = ratio_of(hazard_ratio, "hazard_ratio"), p_of(p, "p")
    coef, z = math.log(ratio.value), z_of(value.value)
    if z == 0.0 or coef == 0.0:
        raise refuse(
            "p-says-nothing",
            "A hazard ratio of 1 or a p of 1 leaves the standard error open.",
            "Use another source.",
            "p",
        )
    inner, outer = log_low(ratio), math.log(ratio.high)
    least = 0.0 if inner <= 0.0 <= outer else min(abs(inner), abs(outer))
    flattest = z_of(min(value.high, 1.0))
    se_low = least / z_of(value.low)
    se_high = max(abs(inner), abs(outer)) / flattest if flattest > 0.0 else math.inf
    se = abs(coef) / z
    wide = se_high - se_low > 0.1 * se
    found = caution("se-from-rounded-p", low=se_low, high=se_high)
    return derived(
        coef,
        se,
        "p",
        "hazard ratio and its two-sided p, as a Wald test",
        se_low=se_low,
        se_high=se_high,
        n=n,
        events=events,
        level=level,
        reference=f"{PARMAR}; {TIERNEY}",
        cautions=(found,) if wide else (),
    )


def hazard_ratio_from_observed_expected(
    observed_minus_expected: float,
    variance: float,
    *,
    level: float = 0.95,
    n: int | None = None,
    events: int | None = None,
) -> DerivedHazardRatio:
    """What is the hazard ratio, given observed minus expected events and their variance?

    (O - E) / V of the exposed group, standard error 1 / sqrt(V): one step from no difference
    (Peto). Far from 1 it is drawn towards 1 (caution ``one-step-estimate``).

    Source: Yusuf et al. 1985, doi:10.1016/S0033-0620(85)80003-7; Tierney et al. 2007.

    >>> round(hazard_ratio_from_observed_expected(-19.6, 121.25).hazard_ratio, 2)
    0.85
    """
    checked_number(observed_minus_expected, "observed_minus_expected")
    if not checked_number(variance, "variance") > 0.0:
        raise refuse(
            "variance-not-positive", "`variance` must be above zero.", "Check it.", "variance"
        )
    return derived(
        observed_minus_expected / variance,
        1.0 / math.sqrt(variance),
        "observed-expected",
        "observed minus expected events over their variance (Peto)",
        n=n,
        events=events,
        level=level,
        reference=f"Yusuf et al. 1985, doi:10.1016/S0033-0620(85)80003-7; {TIERNEY}",
        cautions=one_step(observed_minus_expected / variance),
    )


def one_step(coef: float) -> tuple[Caution, ...]:
    """A caution where a one-step estimate lies far from no difference."""
    if abs(coef) <= FAR_FROM_ONE:
        return ()
    return (caution("one-step-estimate", ratio=math.exp(coef)),)
