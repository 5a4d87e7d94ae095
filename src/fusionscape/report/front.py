"""The front page: what was asked, the answers that matter, what to be careful about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from fusionscape.figures.strip import strip
from fusionscape.report.section import Section
from fusionscape.results import Analysis, Caution, Estimate, Refusal
from fusionscape.words import numbers
from fusionscape.words.catalogue import caution_text
from fusionscape.words.headline import headline
from fusionscape.words.phrases import without_invented
from fusionscape.words.sentences import say, separated

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """Everything on the front page, as text."""

    asked: tuple[str, ...]
    answers: tuple[Answer, ...]
    careful: tuple[str, ...]


def _main_estimate(analysis: Analysis) -> Estimate | None:
    """A contrast before a proportion: what the sentence turns on."""
    known = without_invented(analysis).items
    found = [item for item in known if isinstance(item, Estimate)]
    ratios = [e for e in found if "ratio" in e.scale and not separated(e.cautions)]
    return next(iter(ratios or found), None)


def _refused(analysis: Analysis) -> bool:
    """Nothing but refusals: its sentence belongs on the front page only when little else is."""
    return all(isinstance(item, Refusal) for item in analysis.items)


def _answer(section: Section) -> Answer:
    estimate = _main_estimate(section.analysis)
    drawing = strip(estimate) if estimate and not _refused(section.analysis) else None
    return Answer(
        text=headline(section.analysis),
        anchor=section.id,
        strip=Markup(drawing) if drawing else None,
        strip_alt=say(estimate) if estimate and drawing else "",
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
    patients = numbers.plural(max(s.analysis.n for s in sections), "patient")
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
    first = {c.code: c for s in reversed(chosen) for c in reversed(cautions_of(s.analysis))}
    said = [*careful]
    for section in chosen:
        mine = cautions_of(section.analysis)
        said += [caution_text(c) for c in mine if first.get(c.code) is c]
    return Front(
        asked=tuple(asked) or _asked(sections),
        answers=tuple(_answer(section) for section in chosen),
        careful=tuple(dict.fromkeys(said))[:CAREFUL],
    )
