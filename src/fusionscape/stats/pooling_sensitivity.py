"""Pools of nearby sets of studies: one left out, one added at a time, every subset."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from fusionscape.results import AllSubsets, FloatArray, PoolStep, PoolSteps, caution
from fusionscape.stats.observed import numbers, read_only, refuse
from fusionscape.stats.pooling import pool_studies
from fusionscape.stats.pooling_values import INTERVAL_NAMES, INTERVALS, MODELS, NAMES, SOURCES
from fusionscape.stats.study_estimates import (
    StudyEstimates,
    check_choice,
    check_level,
    study_estimates,
)
from fusionscape.stats.tail_areas import quantile, two_sided
from fusionscape.stats.tau_squared import tau_squared
from fusionscape.stats.weighted_means import fit_at, make_batch

MOST_SUBSETS = 32768  # all subsets of 15 studies


def _subset(studies: StudyEstimates, rows: npt.NDArray[np.intp]) -> StudyEstimates:
    return StudyEstimates(
        y=studies.y[rows],
        v=studies.v[rows],
        labels=tuple(studies.labels[i] for i in rows),
        kept=studies.kept[rows],
        missing=0,
    )


def _step(studies: StudyEstimates, label: str, model: str, ci: str, level: float) -> PoolStep:
    if studies.n == 1:
        y, se = float(studies.y[0]), float(studies.se[0])
        half = quantile(level, None) * se
        return PoolStep(
            label=label, n=1, estimate=y, se=se, ci_low=y - half, ci_high=y + half,
            p=two_sided(y / se, None), tau2=None, i2=None, q=None, q_p=None,
        )  # fmt: skip
    fit = pool_studies(studies, model, ci, level)
    return PoolStep(
        label=label,
        n=fit.n,
        estimate=fit.estimate,
        se=fit.se,
        ci_low=fit.ci_low,
        ci_high=fit.ci_high,
        p=fit.p,
        tau2=fit.tau2,
        i2=fit.i2,
        q=fit.q,
        q_p=fit.q_p,
    )


def _steps(
    studies: StudyEstimates,
    steps: tuple[PoolStep, ...],
    kind: str,
    model: str,
    ci: str,
    level: float,
) -> PoolSteps:
    interval = "wald" if model == "common" else ci
    return PoolSteps(
        id=kind,
        label="",
        n=studies.n,
        missing=studies.missing,
        kind_of_step=kind,
        model=model,
        interval=interval,
        steps=steps,
        level=level,
        method=f"{NAMES[model]}; {INTERVAL_NAMES[interval]}; {kind}",
        reference=SOURCES[model] + SOURCES[interval],
    )


def leave_one_out(
    yi: npt.ArrayLike,
    sei: npt.ArrayLike,
    *,
    model: str = "reml",
    ci: str = "mhk",
    level: float = 0.95,
    labels: Sequence[str] | None = None,
) -> PoolSteps:
    """Does the pool hang on one study?

    `pool` without each study in turn; the label of a step is the study left out. At least three
    estimates. Shapes, models and missing values as in `pool`.

    Examples
    --------
    >>> [round(s.estimate, 3) for s in leave_one_out([0.9, 1.0, 1.1], [0.3, 0.4, 0.5]).steps]
    [1.039, 0.953, 0.936]
    """
    studies = _checked(yi, sei, labels, model, ci, level, 3)
    whole = np.arange(studies.n)
    steps = tuple(
        _step(_subset(studies, np.delete(whole, i)), studies.labels[i], model, ci, level)
        for i in whole
    )
    return _steps(studies, steps, "leave-one-out", model, ci, level)


def cumulative(
    yi: npt.ArrayLike,
    sei: npt.ArrayLike,
    *,
    order: npt.ArrayLike | None = None,
    model: str = "reml",
    ci: str = "mhk",
    level: float = 0.95,
    labels: Sequence[str] | None = None,
) -> PoolSteps:
    """How did the evidence build up?

    Pools of the first study, the first two, and so on, sorted by `order` (year, say; ties keep the
    order given; nan last), by default as given. The first step is the first study alone.

    Examples
    --------
    >>> [s.n for s in cumulative([0.9, 1.0, 1.1], [0.3, 0.4, 0.5]).steps]
    [1, 2, 3]
    """
    studies = _checked(yi, sei, labels, model, ci, level, 2)
    sequence = np.arange(studies.n)
    if order is not None:
        keys = numbers(order, "order", np.asarray(yi).size)[studies.kept]
        sequence = np.argsort(keys, kind="stable")
    steps = tuple(
        _step(_subset(studies, sequence[: i + 1]), studies.labels[j], model, ci, level)
        for i, j in enumerate(sequence.tolist())
    )
    return _steps(studies, steps, "cumulative", model, ci, level)


def _checked(
    yi: npt.ArrayLike,
    sei: npt.ArrayLike,
    labels: Sequence[str] | None,
    model: str,
    ci: str,
    level: float,
    least: int,
) -> StudyEstimates:
    check_choice(model, MODELS, "model")
    check_choice(ci, INTERVALS, "ci")
    check_level(level)
    return study_estimates(yi, sei, labels, least=least)


def all_subsets(
    yi: npt.ArrayLike,
    sei: npt.ArrayLike,
    *,
    model: str = "reml",
    labels: Sequence[str] | None = None,
    most: int = MOST_SUBSETS,
    seed: int = 20240514,
) -> AllSubsets:
    """Is there a cluster of studies that tells another story (GOSH)?

    Pools every subset of two or more of 3 to 50 studies; if there are more than `most`, a random
    sample of `most` distinct ones drawn with `seed` (every study in or out with even chance), and
    says so. `estimate` and `i2` (per cent; from tau2, for a common effect from Q) have one entry
    per subset, in the order of their bit masks.

    References
    ----------
    Olkin, Dahabreh and Trikalinos (2012), doi:10.1002/jrsm.1053.

    Examples
    --------
    >>> all_subsets([0.9, 1.0, 1.1], [0.3, 0.4, 0.5]).subsets
    4
    """
    studies = _checked(yi, sei, labels, model, "wald", 0.95, 3)
    if studies.n > 50:
        raise refuse("too-many-studies", "Subsets are pooled of up to 50 studies.", "Use fewer.")
    complete = 2**studies.n - studies.n - 1 <= most
    masks = _masks(studies.n, complete, most, seed)
    present = (masks[:, None] >> np.arange(studies.n)[None, :] & 1).astype(np.float64)
    estimate, i2 = _subset_pools(studies, present, model)
    return read_only(
        AllSubsets(
            id="all-subsets",
            label="",
            n=studies.n,
            missing=studies.missing,
            subsets=int(masks.size),
            complete=complete,
            model=model,
            labels=studies.labels,
            estimate=estimate,
            i2=i2,
            size=present.sum(axis=1),
            membership=masks.astype(np.float64),
            seed=None if complete else seed,
            method=f"{NAMES[model]}; every subset of two or more studies",
            reference="Olkin, Dahabreh and Trikalinos 2012, doi:10.1002/jrsm.1053",
            cautions=()
            if complete
            else (caution("subsets-sampled", n=int(masks.size), seed=seed),),
        )
    )


def _masks(n: int, complete: bool, most: int, seed: int) -> npt.NDArray[np.int64]:
    if complete:
        masks = np.arange(1, 2**n, dtype=np.int64)
        several: npt.NDArray[np.int64] = masks[(masks & (masks - 1)) != 0]
        return several
    random = np.random.default_rng(seed)
    found = np.zeros(0, dtype=np.int64)
    while found.size < most:
        drawn = random.integers(1, 2**n, most, dtype=np.int64)
        found = np.union1d(found, drawn[(drawn & (drawn - 1)) != 0])
    return np.sort(random.permutation(found)[:most])


def _subset_pools(
    studies: StudyEstimates, present: FloatArray, model: str
) -> tuple[FloatArray, FloatArray]:
    batch = make_batch(studies.y, studies.v, present=present)
    tau2 = tau_squared(batch, model)
    estimate = fit_at(batch, tau2).coef[:, 0]
    plain = fit_at(batch, np.zeros_like(tau2))
    df = batch.n - 1
    if model == "common":
        q = plain.q
        return estimate, np.where(q > df, 100.0 * (1 - df / np.where(q > 0, q, 1.0)), 0.0)
    typical = df / (plain.w.sum(axis=1) - (plain.w**2).sum(axis=1) / plain.w.sum(axis=1))
    return estimate, 100.0 * tau2 / (tau2 + typical)
