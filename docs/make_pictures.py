"""Takes the pictures of the tutorials: reports of the two SYNTHETIC examples, in Chromium.

Run it in the root of the repository: ``python docs/make_pictures.py``.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from fusionscape.workflows.run import run_study

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
WIDTH, HEIGHT = 1100, 720
LARGEST = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One picture: which example, which part of its report is moved to the top of the window."""

    name: str
    example: str
    anchor: str | None = None


SHOTS = (
    Shot(name="own-table-summary", example="own_table"),
    Shot(name="own-table-response", example="own_table", anchor="response"),
    Shot(name="own-table-input-check", example="own_table", anchor="input-check"),
    Shot(name="dated-events-rules", example="dated_events", anchor="endpoint_rules"),
    Shot(name="dated-events-exposures", example="dated_events", anchor="exposures"),
)


def take(browser: Browser, shot: Shot, report: Path) -> None:
    """Photograph one window of a report; refuse a picture too heavy for a page of text."""
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    page.goto(report.as_uri())
    page.wait_for_timeout(2500)
    if shot.anchor is not None:
        # Figures are drawn when they come near the window and move what is below them.
        for _ in range(4):
            page.evaluate("id => document.getElementById(id).scrollIntoView()", shot.anchor)
            page.wait_for_timeout(800)
    path = PICTURES / f"{shot.name}.png"
    page.screenshot(path=path)
    page.close()
    if path.stat().st_size >= LARGEST:
        raise SystemExit(f"{path.name} is larger than {LARGEST} bytes")


def main() -> None:
    """Run both examples and take every picture, offline."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
            args=["--no-sandbox"],
        )
        for example in sorted({shot.example for shot in SHOTS}):
            out = Path(folder) / example
            study = Path(folder) / f"{example}-study"
            study.mkdir()
            for name in ("patients.csv", "study.toml"):
                shutil.copy(ROOT / "examples" / example / name, study)
            report = run_study(study, out).report
            for shot in SHOTS:
                if shot.example == example:
                    take(browser, shot, report)
        browser.close()


if __name__ == "__main__":
    main()
