"""Every n is a box of the flow, and the boxes add up."""

from __future__ import annotations

import pytest

from analyses.example_cohorts import DESCRIPTIVE, fusion, large, make, twenty
from fusionscape.analyses import analysis
from fusionscape.analyses.flow import account, flow
from fusionscape.results import Flow, FlowNode, Refusal


def boxes(found):
    item = found["flow/patients"]
    assert isinstance(item, Flow)
    return item


def assert_adds_up(item: Flow) -> None:
    by_id = {node.id: node for node in item.nodes}
    assert len(by_id) == len(item.nodes)
    children: dict[str, list[FlowNode]] = {}
    for place, node in enumerate(item.nodes):
        if node.parent is None:
            continue
        assert node.parent in {n.id for n in item.nodes[:place]}, "parents come first"
        assert node.n <= by_id[node.parent].n
        if node.part:
            children.setdefault(node.parent, []).append(node)
    for parent, parts in children.items():
        assert sum(node.n for node in parts) == by_id[parent].n


@pytest.mark.parametrize("cohort", [twenty(), large()], ids=["twenty", "large"])
def test_boxes_add_up_and_hold_every_n(cohort) -> None:
    patients = boxes(flow(cohort))
    found = [analysis(name)(cohort) for name in DESCRIPTIVE if name != "flow"]
    whole = account(patients, found)
    assert_adds_up(patients)
    assert_adds_up(whole)
    known = {node.n for node in whole.nodes}
    for one in found:
        for item in one.items:
            if not isinstance(item, Refusal):
                assert item.n in known, item.id


def test_the_boxes_of_the_example() -> None:
    nodes = {node.id: node.n for node in boxes(flow(twenty())).nodes}
    assert nodes["flow/screened"] == 20
    assert nodes["flow/carrying"] == 10
    assert nodes["flow/clear"] == 10
    assert nodes["flow/partner/NUP98::NSD1"] == 6
    assert nodes["flow/evaluable/cr_course_1"] == 19


def test_boxes_of_reading_come_first() -> None:
    given = (
        FlowNode(id="flow/screened", label="Screened", n=5, parent=None),
        FlowNode(
            id="flow/excluded/young", label="Too young", n=3, parent="flow/screened", reason="age"
        ),
        FlowNode(id="flow/included", label="Included", n=2, parent="flow/screened"),
    )
    cohort = make({"patient_id": ["a", "b"]}, lesions=[fusion("a", "NSD1")], flow=given)
    item = boxes(flow(cohort))
    assert item.nodes[:3] == given
    assert item.n == 5
    assert_adds_up(item)
    # a part of the cohort hangs below the box it was chosen from
    smaller = boxes(flow(cohort.only(["a"])))
    assert_adds_up(smaller)
    assert {n.id: n.parent for n in smaller.nodes}["flow/selected"] == "flow/included"


def test_nobody() -> None:
    cohort = make({"patient_id": ["a"]}).only([])
    item = boxes(flow(cohort))
    assert item.n == 0
    assert_adds_up(item)
