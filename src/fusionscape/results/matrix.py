"""Patients by lesions, lesions by lesions, patients by markers."""

from __future__ import annotations

from dataclasses import dataclass

from fusionscape.results.caution import Caution


@dataclass(frozen=True, slots=True, kw_only=True)
class LesionRow:
    """One lesion across patients. `states` holds P present, A absent, N not tested per patient."""

    lesion: str
    lesion_type: str  # fusion, mutation, itd, cytogenetic
    states: str
    count: int
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One clinical variable across patients; None where unknown. `kind` is category or number."""

    name: str
    label: str
    kind: str
    values: tuple[str | float | None, ...]
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LesionMatrix:
    """The oncoprint's data: patients (already in drawing order) by lesions, with tracks.

    Lesions tested in fewer than `least_tested` patients are shown and not ranked.
    """

    id: str
    label: str
    n: int
    missing: int
    patients: tuple[str, ...]
    groups: tuple[str, ...]
    lesions: tuple[LesionRow, ...]
    tracks: tuple[Track, ...]
    method: str
    reference: str
    least_tested: int = 1
    synthetic: bool = False
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two lesions in the patients tested for both.

    `both`, `only_a`, `only_b`, `neither` add up to `n`. `structural` pairs cannot be read as
    co-occurrence (a gene and its own ITD, two partners of one driver) and carry no p; nor does
    the mirror of a pair where two partners divide all patients between them. `family` and
    `family_size` say over which pairs `p_adjusted` runs; the p within partners
    (`stratified_p`) has a family of its own.
    """

    id: str
    a: str
    b: str
    both: int
    only_a: int
    only_b: int
    neither: int
    n: int
    missing: int
    structural: bool
    reachable: bool
    log_odds_ratio: float | None
    odds_ratio: float | None
    ci_low: float | None
    ci_high: float | None
    p: float | None
    p_adjusted: float | None
    burden_p: float | None = None
    burden_p_adjusted: float | None = None
    stratified_odds_ratio: float | None = None
    stratified_p: float | None = None
    family: str | None = None
    family_size: int | None = None
    stratified_p_adjusted: float | None = None
    stratified_family: str | None = None
    stratified_family_size: int | None = None
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PairTable:
    """All pairs of lesions: co-occurrence and mutual exclusivity.

    `family_size` counts the pairs with a family; each pair names its own.
    """

    id: str
    label: str
    n: int
    missing: int
    lesions: tuple[str, ...]
    pairs: tuple[Pair, ...]
    family: str
    family_size: int
    method: str
    reference: str
    level: float = 0.95
    synthetic: bool = False
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """One marker in one patient or group: distribution and intensity are two axes."""

    patient: str
    marker: str
    distribution: str  # negative, partial, positive, not tested
    intensity: str  # dim, normal, strong, heterogeneous, unknown
    cross_lineage: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkerConsensus:
    """Support of a marker in a group: n/N per distribution."""

    group: str
    marker: str
    positive: int
    partial: int
    negative: int
    strong: int
    dim: int
    n: int
    consensus: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkerMatrix:
    """Immunophenotype of patients, and the consensus per group."""

    id: str
    label: str
    n: int
    missing: int
    patients: tuple[str, ...]
    groups: tuple[str, ...]
    markers: tuple[str, ...]
    cells: tuple[Marker, ...]
    consensus: tuple[MarkerConsensus, ...]
    method: str
    reference: str
    synthetic: bool = False
    cautions: tuple[Caution, ...] = ()
