"""Titles, captions and alternative texts: rates, ratios, distributions, courses, curves."""

from __future__ import annotations

from collections.abc import Sequence

from fusionscape.results import Curve, Distribution, Estimate, Fit, Test, Timeline, split_id
from fusionscape.words import numbers, scales
from fusionscape.words.phrases import inside, listed, with_group
from fusionscape.words.sentences import (
    endpoint_name,
    heading,
    leading_terms,
    median_time,
    of_group,
    say,
)

RATES_CAPTION = "Points: rates; lines: their intervals; square size grows with the patients."
FOREST_CAPTION = (
    "Squares: ratios, larger where more precise; lines: their intervals, with an arrow where they "
    "run beyond the axis. The upright line is no difference. A reference row stands at 1."
)


def rates_title(rates: Sequence[Estimate]) -> str:
    """The first endpoint, group by group."""
    name = heading(rates[0])
    first = [e for e in rates if heading(e) == name]
    said = listed([f"{numbers.percent(e.estimate)} {with_group(e.group or '')}" for e in first[:2]])
    return f"{name}: {said}"


def profiles_title(found: Sequence[Estimate]) -> str:
    """The profile with the highest yield."""
    e = found[0]
    return f"Highest yield with {e.label}: {numbers.count_percent(e.count, e.n)}"


def rates_alt(rates: Sequence[Estimate]) -> str:
    """All rates in words."""
    return "Rates with intervals. " + " ".join(say(e) for e in rates[:12])


def ratios_title(ratios: Sequence[Estimate]) -> str:
    """The first ratio with its interval."""
    e = ratios[0]
    between = f", {e.exposure} against {e.comparator}" if e.exposure and e.comparator else ""
    name = endpoint_name(e.endpoint) if "hazard" in e.scale else ""
    about = f"{name[:1].upper()}{name[1:]}, {e.label.replace(': ', ' ')}" if name else e.label
    return f"{about}{between}: {e.scale} {scales.with_interval(e)}"


def ratios_alt(ratios: Sequence[Estimate]) -> str:
    """All ratios in words."""
    return "Forest of ratios. " + " ".join(say(e) for e in ratios[:12])


def fit_title(fit: Fit) -> str:
    """What was modelled, and the row with the smallest p."""
    found = leading_terms(fit)
    if not found:
        return f"{fit.label}: no estimate"
    top = found[0]
    limits = numbers.interval(top.ratio_low, top.ratio_high, words=True)
    p = numbers.p_equals(top.p)
    if top.p_adjusted is not None:
        p += f", {numbers.p_equals(top.p_adjusted, 'adjusted p')}"
    label = fit.label.replace(": ", ", ")
    return (
        f"{label}: the smallest p is that of {inside(top.name)}, {fit.scale} "
        f"{numbers.ratio(top.ratio)} ({numbers.level_name(fit.level)} {limits}; {p})"
    )


def fit_alt(fit: Fit) -> str:
    """The regression in words."""
    return f"Forest of a regression. {say(fit)}"


BASELINE_CAPTION = (
    "One dot a patient. Box: quartiles; upright line: median, both left out where a group has "
    "fewer than five patients."
)


def baseline_title(parts: Sequence[Distribution]) -> str:
    """The first measurement, group by group."""
    shared = split_id(parts[0].id)[:-1]
    first = [d for d in parts if split_id(d.id)[:-1] == shared and d.n]
    said = listed(
        [
            f"{numbers.measurement(d.median, d.unit)} {with_group(d.group or 'all patients')}"
            for d in first[:3]
        ]
    )
    return f"{parts[0].label}: median {said}" if said else f"{parts[0].label}: not known"


def baseline_alt(parts: Sequence[Distribution], tests: Sequence[Test]) -> str:
    """All measurements in words."""
    said = [say(d) for d in parts] + [say(t) for t in tests]
    return "Dot plots of measurements by group. " + " ".join(said[:12])


KINDS = {"transplant": "transplant", "relapse": "relapse", "death": "death"}


def swimmer_title(courses: Sequence[Timeline]) -> str:
    """How many courses, how many with a transplant."""
    grafted = sum(any(e.kind == "transplant" for e in t.events) for t in courses)
    return (
        f"{numbers.plural(len(courses), 'course')} side by side; transplant in "
        f"{numbers.count_of(grafted, len(courses))}"
    )


def swimmer_alt(courses: Sequence[Timeline]) -> str:
    """Who died, relapsed, was transplanted."""
    n = len(courses)
    told = {kind: sum(any(e.kind == kind for e in t.events) for t in courses) for kind in KINDS}
    said = [f"{word} in {numbers.count_of(told[kind], n)}" for kind, word in KINDS.items()]
    return f"Swimmer plot, one bar a patient from diagnosis to last contact: {listed(said)}."


SWIMMER_CAPTION = (
    "One bar a patient, from diagnosis to death or last contact; an arrow says alive at last "
    "contact. Marks: circle, remission (open: not in remission); triangle, transplant; cross, "
    "relapse; square, death. Patients without any date are left out."
)


def case_title(case: Timeline) -> str:
    """Whose course, and how it ended."""
    last = [e for e in case.events if e.kind in ("death", "last_seen")]
    end = f", {last[-1].label}" if last else ""
    return f"Course of {case.patient}{end}"


def case_alt(case: Timeline) -> str:
    """The course in words, event by event."""
    said = []
    for e in sorted(case.events, key=lambda e: (e.order, e.kind, e.label)):
        when = f"day {numbers.integer(e.day)}" if e.day is not None else f"step {e.order}"
        what = e.label if e.value is None else f"{e.label} {measured(e.value, e.unit, e.censored)}"
        said.append(f"{when}: {what}{' ' + e.state if e.state else ''}")
    return f"Timeline of {case.patient}. {'; '.join(said[:24])}."


def measured(value: float, unit: str, censored: str = "") -> str:
    """A follow-up value; ``<`` stays where the assay could not see further."""
    unit = "" if unit == "fraction" else unit
    return f"{censored}{numbers.measurement(value, unit)}"


CASE_CAPTION = (
    "Above: courses and what was found; of a lesion, filled circle: found, open circle: not found, "
    "triangle: reduced. Below: marrow blasts and measurable residual disease; an "
    "open triangle pointing down is a value below what the assay can see."
)


def curves_title(curves: Sequence[Curve], *, contrast: Estimate | None) -> str:
    """What the curves show: the contrast, or the medians."""
    name = curves[0].label
    if contrast is not None:
        between = ""
        if contrast.exposure and contrast.comparator:
            between = f", {contrast.exposure} against {contrast.comparator}"
        return f"{name}{between}: {contrast.scale} {scales.with_interval(contrast)}"
    if curves[0].curve != "survival":
        return _incidence_title(curves)
    said = listed([f"{median_time(c, limits=False)}{_in_group(c)}" for c in curves[:3]])
    return f"{name}: {said}"


def _in_group(curve: Curve) -> str:
    return of_group(curve).replace(" aged ", " in those aged ")


def _incidence_title(curves: Sequence[Curve]) -> str:
    """Which event in which groups, with what the curves reach."""
    groups, causes = ({getattr(c, x) for c in curves} for x in ("group", "cause"))
    name = curves[0].label
    if len(causes) == 1 and curves[0].cause:
        name = f"{name}, {curves[0].cause}"
    elif len(groups) == 1 and curves[0].group:
        name = f"{name}, {curves[0].group}"
    said = listed([f"{_reached(c)} {_who(c, groups, causes)}".strip() for c in curves[:4]])
    return f"{name}: {said}"


def _reached(curve: Curve) -> str:
    return numbers.percent(float(curve.estimate[-1])) if curve.estimate.size else "nobody"


def _who(curve: Curve, groups: set[str | None], causes: set[str | None]) -> str:
    """What tells this curve from the others, in words."""
    cause = curve.cause if len(causes) > 1 else None
    group = with_group(curve.group) if curve.group and (len(groups) > 1 or not cause) else ""
    return " ".join(x for x in (cause, group) if x).replace("aged ", "in those aged ")


def events_told(events: Sequence[float], same: bool) -> str:
    """Events of all groups together; of each definition where the patients are the same."""
    if same and len(set(events)) > 1:
        return f"{listed([numbers.integer(n) for n in events])} events, in the order of the names"
    total = events[0] if same else sum(events)
    return numbers.plural(total, "event")


def curves_alt(curves: Sequence[Curve], rest: Sequence[Estimate | Test]) -> str:
    """All curves and tests in words."""
    said = [say(c) for c in curves] + [say(r) for r in rest]
    return "Curves over time with numbers at risk. " + " ".join(said)


def curves_caption(curves: Sequence[Curve], fewest: int) -> str:
    """How to read the curves."""
    if curves[0].curve == "survival":
        head = "Steps: estimate; band: interval; ticks: patients whose follow-up ended."
    else:
        head = "Steps: estimate; band: interval."
    return (
        f"{head} Dashed where fewer than {fewest} patients remain at risk. Numbers under the axis: "
        "patients at risk at its breaks."
    )


LOG_LOG_TITLE = "Log-log survival by group: are the lines parallel?"
LOG_LOG_CAPTION = (
    "log(−log S) of each group against time on a log axis. Hazards in proportion give lines a "
    "constant distance apart; the picture alone does not decide. Lines that cross or drift apart "
    "speak against proportional hazards; then a single hazard ratio does not describe the groups."
)
SWEEP_CAPTION = (
    "The same contrast among patients still at risk at each landmark, grouped by what had happened "
    "until then. Squares: hazard ratios; lines: their intervals; arrows: beyond the axis."
)
OCCUPATION_TITLE = "Where the patients are at each time"
OCCUPATION_CAPTION = (
    "Height of a band: probability of being in that state; the bands add up to all."
)


def sweep_title(first: Estimate) -> str:
    """Which contrast is looked at in several ways."""
    of = f": {inside(first.exposure)} against {first.comparator}" if first.exposure else ""
    return f"The same contrast by every method{of}"


def log_log_alt(curves: Sequence[Curve]) -> str:
    """What the check draws."""
    return f"Log-log survival lines of {listed([c.group or 'all patients' for c in curves])}."


def occupation_alt(curves: Sequence[Curve]) -> str:
    """Each state's share at the end."""
    said = [
        f"{c.cause or c.group or c.label} {numbers.percent(float(c.estimate[-1]))}"
        for c in curves
        if c.estimate.size
    ]
    return f"Stacked probabilities of states over time; at the end: {listed(said)}."
