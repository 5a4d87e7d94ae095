"""Which lesions come together and which avoid each other, in the carriers of the fusion."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

import numpy as np
import numpy.typing as npt

from fusionscape import stats
from fusionscape.cohort import Cohort
from fusionscape.cohort.derive.comparisons import invented_caution
from fusionscape.cohort.derive.grouping import Grouping, carriers_of, grouping
from fusionscape.cohort.derive.invented import is_invented, is_invented_lesion_pair
from fusionscape.cohort.derive.lesions import (
    Lesion,
    co_lesions,
    lesion_states,
    own_alteration,
    shown_name,
)
from fusionscape.cohort.derive.pair_families import mirrored, with_families
from fusionscape.results import (
    Analysis,
    Caution,
    Pair,
    PairTable,
    Refusal,
    caution,
    make_id,
)
from fusionscape.stats.burden import BurdenFit
from fusionscape.stats.lesion_pairs import PairsFit
from fusionscape.stats.stratified_pairs import stratified_pairs

TOPIC = "cooccurrence"
METHOD = (
    "Fisher's exact test for every pair among patients tested for both, Benjamini-Hochberg over "
    "the pairs that could reach alpha, partner by lesion and lesion by lesion each for itself; "
    "stratified by partner: Mantel-Haenszel, exact conditional"
)
REFERENCE = (
    "Fisher 1935, doi:10.2307/2342435; Tarone 1990, doi:10.2307/2531456; "
    "Canisius 2016, doi:10.1186/s13059-016-1114-x"
)
MOST_RATIOS = 200
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Patients by lesions: the partners' fusions first, then what comes with them."""

    names: tuple[str, ...]
    fusions: frozenset[str]
    states: FloatArray
    groups: Grouping
    structural: frozenset[tuple[int, int]]
    invented: frozenset[tuple[int, int]]
    mirror: int | None = None

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """The names as they are printed."""
        return tuple(shown_name(name, self.names) for name in self.names)

    @cached_property
    def stratum(self) -> npt.NDArray[np.int64]:
        """Per patient: the place of the partner among the groups."""
        codes = {level: k for k, level in enumerate(self.groups.levels)}
        return np.asarray([codes[str(x)] for x in self.groups.labels.to_list()], dtype=np.int64)


def _partner_columns(groups: Grouping, names: tuple[str, ...]) -> FloatArray:
    """A column per fusion: every carrier's fusion is known, so nobody is untested."""
    labels = groups.labels.to_list()
    found = [[name in str(label).split(" + ") for name in names] for label in labels]
    return np.asarray(found, dtype=np.float64).reshape(len(labels), len(names))


def _structural(fusions: tuple[str, ...], lesions: tuple[Lesion, ...]) -> set[tuple[int, int]]:
    """Two partners of one driver; a gene and its own alterations."""
    shift = len(fusions)
    partners = set(combinations(range(shift), 2))
    own = {
        (shift + i, shift + j)
        for (i, a), (j, b) in combinations(enumerate(lesions), 2)
        if own_alteration(a, b)
    }
    return partners | own


def _invented(
    cohort: Cohort, names: tuple[str, ...], fusions: tuple[str, ...]
) -> set[tuple[int, int]]:
    if not cohort.codebook.invented:
        return set()
    out = set()
    for (i, a), (j, b) in combinations(enumerate(names), 2):
        if a in fusions or b in fusions:
            fusion, lesion = (a, b) if a in fusions else (b, a)
            bad = is_invented(cohort.codebook, "partner", lesion, levels=(fusion,))
        else:
            bad = is_invented_lesion_pair(cohort.codebook, a, b)
        if bad:
            out.add((i, j))
    return out


def _panel(carriers: Cohort) -> Panel:
    groups = grouping(carriers, "partner")
    least = carriers.plan.lesion_minimum_present
    single = [x for x in groups.levels if " + " not in x]
    columns = _partner_columns(groups, tuple(single))
    kept = [i for i in range(len(single)) if columns[:, i].sum() >= least]
    fusions = tuple(single[i] for i in kept) if len(groups.levels) > 1 else ()
    columns = columns[:, kept] if fusions else columns[:, :0]
    lesions = co_lesions(carriers)
    names = (*fusions, *(x.name for x in lesions))
    mirror = mirrored(columns) if len(groups.levels) == 2 else None
    reflected = set() if mirror is None else {(mirror, j) for j in range(2, len(names))}
    return Panel(
        names=names,
        fusions=frozenset(fusions),
        states=np.hstack([columns, lesion_states(carriers, [x.name for x in lesions])]),
        groups=groups,
        structural=frozenset(_structural(fusions, lesions) | reflected),
        mirror=mirror,
        invented=frozenset(_invented(carriers, names, fusions)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """A pair with the partner held fixed."""

    odds_ratio: float
    p: float
    cautions: tuple[Caution, ...]


def _stratified(panel: Panel, fit: PairsFit) -> dict[int, Fixed]:
    """The pairs once the partner is held fixed, but for those of a partner itself."""
    strata = len(panel.groups.levels)
    if strata < 2:
        return {}
    left_out = panel.structural | panel.invented
    places = enumerate(zip(fit.a.tolist(), fit.b.tolist(), fit.reachable.tolist(), strict=True))
    asked = [
        k
        for k, (i, j, reachable) in places
        if reachable
        and (i, j) not in left_out
        and not {panel.names[i], panel.names[j]} & panel.fusions
    ]
    found = stratified_pairs(panel.states, panel.stratum, strata, asked)
    return {
        k: Fixed(
            odds_ratio=float(found.odds_ratio[row]),
            p=float(found.p[row]),
            cautions=found.cautions(row),
        )
        for row, k in enumerate(asked)
        if found.strata[row]
    }


def _finite(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _pair(
    panel: Panel,
    fit: PairsFit,
    k: int,
    *,
    burden: float | None,
    fixed: Fixed | None,
) -> Pair:
    i, j = int(fit.a[k]), int(fit.b[k])
    structural = (i, j) in panel.structural
    invented = (i, j) in panel.invented and not structural
    notes: tuple[Caution, ...] = ()
    if panel.mirror is not None and panel.mirror == i and j > 1:
        notes = (caution("mirror-pair", of=panel.names[1 - panel.mirror]),)
    elif invented:
        notes = (invented_caution(f"{panel.names[i]} with {panel.names[j]}"),)
    elif fixed is not None:
        notes = fixed.cautions
    return Pair(
        id=make_id(TOPIC, panel.names[i], panel.names[j]),
        a=panel.shown[i],
        b=panel.shown[j],
        both=int(fit.both[k]),
        only_a=int(fit.only_a[k]),
        only_b=int(fit.only_b[k]),
        neither=int(fit.neither[k]),
        n=int(fit.n_tested[k]),
        missing=fit.n - int(fit.n_tested[k]),
        structural=structural,
        reachable=bool(fit.reachable[k]),
        log_odds_ratio=None if structural else _finite(float(fit.log_odds_ratio[k])),
        odds_ratio=None,
        ci_low=None,
        ci_high=None,
        p=_finite(float(fit.p[k])),
        p_adjusted=None,
        burden_p=burden,
        stratified_odds_ratio=fixed.odds_ratio if fixed else None,
        stratified_p=fixed.p if fixed else None,
        cautions=notes,
    )


def _pairs(carriers: Cohort, panel: Panel, fit: PairsFit, burden: BurdenFit) -> tuple[Pair, ...]:
    """Every pair with its family; the odds ratio of those that are printed."""
    pairs, fixed = [], _stratified(panel, fit)
    for k in range(len(fit.a)):
        beside = _finite(float(burden.p[k])) if burden.refused is None else None
        pairs.append(_pair(panel, fit, k, burden=beside, fixed=fixed.get(k)))
    found = list(with_families(tuple(pairs), panel.fusions))
    wanted = _printed(found, alpha=carriers.plan.alpha)
    ratios = stats.pair_odds_ratios(fit, pairs=wanted)
    for row, k in enumerate(wanted):
        found[k] = replace(
            found[k],
            odds_ratio=float(ratios.odds_ratio[row]),
            ci_low=float(ratios.ci_low[row]),
            ci_high=float(ratios.ci_high[row]),
        )
    return tuple(found)


def _printed(pairs: Sequence[Pair], *, alpha: float) -> list[int]:
    """Places of the pairs whose odds ratio is worked out: the smallest p, and all that pass.

    Limits cost half a millisecond a pair; hundreds of lesions make tens of thousands of pairs.
    """
    tested = [k for k, pair in enumerate(pairs) if pair.reachable]
    ranked = sorted(tested, key=lambda k: (1.0 if pairs[k].p is None else pairs[k].p, k))
    passed = {k for k in tested if (p := pairs[k].p_adjusted) is not None and p < alpha}
    return sorted(passed | set(ranked[:MOST_RATIOS]))


def _notes(panel: Panel, fit: PairsFit, burden: BurdenFit) -> Iterator[Caution]:
    yield from fit.cautions
    yield from burden.cautions
    if panel.invented - panel.structural:
        yield caution("invented-pairs", n=len(panel.invented - panel.structural))
    untested = int(np.isnan(panel.states).any(axis=1).sum())
    if untested:
        yield caution("pairwise-deletion", n=untested, of=len(panel.states))


def _table(carriers: Cohort, panel: Panel) -> PairTable:
    plan = carriers.plan
    fit = stats.fisher_pairs(
        panel.states,
        structural=panel.structural | panel.invented,
        alpha=plan.alpha,
        level=plan.level,
    )
    burden = stats.burden_pairs(panel.states, structural=panel.structural | panel.invented)
    pairs = _pairs(carriers, panel, fit, burden)
    return PairTable(
        id=make_id(TOPIC, "pairs"),
        label="Pairs of lesions in the carriers",
        n=fit.n,
        missing=0,
        lesions=panel.shown,
        pairs=pairs,
        family=make_id(TOPIC, "pairs"),
        family_size=sum(pair.family is not None for pair in pairs),
        method=fit.method,
        reference=fit.reference,
        level=fit.level,
        synthetic=carriers.synthetic,
        cautions=tuple(_notes(panel, fit, burden)),
    )


def _refusal(cohort: Cohort, code: str, n: int) -> Refusal:
    return Refusal(
        id=make_id(TOPIC, "pairs"),
        label="Pairs of lesions in the carriers",
        code=code,
        n=n,
        missing=cohort.n - n,
        method=METHOD,
        reference=REFERENCE,
    )


def cooccurrence(cohort: Cohort) -> Analysis:
    """Which lesions come together, and which exclude each other?

    All pairs of the partners' fusions and of the lesions beside them, in the carriers tested
    for both: exact two-sided Fisher, Benjamini-Hochberg over the pairs that could reach alpha,
    conditional odds ratio with the matching interval for the pairs that pass and the 200
    smallest p. Of the adjusted p one family are the pairs
    of a partner and a lesion, in another the pairs of lesions. Pairs that cannot be read as
    co-occurrence (two partners, a gene and its own alteration) carry no p, nor do the pairs
    of the rarer of two partners that divide all carriers: they mirror the other's. Beside it
    the pair with the partner held fixed (a family of its own), and the test that knows each
    patient's number of lesions, refused on panels too small to have a burden.
    """
    carriers = carriers_of(cohort)
    panel = _panel(carriers) if carriers.n else None
    item: PairTable | Refusal
    if panel is None:
        item = _refusal(cohort, "no-carriers", 0)
    elif len(panel.names) < 2:
        item = _refusal(carriers, "too-few-lesions", carriers.n)
    else:
        item = _table(carriers, panel)
    return Analysis(
        id=TOPIC,
        question="which-lesions-come-together",
        n=carriers.n,
        missing=0,
        items=(item,),
        method=METHOD,
        reference=REFERENCE,
        synthetic=cohort.synthetic,
    )
