"""How figures look: colours, type, axes. The one palette."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

Spec = dict[str, Any]

FONT = "Fusionscape Sans"
FONTS = f"{FONT}, Inter, Helvetica, Arial, sans-serif"
TEXT = "#1b1f24"
MUTED = "#57606a"
HAIR = "#d0d7de"
PALE = "#eef1f4"
PAPER = "#ffffff"
ACCENT = "#0b57a4"
AMBER = "#9a6700"

# What each of these becomes on a dark page; colours of groups stay what they are.
DARK: Mapping[str, str] = {
    TEXT: "#e6e9ee",
    MUTED: "#a8b1bd",
    HAIR: "#3a424d",
    PALE: "#232a33",
    PAPER: "#12161c",
    ACCENT: "#6cb0f5",
    AMBER: "#e0a83a",
    "#4a6078": "#8fa9c4",
    "#332288": "#9a90e0",
    "#117733": "#52b374",
    "#882255": "#cf6c98",
}

PARTNERS: Mapping[str, str] = {
    "NSD1": "#D55E00",
    "KDM5A": "#0072B2",
    "HOXA9": "#009E73",
    "PRRX2": "#CC79A7",
    "TOP1": "#E69F00",
    "HMGB3": "#56B4E9",
    "KMT2A": "#8e63b5",
}
CARRIERS = "#4a6078"  # all carriers of a driver, whatever their partner
HOMEOBOX = "#6b8e23"
OTHER = "#7a7a7a"
NO_DRIVER = "#b8bec6"
_HOMEOBOX = ("HOXA", "HOXB", "HOXC", "HOXD", "PRRX", "HHEX", "GSX", "POU1F1", "VAX")
_NO_DRIVER = ("no driver", "no fusion", "wild type", "none", "negative", "not carrying")
_NO_FUSION = re.compile(r"^no \S+ fusion$")

# For groups that are no partner: Tol's muted colours, none of which is a partner's; told apart by
# dash and shape, too.
SERIES = (
    "#332288", "#CC6677", "#117733", "#DDCC77", "#88CCEE", "#882255", "#44AA99", "#999933",
    "#AA4499",
)  # fmt: skip
DASHES: tuple[tuple[int, ...], ...] = ((1, 0), (6, 3), (2, 2), (8, 3, 2, 3), (12, 4), (4, 2, 1, 2))
SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross")

WIDTH = 560  # of the plotting area; labels come on top


def partner_colour(name: str) -> str | None:
    """The fixed colour of a fusion or of "other partner"; None when the name is neither."""
    lowered = name.lower()
    if any(word in lowered for word in _NO_DRIVER) or _NO_FUSION.match(name):
        return NO_DRIVER
    if lowered.startswith("other") and lowered != "other fusion":
        return HOMEOBOX if "homeobox" in lowered else OTHER
    if lowered.startswith("kmt2a"):
        return PARTNERS["KMT2A"]
    if lowered.endswith("-rearranged") or lowered == "all carriers":
        return CARRIERS
    if lowered == "other fusion":
        return PARTNERS["KMT2A"]
    if "::" not in name and name not in PARTNERS:
        return None
    partner = name.rsplit("::", 1)[-1]
    if partner.startswith(_HOMEOBOX) and partner not in PARTNERS:
        return HOMEOBOX
    return PARTNERS.get(partner, OTHER)


def group_colours(groups: Iterable[str]) -> dict[str, str]:
    """A colour for every group: partners keep theirs, the rest take the series in order."""
    out: dict[str, str] = {}
    free = iter(SERIES * 8)
    for group in dict.fromkeys(groups):
        fixed = partner_colour(group)
        out[group] = fixed if fixed is not None else next(free)
    return out


def colour_scale(groups: Iterable[str]) -> Spec:
    """A Vega-Lite scale that fixes the colour of every group."""
    colours = group_colours(groups)
    return {"domain": list(colours), "range": list(colours.values())}


def config() -> Spec:
    """The Vega-Lite configuration of every figure."""
    label = {"labelFontSize": 12, "labelColor": TEXT, "labelFontWeight": 400, "labelLimit": 240}
    title = {"titleFontSize": 12, "titleColor": MUTED, "titleFontWeight": 400, "titlePadding": 8}
    return {
        "background": PAPER,
        "font": FONTS,
        "aria": False,
        "padding": 4,
        "view": {"stroke": None},
        "text": {"color": TEXT, "fontSize": 12},
        "rule": {"color": TEXT},
        "axis": {
            **label,
            **title,
            "domainColor": MUTED,
            "tickColor": MUTED,
            "gridColor": PALE,
            "gridWidth": 1,
            "tickSize": 4,
            "domainWidth": 1,
            "labelPadding": 4,
            "grid": False,
        },
        "header": {"labelFontSize": 12, "labelColor": TEXT, "labelFontWeight": 600, "title": None},
        "legend": {**label, **title, "symbolStrokeWidth": 1, "orient": "bottom", "offset": 8},
        "title": {
            "anchor": "start",
            "frame": "bounds",
            "fontSize": 15,
            "fontWeight": 600,
            "color": TEXT,
            "subtitleColor": MUTED,
            "subtitleFontSize": 12,
            "subtitlePadding": 4,
            "offset": 12,
            "lineHeight": 19,
            "subtitleLineHeight": 16,
        },
    }


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width` characters; a long word is cut rather than let run out."""
    return textwrap.wrap(text, width, break_long_words=True) or [""]


def short(text: str, length: int = 34) -> str:
    """A label cut in the middle between words, so that both ends can be told.

    >>> short("18 to <60 years + no FLT3-ITD + WBC >50", 30)
    '18 to <60 years … WBC >50'
    """
    if len(text) <= length:
        return text
    head = (length - 1) * 2 // 3
    tail = length - 1 - head
    first, last = text[:head], text[len(text) - tail :]
    if " " in first.strip() and " " in last.strip():  # whole words alone
        first = first if text[head] == " " else first.rpartition(" ")[0]
        last = last if text[len(text) - tail - 1] == " " else last.partition(" ")[2]
        return f"{first.strip(' +,')} … {last.strip(' +,')}"
    return f"{first}…{last}"
