"""The one bold sentence that answers an analysis, and the sentences that may follow it."""

from __future__ import annotations

from collections.abc import Callable

from fusionscape.results import (
    Analysis,
    Count,
    Distribution,
    Estimate,
    LesionMatrix,
    MarkerMatrix,
    Pair,
    PairTable,
    Refusal,
    Test,
    split_id,
)
from fusionscape.results.registry import Result
from fusionscape.words import headline_flow as patients
from fusionscape.words import headline_outcome as outcome
from fusionscape.words import numbers, scales
from fusionscape.words.abbreviations import TREATMENT, spelled_out
from fusionscape.words.phrases import (
    ALPHA,
    against,
    deciding_p,
    inside,
    listed,
    most_frequent,
    overloaded,
    with_group,
    without_invented,
)
from fusionscape.words.sentences import heading, say, separated

EVERYBODY = "all patients"
INVENTED = (
    "What could answer this is invented in this synthetic cohort; its counts are shown below."
)
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
    ranked = sorted(_compared(a), key=deciding_p)
    if not ranked:
        first = next((d for d in a.items if isinstance(d, (Distribution, Count))), None)
        return say(first) if first else None
    top = ranked[0]
    said = _by_group(a, top)
    detail = f": {'; '.join(said[:4])}" if said else ""
    p = numbers.p_equals(top.p)
    if top.p_adjusted is not None:
        p += f", {numbers.p_equals(top.p_adjusted, 'adjusted p')}"
    method = (getattr(top, "p_method", None) or top.method).partition(",")[0]
    if deciding_p(top) >= ALPHA:
        where = f"the smallest p is that of {inside(top.label)}{detail} ({method}; {p})"
        return f"No characteristic differs clearly between the groups; {where}."
    return f"The groups differ most in {inside(top.label)}{detail} ({method}; {p})."


def _comparator(a: Analysis) -> str | None:
    """The difference with the smallest p."""
    ranked = sorted(_compared(a), key=deciding_p)
    ratios = [t for t in ranked if isinstance(t, Estimate) and t.ci_low is not None] or ranked
    return f"The smallest p is that of {inside(say(ratios[0]))}" if ratios else None


def _by_group(a: Analysis, top: Test | Estimate) -> list[str]:
    """The same variable's values, group by group; of two values the first only."""
    shared = split_id(top.id)[: 3 if len(split_id(top.id)) > 3 else 2]
    mine = [
        i
        for i in a.items
        if split_id(i.id)[: len(shared)] == shared
        and split_id(i.id)[-1] != "unknown"
        and getattr(i, "group", None) not in (None, EVERYBODY)
    ]
    values = list(dict.fromkeys(split_id(i.id)[-1] for i in mine if isinstance(i, Count)))
    said = []
    for item in mine:
        if isinstance(item, Distribution):
            said.append(f"{item.group} median {numbers.measurement(item.median, item.unit)}")
        elif isinstance(item, Count) and (len(values) > 2 or split_id(item.id)[-1] == values[0]):
            level = item.label.partition(": ")[2]
            named = f"{level} in {item.group}" if level else item.group
            said.append(f"{named} {numbers.count_percent(item.count, item.n)}")
    return said


def _landscape(a: Analysis) -> str | None:
    matrix = next((m for m in a.items if isinstance(m, LesionMatrix)), None)
    if matrix is None:
        return None
    top = most_frequent(matrix)[:3]
    if not top and any(r.count for r in matrix.lesions if r.lesion_type != "fusion"):
        return (
            f"No lesion was tested in enough of {numbers.plural(matrix.n, 'patient')} to be ranked."
        )
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
    top = min(tested, key=_pair_rank)
    passed = [p for p in tested if deciding_p(p) < ALPHA]
    how = "together" if (top.log_odds_ratio or 0.0) > 0 else "apart"
    said = (
        f"{top.a} and {top.b}, found {how}: both in {numbers.count_of(top.both, top.n)}, "
        f"{_pair_ratio(table, top)}{numbers.p_equals(top.p)}{_pair_adjusted(top)}"
    )
    if not passed and len(tested) == 1:
        return f"The only pair tested does not stand out: {said}."
    if not passed:
        pairs = numbers.plural(len(tested), "pair")
        return f"No pair stands out among {pairs} tested; the smallest p is that of {said}."
    return f"The strongest association is {said}.{_confounded(passed)}"


def _pair_rank(p: Pair) -> tuple[float, float, float, int, str, str]:
    """Smallest adjusted p, then the stronger association, then the more frequent first lesion."""
    strength = -abs(p.log_odds_ratio or 0.0)
    return (deciding_p(p), strength, p.p or 0.0, -(p.both + p.only_a), p.a, p.b)


def _pair_ratio(table: PairTable, p: Pair) -> str:
    if p.odds_ratio is None:
        return ""
    limits = numbers.interval(p.ci_low, p.ci_high, words=True)
    name = numbers.level_name(table.level)
    return f"odds ratio {numbers.ratio(p.odds_ratio)} ({name} {limits}), "


def _pair_adjusted(p: Pair) -> str:
    if p.p_adjusted is None:
        return ""
    family = numbers.plural(p.family_size, "pair")
    return f", {numbers.p_equals(p.p_adjusted, 'adjusted p')} over {family}"


def _confounded(passed: list[Pair]) -> str:
    """Pairs that stand out over all carriers and no longer do within the partners."""
    lost = [p for p in passed if p.stratified_p is not None and p.stratified_p >= ALPHA]
    said = listed(
        [f"{p.a} and {p.b} (stratified exact {numbers.p_equals(p.stratified_p)})" for p in lost[:3]]
    )
    return f" Within partners the association is no longer clear for {said}." if said else ""


def _immunophenotype(a: Analysis) -> str | None:
    matrix = next((m for m in a.items if isinstance(m, MarkerMatrix)), None)
    if matrix is None or not matrix.consensus:
        return None
    group = matrix.consensus[0].group
    mine = [c for c in matrix.consensus if c.group == group and c.n]
    best = sorted(mine, key=lambda c: (-c.positive / c.n, -c.n, c.marker))[:3]
    said = listed([f"{c.marker} in {numbers.count_of(c.positive, c.n)}" for c in best])
    return f"In {group}, most often positive: {said}." if said else None


def _response_rates(a: Analysis) -> list[Estimate]:
    """The rates of the endpoint that leads."""
    shares = [
        e
        for e in a.items
        if isinstance(e, Estimate) and e.scale == "proportion" and e.group and e.n
    ]
    return _known_in_most(shares) if shares else []


def _ratio_of(shares: list[Estimate], a: Analysis) -> Estimate | None:
    """The first odds ratio of the endpoint of these rates."""
    endpoint = shares[0].endpoint if shares else None
    return next(
        (
            e
            for e in a.items
            if shares
            and isinstance(e, Estimate)
            and e.scale == "odds ratio"
            and e.endpoint == endpoint
        ),
        None,
    )


def _response(a: Analysis) -> str | None:
    shares = _response_rates(a)
    if not shares:
        return None
    ratio = _ratio_of(shares, a)
    name = heading(shares[0])
    first = [e for e in shares if heading(e) == name]
    tail = ""
    if ratio is not None:
        both = [e for e in first if e.group in (ratio.exposure, ratio.comparator)]
        first = both or first
    else:
        first = _nobody_twice(first, a.n)
    known = _known(first)
    if ratio is not None:
        way = against(ratio.exposure, ratio.comparator)
        tail = f"; odds ratio{way} {scales.with_interval(ratio, words=True)}"
        tail += f", {numbers.p_equals(ratio.p)}" if ratio.p is not None else ""
    said = listed([_reached(e) for e in first[:4]])
    return f"{name}{known}: {said}{tail}."


def _nobody_twice(rates: list[Estimate], patients: int) -> list[Estimate]:
    """The first groups that fit into the patients: not alone and among the others as well."""
    kept: list[Estimate] = []
    for e in rates:
        if sum(k.n + k.missing for k in kept) + e.n + e.missing <= patients:
            kept.append(e)
    return kept or rates


def _known_in_most(shares: list[Estimate]) -> list[Estimate]:
    """The rates of the first endpoint, unless it is known in under half and another in more."""
    found: dict[str | None, list[Estimate]] = {}
    for e in shares:
        found.setdefault(e.endpoint, []).append(e)
    sizes = {name: _known_and_entered(mine) for name, mine in found.items()}
    first = next(iter(found))
    n, of = sizes[first]
    if 2 * n < of:
        first = max(found, key=lambda name: sizes[name][0])
    return found[first]


def _known_and_entered(rates: list[Estimate]) -> tuple[int, int]:
    """Patients known and entered of an endpoint, over its groups under the first name."""
    name = heading(rates[0])
    groups = {e.group: e for e in rates if heading(e) == name}
    apart = [e for g, e in groups.items() if g and not g.startswith(("not ", "other "))]
    return sum(e.n for e in apart), sum(e.n + e.missing for e in apart)


def _known(rates: list[Estimate]) -> str:
    """Where many who entered are not known, how many are."""
    n, of = sum(e.n for e in rates), sum(e.n + e.missing for e in rates)
    return f" (known in {numbers.count_of(n, of)})" if 0 < n < of else ""


def _reached(e: Estimate) -> str:
    limits = f", {numbers.level_name(e.level)} {scales.bounds(e, words=True)}"
    reached = f"{numbers.integer(e.count)} of {numbers.integer(e.n)}"
    return f"{reached} {with_group(e.group or EVERYBODY)} ({scales.value(e)}{limits})"


MASKED = "masked-small-cell"
VERDICTS = ("baseline", "comparator", "cooccurrence", "diagnostic_yield")
_TOPICS: dict[str, Callable[[Analysis], str | None]] = {
    "prevalence": _prevalence,
    "flow": patients.flow,
    "baseline": _baseline,
    "comparator": _comparator,
    "landscape": _landscape,
    "cooccurrence": _cooccurrence,
    "immunophenotype": _immunophenotype,
    "response": _response,
    "survival": outcome.survival,
    "treatment_lines": outcome.survival,
    "cumulative_incidence": outcome.survival,
    "multistate": outcome.states,
    "exposures": outcome.exposures,
    "diagnostic_yield": patients.highest_yield,
    "cox": outcome.regression,
    "regression": outcome.regression,
    "response_model": outcome.regression,
    "cases": outcome.cases,
    "treatment": outcome.treatment,
}


def _part(analysis: Analysis) -> bool:
    """True when results were hidden and the answer is a verdict over those shown."""
    return analysis.id in VERDICTS and any(
        getattr(item, "code", "") == MASKED or any(c.code == MASKED for c in item.cautions)
        for item in analysis.items
    )


def headline(analysis: Analysis) -> str:
    """The answer in one sentence; a refusal only where nothing was answered, nothing invented."""
    whole, analysis = analysis, without_invented(analysis)
    if whole.items and not analysis.items:
        return INVENTED
    topic = _TOPICS.get(analysis.id)
    answer = topic(analysis) if topic else None
    if not answer:
        first = _first(analysis)
        answer = say(first) if first is not None else NOTHING
    elif _part(analysis):  # what is hidden may differ more: a verdict says what it rests on
        answer = f"Of what is shown, small cells being hidden: {answer}"
    return spelled_out(answer) if analysis.id in TREATMENT else answer


def _first(analysis: Analysis) -> Result | None:
    answered = [item for item in analysis.items if not isinstance(item, Refusal)]
    return next(iter(answered or analysis.items), None)


def turns_on(analysis: Analysis) -> Estimate | None:
    """The one estimate that the sentence states with its interval; None where it states several,
    or none.
    """
    analysis = without_invented(analysis)
    found: Estimate | None = None
    if analysis.id == "prevalence":
        driver = [e for e in analysis.items if e.id == f"{analysis.id}/driver"]
        found = next((e for e in driver if isinstance(e, Estimate)), None)
        shares = _partner_shares(analysis)
        found = shares[0][1] if found is None and shares else found
    elif analysis.id == "response":
        found = _ratio_of(_response_rates(analysis), analysis)
    elif analysis.id in ("survival", "treatment_lines"):
        found = outcome.contrast(analysis)
    elif analysis.id not in _TOPICS and isinstance(first := _first(analysis), Estimate):
        found = first
    if found is None or separated(found.cautions) or overloaded(found):
        return None
    return found


def refusals(analysis: Analysis) -> list[str]:
    """What else could not be answered, each with its reason."""
    said = dict.fromkeys(say(r) for r in analysis.items if isinstance(r, Refusal))
    return [line for line in said if line != headline(analysis)]
