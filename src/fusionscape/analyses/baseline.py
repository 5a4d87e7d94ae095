"""How do the groups differ at diagnosis and after? The table with which every paper begins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from fusionscape import stats
from fusionscape.cohort import Cohort
from fusionscape.cohort.derive.comparisons import (
    fourfold,
    if_invented,
    odds_ratio,
    table_of,
)
from fusionscape.cohort.derive.descriptions import distribution, tallies, tally
from fusionscape.cohort.derive.families import PARTNER_BY_LESION, adjusted
from fusionscape.cohort.derive.grouping import (
    BoolArray,
    Contrast,
    Grouping,
    comparator_selected,
    comparison_groups,
    contrasts,
)
from fusionscape.cohort.derive.invented import is_invented
from fusionscape.cohort.derive.shares import small_group
from fusionscape.cohort.derive.table_scope import is_structural, scope_notes, tested_elsewhere
from fusionscape.cohort.derive.variables import Variable, variables
from fusionscape.results import (
    Analysis,
    Caution,
    Count,
    Distribution,
    Estimate,
    Refusal,
    Test,
    caution,
    make_id,
)
from fusionscape.stats.balance import Kind
from fusionscape.stats.contingency import ChiSquareFit
from fusionscape.stats.fisher_exact import FisherFit
from fusionscape.stats.rank_tests import RankFit

TOPIC = "baseline"
METHOD = (
    "Medians and means of known values, counts of known values; Fisher's exact test for counts, "
    "Mann-Whitney or Kruskal-Wallis for measurements; p adjusted by Benjamini-Hochberg within "
    "the table"
)
REFERENCE = "Benjamini and Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x"
EVERYBODY = "all patients"
Item = Count | Distribution | Estimate | Test | Refusal


def _id(groups: Grouping, variable: Variable, *rest: str) -> str:
    return make_id(TOPIC, groups.by, variable.name, *rest)


def _family(groups: Grouping, *rest: str, later: bool = False) -> str:
    """Traits at diagnosis make one family of a grouping, what became known later another."""
    return make_id("baseline follow-up" if later else TOPIC, groups.by, *rest)


def _is_later(variable: Variable) -> bool:
    return variable.timing == "post-baseline"


def _tested(
    cohort: Cohort, groups: Grouping, variable: Variable, contrast: Contrast | None = None
) -> bool:
    """False where the variable, or its joint with the groups compared, is made up."""
    levels = groups.levels[:1] if len(groups.levels) == 2 else ()
    levels = (contrast.exposure,) if contrast else levels
    if variable.invented:
        return False
    return not is_invented(cohort.codebook, groups.by, variable.codebook_name, levels=levels)


def _cautions(cohort: Cohort, groups: Grouping, variable: Variable) -> tuple[Caution, ...]:
    """What is to be known of a variable before its test is read."""
    chosen = comparator_selected(cohort, groups.by)
    if variable.timing == "post-baseline":
        return (*chosen, caution("post-baseline", variable=variable.label))
    return chosen


def _described(
    cohort: Cohort, groups: Grouping, variable: Variable, masks: dict[str, BoolArray]
) -> Iterator[Item]:
    array = variable.array()
    for level, inside in masks.items():
        values = array[inside]
        alone = (variable.codebook_name,)
        fields = alone if level == EVERYBODY else (groups.by, *alone)
        levels = (level, groups.levels[0]) if len(groups.levels) == 2 else (level,)
        notes = if_invented(cohort, variable.label, *fields, levels=levels)
        if variable.kind == "number":
            yield distribution(
                cohort,
                _id(groups, variable, level),
                values,
                label=variable.label,
                unit=variable.unit,
                group=level,
                cautions=notes,
            )
            continue
        for value, count, n, missing in tallies(variable, values):
            own = f"{variable.label}: {value}" if variable.kind == "category" else variable.label
            yield tally(
                cohort,
                _id(groups, variable, level, value),
                label=own,
                group=level,
                counts=(count, n, missing),
                cautions=notes,
            )


def _masks(groups: Grouping) -> dict[str, BoolArray]:
    """Who is in each group, and in any."""
    masks = {level: groups.mask(level) for level in groups.levels}
    masks[EVERYBODY] = groups.labels.is_not_null().to_numpy()
    return masks


def _test(
    cohort: Cohort,
    groups: Grouping,
    variable: Variable,
    *,
    parts: tuple[str, ...],
    family: str,
    fit: RankFit | FisherFit | ChiSquareFit,
    contrast: Contrast | None = None,
) -> Test:
    low, high = getattr(fit, "p_low", None), getattr(fit, "p_high", None)
    return Test(
        id=_id(groups, variable, *parts),
        label=variable.label,
        p=fit.p,
        n=fit.n,
        missing=fit.missing,
        statistic=getattr(fit, "statistic", None),
        df=getattr(fit, "df", None),
        family=family,
        p_ci_low=low,
        p_ci_high=high,
        relabellings=getattr(fit, "draws", None),
        seed=getattr(fit, "seed", None),
        groups=groups.levels if contrast is None else (contrast.exposure, contrast.comparator),
        exposure=contrast.exposure if contrast else None,
        comparator=contrast.comparator if contrast else None,
        method=fit.method,
        reference=fit.reference,
        synthetic=cohort.synthetic,
        cautions=(*fit.cautions, *_cautions(cohort, groups, variable)),
    )


def _overall(cohort: Cohort, groups: Grouping, variable: Variable) -> Iterator[Item]:
    """One test over all groups: Kruskal-Wallis, or Fisher r x c with the chi-square beside it."""
    inside = groups.labels.is_not_null()
    if variable.kind == "number":
        values = variable.array()[inside.to_numpy()]
        fit = stats.kruskal_wallis(values, groups.labels.filter(inside).to_numpy())
        if len(fit.group_sizes) > 1:
            family = _family(groups, later=_is_later(variable))
            yield _test(cohort, groups, variable, parts=("test",), family=family, fit=fit)
        return
    yield from _table_tests(cohort, groups, variable)


def _table_tests(cohort: Cohort, groups: Grouping, variable: Variable) -> Iterator[Item]:
    table, missing = table_of(groups.labels, variable.values)
    if min(table.shape) < 2:
        return
    fisher = stats.fisher(table, level=cohort.plan.level, missing=missing, seed=cohort.plan.seed)
    family = _family(groups, later=_is_later(variable))
    yield _test(cohort, groups, variable, parts=("test",), family=family, fit=fisher)
    yield from _chi_squares(cohort, groups, variable, table, missing)


def _chi_squares(
    cohort: Cohort,
    groups: Grouping,
    variable: Variable,
    table: np.ndarray,
    missing: int,
) -> Iterator[Item]:
    plain = stats.chi_square(table, yates=False, missing=missing)
    later = _is_later(variable)
    family = _family(groups, "pearson", later=later)
    yield _test(cohort, groups, variable, parts=("pearson",), family=family, fit=plain)
    if table.shape == (2, 2):
        yates = stats.chi_square(table, yates=True, missing=missing)
        family = _family(groups, "yates", later=later)
        yield _test(cohort, groups, variable, parts=("yates",), family=family, fit=yates)


def _contrasted(
    cohort: Cohort, groups: Grouping, variable: Variable, contrast: Contrast, *, only: bool
) -> Iterator[Item]:
    """Two groups: rank test of a measurement, odds ratio of a flag; and how far apart they are.

    With two groups in all (`only`) these p values are the table's own; otherwise they make
    the family of contrasts.
    """
    if not _tested(cohort, groups, variable, contrast):
        return
    family = _family(groups, *(() if only else ("contrasts",)), later=_is_later(variable))
    if groups.by == "partner" and variable.name.startswith("lesion:"):
        family = PARTNER_BY_LESION
    parts = ("test",) if only else ("test", contrast.exposure)
    if variable.kind == "number":
        values = variable.array()
        fit = stats.mann_whitney(values[contrast.exposed], values[contrast.compared])
        if min(fit.group_sizes):
            yield _test(
                cohort, groups, variable, parts=parts, family=family, fit=fit, contrast=contrast
            )
    if variable.kind == "flag":
        yield from _flag_contrast(cohort, groups, variable, contrast, family=family, only=only)
    yield from _standardised(cohort, groups, variable, contrast)


def _flag_contrast(
    cohort: Cohort,
    groups: Grouping,
    variable: Variable,
    contrast: Contrast,
    *,
    family: str,
    only: bool,
) -> Iterator[Item]:
    a, b, c, d, missing = fourfold(contrast, variable.values)
    if 0 in (a + b, c + d, a + c, b + d):  # nothing varies: nothing to compare
        return
    yield odds_ratio(
        cohort,
        _id(groups, variable, "odds_ratio", contrast.exposure),
        counts=(a, b, c, d),
        missing=missing,
        label=variable.label,
        exposure=contrast.exposure,
        comparator=contrast.comparator,
        family=family,
        cautions=_cautions(cohort, groups, variable),
    )
    if only:
        table = np.array([[a, b], [c, d]])
        yield from _chi_squares(cohort, groups, variable, table, missing)


def _standardised(
    cohort: Cohort, groups: Grouping, variable: Variable, contrast: Contrast
) -> Iterator[Item]:
    kind: Kind = _DIFFERENCE[variable.kind]
    values: npt.NDArray[Any] = variable.array()
    if variable.kind == "category":
        values = np.array(variable.values.to_list(), dtype=object)
    first, second = values[contrast.exposed], values[contrast.compared]
    if kind != "category":  # sums in one order, whatever the patients are called
        first, second = np.sort(first), np.sort(second)
    fit = stats.standardised_difference(first, second, kind=kind, level=cohort.plan.level)
    if not np.isfinite(fit.estimate):
        return
    yield Estimate(
        id=_id(groups, variable, "standardised_difference", contrast.exposure),
        label=variable.label,
        scale="standardised difference",
        estimate=fit.estimate,
        se=fit.se,
        ci_low=fit.ci_low,
        ci_high=fit.ci_high,
        level=fit.level,
        n=fit.n,
        missing=fit.missing,
        exposure=contrast.exposure,
        comparator=contrast.comparator,
        method=fit.method,
        reference=fit.reference,
        synthetic=cohort.synthetic,
        cautions=(*fit.cautions, *_cautions(cohort, groups, variable)),
    )


_DIFFERENCE: dict[str, Kind] = {"number": "number", "flag": "binary", "category": "category"}


def _grouped(cohort: Cohort, by: str, chosen: tuple[Variable, ...]) -> Iterator[Item]:
    groups = comparison_groups(cohort, by)
    if not groups.levels:
        yield _refusal(cohort, by, "no-groups")
        return
    held = contrasts(groups, min_group=cohort.plan.min_group)
    masks = _masks(groups)
    for variable in chosen:
        if _is_the_group(groups, variable):
            continue
        yield from _described(cohort, groups, variable, masks)
        if is_structural(cohort, by, variable):
            continue
        if tested_elsewhere(cohort, by, variable):
            for contrast in held:
                if _tested(cohort, groups, variable, contrast):
                    yield from _standardised(cohort, groups, variable, contrast)
            continue
        categories = len(groups.levels) == 2 and variable.kind == "category"
        if (len(groups.levels) > 2 or categories) and _tested(cohort, groups, variable):
            yield from _overall(cohort, groups, variable)
        for contrast in held:
            only = len(groups.levels) == 2
            yield from _contrasted(cohort, groups, variable, contrast, only=only)


def _is_the_group(groups: Grouping, variable: Variable) -> bool:
    return variable.name in (groups.by, groups.by.replace(" ", "_"))


def _refusal(cohort: Cohort, by: str, code: str) -> Refusal:
    return Refusal(
        id=make_id(TOPIC, by),
        label=f"Patients by {by}",
        code=code,
        n=0,
        missing=cohort.n,
        method=METHOD,
        reference=REFERENCE,
    )


def _small_groups(cohort: Cohort, by: str) -> Iterator[Caution]:
    groups = comparison_groups(cohort, by)
    for level, size in zip(groups.levels, groups.sizes, strict=True):
        yield from small_group(level, size)


def _unknown_timing(chosen: tuple[Variable, ...]) -> Iterator[Caution]:
    unknown = [v.label for v in chosen if v.timing == "unknown"]
    if unknown:
        yield caution("unknown-timing", n=len(unknown), variables=", ".join(unknown))


def baseline(cohort: Cohort, by: str | None = None) -> Analysis:
    """How do the groups differ?

    Every variable of the cohort in every group of `by` (the plan's groups when None: driver,
    partner; any column, ``lesion:WT1`` or ``wbc_10e9_l>50`` will do): median, quartiles, mean,
    SD and range of a measurement; counts with their denominator; the unknown in rows of their
    own. Two groups are compared by Mann-Whitney or by Fisher's exact test with the conditional
    odds ratio, Pearson's chi-square with and without Yates's correction beside it; more groups
    by Kruskal-Wallis or r x c Fisher and then each against all others. What the plan does not
    keep apart is put together. Adjusted p: Benjamini-Hochberg over the traits at diagnosis of
    one table; what became known later makes a family of its own. Responses (tested in the
    response section) and karyotypes by partner (in cytogenetics) are described only; the p of
    a lesion by partner is adjusted in the co-occurrence section. An invented variable is
    counted but never compared.
    """
    chosen = variables(cohort)
    if by is not None:
        bys: tuple[str, ...] = (by,)
    else:
        bys = (cohort.plan.baseline_by,) if cohort.plan.baseline_by else cohort.plan.groups
    items = [item for name in bys for item in _grouped(cohort, name, chosen)]
    notes = [note for name in bys for note in _small_groups(cohort, name)]
    return Analysis(
        id=TOPIC,
        question="how-do-the-groups-differ",
        n=cohort.n,
        missing=0,
        items=adjusted(items, method="bh", elsewhere=(PARTNER_BY_LESION,)),
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
        cautions=(
            *dict.fromkeys(notes),
            *scope_notes(cohort, bys, chosen),
            *_unknown_timing(chosen),
        ),
    )
