"""Kernels: arrays in, one frozen result out. No data frame, no file, no global state.

Names load on first use, so importing this room costs nothing.
"""

from importlib import import_module
from typing import Any

# public name -> module that holds it; one entry per line, sorted
_HOME: dict[str, str] = {
    "adjust": "multiplicity",
    "burden_pairs": "burden",
    "chi_square": "contingency",
    "describe": "distributions",
    "fisher": "fisher_exact",
    "fisher_pairs": "lesion_pairs",
    "hodges_lehmann": "shift",
    "kruskal_wallis": "rank_tests",
    "logistic": "logistic_regression",
    "mann_whitney": "rank_tests",
    "mantel_haenszel": "stratified",
    "number_needed_to_test": "proportions",
    "pair_odds_ratios": "lesion_pairs",
    "proportion": "proportions",
    "risk_difference": "risks",
    "risk_ratio": "risks",
    "standardised_difference": "balance",
}


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return sorted(_HOME)
