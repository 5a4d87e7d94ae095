"""The front page: what was asked, the answers that matter, what to be careful about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from fusionscape.figures.strip import strip
from fusionscape.report.section import Section
from fusionscape.results import Analysis, Caution, Estimate, Refusal
from fusionscape.words import numbers
from fusionscape.words.catalogue import begun
from fusionscape.words.cautions import told
from fusionscape.words.headline import headline, turns_on
from fusionscape.words.headline_flow import analysed
from fusionscape.words.numbers import level_name
from fusionscape.words.sentences import say

SCALES = {"proportion": "Share"}  # as a word under a small drawing
ANSWERS = 5
CAREFUL = 5
# The answers a reader asks for first; other sections follow in the order of the page.
FIRST = ("prevalence", "cooccurrence", "response", "survival", "cox", "landscape", "baseline")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One sentence that leads to its section, with a small drawing of its estimate."""

    text: str
    anchor: str
    strip: Markup | None
    strip_alt: str
    strip_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """Everything on the front page, as text."""

    asked: tuple[str, ...]
    answers: tuple[Answer, ...]
    careful: tuple[str, ...]


def _refused(analysis: Analysis) -> bool:
    """Nothing but refusals: its sentence belongs on the front page only when little else is."""
    return all(isinstance(item, Refusal) for item in analysis.items)


def _scale_name(estimate: Estimate) -> str:
    name = SCALES.get(estimate.scale, begun(estimate.scale))
    return f"{name} ({level_name(estimate.level)})"


def _answer(section: Section) -> Answer:
    estimate = turns_on(section.analysis)
    drawing = strip(estimate) if estimate else None
    return Answer(
        text=headline(section.analysis),
        anchor=section.id,
        strip=Markup(drawing) if drawing else None,
        strip_alt=say(estimate) if estimate and drawing else "",
        strip_name=_scale_name(estimate) if estimate and drawing else "",
    )


def cautions_of(analysis: Analysis) -> list[Caution]:
    """Cautions of an analysis and of its items, each once, in reading order."""
    out: dict[Caution, None] = dict.fromkeys(analysis.cautions)
    for item in analysis.items:
        out.update(dict.fromkeys(getattr(item, "cautions", ())))
    return list(out)


def _asked(sections: Sequence[Section]) -> tuple[str, ...]:
    """What the report is about, where nobody said it."""
    if not sections:
        return ()
    patients = numbers.plural(analysed([s.analysis for s in sections]), "patient")
    questions = numbers.plural(len(sections), "question")
    return (f"{questions} asked of {patients}; the answers that matter most come first.",)


def front_page(
    sections: Sequence[Section], *, asked: Sequence[str] = (), careful: Sequence[str] = ()
) -> Front:
    """The front page from the sections; `careful` lines given come before the sections' own."""
    rank = {topic: i for i, topic in enumerate(FIRST)}
    chosen = sorted(
        sections, key=lambda s: (_refused(s.analysis), rank.get(s.analysis.id, len(FIRST)))
    )[:ANSWERS]
    kinds: dict[str, None] = {}
    said = [*careful]
    for section in chosen:
        mine = [c for c in cautions_of(section.analysis) if c.code not in kinds]
        kinds |= dict.fromkeys(c.code for c in mine)
        said += told(mine).shown
    return Front(
        asked=tuple(asked) or _asked(sections),
        answers=tuple(_answer(section) for section in chosen),
        careful=tuple(dict.fromkeys(said))[:CAREFUL],
    )
