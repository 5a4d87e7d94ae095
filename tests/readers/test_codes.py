"""One catalogue of codes: complete, documented, every one tested."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fusionscape.readers.codes import (
    SHOWN_PER_COLUMN,
    catalogue,
    catalogue_page,
    finding,
    shown,
    tally,
)

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "fusionscape" / "readers"


def test_the_page_is_the_catalogue() -> None:
    page = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    assert page == catalogue_page()


def test_every_code_is_tested() -> None:
    tests = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("readers", "real")
        for path in sorted((ROOT / "tests" / folder).rglob("*.py"))
    )
    untested = [code for code in catalogue() if f'"{code}"' not in tests]
    assert untested == []


def test_every_code_is_given_somewhere_and_known() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(SOURCE.rglob("*.py")))
    made_up = {"duplicate-sample-id"}  # f"duplicate-{level}-id"
    unused = [code for code in catalogue() if f'"{code}"' not in text and code not in made_up]
    assert unused == []


def test_every_code_reads_well() -> None:
    for code, entry in catalogue().items():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)
        assert entry.severity in ("error", "warning", "note")
        assert entry.meaning.endswith(".") and entry.mend.endswith((".", "?"))


def test_unknown_codes_are_refused() -> None:
    with pytest.raises(KeyError):
        finding("no-such-code", "x")


def test_many_findings_of_a_kind_are_counted() -> None:
    many = [finding("id-missing", f"Row {i}.", file="a", row=i) for i in range(100)]
    short = tally(many)
    assert len(short) == SHOWN_PER_COLUMN + 1
    assert short[-1].count == 90
    assert sum(f.count for f in short) == 100


def test_values_are_shown_short_and_clean() -> None:
    assert shown(None) is None
    assert shown("a\x00b\x1bc") == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c"
    assert len(shown("x" * 1000) or "") == 80
