"""Who was screened, excluded and why, carries the fusion, could be evaluated, was analysed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from fusionscape.cohort import Cohort
from fusionscape.cohort.derive.grouping import driver_groups, grouping
from fusionscape.cohort.derive.responses import Endpoint, endpoints, line_label, line_name
from fusionscape.results import Analysis, Flow, FlowNode, Refusal, make_id

TOPIC = "flow"
METHOD = "Counting of patients through the declared rules"
REFERENCE = (
    "von Elm E, et al. STROBE statement. Lancet 2007;370:1453. doi:10.1016/S0140-6736(07)61602-X"
)


def _node(
    *parts: str,
    label: str,
    n: int,
    parent: str | None,
    reason: str | None = None,
    part: bool = True,
) -> FlowNode:
    return FlowNode(
        id=make_id(TOPIC, *parts), label=label, n=n, parent=parent, reason=reason, part=part
    )


def _entrance(cohort: Cohort) -> tuple[list[FlowNode], str]:
    """The boxes reading produced, and the id of the box that holds this cohort."""
    given = list(cohort.flow)
    holding = [node.id for node in given if node.n == cohort.n and node.reason is None]
    if holding:
        return given, holding[-1]
    if not given:
        screened = _node("screened", label="Patients in the table", n=cohort.n, parent=None)
        return [screened], screened.id
    last = [node for node in given if node.reason is None][-1]
    chosen = _node("selected", label="Patients selected", n=cohort.n, parent=last.id, part=False)
    return [*given, chosen], chosen.id


def _carriage(cohort: Cohort, parent: str) -> list[FlowNode]:
    driver = cohort.plan.driver
    state = cohort.driver_state()
    carrying, clear = driver_groups(cohort)
    yes, no, open_ = int(state.sum() or 0), int((~state).sum() or 0), state.null_count()
    nodes = [
        _node("carrying", label=carrying, n=yes, parent=parent),
        _node("clear", label=clear, n=no, parent=parent, reason=f"{driver} tested and clear"),
    ]
    if open_:
        nodes.append(
            _node(
                "driver unknown",
                label=f"{driver} not tested or unknown",
                n=open_,
                parent=parent,
                reason=f"{driver} not tested",
            )
        )
    carriers = make_id(TOPIC, "carrying")
    partners = grouping(cohort, "partner")
    nodes += [
        _node("partner", level, label=level, n=size, parent=carriers)
        for level, size in zip(partners.levels, partners.sizes, strict=True)
    ]
    return nodes


def _endpoint_nodes(endpoint: Endpoint, parent: str, entered: int) -> Iterator[FlowNode]:
    evaluable = int(endpoint.evaluable.sum())
    yield _node(
        "evaluable", endpoint.name, label=f"{endpoint.label}: evaluable", n=evaluable, parent=parent
    )
    yield _node(
        "not evaluable",
        endpoint.name,
        label=f"{endpoint.label}: not evaluable",
        n=entered - evaluable,
        parent=parent,
        reason="no response recorded",
    )


def _lines(cohort: Cohort, parent: str) -> Iterator[FlowNode]:
    """Per endpoint its own split of those who entered; splits are side by side, not parts."""
    seen: set[str] = set()
    for endpoint in endpoints(cohort):
        line = endpoint.line or 1
        entered = int(endpoint.entered.sum())
        box = make_id(TOPIC, "entered", line_name(line))
        if box not in seen:
            seen.add(box)
            yield _node(
                "entered",
                line_name(line),
                label=f"Entered {line_label(line)}",
                n=entered,
                parent=parent,
                part=False,
            )
        split = _node(
            "assessed", endpoint.name, label=endpoint.label, n=entered, parent=box, part=False
        )
        yield split
        yield from _endpoint_nodes(endpoint, split.id, entered)


def flow(cohort: Cohort) -> Analysis:
    """Who is counted: from the patients screened down to those each answer rests on.

    The boxes of reading (exclusions with their reason) come first, then who carries the
    driver's fusion, is clear or was not tested, the partners, and for each response endpoint
    who entered the line and could be evaluated. Boxes marked `part` add up to their parent.
    """
    nodes, holder = _entrance(cohort)
    nodes = [*nodes, *_carriage(cohort, holder), *_lines(cohort, holder)]
    item = Flow(
        id=make_id(TOPIC, "patients"),
        label="Patients",
        n=nodes[0].n,
        missing=0,
        nodes=tuple(nodes),
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
    )
    return Analysis(
        id=TOPIC,
        question="who-is-counted",
        n=nodes[0].n,
        missing=0,
        items=(item,),
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
    )


def _groups(nodes: Iterable[FlowNode]) -> dict[str, FlowNode]:
    """Boxes a result's group can name, by label."""
    return {node.label: node for node in nodes if node.reason is None}


def account(flow_: Flow, analyses: Iterable[Analysis]) -> Flow:
    """The same flow with a box for every number of patients that any result rests on.

    A result of a group stands under that group's box, any other under the box of all
    patients analysed; results of equal n share a box. After this the n of every result is
    the n of a box, which a test demands.
    """
    boxes = _groups(flow_.nodes)
    root = flow_.nodes[0]
    used: dict[tuple[str, int], FlowNode] = {}
    for analysis in analyses:
        for item in analysis.items:
            if isinstance(item, (Refusal, Flow)):
                continue
            n = int(item.n)
            group = getattr(item, "group", None)
            base = boxes.get(group, root) if group else root
            base = base if n <= base.n else root
            key = (base.id, n)
            if n != base.n and key not in used:
                used[key] = _node(
                    "used", base.id, str(n), label=f"{base.label}: value known", n=n,
                    parent=base.id, part=False,
                )  # fmt: skip
    added = tuple(used[key] for key in sorted(used))
    return replace(flow_, nodes=flow_.nodes + added)
