"""Which tables an analysis has, in reading order; everything else goes into the general one."""

from __future__ import annotations

from fusionscape.results import Analysis, Table
from fusionscape.tables import baseline, cooccurrence, immunophenotype, landscape, regression
from fusionscape.tables.generic import everything


def tables_of(analysis: Analysis) -> tuple[Table, ...]:
    """The tables of an analysis, results' own tables first."""
    own = tuple(item for item in analysis.items if isinstance(item, Table))
    made = (
        *(baseline.tables(analysis) if analysis.id == "baseline" else ()),
        *landscape.tables(analysis),
        *cooccurrence.tables(analysis),
        *immunophenotype.tables(analysis),
        *regression.tables(analysis),
    )
    rest = everything(analysis)
    return (*own, *made, *((rest,) if rest is not None else ()))
