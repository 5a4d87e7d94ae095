"""ELN 2022 risk as one rule over known and unknown findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

MR_GENES = (
    "ASXL1",
    "BCOR",
    "EZH2",
    "RUNX1",
    "SF3B1",
    "SRSF2",
    "STAG2",
    "U2AF1",
    "ZRSR2",
)
_FAVORABLE_FUSIONS = ("RUNX1::RUNX1T1", "CBFB::MYH11")
_ADVERSE_FUSIONS = ("DEK::NUP214", "BCR::ABL1", "KAT6A::CREBBP")
_ORDER = ("favorable", "intermediate", "adverse")


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskInputs:
    """The findings ELN 2022 asks for; None where not known."""

    core_binding: bool | None
    kmt2a_mllt3: bool | None
    adverse_fusion: bool | None
    adverse_karyotype: bool | None
    npm1: bool | None
    flt3_itd: bool | None
    cebpa_bzip: bool | None
    tp53: bool | None
    mr_gene: bool | None

    @classmethod
    def gather(
        cls,
        *,
        fusions: tuple[str, ...],
        fusions_tested: bool,
        mutations: Mapping[str, bool | None],
        karyotype_adverse: bool | None,
    ) -> RiskInputs:
        """The nine findings from fusions, mutations and the karyotype.

        Where neither fusions were tested nor the karyotype can be read, the fusion findings
        are unknown; a readable karyotype stands in for the fusion assay.
        """
        known = fusions_tested or karyotype_adverse is not None
        genes = [mutations.get(gene) for gene in MR_GENES]
        return cls(
            core_binding=_told(any(f in _FAVORABLE_FUSIONS for f in fusions), known),
            kmt2a_mllt3=_told("KMT2A::MLLT3" in fusions, known),
            adverse_fusion=_told(any(_is_adverse(f) for f in fusions), known),
            adverse_karyotype=karyotype_adverse,
            npm1=mutations.get("NPM1"),
            flt3_itd=mutations.get("FLT3-ITD"),
            cebpa_bzip=mutations.get("CEBPA-bZIP"),
            tp53=mutations.get("TP53"),
            mr_gene=True if True in genes else None if None in genes else False,
        )

    def reason(self) -> str:
        """What decided, in a few words."""
        for present, words in (
            (self.core_binding, "core-binding factor fusion"),
            (self.kmt2a_mllt3, "KMT2A::MLLT3 precedes adverse gene mutations"),
            (self.adverse_fusion, "adverse fusion"),
            (self.adverse_karyotype, "adverse karyotype"),
            (self.tp53, "TP53 mutation"),
            (self.cebpa_bzip, "in-frame bZIP CEBPA mutation"),
            (self.npm1 and self.flt3_itd, "NPM1 mutation with FLT3-ITD"),
            (self.npm1, "NPM1 mutation without FLT3-ITD"),
            (self.mr_gene, "myelodysplasia-related gene mutation"),
            (self.flt3_itd, "FLT3-ITD without NPM1 mutation"),
        ):
            if present:
                return words
        return "not classified as favorable or adverse"


def risk_categories(inputs: RiskInputs) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Every category that the unknown findings leave open, and which of them matter."""
    names = [name for name in RiskInputs.__slots__ if getattr(inputs, name) is None]
    fixed = {
        name: bool(getattr(inputs, name)) for name in RiskInputs.__slots__ if name not in names
    }
    outcomes = {
        filling: _risk({**fixed, **dict(zip(names, filling, strict=True))})
        for filling in product((False, True), repeat=len(names))
    }
    open_categories = tuple(name for name in _ORDER if name in set(outcomes.values()))
    if len(open_categories) == 1:
        return open_categories, ()
    return open_categories, tuple(
        name for place, name in enumerate(names) if _matters(outcomes, place)
    )


def _matters(outcomes: Mapping[tuple[bool, ...], str], place: int) -> bool:
    """True when turning this one finding round changes the category somewhere."""
    for filling, category in outcomes.items():
        turned = (*filling[:place], not filling[place], *filling[place + 1 :])
        if outcomes[turned] != category:
            return True
    return False


def _risk(found: Mapping[str, bool]) -> str:
    """ELN 2022 table 6, in its order of precedence."""
    if found["core_binding"]:
        return "favorable"
    if found["adverse_karyotype"] or found["adverse_fusion"]:
        return "adverse"
    if found["kmt2a_mllt3"]:
        return "intermediate"
    if found["tp53"]:
        return "adverse"
    if found["cebpa_bzip"]:
        return "favorable"
    if found["npm1"]:
        return "intermediate" if found["flt3_itd"] else "favorable"
    return "adverse" if found["mr_gene"] else "intermediate"


def _told(seen: bool, known: bool) -> bool | None:
    return True if seen else False if known else None


def _is_adverse(fusion: str) -> bool:
    genes = fusion.split("::")
    if fusion in _ADVERSE_FUSIONS or "MECOM" in genes:
        return True
    return "KMT2A" in genes and "NUP98" not in genes and fusion != "KMT2A::MLLT3"
