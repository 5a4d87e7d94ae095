"""Headlines over time: curves, states, regressions, courses of treatment."""

from __future__ import annotations

from fusionscape.results import (
    Analysis,
    Count,
    Curve,
    Estimate,
    Fit,
    Term,
    Test,
    Timeline,
    split_id,
)
from fusionscape.words import numbers, scales
from fusionscape.words.catalogue import begun
from fusionscape.words.phrases import (
    EVENTS_A_PARAMETER,
    endpoint_name,
    listed,
    overloaded,
    with_group,
)
from fusionscape.words.sentences import (
    leading_terms,
    median_time,
    p_part,
    ratio_part,
    row_part,
    say,
    separated,
)

STATES = {  # how a state is said of patients
    "diagnosis, no remission yet": "without remission so far",
    "remission": "in remission without transplant",
    "transplant": "transplanted",
    "relapse": "after relapse",
    "death": "dead",
}


def _leading(a: Analysis) -> tuple[tuple[str, ...], list[Curve]] | None:
    """The first picture that compares groups, else the first."""
    pictures: dict[tuple[str, ...], list[Curve]] = {}
    for item in a.items:
        if isinstance(item, Curve):
            pictures.setdefault(split_id(item.id)[:-1], []).append(item)
    if not pictures:
        return None
    shared = next((k for k, v in pictures.items() if len(v) > 1), next(iter(pictures)))
    return shared, pictures[shared]


def contrast(a: Analysis) -> Estimate | None:
    """The hazard ratio of the picture that the sentence tells."""
    found = _leading(a)
    if found is None:
        return None
    beside = [item for item in a.items if split_id(item.id)[:-1] == found[0]]
    return next((e for e in beside if isinstance(e, Estimate) and e.scale == "hazard ratio"), None)


def survival(a: Analysis) -> str | None:
    """The curves of one picture, with its own contrast and test."""
    found = _leading(a)
    if found is None:
        return None
    shared, curves = found
    said = listed([_end(c, alone=len(curves) == 1) for c in curves[:4]])
    beside = [item for item in a.items if split_id(item.id)[:-1] == shared]
    ratio = contrast(a)
    test = next((t for t in beside if isinstance(t, Test)), None)
    tested = f"; {test.method}, {p_part(test)}" if test is not None else ""
    told = f"; {ratio_part(ratio)}" if ratio and not overloaded(ratio) else ""
    # An estimate from separated data never comes before the test.
    tail = tested + told if ratio and separated(ratio.cautions) else told + tested
    return f"{curves[0].label}: {said}{tail}."


def _end(c: Curve, *, alone: bool) -> str:
    """Whose curve, and its median or what it reaches."""
    who = "" if alone and not c.group else f" {with_group(c.group or 'all patients')}"
    who = who.replace(" aged ", " in those aged ").replace(" among all", " in all")
    if c.curve == "survival":
        return f"{median_time(c)}{who}"
    reached = numbers.percent(float(c.estimate[-1])) if c.estimate.size else "no event"
    return f"{c.cause or 'event'} {reached} at the end{who}"


def states(a: Analysis) -> str | None:
    """Where the patients are at the first time that is printed, state by state."""
    shares = [e for e in a.items if isinstance(e, Estimate) and e.scale == "probability"]
    if not shares:
        return None
    when = shares[0].label.rpartition(" at ")[2]
    now = [e for e in shares if e.label.rpartition(" at ")[2] == when]
    ranked = sorted(now, key=lambda e: list(STATES).index(e.group) if e.group in STATES else 99)
    said = listed([f"{scales.value(e)} {STATES.get(e.group or '', e.group)}" for e in ranked])
    return f"At {when}: {said} (of {numbers.plural(shares[0].n, 'patient')})."


def _screen_of(a: Analysis, fit: Fit) -> Fit | None:
    """The table of each characteristic alone for the same endpoint."""
    return next(
        (
            f
            for f in a.items
            if isinstance(f, Fit) and f.endpoint == fit.endpoint and split_id(f.id)[-1] == "screen"
        ),
        None,
    )


def _alone(fit: Fit | None) -> str:
    """The strongest single characteristic with its raw and adjusted p."""
    rows: list[Term] = leading_terms(fit) if fit is not None else []
    if fit is None or not rows or rows[0].name in separated(fit.cautions):
        return ""
    return f" Of the characteristics alone the smallest p is that of {row_part(fit, rows[0])}."


def regression(a: Analysis) -> str | None:
    """The first model; where its events are too few, that before any ratio of it."""
    fit = next((f for f in a.items if isinstance(f, Fit)), None)
    if fit is None:
        return None
    few = overloaded(fit)
    if few is None:
        return say(fit)
    events, parameters = few
    declared = a.id != "response_model" and all(
        c.code != "covariates-not-declared" for c in (*a.cautions, *fit.cautions)
    )
    model = "declared model" if declared else "model"
    each = numbers.significant(events / parameters, 2).removesuffix(".0")
    logistic = "odds" in fit.scale
    count = numbers.plural(events, "patient of the rarer outcome", "patients of the rarer outcome")
    held = count if logistic else numbers.plural(events, "event")
    return begun(
        f"{fit.label}: the {model} has {numbers.plural(parameters, 'parameter')} for {held}, "
        f"{each} each ({EVENTS_A_PARAMETER} are wanted): its ratios are unreliable."
        f"{_alone(_screen_of(a, fit))}"
    )


def exposures(a: Analysis) -> str | None:
    """The first exposure taken from its day on; where its events are too few, the curves."""
    ratios = [
        e
        for e in a.items
        if isinstance(e, Estimate)
        and split_id(e.id)[-1] == "time-dependent"
        and not separated(e.cautions)
        and not overloaded(e)
    ]
    if ratios:
        e = ratios[0]
        name = endpoint_name(e.endpoint)
        said = f"{name}, {(e.exposure or '').lower()} against {e.comparator}, counted as exposed "
        return begun(f"{said}from its day on: {ratio_part(e)}, {p_part(e)}.")
    found = _leading(a)
    if found is None:
        return None
    told = [f"{median_time(c)} {c.group} ({numbers.plural(c.events, 'event')})" for c in found[1]]
    return f"{found[1][0].label}: {listed(told)}; too few events for a hazard ratio."


def cases(a: Analysis) -> str | None:
    """How many courses can be followed, and how they ended."""
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


def treatment(a: Analysis) -> str | None:
    """The arms of the first line, the commonest first; else how the courses ended."""
    counts = [c for c in a.items if isinstance(c, Count) and split_id(c.id)[1] != "exposure"]
    if not counts:
        return cases(a)
    shared = split_id(counts[0].id)[:-1]
    first = [c for c in counts if split_id(c.id)[:-1] == shared]
    line = first[0].label.partition(":")[0]
    said = listed(
        [f"{split_id(c.id)[-1]} {numbers.count_percent(c.count, c.n)}" for c in first[:4]]
    )
    return begun(f"{line} of {first[0].group}: {said}.")
