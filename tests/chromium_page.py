"""A report opened in Chromium, and everything it said or asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page


class Seen:
    """A page opened from disk, and everything it said or asked for."""

    def __init__(self, browser: Browser, path: Path, **context: Any) -> None:
        self.context = browser.new_context(offline=True, accept_downloads=True, **context)
        self.page: Page = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda m: self.said.append(m.text))
        self.page.on("pageerror", lambda e: self.said.append(str(e)))
        self.page.on("dialog", lambda d: (self.said.append(f"dialog {d.message}"), d.dismiss()))
        self.page.on("request", lambda r: self.asked.append(r.url))
        self.page.goto(path.as_uri())

    def ready(self) -> Page:
        self.page.wait_for_selector("html[data-ready]", timeout=20_000)
        return self.page

    def outside(self, path: Path) -> list[str]:
        """Requests for anything but the file and what it holds itself."""
        own = (path.as_uri(), "data:", "blob:")
        return [url for url in self.asked if not url.startswith(own)]
