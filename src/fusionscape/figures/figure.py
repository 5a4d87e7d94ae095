"""A finished figure: what is drawn, what is said about it, and the numbers behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fusionscape.figures import theme
from fusionscape.results import Column, Row, Table
from fusionscape.results.caution import Scalar

if TYPE_CHECKING:
    import altair as alt

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
SYNTHETIC = "SYNTHETIC data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure. `spec` is Vega-Lite without title and theme, which `complete` adds.

    `id` names files and anchors; `data` holds every number that is drawn. `choices` are the
    groups a reader may narrow the figure to, by its parameter ``chosen``; `marks` is roughly
    how many shapes it draws.
    """

    id: str
    title: str
    subtitle: str
    spec: Mapping[str, Any]
    alt: str
    caption: str
    data: Table
    choices: tuple[str, ...] = ()
    marks: int = 0


def subtitle(*parts: str | None, synthetic: bool) -> str:
    """What the figure rests on: n, endpoint, rule set; synthetic data say so every time."""
    said = [part for part in parts if part]
    return " · ".join([SYNTHETIC, *said] if synthetic else said)


def data_table(
    stable_id: str, title: str, columns: Sequence[str], rows: Iterable[Sequence[Scalar]]
) -> Table:
    """The numbers behind a figure as a table for csv."""
    return Table(
        id=stable_id,
        title=title,
        columns=tuple(Column(name=name, label=name) for name in columns),
        rows=tuple(
            Row(cells=tuple("" if v is None else str(v) for v in row), values=tuple(row))
            for row in rows
        ),
    )


def _design_width(spec: Mapping[str, Any]) -> float:
    if "hconcat" in spec:
        return sum(_design_width(part) for part in spec["hconcat"])
    if "vconcat" in spec:
        return max(_design_width(part) for part in spec["vconcat"])
    width = spec.get("width")
    return float(width) if isinstance(width, (int, float)) else 0.0


def complete(figure: Figure) -> dict[str, Any]:
    """The whole Vega-Lite specification: title, subtitle and theme included."""
    letters = int((_design_width(figure.spec) + 220) / 7)  # labels widen what is drawn
    return {
        "$schema": SCHEMA,
        "config": theme.config(),
        "title": {
            "text": theme.wrapped(figure.title, int(letters * 0.85)),
            "subtitle": theme.wrapped(figure.subtitle, letters),
        },
        "description": figure.alt,
        **figure.spec,
    }


def chart(figure: Figure) -> alt.TopLevelMixin:
    """The figure as an Altair chart, which shows itself in a notebook."""
    import altair as alt

    spec = complete(figure)
    kinds: dict[str, Any] = {
        "layer": alt.LayerChart,
        "hconcat": alt.HConcatChart,
        "vconcat": alt.VConcatChart,
    }
    kind = next((kinds[name] for name in kinds if name in spec), alt.Chart)
    # Altair checks the specification when it shows it; checking twice takes seconds.
    drawn: alt.TopLevelMixin = kind.from_dict(spec, validate=False)
    return drawn
