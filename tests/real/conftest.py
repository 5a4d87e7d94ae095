"""Real cohorts are read where they are; they are never part of the repository."""

from __future__ import annotations

import os
from pathlib import Path

SHARED = Path(os.environ.get("FUSIONSCAPE_SHARED", Path(__file__).resolve().parents[3] / "shared"))
COHORTS = {
    "TARGET": SHARED / "data" / "target_nup98_kmt2a" / "patients.csv",
    "Beat AML": SHARED / "data" / "beataml2" / "beataml_wv1to4_clinical.xlsx",
}


def present(name: str) -> bool:
    """The cohort's file is here, and is not a placeholder of Git LFS."""
    path = COHORTS[name]
    return path.is_file() and not path.read_bytes()[:40].startswith(b"version https://git-lfs")


collect_ignore_glob = [
    pattern
    for name, pattern in (("TARGET", "test_target*.py"), ("Beat AML", "test_beataml*.py"))
    if not present(name)
]


def pytest_report_header() -> str:
    """Which real cohorts the tests will read."""
    here = [name for name in COHORTS if present(name)]
    return f"real cohorts: {', '.join(here) or 'none'}"
