"""Landmark analysis: groups fixed by what had happened at a landmark, compared from there on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fusionscape.results import Caution, FloatArray
from fusionscape.stats.kaplan_meier import KaplanMeier, km
from fusionscape.stats.limits import ConfType
from fusionscape.stats.logrank_tests import Exact, LogRank, logrank
from fusionscape.stats.moving_exposure import LABELS, exposure_times
from fusionscape.stats.observed import (
    TIE,
    BoolArray,
    IntArray,
    checked_number,
    observe,
    read_only,
    refuse,
)

REFERENCE = "Anderson, Cain & Gelber 1983, doi:10.1200/JCO.1983.1.11.710"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Landmark:
    """Patients under observation and event-free after `at`, split by exposure up to `at`.

    `exposed_later` are counted as unexposed. `events_before` and `censored_before` left at or
    before the landmark. `rows` marks, in the order given, who is analysed; `exposed` who of all
    was exposed by the landmark: what a regression from the landmark needs. Curves keep the
    original time axis and are conditional on survival to the landmark.
    """

    at: float
    n: int
    exposed_n: int
    exposed_later: int
    events: int
    events_before: int
    censored_before: int
    missing: int
    rows: BoolArray
    exposed: BoolArray
    curves: KaplanMeier
    test: LogRank | None
    method: str
    reference: str
    cautions: tuple[Caution, ...] = ()


def _staying(time: FloatArray, at: float, slack: float) -> BoolArray:
    """Who is still under observation after the landmark."""
    checked_number(at, "at")
    if at < 0:
        raise refuse("bad-landmark", "`at` must be a time.", "Give a time from 0 on.", "at")
    stay: BoolArray = time > at + slack
    if not stay.any():
        raise refuse(
            "no-patients-after-start",
            f"Nobody was followed beyond {at:g}.",
            "Choose an earlier landmark.",
            "at",
        )
    return stay


def _marked(rows: IntArray, size: int) -> BoolArray:
    mask = np.zeros(size, dtype=bool)
    mask[rows] = True
    return mask


def landmark(
    time: npt.ArrayLike,
    event: npt.ArrayLike,
    exposure_time: npt.ArrayLike,
    *,
    at: float,
    conf_type: ConfType = "log-log",
    level: float = 0.95,
    exact: Exact = False,
    seed: int = 20240514,
) -> Landmark:
    """Among those event-free at the landmark, does being exposed by then matter afterwards?

    Patients with time > `at` are split by exposure at or before `at` and followed from there by
    Kaplan-Meier and log-rank; nobody is reclassified later. There is no `entry`: with delayed
    entry use `simon_makuch` and `mantel_byar`.

    Parameters
    ----------
    exposure_time : when the exposure began; nan never.
    at : the landmark, on the scale of `time`; choose it before looking.
    exact, seed : permutation p, as in `logrank`.

    Raises InputError (``no-patients-after-start``). Where one side is empty `test` is None.

    Source: Anderson, Cain & Gelber 1983, doi:10.1200/JCO.1983.1.11.710.

    >>> found = landmark([1, 3, 4, 5], [1, 1, 0, 1], [float("nan"), 1, 1, 3], at=2)
    >>> found.n, found.exposed_n, found.exposed_later, found.events_before
    (3, 2, 1, 1)
    """
    seen = observe(time, event)
    began = exposure_times(exposure_time, np.size(time))[seen.kept]
    slack = TIE * float(np.mean(seen.time))
    stay = _staying(seen.time, at, slack)
    by_then = began <= at + slack
    late = stay & (began > at + slack) & (began < seen.time - slack)
    group = LABELS[by_then.astype(np.intp)][stay]
    times, events = seen.time[stay], seen.event[stay]
    curves = km(times, events, group=group, start=at, conf_type=conf_type, level=level)
    both = len(curves.curves) == 2
    return read_only(
        Landmark(
            at=float(at),
            n=int(stay.sum()),
            exposed_n=int(by_then[stay].sum()),
            exposed_later=int(late.sum()),
            events=int(events.sum()),
            events_before=int(seen.event[~stay].sum()),
            censored_before=int((seen.event[~stay] == 0).sum()),
            missing=seen.missing,
            rows=_marked(seen.kept[stay], np.size(time)),
            exposed=_marked(seen.kept[stay & by_then], np.size(time)),
            curves=curves,
            test=logrank(times, events, group, exact=exact, seed=seed) if both else None,
            method=f"landmark analysis at {at:g}",
            reference=REFERENCE,
            cautions=seen.cautions(),
        )
    )
