"""Studies that hold almost nothing are refused item by item; nothing falls over."""

from __future__ import annotations

from typing import cast

import numpy as np
import polars as pl
import pytest

from fusionscape import stats
from fusionscape.analyses.regression import regression
from fusionscape.analyses.survival import survival
from fusionscape.cohort import Plan, build_cohort
from fusionscape.cohort.derive.covariates import Covariate
from fusionscape.results import Analysis, Fit, InputError, Refusal
from fusionscape.stats.cox_firth import Profile
from fusionscape.stats.cox_likelihood import Likelihood
from fusionscape.stats.cox_newton import Model, Peak


def _lesions(ids: list[str], state: str) -> list[dict[str, object]]:
    fusion = {"lesion": "NUP98::NSD1", "lesion_type": "fusion", "gene": "NUP98", "partner": "NSD1"}
    return [{"patient_id": who, "state": state, **fusion} for who in ids]


def _study(n: int, deaths: int, *, plan: Plan | None = None, state: str = "present") -> Analysis:
    ids = [f"p{i:02d}" for i in range(n)]
    patients = pl.DataFrame(
        {
            "patient_id": ids,
            "age_years": [float(20 + i) for i in range(n)],
            "wbc_10e9_l": [float(10 + (i * 7) % 11) for i in range(n)],
            "os_days": [float(100 + 3 * i) for i in range(n)],
            "os_event": [i < deaths for i in range(n)],
            "sex": [None] * n,
        }
    )
    return regression(
        build_cohort(name="few", patients=patients, lesions=_lesions(ids, state), plan=plan)
    )


@pytest.mark.parametrize("plan", [None, Plan(covariates=("partner", "sex", "age_years"))])
@pytest.mark.parametrize("state", ["absent", "not tested"])
def test_a_cohort_without_carriers_has_a_regression_without_partners(
    plan: Plan | None, state: str
) -> None:
    found = _study(8, 3, plan=plan, state=state)
    assert not [i for i in found.items if isinstance(i, Fit)]
    assert any(isinstance(i, Refusal) for i in found.items)


def test_a_category_nobody_has_a_value_of_is_unknown_and_constant() -> None:
    nobody = Covariate(name="x", label="X", values=np.asarray(["", ""], dtype=object))
    assert not nobody.known.any()
    assert not nobody.varies()
    assert not nobody.only(np.asarray([True, False])).is_measurement


def test_a_profile_far_out_where_nothing_is_known_keeps_the_other_coefficients() -> None:
    nothing = Likelihood(loglik=-1.0, score=np.zeros(2), information=np.zeros((2, 2)))
    peak = Peak(beta=np.asarray([0.5, 0.25]), value=-1.0, at=nothing, iterations=1, converged=True)
    profile = Profile(cast("Model", None), peak, 0, 1.92)
    assert profile.pull(peak).tolist() == [0.0]


def test_nobody_at_risk_is_a_refusal_of_the_curve(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [f"p{i}" for i in range(6)]
    columns = {"patient_id": ids, "os_days": [10.0] * 6, "os_event": [True] * 6}
    cohort = build_cohort(
        name="late", patients=pl.DataFrame(columns), lesions=_lesions(ids, "present")
    )

    def nobody(*_: object, **__: object) -> None:
        raise InputError(())

    monkeypatch.setattr(stats, "km", nobody)
    monkeypatch.setattr(stats, "logrank", nobody)
    found = survival(cohort)
    assert "nobody-at-risk" in {i.code for i in found.items if isinstance(i, Refusal)}
