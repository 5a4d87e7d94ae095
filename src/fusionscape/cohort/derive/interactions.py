"""Whether the partner means the same in every subgroup: hazard ratios and interaction tests."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from fusionscape.cohort.cohort import Cohort
from fusionscape.cohort.derive.covariates import Covariate
from fusionscape.cohort.derive.cox_tables import BoolArray, Modelled, model
from fusionscape.cohort.derive.endpoints import EndpointData
from fusionscape.cohort.derive.estimable import absurd, too_few
from fusionscape.results import Estimate, FloatArray, Test, caution, make_id

MOST_LEVELS = 4


def _partner(covariates: Sequence[Covariate]) -> tuple[str, str, Covariate] | None:
    """The others against the commonest partner, the reference of the models, as one covariate."""
    found = next((c for c in covariates if c.name == "partner" and len(c.levels) > 1), None)
    if found is None:
        return None
    comparator = found.levels[0]
    exposure = found.levels[1] if len(found.levels) == 2 else "other partners"
    values = np.asarray(
        ["" if v == "" else comparator if v == comparator else exposure for v in found.values],
        dtype=object,
    )
    binary = Covariate(
        name="partner", label="Partner", values=values, levels=(comparator, exposure)
    )
    return exposure, comparator, binary


def _numbers(covariate: Covariate) -> list[FloatArray]:
    """The covariate as columns: itself, or one per level beside the reference."""
    if covariate.is_measurement:
        return [np.asarray(covariate.values, dtype=np.float64)]
    unknown = covariate.values == ""
    return [
        np.where(unknown, np.nan, (covariate.values == level).astype(np.float64))
        for level in covariate.levels[1:]
    ]


def _likelihood_ratio(full: Modelled, plain: Modelled, df: int) -> tuple[float, float]:
    statistic = max(0.0, 2 * (full.fit.loglik - plain.fit.loglik))
    from fusionscape.stats.logrank_tests import chi_square_p

    return statistic, chi_square_p(statistic, df)


def _products(partner: Covariate, other: Covariate) -> list[Covariate]:
    on = _numbers(partner)[0]
    return [
        Covariate(name=f"product {i}", label=f"Partner by {other.label} {i}", values=on * column)
        for i, column in enumerate(_numbers(other))
    ]


def _test(
    cohort: Cohort, data: EndpointData, partner: Covariate, other: Covariate, *, topic: str
) -> Test | None:
    """Likelihood ratio of the model with and without the product; Firth's p where separated."""
    level = cohort.plan.level
    products = _products(partner, other)
    whole = model(data, [partner, other, *products], level=level)
    if whole is None or len(whole.covariates) < 2 + len(products):
        return None
    if whole.fit.penalty is None:
        plain = model(data, [partner, other], level=level)
        if plain is None:
            return None
        statistic, p = _likelihood_ratio(whole, plain, len(products))
        method = "Likelihood-ratio test of the product"
    elif len(products) == 1:
        statistic, p = float(whole.fit.statistic[-1]), float(whole.fit.p[-1])
        method = "Penalised likelihood-ratio test of the product"
    else:
        return None
    if math.isnan(p):
        return None
    return Test(
        id=make_id(topic, data.endpoint, "interaction", other.name),
        label=f"Partner by {other.label}, {data.label.lower()}",
        p=p,
        statistic=statistic,
        df=float(len(products)),
        n=whole.fit.n,
        missing=cohort.n - whole.fit.n,
        family=f"interactions with partner, {data.label.lower()}",
        endpoint=data.endpoint,
        method=method,
        reference=whole.fit.reference,
        synthetic=cohort.synthetic,
        cautions=(caution("subgroups-small-power"), *whole.fit.cautions),
    )


def _inside(covariate: Covariate, level: str) -> BoolArray:
    out: BoolArray = covariate.values == level
    return out


def _subgroup(
    cohort: Cohort, data: EndpointData, names: tuple[str, str], partner: Covariate,
    other: Covariate, level: str, *, topic: str,
) -> Estimate | None:  # fmt: skip
    """The partner's hazard ratio among the patients of one level."""
    keep = _inside(other, level)
    here = Covariate(
        name=partner.name, label=partner.label,
        values=np.where(keep, partner.values, "").astype(object), levels=partner.levels,
    )  # fmt: skip
    sizes = [int(_inside(here, side).sum()) for side in names]
    found = model(data, [here], level=cohort.plan.level)
    if found is None or min(sizes) < cohort.plan.min_group:
        return None
    fit = found.fit
    ratio, low, high = (float(x[0]) for x in (fit.hazard_ratio, fit.hr_low, fit.hr_high))
    if not math.isfinite(ratio) or absurd(ratio, low, high) or too_few(n=fit.n, events=fit.events):
        return None
    return Estimate(
        id=make_id(topic, data.endpoint, "subgroup", other.name, level),
        label=f"{other.label}: {level}",
        scale="hazard ratio",
        estimate=ratio,
        ci_low=low,
        ci_high=high,
        level=fit.level,
        ci_method=fit.ci_method,
        n=fit.n,
        missing=int(keep.sum()) - fit.n,
        events=fit.events,
        exposure=names[0],
        comparator=names[1],
        endpoint=data.endpoint,
        group=f"{other.label}: {level}",
        method=fit.method,
        reference=fit.reference,
        synthetic=cohort.synthetic,
        cautions=fit.cautions,
    )


def interactions(
    cohort: Cohort, data: EndpointData, covariates: Sequence[Covariate], *, topic: str
) -> Iterator[Estimate | Test]:
    """The other partners against the commonest within each level of the other covariates.

    The p of a subgroup is that of the interaction; single subgroups are not tested.
    """
    found = _partner(covariates)
    if found is None:
        return
    exposure, comparator, partner = found
    for other in covariates:
        if other.name == "partner" or len(other.levels) > MOST_LEVELS:
            continue
        for level in other.levels:
            estimate = _subgroup(
                cohort, data, (exposure, comparator), partner, other, level, topic=topic
            )
            if estimate is not None:
                yield estimate
        test = _test(cohort, data, partner, other, topic=topic)
        if test is not None:
            yield test
