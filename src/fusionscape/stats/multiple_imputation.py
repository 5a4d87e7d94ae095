"""Unknown covariates of a survival model drawn from what is known: chained equations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

from fusionscape.results import FloatArray
from fusionscape.stats.cumulative_hazard import nelson_aalen
from fusionscape.stats.observed import refuse

REFERENCE = "White & Royston 2009, doi:10.1002/sim.3618; van Buuren 2018, doi:10.1201/9780429492259"
ObjectArray = npt.NDArray[np.object_]
DONORS = 5
PRIOR_SD = 2.5  # of a standardised logistic coefficient: keeps perfect prediction finite
_RIDGE = 1e-5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Completed:
    """Completed copies of the covariates: one mapping of columns an imputation."""

    sets: tuple[Mapping[str, npt.NDArray[Any]], ...]
    drawn: Mapping[str, int]
    iterations: int
    seed: int
    method: str = "Chained equations: predictive mean matching, logistic regression"
    reference: str = REFERENCE


def baseline_hazard_of(time: Any, event: Any, entry: Any = None) -> FloatArray:
    """Nelson-Aalen cumulative hazard over each patient's own time under observation."""
    curve = nelson_aalen(time, event, entry=entry).curves[0]
    steps = np.concatenate([[0.0], np.asarray(curve.estimate, dtype=np.float64)])
    times = np.asarray(curve.time, dtype=np.float64)
    out: FloatArray = steps[np.searchsorted(times, np.asarray(time, dtype=float), side="right")]
    if entry is not None:
        out = out - steps[np.searchsorted(times, np.asarray(entry, dtype=float), side="right")]
    return out


def impute(
    columns: Mapping[str, npt.ArrayLike],
    time: npt.ArrayLike,
    event: npt.ArrayLike,
    *,
    entry: npt.ArrayLike | None = None,
    imputations: int = 20,
    iterations: int = 10,
    seed: int = 20240514,
) -> Completed:
    """Which values might the unknown covariates have had, given everything that is known?

    Multiple imputation by chained equations. Every covariate is predicted from all others, the
    event indicator and the Nelson-Aalen cumulative hazard at the patient's time (White and
    Royston 2009). Numbers: predictive mean matching on five donors, parameters drawn anew for
    each imputation. Labels: logistic regression with drawn coefficients, levels in sequence
    where there are more than two, with a normal prior of SD 2.5 on standardised coefficients
    against perfect prediction. The outcome is never imputed. Assumes that values are missing at
    random given all of these.

    Parameters
    ----------
    columns : numbers (nan unknown) or labels (empty unknown), a value a patient.
    seed : each imputation has its own stream; rows are put in order of their values before
        drawing, so neither their order nor the patients' names change a draw.

    Refused: an unknown outcome, a covariate nobody has a value of or that does not vary.

    Source: White & Royston 2009, doi:10.1002/sim.3618; van Buuren 2018,
    doi:10.1201/9780429492259; White, Daniel & Royston 2010, doi:10.1016/j.csda.2010.04.005.

    >>> nan = float("nan")
    >>> done = impute({"age": [1.0, 2.0, nan, 4.0], "sex": ["f", "m", "f", "m"]},
    ...               [5, 6, 7, 8], [1, 0, 1, 1], imputations=2)
    >>> dict(done.drawn), [float(s["age"][2]) in (1.0, 2.0, 4.0) for s in done.sets]
    ({'age': 1, 'sex': 0}, [True, True])
    """
    outcome = _outcome(time, event, entry)
    given = {name: _column(name, values, len(outcome)) for name, values in columns.items()}
    blank = {name: _unknown(values) for name, values in given.items()}
    order = _row_order(outcome, np.asarray(time, dtype=float), given, blank)
    placed = {name: values[order] for name, values in given.items()}
    holes = {name: unknown[order] for name, unknown in blank.items()}
    back = np.argsort(order)
    sets = tuple(
        {
            name: values[back]
            for name, values in _chain(
                placed, holes, outcome[order], iterations, np.random.default_rng([seed, i])
            ).items()
        }
        for i in range(imputations)
    )
    drawn = {name: int(unknown.sum()) for name, unknown in blank.items()}
    return Completed(sets=sets, drawn=drawn, iterations=iterations, seed=seed)


def _row_order(
    outcome: FloatArray,
    time: FloatArray,
    given: Mapping[str, npt.NDArray[Any]],
    blank: Mapping[str, npt.NDArray[np.bool_]],
) -> npt.NDArray[np.int64]:
    """Rows by time, event, hazard and then every covariate, the unknown last."""
    keys: list[npt.NDArray[Any]] = []
    for name in sorted(given):
        values, unknown = given[name], blank[name]
        if values.dtype == np.object_:
            values = np.where(unknown, "", values).astype(str)
        keys += [unknown, values]
    order: npt.NDArray[np.int64] = np.lexsort([*keys[::-1], outcome[:, 1], outcome[:, 0], time])
    return order


def _outcome(time: Any, event: Any, entry: Any) -> FloatArray:
    times, happened = np.asarray(time, dtype=float), np.asarray(event, dtype=float)
    if np.isnan(times).any() or np.isnan(happened).any():
        raise refuse(
            "outcome-unknown", "A time or an event is unknown.",
            "Leave these patients out: outcomes are never imputed.",
        )  # fmt: skip
    return np.column_stack([happened, baseline_hazard_of(times, happened, entry)])


def _column(name: str, values: Any, n: int) -> npt.NDArray[Any]:
    column = np.asarray(values)
    column = column.astype(float) if column.dtype.kind in "biuf" else column.astype(object)
    known = column[~_unknown(column)]
    if column.size != n or len(set(known.tolist())) < 2:
        raise refuse(
            "nothing-to-learn-from", f"{name} has no two known values that differ.",
            "Leave it out of the model.", name,
        )  # fmt: skip
    return column


def _unknown(values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    if values.dtype == np.object_:
        return np.asarray([v is None or v == "" for v in values.tolist()], dtype=np.bool_)
    out: npt.NDArray[np.bool_] = np.isnan(values)
    return out


def _chain(
    given: Mapping[str, npt.NDArray[Any]], blank: Mapping[str, npt.NDArray[np.bool_]],
    outcome: FloatArray, iterations: int, draw: np.random.Generator,
) -> Mapping[str, npt.NDArray[Any]]:  # fmt: skip
    """One completed data set: start from observed values, then update column by column."""
    now = {name: values.copy() for name, values in given.items()}
    order = sorted((n for n in now if blank[n].any()), key=lambda n: (int(blank[n].sum()), n))
    for name in order:
        here = blank[name]
        now[name][here] = draw.choice(given[name][~here], size=int(here.sum()))
    for _ in range(iterations if order else 0):
        for name in order:
            others = [_coded(v) for other, v in now.items() if other != name]
            x = _standardised(np.column_stack([outcome, *others]))
            fill = _labels if now[name].dtype == np.object_ else _matched
            now[name][blank[name]] = fill(now[name], blank[name], x, draw)
    return now


def _coded(values: npt.NDArray[Any]) -> FloatArray:
    """A column as numbers: itself, or a 0/1 column a level beyond the first."""
    if values.dtype != np.object_:
        return values[:, None].astype(float)
    levels = sorted(set(values.tolist()))
    return np.column_stack([(values == x).astype(float) for x in levels[1:]] or [values == ""])


def _standardised(x: FloatArray) -> FloatArray:
    spread = x.std(axis=0)
    scaled = (x - x.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return np.column_stack([np.ones(len(x)), scaled])


def _matched(
    values: FloatArray, blank: npt.NDArray[np.bool_], x: FloatArray, draw: np.random.Generator
) -> FloatArray:
    """Predictive mean matching: the observed value of one of the five nearest predictions."""
    y, seen = values[~blank].astype(float), x[~blank]
    gram = seen.T @ seen
    inverse = np.linalg.inv(gram + _RIDGE * np.diag(np.diag(gram)) + 1e-10 * np.eye(len(gram)))
    beta = inverse @ seen.T @ y
    free = max(len(y) - x.shape[1], 1)
    sigma = np.sqrt(((y - seen @ beta) ** 2).sum() / draw.chisquare(free))
    root = np.linalg.cholesky((inverse + inverse.T) / 2)
    drawn = beta + sigma * (root @ draw.standard_normal(len(beta)))
    expected, wanted = seen @ beta, x[blank] @ drawn
    donors = min(DONORS, len(y))
    near = np.argsort(np.abs(wanted[:, None] - expected[None, :]), axis=1, kind="stable")
    pick = near[np.arange(len(wanted)), draw.integers(0, donors, len(wanted))]
    return y[pick]


def _labels(
    values: ObjectArray, blank: npt.NDArray[np.bool_], x: FloatArray, draw: np.random.Generator
) -> ObjectArray:
    """Each level in turn against those after it, by logistic regression with drawn coefficients."""
    known, seen = values[~blank], x[~blank]
    levels: Sequence[str] = sorted(set(known.tolist()))
    out = np.full(int(blank.sum()), levels[-1], dtype=object)
    undecided = np.ones(out.size, dtype=bool)
    for place, level in enumerate(levels[:-1]):
        among = np.isin(known, np.asarray(levels[place:], dtype=object))
        beta = _logistic_draw(seen[among], (known[among] == level).astype(float), draw)
        chance = special.expit(x[blank] @ beta)
        here = undecided & (draw.random(out.size) < chance)
        out[here] = level
        undecided &= ~here
    return out


def _logistic_draw(x: FloatArray, y: FloatArray, draw: np.random.Generator) -> FloatArray:
    """Coefficients drawn around the penalised maximum, with its inverse information."""
    penalty = np.full(x.shape[1], 1 / PRIOR_SD**2)
    penalty[0] = 1e-4  # the intercept is all but free
    beta = np.zeros(x.shape[1])
    information = np.diag(penalty)
    for _ in range(50):
        p = special.expit(x @ beta)
        information = (x * (p * (1 - p))[:, None]).T @ x + np.diag(penalty)
        step = np.linalg.solve(information, x.T @ (y - p) - penalty * beta)
        beta = beta + step * min(1.0, 5.0 / max(np.abs(step).max(), 1e-12))
        if np.abs(step).max() < 1e-8:
            break
    root = np.linalg.cholesky(np.linalg.inv(information))
    out: FloatArray = beta + root @ draw.standard_normal(len(beta))
    return out
