"""Disease class and risk of AML as far as fusions and co-lesions decide them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fusionscape.knowledge.disease import disease_lineage
from fusionscape.knowledge.eln_risk import MR_GENES, RiskInputs, risk_categories
from fusionscape.knowledge.fusions import parse_fusion
from fusionscape.knowledge.karyotype import Karyotype, parse_karyotype
from fusionscape.knowledge.karyotype_lesions import adverse_changes, myelodysplasia_changes, shown
from fusionscape.knowledge.store import Record, records

__all__ = ["MR_GENES", "Classification", "classify"]

_WHO = "Khoury 2022 Leukemia doi:10.1038/s41375-022-01613-1"
_ICC = "Arber 2022 Blood doi:10.1182/blood.2022015850"
_ELN = "Döhner 2022 Blood doi:10.1182/blood.2022016867"


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """One system's verdict.

    `category` is None when the system says nothing or not enough is known; `decided` says
    whether unknown inputs could still change it, `missing` names them, `rule` says in a
    few words what decided.
    """

    system: str
    category: str | None
    rule: str
    reference: str
    decided: bool
    missing: tuple[str, ...] = ()


def classify(
    *,
    fusions: Iterable[str] | None,
    mutations: Mapping[str, bool | None],
    karyotype: Karyotype | str | None = None,
    blasts_percent: float | None = None,
    disease: str = "AML",
    tp53_vaf: float | None = None,
) -> tuple[Classification, ...]:
    """Which class by WHO-HAEM5 and ICC 2022, which risk by ELN 2022?

    `fusions` lists the fusions found by an assay that looks for all of them, None when none
    was done. `mutations` says of each lesion (``NPM1``, ``FLT3-ITD``, ``CEBPA-bZIP``,
    ``TP53``, the myelodysplasia-related genes) present, absent, or None; a lesion left out is
    not tested. `tp53_vaf` is a fraction; TP53 counts from 0.10. NUP98 rearrangement defines
    AML at any blast count by WHO, from 10 % by ICC, and is not a risk group of ELN 2022: it
    stays what its co-lesions make of it, and a separate annotation says what outcome
    studies saw. Complex karyotype does not count beside a class-defining fusion.

    Source: Khoury 2022 (doi:10.1038/s41375-022-01613-1); Arber 2022
    (doi:10.1182/blood.2022015850); Döhner 2022 (doi:10.1182/blood.2022016867).

    >>> [c.category for c in classify(fusions=["NUP98::NSD1"], mutations={}, blasts_percent=12)][:2]
    ['AML with NUP98 rearrangement', 'AML with other rare recurring translocations (NUP98)']
    """
    read = parse_karyotype(karyotype) if not isinstance(karyotype, Karyotype) else karyotype
    found = _fusions(fusions, read)
    if disease_lineage(disease) != "myeloid":
        rule = f"AML classes do not apply to {disease}"
        return tuple(
            Classification(system=name, category=None, rule=rule, reference=ref, decided=True)
            for name, ref in (("WHO-HAEM5", _WHO), ("ICC 2022", _ICC), ("ELN 2022", _ELN))
        )
    told = {name: _tp53(name, value, tp53_vaf) for name, value in mutations.items()}
    verdicts = [
        _class("WHO-HAEM5", _WHO, found, fusions is None, told, read, blasts_percent),
        _class("ICC 2022", _ICC, found, fusions is None, told, read, blasts_percent),
        _risk(found, fusions is None, told, read),
    ]
    note = _nup98_note(found)
    return (*verdicts, *((note,) if note is not None else ()))


def _tp53(name: str, value: bool | None, vaf: float | None) -> bool | None:
    return False if name == "TP53" and value and vaf is not None and vaf < 0.10 else value


def _fusions(fusions: Iterable[str] | None, karyotype: Karyotype) -> tuple[str, ...]:
    """Fusions found, driver-only findings as ``NUP98::?``, and those banding shows."""
    names: list[str] = []
    for text in fusions or ():
        match = parse_fusion(text)
        if match.fusion is not None:
            names.append(match.fusion)
        elif match.kind == "driver only":
            names.append(f"{match.genes[0]}::?")
    seen = tuple(dict.fromkeys((*names, *shown(karyotype))))
    named = {gene for fusion in seen if "?" not in fusion for gene in fusion.split("::")}
    return tuple(f for f in seen if "?" not in f or not named & set(f.split("::")))


def _fits(fusion: str, pattern: str) -> bool:
    genes = fusion.split("::")
    first, _, second = pattern.partition("::")
    if first == "*":
        return second in genes
    if second == "*":
        return first in genes
    return fusion == pattern


def _class(
    system: str,
    reference: str,
    fusions: tuple[str, ...],
    untested: bool,
    mutations: Mapping[str, bool | None],
    karyotype: Karyotype,
    blasts: float | None,
) -> Classification:
    for row in records("classification_fusions.csv"):
        if row["system"] != system:
            continue
        fusion = next((f for f in fusions if _fits(f, row["fusion"])), None)
        if fusion is not None:
            return _by_fusion(row, fusion, blasts)
    if untested:
        return Classification(
            system=system,
            category=None,
            rule="fusions decide first and were not tested",
            reference=reference,
            decided=False,
            missing=("fusions",),
        )
    return _by_mutation(system, reference, mutations, karyotype, blasts)


def _by_fusion(row: Record, fusion: str, blasts: float | None) -> Classification:
    least = float(row["blasts_percent_at_least"] or 0)
    rule = f"{fusion}, {f'from {least:g} % blasts' if least else 'at any blast count'}"
    if blasts is None and least:
        return Classification(
            system=row["system"],
            category=None,
            rule=rule,
            reference=row["reference"],
            decided=False,
            missing=("blasts_percent",),
        )
    enough = blasts is None or blasts >= least
    return Classification(
        system=row["system"],
        category=row["category"] if enough else f"not AML (blasts below {least:g} %)",
        rule=rule,
        reference=row["reference"],
        decided=True,
    )


def _by_mutation(
    system: str,
    reference: str,
    mutations: Mapping[str, bool | None],
    karyotype: Karyotype,
    blasts: float | None,
) -> Classification:
    least_npm1 = 0.0 if system == "WHO-HAEM5" else 10.0
    least_cebpa = 20.0 if system == "WHO-HAEM5" else 10.0
    steps: list[tuple[bool | None, str, str, float]] = [
        (mutations.get("NPM1"), "NPM1", "AML with NPM1 mutation", least_npm1),
        (mutations.get("CEBPA-bZIP"), "CEBPA-bZIP", _cebpa(system), least_cebpa),
    ]
    if system == "ICC 2022":
        steps.append((mutations.get("TP53"), "TP53", "AML with mutated TP53", 20.0))
    related_genes = [g for g in MR_GENES if g != "RUNX1" or system == "ICC 2022"]
    genes = _any(mutations.get(gene) for gene in related_genes)
    changes = myelodysplasia_changes(karyotype, system)
    related = _any((genes, changes))
    steps.append((related, "myelodysplasia-related genes and karyotype", _related(system), 20.0))
    for present, name, category, least in steps:
        if present is None or (present and blasts is None and least):
            missing = name if present is None else "blasts_percent"
            return Classification(
                system=system,
                category=None,
                rule=f"{missing} is not known",
                reference=reference,
                decided=False,
                missing=(missing,),
            )
        if present and (blasts is None or blasts >= least):
            return Classification(
                system=system, category=category, rule=name, reference=reference, decided=True
            )
    return _remaining(system, reference, blasts)


def _remaining(system: str, reference: str, blasts: float | None) -> Classification:
    name = "AML, defined by differentiation" if system == "WHO-HAEM5" else "AML, NOS"
    enough = None if blasts is None else blasts >= 20
    return Classification(
        system=system,
        category=None if enough is None else name if enough else "not AML (blasts below 20 %)",
        rule="no defining lesion",
        reference=reference,
        decided=enough is not None,
        missing=("blasts_percent",) if enough is None else (),
    )


def _cebpa(system: str) -> str:
    if system == "WHO-HAEM5":
        return "AML with CEBPA mutation"
    return "AML with in-frame bZIP CEBPA mutations"


def _related(system: str) -> str:
    if system == "WHO-HAEM5":
        return "AML, myelodysplasia-related"
    return "AML with myelodysplasia-related gene mutations or cytogenetic abnormalities"


def _any(values: Iterable[bool | None]) -> bool | None:
    found = list(values)
    return True if True in found else None if None in found else False


def _risk(
    fusions: tuple[str, ...],
    untested: bool,
    mutations: Mapping[str, bool | None],
    karyotype: Karyotype,
) -> Classification:
    inputs = RiskInputs.gather(
        fusions=fusions,
        fusions_tested=not untested,
        mutations=mutations,
        karyotype_adverse=adverse_changes(karyotype, class_defined=_class_defining(fusions)),
    )
    options, missing = risk_categories(inputs)
    settled = len(options) == 1
    return Classification(
        system="ELN 2022",
        category=options[0] if settled else None,
        rule=inputs.reason() if settled else f"{' or '.join(options)} is open",
        reference=_ELN,
        decided=settled,
        missing=missing,
    )


def _class_defining(fusions: tuple[str, ...]) -> bool:
    """True when ICC 2022 makes a class of one of these fusions."""
    rows = [r for r in records("classification_fusions.csv") if r["system"] == "ICC 2022"]
    return any(_fits(fusion, row["fusion"]) for fusion in fusions for row in rows)


def _nup98_note(fusions: tuple[str, ...]) -> Classification | None:
    fusion = next((f for f in fusions if "NUP98" in f.split("::")), None)
    if fusion is None:
        return None
    return Classification(
        system="NUP98 annotation",
        category="NUP98-rearranged",
        rule=f"{fusion} is no ELN 2022 risk group; in adult series it behaved like adverse risk",
        reference="French registry of 95 adults with NUP98 rearrangement (Blood, abstract)",
        decided=True,
    )
