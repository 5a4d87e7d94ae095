"""Shared test settings: strict runs fail on any skip; where fetched data are looked for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("FUSIONSCAPE_SHARED", ROOT.parent / "shared"))
STRICT = os.environ.get("FUSIONSCAPE_STRICT") == "1"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder that holds the reference values and, where present, the public cohorts."""
    return SHARED


def pytest_configure(config: pytest.Config) -> None:
    if not config.option.markexpr:
        config.option.markexpr = "not slow"


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not STRICT or reporter is None:
        return
    skipped = len(reporter.stats.get("skipped", []))
    if skipped and exitstatus == 0:
        reporter.write_line(f"strict run: {skipped} skipped test(s) count as failures", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_report_header() -> str:
    """Say which real cohorts these tests will meet: their data are never in the repository."""
    wanted = {
        "TARGET": SHARED / "data" / "target_nup98_kmt2a" / "patients.csv",
        "Beat AML": SHARED / "data" / "beataml2" / "beataml_wv1to4_clinical.xlsx",
    }
    said = [f"{name}: {'read' if path.is_file() else 'ABSENT'}" for name, path in wanted.items()]
    return f"real cohorts under {SHARED.name}/: {', '.join(said)}"
