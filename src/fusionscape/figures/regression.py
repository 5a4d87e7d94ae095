"""Forest of a regression: reference rows shown, limits beyond the axis end in arrows."""

from __future__ import annotations

import math

from fusionscape.figures import dots, theme
from fusionscape.figures.figure import Figure, data_table, subtitle
from fusionscape.results import Analysis, Fit, Term
from fusionscape.words import numbers
from fusionscape.words import pictures_outcome as words
from fusionscape.words.sentences import endpoint_name


def _weight(term: Term, terms: tuple[Term, ...]) -> float:
    precise = [1 / t.se**2 for t in terms if t.se is not None and t.se > 0]
    if term.se is None or term.se <= 0 or not precise:
        return 0.3
    return 1 / term.se**2 / max(precise)


def _group(term: Term) -> str:
    """The group of patients a level stands for, if it is one that figures colour."""
    level = term.level_label or ""
    return level if theme.partner_colour(level) else ""


def _row(term: Term, fit: Fit) -> dots.Dot:
    counts = f"{numbers.integer(term.events)}/{numbers.integer(term.n)}"
    if term.reference_row:
        return dots.Dot(
            label=term.name, estimate=1.0, weight=0.1, texts=(counts, "reference"), reference=True,
            group=_group(term),
        )  # fmt: skip
    ratio, low, high = term.ratio, term.ratio_low, term.ratio_high
    if term.monotone:
        said = "no finite estimate"
    else:
        said = f"{numbers.ratio(ratio)} ({numbers.interval(low, high)})"
    usable = ratio is not None and math.isfinite(ratio) and not term.monotone
    return dots.Dot(
        label=term.name,
        estimate=ratio if usable else None,
        low=low,
        high=high,
        weight=_weight(term, fit.terms),
        texts=(counts, said, numbers.p_value(term.p)),
        tip=f"{term.name}: {said}, {numbers.p_equals(term.p)}",
        group=_group(term),
        adjusted="" if term.p_adjusted is None else numbers.p_value(term.p_adjusted),
    )


def forest(fit: Fit, *, name: str) -> Figure | None:
    """One regression as a forest; None where it has no row."""
    if not fit.terms:
        return None
    level = numbers.level_name(fit.level)
    scale = fit.scale[:1].upper() + fit.scale[1:]
    survival = "hazard" in fit.scale
    return Figure(
        id=name,
        title=words.fit_title(fit),
        subtitle=subtitle(
            f"n = {numbers.integer(fit.n)}, {numbers.plural(fit.events, 'event')}",
            endpoint_name(fit.endpoint),
            fit.method,
            synthetic=fit.synthetic,
        ),
        spec=dots.forest(
            [_row(term, fit) for term in fit.terms],
            heads=("Events/n", f"{scale} ({level})", "p"),
            title=f"{scale}, log axis",
            width=260,
            favours=("lower hazard", "higher hazard") if survival else ("less often", "more often"),
        ),
        alt=words.fit_alt(fit),
        caption=words.FOREST_CAPTION,
        data=data_table(
            f"{fit.id}-terms",
            fit.label,
            (
                "term",
                "n",
                "events",
                "coef",
                "se",
                "ratio",
                "ratio_low",
                "ratio_high",
                "p",
                "p_adjusted",
                "reference_row",
            ),
            [
                (
                    t.name,
                    t.n,
                    t.events,
                    t.coef,
                    t.se,
                    t.ratio,
                    t.ratio_low,
                    t.ratio_high,
                    t.p,
                    t.p_adjusted,
                    t.reference_row,
                )
                for t in fit.terms
            ],
        ),
    )


def forests(analysis: Analysis) -> tuple[Figure, ...]:
    """The main regressions of an analysis, in order; sensitivity fits stand in the tables.

    A sensitivity fit hangs below its model: ``regression/os/model/ambiguous-absent``.
    """
    every = [f for f in analysis.items if isinstance(f, Fit)]
    ids = {f.id for f in every}
    fits = [f for f in every if f.id.rpartition("/")[0] not in ids]
    drawn = [forest(fit, name=f"{analysis.id}-forest-{i + 1}") for i, fit in enumerate(fits)]
    return tuple(figure for figure in drawn if figure is not None)
