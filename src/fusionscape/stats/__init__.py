"""Arrays in, frozen results out. Names are loaded on first use.

A public name never equals the name of the module it lives in.
"""

from __future__ import annotations

from importlib import import_module

MODULES = {
    "Concordance": "pair_concordance",
    "CoxError": "cox_input",
    "CoxFit": "cox_result",
    "CoxResiduals": "cox_diagnostics",
    "CoxSurvival": "cox_prediction",
    "Design": "design",
    "DesignRow": "design",
    "PhTest": "proportional_hazards",
    "baseline_hazard": "cox_prediction",
    "concordance": "pair_concordance",
    "cox": "cox_regression",
    "cox_residuals": "cox_diagnostics",
    "cox_survival": "cox_prediction",
    "design_matrix": "design",
    "fit_concordance": "pair_concordance",
    "ph_test": "proportional_hazards",
}

__all__ = sorted(MODULES)  # noqa: PLE0605


def __getattr__(name: str) -> object:
    if name not in MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *MODULES])
