"""Tables: what is printed, what goes to csv, what must not run."""

from __future__ import annotations

import csv
import io
import math

import pytest

import examples
from fusionscape.results import Column, Row, Table
from fusionscape.tables import tables_of, to_csv, to_html
from fusionscape.tables.baseline import table_one
from fusionscape.tables.generic import everything

EVIL = ("=cmd()", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", " =1")


def table(*texts: str) -> Table:
    return Table(
        id="t",
        title="<b>T</b>",
        columns=(Column(name="a", label="A & B"), Column(name="v", label="V", kind="number")),
        rows=tuple(Row(cells=(t, "1"), values=(t, -1.5)) for t in texts),
        notes=("<i>note</i>",),
    )


@pytest.mark.parametrize("text", EVIL)
def test_formulas_get_an_apostrophe_and_numbers_do_not(text: str) -> None:
    rows = list(csv.reader(io.StringIO(to_csv(table(text)), newline="")))
    assert rows[1] == ["'" + text.replace("\r", "\n"), "-1.5"]


def test_csv_holds_raw_values_and_empty_cells_for_missing() -> None:
    t = Table(
        id="t",
        title="t",
        columns=tuple(Column(name=n, label=n) for n in "abcd"),
        rows=(
            Row(cells=("h", "", "", ""), values=("h", None, None, None), heading=True),
            Row(cells=("", "", "", ""), values=(None, math.nan, 0.1 + 0.2, True)),
        ),
    )
    assert to_csv(t) == "a,b,c,d\n,,0.30000000000000004,true\n"


def test_html_escapes_titles_heads_cells_and_notes() -> None:
    html = to_html(table("<script>alert(1)</script>", '" onmouseover="x'))
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "&lt;b&gt;T&lt;/b&gt;" in html
    assert "A &amp; B" in html
    assert "&lt;i&gt;note&lt;/i&gt;" in html
    assert 'onmouseover="x' not in html


def test_html_marks_heads_and_raw_values() -> None:
    html = to_html(table("a", "b", "c"))
    assert html.count('scope="col"') == 2
    assert html.count('<th scope="row">') == 3
    assert 'data-value="-1.5"' in html
    assert "data-sortable" in html


def test_a_long_table_is_cut_on_the_page_and_says_so() -> None:
    html = to_html(table(*map(str, range(30))), most=10)
    assert html.count("<tr>") == 11
    assert "The first 10 of 30 rows" in html


def test_a_column_that_prints_nothing_is_for_csv_only() -> None:
    general = tables_of(examples.prevalence())[-1]
    assert "ci_low" in to_csv(general).splitlines()[0]
    assert "Lower limit" not in to_html(general)


@pytest.mark.parametrize("make", examples.ALL, ids=lambda f: f.__name__)
def test_rows_are_as_wide_as_their_table(make: object) -> None:
    for t in tables_of(make()):  # type: ignore[operator]
        assert t.rows and t.title
        for row in t.rows:
            assert len(row.cells) == len(row.values) == len(t.columns)
            assert "nan" not in " ".join(row.cells)


def test_table_one_prints_medians_counts_and_p() -> None:
    t = table_one(examples.baseline(), "partner")
    assert t is not None
    heads = [c.label for c in t.columns]
    assert heads == ["Variable", "NUP98::NSD1", "other partner", "p", "Adjusted p"]
    rows = {row.cells[0]: row for row in t.rows}
    assert rows["Age (years), median (IQR)"].cells[3:] == ("0.012", "0.030")
    assert rows["Sex"].cells[3] == "0.61"
    assert rows["female"].cells[1:3] == ("12/25 (48.0%)", "15/30 (50.0%)")
    assert rows["female"].level == 1


def test_an_analysis_of_refusals_has_no_table() -> None:
    assert tables_of(examples.prevalence_refused()) == ()


def test_quartiles_are_no_confidence_limits() -> None:
    made = everything(examples.baseline())
    assert made is not None
    names = [c.name for c in made.columns]
    assert names.index("q1") == names.index("ci_high") + 1
    ages = [r for r in made.rows if r.values[names.index("q1")] is not None]
    assert ages
    assert all(r.values[names.index("ci_low")] is None for r in ages)
    without = everything(examples.prevalence())
    assert without is not None and "q1" not in [c.name for c in without.columns]


def test_a_row_headed_median_and_quartiles_holds_them_in_csv() -> None:
    t = table_one(examples.baseline(), "partner")
    assert t is not None
    row = next(r for r in t.rows if "median (IQR)" in r.cells[0])
    assert row.values[1] == row.cells[1] and "(" in str(row.values[1])


def test_long_text_in_a_column_of_numbers_wraps() -> None:
    column = Column(name="value", label="Value", kind="number")
    long, short = "so its frequency cannot be read from them, " * 3, "1.2 (0.8 to 1.9)"
    rows = tuple(Row(cells=("a", x), values=("a", None)) for x in (long, short))
    html = to_html(Table(id="t", title="T", columns=(Column(name="a", label="A"), column),
                         rows=rows))  # fmt: skip
    assert html.count('class="n long"') == 1
