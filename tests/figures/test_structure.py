"""Figures by structure: marks, labels, domains; and sane at the edges."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import examples
from fusionscape.figures import Figure, chart, complete, figures_of, theme
from fusionscape.figures.assumptions import log_log, occupation, sweep
from fusionscape.figures.cases import timelines
from fusionscape.figures.cooccurrence import chord, matrix
from fusionscape.figures.curves import Breaks, at_risk
from fusionscape.figures.dots import Dot, forest
from fusionscape.figures.grammar import ratio_axis
from fusionscape.figures.landscape import oncoprint
from fusionscape.figures.prevalence import spectrum
from fusionscape.figures.regression import forests
from fusionscape.figures.response import odds_ratios, rates
from fusionscape.figures.survival import curves_figure
from fusionscape.figures.treatment import swimmer
from fusionscape.results import Analysis, Estimate

LONG = "x" * 200


def layers(spec: Any) -> Iterator[dict[str, Any]]:
    """Every layer of a specification, wherever it stands."""
    for part in spec.get("vconcat", []) + spec.get("hconcat", []):
        yield from layers(part)
    for part in spec.get("layer", []):
        yield from layers(part) if "layer" in part else iter([part])


def rows(figure: Figure, mark: str) -> list[dict[str, Any]]:
    """Data of the layers with this mark."""
    out: list[dict[str, Any]] = []
    for layer in layers(figure.spec):
        kind = layer["mark"] if isinstance(layer["mark"], str) else layer["mark"]["type"]
        if kind == mark:
            out += layer.get("data", {}).get("values", [])
    return out


def texts(figure: Figure) -> list[str]:
    return [str(row["text"]) for row in rows(figure, "text")]


def valid(figure: Figure) -> None:
    """Hold the specification against the schema, with a few rows of each of its data."""
    import altair as alt

    alt.Chart.from_dict(trimmed(complete(figure)))


def trimmed(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            k: v[:3] if k in ("values", "value") and isinstance(v, list) else trimmed(v)
            for k, v in value.items()
        }
    return [trimmed(v) for v in value] if isinstance(value, list) else value


def all_figures() -> list[Figure]:
    return [figure for make in examples.ALL for figure in figures_of(make())]


def test_every_topic_draws_and_every_figure_is_valid_vega_lite() -> None:
    found = all_figures()
    assert len(found) >= 17
    assert len({figure.id for figure in found}) == len(found)
    for figure in found:
        if not figure.id.startswith("case-") or figure.id == "case-1":
            valid(figure)


def test_every_figure_says_synthetic_has_words_and_numbers_behind_it() -> None:
    for figure in all_figures():
        assert figure.subtitle.startswith("SYNTHETIC data"), figure.id
        assert len(figure.alt) > 30 and len(figure.caption) > 30 and figure.title
        assert figure.data.rows, figure.id
        assert "nan" not in json.dumps(complete(figure)).lower().replace("nano", "")


def test_a_chart_for_notebooks_holds_the_title() -> None:
    figure = spectrum(examples.prevalence())
    assert figure is not None
    assert chart(figure).to_dict(validate=False)["title"]["text"] == [figure.title]


def test_real_data_do_not_say_synthetic() -> None:
    analysis = examples.prevalence()
    real = Analysis(
        **{f: getattr(analysis, f) for f in analysis.__dataclass_fields__ if f != "synthetic"}
    )
    figure = spectrum(real)
    assert figure is not None and "SYNTHETIC" not in figure.subtitle


def test_the_same_result_gives_the_same_bytes() -> None:
    first = [json.dumps(complete(f)) for f in all_figures()]
    assert first == [json.dumps(complete(f)) for f in all_figures()]


@pytest.mark.parametrize(
    ("name", "colour"),
    [
        ("NUP98::NSD1", "#D55E00"),
        ("NUP98::KDM5A", "#0072B2"),
        ("NUP98::HOXD13", "#6b8e23"),
        ("NUP98::HOXA9", "#009E73"),
        ("NUP98::DDX10", "#7a7a7a"),
        ("KMT2A::AFDN", "#8e63b5"),
        ("other partner", "#7a7a7a"),
        ("no NUP98 fusion", "#b8bec6"),
        ("NUP98-rearranged", "#4a6078"),
        ("KMT2A-rearranged", "#8e63b5"),
        ("other fusion", "#8e63b5"),
        ("no driver fusion", "#b8bec6"),
        ("female", None),
    ],
)
def test_partners_keep_their_colour(name: str, colour: str | None) -> None:
    assert theme.partner_colour(name) == colour


def test_spectrum_draws_small_counts_as_points_and_all_with_intervals() -> None:
    figure = spectrum(examples.prevalence())
    assert figure is not None
    assert len(rows(figure, "rect")) == 2  # 25 and 10 carriers
    assert len(rows(figure, "point")) == 13
    assert len(rows(figure, "rule")) == 15
    assert "25/55" in texts(figure)
    assert figure.title == "NUP98::NSD1 is the most frequent of 15 fusions (45.5%)"


def test_spectrum_without_carriers_is_no_figure() -> None:
    assert spectrum(examples.prevalence(partners=())) is None


@pytest.mark.parametrize("n", [1, 2, 30, 1500])
def test_oncoprint_from_one_to_fifteen_hundred(n: int) -> None:
    figure = oncoprint(examples.landscape(n))
    assert figure is not None
    main = figure.spec["vconcat"][0]
    assert 20 <= main["width"] <= 521
    lesions = next(
        layer for layer in main["layer"]
        if any(t.get("flatten") == ["i"] for t in layer.get("transform", []))
    )  # fmt: skip
    drawn = {row["lesion"]: len(row["i"]) for row in lesions["data"]["values"]}
    matrix_ = examples.landscape(n).items[0]
    counted = {row.lesion: row.count for row in matrix_.lesions if row.count}  # type: ignore[union-attr]
    assert drawn == counted
    assert len(figure.data.rows) == n


def test_oncoprint_offers_each_group_with_its_own_counts() -> None:
    figure = oncoprint(examples.landscape(55))
    assert figure is not None and figure.choices[0] == "All"
    side = [row for row in rows(figure, "text") if row.get("group") == "NUP98::NSD1"]
    assert len(side) == len(examples.GENES)
    assert all("/" in row["text"] for row in side)


def test_oncoprint_keeps_not_tested_apart_from_absent() -> None:
    figure = oncoprint(examples.landscape(55))
    assert figure is not None
    hatched = [
        layer for layer in layers(figure.spec) if isinstance(layer["mark"], dict)
        and isinstance(layer["mark"].get("fill"), dict)
    ]  # fmt: skip
    assert sum(len(layer["data"]["values"]) for layer in hatched) > 0
    states = {v for row in figure.data.rows for v in row.values}
    assert {"present", "absent", "not tested"} <= states


def test_matrix_draws_every_pair_once_and_hatches_structural_ones() -> None:
    analysis = examples.cooccurrence()
    figure = matrix(analysis)
    assert figure is not None
    pairs = analysis.items[0].pairs  # type: ignore[union-attr]
    assert len(rows(figure, "rect")) >= len(pairs)
    assert len(figure.data.rows) == len(pairs)
    assert figure.title.endswith("an adjusted p below 0.05")


def test_chord_leaves_out_structural_pairs() -> None:
    figure = chord(examples.cooccurrence())
    assert figure is not None
    ribbons = [row for row in rows(figure, "line") if "pair" in row]
    assert not any("NUP98::NSD1/NUP98::HOXA9" in row["pair"] for row in ribbons)
    xs = [x for row in ribbons for x in row["x"]]
    assert min(xs) >= -1 and max(xs) <= 1


def test_rates_stand_under_their_definition_with_counts() -> None:
    figure = rates(examples.response())
    assert figure is not None
    assert "CR after course 1, evaluable" in texts(figure)
    assert {"2/25", "17/24", "8.0% (0–18.6)"} <= set(texts(figure))


def test_forest_ends_in_arrows_beyond_its_axis_and_shows_the_reference() -> None:
    (figure,) = forests(examples.cox())
    assert "reference" in texts(figure)
    assert any(row.get("reference") for row in rows(figure, "point"))
    wide = Estimate(
        id="response/or/x", label="x", scale="odds ratio", estimate=0.001, ci_low=1e-9,
        ci_high=math.inf, n=9, missing=0, method="", reference="",
    )  # fmt: skip
    arrows = odds_ratios(examples.analysis("response", [wide]))
    assert arrows is not None
    shapes = [
        layer["mark"]["shape"] for layer in layers(arrows.spec)
        if isinstance(layer["mark"], dict) and "triangle" in str(layer["mark"].get("shape"))
    ]  # fmt: skip
    assert shapes == ["triangle-left", "triangle-right"]


def test_numbers_at_risk_stand_at_the_breaks_of_the_axis() -> None:
    curves = [examples.curve("NUP98::NSD1", 103, rate=0.0009, seed=30)]
    figure = curves_figure(curves, name="os")
    breaks = Breaks.of(curves)
    axis = next(
        layer["encoding"]["x"]["axis"]["values"] for layer in layers(figure.spec)
        if layer["encoding"].get("x", {}).get("axis")
    )  # fmt: skip
    assert axis == list(breaks.values)
    risk = {row["t"]: row["text"] for row in rows(figure, "text") if "t" in row}
    assert risk[0.0] == "103"
    raw = curves[0]
    for value, said in risk.items():
        later = raw.time[raw.time >= value * breaks.divisor - 1e-9]
        expected = raw.n_at_risk[np.searchsorted(raw.time, later[0])] if later.size else 0
        assert said == str(int(expected))
        assert at_risk(raw, value * breaks.divisor) == expected


def test_curves_start_at_one_and_are_dashed_where_few_remain() -> None:
    curve = examples.curve("NUP98::NSD1", 40, rate=0.002, seed=2)
    figure = curves_figure([curve], name="os")
    drawn = [
        {"t": t, "s": v, "part": row["part"]}
        for row in rows(figure, "line")
        if "part" in row
        for t, v in zip(row["t"], row["s"], strict=True)
    ]
    assert (drawn[0]["t"], drawn[0]["s"]) == (0.0, 1.0)
    thin = [row for row in drawn if row["part"] == "thin"]
    assert thin and min(row["t"] for row in thin) * 30.4375 >= curve.time[
        np.flatnonzero(curve.n_at_risk >= 5)[-1]
    ] - 1e-2  # fmt: skip


EDGES: list[tuple[str, Callable[[], Figure | None]]] = [
    ("3 beside 900", lambda: curves_figure(
        [examples.curve("NUP98::NSD1", 3, rate=0.002, seed=3),
         examples.curve("no driver fusion", 900, rate=0.0004, seed=4)], name="edge")),
    ("no event", lambda: curves_figure([examples.curve("A", 8, rate=1e-7, seed=1)], name="edge")),
    ("one patient", lambda: curves_figure([examples.curve("A", 1, rate=0.01, seed=1)], name="e")),
    ("200 letters", lambda: curves_figure([examples.curve(LONG, 20, rate=0.01, seed=1)], name="e")),
    ("long lesions", lambda: oncoprint(examples.landscape(20, longest=LONG))),
    ("long groups", lambda: rates(examples.response(((LONG, 1, 2), ("b", 0, 1))))),
    ("15 partners", lambda: spectrum(examples.prevalence())),
    ("one partner", lambda: spectrum(examples.prevalence((("NSD1", 3),)))),
    ("two courses", lambda: swimmer(examples.timelines(2))),
    ("one timeline", lambda: timelines(examples.timelines(1))[0]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "make"), EDGES, ids=[name for name, _ in EDGES])
def test_edges_are_drawn_sanely(name: str, make: Callable[[], Figure | None]) -> None:
    figure = make()
    assert figure is not None
    valid(figure)
    assert all(len(text) <= 110 for text in texts(figure)), name
    assert "NaN" not in json.dumps(complete(figure), allow_nan=False)


def test_check_figures_of_survival() -> None:
    curves = [examples.curve(g, 60, rate=0.001 * (i + 1), seed=i) for i, g in enumerate("AB")]
    parallel = log_log(curves, name="check")
    assert parallel is not None
    valid(parallel)
    assert log_log(curves[:1], name="check") is None
    ratio = examples.survival().items[-1]
    assert isinstance(ratio, Estimate)
    swept = sweep([ratio, ratio], name="sweep", title="Sweep")
    assert swept is not None
    valid(swept)
    assert sweep([], name="sweep", title="Sweep") is None


def test_stacked_states_add_up() -> None:
    alive = examples.curve("alive", 50, rate=0.001, seed=5)
    parts = {f: getattr(alive, f) for f in alive.__dataclass_fields__}
    dead = type(alive)(**{**parts, "group": "dead", "id": "m/dead", "estimate": 1 - alive.estimate})
    figure = occupation([alive, dead], name="states")
    assert figure is not None
    valid(figure)
    top = [row["high"] for row in rows(figure, "area") if row["state"] == "dead"]
    assert top == pytest.approx([1.0] * len(top), abs=1e-5)


def test_an_infinite_ratio_is_an_arrow_from_its_lower_limit() -> None:
    found = forest(
        [Dot(label="A", estimate=math.inf, low=0.5, high=math.inf, texts=("∞",))],
        heads=("Ratio",), title="Ratio",
    )  # fmt: skip
    marks = [row for part in found["layer"] for row in part.get("data", {}).get("values", [])]
    (limits,) = [row for row in marks if "low" in row and "high" in row]
    assert limits["low"] == 0.5
    arrows = [p for p in found["layer"] if dict(p["mark"]).get("shape") == "triangle-right"]
    assert len(arrows) == 1
    assert not any("size" in row for row in marks)  # and no square


def test_an_axis_has_one_notation_and_a_column_is_not_empty() -> None:
    assert "1/" not in ratio_axis("x", "Ratio", 1 / 64, 64)["axis"]["labelExpr"]
    plain = examples.response()
    ratios = [replace(e, p=None) for e in plain.items if isinstance(e, Estimate)]
    figure = odds_ratios(replace(plain, items=tuple(ratios)))
    assert figure is not None and "p" not in texts(figure)


def test_names_are_cut_between_words() -> None:
    assert theme.short("18 to <60 years + no FLT3-ITD + WBC >50", 30) == "18 to <60 years … WBC >50"
    assert len(theme.short(LONG, 20)) == 20
