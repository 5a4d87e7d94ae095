"""Gene symbols and spreadsheet formats: the examples in their documentation hold."""

from __future__ import annotations

import doctest
from types import ModuleType

import pytest

from fusionscape.words import genes, spreadsheet
from fusionscape.writers import clean, measure, xlsx


@pytest.mark.parametrize("module", [genes, spreadsheet, clean, measure, xlsx])
def test_examples(module: ModuleType) -> None:
    done = doctest.testmod(module)
    assert done.attempted and not done.failed


def test_pieces_make_the_text_again() -> None:
    text = "FLT3-ITD and WT1 beside NUP98::NSD1 (TP53, not XYZ1)"
    assert "".join(piece for piece, _ in genes.runs(text)) == text
    assert [piece for piece, italic in genes.runs(text) if italic] == ["FLT3", "WT1", "TP53"]


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("number", 0.0335, "0.0000"),
        ("number", 12.34, "0.0"),
        ("number", 1234.5, "0"),
        ("number", -0.5, "0.000"),
        ("number", 1e-9, "0.00E+00"),
        ("number", 0.0, "0"),
        ("integer", 3.0, "0"),
        ("percent", 0.25, "0.0%"),
    ],
)
def test_spreadsheet_formats_show_three_significant_digits(
    kind: str, value: float, code: str
) -> None:
    assert spreadsheet.number_format(kind, value) == code
