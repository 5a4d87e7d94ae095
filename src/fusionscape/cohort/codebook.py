"""What the columns of a study mean, and when each was known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Timing = Literal["baseline", "post-baseline", "unknown"]
Kind = Literal["text", "number", "flag", "category", "date"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMeaning:
    """One column of the cohort after reading.

    `field` is the name it bears in the cohort: a standard field (``age_years``), a lesion
    (``lesion:WT1``), or a covariate of the study's own (``covariate:X1``). `source` is the
    column of the file. `timing` says when the value was known; a post-baseline column names
    its date column where there is one. `ambiguous` lists raw values whose meaning is open
    (``<0.1`` in an ITD column).
    """

    source: str
    field: str
    kind: Kind = "text"
    timing: Timing = "unknown"
    date_column: str | None = None
    unit: str = ""
    file: str = ""
    values: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    label: str = ""
    sure: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """An inclusion or exclusion rule, declared: keep (or drop) patients where field is value."""

    kind: Literal["include", "exclude"]
    field: str
    operator: Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in", "known", "unknown"]
    value: str | float | tuple[str, ...] | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Codebook:
    """The meaning of every column, and how the patients came to be in the table.

    `selected_by_fusion` true means the cohort was assembled because of the fusion, so that a
    prevalence cannot be read from it. `tested_by` names the assay that decides what a
    negative means. `printed` and `invented` matter for synthetic cohorts only: which variables
    (``sex``) and which joints (``lesion:FLT3-ITD*partner``, names sorted) reproduce printed
    counts, and which were made up.
    """

    name: str
    columns: tuple[ColumnMeaning, ...] = ()
    missing: tuple[str, ...] = ()
    selected_by_fusion: bool | None = None
    controls_tested: bool | None = None
    tested_by: str | None = None
    rules: tuple[Rule, ...] = ()
    citation: str = ""
    licence: str = ""
    synthetic: bool = False
    printed: tuple[str, ...] = ()
    invented: tuple[str, ...] = ()

    def meaning(self, field: str) -> ColumnMeaning | None:
        """The column that holds `field`, or None."""
        for column in self.columns:
            if column.field == field:
                return column
        return None

    def timing(self, field: str) -> Timing:
        """When `field` was known; a field without a declared column is unknown."""
        meaning = self.meaning(field)
        return "unknown" if meaning is None else meaning.timing
