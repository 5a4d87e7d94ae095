"""Inclusion and exclusion, in the declared order, and the flow they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fusionscape.cohort import Rule
from fusionscape.readers.assembling.join import Joined
from fusionscape.readers.codes import finding
from fusionscape.results import FlowNode, make_id

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda a, b: bool(a == b),
    "!=": lambda a, b: bool(a != b),
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
    "in": lambda a, b: a in b,
    "not in": lambda a, b: a not in b,
}


def apply_rules(
    joined: Joined, rules: Sequence[Rule]
) -> tuple[tuple[str, ...], tuple[FlowNode, ...]]:
    """The patients that stay and the boxes of the flow, which add up.

    A patient leaves at the first rule it fails. An inclusion rule is not met by a value that
    is not known; an exclusion rule is not met either, so that the patient stays.
    """
    left = sorted(joined.patients)
    nodes = [FlowNode(id="flow/screened", label="In the table", n=len(left), parent=None)]
    out: list[FlowNode] = []
    for rule in rules:
        values = _values(joined, rule.field)
        if values is None:
            what = f"The rule {rule.reason!r} asks for {rule.field!r}, which no column holds."
            joined.findings.append(finding("rule-field-missing", what, column=rule.field))
            continue
        dropped, unknown, problem = _drop(left, values, rule)
        if problem:
            what = f"The rule {rule.reason!r} cannot compare {rule.field!r}: {problem}."
            joined.findings.append(finding("rule-not-applicable", what, column=rule.field))
            continue
        out.append(_box(len(out) + 1, rule.reason, len(dropped)))
        if unknown:
            label = f"{rule.reason}: {rule.field} not known"
            out.append(_box(len(out) + 1, label, len(unknown)))
        gone = dropped | unknown
        left = [who for who in left if who not in gone]
    included = FlowNode(
        id="flow/included", label="In the cohort", n=len(left), parent="flow/screened"
    )
    return tuple(left), (*nodes, *out, included)


def _box(number: int, label: str, n: int) -> FlowNode:
    return FlowNode(
        id=make_id("flow", "excluded", str(number), label),
        label=label,
        n=n,
        parent="flow/screened",
        reason=label,
    )


def _values(joined: Joined, field: str) -> Mapping[str, Any] | None:
    name = field.removeprefix("covariate:")
    if field.startswith("lesion:"):
        lesion = field.removeprefix("lesion:")
        rows = [row for row in joined.lesions if row.get("lesion") == lesion]
        known = {"present": True, "absent": False}
        found = {str(r["patient_id"]): known.get(str(r["state"])) for r in rows}
        return found if rows else None
    if field.startswith("carries:"):
        return _carriers(joined, field.removeprefix("carries:"))
    if name == "patient_id":
        return {who: who for who in joined.patients}
    if not any(name in values for values in joined.patients.values()):
        return None
    return {who: values.get(name) for who, values in joined.patients.items()}


def _carriers(joined: Joined, gene: str) -> Mapping[str, Any]:
    """True with a fusion of the gene, false tested and clear, None not known."""
    found: dict[str, Any] = {}
    for row in joined.assays:
        if row["scope"] == "fusions":
            found[str(row["patient_id"])] = False
    fused = [
        row
        for row in joined.lesions
        if row.get("lesion_type") == "fusion" and gene in (row.get("gene"), row.get("partner"))
    ]
    for row in fused:
        doubted = row["state"] == "ambiguous" and row["lesion"] == f"{gene} fusion"
        if doubted or row["state"] == "not tested":
            found.pop(str(row["patient_id"]), None)
    for row in fused:
        who = str(row["patient_id"])
        if row["lesion"] == f"{gene} fusion" and row["state"] == "absent":
            found.setdefault(who, False)
        if row["state"] == "present":
            found[who] = True
    return found


def _drop(
    left: Sequence[str], values: Mapping[str, Any], rule: Rule
) -> tuple[set[str], set[str], str]:
    dropped: set[str] = set()
    unknown: set[str] = set()
    include = rule.kind == "include"
    for who in left:
        value = values.get(who)
        if rule.operator in ("known", "unknown"):
            met = (value is not None) == (rule.operator == "known")
        elif value is None:
            if include:
                unknown.add(who)
            continue
        else:
            try:
                met = _COMPARE[rule.operator](value, _like(value, rule))
            except (TypeError, ValueError):
                return set(), set(), f"{value!r} with {rule.value!r}"
        if met != include:
            dropped.add(who)
    return dropped, unknown, ""


def _like(value: Any, rule: Rule) -> Any:
    """The rule's value in the type of the patient's."""
    wanted = rule.value
    if isinstance(value, bool):
        words = {"true": True, "yes": True, "false": False, "no": False}
        if not isinstance(wanted, str) or wanted.casefold() not in words:
            raise TypeError
        return words[wanted.casefold()]
    if isinstance(value, float):
        if isinstance(wanted, tuple):
            return tuple(float(w) for w in wanted)
        if wanted is None:
            raise TypeError
        return float(wanted)
    if rule.operator in ("in", "not in"):
        return wanted if isinstance(wanted, tuple) else (str(wanted),)
    return str(wanted)
