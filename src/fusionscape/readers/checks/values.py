"""Values that cannot be, and units that were mixed."""

from __future__ import annotations

import re
from collections.abc import Iterable

from fusionscape.readers.checks.view import Check, View
from fusionscape.results import Finding

# Beyond any count described in leukemia: the value is in another unit.
_HIGHEST = {"wbc_10e9_l": 2000.0, "platelets_10e9_l": 5000.0, "hemoglobin_g_l": 260.0}
_SEX_CHROMOSOMES = re.compile(r"(?:^|/)\s*\d{2}[^,/]{0,6},\s*(XX|XY)\b")
_OLDEST = 120.0


def impossible_ages(view: View) -> Iterable[Finding]:
    """Ages below 0 or above 120 years."""
    wrong = {w: v for w, v in view.known("age_years").items() if not 0 <= v <= _OLDEST}
    return view.per_patient("age-impossible", "age_years", wrong, "an age of {value:g} years.")


def impossible_years(view: View) -> Iterable[Finding]:
    """Years of diagnosis that are no years."""
    wrong = {w: v for w, v in view.known("year_of_diagnosis").items() if not 1930 <= v <= 2100}
    what = "{value:g} is no year of diagnosis."
    return view.per_patient("date-impossible", "year_of_diagnosis", wrong, what)


def percents(view: View) -> Iterable[Finding]:
    """Percentages outside 0 to 100, or written as fractions."""
    for field in ("blasts_marrow_percent", "blasts_blood_percent"):
        known = view.known(field)
        wrong = {w: v for w, v in known.items() if not 0 <= v <= 100}
        yield from view.per_patient("percent-impossible", field, wrong, "{value:g} percent.")
        if field == "blasts_marrow_percent" and len(known) >= 3 and 0 < max(known.values()) <= 1:
            what = "All marrow blasts are at most 1 %: they look like fractions, not percents."
            yield view.whole("percent-as-fraction", field, what, count=len(known))


def counts(view: View) -> Iterable[Finding]:
    """Negative counts, and counts that only another unit explains."""
    for field, highest in _HIGHEST.items():
        known = view.known(field)
        negative = {w: v for w, v in known.items() if v < 0}
        yield from view.per_patient("value-negative", field, negative, "{value:g} is negative.")
        high = [w for w, v in known.items() if v > highest]
        if not high:
            continue
        if len(high) > len(known) / 2:
            what = (
                f"{len(high)} of {len(known)} values exceed {highest:g}: another unit "
                f"({view.named(high, field)})."
            )
            yield view.whole("unit-implausible", field, what, count=len(high))
        else:
            what = (
                f"{len(high)} of {len(known)} values exceed {highest:g}: {view.named(high, field)}."
            )
            yield view.whole("mixed-units", field, what, count=len(high))


def hemoglobin(view: View) -> Iterable[Finding]:
    """Hemoglobin in g/dl where g/l is expected, in some or in all."""
    known = view.known("hemoglobin_g_l")
    low = [w for w, v in known.items() if 0 <= v < 25]
    if not low:
        return
    if len(low) > 0.8 * len(known):
        what = (
            f"{len(low)} of {len(known)} values are below 25 g/l: they look like g/dl "
            f"({view.named(low, 'hemoglobin_g_l')})."
        )
        yield view.whole("unit-implausible", "hemoglobin_g_l", what, count=len(low))
    else:
        what = (
            f"{len(low)} of {len(known)} values are below 25 g/l: "
            f"{view.named(low, 'hemoglobin_g_l')}."
        )
        yield view.whole("mixed-units", "hemoglobin_g_l", what, count=len(low))


def sex_and_karyotype(view: View) -> Iterable[Finding]:
    """Sex that no clone of the karyotype shows."""
    karyotypes = view.known("karyotype")
    wanted = {"female": "XX", "male": "XY"}
    against = [
        who
        for who, sex in view.known("sex").items()
        if (seen := set(_SEX_CHROMOSOMES.findall(karyotypes.get(who, ""))))
        and wanted[sex] not in seen
    ]
    if against:
        what = (
            f"Sex and karyotype disagree in {len(against)} patients: {view.named(against, 'sex')}."
        )
        yield view.whole("sex-against-karyotype", "sex", what, count=len(against))


CHECKS: tuple[Check, ...] = (
    impossible_ages, impossible_years, percents, counts, hemoglobin, sex_and_karyotype,
)  # fmt: skip
