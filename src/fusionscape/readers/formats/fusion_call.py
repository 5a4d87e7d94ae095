"""One call of a fusion caller, whatever the caller's columns are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Frame = Literal["in-frame", "out-of-frame", "stop-codon"]
Flag = Literal[
    "low confidence",
    "unfiltered",
    "likely artefact",
    "read-through",
    "possible read-through",
    "no protein",
    "intergenic",
    "germline",
    "same gene",
    "tandem duplication",
]

# With one of these a call alone does not make the fusion present.
DOUBTFUL: frozenset[Flag] = frozenset(
    {
        "low confidence",
        "unfiltered",
        "likely artefact",
        "read-through",
        "no protein",
        "intergenic",
        "germline",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FusionCall:
    """A fusion as one row of a caller's file gives it, 5' gene first.

    `gene_5` and `gene_3` are approved symbols where the names are known (else as written,
    None for a breakpoint between genes); `written` is the pair as the file names it.
    `junction_reads` span the junction within a read, `spanning_fragments` have it between
    their mates. `flags` say why a call is not to be taken at face value,
    `gene_doubts` (sentences) why a gene may be another.
    """

    sample: str
    caller: str
    gene_5: str | None
    gene_3: str | None
    written: str
    breakpoint_5: str | None = None
    breakpoint_3: str | None = None
    junction_reads: int | None = None
    spanning_fragments: int | None = None
    confidence: str | None = None
    frame: Frame | None = None
    flags: tuple[Flag, ...] = ()
    row: int | None = None
    gene_doubts: tuple[str, ...] = ()

    @property
    def doubtful(self) -> bool:
        """True when the call alone does not make the fusion present."""
        return any(flag in DOUBTFUL for flag in self.flags)

    @property
    def reads(self) -> int:
        """Junction reads and spanning fragments together; unknown counts as none."""
        return (self.junction_reads or 0) + (self.spanning_fragments or 0)


def frame_of(text: str | None) -> Frame | None:
    """The reading frame a caller prints, in one vocabulary.

    >>> frame_of("INFRAME"), frame_of("out-of-frame"), frame_of(".")
    ('in-frame', 'out-of-frame', None)
    """
    word = "" if text is None else "".join(c for c in text.casefold() if c.isalpha())
    if word.startswith(("inframe", "true")):
        return "in-frame"
    if word.startswith(("outofframe", "frameshift", "false")):
        return "out-of-frame"
    return "stop-codon" if word.startswith("stopcodon") else None
