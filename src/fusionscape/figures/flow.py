"""Patient flow: who was screened, left out and counted, as a tree whose parts add up."""

from __future__ import annotations

from fusionscape.figures import theme
from fusionscape.figures.figure import Figure, data_table, subtitle
from fusionscape.figures.grammar import HAIRLINE, layer, pixels, text
from fusionscape.figures.theme import Spec
from fusionscape.results import Analysis, Flow, FlowNode, split_id
from fusionscape.words import numbers
from fusionscape.words import pictures_landscape as words

STEP = 28
INDENT = 26
WIDTH = 600


def _counting_only(node: FlowNode) -> bool:
    """A node that only accounts for some result's n; csv has it, the picture does not."""
    parts = split_id(node.id)
    return len(parts) > 1 and parts[1] == "used"


def _ordered(nodes: tuple[FlowNode, ...]) -> list[tuple[FlowNode, int]]:
    """Every node below its parent, with its depth."""
    children: dict[str | None, list[FlowNode]] = {}
    ids = {node.id for node in nodes}
    for node in nodes:
        children.setdefault(node.parent if node.parent in ids else None, []).append(node)
    out: list[tuple[FlowNode, int]] = []
    stack = [(node, 0) for node in reversed(children.get(None, []))]
    while stack:
        node, depth = stack.pop()
        out.append((node, depth))
        stack += [(child, depth + 1) for child in reversed(children.get(node.id, []))]
    return out


def _rows(ordered: list[tuple[FlowNode, int]]) -> list[Spec]:
    at = {node.id: i for i, (node, _) in enumerate(ordered)}
    rows = []
    for i, (node, depth) in enumerate(ordered):
        y = i * STEP + STEP / 2
        parent = at.get(node.parent or "")
        rows.append(
            {
                "x": depth * INDENT,
                "xn": depth * INDENT + 4,
                "y": y,
                "n": numbers.integer(node.n),
                "depth": depth,
                "label": theme.short(node.label, 64),
                "reason": theme.short(node.reason or "", 70),
                "elbow": (depth - 1) * INDENT + 12 if parent is not None else None,
                "from": parent * STEP + STEP / 2 + 10 if parent is not None else None,
            }
        )
    return rows


def _layers(rows: list[Spec], height: float) -> list[Spec]:
    x, y = pixels("x", WIDTH, channel="x"), pixels("y", height)
    linked = [r for r in rows if r["elbow"] is not None]
    wide = 7.2 * max(len(r["n"]) for r in rows) + 12
    named = [{**r, "xl": r["xn"] + wide, "text": r["label"]} for r in rows]
    why = [
        {**r, "xr": r["xl"] + 6.9 * len(r["label"]) + 10, "text": r["reason"]}
        for r in named
        if r["reason"]
    ]
    down = {"x": {**x, "field": "elbow"}, "y": {**y, "field": "from"}, "y2": {"field": "y"}}
    across = {"x": {**x, "field": "elbow"}, "x2": {"field": "x"}, "y": y}
    rule = {"type": "rule", **HAIRLINE, "stroke": theme.MUTED}
    return [
        layer(linked, rule, down),
        layer(linked, rule, across),
        text(
            [{**r, "text": r["n"]} for r in rows],
            {"x": {**x, "field": "xn"}, "y": y},
            align="left",
            fontWeight=600,
            fontSize=13,
        ),
        text(named, {"x": {**x, "field": "xl"}, "y": y}, align="left", fontSize=13),
        text(why, {"x": {**x, "field": "xr"}, "y": y}, align="left", color=theme.MUTED),
    ]


def flow(analysis: Analysis) -> Figure | None:
    """The tree of who was counted; None where the analysis holds no flow."""
    found = next((f for f in analysis.items if isinstance(f, Flow) and f.nodes), None)
    if found is None:
        return None
    ordered = _ordered(tuple(n for n in found.nodes if not _counting_only(n)))
    height = len(ordered) * STEP
    return Figure(
        id="patient-flow",
        title=words.flow_title(found),
        subtitle=subtitle(
            f"n = {numbers.integer(found.n)}",
            "parts add up to the line they hang from",
            synthetic=analysis.synthetic,
        ),
        spec={
            "name": "fixed",
            "width": WIDTH,
            "height": height,
            "layer": _layers(_rows(ordered), height),
        },
        alt=words.flow_alt(found),
        caption=words.FLOW_CAPTION,
        data=data_table(
            "flow-nodes",
            "Patient flow",
            ("id", "label", "n", "parent", "reason", "part"),
            [(n.id, n.label, n.n, n.parent, n.reason, n.part) for n in found.nodes],
        ),
    )
