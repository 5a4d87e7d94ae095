"""Cox regression: one engine for right-censored, delayed-entry and time-dependent data."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from fusionscape.stats.cox_cautions import alias_caution, fit_cautions
from fusionscape.stats.cox_climb import climbed_model, robust_covariance
from fusionscape.stats.cox_input import CoxData, CoxError, check_level, checked
from fusionscape.stats.cox_newton import aliases, evaluate, inverted, model_of
from fusionscape.stats.cox_result import CoxFit
from fusionscape.stats.cox_table import table
from fusionscape.stats.design import Design

FEWEST_CLUSTERS = 3


def cox(
    time: npt.ArrayLike,
    event: npt.ArrayLike,
    X: npt.ArrayLike | Design,
    *,
    entry: npt.ArrayLike | None = None,
    strata: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    weights_kind: str = "case",
    offset: npt.ArrayLike | None = None,
    cluster: npt.ArrayLike | None = None,
    robust: bool = False,
    ties: str = "efron",
    penalty: str | None = "auto",
    names: Sequence[str] | None = None,
    terms: Sequence[str] | None = None,
    level: float = 0.95,
) -> CoxFit:
    """How much does each covariate multiply the hazard, the others held?

    Maximum partial likelihood under proportional hazards. `time` and `entry` share one unit;
    a row is at risk on (entry, time], so a time-dependent covariate is several rows of one
    patient (give `cluster` only for a robust standard error). `X` is (rows, covariates) or the
    `Design` of `stats.design_matrix`, which brings names and terms; `terms` names the term of
    each column for tests of several columns at once.

    `weights_kind`: "case" (the likelihood is weighted), "frequency" (2 is two identical rows),
    "probability" (as case, and the standard error is robust). A row of weight 0 is an absent
    row. `robust` or `cluster` gives the sandwich standard error; it needs three clusters at
    least, and more clusters than coefficients (CoxError ``too-few-clusters``).

    `penalty`: "firth" always penalises; "auto" does when the partial likelihood is monotone (a
    covariate, or a combination, orders all deaths, so that its estimate is infinite), for every
    row of that fit, and says so; None never does, and then monotone data get no interval.
    Penalised fits carry profile penalised-likelihood limits and likelihood-ratio p values;
    others Wald. With `robust`, Firth fits keep Wald limits from the sandwich unless the
    likelihood is monotone, where Wald limits mean nothing.

    A constant or collinear column is kept with nan and a caution that names it; columns are
    taken in order. Missing values are refused (CoxError names the column), as are data without
    an event. `exact` ties take neither weights nor a robust standard error.

    Sources: Cox (1972) doi:10.1111/j.2517-6161.1972.tb00899.x; Andersen and Gill (1982)
    doi:10.1214/aos/1176345976; Heinze and Schemper (2001)
    doi:10.1111/j.0006-341X.2001.00114.x.

    >>> from fusionscape import stats
    >>> fit = stats.cox([4, 3, 2, 1], [1, 1, 1, 0], [[0], [1], [0], [1]], penalty=None)
    >>> round(float(fit.hazard_ratio[0]), 3)
    1.414
    >>> two = stats.cox([1, 2], [1, 0], [[1], [0]])   # one death, the exposed patient
    >>> two.penalty, round(float(two.hazard_ratio[0]), 6)
    ('firth', 3.0)
    """
    check_options(penalty, level)
    columns, names, terms = spread(X, names, terms)
    data = checked(
        time,
        event,
        columns,
        entry=entry,
        strata=strata,
        weights=weights,
        weights_kind=weights_kind,
        offset=offset,
        cluster=cluster,
        ties=ties,
        names=names,
        terms=terms,
    )
    wants_robust = robust or cluster is not None or weights_kind == "probability"
    return fitted(data, wants_robust, penalty, level)


def check_options(penalty: str | None, level: float) -> None:
    """Refuse an option that does not exist."""
    if penalty not in ("auto", "firth", None):
        raise CoxError("unknown-option", 'penalty must be "auto", "firth" or None')
    check_level(level)


def check_clusters(data: CoxData, parameters: int) -> None:
    """Refuse clusters too few for a sandwich.

    The scores of the clusters add up to zero, so c clusters carry c - 1 free pieces: with no more
    clusters than parameters the covariance is singular, with two it rests on one number.
    """
    if data.cluster is None:
        return
    clusters = len(np.unique(data.cluster))
    if clusters >= max(FEWEST_CLUSTERS, parameters + 1):
        return
    raise CoxError(
        "too-few-clusters",
        f"{clusters} distinct value(s) of cluster cannot carry a robust standard error for "
        f"{parameters} parameter(s); leave cluster out or use fewer covariates",
        column="cluster",
        n=clusters,
        parameters=parameters,
    )


def spread(
    X: npt.ArrayLike | Design, names: Sequence[str] | None, terms: Sequence[str] | None
) -> tuple[npt.ArrayLike, Sequence[str] | None, Sequence[str] | None]:
    """Columns, names and terms, from a Design where one is given."""
    if isinstance(X, Design):
        return X.X, names or X.names, terms or X.terms
    return X, names, terms


def fitted(data: CoxData, robust: bool, penalty: str | None, level: float) -> CoxFit:
    """Fit, decide on the penalty, and fill the result."""
    if robust and data.ties == "exact":
        raise CoxError("exact-ties-robust", "exact ties have no robust standard error; use Efron")
    whole = model_of(data)
    null = evaluate(whole, np.zeros(len(whole.XT)))
    reasons = aliases(null.information, float(whole.sets.death_weight.sum()))
    used = np.array([reason is None for reason in reasons])
    cautions = [
        alias_caution(data, column, *reason)
        for column, reason in enumerate(reasons)
        if reason is not None
    ]
    climbed = climbed_model(whole, used, null, penalty)
    inverse = inverted(climbed.peak.at.information)[0]
    covariance = inverse
    if robust and used.any():
        check_clusters(data, int(used.sum()))
        covariance = robust_covariance(data, climbed, inverse)
    cautions += fit_cautions(data, climbed, robust, penalty)
    return table(data, climbed, inverse, covariance, robust, level, cautions)
