"""Design columns from measured and categorical covariates, with their reference rows.

Tables and forests take reference rows from here, never from matching label text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fusionscape.results import FloatArray
from fusionscape.stats.cox_input import BoolArray, CoxError, numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignRow:
    """One row of a coefficient table. `column` is None on the reference row of a factor."""

    name: str
    variable: str
    level_label: str | None
    column: int | None
    n: int
    reference_row: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Design:
    """Covariate matrix with a name and a term per column, and every row a table should show."""

    X: FloatArray
    names: tuple[str, ...]
    terms: tuple[str, ...]
    rows: tuple[DesignRow, ...]
    levels: tuple[tuple[str, tuple[str, ...]], ...]

    def events(self, event: npt.ArrayLike) -> tuple[int, ...]:
        """Events per row of `rows`: of a level, or of everyone for a measured covariate."""
        happened = np.asarray(event, dtype=np.bool_)
        return tuple(int(happened[self.members(row)].sum()) for row in self.rows)

    def members(self, row: DesignRow) -> BoolArray:
        """Patients a table row speaks of."""
        inside = np.ones(len(self.X), dtype=np.bool_)
        if row.column is not None and row.level_label is not None:
            inside = self.X[:, row.column] == 1.0
        elif row.level_label is not None:
            for other in self.rows:
                if other.variable == row.variable and other.column is not None:
                    inside &= self.X[:, other.column] == 0.0
        return inside


def design_matrix(
    columns: Mapping[str, npt.ArrayLike],
    *,
    reference: Mapping[str, str] | None = None,
    levels: Mapping[str, Sequence[str]] | None = None,
) -> Design:
    """Which numbers stand for these covariates, and against which reference is each level read?

    Numeric and boolean columns become one column each; a column of strings becomes one 0/1
    column per level except the reference. `levels` orders the levels of a factor (default:
    sorted); levels without a patient get no column. `reference` names the reference level
    (default: the first). Missing values (nan, None) are refused by name: dropping patients is
    counted above. A factor with one level is refused, as it says nothing.

    >>> import numpy as np
    >>> d = design_matrix({"partner": ["NSD1", "KDM5A", "NSD1"], "age": [3, 9, 14]},
    ...                   reference={"partner": "NSD1"})
    >>> d.names
    ('partner: KDM5A', 'age')
    >>> [row.name for row in d.rows if row.reference_row]
    ['partner: NSD1']
    """
    if not columns:
        raise CoxError("no-covariates", "there is no covariate")
    parts: list[FloatArray] = []
    rows: list[DesignRow] = []
    kept: list[tuple[str, tuple[str, ...]]] = []
    for variable, values in columns.items():
        array = np.asarray(values)
        if array.dtype.kind in "biuf":
            rows.append(measured_row(variable, len(parts), len(array)))
            parts.append(numbers(array, variable))
            continue
        labels = text(values, variable)
        order = level_order(variable, labels, (levels or {}).get(variable))
        base = chosen_reference(variable, order, (reference or {}).get(variable))
        kept.append((variable, order))
        for label in order:
            member = np.array([value == label for value in labels], dtype=np.float64)
            rows.append(level_row(variable, label, base, len(parts), int(member.sum())))
            if label != base:
                parts.append(member)
    if len({len(part) for part in parts}) != 1:
        raise CoxError("shape-mismatch", "covariates differ in length", column="columns")
    shown = [row for row in rows if row.column is not None]
    return Design(
        X=np.stack(parts, axis=1),
        names=tuple(row.name for row in shown),
        terms=tuple(row.variable for row in shown),
        rows=tuple(rows),
        levels=tuple(kept),
    )


def measured_row(variable: str, column: int, n: int) -> DesignRow:
    """The table row of a numeric or boolean covariate."""
    return DesignRow(
        name=variable, variable=variable, level_label=None, column=column, n=n, reference_row=False
    )


def level_row(variable: str, label: str, base: str, column: int, n: int) -> DesignRow:
    """The table row of one level of a factor."""
    return DesignRow(
        name=f"{variable}: {label}",
        variable=variable,
        level_label=label,
        column=None if label == base else column,
        n=n,
        reference_row=label == base,
    )


def text(values: npt.ArrayLike, variable: str) -> list[str]:
    """Labels of a categorical column; missing ones refused by name."""
    labels = np.asarray(values, dtype=object).tolist()
    absent = sum(1 for v in labels if v is None or (isinstance(v, float) and np.isnan(v)))
    if absent:
        code = "all-missing" if absent == len(labels) else "missing-values"
        raise CoxError(
            code, f"{variable} is missing in {absent} of {len(labels)} rows", column=variable
        )
    return [str(v) for v in labels]


def level_order(
    variable: str, labels: Sequence[str], declared: Sequence[str] | None
) -> tuple[str, ...]:
    """Levels that occur, in declared or sorted order."""
    present = sorted(set(labels))
    if declared is not None:
        unknown = [label for label in present if label not in declared]
        if unknown:
            raise CoxError(
                "unknown-level", f"{variable} has undeclared levels {unknown}", column=variable
            )
        present = [label for label in declared if label in set(present)]
    if len(present) < 2:
        raise CoxError(
            "constant-covariate", f"{variable} has one level only ({present[0]})", column=variable
        )
    return tuple(present)


def chosen_reference(variable: str, order: tuple[str, ...], wanted: str | None) -> str:
    """The reference level; a wanted one that no patient has is refused."""
    if wanted is None:
        return order[0]
    if wanted not in order:
        raise CoxError(
            "unknown-level", f"no patient has reference {wanted} of {variable}", column=variable
        )
    return wanted
