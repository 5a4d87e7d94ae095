"""Whom to test: how often the fusion is found in patients of a given profile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from fusionscape import stats
from fusionscape.cohort import Cohort
from fusionscape.cohort.derive.grouping import age_bands
from fusionscape.cohort.derive.invented import is_invented
from fusionscape.cohort.derive.karyotypes import karyotype_flags
from fusionscape.cohort.derive.shares import share, unevenly_known, unknown_in_controls
from fusionscape.results import Analysis, Caution, Count, Estimate, Refusal, caution, make_id

TOPIC = "diagnostic_yield"
METHOD = "Carriers over patients tested with this profile; number needed to test = 1 / yield"
REFERENCE = "Clopper and Pearson 1934, doi:10.1093/biomet/26.4.404"


@dataclass(frozen=True, kw_only=True)
class Factor:
    """One trait of a profile: a short label per patient, null where unknown."""

    field: str
    labels: pl.Series


def _flag_labels(flags: pl.Series, yes: str, no: str) -> pl.Series:
    return pl.select(
        pl.when(flags).then(pl.lit(yes)).when(~flags).then(pl.lit(no)).otherwise(None)
    ).to_series()


def _factors(cohort: Cohort) -> Iterator[Factor]:
    """Age, FLT3-ITD, white cells, normal karyotype, FAB: those this cohort knows."""
    if cohort.has("age_years"):
        yield Factor(field="age_years", labels=age_bands(cohort))
    itd = cohort.lesion("FLT3-ITD")
    if itd.null_count() < cohort.n:
        yield Factor(field="FLT3-ITD", labels=_flag_labels(itd, "FLT3-ITD", "no FLT3-ITD"))
    if cohort.has("wbc_10e9_l") and cohort.plan.wbc_cuts_10e9_l:
        cut = cohort.plan.wbc_cuts_10e9_l[0]
        high = cohort.patients["wbc_10e9_l"] > cut
        yield Factor(
            field="wbc_10e9_l", labels=_flag_labels(high, f"WBC >{cut:g}", f"WBC ≤{cut:g}")
        )
    normal = karyotype_flags(cohort)["normal"]
    if normal.null_count() < cohort.n:
        names = ("normal karyotype", "abnormal karyotype")
        yield Factor(field="karyotype", labels=_flag_labels(normal, *names))
    if cohort.has("fab"):
        yield Factor(field="fab", labels="FAB " + cohort.patients["fab"])


def _reason(cohort: Cohort, state: pl.Series) -> str | None:
    if cohort.codebook.selected_by_fusion:
        return "selected-by-fusion"
    if cohort.codebook.controls_tested is False or not int((~state).sum() or 0):
        return "controls-not-tested"
    return None if int(state.sum() or 0) else "no-carriers"


def _invented(cohort: Cohort, factors: tuple[Factor, ...]) -> tuple[Caution, ...]:
    named = [f.field for f in factors if is_invented(cohort.codebook, "driver", f.field)]
    return tuple(caution("invented-variable", variable=name) for name in named)


def _usable(
    state: pl.Series, factors: tuple[Factor, ...]
) -> tuple[tuple[Factor, ...], tuple[Factor, ...]]:
    """The factors known of patients without the fusion too, and those of carriers only."""
    bad = tuple(f for f in factors if unknown_in_controls(state, f.labels))
    return tuple(f for f in factors if f not in bad), bad


def _number_needed(
    cohort: Cohort, yielded: Estimate, *, profile: str, cautions: tuple[Caution, ...]
) -> Estimate:
    fit = stats.number_needed_to_test(
        yielded.count or 0, yielded.n, level=cohort.plan.level, missing=yielded.missing
    )
    return Estimate(
        id=make_id(TOPIC, "number_needed", profile),
        label=profile,
        scale="number needed to test",
        estimate=fit.estimate,
        ci_low=fit.ci_low,
        ci_high=fit.ci_high,
        level=fit.level,
        count=fit.count,
        n=fit.n,
        missing=fit.missing,
        group=profile,
        method=fit.method,
        reference=fit.reference,
        synthetic=cohort.synthetic,
        cautions=(*fit.cautions, *cautions),
    )


def _profiles(state: pl.Series, factors: tuple[Factor, ...]) -> Iterator[tuple[str, int, int, int]]:
    """(profile, carriers, tested, profile unknown) for every profile these factors make."""
    names = [f.field for f in factors]
    table = pl.DataFrame([f.labels.alias(f.field) for f in factors]).with_columns(state.alias("on"))
    tested = table.filter(pl.col("on").is_not_null())
    known = tested.drop_nulls(names)
    cells = known.group_by(names).agg(pl.col("on").sum().alias("x"), pl.len().alias("n"))
    for row in cells.sort(names).iter_rows():
        yield " + ".join(row[:-2]), int(row[-2]), int(row[-1]), tested.height - known.height


def _counted(
    cohort: Cohort, profile: str, counts: tuple[int, int, int], cautions: tuple[Caution, ...]
) -> Count:
    """Carriers with a profile that rests on something invented: no share, no number needed."""
    found, tested, unknown = counts
    return Count(
        id=make_id(TOPIC, "profile", profile),
        label=profile,
        count=found,
        n=tested,
        missing=unknown,
        group=profile,
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
        cautions=cautions,
    )


def _profile_items(
    cohort: Cohort, state: pl.Series, factors: tuple[Factor, ...], carriers: int
) -> Iterator[Estimate | Count]:
    uneven = [note for f in factors for note in unevenly_known(state, f.labels, f.field)]
    invented = _invented(cohort, factors)
    cautions = tuple(uneven)
    for profile, found, tested, unknown in _profiles(state, factors):
        if tested < cohort.plan.min_group:
            continue
        if invented:
            yield _counted(cohort, profile, (found, tested, unknown), (*invented, *uneven))
            continue
        yielded = share(
            cohort,
            make_id(TOPIC, "profile", profile),
            label=profile,
            count=found,
            n=tested,
            missing=unknown,
            group=profile,
            cautions=cautions,
        )
        yield yielded
        yield _number_needed(cohort, yielded, profile=profile, cautions=cautions)
        yield share(
            cohort,
            make_id(TOPIC, "captured", profile),
            label=f"Carriers with the profile {profile}",
            count=found,
            n=carriers,
            group=profile,
            cautions=cautions,
        )


def _sets(factors: tuple[Factor, ...]) -> Iterator[tuple[Factor, ...]]:
    """Each factor alone, then all together."""
    for factor in factors:
        yield (factor,)
    if len(factors) > 1:
        yield factors


def _refusal(cohort: Cohort, state: pl.Series, code: str, *parts: str) -> Refusal:
    by = f", by {parts[-1]}" if len(parts) > 1 else ""
    return Refusal(
        id=make_id(TOPIC, *parts),
        label=f"Yield of testing for {cohort.plan.driver} fusions{by}",
        code=code,
        n=int(state.is_not_null().sum()),
        missing=state.null_count(),
        method=METHOD,
        reference=REFERENCE,
    )


def diagnostic_yield(cohort: Cohort) -> Analysis:
    """In patients of which profile is testing for the fusion worth it?

    Carriers over patients tested, for each trait alone (age band, FLT3-ITD, white cells above
    the plan's first cut, normal karyotype, FAB) and for every combination of all of them that
    enough patients have; with the number needed to test and the share of all carriers the
    profile captures. A patient with an unknown trait enters no profile of it and is counted
    as missing. Refused when patients were selected by fusion or controls were not tested, and
    for a trait that is known of carriers only: its yield would be 100 % by construction.
    """
    state = cohort.driver_state()
    code = _reason(cohort, state)
    factors, lacking = ((), ()) if code else _usable(state, tuple(_factors(cohort)))
    if not code and not factors and not lacking:
        code = "no-profile"
    items: list[Estimate | Count | Refusal] = [
        _refusal(cohort, state, "unknown-in-controls", "profile", f.field) for f in lacking
    ]
    if code:
        items.append(_refusal(cohort, state, code, "profile"))
    else:
        carriers = int(state.sum())
        for chosen in _sets(factors):
            items += _profile_items(cohort, state, chosen, carriers)
    return Analysis(
        id=TOPIC,
        question="whom-to-test",
        n=int(state.is_not_null().sum()),
        missing=state.null_count(),
        items=tuple(items),
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
    )
