"""Takes the picture of the README: the top of the replica's report in the system's Chromium.

Run it in the root of the repository: ``python docs/make_picture.py``.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from fusionscape.workflows.demo import run_demo

PICTURE = Path(__file__).resolve().parent / "picture.png"
WIDTH, HEIGHT = 1280, 860


def main() -> None:
    """Run the embedded study, open its report offline and photograph what a reader sees first."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        report = run_demo("landscape-replica", Path(folder) / "out").report
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
            args=["--no-sandbox"],
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(report.as_uri())
        page.wait_for_timeout(2000)
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
