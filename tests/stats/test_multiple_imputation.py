"""Multiple imputation: Rubin's rules by hand and by mice, chained equations by their laws."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from fusionscape import stats
from fusionscape.results import InputError
from fusionscape.stats.multiple_imputation import baseline_hazard_of
from stats.reference import frame, oracle

MICE = oracle("mice")


def test_rubins_rules_worked_by_hand() -> None:
    pooled = stats.pool_imputations([[1.0], [2.0], [3.0]], [[1.0]] * 3, complete_df=10)
    lost, old = Fraction(4, 7), 2 / Fraction(16, 49)
    seen = Fraction(11, 13) * 10 * (1 - lost)
    df = old * seen / (old + seen)
    fmi = (Fraction(4, 3) + 2 / (df + 3)) / Fraction(7, 3)
    assert pooled.estimate.tolist() == [2.0]
    assert pooled.se[0] ** 2 == pytest.approx(7 / 3, rel=1e-14)
    assert pooled.df[0] == pytest.approx(float(df), rel=1e-14)
    assert pooled.missing_information[0] == pytest.approx(float(fmi), rel=1e-14)
    assert pooled.monte_carlo_error[0] == pytest.approx(3**-0.5, rel=1e-14)


@pytest.mark.parametrize("size", ["small", "large"])
def test_the_same_completed_sets_pool_as_mice_pools_them(size: str) -> None:
    case = MICE[size]
    pooled = stats.pool_imputations(case["coef"], case["var"], complete_df=case["dfcom"])
    assert pooled.imputations == case["m"]
    for name, key in (("estimate", "estimate"), ("within", "ubar"), ("between", "b"),
                      ("df", "df"), ("relative_increase", "riv"),
                      ("missing_information", "fmi")):  # fmt: skip
        assert getattr(pooled, name) == pytest.approx(np.asarray(case[key]), rel=1e-9), name
    assert pooled.se**2 == pytest.approx(np.asarray(case["t"]), rel=1e-9)


def test_nothing_between_imputations_gives_the_complete_fit_exactly() -> None:
    data = frame("lung")
    X = np.column_stack([data["age"], data["sex"]])
    fit = stats.cox(data["time"], data["status"] == 2, X)
    pooled = stats.pool_imputations([fit.coef] * 7, [fit.se**2] * 7, complete_df=163)
    assert pooled.estimate.tolist() == fit.coef.tolist()
    assert pooled.se == pytest.approx(fit.se, rel=1e-15)
    assert np.isinf(pooled.df).all()
    assert pooled.ci_low == pytest.approx(fit.ci_low, rel=1e-12)
    assert pooled.p == pytest.approx(fit.p, rel=1e-10)
    assert pooled.missing_information.tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("estimates", "variances", "code"),
    [
        ([[1.0]], [[1.0]], "too-few-imputations"),
        ([[1.0], [np.nan]], [[1.0], [1.0]], "not-estimable"),
        ([[1.0], [2.0]], [[1.0], [0.0]], "not-estimable"),
        ([[1.0], [2.0]], [[1.0, 2.0], [1.0, 2.0]], "shape-mismatch"),
    ],
)
def test_what_cannot_be_pooled_is_refused(estimates: Any, variances: Any, code: str) -> None:
    with pytest.raises(InputError) as told:
        stats.pool_imputations(estimates, variances)
    assert told.value.findings[0].code == code


def lung() -> dict[str, Any]:
    data = frame("lung")
    karno = np.where(np.isnan(data["ph.karno"]), 80.0, data["ph.karno"])
    return {"age": data["age"], "sex": data["sex"], "ph.karno": karno,
            "wt.loss": data["wt.loss"], "meal.cal": data["meal.cal"]}  # fmt: skip


def test_chained_equations_agree_with_mice_within_their_monte_carlo_error() -> None:
    data = frame("lung")
    time, event = data["time"], (data["status"] == 2).astype(float)
    done = stats.impute(lung(), time, event, imputations=40, seed=1)
    assert dict(done.drawn) == {"age": 0, "sex": 0, "ph.karno": 0, "wt.loss": 14, "meal.cal": 47}
    fits = [stats.cox(time, event, np.column_stack(list(s.values()))) for s in done.sets]
    pooled = stats.pool_imputations([f.coef for f in fits], [f.se**2 for f in fits],
                                    complete_df=160)  # fmt: skip
    mice = MICE["large"]
    error = np.sqrt(np.asarray(mice["b"]) / 60 + pooled.between / 40)
    assert (np.abs(pooled.estimate - np.asarray(mice["estimate"])) < 4 * error + 1e-4).all()
    assert pooled.se == pytest.approx(np.sqrt(mice["t"]), rel=0.06)


def test_what_is_known_stays_and_what_is_drawn_was_observed_in_somebody() -> None:
    data = frame("lung")
    done = stats.impute(lung(), data["time"], data["status"] == 2, imputations=3)
    for one in done.sets:
        for name, before in lung().items():
            known = ~np.isnan(before)
            assert one[name][known].tolist() == before[known].tolist()
            assert set(one[name].tolist()) <= set(before[known].tolist())


def test_labels_of_two_and_more_levels_are_drawn_from_their_levels() -> None:
    draw = np.random.default_rng(3)
    n = 120
    age = draw.normal(40, 12, n)
    kind = np.where(age > 45, "old", np.where(draw.random(n) < 0.5, "young", "middle"))
    kind = kind.astype(object)
    kind[::7] = ""
    flag = np.where(draw.random(n) < 0.4, "yes", "no").astype(object)
    flag[::11] = ""
    done = stats.impute({"age": age, "kind": kind, "flag": flag}, draw.exponential(10, n),
                        draw.random(n) < 0.6, imputations=20)  # fmt: skip
    drawn = np.concatenate([s["kind"][::7] for s in done.sets])
    ages = np.tile(age[::7], 20)
    assert set(drawn.tolist()) == {"old", "young", "middle"}
    assert (drawn[ages > 55] == "old").mean() > 0.8  # near perfect prediction stays finite
    assert (drawn[ages < 35] == "old").mean() < 0.2
    assert all(set(s["flag"].tolist()) == {"yes", "no"} for s in done.sets)


def test_the_seed_decides_and_imputations_do_not_hang_on_their_number() -> None:
    data = frame("lung")
    time, event = data["time"], data["status"] == 2
    few = stats.impute(lung(), time, event, imputations=2, seed=5)
    many = stats.impute(lung(), time, event, imputations=4, seed=5)
    other = stats.impute(lung(), time, event, imputations=2, seed=6)
    assert few.sets[1]["meal.cal"].tolist() == many.sets[1]["meal.cal"].tolist()
    assert few.sets[0]["meal.cal"].tolist() != other.sets[0]["meal.cal"].tolist()
    assert few.sets[0]["meal.cal"].tolist() != few.sets[1]["meal.cal"].tolist()


def test_the_order_of_the_rows_changes_no_draw() -> None:
    random = np.random.default_rng(4)
    n = 60
    columns = {
        "age": np.where(random.random(n) < 0.2, np.nan, random.normal(50, 10, n).round()),
        "itd": np.where(random.random(n) < 0.3, "", random.choice(["yes", "no"], n)).astype(object),
    }
    time, event = random.integers(1, 400, n).astype(float), random.random(n) < 0.6
    first = stats.impute(columns, time, event, imputations=3)
    order = random.permutation(n)
    mixed = {name: values[order] for name, values in columns.items()}
    again = stats.impute(mixed, time[order], event[order], imputations=3)
    for one, other in zip(first.sets, again.sets, strict=True):
        for name in columns:
            assert one[name][order].tolist() == other[name].tolist()


def test_collinear_covariates_do_not_stop_the_chain() -> None:
    draw = np.random.default_rng(4)
    x = draw.normal(size=40)
    y = 2 * x
    y[::5] = np.nan
    done = stats.impute({"x": x, "twice": y, "same": x.copy()}, np.arange(1.0, 41), x > 0)
    assert all(np.isfinite(s["twice"]).all() for s in done.sets)
    near = np.abs(done.sets[0]["twice"][::5] - 2 * x[::5])
    assert np.median(near) < 0.6  # five nearest donors of a perfect relation


def test_the_hazard_of_the_outcome_is_nelson_aalen_by_hand() -> None:
    # 4 at risk at 1, 3 at 2 (censored), 2 at 3, 1 at 4
    found = baseline_hazard_of([1.0, 2.0, 3.0, 4.0], [1, 0, 1, 1])
    assert found.tolist() == pytest.approx([1 / 4, 1 / 4, 1 / 4 + 1 / 2, 1 / 4 + 1 / 2 + 1])
    late = baseline_hazard_of([1.0, 2.0, 3.0, 4.0], [1, 0, 1, 1], [0.0, 0.0, 0.0, 1.0])
    # the last entered after the first event: 1/3, then 1/2, then 1; and owes nothing before it
    assert late.tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 3 + 1 / 2, 1 / 2 + 1])


@pytest.mark.parametrize(
    ("columns", "time", "code"),
    [
        ({"x": [np.nan, np.nan, np.nan]}, [1.0, 2.0, 3.0], "nothing-to-learn-from"),
        ({"x": [1.0, np.nan, 1.0]}, [1.0, 2.0, 3.0], "nothing-to-learn-from"),
        ({"x": [1.0, 2.0, np.nan]}, [1.0, np.nan, 3.0], "outcome-unknown"),
        ({"x": [1.0, 2.0]}, [1.0, 2.0, 3.0], "nothing-to-learn-from"),
    ],
)
def test_what_cannot_be_imputed_is_refused(columns: Any, time: list[float], code: str) -> None:
    with pytest.raises(InputError) as told:
        stats.impute(columns, time, [1, 0, 1])
    assert told.value.findings[0].code == code
