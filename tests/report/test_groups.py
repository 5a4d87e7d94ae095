"""Which groups a page offers to bring out, and the room it keeps for its figures."""

from __future__ import annotations

import examples
from fusionscape.figures import figures_of
from fusionscape.figures.cooccurrence import chord
from fusionscape.figures.prevalence import spectrum
from fusionscape.report.groups import chips, groups_of
from fusionscape.report.room import extent, height


def test_groups_are_those_with_a_colour_of_their_own() -> None:
    figure = spectrum(examples.prevalence())
    assert figure is not None
    assert groups_of(figure) == tuple(f"NUP98::{name}" for name, _ in examples.PARTNERS)
    (flow,) = figures_of(examples.flow())
    assert groups_of(flow) == ()


def test_chips_are_groups_of_two_figures_or_more_the_most_drawn_first() -> None:
    figures = [f for make in examples.ALL for f in figures_of(make())]
    found = chips(figures)
    assert found[0].group == "NUP98::NSD1" and found[0].colour == "#D55E00"
    assert [c.figures for c in found] == sorted((c.figures for c in found), reverse=True)
    assert min(c.figures for c in found) >= 2
    assert chips(figures[:1]) == ()


def test_room_adds_up_what_stands_below_each_other_and_what_hangs_out() -> None:
    part = {"width": 10, "height": 100, "layer": []}
    axis = {"x": {"field": "t", "title": "Time"}}
    plot = {"width": 10, "height": 50, "layer": [{"mark": "rule", "encoding": axis}]}
    assert height(part) == 108
    assert extent(plot).below == 40
    assert height({"vconcat": [part, plot], "spacing": 6, "bounds": "flush"}) == 204
    assert height({"vconcat": [plot, part], "spacing": 6}) == 204
    assert height({"hconcat": [part, plot]}) == 148
    words = {"mark": {"type": "text", "y": -10}, "encoding": {}}
    assert extent({"height": 20, "layer": [words]}).above == 17


def test_labels_around_a_circle_get_room() -> None:
    figure = chord(examples.cooccurrence())
    assert figure is not None
    assert 408 < height(figure.spec) < 520
