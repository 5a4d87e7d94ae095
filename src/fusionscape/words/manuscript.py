"""Methods and Results paragraphs from the same values the page shows, with references."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fusionscape.results import Analysis
from fusionscape.results.registry import Result
from fusionscape.words.catalogue import short_title
from fusionscape.words.headline import headline, refusals
from fusionscape.words.sentences import say

MOST_SENTENCES = 8  # of one section's Results paragraph; the table holds the rest


@dataclass(frozen=True, slots=True, kw_only=True)
class Manuscript:
    """Copyable text: Methods, Results, and the references both cite by number."""

    methods: str
    results: str
    references: tuple[str, ...]


def _walk(analysis: Analysis) -> Iterable[Analysis | Result]:
    yield analysis
    for item in analysis.items:
        if isinstance(item, Analysis):
            yield from _walk(item)
        else:
            yield item


def methods_used(analysis: Analysis) -> list[tuple[str, str]]:
    """Every (method, reference) of an analysis, once, in the order of first use."""
    seen: dict[tuple[str, str], None] = {}
    for item in _walk(analysis):
        method, reference = getattr(item, "method", ""), getattr(item, "reference", "")
        if method:
            seen.setdefault((method, reference), None)
    return list(seen)


class _References:
    """Numbers references in the order of first citation."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def cite(self, reference: str) -> str:
        if not reference:
            return ""
        number = self.numbers.setdefault(reference, len(self.numbers) + 1)
        return f" [{number}]"


def _methods(analyses: Sequence[Analysis], references: _References, version: str) -> str:
    lines = []
    for analysis in analyses:
        used = [
            f"{_sentence_part(method)}{references.cite(reference)}"
            for method, reference in methods_used(analysis)
        ]
        lines.append(f"{short_title(analysis.id)}: {'; '.join(used)}.")
    lines.append(
        "Proportions carry their denominator; missing and untested values were left out of it and "
        f"counted. Analyses were made with fusionscape {version}."
    )
    return "\n\n".join(lines)


def _sentence_part(method: str) -> str:
    return method.rstrip(". ")


def _results(analyses: Sequence[Analysis]) -> str:
    return "\n\n".join(" ".join(sentences(analysis)) for analysis in analyses)


def sentences(analysis: Analysis) -> list[str]:
    """What the Results paragraph of one analysis says, the answer first."""
    said = dict.fromkeys([headline(analysis), *_details(analysis), *refusals(analysis)])
    return list(said)[:MOST_SENTENCES]


def _details(analysis: Analysis) -> list[str]:
    told = ("estimate", "count", "distribution", "test")
    return [say(item) for item in analysis.items if type(item).__name__.lower() in told]


def manuscript(analyses: Sequence[Analysis], *, version: str) -> Manuscript:
    """Methods and Results of these analyses as text that can be pasted into a manuscript."""
    references = _References()
    methods = _methods(analyses, references, version)
    results = _results(analyses)
    if any(analysis.synthetic for analysis in analyses):
        results = "SYNTHETIC DATA, not for publication.\n\n" + results
    return Manuscript(methods=methods, results=results, references=tuple(references.numbers))
