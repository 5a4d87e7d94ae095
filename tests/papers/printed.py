"""How papers print a percentage, and where an analysis of an embedded study is looked up."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from importlib.resources import as_file, files

from fusionscape.cohort import Cohort
from fusionscape.readers import read
from fusionscape.results import Analysis, Result


def embedded(name: str) -> Cohort:
    """The embedded study as a user would read it."""
    with as_file(files("fusionscape.data") / name) as folder:
        return read(folder)


def by_id(analyses: Iterable[Analysis]) -> dict[str, Result]:
    """Every result of these analyses by its id."""
    return {item.id: item for analysis in analyses for item in analysis.items}


def percent(count: int, n: int, digits: int = 1) -> str:
    """`count` of `n` in percent, rounded half up as papers do."""
    return str((Decimal(100 * count) / n).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def truncated(count: int, n: int, digits: int = 1) -> str:
    """`count` of `n` in percent with the further digits cut off."""
    return str((Decimal(100 * count) / n).quantize(Decimal(1).scaleb(-digits), ROUND_DOWN))
