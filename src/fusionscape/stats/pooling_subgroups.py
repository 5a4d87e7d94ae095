"""Pools of subgroups of studies, and the test between them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from fusionscape.results import Caution, FloatArray, OmnibusTest, Pool, SubgroupPools, caution
from fusionscape.stats.meta_regressions import omnibus
from fusionscape.stats.observed import IntArray, labelled, numbers, refuse
from fusionscape.stats.pooling import pool_studies
from fusionscape.stats.pooling_design import DesignFit, fit_design, inflation
from fusionscape.stats.pooling_values import (
    INTERVAL_NAMES,
    INTERVALS,
    MODELS,
    NAMES,
    SOURCES,
    i2_of,
    ratio,
    study_rows,
)
from fusionscape.stats.study_estimates import (
    StudyEstimates,
    check_choice,
    check_level,
    study_estimates,
)
from fusionscape.stats.tail_areas import chi_square_p, quantile, two_sided
from fusionscape.stats.weighted_means import fit_at, make_batch, trace_p


def subgroups(
    yi: npt.ArrayLike,
    sei: npt.ArrayLike,
    group: Any,
    *,
    tau2: str = "separate",
    model: str = "reml",
    ci: str = "mhk",
    level: float = 0.95,
    labels: tuple[str, ...] | None = None,
) -> SubgroupPools:
    """Do subgroups of studies differ?

    A pool per value of `group` (one label per row). ``tau2="separate"``: each subgroup as by
    `pool`, and Q between from their Wald standard errors; a subgroup of one study has no tau2, is
    left out of the test and named in a caution. ``tau2="common"``: one tau2 for all (regression on
    the groups); Q between as a Wald chi-square and as Hartung and Knapp's F. A common-effect
    `model` has no tau2 and both forms agree. Rows with nan or no group are left out and counted.

    References
    ----------
    Borenstein and Higgins (2013), doi:10.1007/s11121-013-0377-7. Knapp and Hartung (2003),
    doi:10.1002/sim.1482.

    Examples
    --------
    >>> fit = subgroups([0.1, 0.2, 0.8, 0.9], [0.1, 0.1, 0.1, 0.1], ["a", "a", "b", "b"])
    >>> fit.groups, round(fit.between[0].statistic, 2)
    (('a', 'b'), 49.0)
    """
    check_choice(model, MODELS, "model")
    check_choice(ci, INTERVALS, "ci")
    check_choice(tau2, ("separate", "common"), "tau2")
    check_level(level)
    y = numbers(yi, "yi")
    codes, names, known = labelled(group, y.size, "group")
    studies = study_estimates(np.where(known, y, np.nan), sei, labels)
    codes = codes[studies.kept]
    there = np.unique(codes)
    if there.size < 2:
        raise refuse("one-group", "There is only one subgroup.", "Use `pool`.", "group")
    groups = tuple(names[i] for i in there)
    codes = np.searchsorted(there, codes)
    shell = SubgroupPools(
        id="subgroups",
        label="",
        n=studies.n,
        missing=studies.missing,
        model=model,
        interval="wald" if model == "common" else ci,
        tau2_form="none" if model == "common" else tau2,
        groups=groups,
        pools=(),
        between=(),
        tau2=None,
        level=level,
        method=f"{NAMES[model]}; {tau2} tau2 in subgroups",
        reference="Borenstein and Higgins 2013, doi:10.1007/s11121-013-0377-7",
    )
    form = _separate if tau2 == "separate" and model != "common" else _common
    return form(shell, studies, codes)


def _member(studies: StudyEstimates, rows: IntArray) -> StudyEstimates:
    return StudyEstimates(
        y=studies.y[rows],
        v=studies.v[rows],
        labels=tuple(studies.labels[i] for i in rows),
        kept=studies.kept[rows],
        missing=0,
    )


def _separate(shell: SubgroupPools, studies: StudyEstimates, codes: IntArray) -> SubgroupPools:
    pools, cautions, kept = [], [], []
    for i, name in enumerate(shell.groups):
        rows = np.flatnonzero(codes == i)
        if rows.size < 2:
            cautions.append(caution("subgroup-of-one", group=name))
            continue
        fit = pool_studies(_member(studies, rows), shell.model, shell.interval, shell.level)
        pools.append(replace(fit, id=f"subgroups/{i + 1}", label=name))
        kept.append(name)
    return replace(
        shell,
        groups=tuple(kept),
        pools=tuple(pools),
        between=_q_between(pools),
        cautions=tuple(cautions),
    )


def _q_between(pools: list[Pool]) -> tuple[OmnibusTest, ...]:
    """Cochran's Q of the subgroup means, weighted by their Wald standard errors."""
    if len(pools) < 2:
        return ()
    wald = np.array([_wald_se(p) for p in pools])
    q = float(fit_at(make_batch(np.array([p.estimate for p in pools]), wald**2), np.zeros(1)).q[0])
    df = len(pools) - 1
    return (OmnibusTest(name="Q between", statistic=q, df=df, df2=None, p=chi_square_p(q, df)),)


def _wald_se(pool: Pool) -> float:
    return 1.0 / math.sqrt(sum(1.0 / (s.se**2 + pool.tau2) for s in pool.studies))


def _common(shell: SubgroupPools, studies: StudyEstimates, codes: IntArray) -> SubgroupPools:
    cells = np.eye(len(shell.groups))[codes]
    fit = fit_design(studies, cells, shell.model)
    contrast = cells.copy()
    contrast[:, 0] = 1.0  # the first group becomes the intercept
    differences = fit_design(studies, contrast, shell.model)
    others = np.arange(1, len(shell.groups))
    between = [omnibus(differences, others, "wald", "Q between")]
    if shell.interval != "wald":
        between.append(omnibus(differences, others, shell.interval, "F between"))
    pools = tuple(
        _cell(shell, _member(studies, np.flatnonzero(codes == i)), fit, i)
        for i in range(len(shell.groups))
    )
    return replace(shell, pools=pools, between=tuple(between), tau2=fit.tau2)


def _cell(shell: SubgroupPools, mine: StudyEstimates, fit: DesignFit, i: int) -> Pool:
    """The pool of one subgroup at the tau2 that all share."""
    factor, df = inflation(fit, shell.interval)
    estimate, se = float(fit.coef[i]), factor * math.sqrt(float(fit.covariance[i, i]))
    half, statistic = quantile(shell.level, df) * se, ratio(estimate, se)
    batch = make_batch(mine.y, mine.v)
    plain = fit_at(batch, np.zeros(1))
    q, q_df = float(plain.q[0]), mine.n - 1
    typical = q_df / float(trace_p(batch, plain)[0]) if q_df else math.nan
    common, random = _shares(plain.w[0]), _shares(1.0 / (mine.v + fit.tau2))
    from_q = 100.0 * max(0.0, 1 - q_df / q) if q > 0 else 0.0
    plain_model = shell.model == "common"
    return Pool(
        id=f"subgroups/{i + 1}",
        label=shell.groups[i],
        n=mine.n,
        missing=0,
        model=shell.model,
        interval=shell.interval,
        estimate=estimate,
        se=se,
        ci_low=estimate - half,
        ci_high=estimate + half,
        level=shell.level,
        statistic=statistic,
        df=df,
        p=two_sided(statistic, df),
        tau2=fit.tau2,
        tau2_se=fit.tau2_se,
        tau2_low=None,
        tau2_high=None,
        i2=from_q if plain_model else i2_of(fit.tau2, typical),
        h2=(q / q_df if q_df else math.nan) if plain_model else fit.tau2 / typical + 1.0,
        q=q,
        q_df=q_df,
        q_p=chi_square_p(q, q_df),
        studies=study_rows(mine, common, random, shell.level),
        method=f"{NAMES[shell.model]}, tau2 shared; {INTERVAL_NAMES[shell.interval]}",
        reference=SOURCES[shell.model] + SOURCES[shell.interval],
        cautions=_alone(mine, shell.groups[i]),
    )


def _shares(w: FloatArray) -> FloatArray:
    total: FloatArray = w / w.sum()
    return total


def _alone(mine: StudyEstimates, name: str) -> tuple[Caution, ...]:
    return (caution("subgroup-of-one", group=name),) if mine.n == 1 else ()
