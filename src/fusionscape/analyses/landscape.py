"""Which lesions each carrier has: the oncoprint's data, and how often each lesion was found."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from fusionscape.cohort import Cohort
from fusionscape.cohort.derive.comparisons import if_invented
from fusionscape.cohort.derive.grouping import Grouping, carriers_of, grouping
from fusionscape.cohort.derive.lesions import (
    Lesion,
    conflicting_specimens,
    driver_fusions,
    lesion_catalogue,
    lesion_states,
    shown_name,
)
from fusionscape.cohort.derive.shares import mostly_unknown, share_of_flags
from fusionscape.cohort.derive.variables import Variable, baseline_variables, follow_up_variables
from fusionscape.results import (
    Analysis,
    Caution,
    Estimate,
    LesionMatrix,
    LesionRow,
    Refusal,
    Track,
    caution,
    make_id,
)

TOPIC = "landscape"
METHOD = "Lesions present over patients tested; patients not tested are not counted as negative"
REFERENCE = (
    "Cerami E, et al. cBioPortal. Cancer Discov 2012;2:401. doi:10.1158/2159-8290.CD-12-0095"
)
_TRACKS = ("age_years", "sex", "disease", "onset", "fab", "wbc_10e9_l", "response:1", "transplant")
_CODINGS = (("dropped", "missing"), ("as absent", "absent"), ("as present", "present"))
ALL = "all carriers"


def _letters(states: npt.NDArray[np.float64]) -> str:
    symbols = np.where(np.isnan(states), "N", np.where(states == 1.0, "P", "A"))
    return "".join(symbols.tolist())


def _order(cohort: Cohort, groups: Grouping, states: npt.NDArray[np.float64]) -> list[int]:
    """Patients by group, then memo sort: the commonest lesion first, then the next; then id."""
    rank = {level: i for i, level in enumerate(groups.levels)}
    labels = groups.labels.to_list()
    present = np.nan_to_num(states, nan=0.0) == 1.0
    ids = cohort.patients["patient_id"].to_list()
    keys = [(rank[str(labels[i])], *(~present[i]).tolist(), ids[i]) for i in range(cohort.n)]
    return sorted(range(cohort.n), key=keys.__getitem__)


def _shown(cohort: Cohort) -> tuple[Lesion, ...]:
    """Lesions found at least once, commonest first; the driver's fusions stand in the groups."""
    fusions = set(driver_fusions(cohort))
    found = [x for x in lesion_catalogue(cohort) if x.present and x.name not in fusions]
    if cohort.plan.lesions:
        found = [x for x in found if x.name in cohort.plan.lesions]
    return tuple(found)


def _track(variable: Variable, order: list[int]) -> Track:
    values = variable.values.to_list()
    if variable.kind == "flag":
        words: dict[bool | None, str | None] = {True: "yes", False: "no", None: None}
        values = [words[v] for v in values]
    return Track(
        name=variable.name,
        label=variable.label,
        kind="number" if variable.kind == "number" else "category",
        values=tuple(values[i] for i in order),
        unit=variable.unit,
    )


def _tracks(cohort: Cohort, order: list[int]) -> tuple[Track, ...]:
    every = (*baseline_variables(cohort), *follow_up_variables(cohort))
    by_name = {v.name: v for v in every}
    return tuple(_track(by_name[name], order) for name in _TRACKS if name in by_name)


def _least_tested(cohort: Cohort, lesions: tuple[Lesion, ...]) -> int:
    """Patients tested that a ranking asks for: the plan's minimum, else half the carriers."""
    least = cohort.plan.lesion_minimum_tested
    return least if any(x.tested >= least for x in lesions) else (cohort.n + 1) // 2


def _matrix(
    cohort: Cohort, lesions: tuple[Lesion, ...], states: npt.NDArray[np.float64]
) -> LesionMatrix:
    groups = grouping(cohort, "partner")
    order = _order(cohort, groups, states)
    ids, labels = cohort.patients["patient_id"].to_list(), groups.labels.to_list()
    names = [x.name for x in lesions]
    rows = tuple(
        LesionRow(
            lesion=shown_name(x.name, names),
            lesion_type=x.lesion_type,
            states=_letters(states[order, i]),
            count=x.present,
            n=x.tested,
        )
        for i, x in enumerate(lesions)
    )
    return LesionMatrix(
        id=make_id(TOPIC, "matrix"),
        label="Lesions of the carriers",
        n=cohort.n,
        missing=0,
        patients=tuple(ids[i] for i in order),
        groups=tuple(str(labels[i]) for i in order),
        lesions=rows,
        tracks=_tracks(cohort, order),
        least_tested=_least_tested(cohort, lesions),
        method="Patients by group, then by lesion in the order of frequency (memo sort)",
        reference=REFERENCE,
        synthetic=cohort.synthetic,
    )


def _frequencies(
    cohort: Cohort, lesions: tuple[Lesion, ...], states: npt.NDArray[np.float64]
) -> Iterator[Estimate]:
    """Every lesion in all carriers, and in each partner's carriers who were tested for it."""
    groups = grouping(cohort, "partner")
    names = [x.name for x in lesions]
    masks = [(level, groups.mask(level)) for level in groups.levels]
    if len(masks) > 1:
        masks = [(ALL, np.ones(cohort.n, dtype=np.bool_)), *masks]
    for i, lesion in enumerate(lesions):
        for level, mask in masks:
            flags = pl.Series(states[mask, i]).fill_nan(None) == 1.0
            if flags.null_count() == flags.len():
                continue
            if level != ALL and lesion.present < cohort.plan.lesion_minimum_present:
                continue
            yield share_of_flags(
                cohort,
                make_id(TOPIC, "frequency", lesion.name, level),
                flags,
                label=f"{shown_name(lesion.name, names)} in {level}",
                group=level,
                cautions=(
                    *if_invented(cohort, lesion.name, "partner", lesion.name, levels=(level,)),
                    *mostly_unknown(lesion.name, flags.len() - flags.null_count(), flags.len()),
                ),
            )


def _codings(cohort: Cohort, lesions: tuple[Lesion, ...]) -> Iterator[Estimate]:
    """Ambiguous values under all three codings, side by side, per partner and overall."""
    groups = grouping(cohort, "partner")
    for lesion in lesions:
        if not lesion.ambiguous:
            continue
        for word, coding in _CODINGS:
            flags = cohort.lesion(lesion.name, ambiguous_as=coding)
            for level in (ALL, *groups.levels):
                inside = flags if level == ALL else flags.filter(groups.labels == level)
                if inside.null_count() == inside.len():
                    continue
                yield share_of_flags(
                    cohort,
                    make_id(TOPIC, "coding", lesion.name, word, level),
                    inside,
                    label=f"{lesion.name} in {level}, ambiguous values {word}",
                    group=level,
                )


def _cautions(cohort: Cohort, lesions: tuple[Lesion, ...]) -> Iterator[Caution]:
    for lesion in lesions:
        if lesion.ambiguous:
            yield caution(
                "ambiguous-values",
                lesion=lesion.name,
                n=lesion.ambiguous,
                coding=cohort.plan.ambiguous_as,
            )
    conflicts = conflicting_specimens(cohort)
    if conflicts.height:
        patients = conflicts["patient_id"].n_unique()
        yield caution("conflicting-specimens", n=conflicts.height, patients=patients)
    unevenly = [x for x in lesions if x.tested < cohort.n]
    if unevenly:
        least = min(unevenly, key=lambda x: (x.tested, x.name))
        yield caution(
            "unevenly-tested", n=len(unevenly), lesion=least.name, tested=least.tested, of=cohort.n
        )


def _refused(cohort: Cohort, code: str) -> Refusal:
    return Refusal(
        id=make_id(TOPIC, "matrix"),
        label="Lesions of the carriers",
        code=code,
        n=0,
        missing=cohort.n,
        method=METHOD,
        reference=REFERENCE,
    )


def landscape(cohort: Cohort) -> Analysis:
    """What comes with the fusion: every lesion of every carrier, and how often each is found.

    The matrix holds the carriers by partner, memo-sorted within a partner. A frequency's
    denominator is the patients tested for that lesion. Where values were ambiguous
    (an ITD ratio ``<0.1``) the frequency stands under all three codings.
    """
    carriers = carriers_of(cohort)
    lesions = _shown(carriers) if carriers.n else ()
    items: tuple[LesionMatrix | Estimate | Refusal, ...]
    if not carriers.n:
        items = (_refused(cohort, "no-carriers"),)
    elif not lesions:
        items = (_refused(cohort, "no-lesions-recorded"),)
    else:
        states = lesion_states(carriers, [x.name for x in lesions])
        items = (
            _matrix(carriers, lesions, states),
            *_frequencies(carriers, lesions, states),
            *_codings(carriers, lesions),
        )
    return Analysis(
        id=TOPIC,
        question="what-comes-with-the-fusion",
        n=carriers.n,
        missing=0,
        items=items,
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
        cautions=tuple(_cautions(carriers, lesions)) if carriers.n else (),
    )
