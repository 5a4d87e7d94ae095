"""Laws every Cox fit obeys, whatever the data."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fusionscape import stats
from stats.reference import close

LAW = settings(max_examples=12, deadline=None, derandomize=True)
SEED = st.integers(0, 10_000)


def cohort(seed: int, n: int = 40, ties: bool = True) -> dict[str, Any]:
    """Delayed entry, two covariates, two strata, weights; tied times unless told otherwise."""
    random = np.random.default_rng(seed)
    X = np.column_stack((random.integers(0, 2, n), random.normal(size=n)))
    length = random.exponential(5.0, n) * np.exp(-0.4 * X[:, 0])
    entry = random.uniform(0.0, 3.0, n)
    if ties:
        entry, length = np.floor(entry), np.ceil(length)
    return {
        "time": entry + length,
        "event": random.random(n) < 0.8,
        "X": X,
        "entry": entry,
        "strata": random.integers(0, 2, n),
        "weights": random.integers(1, 4, n).astype(float),
    }


def same(a: stats.CoxFit, b: stats.CoxFit, rel: float = 1e-9) -> None:
    """Two fits print the same table."""
    for field in ("coef", "se", "ci_low", "ci_high"):
        assert close(getattr(a, field), getattr(b, field), rel, scale=a.se)
    assert close(a.p, b.p, rel, scale=0.01)


def both(**arguments: Any) -> tuple[stats.CoxFit, stats.CoxFit]:
    """Unpenalised and Firth fit; data with a monotone likelihood are not of interest here."""
    plain = stats.cox(**arguments)
    assume(plain.penalty is None)
    return plain, stats.cox(**arguments, penalty="firth")


@LAW
@given(SEED, st.floats(1e-4, 1e4))
def test_unit_of_time_does_not_matter(seed: int, factor: float) -> None:
    d = cohort(seed)
    scaled = {**d, "time": d["time"] * factor, "entry": d["entry"] * factor}
    for a, b in zip(both(**d), both(**scaled), strict=True):
        same(a, b)


@LAW
@given(SEED, st.floats(0.001, 1000.0), st.floats(-1e4, 1e4))
def test_unit_and_origin_of_a_covariate(seed: int, factor: float, shift: float) -> None:
    d = cohort(seed)
    moved = d["X"].copy()
    moved[:, 1] = moved[:, 1] * factor + shift
    for a, b in zip(both(**d), both(**{**d, "X": moved}), strict=True):
        unit = np.array([1.0, factor])
        tolerance = 1e-7 * (1.0 + abs(shift) / factor * 1e-4)
        assert close(b.coef * unit, a.coef, tolerance, scale=a.se)
        assert close(b.se * unit, a.se, tolerance)
        assert close(b.ci_low * unit, a.ci_low, tolerance, scale=a.se)
        assert close(b.p, a.p, tolerance, scale=0.01)


@LAW
@given(SEED)
def test_row_order_does_not_matter(seed: int) -> None:
    d = cohort(seed)
    order = np.random.default_rng(seed + 1).permutation(len(d["time"]))
    shuffled = {key: value[order] for key, value in d.items()}
    for a, b in zip(both(**d), both(**shuffled), strict=True):
        same(a, b)
        left, right = stats.ph_test(a), stats.ph_test(b)
        assert close(left.statistic, right.statistic, 1e-8, scale=1.0)
        residual = stats.cox_residuals(a, kind="dfbeta").values[order]
        assert close(stats.cox_residuals(b, kind="dfbeta").values, residual, 1e-8, scale=1.0)


@LAW
@given(SEED)
def test_splitting_an_interval_changes_nothing(seed: int) -> None:
    d = cohort(seed)
    cut = d["entry"] + 0.37 * (d["time"] - d["entry"])
    early = {**d, "time": cut, "event": np.zeros(len(cut), dtype=bool)}
    late = {**d, "entry": cut}
    split = {key: np.concatenate((early[key], late[key])) for key in d}
    for a, b in zip(both(**d), both(**split), strict=True):
        same(a, b, 1e-8)
    who = np.tile(np.arange(len(cut)), 2)
    a = stats.cox(**d, cluster=np.arange(len(cut)))
    b = stats.cox(**split, cluster=who)
    assert close(b.se, a.se, 1e-8)


@LAW
@given(SEED, st.sampled_from(["efron", "breslow", "exact"]))
def test_frequency_two_is_a_duplicated_row(seed: int, ties: str) -> None:
    d = cohort(seed, n=24)
    frequency = d.pop("weights")
    doubled = {key: np.repeat(value, frequency.astype(int), axis=0) for key, value in d.items()}
    weighted = stats.cox(**d, weights=frequency, weights_kind="frequency", ties=ties)
    assume(weighted.penalty is None)
    same(stats.cox(**doubled, ties=ties), weighted)
    assert weighted.n == len(doubled["time"])


@LAW
@given(SEED)
def test_without_ties_the_three_methods_agree(seed: int) -> None:
    d = cohort(seed, n=24, ties=False)
    del d["weights"]
    for penalty in ("auto", "firth"):
        fits = [stats.cox(**d, ties=t, penalty=penalty) for t in ("efron", "breslow", "exact")]
        same(fits[0], fits[1])
        same(fits[0], fits[2])


@LAW
@given(SEED)
def test_doubled_case_weights_halve_the_variance(seed: int) -> None:
    d = cohort(seed)
    a = stats.cox(**d, penalty=None)
    assume(a.converged)
    b = stats.cox(**{**d, "weights": 2.0 * d["weights"]}, penalty=None)
    assert close(b.coef, a.coef, 1e-9, scale=a.se)
    assert close(b.covariance, a.covariance / 2.0, 1e-9)


@LAW
@given(SEED, st.integers(2, 30), st.booleans())
def test_firth_is_finite_on_every_separable_data_set(seed: int, n: int, up: bool) -> None:
    random = np.random.default_rng(seed)
    time = np.ceil(random.exponential(6.0, n))
    event = random.random(n) < 0.7
    exposed = random.random(n) < 0.5
    event = event & (exposed if up else ~exposed)
    # information at zero: some death has both exposed and unexposed at risk
    informative = any(
        event[i] and exposed[time >= time[i]].any() and (~exposed[time >= time[i]]).any()
        for i in range(n)
    )
    assume(informative)
    fit = stats.cox(time, event, exposed[:, None])
    assert fit.monotone == ("up" if up else "down",) and fit.penalty == "firth"
    for values in (fit.coef, fit.se, fit.ci_low, fit.ci_high, fit.p):
        assert np.isfinite(values).all()
    assert fit.ci_low[0] < fit.coef[0] < fit.ci_high[0]
    assert (fit.coef[0] > 0) == up


def grows_forever(X: Any, pairs: list[tuple[int, int]]) -> bool:
    """Whether a direction in the plane puts every death first: try all that could be extreme."""
    gaps = np.array([X[i] - X[k] for i, k in pairs if (X[i] != X[k]).any()])
    candidates = list(gaps) + [np.array([-g[1], g[0]]) for g in gaps]
    candidates += [-c for c in candidates]
    candidates += [a + b for a, b in combinations(candidates[:60], 2)]
    return any((gaps @ b >= -1e-9).all() and (gaps @ b > 1e-9).any() for b in candidates)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(SEED, st.integers(3, 12), st.booleans(), st.booleans(), st.booleans())
def test_monotone_likelihood_is_found_exactly_when_it_is_there(
    seed: int, n: int, late: bool, stratified: bool, exact: bool
) -> None:
    """Small integer covariates, against a search over all extreme directions."""
    random = np.random.default_rng(seed)
    X = random.integers(-1, 2, (n, 2)).astype(float)
    entry = random.integers(0, 3, n) * float(late)
    time = entry + random.integers(1, 5, n)
    event = random.random(n) < 0.6
    strata = random.integers(0, 2, n) * int(stratified)
    assume(event.any())
    # deaths of one time hold each other equal, except with exact ties
    pairs = [
        (i, k)
        for i in np.flatnonzero(event)
        for k in range(n)
        if entry[k] < time[i] <= time[k]
        and strata[i] == strata[k]
        and not (exact and event[k] and time[k] == time[i])
    ]
    ties = "exact" if exact else "efron"
    fit = stats.cox(time, event, X, entry=entry, strata=strata, ties=ties, penalty=None)
    assume(not any(fit.aliased))
    assert any(m is not None for m in fit.monotone) == grows_forever(X, pairs)


@LAW
@given(SEED)
def test_martingale_and_score_residuals_sum_to_zero(seed: int) -> None:
    d = cohort(seed)
    fit = both(**d)[0]
    weights = d["weights"]
    assert abs(weights @ stats.cox_residuals(fit).values) < 1e-8
    score = weights @ stats.cox_residuals(fit, kind="score").values
    assert np.abs(score).max() < 1e-7


@LAW
@given(SEED, st.booleans())
def test_concordance_against_all_pairs(seed: int, late: bool) -> None:
    d = cohort(seed, n=25)
    time, event, w, s = d["time"], d["event"], d["weights"], d["strata"]
    risk = d["X"][:, 0] + np.round(d["X"][:, 1])
    entry = d["entry"] if late else np.full(25, -1.0)
    counts = np.zeros(3)
    for i in np.flatnonzero(event):
        for j in range(25):
            after = time[j] > time[i] or (time[j] == time[i] and not event[j])
            if i != j and s[i] == s[j] and after and entry[j] < time[i]:
                counts[int(risk[j] > risk[i]) + 2 * int(risk[j] == risk[i])] += w[i] * w[j]
    c = stats.concordance(
        time, event, risk, entry=d["entry"] if late else None, strata=s, weights=w
    )
    assert close([c.concordant, c.discordant, c.tied_risk], counts, 1e-12)
    assert c.concordance == pytest.approx((counts[0] + counts[2] / 2.0) / counts.sum())


def brute_force_exact(d: dict[str, Any], beta: Any) -> float:
    """Log of the exact partial likelihood by listing every set of deaths."""
    total = 0.0
    for s in np.unique(d["strata"]):
        inside = np.flatnonzero(d["strata"] == s)
        for t in np.unique(d["time"][inside][d["event"][inside]]):
            risk = [i for i in inside if d["entry"][i] < t <= d["time"][i]]
            dead = [i for i in risk if d["event"][i] and d["time"][i] == t]
            eta = d["X"] @ beta
            sets = [np.exp(eta[list(c)].sum()) for c in combinations(risk, len(dead))]
            total += eta[dead].sum() - np.log(sum(sets))
    return total


@settings(max_examples=8, deadline=None, derandomize=True)
@given(SEED)
def test_exact_ties_with_entry_and_strata_against_enumeration(seed: int) -> None:
    d = cohort(seed, n=22)
    del d["weights"]
    fit = stats.cox(**d, ties="exact")
    assume(fit.penalty is None)
    assert brute_force_exact(d, np.zeros(2)) == pytest.approx(fit.loglik_null, rel=1e-12)
    assert brute_force_exact(d, fit.coef) == pytest.approx(fit.loglik, rel=1e-12)
    for step in (np.array([1e-3, 0.0]), np.array([0.0, 1e-3])):
        up, down = (brute_force_exact(d, fit.coef + s * step) for s in (1, -1))
        assert abs(up - down) / 2e-3 < 1e-5  # a stationary point
        curvature = -(up + down - 2 * fit.loglik) / 1e-6
        where = int(np.argmax(step))
        want = np.linalg.inv(fit.model_covariance)[where, where]
        assert curvature == pytest.approx(want, rel=1e-3)
