"""Column widths: the table fits the page, numbers do not break."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import documents
from fusionscape.results import Column, Row, Table
from fusionscape.writers.measure import LANDSCAPE, PORTRAIT, breakable, layout, text_width


def table(*columns: tuple[str, str, list[str]]) -> Table:
    rows = zip(*(texts for _, _, texts in columns), strict=True)
    return Table(
        id="t",
        title="T",
        columns=tuple(Column(name=n, label=n, kind=k) for n, k, _ in columns),  # type: ignore[arg-type]
        rows=tuple(Row(cells=tuple(row), values=tuple(row)) for row in rows),
    )


@settings(max_examples=50, deadline=None, derandomize=True)
@given(
    st.lists(
        st.tuples(st.sampled_from(("text", "number", "p")), st.text(max_size=300)),
        min_size=1,
        max_size=14,
    )
)
def test_every_table_fits_its_page(columns: list[tuple[str, str]]) -> None:
    made = table(*((f"c{i}", kind, [text]) for i, (kind, text) in enumerate(columns)))
    plan = layout(made)
    room = LANDSCAPE if plan.landscape else PORTRAIT
    assert sum(plan.widths) <= room * 1.0001
    assert len(plan.widths) == len(plan.heads) == len(plan.numeric)
    assert all(width > 0 for width in plan.widths)


def test_columns_that_print_nothing_are_left_out() -> None:
    plan = layout(documents.HOSTILE_TABLE)
    assert "Silent" not in plan.heads and len(plan.heads) == 5
    assert plan.rows[0][0].span == 5 and plan.rows[0][0].strong
    assert plan.rows[1][0].indent > 0


def test_numbers_do_not_break_while_words_do() -> None:
    words = "a long label that may well be broken over several lines of its column " * 2
    counts = "1436/1436 (100%)"
    plan = layout(
        table(("what", "text", [words]), *((f"g{i}", "number", [counts]) for i in range(4)))
    )
    assert not plan.landscape
    assert all(width >= text_width(counts) for width in plan.widths[1:])


def test_many_columns_turn_the_page() -> None:
    wide = table(
        ("what", "text", ["x"]), *((f"group {i}", "number", ["12/25 (48.0%)"]) for i in range(8))
    )
    assert layout(wide).landscape
    assert not layout(table(("a", "text", ["x"]), ("b", "number", ["1"]))).landscape


def test_first_columns_are_never_numeric() -> None:
    assert layout(table(("n", "integer", ["1"]), ("m", "integer", ["2"]))).numeric == (False, True)


def test_far_eastern_text_is_measured_wide() -> None:
    assert text_width("白血病") == pytest.approx(24.0)


def test_a_very_long_word_may_break_at_its_joints() -> None:
    name = "Was.the.patient.diagnosed.with.non.CNS.extramedullary.disease."
    assert breakable(name).replace("\u200b", "") == name
    assert "diagnosed.\u200bwith" in breakable(name)
    counts = [f"{i}04/134 (77.6%)" for i in (1, 2, 3)]
    made = table(("what", "text", [name]), *((c, "number", [c]) for c in counts))
    assert not layout(made).landscape
    assert breakable("NUP98::NSD1 and FLT3-ITD") == "NUP98::NSD1 and FLT3-ITD"
