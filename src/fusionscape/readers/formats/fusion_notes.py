"""What the reader is told about fusion calls: doubts, repairs and merges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fusionscape.readers.formats.fusion_call import Flag
from fusionscape.readers.formats.notes import Notes
from fusionscape.results import Severity

if TYPE_CHECKING:
    from fusionscape.readers.formats.fusion_events import FusionEvent

_KEPT = "It is kept as ambiguous; confirm it by another assay before counting it."
_NOTHING = "Nothing to do unless the study is about it."
_DOUBTS: dict[Flag, tuple[str, Severity, str]] = {
    "low confidence": (
        "low-confidence-fusion",
        "warning",
        "The caller gives this fusion low confidence or does not let it pass.",
    ),
    "unfiltered": (
        "unfiltered-fusion-calls",
        "warning",
        "The file holds candidates before the caller's filter.",
    ),
    "likely artefact": (
        "likely-artefact-fusion",
        "warning",
        "The caller marks this pair as seen in normal tissue or made of look-alike genes.",
    ),
    "read-through": (
        "read-through-fusion",
        "note",
        "The caller calls this a transcript read on from one gene into its neighbour.",
    ),
    "possible read-through": (
        "possible-read-through",
        "note",
        "The two genes are neighbours: a small deletion or a read-through transcript.",
    ),
    "no protein": (
        "no-protein-orientation",
        "note",
        "The two genes are joined 5'-5' or 3'-3', which cannot make a fusion protein.",
    ),
    "intergenic": (
        "intergenic-breakpoint",
        "note",
        "A breakpoint lies between genes, so the partner is not known.",
    ),
    "germline": (
        "germline-structural-variant",
        "warning",
        "The structural variant is marked germline.",
    ),
}


def _note_doubts(event: FusionEvent, notes: Notes) -> None:
    about = event.name if event.driver else ""
    for call in event.calls:
        for flag in call.flags:
            if flag in _DOUBTS:
                code, severity, what = _DOUBTS[flag]
                mend = _NOTHING if flag == "possible read-through" else _KEPT
                notes.add(code, severity, what, mend, row=call.row, value=call.written, about=about)
    for doubt in dict.fromkeys(d for call in event.calls for d in call.gene_doubts):
        if event.driver is not None:
            notes.add(
                "ambiguous-gene-name",
                "warning",
                f"{doubt}.",
                "Write the approved HGNC symbol, or check which gene the transcript belongs to.",
                row=event.calls[0].row,
                about=doubt,
                value=event.calls[0].written,
            )


def note_event(event: FusionEvent, notes: Notes) -> None:
    """Tell what was doubted, merged, turned round, new or out of frame in one fusion."""
    _note_doubts(event, notes)
    _note_order(event, notes)
    merged = len(event.calls) - (1 if event.forward else 0) - (1 if event.reverse else 0)
    if merged > 0:
        notes.add(
            "duplicate-fusion-merged",
            "note",
            "The same fusion of the same sample stands in more than one row; they are one event.",
            "Nothing to do; each pair of breakpoints is counted once.",
            row=event.calls[1].row,
            about=event.name if event.driver else "",
            value=event.name,
            count=merged,
        )
    if event.driver is not None:
        _note_partner(event, notes)
        _note_frame(event, notes)


def _note_partner(event: FusionEvent, notes: Notes) -> None:
    if event.read_through:
        notes.add(
            "neighbour-gene-read-through",
            "note",
            f"{event.partner} lies beside {event.driver}: {event.name} is taken for a read-through "
            "transcript and not for a rearrangement.",
            f"If a rearrangement is proven otherwise, declare it; else {event.driver} is clear.",
            row=event.calls[0].row,
            about=event.name,
            value=event.calls[0].written,
        )
    elif event.novel:
        notes.add(
            "unknown-partner",
            "warning",
            f"{event.partner} is not among the confirmed partners of {event.driver}; it is "
            "accepted and marked novel.",
            "Check the spelling and the breakpoint; a true new partner needs nothing more.",
            row=event.calls[0].row,
            about=event.name,
            value=event.calls[0].written,
        )


def _note_frame(event: FusionEvent, notes: Notes) -> None:
    if event.forward and all(c.frame in {"out-of-frame", "stop-codon"} for c in event.forward):
        notes.add(
            "out-of-frame-fusion",
            "warning",
            f"Every junction of {event.name} reported for this sample is out of frame.",
            "The reading is kept; look at the junction before relying on it.",
            row=event.forward[0].row,
            about=event.name,
            value=event.forward[0].written,
        )


def _note_order(event: FusionEvent, notes: Notes) -> None:
    if not event.reverse:
        return
    if event.forward:
        notes.add(
            "reciprocal-fusion-merged",
            "note",
            "Both orders of a pair of genes were called; the reciprocal is kept as evidence.",
            "Nothing to do.",
            row=event.reverse[0].row,
            about=event.name if event.driver else "",
            value=event.reverse[0].written,
        )
    elif event.driver is not None:
        notes.add(
            "reversed-fusion-normalised",
            "warning",
            f"Only the order with {event.driver} on the 3' side was called; it is read as "
            f"{event.name}.",
            f"Check that the transcript with {event.driver} on the 5' side is there too.",
            row=event.reverse[0].row,
            about=event.name,
            value=event.reverse[0].written,
        )
