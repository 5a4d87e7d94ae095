"""The one ordered list of what a report holds: analysis, figures and tables per section."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True, slots=True)
class SectionPlan:
    """One section: where its analysis lives, and the figures drawn of it, in order.

    Names are ``module:function`` below ``fusionscape``, so that the list costs no import.
    """

    analysis: str
    figures: tuple[str, ...] = ()

    @property
    def topic(self) -> str:
        """The topic, which is the function's name."""
        return self.analysis.partition(":")[2]


def load(name: str) -> Callable[..., Any]:
    """The function that ``module:function`` names."""
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(import_module(f"fusionscape.{module}"), function)
    return found


SECTIONS: tuple[SectionPlan, ...] = (
    SectionPlan("analyses.flow:flow", ("figures.flow:flow",)),
    SectionPlan("analyses.prevalence:prevalence", ("figures.prevalence:spectrum",)),
    SectionPlan("analyses.diagnostic_yield:diagnostic_yield"),
    SectionPlan("analyses.baseline:baseline", ("figures.baseline:distributions",)),
    SectionPlan("analyses.landscape:landscape", ("figures.landscape:oncoprint",)),
    SectionPlan(
        "analyses.cooccurrence:cooccurrence",
        ("figures.cooccurrence:matrix", "figures.cooccurrence:chord"),
    ),
    SectionPlan("analyses.cytogenetics:cytogenetics"),
    SectionPlan("analyses.immunophenotype:immunophenotype", ("figures.immunophenotype:heatmap",)),
    SectionPlan("analyses.classification:classification"),
    SectionPlan(
        "analyses.response:response", ("figures.response:rates", "figures.response:odds_ratios")
    ),
    SectionPlan("analyses.treatment:treatment", ("figures.treatment:swimmer",)),
    SectionPlan("analyses.survival:survival"),
    SectionPlan("analyses.endpoint_rules:endpoint_rules"),
    SectionPlan("analyses.cumulative_incidence:cumulative_incidence"),
    SectionPlan("analyses.multistate:multistate"),
    SectionPlan("analyses.regression:regression"),
    SectionPlan("analyses.exposures:exposures"),
    SectionPlan("analyses.cases:cases", ("figures.cases:timelines",)),
    SectionPlan("analyses.eligibility:eligibility"),
)
