"""Who is counted: the sentence of the patient flow, and how many the answers speak of."""

from __future__ import annotations

from collections.abc import Sequence

from fusionscape.results import Analysis, Estimate, Flow, FlowNode, split_id
from fusionscape.words import numbers, scales
from fusionscape.words.phrases import inside, listed

FEWEST_TESTED = 5


def flow(a: Analysis) -> str | None:
    """From the table to those who could be evaluated, step by step."""
    found = next((f for f in a.items if isinstance(f, Flow)), None)
    if found is None or not found.nodes:
        return None
    root = found.nodes[0]
    start = f"{root.label}: {numbers.plural(root.n, 'patient')}"
    kind = {n.id: (*split_id(n.id), "")[1] for n in found.nodes}
    out = [n for n in found.nodes if kind[n.id] == "excluded" and n.n]
    held = next((n for n in found.nodes if kind[n.id] == "carrying"), None)
    parts = [start]
    if out:
        parts.append(f"{listed([_left_out(n) for n in out])} excluded")
    if held is not None:
        parts.append(_carried(found, kind, held, many=bool(out)))
    evaluable = next((n for n in found.nodes if kind[n.id] == "evaluable"), None)
    if evaluable is not None:
        parts.append(_evaluable(evaluable))
    return f"{'; '.join(part for part in parts if part)}."


def _left_out(node: FlowNode) -> str:
    return f"{numbers.integer(node.n)} ({node.reason or inside(node.label)})"


def _carried(found: Flow, kind: dict[str, str], held: FlowNode, *, many: bool) -> str:
    """Who carries the fusion, who does not, who was not tested, of those analysed."""
    of = {n.id: n.n for n in found.nodes}.get(held.parent or "", found.nodes[0].n)
    driver = held.label.removesuffix("-rearranged")
    what = f"a {driver} fusion" if held.label != driver else f"the lesion ({driver})"
    others = {kind[n.id]: n.n for n in found.nodes if kind[n.id] in ("clear", "driver unknown")}
    said = [f"{numbers.integer(held.n)} {'carries' if held.n == 1 else 'carry'} {what}"]
    if clear := others.get("clear"):
        said.append(f"{numbers.integer(clear)} {'does' if clear == 1 else 'do'} not")
    if unknown := others.get("driver unknown"):
        said.append(f"{numbers.integer(unknown)} {'was' if unknown == 1 else 'were'} not tested")
    head = f"of the {numbers.integer(of)} analysed " if many or of != found.nodes[0].n else ""
    return f"{head}{listed(said)}"


def _evaluable(node: FlowNode) -> str:
    """Who could be evaluated is not who reached the endpoint."""
    name = node.label.partition(": evaluable")[0].removeprefix("CR ")
    when = "for the best response" if name == "as best response" else f"for response {name}"
    return f"{numbers.integer(node.n)} could be evaluated {when}"


def analysed(analyses: Sequence[Analysis]) -> int:
    """Patients that the answers speak of: those left by the declared rules."""
    for a in analyses:
        for item in a.items:
            held = [n for n in getattr(item, "nodes", ()) if split_id(n.id)[1:2] == ("carrying",)]
            if held:
                of = {n.id: n.n for n in item.nodes}  # type: ignore[union-attr]
                return of.get(held[0].parent or "", a.n)
    return max((a.n for a in analyses), default=0)


def highest_yield(a: Analysis) -> str | None:
    """The profile in which testing finds most, among those tested in enough patients."""
    found = [e for e in a.under(f"{a.id}/profile") if isinstance(e, Estimate)]
    enough = [e for e in found if e.n >= FEWEST_TESTED]
    if not enough:
        return None
    top = min(enough, key=lambda e: (-e.estimate, -e.n, e.label))
    limits = f"{numbers.level_name(top.level)} {scales.bounds(top, words=True)}"
    return (
        f"Highest yield, among profiles with at least {FEWEST_TESTED} patients tested: "
        f"{top.label}, {numbers.integer(top.count)} of {numbers.integer(top.n)} "
        f"({scales.value(top)}, {limits})."
    )
