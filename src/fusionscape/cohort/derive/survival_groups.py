"""Groups whose survival is held side by side: each known at diagnosis, or refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from fusionscape.cohort.cohort import Cohort
from fusionscape.cohort.derive.grouping import age_band_names, age_bands, driver_labels, grouping
from fusionscape.cohort.derive.guard import AGE_BAND, INDUCTION, Judgement, judge
from fusionscape.cohort.derive.invented import is_invented
from fusionscape.cohort.derive.lesions import co_lesions
from fusionscape.cohort.derive.line_starts import arms_dated
from fusionscape.cohort.derive.treatments import line_arms
from fusionscape.results import Caution, FloatArray, caution

FUSION = "fusion"
MOST_LESIONS = 4
MOST_LEVELS = 12
_ALWAYS = ("driver", "partner", FUSION, AGE_BAND, INDUCTION)
_INTO_MODEL = {AGE_BAND: "age_years", "driver": "partner", FUSION: "partner"}


@dataclass(frozen=True, kw_only=True)
class SurvivalGroups:
    """A label per patient of the cohort, null outside; levels in drawing order.

    The first level is the one the others are held against in a restricted mean. `within` marks
    the patients the grouping asks about (the carriers, say; None: all of the cohort): those of
    them without a group are missing, the others are not.
    """

    by: str
    label: str
    labels: pl.Series
    levels: tuple[str, ...]
    cautions: tuple[Caution, ...] = ()
    within: npt.NDArray[np.bool_] | None = None

    def population(self) -> npt.NDArray[np.bool_]:
        """Per patient: true for whom the grouping asks, with a known group or without."""
        if self.within is None:
            return np.ones(self.labels.len(), dtype=bool)
        return self.within

    def array(self) -> np.ndarray:
        """Labels as an array of text, empty where the patient stands outside."""
        return np.asarray(self.labels.fill_null("").to_list(), dtype=object)


def partner_labels(cohort: Cohort) -> pl.Series:
    """Per patient: the driver's fusion, rare ones pooled as the plan says; null without one."""
    found = grouping(cohort, "partner")
    declared = cohort.plan.partner_levels
    small = [
        level
        for level, size in zip(found.levels, found.sizes, strict=True)
        if (level not in declared if declared else size < cohort.plan.min_group)
    ]
    if not small or (len(small) == 1 and not declared):
        return found.labels
    other = f"other {cohort.plan.driver} partner"
    return found.labels.replace(small, [other] * len(small))


def _other_driver(cohort: Cohort) -> pl.Series:
    """Per patient without the driver's fusion: which other gene is rearranged."""
    gene = cohort.plan.driver
    rows = (
        cohort.lesions.filter((pl.col("lesion_type") == "fusion") & (pl.col("state") == "present"))
        .filter(pl.col("gene").is_not_null() & (pl.col("gene") != gene))
        .group_by("patient_id")
        .agg((pl.col("gene").unique().sort().first() + "-rearranged").alias("other"))
    )
    joined = cohort.patients.select("patient_id").join(
        rows, on="patient_id", how="left", maintain_order="left"
    )
    return joined["other"]


def fusion_labels(cohort: Cohort) -> pl.Series:
    """Per patient: the driver's fusion, else the other rearranged gene, else no driver fusion."""
    partner, state = partner_labels(cohort), cohort.driver_state()
    other = _other_driver(cohort)
    sizes = dict(other.filter(~state.fill_null(True)).drop_nulls().value_counts().iter_rows())
    rare = [name for name, n in sizes.items() if n < cohort.plan.min_group]
    none = driver_labels(cohort.plan.driver)[1]
    if rare:
        other = other.replace(rare, [none] * len(rare))
    return pl.select(
        pl.when(state).then(partner).when(~state).then(other.fill_null(none))
    ).to_series()


def _labels(cohort: Cohort, by: str) -> pl.Series:
    if by == FUSION:
        return fusion_labels(cohort)
    if by == "partner":
        return partner_labels(cohort)
    if by == AGE_BAND:
        return age_bands(cohort)
    if by == INDUCTION:
        return line_arms(cohort, 1)
    return _column(cohort, by)


def _column(cohort: Cohort, by: str) -> pl.Series:
    if by == "driver" or by.startswith("lesion:"):
        return grouping(cohort, by).labels
    bare = by.removeprefix("covariate:")
    name = next((c for c in (by, bare) if c in cohort.patients.columns), None)
    if name is None:
        return pl.Series([None] * cohort.n, dtype=pl.String)
    values = cohort.patients[name]
    if values.dtype == pl.Boolean:
        return pl.select(
            pl.when(values).then(pl.lit(f"{bare}: yes")).when(~values).then(pl.lit(f"{bare}: no"))
        ).to_series()
    return values.cast(pl.String)


def _levels(cohort: Cohort, by: str, labels: pl.Series) -> tuple[str, ...]:
    """Reference first: no driver fusion, absent, youngest; otherwise the largest group."""
    counts = dict(labels.drop_nulls().value_counts().iter_rows())
    if by == AGE_BAND:
        return tuple(n for n in age_band_names(cohort.plan.age_cuts_years) if n in counts)
    ordered = sorted(counts, key=lambda level: (-counts[level], level))
    last = ("other ", "no ")
    if by == FUSION:
        ordered.sort(key=lambda level: level.startswith(last))
    first = (" absent", ": no")
    ordered.sort(key=lambda level: not (level.endswith(first) or level.startswith("no ")))
    return tuple(ordered)


def wanted_groupings(cohort: Cohort, carriers: Cohort) -> tuple[str, ...]:
    """Groupings of the plan and those of every report: driver, partner, lesions, age, induction.

    Where the starts of induction are dated its classes are compared from there, not from here.
    """
    always = [x for x in _ALWAYS[3:] if x != INDUCTION or not arms_dated(carriers, 1)]
    lesions = [f"lesion:{x.name}" for x in co_lesions(carriers)[:MOST_LESIONS]]
    names = [*_ALWAYS[:3], *cohort.plan.groups, *lesions, *always]
    return tuple(dict.fromkeys(names))


def everybody_name(cohort: Cohort, people: Cohort) -> str:
    """Name of the population: the carriers, or everybody where nobody carries the driver."""
    if people.n and cohort.carrying(cohort.plan.driver).n == people.n:
        return driver_labels(cohort.plan.driver)[0]
    return "all patients"


def survival_groups(
    cohort: Cohort, inside: FloatArray, *, names: tuple[str, ...], fields: tuple[str, ...]
) -> tuple[tuple[SurvivalGroups, ...], tuple[Judgement, ...]]:
    """The groupings that may be shown, and those the guard refuses.

    `inside` marks the carriers; groupings by driver or fusion look at everybody. `fields` hold
    the endpoint: a joint with them that was invented is refused nothing but left out.
    """
    found: list[SurvivalGroups] = []
    refused: list[Judgement] = []
    for by in names:
        judgement = judge(cohort, by)
        if not judgement.allowed:
            refused.append(judgement)
        elif not any(
            is_invented(cohort.codebook, field, _INTO_MODEL.get(by, by)) for field in fields
        ):
            found.extend(_groups(cohort, inside, by, judgement))
    return tuple(_distinct(found)), tuple(refused)


def _groups(
    cohort: Cohort, inside: FloatArray, by: str, judgement: Judgement
) -> Iterator[SurvivalGroups]:
    labels = _labels(cohort, by)
    within = None if by in ("driver", FUSION) else inside.astype(bool)
    if within is not None:
        labels = pl.select(pl.when(pl.Series(within)).then(labels)).to_series()
    levels = _levels(cohort, by, labels)
    if not 2 <= len(levels) <= MOST_LEVELS:
        return
    notes = judgement.cautions
    if by == INDUCTION:
        chosen = caution("chosen-treatment", exposure="the induction regimen")
        notes = (chosen, caution("induction-from-diagnosis"))
    yield SurvivalGroups(
        by=by, label=judgement.label, labels=labels, levels=levels, cautions=notes, within=within
    )


def _distinct(found: list[SurvivalGroups]) -> Iterator[SurvivalGroups]:
    """Two groupings that split the patients alike are shown once."""
    seen: set[tuple[int, ...]] = set()
    for groups in found:
        places = {level: i + 1 for i, level in enumerate(groups.levels)}
        key = tuple(places.get(x, 0) for x in groups.array().tolist())
        if key not in seen:
            seen.add(key)
            yield groups
