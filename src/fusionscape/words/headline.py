"""The one bold sentence that answers an analysis, and the sentences that may follow it."""

from __future__ import annotations

from collections.abc import Callable

from fusionscape.results import (
    Analysis,
    Count,
    Curve,
    Distribution,
    Estimate,
    Fit,
    Flow,
    LesionMatrix,
    MarkerMatrix,
    PairTable,
    Refusal,
    Test,
    Timeline,
    split_id,
)
from fusionscape.words import numbers, scales
from fusionscape.words.phrases import inside, listed
from fusionscape.words.sentences import (
    heading,
    median_time,
    p_part,
    ratio_part,
    say,
    separated,
)

EVERYBODY = "all patients"
NOTHING = "These data hold nothing to answer this with."


def _partner_shares(a: Analysis) -> list[tuple[str, Estimate]]:
    """Each partner's share of the carriers, the most frequent first."""
    for what in ("partner_share", "partner"):
        found = [e for e in a.under(f"{a.id}/{what}") if isinstance(e, Estimate)]
        if found:
            named = [(split_id(e.id)[-1], e) for e in found]
            return sorted(named, key=lambda pair: (-(pair[1].count or 0), pair[0]))
    return []


def _prevalence(a: Analysis) -> str | None:
    found = {e.id: e for e in a.items if isinstance(e, Estimate)}
    driver = found.get(f"{a.id}/driver")
    shares = _partner_shares(a)
    top = ""
    if shares:
        name, share = shares[0]
        top = f"of the carriers {numbers.count_percent(share.count, share.n)} have {name}"
    if driver is None:
        return f"{top[:1].upper()}{top[1:]}." if top else None
    limits = f", {numbers.level_name(driver.level)} {scales.bounds(driver, words=True)}"
    head = (
        f"Of {numbers.plural(driver.n, 'patient')} tested, {numbers.integer(driver.count)} carry a "
        f"{driver.label} ({scales.value(driver)}{limits})"
    )
    return f"{head}; {top}." if top else f"{head}."


def _flow(a: Analysis) -> str | None:
    flow = next((f for f in a.items if isinstance(f, Flow)), None)
    if flow is None or not flow.nodes:
        return None
    root = flow.nodes[0]
    places = {split_id(n.id)[1:2]: n for n in reversed(flow.nodes)}
    wanted = ("excluded", "carrying", "clear", "unknown", "evaluable")
    found = [places[(name,)] for name in wanted if (name,) in places]
    said = listed([f"{numbers.integer(n.n)} {inside(n.label)}" for n in found if n.n])
    start = f"{root.label}: {numbers.plural(root.n, 'patient')}"
    return f"{start}; of these {said}." if said else f"{start}."


def _compared(a: Analysis) -> list[Test | Estimate]:
    """Everything with a p value, the smallest first; ties in the order of the table."""
    found = [
        item
        for item in a.items
        if isinstance(item, (Test, Estimate)) and item.p is not None and item.p == item.p
    ]
    first: dict[tuple[str, ...], Test | Estimate] = {}
    for item in found:  # a variable's first p is the one its table shows
        first.setdefault(split_id(item.id)[:3], item)
    return sorted(first.values(), key=lambda item: item.p if item.p is not None else 2.0)


def _baseline(a: Analysis) -> str | None:
    ranked = _compared(a)
    if not ranked:
        first = next((d for d in a.items if isinstance(d, (Distribution, Count))), None)
        return say(first) if first else None
    top = ranked[0]
    said = _by_group(a, top)
    detail = f": {'; '.join(said[:4])}" if said else ""
    p = numbers.p_equals(top.p)
    if top.p_adjusted is not None:
        p += f", {numbers.p_equals(top.p_adjusted, 'adjusted p')}"
    method = getattr(top, "p_method", None) or top.method
    return f"The groups differ most in {inside(top.label)}{detail} ({method}; {p})."


def _by_group(a: Analysis, top: Test | Estimate) -> list[str]:
    """The same variable's values, group by group."""
    shared = split_id(top.id)[: 3 if len(split_id(top.id)) > 3 else 2]
    said = []
    for item in a.items:
        if split_id(item.id)[: len(shared)] != shared or item.id.endswith("/unknown"):
            continue
        if isinstance(item, Distribution) and item.group not in (None, EVERYBODY):
            said.append(f"{item.group} median {numbers.measurement(item.median, item.unit)}")
        elif isinstance(item, Count) and item.group not in (None, EVERYBODY):
            said.append(f"{item.group} {numbers.count_percent(item.count, item.n)}")
    return said


def _landscape(a: Analysis) -> str | None:
    matrix = next((m for m in a.items if isinstance(m, LesionMatrix)), None)
    if matrix is None:
        return None
    rows = [r for r in matrix.lesions if r.lesion_type != "fusion" and r.n]
    top = sorted(rows, key=lambda r: (-r.count / r.n, r.lesion))[:3]
    if not top:
        return f"No lesion beside the fusion was found in {numbers.plural(matrix.n, 'patient')}."
    said = listed([f"{r.lesion} in {numbers.count_percent(r.count, r.n)}" for r in top])
    return f"Most frequent beside the fusion: {said}."


def _cooccurrence(a: Analysis) -> str | None:
    table = next((t for t in a.items if isinstance(t, PairTable)), None)
    if table is None:
        return None
    tested = [p for p in table.pairs if p.p is not None and not p.structural]
    if not tested:
        return "No pair of lesions could be tested."
    top = min(tested, key=lambda p: (p.p if p.p is not None else 2.0, p.a, p.b))
    how = "together" if (top.log_odds_ratio or 0.0) > 0 else "apart"
    limits = numbers.interval(top.ci_low, top.ci_high, words=True)
    adjusted = ""
    if top.p_adjusted is not None:
        family = numbers.plural(table.family_size, "pair")
        adjusted = f", {numbers.p_equals(top.p_adjusted, 'adjusted p')} over {family}"
    return (
        f"The strongest association is {top.a} and {top.b}, found {how}: both in "
        f"{numbers.count_of(top.both, top.n)}, odds ratio {numbers.ratio(top.odds_ratio)} "
        f"({numbers.level_name(table.level)} {limits}), {numbers.p_equals(top.p)}{adjusted}."
    )


def _immunophenotype(a: Analysis) -> str | None:
    matrix = next((m for m in a.items if isinstance(m, MarkerMatrix)), None)
    if matrix is None or not matrix.consensus:
        return None
    group = matrix.consensus[0].group
    mine = [c for c in matrix.consensus if c.group == group and c.n]
    best = sorted(mine, key=lambda c: (-c.positive / c.n, -c.n, c.marker))[:3]
    said = listed([f"{c.marker} in {numbers.count_of(c.positive, c.n)}" for c in best])
    return f"In {group}, most often positive: {said}." if said else None


def _response(a: Analysis) -> str | None:
    shares = [
        e
        for e in a.items
        if isinstance(e, Estimate) and e.scale == "proportion" and e.group and e.n
    ]
    if not shares:
        return None
    ratio = next((e for e in a.items if isinstance(e, Estimate) and e.scale == "odds ratio"), None)
    name = heading(shares[0])
    first = [e for e in shares if heading(e) == name]
    tail = ""
    if ratio is not None:
        both = [e for e in first if e.group in (ratio.exposure, ratio.comparator)]
        first = both or first
        tail = f"; odds ratio {scales.with_interval(ratio, words=True)}"
        tail += f", {numbers.p_equals(ratio.p)}" if ratio.p is not None else ""
    said = listed([_reached(e) for e in first[:4]])
    return f"{name}: {said}{tail}."


def _reached(e: Estimate) -> str:
    limits = f", {numbers.level_name(e.level)} {scales.bounds(e, words=True)}"
    reached = f"{numbers.integer(e.count)} of {numbers.integer(e.n)}"
    return f"{reached} with {e.group} ({scales.value(e)}{limits})"


def _survival(a: Analysis) -> str | None:
    """The first picture that compares groups, else the first; with its own contrast and test."""
    pictures: dict[tuple[str, ...], list[Curve]] = {}
    for item in a.items:
        if isinstance(item, Curve):
            pictures.setdefault(split_id(item.id)[:-1], []).append(item)
    if not pictures:
        return None
    shared = next((k for k, v in pictures.items() if len(v) > 1), next(iter(pictures)))
    curves = pictures[shared]
    said = listed([f"{_curve_name(c)} {_curve_end(c)}" for c in curves[:4]])
    beside = [item for item in a.items if split_id(item.id)[:-1] == shared]
    ratio = next((e for e in beside if isinstance(e, Estimate) and e.scale == "hazard ratio"), None)
    test = next((t for t in beside if isinstance(t, Test)), None)
    tested = f"; {test.method}, {p_part(test)}" if test is not None else ""
    told = f"; {ratio_part(ratio)}" if ratio else ""
    # An estimate from separated data never comes before the test.
    tail = tested + told if ratio and separated(ratio.cautions) else told + tested
    return f"{curves[0].label}: {said}{tail}."


def _curve_name(c: Curve) -> str:
    parts = [part for part in (c.group, c.cause) if part]
    return ", ".join(parts) or "all patients"


def _curve_end(c: Curve) -> str:
    if c.curve == "survival":
        return median_time(c)
    return f"{numbers.percent(float(c.estimate[-1]))} at the end" if c.estimate.size else "no event"


def _fit(a: Analysis) -> str | None:
    fit = next((f for f in a.items if isinstance(f, Fit)), None)
    return say(fit) if fit else None


def _cases(a: Analysis) -> str | None:
    courses = [t for t in a.items if isinstance(t, Timeline)]
    if not courses:
        return None
    grafted = sum(any(e.kind == "transplant" for e in t.events) for t in courses)
    died = sum(any(e.kind == "death" for e in t.events) for t in courses)
    return (
        f"{numbers.plural(len(courses), 'course')} can be followed; transplant is recorded in "
        f"{numbers.count_of(grafted, len(courses))} and death in "
        f"{numbers.count_of(died, len(courses))}."
    )


_TOPICS: dict[str, Callable[[Analysis], str | None]] = {
    "prevalence": _prevalence,
    "flow": _flow,
    "baseline": _baseline,
    "landscape": _landscape,
    "cooccurrence": _cooccurrence,
    "immunophenotype": _immunophenotype,
    "response": _response,
    "survival": _survival,
    "cumulative_incidence": _survival,
    "cox": _fit,
    "regression": _fit,
    "cases": _cases,
    "treatment": _cases,
}


def headline(analysis: Analysis) -> str:
    """The answer in one sentence; a refusal only where nothing was answered."""
    topic = _TOPICS.get(analysis.id)
    answer = topic(analysis) if topic else None
    if answer:
        return answer
    answered = [item for item in analysis.items if not isinstance(item, Refusal)]
    first = next(iter(answered or analysis.items), None)
    return say(first) if first is not None else NOTHING


def refusals(analysis: Analysis) -> list[str]:
    """What else could not be answered, each with its reason."""
    said = dict.fromkeys(say(r) for r in analysis.items if isinstance(r, Refusal))
    return [line for line in said if line != headline(analysis)]
