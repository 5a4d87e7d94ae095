"""Which groups of patients must not be seen, decided once for the whole study.

Carriers and patients without the fusion add up to the cohort, and the partner groups to the
carriers. A group too small is hidden everywhere; when what is left would still give it away,
the next smallest is hidden with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from fusionscape.results import Analysis, Count, Estimate, Flow, FlowNode, Result, split_id
from fusionscape.workflows.mask_cells import LIMIT, Groups, small

_SPECTRUM = ("partner", "partner_share")
_CARRYING, _ALL_CARRIERS = "flow/carrying", "all carriers"


def is_spectrum(item: Result) -> bool:
    """True for a row of the partner spectrum, whose cells are disjoint."""
    parts = split_id(item.id)
    return parts[0] == "prevalence" and len(parts) > 2 and parts[1] in _SPECTRUM


def hidden_cells(counts: Mapping[str, int], limit: int = LIMIT) -> set[str]:
    """The cells to hide of disjoint cells whose total is known.

    Those too small, and further ones, smallest first, until the hidden ones add up to a number
    that is not small itself and can be filled in several ways.

    >>> sorted(hidden_cells({"NSD1": 11, "KDM5A": 5, "HOXA9": 2}))
    ['HOXA9', 'KDM5A']
    >>> sorted(hidden_cells({"A": 10, "B": 6}))
    []
    """
    hidden = {name for name, count in counts.items() if small(count, limit)}
    rest = sorted((count, name) for name, count in counts.items() if name not in hidden and count)
    while hidden:
        values = [counts[name] for name in hidden]
        total, number = sum(values), len(values)
        several = number < total < (limit - 1) * number or max(values) >= limit
        if number > 1 and total >= limit and several:
            break
        if not rest:
            break
        hidden.add(rest.pop(0)[1])
    return hidden


def _spectrum(analyses: Iterable[Analysis]) -> dict[str, int]:
    return {
        split_id(item.id)[2]: int(item.count)
        for analysis in analyses
        for item in analysis.items
        if is_spectrum(item) and isinstance(item, (Count, Estimate)) and item.count is not None
    }


def _whole(nodes: Sequence[FlowNode]) -> list[FlowNode]:
    """The boxes that divide the patients; who was used in which analysis goes."""
    kept: dict[str, FlowNode] = {}
    for node in nodes:
        if node.parent is None or (node.part and node.parent in kept):
            kept[node.id] = node
    return list(kept.values())


def _hidden_nodes(nodes: Sequence[FlowNode], limit: int) -> set[str]:
    hidden: set[str] = set()
    for parent in dict.fromkeys(node.parent for node in nodes):
        children = [node for node in nodes if node.parent == parent]
        hidden |= hidden_cells({node.id: node.n for node in children}, limit)
    return hidden


def hidden_groups(analyses: Sequence[Analysis], limit: int = LIMIT) -> Groups:
    """The partner groups, and which groups of the whole study are hidden."""
    spectrum = _spectrum(analyses)
    sizes = {name: spectrum[name] for name in hidden_cells(spectrum, limit)}
    partners, totals = set(spectrum), dict(spectrum)
    for analysis in analyses:
        for flow in analysis.items:
            if not isinstance(flow, Flow):
                continue
            nodes = _whole(flow.nodes)
            partners |= {n.label for n in nodes if n.id.startswith("flow/partner/")}
            totals |= {n.label: n.n for n in nodes}
            carrying = [n.n for n in nodes if n.id == _CARRYING]
            totals |= dict.fromkeys((_ALL_CARRIERS,), *carrying) if carrying else {}
            gone = _hidden_nodes(nodes, limit)
            sizes |= {n.label: n.n for n in nodes if n.id in gone and n.reason != "by rule"}
            if _CARRYING in gone:
                sizes[_ALL_CARRIERS] = totals[_ALL_CARRIERS]
    return Groups(
        partners=frozenset(partners),
        hidden=frozenset(sizes),
        sizes=frozenset(size for size in sizes.values() if size),
        totals=totals,
    )


def safe_nodes(flow: Flow, groups: Groups, limit: int = LIMIT) -> tuple[FlowNode, ...]:
    """The boxes of the flow that may be shown: whole groups, none of them hidden."""
    nodes = _whole(flow.nodes)
    gone = _hidden_nodes(nodes, limit) | {n.id for n in nodes if n.label in groups.hidden}
    kept: list[FlowNode] = []
    for node in nodes:
        if node.id in gone or node.parent in gone:
            gone.add(node.id)
        else:
            kept.append(node)
    return tuple(kept)
