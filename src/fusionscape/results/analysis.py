"""An analysis: one question, and every result that answers it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fusionscape.results.caution import Caution

if TYPE_CHECKING:
    from fusionscape.results.registry import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """The answer to one question of the report.

    `id` is the topic (``prevalence``) and every item's id starts with it. `question` is a code
    that the words room turns into a heading. Items are flat and in reading order; figures,
    tables and words pick what they draw by kind and id.
    """

    id: str
    question: str
    n: int
    missing: int
    items: tuple[Result, ...]
    method: str
    reference: str
    synthetic: bool = False
    cautions: tuple[Caution, ...] = ()

    def __getitem__(self, stable_id: str) -> Result:
        """The item with this id."""
        for item in self.items:
            if item.id == stable_id:
                return item
        raise KeyError(stable_id)

    def under(self, prefix: str) -> Iterator[Result]:
        """Items whose id is `prefix` or lies below it."""
        for item in self.items:
            if item.id == prefix or item.id.startswith(prefix + "/"):
                yield item
