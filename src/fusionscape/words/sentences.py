"""A result as a sentence: `say`."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from fusionscape.results import (
    Analysis,
    Caution,
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
    Residuals,
    Table,
    Term,
    Test,
    Timeline,
)
from fusionscape.results.registry import Result
from fusionscape.words import numbers, scales
from fusionscape.words.catalogue import begun, plain, refusal_text, rules_name
from fusionscape.words.phrases import ALPHA, against, deciding_p, most_frequent, with_group

MOST_ROWS = 4  # of a regression in a sentence
ADJUSTED = "Adjusted p"  # the head of a column of them


def heading(e: Estimate) -> str:
    """What was measured, without the group it was measured in.

    >>> from fusionscape.results import Estimate
    >>> heading(Estimate(id="r/cr/a", label="CR after course 1, NUP98::NSD1, evaluable", n=25,
    ...                  scale="proportion", estimate=0.08, missing=0, method="", reference="",
    ...                  group="NUP98::NSD1"))
    'CR after course 1, evaluable'
    """
    if not e.group or e.label == e.group:
        return e.label
    return e.label.replace(f", {e.group}", "").replace(f" in {e.group}", "")


def _p_part(
    p: float | None, adjusted: float | None, adjustment: str | None, size: int | None
) -> str:
    if p is None or math.isnan(p):
        return ""
    said = numbers.p_equals(p)
    if adjusted is None:
        return said
    family = f" over {numbers.plural(size, 'test')}" if size else ""
    return (
        f"{said}; {numbers.p_equals(adjusted, 'adjusted p')} ({adjustment or 'adjusted'}{family})"
    )


def adjustment_name(adjustment: str | None) -> str:
    """How the correction is called in print.

    >>> adjustment_name("Holm, family-wise error"), adjustment_name("bh"), adjustment_name(None)
    ('Holm', 'Benjamini-Hochberg', 'adjusted')
    """
    name = (adjustment or "adjusted").partition(",")[0]
    return {"holm": "Holm", "bh": "Benjamini-Hochberg"}.get(name.lower(), name)


def p_part(item: Estimate | Test, *, short: bool = False) -> str:
    """The p as found, then as adjusted within its family; empty where there is none.

    A p adjusted over a family is never told without its correction, nor one test as a family.
    """
    if item.p is None or math.isnan(item.p):
        return ""
    said = numbers.p_equals(item.p)
    if item.p_adjusted is None or item.family_size in (None, 1):
        return said
    adjusted = numbers.p_equals(item.p_adjusted, "adjusted p")
    if short:
        return f"{said}, {adjusted}"
    tests = numbers.plural(item.family_size or 0, "test")
    return f"{said}, {adjusted} ({adjustment_name(item.adjustment)}, {tests})"


def separated(cautions: Sequence[Caution]) -> dict[str, str]:
    """Covariates that order all events, each with how the caution names it."""
    found = [c for c in cautions if c.code == "monotone-likelihood"]
    return {str(c.get("covariate")): str(c.get("penalty")) for c in found}


def ratio_part(e: Estimate) -> str:
    """A ratio with its interval; where one group holds every event, said so and penalised."""
    apart = separated(e.cautions)
    told = f"{e.scale}{against(e.exposure, e.comparator)} {scales.with_interval(e, words=True)}"
    if not apart:
        return told
    return f"every event falls on one side of {next(iter(apart))}; penalised {told}, wide"


def _missing(n: int) -> str:
    return f" {numbers.plural(n, 'patient')} could not be used." if n else ""


def _proportion(e: Estimate) -> str:
    of = numbers.plural(e.n, "patient")
    if not e.n:
        return f"{e.label}: no patient could be assessed, so there is no proportion."
    group = f" {with_group(e.group)}" if e.group and e.group not in e.label else ""
    limits = ""
    if (why := scales.no_limits(e)) is not None:
        limits = f", {why}"
    elif e.ci_low is not None:
        limits = f", {numbers.level_name(e.level)} {scales.bounds(e, words=True)}"
    if math.isnan(e.estimate):
        return f"{e.label}{group}: cannot be estimated from {of}."
    if e.count is None:
        # A probability over time has no numerator; its denominator is who began.
        return f"{e.label}{group}: {scales.value(e)}{limits} ({of})."
    count = numbers.integer(e.count)
    return f"{e.label}: {count} of {of}{group} ({scales.value(e)}{limits})."


def _time(e: Estimate) -> str:
    """A median or mean time with its limits; in words where it was not reached."""
    group = f" {with_group(e.group)}" if e.group and e.group not in e.label else ""
    if math.isnan(e.estimate):
        return f"{e.label}{group}: not reached ({numbers.plural(e.n, 'patient')})."
    return f"{e.label}{group}: {scales.with_interval(e, words=True)}."


def _contrast(e: Estimate) -> str:
    if e.scale in scales.TIMES and not (e.exposure and e.comparator):
        return _time(e)
    between = f" of {e.exposure} against {e.comparator}" if e.exposure and e.comparator else ""
    p = _p_part(e.p, e.p_adjusted, e.adjustment, e.family_size)
    tail = f", {p}" if p else ""
    held = f", adjusted for {', '.join(e.adjusted_for)}" if e.adjusted_for else ""
    name = f"{e.scale}{between}"
    if apart := separated(e.cautions):
        name = f"every event falls on one side of {next(iter(apart))}; penalised {name}"
    return f"{e.label}: {name} {scales.with_interval(e, words=True)}{tail}{held}."


def _estimate(e: Estimate) -> str:
    if e.scale in ("proportion", "probability") and not (e.exposure and e.comparator):
        return _proportion(e) + _missing(e.missing)
    return _contrast(e) + _missing(e.missing)


def _count(c: Count) -> str:
    group = f" {with_group(c.group)}" if c.group and c.group not in c.label else ""
    share = f" ({numbers.percent(c.count / c.n)})" if c.n else ""
    of = numbers.plural(c.n, "patient")
    return f"{c.label}: {numbers.integer(c.count)} of {of}{group}{share}." + _missing(c.missing)


def _distribution(d: Distribution) -> str:
    if not d.n:
        return f"{d.label}: not known in any patient."
    group = f" in {d.group}" if d.group else ""
    quartiles = numbers.interval(d.q1, d.q3, numbers.bare)
    span = f", range {numbers.interval(d.minimum, d.maximum, numbers.bare)}"
    span = "" if math.isnan(d.minimum) else span  # a printed median may stand without it
    return (
        f"{d.label}{group}: median {numbers.measurement(d.median, d.unit)} (IQR {quartiles}{span}; "
        f"n = {numbers.integer(d.n)}).{_missing(d.missing)}"
    )


def _test(t: Test) -> str:
    p = _p_part(t.p, t.p_adjusted, t.adjustment, t.family_size)
    between = f" between {' and '.join(t.groups)}" if len(t.groups) == 2 else ""
    told = f"{t.label}{between}: {t.method}, {p or 'no p value'} (n = {numbers.integer(t.n)})."
    return told + drawn_part(t)


def drawn_part(t: Test) -> str:
    """How a p was drawn: how many relabellings, from which seed, how sure it is."""
    if t.seed is None or t.relabellings is None or t.p_ci_low is None:
        return ""
    limits = numbers.interval(t.p_ci_low, t.p_ci_high, words=True)
    return (
        f" The p comes from {numbers.integer(t.relabellings)} relabellings drawn with seed "
        f"{t.seed}; its 95% limits are {limits}."
    )


def median_time(c: Curve, *, limits: bool = True) -> str:
    """Median survival with its limits; in words where it was not reached."""
    at = [i for i, q in enumerate(c.quantile_probs.tolist()) if abs(q - 0.5) < 1e-9]
    if not at or not math.isfinite(c.quantile[at[0]]):
        return "median not reached"
    i = at[0]
    if not limits:
        return f"median {time_text(float(c.quantile[i]), c.time_unit)}"
    low, high = (_limit(v, c.time_unit) for v in (c.quantile_low[i], c.quantile_high[i]))
    return (
        f"median {time_text(float(c.quantile[i]), c.time_unit)} "
        f"({numbers.level_name(c.level)} {low} to {high})"
    )


def _limit(value: float, unit: str) -> str:
    return time_text(value, unit).split(" ")[0] if math.isfinite(value) else "not reached"


def time_text(value: float, unit: str) -> str:
    """A time told in months when it was measured in days."""
    return numbers.months(value) if unit == "days" else f"{numbers.bare(value)} {unit}"


def of_group(c: Curve) -> str:
    """Whose curve: the group, or the definition by which the same patients are counted."""
    if not c.group:
        return ""
    if c.group == c.rules:
        return f" {c.group}" if c.group == "as reported" else f" by {rules_name(c.group)}"
    return f", {c.group}" if c.group.startswith("lost taken") else f" {with_group(c.group)}"


def _curve(c: Curve) -> str:
    if c.curve == "occupation":
        return _state(c)
    group = of_group(c)
    head = (
        f"{c.label}: {numbers.plural(c.events, 'event')} in {numbers.plural(c.n, 'patient')}{group}"
    )
    return f"{head}; {median_time(c)}." if c.curve == "survival" else f"{head}."


def _state(c: Curve) -> str:
    """A state of patients over time, where it is most and where it ends."""
    name = c.label.partition(": ")[2] or c.label
    of = numbers.plural(c.n, "patient")
    if not c.estimate.size:
        return f"{name}: not seen in {of}."
    top, end = float(c.estimate.max()), float(c.estimate[-1])
    when = time_text(float(c.time[int(c.estimate.argmax())]), c.time_unit)
    return (
        f"State {name}: at most {numbers.percent(top)} of {of}, at {when}; {numbers.percent(end)} "
        "at the end of follow-up."
    )


def leading_terms(f: Fit) -> list[Term]:
    """The rows with an estimate, the smallest p first; those of separation come last."""
    apart = separated(f.cautions)
    rows = [t for t in f.terms if not t.reference_row and t.ratio is not None]
    return sorted(rows, key=lambda t: (t.name in apart, t.p if t.p is not None else 2.0, t.name))


def row_part(f: Fit, t: Term) -> str:
    """A row of a table: its ratio with interval, p and adjusted p."""
    limits = numbers.interval(t.ratio_low, t.ratio_high, words=True)
    p = numbers.p_equals(t.p)
    if t.p_adjusted is not None and f.family_size not in (None, 1):
        p += f", {numbers.p_equals(t.p_adjusted, 'adjusted p')}"
    told = f"{numbers.ratio(t.ratio)} ({numbers.level_name(f.level)} {limits}, {p})"
    if t.name in separated(f.cautions):
        return f"every event falls on one side of {t.name}, penalised {f.scale} {told}, wide"
    return f"{t.name} {told}"


def _about(f: Fit) -> str:
    """The correction, the test of the whole model and the hazards that change over time."""
    said = []
    if f.family_size not in (None, 1):
        tests = numbers.plural(f.family_size or 0, "test")
        said.append(f"the p values are adjusted by {adjustment_name(f.adjustment)} over {tests}")
    whole = next((t for t in f.tests if t.name.endswith("likelihood ratio")), None)
    if whole is not None:
        said.append(f"all terms together: {whole.name} test, {numbers.p_equals(whole.p)}")
    if f.penalty:
        said.append("all coefficients penalised (Firth)")
    doubted = [c for c in f.cautions if c.code == "hazards-not-proportional"]
    if doubted:
        names = ", ".join(
            f"{'the whole model' if c.get('term') == 'GLOBAL' else c.get('term')} "
            f"({numbers.p_equals(_number(c, 'p'))})"
            for c in doubted
        )
        said.append(f"proportional hazards are in doubt for {names}")
    text = "; ".join(said)
    return f" {text[:1].upper()}{text[1:]}." if text else ""


def _number(note: Caution, fact: str) -> float | None:
    value = note.get(fact)
    return float(value) if isinstance(value, (int, float)) else None


def _fit(f: Fit) -> str:
    rows = [row_part(f, t) for t in leading_terms(f)]
    said = "; ".join(rows[:MOST_ROWS]) or "no coefficient could be estimated"
    if len(rows) > MOST_ROWS:
        said += f"; {len(rows) - MOST_ROWS} more in the table"
    return (
        f"{f.label}, {f.scale} in {numbers.plural(f.n, 'patient')} with "
        f"{numbers.plural(f.events, 'event')}: {said}.{_about(f)}"
    )


def _flow(f: Flow) -> str:
    said = "; ".join(f"{node.label} {numbers.integer(node.n)}" for node in f.nodes)
    return f"{f.label}: {said}."


def _lesions(m: LesionMatrix) -> str:
    top = most_frequent(m)[:3]
    said = ", ".join(f"{row.lesion} {numbers.count_percent(row.count, row.n)}" for row in top)
    tail = f"; most frequent {said}" if said else ""
    return f"{m.label} of {numbers.plural(m.n, 'patient')}{tail}."


def _markers(m: MarkerMatrix) -> str:
    return (
        f"{m.label} of {numbers.plural(m.n, 'patient')} over "
        f"{numbers.plural(len(m.markers), 'marker')}."
    )


def _pairs(t: PairTable) -> str:
    tested = [p for p in t.pairs if p.family is not None]
    passed = sum(deciding_p(p) < ALPHA for p in tested)
    return (
        f"{t.label}: {numbers.plural(len(tested), 'pair')} tested in "
        f"{numbers.plural(t.n, 'patient')}, {passed} with adjusted p below 0.05."
    )


def _timeline(t: Timeline) -> str:
    return f"{t.patient}: {numbers.plural(len(t.events), 'recorded event')}."


def _refusal(r: Refusal) -> str:
    return f"{r.label}: not answered. {refusal_text(r)}"


def _residuals(r: Residuals) -> str:
    about = f"{numbers.plural(r.events, 'event')} in {numbers.plural(r.n, 'patient')}"
    return (
        f"{r.label}: test of proportional hazards of {r.term}, {numbers.p_equals(r.p)} ({about})."
    )


def _table(t: Table) -> str:
    return f"{t.title}: {numbers.plural(len(t.rows), 'row')}."


_SAY: dict[type, Callable[[Any], str]] = {
    Estimate: _estimate,
    Count: _count,
    Distribution: _distribution,
    Test: _test,
    Curve: _curve,
    Fit: _fit,
    Flow: _flow,
    LesionMatrix: _lesions,
    MarkerMatrix: _markers,
    PairTable: _pairs,
    Residuals: _residuals,
    Timeline: _timeline,
    Refusal: _refusal,
    Table: _table,
}


def say(result: Result) -> str:
    """The result in one plain sentence with its denominator, interval and p.

    >>> from fusionscape.results import Count
    >>> say(Count(id="a/b", label="FLT3-ITD", count=21, n=25, missing=0, method="", reference=""))
    'FLT3-ITD: 21 of 25 patients (84.0%).'
    """
    if isinstance(result, Analysis):
        from fusionscape.words.headline import headline

        return headline(result)
    teller = _SAY.get(type(result))
    return begun(teller(result)) if teller else f"{plain(result.id)}."
