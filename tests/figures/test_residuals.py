"""Residuals of proportional hazards: every panel draws its points, smooth, estimate and p."""

from __future__ import annotations

import pytest

import examples
from figures.test_structure import layers, rows, texts, valid
from fusionscape.figures.residuals import figures
from fusionscape.words.numbers import DAYS_PER_MONTH


def test_a_panel_for_each_covariate_with_its_p() -> None:
    analysis = examples.residuals()
    (figure,) = figures(analysis)
    valid(figure)
    assert len(rows(figure, "point")) == 3 * 40
    assert len(rows(figure, "line")) == 3 * 40
    assert {"age, per 10 years", "FLT3-ITD present", "WT1 present"} <= set(texts(figure))
    assert {"p\xa0=\xa00.90", "p\xa0=\xa00.47", "p\xa0=\xa00.040"} <= set(texts(figure))
    assert "WT1 present (p\xa0=\xa00.040) seems to change" in figure.title
    for said in ("age, per 10 years p\xa0=\xa00.90", "not adjusted, exploratory"):
        assert said in figure.caption
    assert [len(row["hconcat"]) for row in figure.spec["vconcat"]] == [2, 1]


def test_points_are_the_residuals_in_months_within_their_panel() -> None:
    analysis = examples.residuals(names=("age",))
    part = analysis.items[0]
    (figure,) = figures(analysis)
    drawn = rows(figure, "point")
    assert [r["t"] for r in drawn] == pytest.approx(part.time / DAYS_PER_MONTH, abs=1e-3)
    assert [r["v"] for r in drawn] == pytest.approx(part.value, abs=1e-2)
    domain = next(
        layer["encoding"]["y"]["scale"]["domain"]
        for layer in layers(figure.spec)
        if layer["encoding"].get("y", {}).get("scale")
    )
    assert domain[0] < part.value.min() and part.value.max() < domain[1]
    table = [row.values for row in figure.data.rows if row.values[2] == "residual"]
    assert [row[4] for row in table] == part.value.tolist()


def test_no_smooth_where_too_few_times_differ_and_it_says_so() -> None:
    (figure,) = figures(examples.residuals(6))
    assert not rows(figure, "area") and "No smooth" in figure.caption
    valid(figure)


def test_thinned_points_say_so() -> None:
    (figure,) = figures(examples.residuals(5000, drawn=300))
    assert "(300 of 5000, evenly spread; smooth and test rest on all)" in figure.caption


def test_one_event_and_long_names_are_drawn() -> None:
    (figure,) = figures(examples.residuals(1, names=("x" * 200,)))
    valid(figure)
    assert all(len(t) <= 110 for t in texts(figure))


def test_nothing_to_draw_without_events() -> None:
    assert figures(examples.residuals(0)) == ()
