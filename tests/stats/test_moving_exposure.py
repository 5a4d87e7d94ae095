"""Landmark, Simon-Makuch and Mantel-Byar against R survival."""

from __future__ import annotations

import numpy as np
import pytest

from fusionscape.stats import landmark, mantel_byar, simon_makuch
from fusionscape.stats.moving_exposure import episodes
from stats.reference import frame, reference


def course():
    d = frame("myeloid")
    return d["futime"], d["death"], d["txtime"]


@pytest.mark.parametrize("key", ["simon_makuch_myeloid", "simon_makuch_landmark120_myeloid"])
def test_simon_makuch(key):
    at = 120.0 if "landmark" in key else 0.0
    got, want = simon_makuch(*course(), landmark=at), reference(key)
    for i, (stratum, t) in enumerate(zip(want["stratum"], want["time"], strict=True)):
        k = {"tx=0": 1, "tx=1": 0}[stratum]
        s = got.fit.survival_at([t])[k]
        np.testing.assert_allclose(
            [s.estimate, s.se, s.ci_low, s.ci_high],
            [want[c][i] for c in ("surv", "std.err", "lower", "upper")],
            rtol=1e-8,
        )
        # summary.survfit prints the risk set of the next time on the curve; ours is that at t.
        curve = got.curves[k]
        following = int(np.searchsorted(curve.time, t, side="left"))
        assert curve.n_at_risk[following] == want["n.risk"][i]
        assert got.fit.n_at_risk([t])[k][0] == in_state(t, exposed=k == 0, at=at)


def in_state(t, *, exposed, at):
    """Patients seen at t (time >= t, entry < t) in the state, counted one by one."""
    n = 0
    for time, _, began in zip(*course(), strict=True):
        crossed = began < time
        if time <= at or time < t:
            continue
        entered = max(began, at) if exposed else at
        left = began if crossed and not exposed else time
        n += (crossed if exposed else True) and entered < t <= left
    return n


def test_mantel_byar():
    got, want = mantel_byar(*course()), reference("mantel_byar_myeloid")
    np.testing.assert_allclose(
        [got.observed, got.expected, got.variance, got.statistic, got.p],
        [want[k] for k in ("O_tx", "E_tx", "var_hypergeom", "chisq", "p")],
        rtol=1e-8,
    )


@pytest.mark.parametrize("at", [60, 120, 365])
def test_landmark(at):
    got, want = landmark(*course(), at=at), reference(f"landmark_{at}_myeloid")
    assert (got.n, got.exposed_n) == (want["n"], want["n_tx"])
    rank = want["logrank"]
    order = [got.test.groups.index(g) for g in ("unexposed", "exposed")]
    np.testing.assert_allclose(got.test.observed[order], rank["obs"], rtol=1e-8)
    np.testing.assert_allclose(got.test.expected[order], rank["exp"], rtol=1e-8)
    np.testing.assert_allclose(
        [got.test.statistic, got.test.p], [rank["chisq"], rank["p"]], rtol=1e-8
    )


def test_episodes_are_those_of_tmerge():
    time, event, began = course()
    want = reference("td_myeloid_n")
    # One transplant is on the day of last follow-up; the reference moved it half a day earlier.
    found = episodes(time, event, np.where(began >= time, time - 0.5, began))
    start = np.maximum(found.entry, 0)
    spent = found.time - start
    on = found.exposed == 1
    assert (found.time.size, found.patients, found.ever_exposed) == (
        want["rows"],
        want["subjects"],
        want["with_tx"],
    )
    assert (found.event[~on].sum(), found.event[on].sum()) == (
        want["deaths_tx0"],
        want["deaths_tx1"],
    )
    assert (spent[~on].sum(), spent[on].sum()) == (want["pt_tx0"], want["pt_tx1"])
    left_alone = episodes(time, event, began)
    assert left_alone.ever_exposed == want["with_tx"] - 1
    assert [(c.code, c.get("n")) for c in left_alone.cautions] == [("exposure-at-end", 1)]
