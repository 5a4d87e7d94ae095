"""The funnel, and tests whether small studies tell another story than large ones."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from fusionscape.results import (
    AsymmetryTest,
    Caution,
    FloatArray,
    Funnel,
    FunnelContour,
    FunnelPoint,
    PetPeese,
    caution,
)
from fusionscape.stats.limits import normal_quantile
from fusionscape.stats.observed import refuse
from fusionscape.stats.pooling_design import DesignFit, fit_design
from fusionscape.stats.pooling_gates import LEAST_FOR_SMALL_STUDY_TESTS
from fusionscape.stats.pooling_values import MODELS, NAMES, batch_of, centre, ratio
from fusionscape.stats.study_estimates import (
    StudyEstimates,
    check_choice,
    check_level,
    study_estimates,
)
from fusionscape.stats.tail_areas import quantile, two_sided

_EGGER = "Egger et al 1997, doi:10.1136/bmj.315.7109.629"
_STERNE = "Sterne and Egger 2005; Viechtbauer 2010, doi:10.18637/jss.v036.i03"
_STANLEY = "Stanley and Doucouliagos 2014, doi:10.1002/jrsm.1095"
_ON_A_LINE = 1e-12  # residual over total mean square below which the points are on a line


def funnel(
    yi: npt.ArrayLike,
    sei: npt.ArrayLike,
    *,
    model: str = "common",
    no_effect: float = 0.0,
    contours: Sequence[float] = (0.1, 0.05, 0.01),
    level: float = 0.95,
    labels: Sequence[str] | None = None,
) -> Funnel:
    """Where do the studies stand by effect and precision?

    Values for a contour-enhanced funnel: the studies, the centre by `model`, pseudo limits at
    `level` around it, and for each p in `contours` where a study of the largest standard error
    would just have that p against `no_effect`. At least two estimates; nan rows are left out.

    References
    ----------
    Peters et al (2008), doi:10.1016/j.jclinepi.2007.11.010.

    Examples
    --------
    >>> drawn = funnel([0.9, 1.0, 1.1], [0.3, 0.4, 0.5])
    >>> round(drawn.centre, 3), [round(c.high, 3) for c in drawn.contours]
    (0.967, [0.822, 0.98, 1.288])
    """
    check_choice(model, MODELS, "model")
    check_level(level)
    studies = study_estimates(yi, sei, labels, least=2)
    middle = centre(batch_of(studies), model).estimate
    widest = float(studies.se.max())
    half = normal_quantile(level) * widest
    return Funnel(
        id="funnel",
        label="",
        n=studies.n,
        missing=studies.missing,
        centre=middle,
        centre_model=model,
        no_effect=no_effect,
        se_max=widest,
        edge_low=middle - half,
        edge_high=middle + half,
        points=tuple(funnel_points(studies, no_effect)),
        contours=tuple(_contour(p, widest, no_effect) for p in contours),
        level=level,
        method=f"funnel around {NAMES[model]}; contours of the two-sided Wald p",
        reference="Peters et al 2008, doi:10.1016/j.jclinepi.2007.11.010",
    )


def funnel_points(studies: StudyEstimates, no_effect: float) -> list[FunnelPoint]:
    """The studies as points of a funnel."""
    return [
        FunnelPoint(
            label=label,
            estimate=float(studies.y[i]),
            se=float(studies.se[i]),
            p=two_sided(float((studies.y[i] - no_effect) / studies.se[i]), None),
        )
        for i, label in enumerate(studies.labels)
    ]


def _contour(p: float, se: float, no_effect: float) -> FunnelContour:
    check_level(p)
    reach = normal_quantile(1 - p) * se
    return FunnelContour(p=p, se=se, low=no_effect - reach, high=no_effect + reach)


def few(studies: StudyEstimates) -> tuple[Caution, ...]:
    """The caution every test of small-study effects carries below ten studies."""
    if studies.n >= LEAST_FOR_SMALL_STUDY_TESTS:
        return ()
    return (caution("too-few-for-funnel-tests", n=studies.n, least=LEAST_FOR_SMALL_STUDY_TESTS),)


def check_precision(studies: StudyEstimates) -> None:
    """Refuse studies that are all equally precise: nothing can go with precision then."""
    if float(np.ptp(studies.se)) <= 1e-9 * float(studies.se.max()):
        raise refuse(
            "equal-standard-errors",
            "All standard errors are the same, so no effect can go with precision.",
            "Leave the test out.",
            "sei",
        )


def egger(
    yi: npt.ArrayLike,
    sei: npt.ArrayLike,
    *,
    form: str = "classic",
    model: str = "reml",
    level: float = 0.95,
) -> AsymmetryTest:
    """Do less precise studies show larger effects (Egger's regression)?

    ``form="classic"``: estimates regressed on their standard errors with weights 1/v and the
    residual variance estimated, t with k - 2 degrees of freedom. It is Egger's regression of y/se
    on 1/se; `coef` is its intercept. ``form="random"``: the same line with additive tau2 by
    `model`, normal reference. `limit` is the effect at zero standard error. Points exactly on a
    line give no p (nan, with a caution). At least three estimates; nan rows are left out.

    References
    ----------
    Egger et al (1997), doi:10.1136/bmj.315.7109.629. Sterne and Egger (2005).

    Examples
    --------
    >>> test = egger([0.9, 1.3, 1.2, 2.0], [0.3, 0.4, 0.5, 0.6])
    >>> round(test.statistic, 3), test.df
    (2.935, 2.0)
    """
    check_choice(form, ("classic", "random"), "form")
    check_choice(model, MODELS[1:], "model")
    check_level(level)
    studies = study_estimates(yi, sei, least=3)
    check_precision(studies)
    if form == "classic":
        return limit_regression(studies, studies.se, "egger, classic", _EGGER, level)
    fit = fit_design(studies, np.column_stack([np.ones(studies.n), studies.se]), model)
    name = f"egger, random effects ({model})"
    return _asymmetry(studies, fit, (1.0, None), name, _STERNE, level, on_a_line=False)


def limit_regression(
    studies: StudyEstimates, predictor: FloatArray, form: str, reference: str, level: float
) -> AsymmetryTest:
    """Estimates on `predictor`, weights 1/v, dispersion estimated, t with k - 2."""
    fit = fit_design(studies, np.column_stack([np.ones(studies.n), predictor]), "common")
    flat = fit_design(studies, np.ones((studies.n, 1)), "common")
    on_a_line = fit.q <= _ON_A_LINE * max(flat.q, float((studies.y**2 / studies.v).sum()))
    factor = math.sqrt(fit.spread), float(fit.df)
    return _asymmetry(studies, fit, factor, form, reference, level, on_a_line=on_a_line)


def _asymmetry(
    studies: StudyEstimates,
    fit: DesignFit,
    inflated: tuple[float, float | None],
    form: str,
    reference: str,
    level: float,
    *,
    on_a_line: bool,
) -> AsymmetryTest:
    factor, df = inflated
    limit, coef = (float(value) for value in fit.coef)
    limit_se, coef_se = (factor * math.sqrt(float(v)) for v in np.diag(fit.covariance))
    half = quantile(level, df) * limit_se
    statistic = math.nan if on_a_line else ratio(coef, coef_se)
    cautions = few(studies)
    if on_a_line:
        cautions = (*cautions, caution("studies-on-a-line", n=studies.n))
    return AsymmetryTest(
        id="small-study-effects",
        label="",
        form=form,
        n=studies.n,
        missing=studies.missing,
        statistic=statistic,
        df=df,
        p=two_sided(statistic, df),
        coef=coef,
        coef_se=coef_se,
        method=form,
        reference=reference,
        limit=limit,
        limit_se=limit_se,
        limit_low=limit - half,
        limit_high=limit + half,
        limit_p=math.nan if on_a_line else two_sided(ratio(limit, limit_se), df),
        tau2=fit.tau2 if df is None else None,
        level=level,
        cautions=cautions,
    )


def pet_peese(
    yi: npt.ArrayLike,
    sei: npt.ArrayLike,
    *,
    least: int = LEAST_FOR_SMALL_STUDY_TESTS,
    level: float = 0.95,
) -> PetPeese:
    """What would a study without sampling error show (a sensitivity analysis)?

    PET regresses the estimates on their standard errors, PEESE on their variances, both with
    weights 1/v, dispersion estimated and t with k - 2; the `limit` of each is its answer. Below
    `least` estimates nothing is computed and a caution says so. Both can mislead when studies
    truly differ.

    References
    ----------
    Stanley and Doucouliagos (2014), doi:10.1002/jrsm.1095.

    Examples
    --------
    >>> pet_peese([0.9, 1.0, 1.1], [0.3, 0.4, 0.5]).pet is None
    True
    """
    check_level(level)
    studies = study_estimates(yi, sei, least=1)
    pet = peese = chosen = None
    cautions: tuple[Caution, ...] = (caution("too-few-for-limit", n=studies.n, least=least),)
    if studies.n >= max(least, 3):
        check_precision(studies)
        pet = limit_regression(studies, studies.se, "PET", _STANLEY, level)
        peese = limit_regression(studies, studies.v, "PEESE", _STANLEY, level)
        chosen = "peese" if pet.limit_p is not None and pet.limit_p < 0.1 else "pet"
        cautions = (caution("sensitivity-only"),)
    return PetPeese(
        id="pet-peese",
        label="",
        n=studies.n,
        missing=studies.missing,
        pet=pet,
        peese=peese,
        chosen=chosen,
        method="weighted regression on standard error (PET) and variance (PEESE)",
        reference=_STANLEY,
        cautions=cautions,
    )
