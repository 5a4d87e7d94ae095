"""Kernels: arrays in, one frozen result out. No data frame, no file, no global state.

Names load on first use, so importing this room costs nothing. A public name never equals the
name of the module it lives in.
"""

from importlib import import_module
from typing import Any

# public name -> module that holds it; one entry per line, sorted
_HOME: dict[str, str] = {
    "Concordance": "pair_concordance",
    "CoxError": "cox_input",
    "CoxFit": "cox_result",
    "CoxResiduals": "cox_diagnostics",
    "CoxSurvival": "cox_prediction",
    "Design": "design",
    "DesignRow": "design",
    "PhTest": "proportional_hazards",
    "aalen_johansen": "cumulative_incidence",
    "adjust": "multiplicity",
    "baseline_hazard": "cox_prediction",
    "burden_pairs": "burden",
    "chi_square": "contingency",
    "concordance": "pair_concordance",
    "cox": "cox_regression",
    "cox_residuals": "cox_diagnostics",
    "cox_survival": "cox_prediction",
    "describe": "distributions",
    "design_matrix": "design",
    "fine_gray": "subdistribution",
    "fisher": "fisher_exact",
    "fisher_pairs": "lesion_pairs",
    "fit_concordance": "pair_concordance",
    "gray": "gray_test",
    "hodges_lehmann": "shift",
    "impute": "multiple_imputation",
    "km": "kaplan_meier",
    "kruskal_wallis": "rank_tests",
    "landmark": "landmarking",
    "logistic": "logistic_regression",
    "logrank": "logrank_tests",
    "logrank_pairwise": "logrank_pairs",
    "mann_whitney": "rank_tests",
    "mantel_byar": "moving_exposure",
    "mantel_haenszel": "stratified",
    "nelson_aalen": "cumulative_hazard",
    "number_needed_to_test": "proportions",
    "occupation": "multistate",
    "pair_odds_ratios": "lesion_pairs",
    "ph_test": "proportional_hazards",
    "pool_imputations": "rubin",
    "proportion": "proportions",
    "residual_trend": "schoenfeld_trend",
    "risk_difference": "risks",
    "risk_ratio": "risks",
    "rmst": "restricted_mean",
    "simon_makuch": "moving_exposure",
    "standardised_difference": "balance",
    "transitions": "multistate",
}


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return sorted(_HOME)
