"""Title, caption and alternative text of the residuals of proportional hazards."""

from __future__ import annotations

from collections.abc import Sequence

from fusionscape.results import Residuals
from fusionscape.words import numbers
from fusionscape.words.phrases import ALPHA, inside, listed
from fusionscape.words.sentences import endpoint_name

TEST = "score test of proportional hazards"
Y_AXIS = "Log hazard ratio"
_DRIFTS = ("falls", "rises")


def _by_term(parts: Sequence[Residuals]) -> list[Residuals]:
    """One covariate a term, the smallest p first: a term's columns share their test."""
    first: dict[str, Residuals] = {}
    for part in parts:
        first.setdefault(part.term, part)
    return sorted(first.values(), key=lambda r: (r.p if r.p == r.p else 2.0, r.term))


def panel_title(part: Residuals) -> str:
    """The covariate over its drawing."""
    return part.label


def panel_p(part: Residuals) -> str:
    """The p of the test, and of which term where that has several columns."""
    of = f", {numbers.integer(part.df)} df" if part.df > 1 else ""
    return f"{numbers.p_equals(part.p)}{of}"


def title(parts: Sequence[Residuals]) -> str:
    """Whether a hazard ratio seems to change over time, and which."""
    name = endpoint_name(parts[0].endpoint)
    ranked = _by_term(parts)
    doubted = [r for r in ranked if r.p < ALPHA]
    if doubted:
        said = listed([f"{r.term} ({numbers.p_equals(r.p)})" for r in doubted[:3]])
        ratio = "ratios" if len(doubted) > 1 else "ratio"
        seem = "seem" if len(doubted) > 1 else "seems"
        return f"{_capital(name)}: the hazard {ratio} of {said} {seem} to change over time"
    top = ranked[0]
    return (
        f"{_capital(name)}: no hazard ratio is seen to change over time; the smallest p is that "
        f"of {inside(top.term)} ({numbers.p_equals(top.p)})"
    )


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def caption(parts: Sequence[Residuals]) -> str:
    """How to read the panels, with the p of every term."""
    first = parts[0]
    drawn = ""
    if first.drawn < first.events:
        drawn = (
            f" ({numbers.integer(first.drawn)} of {numbers.integer(first.events)}, evenly spread; "
            "smooth and test rest on all)"
        )
    smooth = (
        f"Line and band: their smooth over time with a {numbers.level_name(first.level)} at each "
        "time. "
        if first.smooth.size
        else "No smooth: the events fall on too few different times. "
    )
    tests = "; ".join(f"{r.term} {panel_p(r)}" for r in _by_term(parts))
    return (
        f"Points: scaled Schoenfeld residuals, one an event{drawn}. {smooth}Dashed: the log hazard "
        "ratio of the model; thin line: no effect. A level smooth goes with a hazard ratio that "
        "stays the same; with few events a drift is easily missed. Test of proportional hazards "
        f"by term, not adjusted, exploratory: {tests}."
    )


def alt(parts: Sequence[Residuals]) -> str:
    """Where each smooth begins and ends, beside its estimate."""
    return f"Residuals of proportional hazards over time. {' '.join(told(p) for p in parts)}"


def told(part: Residuals) -> str:
    """One covariate in a sentence."""
    head = f"{part.label}: log hazard ratio {numbers.ratio(part.coef)}"
    if part.smooth.size:
        start, end = float(part.smooth[0]), float(part.smooth[-1])
        way = _DRIFTS[end > start]
        head += f"; its smooth {way} from {numbers.ratio(start)} to {numbers.ratio(end)}"
    return (
        f"{head}; test of proportional hazards of {part.term} {panel_p(part)} "
        f"({numbers.plural(part.events, 'event')} in {numbers.plural(part.n, 'patient')})."
    )
