"""Columns of a regression: values known at diagnosis, on scales a reader can use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from fusionscape.cohort.cohort import Cohort
from fusionscape.cohort.derive.guard import Judgement, judge
from fusionscape.cohort.derive.invented import is_invented
from fusionscape.cohort.derive.survival_groups import partner_labels
from fusionscape.cohort.derive.variables import Variable, baseline_variables
from fusionscape.cohort.plan import AmbiguousAs
from fusionscape.results import Caution, FloatArray, caution

DEFAULT = ("partner", "lesion:FLT3-ITD", "lesion:WT1", "age_years", "wbc_10e9_l")
MOST_LEVELS = 6
ObjectArray = npt.NDArray[np.object_]

# One step of a measurement: what a hazard ratio is given for.
STEPS = {
    "wbc_10e9_l": (100.0, "White blood cells per 100 ×10⁹/L"),
    "platelets_10e9_l": (100.0, "Platelets per 100 ×10⁹/L"),
    "hemoglobin_g_l": (10.0, "Hemoglobin per 10 g/L"),
    "blasts_marrow_percent": (10.0, "Marrow blasts per 10 %"),
    "blasts_blood_percent": (10.0, "Blood blasts per 10 %"),
    "age_years": (1.0, "Age per year"),
}
_BANDS = ("age_band", "wbc_over_")


@dataclass(frozen=True, kw_only=True)
class Covariate:
    """One covariate along the patients: numbers (nan unknown) or labels (empty unknown).

    `levels` is empty for a measurement; otherwise the reference comes first. Flags have the
    levels absent and present, or no and yes. `left_out` names rare levels that were dropped,
    each with its patients.
    """

    name: str
    label: str
    values: FloatArray | ObjectArray
    levels: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def is_measurement(self) -> bool:
        """True for numbers; a category nobody has a value of has no levels and is none."""
        return self.values.dtype != np.object_

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Per patient: true where the covariate is known."""
        if not self.is_measurement:
            out: npt.NDArray[np.bool_] = self.values != ""
            return out
        return ~np.isnan(np.asarray(self.values, dtype=np.float64))

    def only(self, keep: npt.NDArray[np.bool_]) -> Covariate:
        """The covariate of these patients, with the levels that remain among them."""
        values = self.values[keep]
        if self.is_measurement:
            return replace(self, values=values)
        here = set(values.tolist())
        return replace(self, values=values, levels=tuple(x for x in self.levels if x in here))

    def without(self, levels: Sequence[str]) -> Covariate:
        """The covariate with these levels taken as unknown."""
        blank = np.asarray(["" if x in levels else x for x in self.values.tolist()], dtype=object)
        return replace(self, values=blank, levels=tuple(x for x in self.levels if x not in levels))

    def varies(self) -> bool:
        """True when at least two known values differ."""
        if not self.is_measurement:
            return len(set(self.values.tolist()) - {""}) > 1
        numbers = np.asarray(self.values, dtype=np.float64)
        return len(set(numbers[~np.isnan(numbers)].tolist())) > 1


def _text(values: pl.Series) -> ObjectArray:
    return np.asarray(values.fill_null("").to_list(), dtype=object)


def _partner(cohort: Cohort) -> Covariate:
    labels = partner_labels(cohort)
    counts = dict(labels.drop_nulls().value_counts().iter_rows())
    levels = sorted(counts, key=lambda x: (x.startswith("other "), -counts[x], x))
    return Covariate(name="partner", label="Partner", values=_text(labels), levels=tuple(levels))


def _flag(variable: Variable) -> Covariate:
    lesion = variable.source.startswith("lesion:")
    no, yes = ("absent", "present") if lesion else ("no", "yes")
    values = variable.values
    labels = pl.select(pl.when(values).then(pl.lit(yes)).when(~values).then(pl.lit(no)))
    return Covariate(
        name=variable.name, label=variable.label, values=_text(labels.to_series()), levels=(no, yes)
    )


def _category(variable: Variable) -> Covariate:
    counts = dict(variable.values.drop_nulls().value_counts().iter_rows())
    levels = sorted(counts, key=lambda x: (-counts[x], x))
    return Covariate(
        name=variable.name,
        label=variable.label,
        values=_text(variable.values),
        levels=tuple(str(x) for x in levels),
    )


def covariate_of(variable: Variable) -> Covariate:
    """A variable of the patients as a column of a model, on a readable scale."""
    if variable.kind == "flag":
        return _flag(variable)
    if variable.kind == "category":
        return _category(variable)
    step, label = STEPS.get(variable.name, (1.0, ""))
    if not label:
        label = f"{variable.label} per {variable.unit or 'unit'}"
    numbers = variable.values.cast(pl.Float64).to_numpy().astype(np.float64)
    return Covariate(name=variable.name, label=label, values=numbers / step)


def _codings(cohort: Cohort, ambiguous_as: AmbiguousAs | None) -> Cohort:
    if ambiguous_as is None:
        return cohort
    return replace(cohort, plan=replace(cohort.plan, ambiguous_as=ambiguous_as))


def _named(cohort: Cohort, name: str, found: Sequence[Variable]) -> Variable | None:
    bare = name.removeprefix("covariate:")
    for variable in found:
        if variable.source == name and not variable.name.startswith(_BANDS):
            return variable
    for variable in found:
        if variable.name in (name, bare, f"lesion:{name}"):
            return variable
    return _lesion(cohort, name)


def _lesion(cohort: Cohort, name: str) -> Variable | None:
    """A lesion too rare for the tables, but asked for by name."""
    bare = name.removeprefix("lesion:")
    if not cohort.lesions.filter(pl.col("lesion") == bare).height:
        return None
    field = f"lesion:{bare}"
    return Variable(
        name=field, label=bare, kind="flag", values=cohort.lesion(bare), source=field,
        codebook_name=field,
        timing=cohort.codebook.timing(field), invented=is_invented(cohort.codebook, field),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Covariates that may enter a model, those the guard refuses, and what else is to be said."""

    covariates: tuple[Covariate, ...]
    refused: tuple[Judgement, ...]
    cautions: tuple[Caution, ...]


def chosen(
    cohort: Cohort, names: Sequence[str], *, ambiguous_as: AmbiguousAs | None = None
) -> Chosen:
    """The covariates of these names: partner, ``lesion:NAME``, ``covariate:NAME`` or a field.

    A name whose declared timing is not baseline is refused; one that the cohort does not have,
    or that is invented, is left out with a caution.
    """
    cohort = _codings(cohort, ambiguous_as)
    found = baseline_variables(cohort)
    kept: list[Covariate] = []
    refused: list[Judgement] = []
    notes: list[Caution] = []
    for name in names:
        variable = None if name == "partner" else _named(cohort, name, found)
        judgement = judge(cohort, variable.source if variable is not None else name)
        if not judgement.allowed:
            if variable is not None or judgement.timing == "post-baseline":
                refused.append(judgement)
            else:
                notes.append(caution("covariate-not-found", covariate=name))
            continue
        notes.extend(judgement.cautions)
        if name == "partner":
            kept.append(_partner(cohort))
        elif variable is None:
            notes.append(caution("covariate-not-found", covariate=name))
        elif variable.invented:
            notes.append(caution("invented-variable", variable=variable.label))
        else:
            kept.append(covariate_of(variable))
    return Chosen(covariates=tuple(kept), refused=tuple(refused), cautions=tuple(notes))


def screened(cohort: Cohort) -> Chosen:
    """Partner, lesions and the standard variables at diagnosis, and what the plan declares.

    A column of the study's own (``covariate:NAME``) is screened only where the plan names it:
    eligibility, specimens and other book-keeping of a trial are no traits of the disease.
    """
    declared = {name.removeprefix("covariate:") for name in cohort.plan.covariates}
    kept: list[Covariate] = []
    refused: list[Judgement] = []
    if judge(cohort, "partner").allowed:
        kept.append(_partner(cohort))
    for variable in baseline_variables(cohort):
        if variable.source.startswith("covariate:") and variable.name not in declared:
            continue
        judgement = judge(cohort, variable.source)
        if not judgement.allowed:
            if judgement not in refused:
                refused.append(judgement)
        elif not variable.invented and not variable.name.startswith(_BANDS):
            kept.extend(_fit_for_screen(cohort, covariate_of(variable)))
    return Chosen(
        covariates=tuple(c for c in kept if c.varies()), refused=tuple(refused), cautions=()
    )


def _fit_for_screen(cohort: Cohort, covariate: Covariate) -> Iterator[Covariate]:
    """Categories with few levels, the rare ones left out as unknown."""
    if covariate.is_measurement:
        yield covariate
        return
    values = covariate.values.tolist()
    sizes = {level: values.count(level) for level in covariate.levels}
    kept = [x for x in covariate.levels if sizes[x] >= max(cohort.plan.min_group, 3)]
    if not 2 <= len(kept) <= MOST_LEVELS:
        return
    rare = [x for x in covariate.levels if x not in kept]
    if rare:
        told = tuple(f"{x} (n {sizes[x]})" for x in rare)
        covariate = replace(covariate.without(rare), left_out=told)
    yield covariate
