"""Patient flow: who was screened, excluded, carrying, evaluable, analysed."""

from __future__ import annotations

from dataclasses import dataclass

from fusionscape.results.caution import Caution


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowNode:
    """One box of the flow; the children of a node that are `parts` add up to it."""

    id: str
    label: str
    n: int
    parent: str | None
    reason: str | None = None
    part: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """All boxes, parents before children."""

    id: str
    label: str
    n: int
    missing: int
    nodes: tuple[FlowNode, ...]
    method: str
    reference: str
    synthetic: bool = False
    cautions: tuple[Caution, ...] = ()
