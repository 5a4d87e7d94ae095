"""Which figures an analysis has, in reading order: by what it holds, so new topics draw too."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from fusionscape.figures import (
    assumptions,
    baseline,
    cases,
    cooccurrence,
    flow,
    immunophenotype,
    landscape,
    prevalence,
    regression,
    residuals,
    response,
    survival,
    treatment,
)
from fusionscape.figures.figure import Figure
from fusionscape.results import Analysis
from fusionscape.words.phrases import without_invented

Maker = Callable[[Analysis], Figure | None]
Makers = Callable[[Analysis], Sequence[Figure]]

# By content: each returns nothing where the analysis holds nothing of its kind.
_BY_CONTENT: tuple[Maker, ...] = (
    flow.flow,
    landscape.oncoprint,
    cooccurrence.matrix,
    cooccurrence.chord,
    immunophenotype.heatmap,
    assumptions.occupations,
)
# By topic: what the same kinds of results mean there.
_BY_TOPIC: dict[str, tuple[Maker, ...]] = {
    "prevalence": (prevalence.spectrum,),
    "response": (response.rates, response.odds_ratios),
    "treatment": (treatment.swimmer, response.rates, response.odds_ratios),
    "diagnostic_yield": (response.profiles,),
    "cytogenetics": (response.rates, response.odds_ratios),
    "baseline": (baseline.distributions, response.odds_ratios),
    "cases": (treatment.swimmer,),
    "survival": (assumptions.checks,),
    "regression": (response.odds_ratios,),
}
_SEVERAL: tuple[Makers, ...] = (survival.figures, regression.forests, residuals.figures)
_SEVERAL_BY_TOPIC: dict[str, tuple[Makers, ...]] = {
    "cases": (cases.timelines,),
    "exposures": (assumptions.sweeps,),
}


def _made(analysis: Analysis) -> Iterable[Figure | None]:
    for make in _BY_CONTENT:
        yield make(analysis)
    for makers in _SEVERAL:
        yield from makers(analysis)
    for make in _BY_TOPIC.get(analysis.id, ()):
        yield make(analysis)
    for makers in _SEVERAL_BY_TOPIC.get(analysis.id, ()):
        yield from makers(analysis)


def figures_of(analysis: Analysis) -> tuple[Figure, ...]:
    """Every figure of an analysis; an empty tuple where there is nothing to draw.

    What a synthetic cohort invented is counted in the tables and heads no figure.
    """
    drawn = without_invented(analysis)
    return tuple(figure for figure in _made(drawn) if figure is not None)
