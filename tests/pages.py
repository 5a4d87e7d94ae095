"""A whole page from the examples: every section, every figure."""

from __future__ import annotations

import examples
from fusionscape.figures import figures_of
from fusionscape.report import Provenance, Section, build_page, front_page
from fusionscape.results import Analysis, Finding
from fusionscape.tables import tables_of
from fusionscape.words.checklist import checklist
from fusionscape.words.manuscript import manuscript


def section(analysis: Analysis) -> Section:
    return Section(
        id=analysis.id,
        question=analysis.question,
        analysis=analysis,
        figures=figures_of(analysis),
        tables=tables_of(analysis),
    )


def page(
    analyses: list[Analysis] | None = None,
    *,
    title: str = "NUP98 fusions: an example",
    synthetic: bool = True,
) -> str:
    chosen = [make() for make in examples.ALL] if analyses is None else analyses
    sections = [section(a) for a in chosen]
    return build_page(
        title=title,
        study={"study": "Example", "synthetic": synthetic},
        sections=sections,
        front=front_page(sections, asked=("What does a NUP98 fusion mean in this cohort?",)),
        findings=[
            Finding(
                code="unknown-value",
                severity="warning",
                what="WBC is written 'n.a.'",
                mend="Leave the cell empty.",
                file="patients.csv",
                row=7,
                column="WBC",
            )
        ],
        plan={"endpoints": ["os", "efs"], "headline": "evaluable"},
        provenance=Provenance(
            version="0.1.0",
            command="fusionscape run study",
            inputs=(("patients.csv", "sha256 0f3a"),),
        ),
        manuscript=manuscript(chosen, version="0.1.0"),
        checklist=checklist(chosen),
    )
