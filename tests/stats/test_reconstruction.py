"""Individual data from curves: two real data sets, edges, laws, and curves that lie."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from fusionscape import stats
from fusionscape.results import InputError
from stats.reference import frame

Array = npt.NDArray[np.float64]
TABLES: dict[str, tuple[list[float] | None, ...]] = {
    "aml_maint": (None, [0, 10, 20, 30, 40], [0, 12, 24, 36, 48], [0, 50]),
    "ovarian_rx": (None, [0, 250, 500, 750, 1000], [0, 365, 730, 1095]),
}
CASES = [(name, table) for name, tables in TABLES.items() for table in tables]


def arms(name: str) -> list[dict[str, Array]]:
    """Curve and patients of both arms of a reference set."""
    curve, patients = frame(f"km_{name}"), frame(f"ipd_{name}")
    out = []
    for arm in (0, 1):
        mine, own = curve["arm"] == arm, patients["arm"] == arm
        out.append(
            {
                "x": np.append(0.0, curve["time"][mine]),
                "y": np.append(1.0, curve["surv"][mine]),
                "time": patients["time"][own],
                "event": patients["status"][own],
            }
        )
    return out


def rebuilt(arm: dict[str, Array], table: list[float] | None, **more: Any) -> stats.ReconstructedKM:
    columns = arm["x"] if table is None else np.array(table)
    at_risk = [int((arm["time"] >= t).sum()) for t in columns]
    return stats.reconstruct_km(arm["x"], arm["y"], risk_time=columns, n_at_risk=at_risk, **more)


def ratio(groups: list[tuple[Array, Array]]) -> float:
    time, event = (np.concatenate(part) for part in zip(*groups, strict=True))
    arm = np.repeat([0.0, 1.0], [len(g[0]) for g in groups])
    return float(stats.cox(time, event, arm).hazard_ratio[0])


@pytest.mark.parametrize(("name", "table"), CASES, ids=str)
def test_every_death_of_the_reference_curves_is_found(name: str, table: list[float] | None) -> None:
    for arm in arms(name):
        fit = rebuilt(arm, table)
        assert fit.time[fit.event == 1].tolist() == sorted(arm["time"][arm["event"] == 1])
        assert fit.n == arm["time"].size and fit.largest_gap < 1e-9
        assert fit.deaths_low == fit.deaths_high == fit.events


@pytest.mark.parametrize("name", TABLES)
def test_hazard_ratio_of_the_reference_curves_within_two_percent(name: str) -> None:
    both = arms(name)
    truth = ratio([(a["time"], a["event"]) for a in both])
    fits = [rebuilt(a, None) for a in both]
    assert abs(ratio([(f.time, f.event) for f in fits]) / truth - 1.0) < 0.02


@pytest.mark.parametrize(("name", "table"), CASES, ids=str)
def test_with_censoring_marks_the_hazard_ratio_is_exact(
    name: str, table: list[float] | None
) -> None:
    both = arms(name)
    truth = ratio([(a["time"], a["event"]) for a in both])
    fits = [rebuilt(a, table, censoring_marks=a["time"][a["event"] == 0]) for a in both]
    assert ratio([(f.time, f.event) for f in fits]) == pytest.approx(truth, rel=1e-9)


def test_a_flat_tail_invents_no_death() -> None:
    table = {"risk_time": [0, 10, 20, 30, 40], "n_at_risk": [100, 70, 40, 15, 2]}
    x, y = [0, 2, 2, 4, 4, 40], [1, 1, 0.9, 0.9, 0.8, 0.8]
    fit = stats.reconstruct_km(x, y, **table)
    assert fit.interval_deaths.tolist() == [20, 0, 0, 0, 0]
    assert fit.interval_censored.tolist() == [10, 30, 25, 13, 2]
    random = np.random.default_rng(1)
    along = np.linspace(5, 40, 60)
    noisy = stats.reconstruct_km(
        np.append(x[:5], along), np.append(y[:5], 0.8 + random.normal(0, 0.005, 60)), **table
    )
    assert noisy.interval_deaths[1:].sum() == 0


def test_deaths_never_exceed_the_drop_although_many_leave() -> None:
    # a printed table that loses 15 patients while the curve falls by less than one death
    x = [0, 3, 6, 10, 13, 20, 28, 31, 36]
    y = [1, 0.95, 0.91, 0.77, 0.7234, 0.6, 0.545, 0.537, 0.537]
    fit = stats.reconstruct_km(
        x, y, risk_time=[0, 6, 12, 18, 24, 30, 36], n_at_risk=[83, 75, 64, 58, 50, 44, 29]
    )
    assert fit.interval_deaths[5] <= 1
    assert fit.curve.estimate[-1] == pytest.approx(0.537, abs=0.02)


def test_a_table_that_the_curve_contradicts_caps_the_deaths_and_says_so() -> None:
    fit = stats.reconstruct_km(
        [0, 5, 5, 10, 10, 15],
        [1, 1, 0.3, 0.3, 0.2, 0.2],
        risk_time=[0, 8, 12],
        n_at_risk=[20, 18, 16],
    )
    assert fit.interval_deaths[0] <= 2
    assert "curve-not-met" in [c.code for c in fit.cautions]


def test_edges_one_step_no_deaths_everyone_dies_one_patient() -> None:
    step = stats.reconstruct_km(
        [0, 5, 5, 10], [1, 1, 0.8, 0.8], risk_time=[0, 6], n_at_risk=[10, 8]
    )
    assert step.time[step.event == 1].tolist() == [5.0, 5.0] and (step.time[2:] >= 6.0).all()
    assert step.time[-1] == 10.0
    none = stats.reconstruct_km([0, 10], [1, 1], risk_time=[0, 5], n_at_risk=[10, 6])
    assert none.events == 0 and none.interval_censored.tolist() == [4, 6]
    assert "no-events" in [c.code for c in none.cautions]
    every = stats.reconstruct_km([0, 1, 2, 3, 4], [1, 0.75, 0.5, 0.25, 0], n_at_risk=4)
    assert every.time.tolist() == [1, 2, 3, 4] and every.event.all()
    assert stats.reconstruct_km([0, 3], [1, 0], n_at_risk=1).events == 1


REFUSED: list[tuple[str, list[float], list[float], dict[str, Any]]] = [
    ("rising-curve", [0, 1, 2, 3], [0, 0.1, 0.2, 0.3], {"n_at_risk": 10}),
    ("rising-curve", [1, 2, 3, 5], [0.1, 0.2, 0.3, 0.4], {"n_at_risk": 10}),
    (
        "numbers-at-risk-rise",
        [0, 3, 5],
        [1, 0.5, 0.4],
        {"risk_time": [0, 2, 4], "n_at_risk": [10, 5, 6]},
    ),
    (
        "risk-times-not-increasing",
        [0, 3],
        [1, 0.5],
        {"risk_time": [0, 4, 2], "n_at_risk": [9, 5, 3]},
    ),
    ("numbers-at-risk-not-counts", [0, 3], [1, 0.5], {"n_at_risk": 4.5}),
    ("length-differs", [0, 3], [1, 0.5], {"risk_time": [0, 2], "n_at_risk": [4]}),
    ("no-number-of-patients", [0, 3], [1, 0.5], {}),
    ("deaths-exceed-patients", [0, 3], [1, 0.5], {"n_at_risk": 4, "deaths": 5}),
    ("too-few-points", [3], [0.5], {"n_at_risk": 4}),
    ("survival-out-of-range", [0, 3], [1.4, 0.5], {"n_at_risk": 4}),
]


@pytest.mark.parametrize(("code", "x", "y", "more"), REFUSED, ids=lambda v: str(v)[:24])
def test_what_cannot_be_a_survival_curve_is_refused(
    code: str, x: list[float], y: list[float], more: dict[str, Any]
) -> None:
    with pytest.raises(InputError) as error:
        stats.reconstruct_km(x, y, **more)
    assert [f.code for f in error.value.findings] == [code]


def patients(seed: int, n: int = 60) -> tuple[Array, npt.NDArray[np.bool_]]:
    random = np.random.default_rng(seed)
    death, end = random.exponential(20, n), random.uniform(10, 50, n)
    return np.minimum(death, end), death <= end


@pytest.mark.parametrize("seed", range(6))
def test_laws_table_total_order_unit_percent_and_doubles(seed: int) -> None:
    time, event = patients(seed)
    curve = stats.km(time, event).curves[0]
    columns = np.arange(0.0, float(time.max()), 10.0)
    at_risk = [int((time >= t).sum()) for t in columns]
    x, y = np.append(0.0, curve.time), np.append(1.0, curve.estimate)
    fit = stats.reconstruct_km(x, y, risk_time=columns, n_at_risk=at_risk)
    # the table is met and nobody is lost or made up
    assert fit.n == fit.time.size == time.size == fit.events + fit.interval_censored.sum()
    assert [int((fit.time >= t).sum()) for t in columns] == at_risk
    # exact points give every death; how many died in a last drop to zero no curve tells
    known = np.sort(time[event & (time < time.max())])
    assert fit.time[(fit.event == 1) & (fit.time < time.max())] == pytest.approx(known)
    # order, percent and doubled points change nothing; a unit scales the times
    shuffled = np.random.default_rng(seed).permutation(np.tile(np.arange(x.size), 2))
    for again in (
        stats.reconstruct_km(x[shuffled], y[shuffled], risk_time=columns, n_at_risk=at_risk),
        stats.reconstruct_km(x, 100.0 * y, risk_time=columns, n_at_risk=at_risk),
        stats.reconstruct_km(12.0 * x, y, risk_time=12.0 * columns, n_at_risk=at_risk),
    ):
        assert again.event.tolist() == fit.event.tolist()
        scale = again.time[-1] / fit.time[-1]
        assert again.time / scale == pytest.approx(fit.time, rel=1e-6)


def test_without_numbers_at_risk_it_is_said_and_the_printed_deaths_are_used() -> None:
    time, event = patients(3, 150)
    random = np.random.default_rng(3)
    curve = stats.km(time, event).curves[0]
    x = np.linspace(0.0, float(time.max()), 80)
    y = np.append(1.0, curve.estimate)[np.searchsorted(curve.time, x, side="right")]
    y = y + random.normal(0, 0.003, 80)
    alone = stats.reconstruct_km(x, y, n_at_risk=150)
    told = stats.reconstruct_km(x, y, n_at_risk=150, deaths=int(event.sum()))
    assert not alone.risk_table and alone.events > told.events
    assert told.events == int(event.sum())
    assert "no-numbers-at-risk" in [c.code for c in alone.cautions]
    assert "deaths-without-numbers-at-risk" in [c.code for c in told.cautions]


def test_deaths_that_no_path_meets_are_said() -> None:
    table = {"risk_time": [0, 6], "n_at_risk": [10, 8]}
    fit = stats.reconstruct_km([0, 5, 5, 10], [1, 1, 0.8, 0.8], deaths=9, **table)
    assert fit.events != 9 and fit.deaths_printed == 9
    assert "deaths-not-met" in [c.code for c in fit.cautions]


def test_missing_points_are_counted_and_the_input_is_not_changed() -> None:
    x, y = np.array([0.0, 5.0, np.nan, 10.0]), np.array([1.0, 0.8, 0.8, 0.8])
    kept = x.copy(), y.copy()
    fit = stats.reconstruct_km(x, y, n_at_risk=10)
    assert fit.missing == 1 and fit.events == 2
    assert np.array_equal(x, kept[0], equal_nan=True) and np.array_equal(y, kept[1])
    with pytest.raises(ValueError, match="read-only"):
        fit.time[0] = 1.0
