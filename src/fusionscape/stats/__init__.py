"""Statistics: arrays in, frozen results out. No data frame, no file, no global state."""

from importlib import import_module
from typing import Any

_HOME = {
    "aalen_johansen": "cumulative_incidence",
    "fine_gray": "subdistribution",
    "gray": "gray_test",
    "km": "kaplan_meier",
    "landmark": "landmarking",
    "logrank": "logrank_tests",
    "logrank_pairwise": "logrank_pairs",
    "mantel_byar": "moving_exposure",
    "nelson_aalen": "cumulative_hazard",
    "occupation": "multistate",
    "rmst": "restricted_mean",
    "simon_makuch": "moving_exposure",
    "transitions": "multistate",
}

__all__ = sorted(_HOME)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    """Load the kernel called `name` from its module on first use."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_HOME)
