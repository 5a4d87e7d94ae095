"""Would another rule set call the same marrow a remission? Derived beside reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from fusionscape.cohort import Cohort
from fusionscape.cohort.derive.marrows import RULES, Marrow, marrows
from fusionscape.cohort.derive.responses import line_label, line_name
from fusionscape.cohort.derive.shares import share, with_denominator
from fusionscape.knowledge.response import ResponseRules, cr_categories
from fusionscape.results import (
    Analysis,
    Caution,
    Column,
    Count,
    Estimate,
    Refusal,
    Row,
    Table,
    caution,
    make_id,
)

TOPIC = "response_rules"
METHOD = (
    "Response derived from the marrow under each rule set, beside the reported one; undetermined "
    "where an input that could change it is unknown"
)
REFERENCE = "Döhner H, et al. Blood 2022;140:1345. doi:10.1182/blood.2022016867"
Item = Count | Estimate | Refusal | Table
_JUDGED = "judged by {rule}"
Words = list[str | None]
Times = dict[tuple[int, int], list[Marrow]]


def _times(found: tuple[Marrow, ...]) -> Times:
    """Marrows by line and course."""
    out: Times = {}
    for marrow in sorted(found, key=lambda m: (m.line, m.course, m.patient)):
        out.setdefault((marrow.line, marrow.course), []).append(marrow)
    return out


def _when(line: int, course: int) -> tuple[str, str]:
    """The id part and the label of a time."""
    return f"{line_name(line)}_course_{course}", f"{line_label(line)}, course {course}"


def _categories(
    cohort: Cohort, part: str, label: str, rule: ResponseRules, words: Words
) -> Iterator[Count]:
    known = Counter(word for word in words if word is not None)
    for word in sorted(known):
        yield Count(
            id=make_id(TOPIC, part, rule, word),
            label=f"{label}: {word} by {rule}",
            count=known[word],
            n=known.total(),
            missing=len(words) - known.total(),
            group=rule,
            method=METHOD,
            reference=REFERENCE,
            synthetic=cohort.synthetic,
        )


def _remissions(
    cohort: Cohort, part: str, label: str, rule: ResponseRules, words: Words
) -> Estimate:
    known = [word for word in words if word is not None]
    successes = cr_categories(rule)
    return share(
        cohort,
        make_id(TOPIC, f"{part}_remission", rule),
        label=f"{label}: remission by {rule}",
        count=sum(word in successes for word in known),
        n=len(known),
        missing=len(words) - len(known),
        group=rule,
        endpoint=part,
        population=_JUDGED.format(rule=rule),
    )


def _agree(one: str, other: str, rule: ResponseRules) -> bool:
    """The same category; "not in CR" agrees with every category that is no remission."""
    if "not in CR" in (one, other):
        remission = cr_categories(rule)
        return one not in remission and other not in remission
    return one == other


def _agreement(
    cohort: Cohort,
    part: str,
    label: str,
    rule: ResponseRules,
    pairs: list[tuple[str | None, str | None]],
) -> Iterator[Estimate]:
    """How often the derived category is the reported one, where both are known."""
    both = [(a, b) for a, b in pairs if a is not None and b is not None]
    if not both:
        return
    apart = [(a, b) for a, b in both if not _agree(a, b, rule)]
    differ = sorted({f"{b} reported, {a} derived" for a, b in apart})
    notes: tuple[Caution, ...] = ()
    if differ:
        n = len(apart)
        notes = (caution("derived-differs", rules=rule, n=n, how="; ".join(differ)),)
    yield share(
        cohort,
        make_id(TOPIC, f"{part}_agreement", rule),
        label=f"{label}: {rule} agrees with the report",
        count=len(both) - len(apart),
        n=len(both),
        missing=len(pairs) - len(both),
        group=rule,
        endpoint=part,
        population=_JUDGED.format(rule=rule),
        cautions=notes,
    )


def _items(cohort: Cohort, times: Times) -> Iterator[Count | Estimate]:
    for (line, course), found in times.items():
        part, label = _when(line, course)
        reported: Words = [m.reported for m in found]
        yield from _categories(cohort, part, label, "reported", reported)
        yield _remissions(cohort, part, label, "reported", reported)
        for i, rule in enumerate(RULES):
            words: Words = [m.derived[i].category for m in found]
            yield from _categories(cohort, part, label, rule, words)
            yield _remissions(cohort, part, label, rule, words)
            pairs = list(zip(words, reported, strict=True))
            yield from _agreement(cohort, part, label, rule, pairs)


def _cell(value: str | float | None) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else value


def _table(cohort: Cohort, times: Times) -> Table:
    columns = (
        Column(name="patient", label="Patient"),
        Column(name="when", label="After"),
        Column(name="blasts_percent", label="Marrow blasts", kind="number", unit="%"),
        Column(name="reported", label="Reported"),
        *(Column(name=rule, label=rule) for rule in RULES),
    )
    rows = []
    for (line, course), found in times.items():
        for m in found:
            open_ = tuple(d.category or " or ".join(d.possible) or None for d in m.derived)
            values = (m.patient, _when(line, course)[1], m.blasts_percent, m.reported, *open_)
            rows.append(Row(cells=tuple(map(_cell, values)), values=values))
    return Table(
        id=make_id(TOPIC, "patients"),
        title="The same marrow under every rule set",
        columns=columns,
        rows=tuple(rows),
        n=len({m.patient for found in times.values() for m in found}),
        missing=cohort.n - len({m.patient for found in times.values() for m in found}),
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
    )


def response_rules(cohort: Cohort) -> Analysis:
    """Does the response depend on whose definition is used?

    Every marrow after a course whose blast percentage is known, judged by ELN 2022, ELN 2017,
    CCLG-2015 and the rule of Xiong 2025 beside what the study reported, which is never
    overwritten. Where a missing blood count could change the category it stays open.
    """
    found = marrows(cohort)
    times = _times(found)
    items: tuple[Item, ...]
    if found:
        items = (_table(cohort, times), *with_denominator(_items(cohort, times)))
    else:
        items = (
            Refusal(
                id=make_id(TOPIC, "patients"),
                label="Response under each rule set",
                code="no-marrow-after-course",
                n=0,
                missing=cohort.n,
                method=METHOD,
                reference=REFERENCE,
            ),
        )
    patients = len({m.patient for m in found})
    return Analysis(
        id=TOPIC,
        question="does-the-definition-matter",
        n=patients,
        missing=cohort.n - patients,
        items=items,
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
    )
