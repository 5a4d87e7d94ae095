"""How long patients live from the start of each line of treatment, by what they were given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from fusionscape.cohort import Cohort
from fusionscape.cohort.derive.endpoints import EndpointData, endpoint_data, known_rule_sets
from fusionscape.cohort.derive.families import adjusted
from fusionscape.cohort.derive.group_survival import compared, everybody_together
from fusionscape.cohort.derive.invented import is_invented
from fusionscape.cohort.derive.line_starts import from_line_start, line_starts
from fusionscape.cohort.derive.lines import entering
from fusionscape.cohort.derive.responses import line_label, line_name
from fusionscape.cohort.derive.survival_groups import SurvivalGroups, everybody_name
from fusionscape.cohort.derive.treatments import line_arms, lines
from fusionscape.results import Analysis, Caution, Curve, Refusal, Result, caution, make_id

TOPIC = "treatment_lines"
METHOD = (
    "Kaplan-Meier and log-rank test with the clock started at the first treatment of the line; "
    "who did not begin the line is not in it"
)
REFERENCE = "Suissa 2008, doi:10.1093/aje/kwm324"
ARM = "regimen class"
MOST_LEVELS = 8


def _refused(code: str, line: int, missing: int, *rest: str) -> Refusal:
    name = line_label(line)
    origin = "diagnosis" if rest else f"the start of {name}"
    return Refusal(
        id=make_id(TOPIC, line_name(line), *rest),
        label=f"Overall survival from {origin} by {name} class",
        code=code,
        n=0,
        missing=missing,
        method=METHOD,
        reference=REFERENCE,
    )


def _groups(people: Cohort, data: EndpointData, line: int) -> SurvivalGroups | None:
    """The regimen classes of the line, the commonest first; None where there are not two."""
    arms = line_arms(people, line)
    counts = dict(arms.drop_nulls().value_counts().iter_rows())
    levels = tuple(sorted(counts, key=lambda level: (-counts[level], level)))
    if not 2 <= len(levels) <= MOST_LEVELS:
        return None
    note = caution("chosen-treatment", exposure=f"the {line_label(line)} regimen")
    return SurvivalGroups(
        by=ARM, label=f"{line_label(line)} class", labels=arms, levels=levels,
        cautions=(note, *_selection(data, line)), within=data.concerned,
    )  # fmt: skip


def _selection(data: EndpointData, line: int) -> tuple[Caution, ...]:
    """Beyond induction only those who lived to the line and were fit for it stand here."""
    if line == 1:
        return ()
    n = int(data.concerned.sum())
    return (caution("line-selects", line=line_label(line), n=n, of=data.frame.height),)


def _line(people: Cohort, line: int) -> Iterator[Result]:
    entered = int(entering(people, line).sum())
    if np.isnan(line_starts(people, line)).all():
        yield _refused("line-not-dated", line, entered)
        return
    data = from_line_start(people, endpoint_data(people, "os"), line, line_label(line))
    head = (TOPIC, line_name(line))
    if data.known.height < people.plan.min_group:
        yield _refused("too-few-in-line", line, entered)
        return
    notes = (*data.cautions, *_selection(data, line))
    name = everybody_name(people, people)
    for item in everybody_together(people, data, data.concerned, head, name=name):
        yield replace(item, cautions=(*item.cautions, *notes)) if isinstance(item, Curve) else item
    groups = _groups(people, data, line)
    if groups is not None:
        yield from compared(people, data, groups, head)
        if line > 1:
            yield _refused("line-from-diagnosis", line, entered, "from diagnosis")


def _items(people: Cohort) -> Iterator[Result]:
    rules = people.plan.endpoint_rules
    if rules is not None and rules not in known_rule_sets(people):
        yield _refused("unknown-rule-set", 1, people.n)
        return
    found = lines(people)
    wanted = "os" in people.plan.endpoints
    if not found or not wanted or not endpoint_data(people, "os").known.height:
        return
    if any(is_invented(people.codebook, f) for f in ("os_days", "os", "vital_status", "treatment")):
        yield _refused("invented-endpoint", 1, people.n)
        return
    for line in found:
        yield from _line(people, line)


def treatment_lines(cohort: Cohort) -> Analysis:
    """How long do patients live from the start of induction or salvage, by the regimen's class?

    Overall survival on a clock that starts with the first treatment of the line: curves, tests
    by relabelling in small groups, restricted means and, of two classes, the hazard ratio. Who
    never began a line is not in it, so no time survived before it is credited to it; late entry
    into observation stays late. A line without dates is refused (``line-not-dated``), as is the
    comparison of salvage classes from diagnosis (``line-from-diagnosis``). Regimens were chosen
    by physicians, and salvage selects: every comparison says so. Times are days.
    """
    carriers = cohort.carrying(cohort.plan.driver)
    people = carriers if carriers.n else cohort
    items = list(_items(people))
    items = items or [replace(_refused("no-data", 1, people.n), id=make_id(TOPIC, "none"))]
    curve = next((i for i in items if isinstance(i, Curve)), None)
    n = 0 if curve is None else int(curve.n)
    return Analysis(
        id=TOPIC,
        question=TOPIC,
        n=n,
        missing=people.n - n,
        items=adjusted(items, method="holm"),
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
    )
