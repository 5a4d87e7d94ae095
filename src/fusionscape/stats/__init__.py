"""Arrays in, frozen results out. Names are loaded on first use.

A public name never equals the name of the module it lives in.
"""

from __future__ import annotations

from importlib import import_module

MODULES = {
    "CoxError": "cox_input",
    "CoxFit": "cox_result",
    "Design": "design",
    "cox": "cox_regression",
    "design_matrix": "design",
}

__all__ = sorted(MODULES)  # noqa: PLE0605


def __getattr__(name: str) -> object:
    if name not in MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *MODULES])
