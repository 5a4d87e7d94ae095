"""From sections to the finished page: words, front, plan, provenance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fusionscape.version import __version__

if TYPE_CHECKING:
    from fusionscape.report import Section
    from fusionscape.results import Finding


def page(
    title: str,
    study: Mapping[str, Any],
    plan: Mapping[str, Any],
    findings: Sequence[Finding],
    sections: Sequence[Section],
    command: str,
    inputs: Sequence[tuple[str, str]],
) -> str:
    """The report as one HTML text."""
    from fusionscape.report import Provenance, build_page, front_page
    from fusionscape.words.checklist import checklist
    from fusionscape.words.manuscript import manuscript

    analyses = [s.analysis for s in sections]
    return build_page(
        title=title,
        study=study,
        sections=sections,
        front=front_page(sections),
        findings=findings,
        plan=plan,
        provenance=Provenance(version=__version__, command=command, inputs=tuple(inputs)),
        manuscript=manuscript(analyses, version=__version__),
        checklist=checklist(analyses),
    )
