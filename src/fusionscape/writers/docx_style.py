"""The Word document's styles, pages, header and footer."""

from __future__ import annotations

from typing import Any

from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from fusionscape.writers.article import SYNTHETIC

# Word files cannot carry the report's own face; Arial is everywhere or has a metric twin
# (Liberation Sans, Arimo, Helvetica) that every program takes in its place.
FONT = "Arial"
TEXT, MUTED = RGBColor(0x1B, 0x1F, 0x24), RGBColor(0x57, 0x60, 0x6A)
AMBER = "9A6700"
MARGIN, LONG_SIDE, SHORT_SIDE = Mm(20), Mm(297), Mm(210)

# name -> (size in points, bold, space before, space after, keep with next)
_PARAGRAPHS: dict[str, tuple[float, bool, float, float, bool]] = {
    "Normal": (10, False, 0, 6, False),
    "Title": (20, True, 0, 4, True),
    "Subtitle": (10, False, 0, 12, False),
    "Heading 1": (15, True, 18, 6, True),
    "Heading 2": (12, True, 14, 4, True),
    "Caption": (9, False, 16, 4, True),
    "List Bullet": (10, False, 0, 3, False),
    "Answer": (10, True, 0, 6, False),
    "Caution": (9, False, 0, 4, False),
    "Reference": (9, False, 0, 3, False),
    "Figure": (10, False, 8, 2, True),
    "Figure Caption": (9, False, 0, 12, False),
    "Table Text": (8, False, 1, 1, False),
    "Table Note": (8, False, 2, 2, False),
}


def _face(style: Any) -> None:
    """The face, and no letter spacing or kerning of the template."""
    properties = style.element.get_or_add_rPr()
    for name in ("w:spacing", "w:kern"):
        for found in properties.findall(qn(name)):
            properties.remove(found)
    fonts = properties.get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)


def _set(style: Any, row: tuple[float, bool, float, float, bool]) -> None:
    size, bold, before, after, keep = row
    _face(style)
    font, shape = style.font, style.paragraph_format
    font.size, font.bold, font.italic = Pt(size), bold, False
    font.color.rgb = MUTED if style.name in ("Subtitle", "Table Note") else TEXT
    shape.space_before, shape.space_after = Pt(before), Pt(after)
    shape.line_spacing = 1.0 if style.name.startswith("Table") else 1.2
    shape.keep_with_next = keep
    shape.widow_control = True


def _left_rule(style: Any) -> None:
    border = parse_xml(
        f'<w:pBdr {nsdecls("w")}><w:left w:val="single" w:sz="12" w:space="6" '
        f'w:color="{AMBER}"/></w:pBdr>'
    )
    style.element.get_or_add_pPr().insert_element_before(
        border, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc"
    )
    style.paragraph_format.left_indent = Pt(9)


def dress(document: Document) -> None:
    """Real styles for every kind of paragraph, so that the navigation pane works."""
    styles = document.styles
    known = {style.name for style in styles}
    for name, row in _PARAGRAPHS.items():
        if name not in known:
            made = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            made.base_style = styles["Normal"]
        _set(styles[name], row)
    title = styles["Title"].element.pPr
    for border in title.findall(qn("w:pBdr")):
        title.remove(border)
    _left_rule(styles["Caution"])
    _english(document)


def _english(document: Document) -> None:
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-US")


def set_page(section: Any, *, landscape: bool) -> None:
    """A4, upright or on its side, with even margins."""
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width = LONG_SIDE if landscape else SHORT_SIDE
    section.page_height = SHORT_SIDE if landscape else LONG_SIDE
    section.left_margin = section.right_margin = MARGIN
    section.top_margin = section.bottom_margin = MARGIN
    section.header_distance = section.footer_distance = Mm(9)


def turn(document: Document, *, landscape: bool) -> None:
    """Start a new page turned the other way, unless the page already lies as asked."""
    if (document.sections[-1].orientation == WD_ORIENT.LANDSCAPE) != landscape:
        set_page(document.add_section(WD_SECTION.NEW_PAGE), landscape=landscape)
        _shrink(document)


def _shrink(document: Document) -> None:
    """The empty paragraph that ends a section, so low that it never makes a page of its own."""
    ends = document.element.body.xpath("./w:p[w:pPr/w:sectPr]")
    shape = Paragraph(ends[-1], document).paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing = Pt(1)


def field(paragraph: Any, code: str, shown: str) -> None:
    """A Word field with the text it shows until Word works it out anew."""
    parts = (
        '<w:fldChar {} w:fldCharType="begin"/>',
        f'<w:instrText {{}} xml:space="preserve"> {code} </w:instrText>',
        '<w:fldChar {} w:fldCharType="separate"/>',
        f"<w:t {{}}>{shown}</w:t>",
        '<w:fldChar {} w:fldCharType="end"/>',
    )
    for part in parts:
        paragraph.add_run()._r.append(parse_xml(part.format(nsdecls("w"))))


def head_and_foot(document: Document, title: str, *, synthetic: bool) -> None:
    """Page numbers on every page; on synthetic data a band as well."""
    section = document.sections[0]
    if synthetic:
        band = section.header.paragraphs[0]
        band.alignment = 1
        run = band.add_run(SYNTHETIC)
        run.bold, run.font.size = True, Pt(9)
        shade = parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="FFE08A"/>')
        band._p.get_or_add_pPr().insert_element_before(
            shade, "w:tabs", "w:spacing", "w:ind", "w:jc"
        )
    foot = section.footer.paragraphs[0]
    foot.add_run(f"{title} · page ")
    field(foot, "PAGE", "1")
    foot.add_run(" of ")
    field(foot, "NUMPAGES", "1")
    for run in foot.runs:
        run.font.size, run.font.color.rgb = Pt(8), MUTED
