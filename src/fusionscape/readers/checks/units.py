"""Values that do not look like their declared unit: ages and survival times.

Every rule looks at how a whole column is spread, never at one study: values all within what
another unit would give, or two heaps that lie apart by the factor of two units. What may be
true is a warning; what cannot be is an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from fusionscape.readers.checks.view import SHOWN, Check, View
from fusionscape.readers.values.units import DAYS_PER_YEAR, factor
from fusionscape.results import Finding

_TIMES = ("os_days", "efs_days", "rfs_days")
_LEAST = 5  # patients before a spread says anything
_HEAP = 3  # patients before a heap is one
_HEAP_SHARE = 0.2
_GAP = 3.0  # the next value is this many times the one before: the heaps lie apart
_SLACK = 2.0  # a ratio of medians is a unit's factor within this factor
_FACTORS = {"months and days": 30.4375, "years and days": DAYS_PER_YEAR}
_SHORTEST_DAYS = 250.0
_LONGEST_DAYS = 40 * DAYS_PER_YEAR
_OLDEST_YEARS = 120.0


def short_or_long_times(view: View) -> Iterable[Finding]:
    """Times that are all shorter, or some longer, than follow-up in the declared unit can be."""
    for field in _TIMES:
        known, unit = view.known(field), _unit(view, field)
        if not unit:
            continue
        if factor(field, unit) == 1 and len(known) >= _LEAST:
            longest = max(known.values())
            if 0 <= longest <= _SHORTEST_DAYS:
                what = (
                    f"Declared as {unit}, the longest of {len(known)} times is {longest:g} and the "
                    f"median {median(known.values()):g}: months or years?"
                )
                yield view.whole("time-unit-suspect", field, what, count=len(known))
        long = {w: v for w, v in known.items() if v > _LONGEST_DAYS}
        if long:
            what = (
                f"Declared as {unit}, {len(long)} of {len(known)} times are longer than 40 years "
                f"({_named(view, field, long)})."
            )
            yield view.whole("time-unit-suspect", field, what, count=len(long))


def two_units_of_time(view: View) -> Iterable[Finding]:
    """Times of which some seem to be in days and others in months or years."""
    for field in _TIMES:
        events = view.known(field.replace("_days", "_event"))
        known = {w: v for w, v in view.known(field).items() if v > 0}
        living = {w: v for w, v in known.items() if events.get(w) is False}
        of, (small, units) = known, _written_two_ways(view, field, known)
        if not units:  # early deaths lie apart from late ones; nobody is seen last in two heaps
            of, (small, units) = living, _two_heaps(living)
        if units:
            whose = "times" if of is known else "times of patients without the event"
            what = (
                f"{len(small)} of {len(of)} {whose} look like another unit than the rest "
                f"({units}): {_named(view, field, small)}."
            )
            yield view.whole("time-unit-suspect", field, what, count=len(small))


def young_ages(view: View) -> Iterable[Finding]:
    """Ages declared in days or months that are the ages of a cohort in years."""
    unit = _unit(view, "age_years")
    scale = factor("age_years", unit) if unit else None
    if scale is None or scale > 0.5:
        return
    raw = {w: v / scale for w, v in view.known("age_years").items() if v >= 0}
    if len(raw) < _LEAST:
        return
    low, high = min(raw.values()), max(raw.values())
    if _like_years(low, high, days=scale < 0.01):
        what = (
            f"Declared as {unit}, the {len(raw)} ages lie between {low:.3g} and {high:.3g}, so "
            f"that nobody is older than {high * scale:.2g} years: are they years?"
        )
        yield view.whole("age-unit-suspect", "age_years", what, count=len(raw))
        return
    small, units = _two_heaps(raw)
    if units and max(small.values()) <= _OLDEST_YEARS:
        what = (
            f"{len(small)} of {len(raw)} ages look like years where {unit} are declared: "
            f"{_named(view, 'age_years', small)}."
        )
        yield view.whole("age-unit-suspect", "age_years", what, count=len(small))


def older_than_life(view: View) -> Iterable[Finding]:
    """Age at diagnosis and survival that together exceed a life."""
    ages = view.known("age_years")
    for field in _TIMES:
        old = {
            who: ages[who] + days / DAYS_PER_YEAR
            for who, days in view.known(field).items()
            if 0 <= ages.get(who, -1.0) <= _OLDEST_YEARS < ages[who] + days / DAYS_PER_YEAR
        }
        what = "an age of {value:.0f} years at the end of the time."
        yield from view.per_patient("time-beyond-life", field, old, what)


def _unit(view: View, field: str) -> str:
    meaning = view.codebook.meaning(field)
    return "" if meaning is None else meaning.unit


def _like_years(low: float, high: float, *, days: bool) -> bool:
    """Ages of children (0 to 21) or of adults (15 to 120), where months or days are declared.

    As months, ages of infants reach 12, and a cohort of toddlers has some below 15: neither is
    taken for years. As days, a whole cohort below 120 days is not leukemia but its ages in years.
    """
    if days:
        return high <= _OLDEST_YEARS
    return 12 < high <= 21 or (low >= 15 and high <= 100)


def _two_heaps(values: Mapping[str, float]) -> tuple[dict[str, float], str]:
    """The smaller of two heaps that lie apart by the factor of two units, and which units."""
    ordered = sorted(values.items(), key=lambda item: item[1])
    least = max(_HEAP, _HEAP_SHARE * len(ordered))
    splits = [
        i
        for i in range(1, len(ordered))
        if min(i, len(ordered) - i) >= least and ordered[i][1] >= _GAP * ordered[i - 1][1] > 0
    ]
    for i in splits:
        small, large = dict(ordered[:i]), dict(ordered[i:])
        units = _units_of(list(small.values()), list(large.values()))
        if units:
            return small, units
    return {}, ""


def _written_two_ways(
    view: View, field: str, known: Mapping[str, float]
) -> tuple[dict[str, float], str]:
    """Times with decimals beside whole days, lower by the factor of a unit."""
    scale = factor(field, _unit(view, field))
    if scale != 1:
        return {}, ""
    broken = {w: v for w, v in known.items() if not v.is_integer()}
    whole = [v for w, v in known.items() if w not in broken]
    least = max(_HEAP, _HEAP_SHARE * len(known))
    if len(broken) < least or len(whole) < least:
        return {}, ""
    return broken, _units_of(list(broken.values()), whole)


def _units_of(small: Sequence[float], large: Sequence[float]) -> str:
    """The two units whose factor parts the medians of the heaps; empty where none does."""
    ratio = median(large) / median(small)
    for units, by in _FACTORS.items():
        if by / _SLACK <= ratio <= by * _SLACK:
            return units
    return ""


def _named(view: View, field: str, people: Mapping[str, float]) -> str:
    """The first patients with the rows they stand in and their values."""
    shown = ", ".join(
        f"{view.named([who], field)}: {value:.4g}" for who, value in list(people.items())[:SHOWN]
    )
    return f"{shown} and {len(people) - SHOWN} more" if len(people) > SHOWN else shown


CHECKS: tuple[Check, ...] = (
    short_or_long_times, two_units_of_time, young_ages, older_than_life,
)  # fmt: skip
