"""An exposure that begins during follow-up: patients move from unexposed to exposed.

Counting a patient as exposed from the start (ever transplanted against never) credits the
exposure with the time survived until it: immortal time. Here each patient is at risk as
unexposed until the exposure and as exposed after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from fusionscape.results import Caution, Curve, FloatArray, caution
from fusionscape.stats.kaplan_meier import KaplanMeier, km
from fusionscape.stats.limits import ConfType
from fusionscape.stats.logrank_tests import LogRank, logrank
from fusionscape.stats.observed import TIE, IntArray, Observed, numbers, observe, refuse

SIMON_MAKUCH = "Simon & Makuch 1984, doi:10.1002/sim.4780030106"
MANTEL_BYAR = "Mantel & Byar 1974, doi:10.1080/01621459.1974.10482931"
LABELS = np.array(["unexposed", "exposed"], dtype=object)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Episodes:
    """One or two intervals (entry, time] per patient, before and after the exposure began.

    `patient` is the place of each interval's patient in what was given.
    """

    entry: FloatArray
    time: FloatArray
    event: IntArray
    exposed: IntArray
    patient: IntArray
    patients: int
    ever_exposed: int
    missing: int
    excluded: int
    cautions: tuple[Caution, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MovingCurves:
    """Curves of the unexposed and the exposed, with numbers at risk that move between them.

    `n` is how many people the intervals come from: the same patient counts first in the
    one curve, then in the other, so that the curves' own n do not add up to it.
    """

    fit: KaplanMeier
    n: int
    ever_exposed: int
    excluded: int
    landmark: float
    missing: int
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()

    @property
    def curves(self) -> tuple[Curve, ...]:
        """The curves, exposed and unexposed."""
        return self.fit.curves


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MantelByar:
    """Observed and expected events while exposed, and the test that they agree."""

    observed: float
    expected: float
    variance: float
    statistic: float
    df: int
    p: float
    n: int
    ever_exposed: int
    events: int
    missing: int
    test: LogRank
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()


def exposure_times(exposure_time: Any, n: int) -> FloatArray:
    """Checked exposure times, nan for never."""
    times = numbers(exposure_time, "exposure_time", n)
    if (times < 0).any():
        raise refuse(
            "negative-exposure-time",
            "An exposure began before time zero.",
            "Give 0 where the exposure was there from the origin.",
            "exposure_time",
        )
    return times


def episodes(
    time: Any, event: Any, exposure_time: Any, *, entry: Any = None, start: float = 0.0
) -> Episodes:
    """Split each patient at the exposure; only time after `start` counts.

    An exposure at or after the end of follow-up never counted: the patient is unexposed.
    """
    seen: Observed = observe(time, event, entry=entry)
    began = exposure_times(exposure_time, np.asarray(time).size)[seen.kept]
    slack = TIE * float(np.mean(seen.time))
    floor = np.full(seen.n, -np.inf) if seen.entry is None else seen.entry
    if start > 0:
        floor = np.maximum(floor, start)
    stay = seen.time > floor + slack
    time_in, event_in = seen.time[stay], seen.event[stay]
    floor, began, who = floor[stay], began[stay], seen.kept[stay]
    if time_in.size == 0:
        raise refuse("no-patients-after-start", "No patient is left.", "Choose an earlier time.")
    crossed = began < time_in - slack
    began = np.where(began <= 0, -np.inf, began)
    late = began - time_in
    tied = np.isfinite(began) & (np.abs(late) <= slack)
    notes = list(seen.cautions())
    if tied.any():
        notes.append(caution("exposure-at-end", n=int(tied.sum())))
    before = ~crossed | (began > floor + slack)
    stop = np.where(crossed, began, time_in)
    return Episodes(
        entry=np.concatenate([floor[before], np.maximum(floor, began)[crossed]]),
        time=np.concatenate([stop[before], time_in[crossed]]),
        event=np.concatenate([np.where(crossed, 0, event_in)[before], event_in[crossed]]),
        exposed=np.concatenate(
            [np.zeros(int(before.sum()), dtype=np.intp), np.ones(int(crossed.sum()), dtype=np.intp)]
        ),
        patient=np.concatenate([who[before], who[crossed]]),
        patients=int(time_in.size),
        ever_exposed=int(crossed.sum()),
        missing=seen.missing,
        excluded=int((~stay).sum()),
        cautions=tuple(notes),
    )


def _both(found: Episodes) -> Any:
    if found.ever_exposed == 0:
        raise refuse(
            "no-exposed", "Nobody was exposed during follow-up.", "There is nothing to compare."
        )
    if not (found.exposed == 0).any():
        raise refuse(
            "no-unexposed", "Nobody was unexposed at any time.", "There is nothing to compare."
        )
    return LABELS[found.exposed]


def simon_makuch(
    time: npt.ArrayLike,
    event: npt.ArrayLike,
    exposure_time: npt.ArrayLike,
    *,
    entry: npt.ArrayLike | None = None,
    landmark: float = 0.0,
    conf_type: ConfType = "log-log",
    level: float = 0.95,
    min_at_risk: int = 1,
) -> MovingCurves:
    """How does event-free survival run while unexposed, and while exposed?

    Simon-Makuch: Kaplan-Meier on intervals, each patient at risk as unexposed until the exposure
    and as exposed afterwards. With a `landmark` only time after it counts, for patients still
    under observation then. The curves compare states, not cohorts. Where the exposed risk set is
    used up before others join, the curve starts later and says so (see `km`).

    Parameters
    ----------
    exposure_time : when the exposure began; nan never. At or after the end of follow-up it does
        not count (caution ``exposure-at-end`` when they coincide).
    entry, conf_type, level, min_at_risk : as in `km`.

    Source: Simon & Makuch 1984, doi:10.1002/sim.4780030106.

    >>> nan = float("nan")
    >>> moving = simon_makuch([4, 5, 6, 7], [1, 1, 0, 1], [2, nan, 3, nan])
    >>> [c.group for c in moving.curves], moving.fit.n_at_risk([4])[0].tolist()
    (['exposed', 'unexposed'], [2.0])
    """
    found = episodes(time, event, exposure_time, entry=entry, start=landmark)
    group = _both(found)
    fit = km(
        found.time,
        found.event,
        entry=found.entry,
        group=group,
        conf_type=conf_type,
        level=level,
        min_at_risk=min_at_risk,
    )
    method = "Simon-Makuch" + (f", landmark {landmark:g}" if landmark else "")
    return MovingCurves(
        fit=fit,
        n=found.patients,
        ever_exposed=found.ever_exposed,
        excluded=found.excluded,
        landmark=float(landmark),
        missing=found.missing,
        method=method,
        reference=SIMON_MAKUCH,
        cautions=found.cautions,
    )


def mantel_byar(
    time: npt.ArrayLike,
    event: npt.ArrayLike,
    exposure_time: npt.ArrayLike,
    *,
    entry: npt.ArrayLike | None = None,
) -> MantelByar:
    """Does the hazard change once the exposure has begun?

    Mantel-Byar: log-rank between exposed and unexposed person-time, patients changing sides when
    the exposure begins; hypergeometric variance. Arguments are those of `simon_makuch`.

    Source: Mantel & Byar 1974, doi:10.1080/01621459.1974.10482931.

    >>> nan = float("nan")
    >>> test = mantel_byar([4, 5, 6, 7], [1, 1, 0, 1], [2, nan, 3, nan])
    >>> test.observed, round(test.expected, 4)
    (1.0, 0.8333)
    """
    found = episodes(time, event, exposure_time, entry=entry)
    test = logrank(found.time, found.event, _both(found), entry=found.entry, exact=False)
    where = test.groups.index("exposed")
    return MantelByar(
        observed=float(test.observed[where]),
        expected=float(test.expected[where]),
        variance=float(test.variance[where, where]),
        statistic=test.statistic,
        df=test.df,
        p=test.p,
        n=found.patients,
        ever_exposed=found.ever_exposed,
        events=int(found.event.sum()),
        missing=found.missing,
        test=test,
        method="Mantel-Byar test",
        reference=MANTEL_BYAR,
        cautions=found.cautions + test.cautions,
    )
