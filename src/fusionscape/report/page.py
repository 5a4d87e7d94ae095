"""The sealed page: one HTML file that loads and sends nothing by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from fusionscape.report import assets
from fusionscape.report.front import Front, cautions_of
from fusionscape.report.groups import OPEN, chips
from fusionscape.report.island import carried, island
from fusionscape.report.markup import prose
from fusionscape.report.matter import matter
from fusionscape.report.room import height
from fusionscape.report.section import Provenance, Section
from fusionscape.results import Analysis, Finding, Table
from fusionscape.tables.html import LONG, to_html
from fusionscape.words.catalogue import caution_text, question_text, short_title
from fusionscape.words.headline import headline, refusals
from fusionscape.words.manuscript import Manuscript, methods_used
from fusionscape.words.numbers import integer

OPEN_ALIKE = 3  # cautions of one kind that stand open in a section


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("fusionscape.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["prose"] = prose
    return environment


def _figure(figure: Any) -> dict[str, Any]:
    return {
        "id": figure.id,
        "title": figure.title,
        "subtitle": figure.subtitle,
        "alt": figure.alt,
        "caption": figure.caption,
        "choices": figure.choices,
        "height": height(figure.spec),
        "kinds": ("svg", "png") if carried(figure.data) is None else ("svg", "png", "csv"),
    }


def _table_name(section: Section, at: int) -> str:
    return f"table-{section.id}-{at + 1}"


def _table(section: Section, at: int, table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "rows": len(table.rows),
        "long": len(table.rows) > LONG,
        "html": Markup(to_html(table)),
        "name": _table_name(section, at),
        "carried": carried(table) is not None,
    }


def _method(section: Section) -> list[tuple[str, str]]:
    analysis = section.analysis
    n, missing = analysis.n, analysis.missing
    facts = [("Patients", f"n = {integer(n)}; {integer(missing)} missing")] if n or missing else []
    for method, reference in methods_used(analysis):
        facts.append((method, reference or "Counted from the data"))
    return facts


def _cautions(analysis: Analysis) -> dict[str, list[str]]:
    """Cautions in plain words: the first of each kind open, the many like it folded below."""
    seen: dict[str, int] = {}
    shown: list[str] = []
    alike: list[str] = []
    for caution in cautions_of(analysis):
        seen[caution.code] = seen.get(caution.code, 0) + 1
        (shown if seen[caution.code] <= OPEN_ALIKE else alike).append(caution_text(caution))
    shown = list(dict.fromkeys(shown))
    return {"cautions": shown, "alike": [c for c in dict.fromkeys(alike) if c not in shown]}


def _section(section: Section) -> dict[str, Any]:
    analysis = section.analysis
    return {
        "anchor": section.id,
        "short": short_title(analysis.id),
        "question": question_text(section.question),
        "answer": headline(analysis),
        "more": refusals(analysis),
        **_cautions(analysis),
        "figures": [_figure(figure) for figure in section.figures],
        "tables": [_table(section, at, table) for at, table in enumerate(section.tables)],
        "method": _method(section),
    }


def _check(sections: Sequence[Section]) -> None:
    anchors = [section.id for section in sections]
    figures = [figure.id for section in sections for figure in section.figures]
    for names in (anchors, figures):
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two parts of the page share the id {twice[0]!r}")


def build_page(
    *,
    title: str,
    study: Mapping[str, Any],
    sections: Sequence[Section],
    front: Front,
    findings: Sequence[Finding],
    plan: Mapping[str, Any],
    provenance: Provenance,
    manuscript: Manuscript,
    checklist: Table | None = None,
) -> str:
    """The whole report as one HTML text, the same bytes for the same arguments.

    `study` and `plan` are printed as name and value. The page carries the synthetic band when
    any of its analyses is synthetic or ``study["synthetic"]`` is true. Raises ValueError when
    two sections or two figures share an id.
    """
    _check(sections)
    synthetic = bool(study.get("synthetic")) or any(s.analysis.synthetic for s in sections)
    figures = [figure for section in sections for figure in section.figures]
    tables = [
        (_table_name(section, at), table)
        for section in sections
        for at, table in enumerate(section.tables)
    ]
    parts = matter(
        study=study,
        findings=findings,
        plan=plan,
        provenance=provenance,
        manuscript=manuscript,
        checklist=checklist,
    )
    made = [_section(s) for s in sections]
    return (
        _environment()
        .get_template("page.html")
        .render(
            title=title,
            synthetic=synthetic,
            chips=chips(figures),
            open_chips=OPEN,
            both_p=any("p-adjusted" in table["html"] for s in made for table in s["tables"]),
            sections=made,
            front=front,
            matter=parts,
            provenance=provenance,
            policy=Markup(assets.policy()),
            faces=Markup(assets.font_faces()),
            style=Markup(assets.style()),
            script=Markup(assets.script()),
            island=Markup(island(figures, tables)),
        )
    )
