"""Which group a patient belongs to, and which groups are held against each other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from fusionscape.cohort.cohort import Cohort
from fusionscape.results import Caution, caution

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Grouping:
    """One label a patient, null where the patient stands outside or is unknown.

    `levels` are ordered largest first, ties by name; `sizes` runs beside them. `missing`
    counts patients who belong to the population but whose group is unknown; the population
    of a grouping by partner is the carriers, of any other grouping everybody. `rest` names
    the group of those without the driver's fusion, the comparator of whoever carries it.
    """

    by: str
    labels: pl.Series
    levels: tuple[str, ...]
    sizes: tuple[int, ...]
    missing: int
    rest: str | None = None

    @property
    def n(self) -> int:
        """Patients in a group."""
        return sum(self.sizes)

    def mask(self, level: str) -> BoolArray:
        """Per patient: true in this group."""
        return (self.labels == level).fill_null(False).to_numpy()

    def size(self, level: str) -> int:
        """Number of patients in this group."""
        return self.sizes[self.levels.index(level)]


@dataclass(frozen=True, kw_only=True)
class Contrast:
    """Two groups held against each other; the masks run along the patients."""

    exposure: str
    comparator: str
    exposed: BoolArray
    compared: BoolArray


def carriers_of(cohort: Cohort) -> Cohort:
    """The patients with a fusion of the plan's driver; a point mutation of it is no fusion."""
    return cohort.where(cohort.driver_state())


def driver_labels(driver: str) -> tuple[str, str]:
    """Names of the two groups of a grouping by driver: carrying, not carrying."""
    return f"{driver}-rearranged", f"no {driver} fusion"


def selected_comparator(cohort: Cohort) -> str | None:
    """What those without the driver's fusion are, where they were chosen for another fusion.

    In a table of patients selected by fusion the patients without the driver's are no sample
    of all without it: "KMT2A-rearranged" when each has a fusion of that gene, "other fusion"
    when each has some fusion; None when patients were not selected or some have none.
    """
    return cohort.remembered(_selected_comparator)


def _selected_comparator(cohort: Cohort) -> str | None:
    if not cohort.codebook.selected_by_fusion:
        return None
    clear = set(cohort.patients["patient_id"].filter(~cohort.driver_state()).to_list())
    rows = cohort.lesions.filter(
        (pl.col("lesion_type") == "fusion")
        & (pl.col("state") == "present")
        & pl.col("patient_id").is_in(sorted(clear))
    )
    if not clear or set(rows["patient_id"].to_list()) != clear:
        return None
    for gene in rows["gene"].drop_nulls().unique().sort().to_list():
        if set(rows.filter(pl.col("gene") == gene)["patient_id"].to_list()) == clear:
            return f"{gene}-rearranged"
    return "other fusion"


def driver_groups(cohort: Cohort) -> tuple[str, str]:
    """Names of the two groups of this cohort by driver: those without by what they are."""
    carrying, clear = driver_labels(cohort.plan.driver)
    return carrying, selected_comparator(cohort) or clear


def comparator_selected(cohort: Cohort, by: str) -> tuple[Caution, ...]:
    """The caution of every contrast with a group that was chosen for its own fusion."""
    name = selected_comparator(cohort) if by == "driver" else None
    return (caution("comparator-selected", group=name),) if name else ()


def age_band_names(cuts: tuple[float, ...]) -> tuple[str, ...]:
    """Names of the age bands that these cuts make, youngest first.

    >>> age_band_names((18.0, 60.0))
    ('<18 years', '18 to <60 years', '≥60 years')
    """
    if not cuts:
        return ("all ages",)
    middle = tuple(f"{low:g} to <{high:g} years" for low, high in pairwise(cuts))
    return (f"<{cuts[0]:g} years", *middle, f"≥{cuts[-1]:g} years")


def age_bands(cohort: Cohort) -> pl.Series:
    """Per patient: the age band of the plan's cuts, null where age is unknown."""
    names = age_band_names(cohort.plan.age_cuts_years)
    ages = cohort.patients["age_years"] if cohort.has("age_years") else None
    if ages is None:
        return pl.Series("age band", [None] * cohort.n, dtype=pl.String)
    cuts = np.asarray(cohort.plan.age_cuts_years)
    index = np.searchsorted(cuts, ages.fill_null(0.0).to_numpy(), side="right")
    known = ages.is_not_null().to_list()
    labels = [names[i] if k else None for i, k in zip(index.tolist(), known, strict=True)]
    return pl.Series("age band", labels, dtype=pl.String)


def _by_driver(cohort: Cohort) -> pl.Series:
    yes, no = driver_groups(cohort)
    state = cohort.driver_state()
    return pl.select(pl.when(state).then(pl.lit(yes)).when(~state).then(pl.lit(no))).to_series()


def _by_lesion(cohort: Cohort, name: str) -> pl.Series:
    state = cohort.lesion(name)
    yes, no = pl.lit(f"{name} present"), pl.lit(f"{name} absent")
    return pl.select(pl.when(state).then(yes).when(~state).then(no)).to_series()


_CUT = re.compile(r"^(\w+)\s*(>=|<=|>|<)\s*(\d+(?:\.\d+)?)$")
_OPPOSITE = {">": "≤", "<": "≥", ">=": "<", "<=": ">"}


def _by_cut(cohort: Cohort, field: str, sign: str, cut: float) -> pl.Series:
    """A measurement above and below a cut: ``wbc_10e9_l>50``."""
    if field not in cohort.patients.columns or not cohort.patients[field].dtype.is_numeric():
        raise ValueError(f"no measurement {field!r} to cut")
    value = cohort.patients[field]
    inside = {">": value > cut, "<": value < cut, ">=": value >= cut, "<=": value <= cut}[sign]
    yes = pl.lit(f"{field} {sign.replace('>=', '≥').replace('<=', '≤')}{cut:g}")
    no = pl.lit(f"{field} {_OPPOSITE[sign]}{cut:g}")
    return pl.select(pl.when(inside).then(yes).when(~inside).then(no)).to_series()


def _labels(cohort: Cohort, by: str) -> pl.Series:
    if by == "driver":
        return _by_driver(cohort)
    if by == "partner":
        return cohort.partner_of()
    if by == "age band":
        return age_bands(cohort)
    if by.startswith("lesion:"):
        return _by_lesion(cohort, by.removeprefix("lesion:"))
    cut = _CUT.match(by)
    if cut is not None:
        return _by_cut(cohort, cut[1], cut[2], float(cut[3]))
    if by not in cohort.patients.columns:
        raise ValueError(f"no column {by!r} to group by")
    return cohort.patients[by].cast(pl.String)


def grouping(cohort: Cohort, by: str) -> Grouping:
    """Sort the patients into groups.

    `by` is driver, partner, age band, a lesion (``lesion:WT1``), a measurement cut in two
    (``wbc_10e9_l>50``) or any column.

    Raises ValueError when the cohort has no such column.
    """
    labels = _labels(cohort, by).alias("group")
    counts = (
        labels.drop_nulls()
        .to_frame()
        .group_by("group")
        .len()
        .sort(["len", "group"], descending=[True, False])
    )
    levels = tuple(counts["group"].to_list())
    sizes = tuple(int(n) for n in counts["len"].to_list())
    missing = 0 if by == "partner" else labels.null_count()
    rest = driver_groups(cohort)[1] if by == "driver" else None
    return Grouping(by=by, labels=labels, levels=levels, sizes=sizes, missing=missing, rest=rest)


def others_name(cohort: Cohort, by: str) -> str:
    """Name of the groups of a grouping that are put together."""
    return f"other {cohort.plan.driver} partner" if by == "partner" else f"other {by}"


def comparison_groups(cohort: Cohort, by: str) -> Grouping:
    """The grouping that comparisons use: what the plan does not keep apart is put together.

    Of a grouping by partner the plan's `partner_levels` stay, or where it names none every
    fusion with at least `min_group` patients; of any other grouping the groups of at least
    that size. Where nothing would stay, or fewer than two groups would be put together, all
    groups stay under their own names.
    """
    groups = grouping(cohort, by)
    least = cohort.plan.min_group
    kept = [x for x, n in zip(groups.levels, groups.sizes, strict=True) if n >= least]
    if by == "partner" and cohort.plan.partner_levels:
        kept = [x for x in groups.levels if x in cohort.plan.partner_levels]
    small = [x for x in groups.levels if x not in kept]
    if not kept or len(small) < 2:
        return groups
    name = others_name(cohort, by)
    sizes = [groups.size(level) for level in kept]
    return Grouping(
        by=by,
        labels=groups.labels.replace(small, [name] * len(small)),
        levels=(*kept, name),
        sizes=(*sizes, groups.n - sum(sizes)),
        missing=groups.missing,
        rest=groups.rest,
    )


def contrasts(groups: Grouping, *, min_group: int) -> tuple[Contrast, ...]:
    """The comparisons of a grouping: two groups against each other, or each against all others.

    A group smaller than `min_group` is compared with nothing by itself but counts among the
    others. With two groups the first of a driver grouping is the carriers; otherwise the larger.
    """
    if len(groups.levels) < 2:
        return ()
    if len(groups.levels) == 2:
        first, second = _two(groups)
        if min(groups.sizes) < min_group:
            return ()
        return (_contrast(groups, first, second, groups.mask(second)),)
    inside = groups.labels.is_not_null().to_numpy()
    return tuple(
        _contrast(groups, level, complement(level), inside & ~groups.mask(level))
        for level, size in zip(groups.levels, groups.sizes, strict=True)
        if size >= min_group
        and groups.n - size >= min_group
        and not (_is_rest(level) or level == groups.rest)
    )


def _is_rest(level: str) -> bool:
    """What is absent or put together: the comparator, never the exposure."""
    return level.startswith(("no ", "other ")) or level.endswith(" absent")


def complement(level: str) -> str:
    """Name of everybody in the grouping who is not in this group."""
    return f"not {level}"


def _two(groups: Grouping) -> tuple[str, str]:
    """Exposure first: what is carried or present before what is not."""
    first, second = groups.levels
    if first == groups.rest or _is_rest(first) or first in ("false", "no"):
        return second, first
    return first, second


def _contrast(groups: Grouping, exposure: str, comparator: str, compared: BoolArray) -> Contrast:
    return Contrast(
        exposure=exposure,
        comparator=comparator,
        exposed=groups.mask(exposure),
        compared=compared,
    )
