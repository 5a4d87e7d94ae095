"""fusionscape: the evidence engine for fusion-defined leukemia. For research use only.

>>> import fusionscape as fs
>>> fs.__version__
'0.1.0'
"""

from importlib import import_module
from typing import Any

from fusionscape.version import __version__

# Public name -> where it lives. A public name never equals a submodule.
_PUBLIC = {
    "Cohort": "cohort",
    "InputError": "results",
    "baseline": "analyses.baseline",
    "cases": "analyses.cases",
    "check": "readers",
    "classification": "analyses.classification",
    "cooccurrence": "analyses.cooccurrence",
    "cumulative_incidence": "analyses.cumulative_incidence",
    "cytogenetics": "analyses.cytogenetics",
    "diagnostic_yield": "analyses.diagnostic_yield",
    "draw": "workflows.notebook",
    "eligibility": "analyses.eligibility",
    "endpoint_rules": "analyses.endpoint_rules",
    "exposures": "analyses.exposures",
    "flow": "analyses.flow",
    "frame": "workflows.notebook",
    "immunophenotype": "analyses.immunophenotype",
    "landscape": "analyses.landscape",
    "multistate": "analyses.multistate",
    "prevalence": "analyses.prevalence",
    "read": "readers",
    "regression": "analyses.regression",
    "response": "analyses.response",
    "run": "workflows.notebook",
    "say": "workflows.notebook",
    "survival": "analyses.survival",
    "treatment": "analyses.treatment",
    "treatment_lines": "analyses.treatment_lines",
    "write_report": "workflows.notebook",
}

__all__ = ["__version__", *sorted(_PUBLIC)]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        return getattr(import_module(f"fusionscape.{_PUBLIC[name]}"), name)
    if name in ("stats", "results"):
        return import_module(f"fusionscape.{name}")
    raise AttributeError(f"module 'fusionscape' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "results", "stats"]
