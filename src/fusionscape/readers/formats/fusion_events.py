"""Calls of one or more samples -> one lesion per sample and fusion, with all its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fusionscape.knowledge.fusion_order import (
    FIVE_PRIME_DRIVERS,
    confirmed_partners,
    in_field_order,
)
from fusionscape.readers.formats.fusion_call import FusionCall
from fusionscape.readers.formats.fusion_notes import note_event
from fusionscape.readers.formats.notes import Notes

# Genes that stand 5' in their leukemogenic fusion; the plan's driver comes before them.
DRIVERS = FIVE_PRIME_DRIVERS
# Genes beside NUP98 at 11p15.4, with which a transcript read on past the gene is normal.
NEIGHBOURS: Mapping[str, frozenset[str]] = {
    "NUP98": frozenset(
        {"RHOG", "STIM1", "PGAP2", "RRM1", "CHRNA10", "ART1", "ART5", "TRPC2", "TRPC2P"}
    ),
}
TANDEM = {"FLT3": "FLT3-ITD", "KMT2A": "KMT2A-PTD"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FusionEvent:
    """A fusion in a sample: calls in the named order, and calls of the reciprocal."""

    sample: str
    gene: str | None
    partner: str | None
    driver: str | None
    forward: tuple[FusionCall, ...]
    reverse: tuple[FusionCall, ...]
    read_through: bool
    novel: bool | None

    @property
    def name(self) -> str:
        """The fusion's name, 5' gene first; `?` where a breakpoint lies between genes."""
        return f"{self.gene or '?'}::{self.partner or '?'}"

    @property
    def calls(self) -> tuple[FusionCall, ...]:
        """All calls, those in the named order first."""
        return self.forward + self.reverse

    @property
    def state(self) -> str:
        """Present when at least one call stands unqualified, ambiguous otherwise."""
        if self.read_through or all(call.doubtful for call in self.calls):
            return "ambiguous"
        return "present"


def fusion_lesions(
    calls: Iterable[FusionCall], *, drivers: Sequence[str], assay: str, notes: Notes
) -> tuple[dict[str, Any], ...]:
    """Lesion rows of the calls: one per sample and pair of genes, with evidence in `reported`.

    Reciprocal and reversed calls of a driver become the event with the driver 5'; of other
    pairs the order the field knows, else the one with more reads, is taken. A call counts
    once per pair of breakpoints (its strongest row): aligners see the same reads. `value` is
    the number of supporting reads.
    """
    by_pair: dict[tuple[str, tuple[str, ...]], list[FusionCall]] = {}
    rows: list[dict[str, Any]] = []
    for call in calls:
        if "same gene" in call.flags:
            rows.extend(_tandem(call, assay, notes))
            continue
        pair = tuple(sorted((call.gene_5 or "?", call.gene_3 or "?")))
        by_pair.setdefault((call.sample, pair), []).append(call)
    for place in sorted(by_pair):
        event = _event(by_pair[place], drivers)
        note_event(event, notes)
        rows.append(_row(event, assay))
    return tuple(rows)


def _event(calls: list[FusionCall], drivers: Sequence[str]) -> FusionEvent:
    genes = {calls[0].gene_5, calls[0].gene_3}
    driver = next((d for d in drivers if d in genes), None)
    five, three = _order(calls, driver)
    partner = three if driver is not None and three != driver else None
    known = confirmed_partners(driver) if driver else frozenset()
    return FusionEvent(
        sample=calls[0].sample,
        gene=five,
        partner=three,
        driver=driver,
        forward=tuple(c for c in calls if c.gene_5 == five),
        reverse=tuple(c for c in calls if c.gene_5 != five),
        read_through=driver is not None and partner in NEIGHBOURS.get(driver, frozenset()),
        novel=(partner not in known) if partner is not None and known else None,
    )


def _order(calls: list[FusionCall], driver: str | None) -> tuple[str | None, str | None]:
    if driver is not None:
        first = calls[0]
        return driver, (first.gene_3 if first.gene_5 == driver else first.gene_5)
    genes = (calls[0].gene_5, calls[0].gene_3)
    if genes[0] is not None and genes[1] is not None:
        known = in_field_order((genes[0], genes[1]), None)
        if known == in_field_order((genes[1], genes[0]), None):
            return known[0], known[1]
    weight: dict[tuple[str | None, str | None], tuple[bool, int]] = {}
    for call in calls:
        sound, reads = weight.get((call.gene_5, call.gene_3), (False, 0))
        order = (call.gene_5, call.gene_3)
        weight[order] = (sound or not call.doubtful, reads + call.reads)
    best = max(weight.values())
    return min((o for o in weight if weight[o] == best), key=lambda o: (o[0] or "?", o[1] or "?"))


def strongest(calls: Iterable[FusionCall]) -> tuple[FusionCall, ...]:
    """One call per pair of breakpoints: the one with most reads."""
    best: dict[tuple[str | None, str | None, str | None], FusionCall] = {}
    for call in calls:
        place = (call.gene_5, call.breakpoint_5, call.breakpoint_3)
        if place not in best or _weight(call)[1:] > _weight(best[place])[1:]:
            best[place] = call
    return tuple(best.values())


def _reads(calls: Sequence[FusionCall]) -> tuple[int, int]:
    once = strongest(calls)
    junction = sum(c.junction_reads or 0 for c in once)
    spanning = [c.spanning_fragments or 0 for c in once]
    # FusionCatcher prints the spanning pairs of the two genes beside each of their junctions.
    shared = all(c.caller == "FusionCatcher" for c in once)
    return junction, (max(spanning, default=0) if shared else sum(spanning))


def _weight(call: FusionCall) -> tuple[bool, int, str, str, str, str]:
    """What makes a call the one shown: sound, many reads, and then anything that is fixed."""
    places = (call.breakpoint_5 or "", call.breakpoint_3 or "", call.frame or "")
    return (not call.doubtful, call.reads, call.written, *places)


def _evidence(calls: Sequence[FusionCall]) -> str:
    best = max(calls, key=_weight)
    junction, spanning = _reads(calls)
    parts = [best.written]
    if best.breakpoint_5 and best.breakpoint_3:
        parts.append(f"{best.breakpoint_5}>{best.breakpoint_3}")
    places = len(strongest(calls))
    if places > 1:
        parts.append(f"{places} junctions")
    parts.append(f"junction reads {junction}, spanning fragments {spanning}")
    parts.extend(text for text in (best.confidence, best.frame) if text)
    parts.extend(sorted({flag for call in calls for flag in call.flags}))
    return ", ".join(parts)


def _row(event: FusionEvent, assay: str) -> dict[str, Any]:
    callers = "+".join(sorted({call.caller for call in event.calls}))
    texts = []
    if event.forward:
        texts.append(_evidence(event.forward))
    if event.reverse:
        texts.append(f"reciprocal {_evidence(event.reverse)}")
    counted = any(
        c.junction_reads is not None or c.spanning_fragments is not None for c in event.calls
    )
    value = float(sum(_reads(event.forward)) + sum(_reads(event.reverse))) if counted else None
    return {
        "sample_id": event.sample,
        "lesion": event.name,
        "lesion_type": "fusion",
        "gene": event.gene,
        "partner": event.partner,
        "state": event.state,
        "value": value,
        "assay": assay,
        "reported": f"{callers}: {'; '.join(texts)}",
        "novel": event.novel,
    }


def _tandem(call: FusionCall, assay: str, notes: Notes) -> tuple[dict[str, Any], ...]:
    gene = call.gene_5 or ""
    if gene not in TANDEM or "tandem duplication" not in call.flags:
        notes.add(
            "same-gene-pair",
            "note",
            "A pair of breakpoints within one gene is not a fusion of two genes.",
            "Nothing to do; the rows are left out.",
            row=call.row,
            value=call.written,
        )
        return ()
    name = TANDEM[gene]
    notes.add(
        "tandem-duplication-from-caller",
        "note",
        f"The caller reports a tandem duplication within {gene}, read as {name}.",
        f"Compare with the dedicated {name} assay; its absence here is not a negative test.",
        row=call.row,
        about=gene,
        value=call.written,
    )
    return (
        {
            "sample_id": call.sample,
            "lesion": name,
            "lesion_type": "itd",
            "gene": gene,
            "state": "ambiguous" if call.doubtful else "present",
            "assay": assay,
            "reported": f"{call.caller}: {_evidence((call,))}",
        },
    )


def untested(rows: Iterable[Mapping[str, Any]], drivers: Sequence[str]) -> frozenset[str]:
    """Samples whose only word on a driver is doubtful: neither carrying nor clear of it."""
    doubtful: dict[tuple[str, str], bool] = {}
    for row in rows:
        gene, partner = row["gene"], row.get("partner")
        if row["lesion_type"] != "fusion" or gene not in drivers:
            continue
        if partner in NEIGHBOURS.get(gene, frozenset()):
            continue
        place = (row["sample_id"], gene)
        doubtful[place] = doubtful.get(place, True) and row["state"] != "present"
    return frozenset(sample for (sample, _), doubt in doubtful.items() if doubt)
