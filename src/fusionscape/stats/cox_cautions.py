"""What the reader of a Cox fit must know."""

from __future__ import annotations

import numpy as np

from fusionscape.results import Caution, caution
from fusionscape.stats.cox_climb import Climbed
from fusionscape.stats.cox_input import BoolArray, CoxData
from fusionscape.stats.cox_intervals import Rows

FEWEST_EVENTS_PER_VARIABLE = 10
FEWEST_CLUSTERS = 20


def alias_caution(data: CoxData, column: int, code: str, explained_by: list[int]) -> Caution:
    """Say which column has no coefficient, and why."""
    name = data.names[column]
    values = data.X[:, column]
    if values.max() == values.min():
        return caution("constant-covariate", covariate=name, value=float(values[0]))
    if code == "collinear-covariate":
        others = ", ".join(data.names[k] for k in explained_by)
        return caution("collinear-covariate", covariate=name, explained_by=others)
    return caution(code, covariate=name)


def fit_cautions(data: CoxData, climbed: Climbed, robust: bool, asked: str | None) -> list[Caution]:
    """What the reader of this fit must know."""
    names = [name for name, use in zip(data.names, climbed.used, strict=True) if use]
    answer = "firth" if climbed.penalty else "none"
    found = [
        caution(
            "monotone-likelihood",
            covariate=names[run.column],
            direction=run.direction,
            alone=run.alone,
            penalty=answer,
        )
        for run in climbed.diverging
    ]
    if climbed.diverging and climbed.penalty and asked == "auto":
        found.append(caution("switched-to-firth", covariates=len(names)))
    if climbed.diverging and not climbed.penalty:
        found.append(caution("no-interval-monotone-likelihood"))
    events, variables = int(data.event.sum()), len(names)
    if variables and events < FEWEST_EVENTS_PER_VARIABLE * variables:
        found.append(caution("few-events-per-variable", events=events, variables=variables))
    if robust and climbed.diverging and climbed.penalty:
        found.append(caution("profile-interval-not-robust"))
    clusters = 0 if data.cluster is None else len(np.unique(data.cluster))
    if 0 < clusters < FEWEST_CLUSTERS:
        found.append(caution("few-clusters", n=clusters))
    if climbed.failed == "not converged":
        found.append(caution("not-converged", iterations=climbed.peak.iterations))
    return found


def profile_cautions(rows: Rows, used: BoolArray, names: tuple[str, ...]) -> tuple[Caution, ...]:
    """Profile limits that were not reached."""
    if not rows.ci_method.startswith("profile"):
        return ()
    kept = np.flatnonzero(used).tolist()
    open_ended = ~(np.isfinite(rows.low) & np.isfinite(rows.high))
    return tuple(
        caution("profile-limit-not-reached", covariate=names[kept[k]])
        for k in np.flatnonzero(open_ended).tolist()
    )
