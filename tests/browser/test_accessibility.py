"""axe-core finds no serious issue, in light and dark, on a whole report."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from chromium_page import Seen

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(seen: Seen) -> list[dict[str, Any]]:
    source = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    seen.page.evaluate(source)
    found: dict[str, Any] = seen.page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES
    )
    assert found["passes"], "axe looked at nothing"
    return [v for v in found["violations"] if v["impact"] in ("serious", "critical")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_serious_issue(browser: Browser, report: Path, scheme: str, width: int) -> None:
    seen = Seen(browser, report, viewport={"width": width, "height": 900}, color_scheme=scheme)
    seen.ready()
    found = [(v["id"], v["nodes"][0]["target"]) for v in violations(seen)]
    seen.context.close()
    assert found == []


def test_axe_sees_a_planted_fault(browser: Browser, report: Path) -> None:
    seen = Seen(browser, report, viewport={"width": 1280, "height": 900})
    seen.ready()
    seen.page.evaluate("document.body.append(document.createElement('button'))")
    assert [v["id"] for v in violations(seen)] == ["button-name"]
    seen.context.close()
