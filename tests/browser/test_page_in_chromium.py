"""The page in Debian's Chromium: from disk, offline, sealed, every figure drawn."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

import examples
import pages
from chromium_page import Seen
from fusionscape.results import Analysis, LesionMatrix

EVIL = "<script>alert(1)</script>"
ATTACKS = (EVIL, "</script><svg onload=alert(1)>", "javascript:alert(1)", "'\"><img src=x>")


@pytest.fixture(scope="session")
def opened(browser: Browser, report: Path) -> Iterator[Seen]:
    seen = Seen(browser, report, viewport={"width": 1280, "height": 900})
    seen.ready()
    yield seen
    seen.context.close()


def test_it_draws_every_figure_says_nothing_and_asks_for_nothing(
    opened: Seen, report: Path
) -> None:
    drawn = opened.page.evaluate(
        "[...document.querySelectorAll('.drawing')].map((box) => [box.dataset.figure, "
        "box.dataset.drawn, box.querySelectorAll('svg *, canvas').length])"
    )
    assert len(drawn) >= 17
    assert [name for name, done, marks in drawn if done != "yes" or not marks] == []
    assert opened.said == []
    assert opened.outside(report) == []


def test_the_policy_blocks_what_the_page_never_does(browser: Browser, report: Path) -> None:
    seen = Seen(browser, report)
    blocked = seen.page.evaluate(
        "fetch('https://example.org/').then(() => 'fetched', () => 'blocked')"
    )
    assert blocked == "blocked"
    assert any("connect-src" in line for line in seen.said)
    seen.context.close()


def test_figures_are_set_in_the_embedded_font(opened: Seen) -> None:
    assert opened.page.evaluate("document.fonts.check('400 12px \"Fusionscape Sans\"')")
    face = opened.page.evaluate(
        "getComputedStyle(document.querySelector('.drawing svg text')).fontFamily"
    )
    assert face.startswith('"Fusionscape Sans"')


def test_search_hides_what_does_not_match(opened: Seen) -> None:
    page = opened.page
    page.fill("#search", "hazard ratio")
    shown = page.eval_on_selector_all(
        "main > section:not(.hide)", "(parts) => parts.map((part) => part.id)"
    )
    assert "survival" in shown and "flow" not in shown
    assert page.text_content("#hits") == f"{len(shown)} sections"
    page.fill("#search", "no such word anywhere")
    assert page.text_content("#hits") == "0 sections"
    page.fill("#search", "")
    assert page.locator("main > section.hide").count() == 0


def test_a_table_sorts_by_raw_values(opened: Seen) -> None:
    page = opened.page
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    table = page.locator("#cooccurrence table[data-sortable]").first
    head = table.locator("thead th", has_text="Odds ratio").locator("button")
    head.click()
    values = table.locator("tbody tr td:nth-child(7)").evaluate_all(
        "(cells) => cells.map((cell) => parseFloat(cell.dataset.value))"
    )
    known = [v for v in values if v is not None and v == v]
    assert known == sorted(known) and len(known) > 20


def test_the_oncoprint_narrows_to_one_fusion(opened: Seen) -> None:
    page = opened.page
    box = page.locator('[data-figure="oncoprint"]')
    before = box.locator("svg path").count()
    page.select_option("#choice-oncoprint", "NUP98::HOXA9")
    page.wait_for_function(
        f"document.querySelectorAll('[data-figure=\"oncoprint\"] svg path').length < {before}"
    )
    page.select_option("#choice-oncoprint", "All")
    page.wait_for_function(
        f"document.querySelectorAll('[data-figure=\"oncoprint\"] svg path').length === {before}"
    )


def opacities(opened: Seen, figure: str) -> set[str]:
    """How opaque the marks of a figure stand."""
    found = opened.page.locator(f'[data-figure="{figure}"] svg path').evaluate_all(
        "(marks) => marks.map((mark) => mark.getAttribute('opacity') || '1')"
    )
    return set(found)


def test_a_group_is_brought_out_in_every_figure_that_has_it(opened: Seen) -> None:
    page = opened.page
    chip = page.locator("button[data-lit='NUP98::NSD1']")
    assert chip.get_attribute("aria-pressed") == "false"
    having = ("partner-spectrum", "oncoprint", "survival-curves-1", "response-rates")
    assert all("0.16" not in opacities(opened, name) for name in having)
    chip.focus()
    page.keyboard.press("Enter")
    assert chip.get_attribute("aria-pressed") == "true"
    for name in having:
        assert "0.16" in opacities(opened, name), name
    assert "0.16" not in opacities(opened, "patient-flow")
    other = page.locator("button[data-lit='NUP98::HOXA9']")
    other.click()
    assert (chip.get_attribute("aria-pressed"), other.get_attribute("aria-pressed")) == (
        "false",
        "true",
    )
    # A figure without this group stays as it is.
    assert "0.16" not in opacities(opened, "survival-curves-1")
    other.click()
    assert all("0.16" not in opacities(opened, name) for name in having)
    assert page.locator("button[data-lit][aria-pressed='true']").count() == 0
    assert opened.said == []


def test_p_values_are_shown_as_found_or_adjusted(opened: Seen) -> None:
    page = opened.page
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    figure = page.locator('[data-figure="cox-forest-1"] svg')
    raw, adjusted = (page.locator(f"button[data-p='{p}']") for p in ("raw", "adjusted"))
    cells = {kind: page.locator(f"#baseline td.p-{kind}").first for kind in ("raw", "adjusted")}
    assert cells["raw"].is_visible() and cells["adjusted"].is_visible()
    before = figure.text_content() or ""
    assert "Adjusted p" not in before
    adjusted.click()
    assert adjusted.get_attribute("aria-pressed") == "true"
    page.wait_for_selector('[data-figure="cox-forest-1"] svg text:has-text("Adjusted p")')
    assert not cells["raw"].is_visible() and cells["adjusted"].is_visible()
    raw.click()
    page.wait_for_selector("html[data-ready]")
    assert cells["raw"].is_visible() and not cells["adjusted"].is_visible()
    raw.click()
    assert cells["raw"].is_visible() and cells["adjusted"].is_visible()
    page.wait_for_timeout(800)
    assert figure.text_content() == before
    assert opened.said == []


@pytest.mark.parametrize("width", [1440, 820, 390])
def test_room_is_kept_so_that_drawing_moves_nothing(
    browser: Browser, report: Path, width: int
) -> None:
    context = browser.new_context(offline=True, viewport={"width": width, "height": 900})
    page = context.new_page()
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver((list) => { for (const entry of "
        "list.getEntries()) window.moved += entry.value; })"
        ".observe({ type: 'layout-shift', buffered: true });"
    )
    page.goto(report.as_uri() + "#cooccurrence")
    page.wait_for_selector("html[data-ready]", timeout=20_000)
    assert page.evaluate("window.moved") < 0.02
    off = page.evaluate(
        "[...document.querySelectorAll('.drawing')].map((box) => [box.dataset.figure, "
        "box.firstElementChild.getBoundingClientRect().height - parseFloat(box.style.minHeight)])"
    )
    assert [name for name, by in off if not -16 < by < 12] == []
    context.close()


@pytest.mark.parametrize(
    ("kind", "start"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("csv", b"\xef\xbb\xbffusion,")]
)
def test_downloads_are_made_in_the_page(opened: Seen, kind: str, start: bytes) -> None:
    button = opened.page.locator(f'#fig-partner-spectrum button[data-do="{kind}"]')
    with opened.page.expect_download() as waiting:
        button.click()
    path = waiting.value.path()
    assert waiting.value.suggested_filename == f"partner-spectrum.{kind}"
    data = path.read_bytes()
    assert data.startswith(start)
    if kind == "svg":
        assert b"SYNTHETIC data" in data and b"font/woff2" in data
    assert opened.said == []


@pytest.mark.parametrize(
    "context",
    [
        {"viewport": {"width": 390, "height": 800}},
        {"viewport": {"width": 820, "height": 1100}, "color_scheme": "dark"},
    ],
    ids=["phone", "dark tablet"],
)
def test_it_fits_the_screen(browser: Browser, report: Path, context: dict[str, Any]) -> None:
    seen = Seen(browser, report, **context)
    page = seen.ready()
    assert page.evaluate("document.documentElement.scrollWidth") == context["viewport"]["width"]
    if context.get("color_scheme") == "dark":
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 22, 28)"
        fills = page.locator('[data-figure="partner-spectrum"] svg text').evaluate_all(
            "(texts) => texts.map((text) => text.getAttribute('fill'))"
        )
        assert "#1b1f24" not in fills
    assert seen.said == []
    seen.context.close()


def test_planted_code_is_inert(browser: Browser, tmp_path: Path) -> None:
    landscape = examples.landscape(4)
    matrix = landscape.items[0]
    assert isinstance(matrix, LesionMatrix)
    lesion = replace(matrix.lesions[0], lesion=ATTACKS[1])
    matrix = replace(matrix, patients=ATTACKS, lesions=(lesion, *matrix.lesions[1:]))
    analyses: list[Analysis] = [
        replace(landscape, items=(matrix,)),
        examples.response(((EVIL, 1, 4), ("javascript:alert(1)", 2, 4))),
    ]
    path = tmp_path / "evil.html"
    path.write_text(pages.page(analyses, title=EVIL), encoding="utf-8")
    seen = Seen(browser, path)
    page = seen.ready()
    assert seen.said == []
    assert seen.outside(path) == []
    assert page.text_content("h1") == EVIL
    assert EVIL in (page.text_content('[data-figure="response-rates"]') or "")
    assert page.locator("a[href^='javascript'], main img, main script").count() == 0
    page.locator('[data-figure="response-rates"] svg g.mark-symbol path').first.hover(force=True)
    page.wait_for_selector(".tip:not(.hide)")
    assert EVIL in (page.text_content(".tip") or "")
    assert page.locator(".tip script").count() == 0
    seen.context.close()


def test_an_oncoprint_of_1500_patients_is_drawn(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "large.html"
    path.write_text(pages.page([examples.landscape(1500)]), encoding="utf-8")
    seen = Seen(browser, path, viewport={"width": 1280, "height": 900})
    seen.page.wait_for_selector('[data-figure="oncoprint"][data-drawn]', timeout=20_000)
    assert seen.page.locator('[data-figure="oncoprint"] canvas').count() == 1
    seen.ready()
    assert seen.said == []
    seen.context.close()


def test_printing_shows_every_figure_and_opens_every_fold(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "print.html"
    path.write_text(pages.page([examples.prevalence(), examples.survival()]), encoding="utf-8")
    seen = Seen(browser, path, color_scheme="dark")
    page = seen.ready()
    page.evaluate(
        "addEventListener('beforeprint', () => { window.opened = "
        "[...document.querySelectorAll('details')].every((fold) => fold.open); })"
    )
    session = seen.context.new_cdp_session(page)
    pdf = base64.b64decode(session.send("Page.printToPDF", {"printBackground": True})["data"])
    read = PdfReader(io.BytesIO(pdf))
    text = " ".join(sheet.extract_text() for sheet in read.pages)
    assert len(read.pages) >= 4
    assert page.evaluate("window.opened") is True
    assert "How this was computed" in text and "NUP98::TNRC18" in text
    assert seen.said == []
    seen.context.close()
