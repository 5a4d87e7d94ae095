"""Partner spectrum: each fusion's share of the carriers, with its interval."""

from __future__ import annotations

from fusionscape.figures import theme
from fusionscape.figures.figure import Figure, data_table, subtitle
from fusionscape.figures.theme import Spec
from fusionscape.results import Analysis, Estimate
from fusionscape.words import numbers, scales
from fusionscape.words import pictures as words

SMALL = 5  # fewer carriers than this are a point, not a bar


def partners(analysis: Analysis) -> list[Estimate]:
    """The partners' shares, the most frequent first."""
    found = [e for e in analysis.under(f"{analysis.id}/partner") if isinstance(e, Estimate)]
    return sorted(found, key=lambda e: (-(e.count or 0), e.label))


def _rows(shares: list[Estimate]) -> list[Spec]:
    colours = theme.group_colours(e.label for e in shares)
    return [
        {
            "fusion": e.label,
            "share": e.estimate,
            "low": e.ci_low,
            "high": e.ci_high,
            "small": (e.count or 0) < SMALL,
            "colour": colours[e.label],
            "text": f"{numbers.count_of(e.count, e.n)}   {scales.limits_only(e)}",
            "tip": f"{e.label}: {numbers.count_of(e.count, e.n)}, {scales.with_interval(e)}",
        }
        for e in shares
    ]


def _layers(order: list[str]) -> list[Spec]:
    y = {
        "field": "fusion", "type": "nominal", "sort": order, "title": None,
        "axis": {"domain": False, "ticks": False, "labelLimit": 220},
    }  # fmt: skip
    x = {
        "field": "share", "type": "quantitative", "title": "Share of carriers",
        "scale": {"domainMin": 0}, "axis": {"format": ".0%", "tickCount": 6, "grid": True},
    }  # fmt: skip
    fill = {"field": "colour", "type": "nominal", "scale": None}
    tip = {"field": "tip", "type": "nominal"}
    limits = {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y}
    return [
        {
            "transform": [{"filter": "!datum.small"}],
            "mark": {"type": "bar", "height": {"band": 0.62}, "stroke": theme.TEXT,
                     "strokeWidth": 0.6},
            "encoding": {"x": x, "y": y, "fill": fill, "tooltip": tip},
        },
        {"mark": {"type": "rule", "strokeWidth": 1.2}, "encoding": limits},
        {
            "transform": [{"filter": "datum.small"}],
            "mark": {"type": "point", "filled": True, "size": 60, "stroke": theme.TEXT,
                     "strokeWidth": 0.8, "opacity": 1},
            "encoding": {"x": x, "y": y, "fill": fill, "tooltip": tip},
        },
        {
            "mark": {"type": "text", "align": "left", "x": "width", "dx": 12},
            "encoding": {"y": y, "text": {"field": "text"}},
        },
    ]  # fmt: skip


def spectrum(analysis: Analysis) -> Figure | None:
    """Which partners, and how often; None where there are no carriers to show."""
    shares = partners(analysis)
    if not shares:
        return None
    rows = _rows(shares)
    order = [e.label for e in shares]
    spec: Spec = {
        "data": {"values": rows},
        "width": 380,
        "height": {"step": 24},
        "layer": _layers(order),
    }
    return Figure(
        id="partner-spectrum",
        title=words.spectrum_title(shares),
        subtitle=subtitle(
            f"n = {numbers.integer(shares[0].n)} carriers",
            f"{numbers.level_name(shares[0].level)}: {shares[0].ci_method or shares[0].method}",
            synthetic=analysis.synthetic,
        ),
        spec=spec,
        alt=words.spectrum_alt(shares),
        caption=words.spectrum_caption(shares, SMALL),
        data=data_table(
            "prevalence-partners", "Partner spectrum",
            ("fusion", "count", "n", "share", "ci_low", "ci_high"),
            [(e.label, e.count, e.n, e.estimate, e.ci_low, e.ci_high) for e in shares],
        ),
    )  # fmt: skip
