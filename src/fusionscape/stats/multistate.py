"""Where in their course are patients at each time: remission, transplant, relapse, death?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from fusionscape.results import Caution, Curve, FloatArray, caution, make_id
from fusionscape.stats.limits import ConfType, check_conf_type, probability_limits
from fusionscape.stats.observed import IntArray, Rows, numbers, observe, read_only, refuse
from fusionscape.stats.risk_table import RiskTable, ratio, risk_table

REFERENCE = "Aalen & Johansen 1978, Scand J Stat 5:141-150"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Transitions:
    """Intervals (start, stop] that patients spend in a state.

    `origin` and `destination` index `states`; destination -1 means the interval ends without a
    transition (censored, or a pause). `patient` numbers the people.
    """

    patient: IntArray
    start: FloatArray
    stop: FloatArray
    origin: IntArray
    destination: IntArray
    states: tuple[str, ...]
    missing: int = 0
    never_at_risk: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Occupation:
    """Probability of being in each state: `probability[i, j]` at `times[i]` in `states[j]`.

    `curves` are the full step functions, one per state; at each time the states add up to one.
    Times beyond follow-up are nan, with a caution.
    """

    states: tuple[str, ...]
    times: FloatArray
    probability: FloatArray
    std_err: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    n_at_risk: FloatArray
    moves: tuple[tuple[str, str, int], ...]
    curves: tuple[Curve, ...]
    n: int
    missing: int
    conf_type: str
    level: float
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()


def transitions(
    time: npt.ArrayLike,
    event: npt.ArrayLike,
    milestones: Mapping[str, npt.ArrayLike],
    *,
    initial: str = "diagnosis",
    final: str = "death",
) -> Transitions:
    """The course of each patient through milestones, as intervals.

    The state at a time is the latest milestone reached; on the same day the one later in
    `milestones` holds. Milestones are times with nan for never; at or after the end of follow-up
    they do not count, and one at time 0 is the state at the start. Patients without any follow-up
    (time 0) are counted in `never_at_risk`.

    >>> course = transitions([10, 8], [1, 0], {"remission": [3, float("nan")]})
    >>> course.states, course.stop.tolist(), course.destination.tolist()
    (('diagnosis', 'remission', 'death'), [3.0, 10.0, 8.0], [1, 2, -1])
    """
    seen = observe(time, event)
    names = (initial, *milestones, final)
    if len(set(names)) != len(names):
        raise refuse("bad-states", "Two states have the same name.", "Name them apart.")
    n_given = np.asarray(time).size
    when = [numbers(v, name, n_given)[seen.kept] for name, v in milestones.items()]
    reached = np.stack(when, axis=1) if when else np.zeros((seen.n, 0))
    rows: list[tuple[int, float, float, int, int]] = []
    for i in range(seen.n):
        rows += _course(i, float(seen.time[i]), int(seen.event[i]), reached[i], len(names) - 1)
    table = np.array(rows, dtype=float).reshape(-1, 5)
    return read_only(
        Transitions(
            patient=table[:, 0].astype(np.intp),
            start=table[:, 1],
            stop=table[:, 2],
            origin=table[:, 3].astype(np.intp),
            destination=table[:, 4].astype(np.intp),
            states=names,
            missing=seen.missing,
            never_at_risk=int((seen.time <= 0).sum()),
        )
    )


def _course(
    patient: int, end: float, died: int, reached: FloatArray, final: int
) -> list[tuple[int, float, float, int, int]]:
    """Intervals of one patient."""
    order = np.argsort(reached, kind="stable")
    visits = [(float(reached[j]), int(j) + 1) for j in order if reached[j] < end]
    rows, now, state = [], 0.0, 0
    for t, following in visits:
        if t > now:
            rows.append((patient, now, t, state, following))
            now = t
        elif rows:
            rows[-1] = (*rows[-1][:4], following)
        state = following
    if end > now:
        rows.append((patient, now, end, state, final if died else -1))
    return rows


def _check(moves: Transitions) -> None:
    size = moves.stop.size
    lengths = {v.size for v in (moves.patient, moves.start, moves.origin, moves.destination)}
    if lengths != {size} or size == 0:
        raise refuse("length-differs", "The columns differ in length or are empty.", "Check them.")
    if not (moves.start < moves.stop).all():
        raise refuse("empty-interval", "An interval does not end after its start.", "Check them.")
    last = len(moves.states) - 1
    if moves.origin.min() < 0 or max(moves.origin.max(), moves.destination.max()) > last:
        raise refuse("bad-states", "A state is not among `states`.", "Check the codes.")
    if (moves.origin == moves.destination).any():
        raise refuse("bad-states", "A transition leads to its own state.", "Merge the intervals.")
    order = np.lexsort((moves.start, moves.patient))
    same = np.diff(moves.patient[order]) == 0
    if (moves.start[order][1:][same] < moves.stop[order][:-1][same]).any():
        raise refuse("overlapping-intervals", "Intervals of a patient overlap.", "Check them.")


@dataclass(slots=True, eq=False)
class _Walk:
    """Step functions over the times at which somebody moved."""

    time: FloatArray
    probability: FloatArray
    std_err: FloatArray
    at_risk: FloatArray
    events: FloatArray
    censored: FloatArray


def _at_risk(moves: Transitions, table: RiskTable, k: int) -> FloatArray:
    """Numbers in each state just before each time."""
    assert table.row is not None and table.first is not None
    size = table.time.size
    out = np.zeros((size, k))
    for state in range(k):
        mine = moves.origin == state
        leaving = np.bincount(table.row[mine], minlength=size)
        came = np.bincount(table.first[mine], minlength=size + 1)[:size]
        out[:, state] = np.cumsum(leaving[::-1])[::-1] - (np.cumsum(came[::-1])[::-1] - came)
    return out


def _from_origin(start: FloatArray) -> FloatArray:
    return np.where(start <= 0, -np.inf, start)


def _walk(moves: Transitions, k: int) -> _Walk:
    """Aalen-Johansen product, and every patient's influence carried along with it.

    Influence U (patients by states) follows U <- U (I + dA) + p dA_i, where dA_i is what the
    patient's own move, and being at risk, does to the increments.
    """
    moved = (moves.destination >= 0).astype(np.intp)
    table = risk_table(Rows(moves.stop, moved, _from_origin(moves.start)), index=True)
    assert table.row is not None and table.first is not None
    people, who = np.unique(moves.patient, return_inverse=True)
    here = _at_risk(moves, table, k)
    p, influence = _initial(moves, who, people.size, k)
    n_times = table.time.size
    probability, error = np.zeros((n_times, k)), np.zeros((n_times, k))
    events, censored = np.zeros((n_times, k)), np.zeros((n_times, k))
    order = np.argsort(table.row, kind="stable")
    edges = np.searchsorted(table.row[order], np.arange(n_times + 1))
    for t in range(n_times):
        leaving = order[edges[t] : edges[t + 1]]
        movers = leaving[moved[leaving] == 1]
        stopped = leaving[moved[leaving] == 0]
        np.add.at(censored[t], moves.origin[stopped], 1)
        if movers.size:
            step = np.zeros((k, k))
            np.add.at(step, (moves.origin[movers], moves.destination[movers]), 1)
            events[t] = step.sum(axis=0)
            step = step * ratio(np.ones(k), here[t])[:, None]
            step -= np.diag(step.sum(axis=1))
            share = p * ratio(np.ones(k), here[t])
            influence = influence + influence @ step
            present = np.flatnonzero((table.first <= t) & (table.row >= t))
            at = moves.origin[present]
            influence[who[present]] -= share[at][:, None] * step[at]
            start, end = moves.origin[movers], moves.destination[movers]
            np.add.at(influence, (who[movers], end), share[start])
            np.add.at(influence, (who[movers], start), -share[start])
            p = p + p @ step
        probability[t] = p
        error[t] = np.sqrt((influence**2).sum(axis=0))
    return _Walk(table.time, probability, error, here, events, censored)


def _initial(
    moves: Transitions, who: IntArray, people: int, k: int
) -> tuple[FloatArray, FloatArray]:
    """Shares of the states among those under observation from the earliest start."""
    first = np.flatnonzero(moves.start <= max(0.0, float(moves.start.min())))
    at = moves.origin[first]
    p = np.bincount(at, minlength=k) / first.size
    influence = np.zeros((people, k))
    influence[who[first], at] += 1 / first.size
    influence[who[first]] -= p / first.size
    return p, influence


def _curves(walk: _Walk, moves: Transitions, n: int, shared: dict[str, Any]) -> tuple[Curve, ...]:
    low, high = probability_limits(
        walk.probability, walk.std_err, conf_type=shared["conf_type"], level=shared["level"]
    )
    made = []
    for j, state in enumerate(moves.states):
        made.append(
            Curve(
                **shared,
                id=make_id("occupation", state),
                label=state,
                curve="occupation",
                group=None,
                cause=state,
                n=float(n),
                missing=moves.missing,
                events=float(walk.events[:, j].sum()),
                time=walk.time,
                estimate=walk.probability[:, j],
                std_err=walk.std_err[:, j],
                ci_low=low[:, j],
                ci_high=high[:, j],
                n_at_risk=walk.at_risk[:, j],
                n_event=walk.events[:, j],
                n_censored=walk.censored[:, j],
                start_time=max(0.0, float(moves.start.min())),
            )
        )
    return tuple(read_only(curve) for curve in made)


def _counted_moves(moves: Transitions) -> tuple[tuple[str, str, int], ...]:
    known = moves.destination >= 0
    k = len(moves.states)
    counts = np.bincount(moves.origin[known] * k + moves.destination[known], minlength=k * k)
    return tuple(
        (moves.states[i // k], moves.states[i % k], int(counts[i])) for i in np.flatnonzero(counts)
    )


def _state_at_risk(moves: Transitions, times: FloatArray, k: int) -> FloatArray:
    start = _from_origin(moves.start)
    inside = (start[:, None] < times[None, :]) & (moves.stop[:, None] >= times[None, :])
    return np.stack([inside[moves.origin == j].sum(axis=0) for j in range(k)], axis=1) * 1.0


def _at_times(
    moves: Transitions, walk: _Walk, at: FloatArray, k: int
) -> tuple[FloatArray, FloatArray, tuple[Caution, ...]]:
    """Shares and standard errors at the times asked for; nan outside follow-up."""
    people, who = np.unique(moves.patient, return_inverse=True)
    p0, influence = _initial(moves, who, people.size, k)
    where = np.searchsorted(walk.time, at, side="right")
    found = np.concatenate([p0[None, :], walk.probability])[where]
    error = np.concatenate([np.sqrt((influence**2).sum(axis=0))[None, :], walk.std_err])[where]
    begin, last = max(0.0, float(moves.start.min())), float(walk.time[-1])
    found[(at > last) | (at < begin)] = np.nan
    error[(at > last) | (at < begin)] = np.nan
    notes = [caution("never-at-risk", n=moves.never_at_risk)] if moves.never_at_risk else []
    for t in at.tolist():
        if t > last:
            notes.append(caution("beyond-follow-up", group="all patients", time=t, last=last))
        if t < begin:
            notes.append(caution("before-start", group="all patients", time=t, start=begin))
    return found, error, tuple(notes)


def occupation(
    transitions: Transitions,
    *,
    times: Sequence[float],
    level: float = 0.95,
    conf_type: ConfType = "log-log",
) -> Occupation:
    """What share of patients is in each state at each time?

    Aalen-Johansen product of the transition increments over all times at which somebody moved,
    from the shares of states at the start; patients may come back to a state and enter late.
    Standard errors are the infinitesimal jackknife by patient, as R survfit. A share of 0 or 1
    has no limits on the log-log scale. `n_event` of a curve counts arrivals in the state. Make the
    intervals with `transitions`.

    Source: Aalen & Johansen 1978, Scand J Stat 5:141-150.

    >>> from fusionscape import stats
    >>> course = stats.transitions([10, 8], [1, 0], {"remission": [3, float("nan")]})
    >>> occupation(course, times=[5]).probability.tolist()
    [[0.5, 0.5, 0.0]]
    """
    check_conf_type(conf_type)
    _check(transitions)
    k = len(transitions.states)
    walk = _walk(transitions, k)
    at = np.array(times, dtype=float)
    n = int(np.unique(transitions.patient).size)
    method = "Aalen-Johansen occupation, infinitesimal jackknife standard error"
    shared: dict[str, Any] = {
        "conf_type": conf_type,
        "level": level,
        "method": method,
        "reference": REFERENCE,
    }
    found, error, notes = _at_times(transitions, walk, at, k)
    low, high = probability_limits(found, error, conf_type=conf_type, level=level)
    return read_only(
        Occupation(
            states=transitions.states,
            times=at,
            probability=found,
            std_err=error,
            ci_low=low,
            ci_high=high,
            n_at_risk=_state_at_risk(transitions, at, k),
            moves=_counted_moves(transitions),
            curves=_curves(walk, transitions, n, shared),
            n=n,
            missing=transitions.missing,
            cautions=notes,
            **shared,
        )
    )
