"""From data to the top of the likelihood: which columns, which penalty, which estimate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fusionscape.results import FloatArray
from fusionscape.stats.cox_firth import climb
from fusionscape.stats.cox_input import BoolArray, CoxData
from fusionscape.stats.cox_likelihood import Likelihood, hazards
from fusionscape.stats.cox_monotone import Divergence, divergences, proven_finite
from fusionscape.stats.cox_newton import Model, Peak, columns_of, inverted, newton
from fusionscape.stats.cox_scores import sandwich, score_residuals


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Climbed:
    """Everything between the data and the table of coefficients, on the scaled columns."""

    model: Model
    used: BoolArray
    null: Likelihood
    peak: Peak
    diverging: tuple[Divergence, ...]
    penalty: str | None
    null_value: float
    means: FloatArray

    @property
    def failed(self) -> str | None:
        """Why there is no estimate to print: "monotone", "not converged" or None."""
        if self.diverging and not self.penalty:
            return "monotone"
        return None if self.peak.converged else "not converged"


def climbed_model(whole: Model, used: BoolArray, null: Likelihood, penalty: str | None) -> Climbed:
    """Unpenalised fit, the test for a finite maximum, and Firth's fit where it is called for."""
    model = columns_of(whole, used)
    start = Likelihood(
        loglik=null.loglik,
        score=null.score[used],
        information=null.information[np.ix_(used, used)],
    )
    if not used.any():
        peak = Peak(beta=np.zeros(0), value=null.loglik, at=start, iterations=0, converged=True)
        return Climbed(
            model=model,
            used=used,
            null=start,
            peak=peak,
            diverging=(),
            penalty=None,
            null_value=null.loglik,
            means=whole.center,
        )
    peak = newton(model, start)
    diverging = () if proven_finite(model, peak) else divergences(model)
    kind = "firth" if penalty == "firth" or (penalty == "auto" and diverging) else None
    null_value = start.loglik
    if kind == "firth":
        first = np.zeros(len(start.score)) if diverging or not peak.converged else peak.beta
        peak = climb(model, first, list(range(len(first))))
        null_value += inverted(start.information)[1]
    return Climbed(
        model=model,
        used=used,
        null=start,
        peak=peak,
        diverging=diverging,
        penalty=kind,
        null_value=null_value,
        means=whole.center,
    )


def robust_covariance(data: CoxData, climbed: Climbed, inverse: FloatArray) -> FloatArray:
    """Sandwich covariance on the scaled columns."""
    model, sets = climbed.model, climbed.model.sets
    parts = hazards(sets, model.XT, model.offset + climbed.peak.beta @ model.XT)
    residuals = score_residuals(sets, model.XT, parts)
    cluster = None if data.cluster is None else data.cluster[sets.order]
    return sandwich(residuals, sets.weights, cluster, inverse)
