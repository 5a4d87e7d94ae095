"""How frequent is the fusion, in whom, and with which partners?"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from fusionscape.cohort import Cohort
from fusionscape.cohort.derive.comparisons import if_invented
from fusionscape.cohort.derive.grouping import Grouping, age_band_names, age_bands, grouping
from fusionscape.cohort.derive.shares import (
    share,
    share_of_flags,
    unevenly_known,
    unknown_in_controls,
    with_denominator,
)
from fusionscape.results import Analysis, Caution, Count, Estimate, Refusal, caution, make_id

TOPIC = "prevalence"
METHOD = "Carriers over patients tested, exact (Clopper-Pearson) interval"
REFERENCE = "Clopper and Pearson 1934, doi:10.1093/biomet/26.4.404"
# (field, the id part); each splits the tested patients into its values
_SPLITS = (("disease", "disease"), ("onset", "onset"), ("age band", "age_band"), ("sex", "sex"))
# A karyotype cannot see a cryptic fusion, so a negative one is not a negative patient.
_BLIND = ("karyotype", "g-banding", "cytogenetics", "conventional karyotype", "r-banding")


def _reason(cohort: Cohort, state: pl.Series) -> str | None:
    if cohort.codebook.selected_by_fusion:
        return "selected-by-fusion"
    if not int(state.is_not_null().sum()):
        return "nobody-tested"
    if not int((~state).sum() or 0):
        return "no-tested-negatives"
    return None


def _assays(cohort: Cohort) -> pl.Series:
    """Per patient: by which assay the driver was tested; null where none is recorded."""
    rows = (
        cohort.assays.filter(
            pl.col("scope").is_in(["fusions", cohort.plan.driver, f"{cohort.plan.driver} fusion"])
        )
        .group_by("patient_id")
        .agg(pl.col("assay").unique().sort().str.join(" + "))
    )
    joined = cohort.patients.select("patient_id").join(
        rows, on="patient_id", how="left", maintain_order="left"
    )["assay"]
    if "tested_by" in cohort.patients.columns:
        named = cohort.patients["tested_by"].cast(pl.String)
        return joined.zip_with(joined.is_not_null(), named)
    return joined


def _blind(cohort: Cohort, state: pl.Series, assays: pl.Series) -> Iterator[Caution]:
    """Negatives that rest on an assay that cannot see every fusion of the driver."""
    negative = assays.filter(state.not_().fill_null(False))
    lowered = negative.fill_null(cohort.codebook.tested_by or "").str.to_lowercase()
    weak = int(lowered.is_in(list(_BLIND)).sum())
    if weak:
        yield caution("negatives-by-blind-assay", n=weak, of=negative.len())
    unnamed = int((lowered == "").sum())
    if unnamed:
        yield caution("assay-unknown", n=unnamed, of=negative.len())


def _untested(cohort: Cohort, state: pl.Series) -> Iterator[Caution]:
    untested = state.null_count()
    if untested:
        yield caution("driver-not-tested", driver=cohort.plan.driver, n=untested, of=cohort.n)


def _selection(cohort: Cohort) -> Iterator[Caution]:
    if cohort.codebook.selected_by_fusion is None:
        yield caution("selection-undeclared", n=cohort.n)


def _levels(cohort: Cohort, groups: Grouping) -> tuple[str, ...]:
    if groups.by != "age band":
        return groups.levels
    return tuple(b for b in age_band_names(cohort.plan.age_cuts_years) if b in groups.levels)


def _split(cohort: Cohort, state: pl.Series, field: str, part: str) -> Iterator[Estimate | Refusal]:
    if not (cohort.has(field) or (field == "age band" and cohort.has("age_years"))):
        return
    groups = grouping(cohort, field)
    name = part.replace("_", " ")
    if unknown_in_controls(state, groups.labels):
        label = f"Prevalence of {cohort.plan.driver} fusions by {name}"
        known = state.filter(groups.labels.is_not_null())
        yield _refused(cohort, known, "unknown-in-controls", part=part, label=label)
        return
    source = "age_years" if field == "age band" else field
    notes = (
        *if_invented(cohort, name, "driver", source),
        *unevenly_known(state, groups.labels, name),
    )
    for level in _levels(cohort, groups):
        flags = state.filter(groups.labels == level)
        yield share_of_flags(
            cohort,
            make_id(TOPIC, part, level),
            flags,
            label=f"{cohort.plan.driver} fusion in {level}",
            group=level,
            cautions=notes,
        )
    unknown = groups.labels.is_null()
    if unknown.any():
        yield share_of_flags(
            cohort,
            make_id(TOPIC, part, "unknown"),
            state.filter(unknown),
            label=f"{cohort.plan.driver} fusion, {name} unknown",
            group="unknown",
        )


def _disease_by_onset(cohort: Cohort, state: pl.Series) -> Iterator[Estimate]:
    """Onset within each disease: de novo AML, therapy-related AML."""
    if not (cohort.has("disease") and cohort.has("onset")):
        return
    table = cohort.patients.select("disease", "onset").with_columns(state.alias("on"))
    joint = pl.select(pl.concat_str(table["disease"], table["onset"])).to_series()
    if unknown_in_controls(state, joint):
        return
    diseases = table["disease"].drop_nulls().unique().sort().to_list()
    if len(diseases) < 2:
        return
    for disease in diseases:
        inside = table.filter(pl.col("disease") == disease)
        for onset in inside["onset"].drop_nulls().unique().sort().to_list():
            yield share_of_flags(
                cohort,
                make_id(TOPIC, "disease_onset", disease, onset),
                inside.filter(pl.col("onset") == onset)["on"],
                label=f"{cohort.plan.driver} fusion in {onset} {disease}",
                group=f"{onset} {disease}",
            )


def _by_assay(cohort: Cohort, state: pl.Series, assays: pl.Series) -> Iterator[Estimate]:
    levels = assays.filter(state.is_not_null()).drop_nulls().unique().sort().to_list()
    for level in levels:
        yield share_of_flags(
            cohort,
            make_id(TOPIC, "assay", level),
            state.filter(assays == level),
            label=f"{cohort.plan.driver} fusion where tested by {level}",
            group=level,
        )


def _spectrum(cohort: Cohort, state: pl.Series) -> Iterator[Estimate]:
    """Partners among the tested (`partner`) and among the carriers (`partner_share`)."""
    partners = grouping(cohort, "partner")
    tested, untested = int(state.is_not_null().sum()), state.null_count()
    for level, size in zip(partners.levels, partners.sizes, strict=True):
        yield share(
            cohort,
            make_id(TOPIC, "partner", level),
            label=level,
            count=size,
            n=tested,
            missing=untested,
            group=level,
        )
    yield from _partner_shares(cohort, partners)


def _partner_shares(cohort: Cohort, partners: Grouping) -> Iterator[Estimate]:
    for level, size in zip(partners.levels, partners.sizes, strict=True):
        yield share(
            cohort,
            make_id(TOPIC, "partner_share", level),
            label=f"{level} among carriers",
            count=size,
            n=partners.n,
            group=level,
        )


def _partner_onset(cohort: Cohort) -> Iterator[Count]:
    """Partner by onset and by disease and age band: who carries which."""
    partners = grouping(cohort, "partner")
    table = cohort.patients.select("patient_id").with_columns(
        partners.labels.alias("partner"), age_bands(cohort).alias("age_band")
    )
    for field in ("onset", "disease"):
        if cohort.has(field):
            table = table.with_columns(cohort.patients[field].alias(field))
    carriers = table.filter(pl.col("partner").is_not_null())
    for field in [c for c in ("onset", "disease", "age_band") if c in carriers.columns]:
        yield from _crossed(cohort, carriers, field, partners)


def _crossed(
    cohort: Cohort, carriers: pl.DataFrame, field: str, partners: Grouping
) -> Iterator[Count]:
    known = carriers.filter(pl.col(field).is_not_null())
    counts = known.group_by(field, "partner").len()
    sizes = dict(known.group_by(field).len().iter_rows())
    for value in sorted(sizes):
        for level in partners.levels:
            found = counts.filter((pl.col(field) == value) & (pl.col("partner") == level))["len"]
            if not found.len():
                continue
            yield Count(
                id=make_id(TOPIC, f"partner_by_{field}", value, level),
                label=f"{level} among carriers, {value}",
                count=int(found[0]),
                n=int(sizes[value]),
                missing=0,
                group=value,
                method="Count of carriers",
                reference=REFERENCE,
                synthetic=cohort.synthetic,
            )


def _novel(cohort: Cohort) -> Iterator[Caution]:
    rows = cohort.lesions.filter(
        (pl.col("lesion_type") == "fusion") & (pl.col("state") == "present") & pl.col("novel")
    )
    for name in rows["lesion"].unique().sort().to_list():
        yield caution("novel-partner", fusion=name)


def _refused(
    cohort: Cohort, state: pl.Series, code: str, *, part: str = "driver", label: str = ""
) -> Refusal:
    return Refusal(
        id=make_id(TOPIC, part),
        label=label or f"Prevalence of {cohort.plan.driver} fusions",
        code=code,
        n=int(state.is_not_null().sum()),
        missing=state.null_count(),
        method=METHOD,
        reference=REFERENCE,
        cautions=tuple(_untested(cohort, state)),
    )


def prevalence(cohort: Cohort) -> Analysis:
    """How frequent is the driver's fusion, in whom, and with which partners?

    Carriers over patients tested, Clopper-Pearson limits with Wilson's beside them, overall
    and by disease, onset, age band, sex and assay. Patients not tested are counted as
    missing, never as negative. Refused when the patients were selected by their fusion, when
    nobody was tested or no tested patient is negative; the spectrum of partners stays. A split
    by a trait that is known of carriers only is refused.

    >>> import polars as pl
    >>> from fusionscape.cohort import build_cohort
    >>> patients = pl.DataFrame({"patient_id": ["a", "b", "c", "d"]})
    >>> fusion = {"lesion_type": "fusion", "gene": "NUP98", "partner": "NSD1", "state": "present"}
    >>> tested = [{"patient_id": p, "assay": "RNA-seq", "scope": "fusions"} for p in "bcd"]
    >>> cohort = build_cohort(
    ...     name="four",
    ...     patients=patients,
    ...     lesions=[{"patient_id": "a", "lesion": "NUP98::NSD1", **fusion}],
    ...     assays=tested,
    ... )
    >>> found = prevalence(cohort)["prevalence/driver"]
    >>> found.count, found.n, round(found.ci_low, 4), round(found.ci_high, 4)
    (1, 4, 0.0063, 0.8059)
    """
    state = cohort.driver_state()
    assays = _assays(cohort)
    reason = _reason(cohort, state)
    partners = grouping(cohort, "partner")
    if reason:
        items: list[Estimate | Refusal | Count] = [_refused(cohort, state, reason)]
        items += _partner_shares(cohort, partners)
    else:
        label = f"{cohort.plan.driver} fusion"
        items = [share_of_flags(cohort, make_id(TOPIC, "driver"), state, label=label)]
        for field, part in _SPLITS:
            items += _split(cohort, state, field, part)
        items += _disease_by_onset(cohort, state)
        items += _by_assay(cohort, state, assays)
        items += _spectrum(cohort, state)
    items += _partner_onset(cohort)
    doubts = () if reason else (*_selection(cohort), *_blind(cohort, state, assays))
    return Analysis(
        id=TOPIC,
        question="how-frequent-is-the-fusion",
        n=int(state.is_not_null().sum()),
        missing=state.null_count(),
        items=with_denominator(items),
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
        cautions=(*_untested(cohort, state), *doubts, *_novel(cohort)),
    )
