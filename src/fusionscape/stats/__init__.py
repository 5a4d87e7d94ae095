"""Kernels: arrays in, one frozen result out. No data frame, no file, no global state.

Names load on first use, so importing this room costs nothing. A public name never equals the
name of the module it lives in.
"""

from importlib import import_module
from typing import Any

# public name -> module that holds it; one entry per line, sorted
_HOME: dict[str, str] = {
    "BestHazardRatio": "hazard_ratio_choice",
    "Concordance": "pair_concordance",
    "CoxError": "cox_input",
    "CoxFit": "cox_result",
    "CoxResiduals": "cox_diagnostics",
    "CoxSurvival": "cox_prediction",
    "DerivedHazardRatio": "hazard_ratio_sources",
    "Design": "design",
    "DesignRow": "design",
    "HazardRatioBound": "hazard_ratio_bounds",
    "PhTest": "proportional_hazards",
    "Printed": "printed_numbers",
    "PrintedCheck": "hazard_ratio_checks",
    "PrintedNumbers": "hazard_ratio_choice",
    "ReconstructedKM": "reconstruction",
    "aalen_johansen": "cumulative_incidence",
    "adjust": "multiplicity",
    "all_subsets": "pooling_sensitivity",
    "baseline_hazard": "cox_prediction",
    "begg": "funnel_rank_test",
    "burden_pairs": "burden",
    "checked_centre": "hazard_ratio_checks",
    "checked_information": "hazard_ratio_checks",
    "checked_p": "hazard_ratio_checks",
    "chi_square": "contingency",
    "concordance": "pair_concordance",
    "cox": "cox_regression",
    "cox_residuals": "cox_diagnostics",
    "cox_survival": "cox_prediction",
    "cumulative": "pooling_sensitivity",
    "describe": "distributions",
    "design_matrix": "design",
    "egger": "funnel_tests",
    "fine_gray": "subdistribution",
    "fisher": "fisher_exact",
    "fisher_pairs": "lesion_pairs",
    "fit_concordance": "pair_concordance",
    "funnel": "funnel_tests",
    "gray": "gray_test",
    "hazard_ratio_bound": "hazard_ratio_bounds",
    "hazard_ratio_from_ci": "hazard_ratio_sources",
    "hazard_ratio_from_curves": "hazard_ratio_choice",
    "hazard_ratio_from_logrank": "hazard_ratio_logrank",
    "hazard_ratio_from_observed_expected": "hazard_ratio_sources",
    "hazard_ratio_from_p": "hazard_ratio_sources",
    "hazard_ratio_from_printed": "hazard_ratio_choice",
    "hazard_ratio_from_se": "hazard_ratio_sources",
    "hodges_lehmann": "shift",
    "impute": "multiple_imputation",
    "information_bound": "pooling_gates",
    "km": "kaplan_meier",
    "kruskal_wallis": "rank_tests",
    "landmark": "landmarking",
    "leave_one_out": "pooling_sensitivity",
    "logistic": "logistic_regression",
    "logrank": "logrank_tests",
    "logrank_pairwise": "logrank_pairs",
    "logrank_variance": "hazard_ratio_logrank",
    "mann_whitney": "rank_tests",
    "mantel_byar": "moving_exposure",
    "mantel_haenszel": "stratified",
    "meta_regression": "meta_regressions",
    "nelson_aalen": "cumulative_hazard",
    "number_needed_to_test": "proportions",
    "occupation": "multistate",
    "pair_odds_ratios": "lesion_pairs",
    "pet_peese": "funnel_tests",
    "ph_test": "proportional_hazards",
    "pool": "pooling",
    "pool_clustered": "clustered_pooling",
    "pool_counts": "pooling_counts",
    "pool_imputations": "rubin",
    "pool_many": "pooling_batch",
    "pool_proportions": "pooling_proportions",
    "pooling_gate": "pooling_gates",
    "printed": "printed_numbers",
    "proportion": "proportions",
    "reconstruct_km": "reconstruction",
    "residual_trend": "schoenfeld_trend",
    "risk_difference": "risks",
    "risk_ratio": "risks",
    "rmst": "restricted_mean",
    "selection_model": "selection_models",
    "simon_makuch": "moving_exposure",
    "standardised_difference": "balance",
    "study_influence": "pooling_influence",
    "subgroups": "pooling_subgroups",
    "synthesis": "evidence_synthesis",
    "transitions": "multistate",
    "trim_fill": "trim_and_fill",
}


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return sorted(_HOME)
