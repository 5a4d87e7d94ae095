"""Profile limits of a Firth fit lie where the profile has fallen by the drop, however far out."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.special import chdtri

from fusionscape import stats
from fusionscape.stats.cox_firth import Profile, climb
from fusionscape.stats.cox_newton import model_of

# all deaths and censorings at one time; the second and third covariate are one where the first is 1
COVARIATES = np.array(
    [[0, 39, 0], [1, 36, 36], [1, 35, 35], [1, 66, 66], [1, 58, 58], [1, 19, 19], [1, 36, 36],
     [0, 42, 0], [0, 46, 0.0]]
)  # fmt: skip
EVENT = [1, 1, 0, 0, 1, 1, 0, 0, 0]


def test_far_limits_lie_on_the_drop() -> None:
    fit = stats.cox([100.0] * 9, EVENT, COVARIATES)
    assert fit.penalty == "firth"
    model = model_of(fit.data)
    peak = climb(model, np.asarray(fit.coef) * model.scale, [0, 1, 2])
    drop = float(chdtri(1.0, 0.05)) / 2.0
    for column in range(3):
        for sign, limits in ((-1, fit.ci_low), (1, fit.ci_high)):
            reach = abs(float(limits[column] - fit.coef[column])) * float(model.scale[column])
            profile = Profile(model, peak, column, drop)
            path = [profile.excess(sign * reach * share) for share in np.linspace(0.025, 1, 40)]
            assert path[-1] == pytest.approx(0.0, abs=1e-6)
            assert all(before < after for before, after in pairwise(path))


def test_mirrored_covariates_have_mirrored_limits() -> None:
    fit = stats.cox([100.0] * 9, EVENT, COVARIATES)
    mirrored = stats.cox([100.0] * 9, EVENT, -COVARIATES[:, ::-1])
    np.testing.assert_allclose(-mirrored.ci_high[::-1], fit.ci_low, rtol=1e-7)
    np.testing.assert_allclose(-mirrored.ci_low[::-1], fit.ci_high, rtol=1e-7)
