"""Reading a printed fusion: every form that papers, registries and callers use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from fusionscape.knowledge import fusion_text as reading
from fusionscape.knowledge.fusion_denial import denial, undenied
from fusionscape.knowledge.fusion_doubt import doubted
from fusionscape.knowledge.fusion_order import (
    fusions_of_translocation,
    in_field_order,
    is_novel,
    partner_symbols,
)
from fusionscape.knowledge.gene_index import leukemia_symbols
from fusionscape.knowledge.genes import GeneMatch, resolve_gene

FusionKind = Literal["fusion", "driver only", "none", "unknown", "not a fusion"]

_SYMBOL = re.compile(r"^(?=.*\d|[A-Z]{3,}$)[A-Za-z][A-Za-z0-9.@-]{1,24}$")
_YES = frozenset({"y", "yes", "true", "1", "pos", "positive", "+", "阳性", "是", "ja", "oui"})

PARTNER_NOT_READ = "the partner is not named or not readable"
DOUBTED = "the cell doubts what it names, or says yes and no"


@dataclass(frozen=True, slots=True, kw_only=True)
class FusionMatch:
    """What a printed fusion means.

    `fusion` is the name in HGNC style, 5' gene first (``NUP98::NSD1``), or None; `genes` the
    approved symbols in that order; `reversed` is True when the print gave another order;
    `novel` when no table here describes the pair, or only the source that printed it as new.
    `kind` ``none`` means tested and absent (`genes` then says which pair, empty for any
    fusion), ``unknown`` that the cell does not say. `notes` holds every alias applied, one
    sentence each; `suggestions` what the print may mean, never applied.
    """

    fusion: str | None
    given: str | None
    kind: FusionKind
    genes: tuple[str, ...] = ()
    reversed: bool = False
    novel: bool = False
    junction: str | None = None
    notes: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()

    @property
    def denied(self) -> str | None:
        """The lesion said to be absent: one pair, or any fusion of one gene; None for all."""
        if self.kind != "none" or not self.genes:
            return None
        return "::".join(self.genes) if len(self.genes) > 1 else f"{self.genes[0]} fusion"


@lru_cache(maxsize=8192)
def parse_fusion(text: str | None, *, driver: str | None = None) -> FusionMatch:
    """Which fusion does this cell name?

    Reads ``NUP98::NSD1``, ``NUP98-NSD1``, ``NUP98/JARID1A``, ``NUP98(+)NSD1(+)``,
    ``NUP98-NSD1+/FLT3-ITD+``, ``NUP98-R``, ``KMT2A-X``, reversed pairs, caller names and
    VICC or HGVS forms. `driver` is the gene whose partner column is being read: with it a
    lone gene (``NSD1+``) is a partner; without it a lone partner is not a fusion yet.
    Unknown partners are accepted and flagged novel. A missing cell is ``unknown``, not
    ``none``. Nothing is raised.

    Source: HGNC recommendations for gene fusions (Bruford 2021,
    doi:10.1038/s41375-021-01436-6).

    >>> parse_fusion("NUP98/JARID1A").fusion
    'NUP98::KDM5A'
    >>> parse_fusion("NSD1+", driver="NUP98").fusion
    'NUP98::NSD1'
    """
    if text is None:
        return FusionMatch(fusion=None, given=None, kind="unknown")
    cell = reading.plain(text)
    words = reading.fusion_words()
    meaning: str | None = words.get(text.strip().lower()) or words.get(cell.lower())
    if not cell:
        meaning = meaning or "unknown"
    if meaning in ("none", "unknown"):
        kind: FusionKind = "none" if meaning == "none" else "unknown"
        return FusionMatch(fusion=None, given=text, kind=kind)
    if meaning == "driver":
        if driver is None:
            return _unknown(text, "no gene is named")
        return _driver_only(text, driver, ("the partner is not named",))
    if cell.lower() in _YES or text.strip() == "+":
        return _driver_only(text, driver, ()) if driver else _unknown(text, "no gene is named")
    many = _several(text, cell, driver)
    return many if many is not None else _one(text, cell, driver)


def parse_fusions(text: str | None, *, driver: str | None = None) -> tuple[FusionMatch, ...]:
    """Every fusion of a cell that lists several (``KDM5A-NUP205; NUP205-NUP98``).

    >>> [m.fusion for m in parse_fusions("KMT2A-DNAJC1; MLLT10-DNAJC1")]
    ['KMT2A::DNAJC1', 'MLLT10::DNAJC1']
    """
    parts = reading.parts_of(text or "")
    if len(parts) < 2:
        return (parse_fusion(text, driver=driver),)
    found = tuple(parse_fusion(part, driver=driver) for part in parts)
    if _contradictory(found):
        return (_unknown(text or "", DOUBTED),)
    return found


def _contradictory(found: Sequence[FusionMatch]) -> bool:
    """True when a list reports a fusion and denies it, or any (``NUP98::NSD1, none``)."""
    told = [set(m.genes) for m in found if m.kind in ("fusion", "driver only")]
    denied = [set(m.genes) for m in found if m.kind == "none"]
    return any(absent <= present for absent in denied for present in told)


def _several(text: str, cell: str, driver: str | None) -> FusionMatch | None:
    parts = () if reading.TRANSLOCATION.match(cell) else reading.parts_of(cell)
    if len(parts) < 2:
        return None
    found = tuple(parse_fusion(part, driver=driver) for part in parts)
    if _contradictory(found):
        return _unknown(text, DOUBTED)
    fusions = [m for m in found if m.fusion is not None]
    if not fusions:
        return None
    wanted = [m for m in fusions if driver is None or driver in m.genes]
    chosen = (wanted or fusions)[0]
    others = tuple(m.fusion for m in fusions if m.fusion and m.fusion != chosen.fusion)
    notes = chosen.notes
    if others:
        notes = (*notes, f"the cell names several fusions, also {', '.join(others)}")
    return replace(chosen, given=text, notes=notes)


def _one(text: str, cell: str, driver: str | None) -> FusionMatch:
    notes: tuple[str, ...] = ()
    for pattern, name in ((reading.ITD, "FLT3-ITD"), (reading.TANDEM, "KMT2A-PTD")):
        if pattern.search(cell):
            cell = pattern.sub("", cell).strip(" /;,&+-")
            notes = (*notes, f"{name} is named in the same cell; it is not a fusion")
    if not cell:
        within = ("FLT3",) if reading.ITD.search(text) else ("KMT2A",)
        return FusionMatch(fusion=None, given=text, kind="not a fusion", genes=within, notes=notes)
    if reading.TRANSLOCATION.match(cell):
        return _translocation(text, cell, notes)
    if notes and denial(cell) and not undenied(cell):
        return FusionMatch(fusion=None, given=text, kind="not a fusion", notes=notes)
    if reading.is_small_variant(cell) or reading.is_copy_change(cell):
        gene = _first_gene(cell)
        return FusionMatch(
            fusion=None,
            given=text,
            kind="not a fusion",
            genes=(gene,) if gene else (),
            notes=(*notes, "a change within one gene is not a fusion"),
        )
    return _named(text, cell, driver, notes)


def _named(text: str, cell: str, driver: str | None, notes: tuple[str, ...]) -> FusionMatch:
    if doubted(cell):
        return _unknown(text, DOUBTED, notes)
    denied = denial(cell)
    if denied == "doubtful":
        return _unknown(text, "the cell says no, or not tested, beside something else", notes)
    if denied == "denied":
        rest = undenied(cell)
        found = _plainly_named(text, rest, driver, notes) if rest else _unknown(text, "", notes)
        if _is_plain(found):
            return _absent(text, found, notes)
        return _unknown(text, "the cell says no to nothing that is known here", notes)
    return _plainly_named(text, cell, driver, notes)


def _plainly_named(text: str, cell: str, driver: str | None, notes: tuple[str, ...]) -> FusionMatch:
    stem = reading.driver_stem(cell)
    if stem is not None and resolve_gene(stem).symbol in leukemia_symbols():
        return _lone(text, resolve_gene(stem), driver, notes, rearranged=True)
    names = reading.segments(reading.bare_names(cell))
    queried = "?" in names
    names = tuple(n for n in names if n not in ("?", "v", "V"))
    if queried and len(names) > 1:
        return _unknown(text, DOUBTED, notes)
    matches = tuple(resolve_gene(name) for name in names)
    if not matches:
        return _unknown(text, "no gene is named", notes)
    if len(matches) == 1:
        marked = "::" in text
        said = (*notes, PARTNER_NOT_READ) if marked else notes
        found = _lone(text, matches[0], driver, said, rearranged=marked)
    else:
        found = _joined(text, names, matches, driver, notes)
    return replace(found, junction=reading.junction(cell))


def _is_plain(found: FusionMatch) -> bool:
    """True when a denied cell names one pair of known genes, or one driver, and no more."""
    if found.kind == "fusion":
        return len(found.genes) == 2 and all(resolve_gene(gene).symbol for gene in found.genes)
    return found.kind == "driver only" and PARTNER_NOT_READ not in found.notes


def _absent(text: str, found: FusionMatch, notes: tuple[str, ...]) -> FusionMatch:
    said = found.fusion or f"a rearrangement of {'/'.join(found.genes)}"
    return FusionMatch(
        fusion=None,
        given=text,
        kind="none",
        genes=found.genes,
        notes=(*notes, f"{said} is said to be absent"),
    )


def _lone(
    text: str, match: GeneMatch, driver: str | None, notes: tuple[str, ...], *, rearranged: bool
) -> FusionMatch:
    symbol = match.symbol
    if driver is not None and not rearranged and symbol != driver:
        return _joined(text, (driver, match.given), (resolve_gene(driver), match), driver, notes)
    if symbol is None:
        return _unknown(text, match.note, notes, tuple(match.candidates))
    said = _said((match,))
    if rearranged or symbol in ("NUP98", "KMT2A") or symbol == driver:
        return _driver_only(text, symbol, (*notes, *said))
    options = tuple(
        f"{gene}::{symbol}" for gene in ("NUP98", "KMT2A") if symbol in partner_symbols(gene)
    )
    return _unknown(text, f"{symbol} alone names no fusion", (*notes, *said), options)


def _joined(
    text: str,
    names: tuple[str, ...],
    matches: tuple[GeneMatch, ...],
    driver: str | None,
    notes: tuple[str, ...],
) -> FusionMatch:
    resolved = tuple(_in_context(match, matches) for match in matches)
    symbols = tuple(_accepted(m, n, resolved) for m, n in zip(resolved, names, strict=True))
    said = (*notes, *_said(resolved))
    genes = tuple(symbol for symbol in symbols if symbol is not None)
    if len(genes) < len(symbols):
        return _unresolved(text, resolved, symbols, said)
    if len(set(genes)) == 1:
        return _driver_only(text, genes[0], (*said, PARTNER_NOT_READ))
    if driver is not None and driver not in genes:
        if not all(gene in partner_symbols(driver) for gene in genes):
            said = (*said, f"the fusion does not involve {driver}")
        else:
            said = (*said, f"several partners are named: {', '.join(genes)}")
            genes = (driver, genes[0])
            symbols = genes
    if len(set(genes)) > 2:  # which two are fused is not said
        return _unknown(text, DOUBTED, said)
    ordered = in_field_order(genes, driver)
    novel = is_novel(ordered)
    return FusionMatch(
        fusion="::".join(ordered),
        given=text,
        kind="fusion",
        genes=ordered,
        reversed=ordered != genes,
        novel=novel,
        notes=said,
    )


def _in_context(match: GeneMatch, others: tuple[GeneMatch, ...]) -> GeneMatch:
    """An ambiguous name beside a driver is that driver's partner when only one can be."""
    if match.status != "ambiguous":
        return match
    for other in others:
        known = [c for c in match.candidates if c in partner_symbols(other.symbol or "")]
        if len(known) == 1:
            note = f"{match.note}; read as {known[0]}, a known partner of {other.symbol}"
            return GeneMatch(
                symbol=known[0],
                given=match.given,
                status="alias",
                candidates=match.candidates,
                note=note,
            )
    return match


def _accepted(match: GeneMatch, name: str, others: tuple[GeneMatch, ...]) -> str | None:
    if match.symbol is not None:
        return match.symbol
    anchored = any(other.symbol is not None for other in others)
    if match.status == "unknown" and anchored and _SYMBOL.match(name):
        return name if "orf" in name else name.upper()
    return None


def _unresolved(
    text: str,
    matches: tuple[GeneMatch, ...],
    symbols: tuple[str | None, ...],
    notes: tuple[str, ...],
) -> FusionMatch:
    drivers = tuple(s for s in symbols if s in ("NUP98", "KMT2A"))
    options: list[str] = []
    for match, symbol in zip(matches, symbols, strict=True):
        if symbol is None and symbols.count(None) == 1:
            for candidate in match.candidates:
                genes = tuple(s if s is not None else candidate for s in symbols)
                options.append("::".join(in_field_order(genes, None)))
    return FusionMatch(
        fusion=None,
        given=text,
        kind="driver only" if drivers else "unknown",
        genes=drivers[:1],
        notes=(*notes, PARTNER_NOT_READ) if drivers else notes,
        suggestions=tuple(sorted(set(options))),
    )


def _translocation(text: str, cell: str, notes: tuple[str, ...]) -> FusionMatch:
    options = fusions_of_translocation(cell)
    return _unknown(text, "a karyotype is not a fusion call", notes, options)


def _driver_only(text: str, driver: str, notes: tuple[str, ...]) -> FusionMatch:
    return FusionMatch(fusion=None, given=text, kind="driver only", genes=(driver,), notes=notes)


def _unknown(
    text: str, note: str, notes: tuple[str, ...] = (), suggestions: tuple[str, ...] = ()
) -> FusionMatch:
    said = (*notes, note) if note else notes
    return FusionMatch(fusion=None, given=text, kind="unknown", notes=said, suggestions=suggestions)


def _said(matches: tuple[GeneMatch, ...]) -> tuple[str, ...]:
    return tuple(match.note for match in matches if match.note)


def _first_gene(cell: str) -> str | None:
    head = re.split(r"[\s:(]", cell.strip(), maxsplit=1)[0]
    return resolve_gene(head).symbol
