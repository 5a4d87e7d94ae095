"""Every file of the output folder, as bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from fusionscape.results import Analysis, Document, Finding
from fusionscape.workflows.output import unique_slugs

if TYPE_CHECKING:
    from fusionscape.cohort import Cohort
    from fusionscape.report import Section
    from fusionscape.workflows.run import Options


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(v) for v in value]
    return value


def _study(cohort: Cohort) -> dict[str, Any]:
    book = cohort.codebook
    return {
        "name": cohort.name,
        "patients": cohort.n,
        "synthetic": cohort.synthetic,
        "citation": book.citation,
        "licence": book.licence,
        "selected_by_fusion": book.selected_by_fusion,
        "controls_tested": book.controls_tested,
        "tested_by": book.tested_by,
    }


def _columns(cohort: Cohort) -> list[dict[str, Any]]:
    return [
        {"source": c.source, "field": c.field, "timing": c.timing, "unit": c.unit, "file": c.file}
        for c in cohort.codebook.columns
    ]


def folder_files(
    cohort: Cohort,
    findings: tuple[Finding, ...],
    analyses: Sequence[Analysis],
    sections: Sequence[Section],
    options: Options,
    inputs: Sequence[tuple[str, str]],
) -> dict[str, bytes]:
    from fusionscape.results.document import dumps
    from fusionscape.workflows.page import page

    plan = _plain(asdict(cohort.plan))
    study = {**_study(cohort), "columns": _columns(cohort)}
    document = Document(study=study, plan=plan, findings=findings, results=tuple(analyses))
    shown = {**_study(cohort), "not recorded": _unasked(analyses, sections)}
    files = {
        "results.json": dumps(document).encode(),
        "report.html": page(
            cohort.name, shown, plan, findings, sections, options.command, inputs
        ).encode(),
    }
    if options.formats:
        from fusionscape.workflows.export import exports

        files |= exports(
            options.formats,
            title=cohort.name,
            study=shown,
            plan=plan,
            findings=findings,
            sections=sections,
            command=options.command,
            inputs=inputs,
        )
    return {**files, **_tables(sections), **_figures(sections, options.figures)}


def _tables(sections: Sequence[Section]) -> dict[str, bytes]:
    from fusionscape.tables import to_csv

    tables = [t for s in sections for t in (*s.tables, *(f.data for f in s.figures))]
    names = unique_slugs([t.id for t in tables])
    return {
        f"tables/{name}.csv": to_csv(table).encode()
        for name, table in zip(names, tables, strict=True)
    }


def _figures(sections: Sequence[Section], kinds: Sequence[str]) -> dict[str, bytes]:
    if not kinds:
        return {}
    from fusionscape.figures.save import save

    drawn = [f for s in sections for f in s.figures]
    names = unique_slugs([f.id for f in drawn])
    return {
        f"figures/{name}.{kind}": save(figure, kind)
        for name, figure in zip(names, drawn, strict=True)
        for kind in kinds
    }


def _unasked(analyses: Sequence[Analysis], sections: Sequence[Section]) -> list[str]:
    """Questions for which the study records nothing; the page names them and leaves them out."""
    from fusionscape.words.catalogue import short_title

    shown = {s.id for s in sections}
    return [short_title(a.question) for a in analyses if a.id not in shown]
