"""What the page is made of: sections, the front, the provenance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fusionscape.figures import Figure
from fusionscape.results import Analysis, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One question of the report with everything that answers it.

    `id` becomes the anchor; `question` is a code of the catalogue, or the heading itself.
    """

    id: str
    question: str
    analysis: Analysis
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """How the page came to be. `inputs` are (file name, checksum) without folders."""

    version: str
    command: str
    inputs: Sequence[tuple[str, str]] = ()
    more: Mapping[str, str] = field(default_factory=dict)
