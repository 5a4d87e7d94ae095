"""From sections to Word, PDF and Excel files: the same words, figures and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fusionscape.version import __version__

if TYPE_CHECKING:
    from fusionscape.figures import Figure
    from fusionscape.report import Section
    from fusionscape.results import Analysis, Finding, Table
    from fusionscape.writers.article import Article, Chapter
    from fusionscape.writers.picture import Picture

LONG = 40  # a table with more rows is supplementary
FILES = {"docx": "report.docx", "pdf": "report.pdf", "xlsx": "tables.xlsx"}


def exports(
    formats: Sequence[str],
    *,
    title: str,
    study: Mapping[str, Any],
    plan: Mapping[str, Any],
    findings: Sequence[Finding],
    sections: Sequence[Section],
    command: str,
    inputs: Sequence[tuple[str, str]],
) -> dict[str, bytes]:
    """The files of the formats asked for, by name; the same bytes for the same arguments.

    Raises InputError with ``extra-missing`` when a format's library is not installed.
    """
    from fusionscape.writers.extras import require

    require(formats)
    made: dict[str, bytes] = {}
    if "docx" in formats or "pdf" in formats:
        article = _article(
            title,
            study,
            plan,
            findings,
            tuple(_chapter(s, drawn_for_print="docx" in formats) for s in sections),
            sections,
            command,
            inputs,
        )
        if "docx" in formats:
            from fusionscape.writers.docx import to_docx

            made[FILES["docx"]] = to_docx(article)
        if "pdf" in formats:
            from fusionscape.writers.pdf import to_pdf

            made[FILES["pdf"]] = to_pdf(article)
    if "xlsx" in formats:
        from fusionscape.writers.xlsx import to_xlsx

        made[FILES["xlsx"]] = to_xlsx(
            title, _sheets(sections, findings), synthetic=_synthetic(study, sections)
        )
    return made


def _synthetic(study: Mapping[str, Any], sections: Sequence[Section]) -> bool:
    return bool(study.get("synthetic")) or any(s.analysis.synthetic for s in sections)


def _sheets(sections: Sequence[Section], findings: Sequence[Finding]) -> list[tuple[str, Table]]:
    """Every table under the name of its section; figures give their data."""
    from fusionscape.report.matter import findings_table
    from fusionscape.words.catalogue import short_title

    out = []
    for section in sections:
        short = short_title(section.analysis.id)
        out += [(short, table) for table in section.tables]
        out += [(f"{short}, figure", figure.data) for figure in section.figures]
    return [*out, ("Input check", findings_table(findings))]


def _article(
    title: str,
    study: Mapping[str, Any],
    plan: Mapping[str, Any],
    findings: Sequence[Finding],
    chapters: tuple[Chapter, ...],
    sections: Sequence[Section],
    command: str,
    inputs: Sequence[tuple[str, str]],
) -> Article:
    from fusionscape.report import Provenance, front_page
    from fusionscape.report.matter import facts, findings_table, provenance_facts
    from fusionscape.words.checklist import checklist
    from fusionscape.words.manuscript import manuscript
    from fusionscape.words.numbers import plural
    from fusionscape.writers.article import Article

    analyses = [s.analysis for s in sections]
    text = manuscript(analyses, version=__version__)
    front = front_page(sections)
    cited = [plural(int(study["patients"]), "patient")] if study.get("patients") else []
    cited += [str(study[key]) for key in ("citation", "licence") if study.get(key)]
    provenance = Provenance(version=__version__, command=command, inputs=tuple(inputs))
    return Article(
        title=title,
        byline=" · ".join([*cited, f"fusionscape {__version__}, research use only"]),
        synthetic=_synthetic(study, sections),
        answers=tuple(answer.text for answer in front.answers),
        careful=front.careful,
        methods=tuple(text.methods.split("\n\n")),
        chapters=chapters,
        references=text.references,
        plan=facts({**study, **plan}),
        provenance=provenance_facts(provenance),
        checklist=checklist(analyses),
        findings=findings_table(findings),
    )


def _is_listing(analysis: Analysis, table: Table) -> bool:
    """Every number of a section, or a row for every patient: for the supplement."""
    part = table.id.removeprefix(f"{analysis.id}/")
    return part in ("table", "patients", "sequences") or (
        len(table.rows) > LONG and not part.startswith("table_one")
    )


def _cautions(analysis: Analysis) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """One sentence a kind of caution, and all of them where that leaves some out."""
    from fusionscape.report.front import cautions_of
    from fusionscape.words.cautions import told

    said = told(cautions_of(analysis))
    return said.shown, said.folded


def _chapter(section: Section, *, drawn_for_print: bool) -> Chapter:
    from fusionscape.words.catalogue import question_text, short_title
    from fusionscape.words.manuscript import sentences
    from fusionscape.writers.article import Chapter

    analysis = section.analysis
    said = sentences(analysis)
    cautions, in_full = _cautions(analysis)
    everything = f"{analysis.id}/table"
    tables = [
        replace(t, title=f"{short_title(analysis.id)}: all numbers") if t.id == everything else t
        for t in section.tables
    ]
    return Chapter(
        question=question_text(section.question),
        answer=said[0],
        more=" ".join(said[1:]),
        cautions=cautions,
        all_cautions=in_full,
        pictures=tuple(_picture(f, drawn_for_print=drawn_for_print) for f in section.figures),
        tables=tuple(t for t in tables if not _is_listing(analysis, t)),
        listings=tuple(t for t in tables if _is_listing(analysis, t)),
    )


def _picture(figure: Figure, *, drawn_for_print: bool) -> Picture:
    from fusionscape.figures.save import rasterised, svg
    from fusionscape.writers.picture import Picture, packed, print_resolution, size_of

    drawn = svg(figure)
    width, height = size_of(drawn)
    return Picture(
        id=figure.id,
        title=figure.title,
        caption=figure.caption,
        alt=figure.alt,
        svg=drawn,
        png=packed(rasterised(drawn, scale=print_resolution(drawn))) if drawn_for_print else b"",
        width=width,
        height=height,
    )
