"""What a Cox model is fitted to: checked arrays, one row per interval at risk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from fusionscape.results import Fact, Finding, FloatArray, InputError
from fusionscape.results.caution import Scalar
from fusionscape.stats.observed import floats

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

WEIGHTS_KINDS = ("case", "frequency", "probability")
TIES = ("efron", "breslow", "exact")
LARGEST_EXPANSION = 20_000_000


class CoxError(InputError, ValueError):
    """These data cannot be fitted; `code` says why and `facts` name the column or row.

    One finding with the same code and words stands in `findings`, as in every InputError.
    """

    def __init__(self, code: str, message: str, **facts: Scalar) -> None:
        column = facts.get("column")
        finding = Finding(
            code=code,
            severity="error",
            what=message,
            mend="Check the arguments of the model.",
            column=None if column is None else str(column),
        )
        super().__init__([finding])
        self.code = code
        self.facts = tuple(Fact(name=k, value=v) for k, v in facts.items())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CoxData:
    """Checked input of one fit. `source` is the row of the caller's arrays each row came from."""

    time: FloatArray
    event: BoolArray
    X: FloatArray
    entry: FloatArray | None
    stratum: IntArray
    strata: tuple[str, ...]
    weights: FloatArray
    weighted: bool
    offset: FloatArray
    cluster: IntArray | None
    names: tuple[str, ...]
    terms: tuple[str, ...]
    source: IntArray
    n_input: int
    ties: str

    @property
    def n(self) -> int:
        """Rows used."""
        return len(self.time)


def check_level(level: float) -> None:
    """Refuse a confidence level that is no number between 0 and 1."""
    if not isinstance(level, int | float | np.integer | np.floating) or not 0.0 < level < 1.0:
        raise CoxError("unknown-option", "level must lie between 0 and 1")


def plain_floats(values: npt.ArrayLike, column: str) -> FloatArray:
    """A float array; what is not numbers is a CoxError that names `column`."""
    try:
        return floats(values, column)
    except InputError as error:
        raise CoxError("not-numeric", f"{column} is not numeric", column=column) from error


def numbers(values: npt.ArrayLike, column: str, n: int | None = None) -> FloatArray:
    """A one-dimensional finite float array, or a CoxError that names `column`."""
    array = plain_floats(values, column)
    if array.ndim != 1 or (n is not None and len(array) != n):
        raise CoxError(
            "shape-mismatch",
            f"{column} has shape {array.shape}, expected one value per row"
            + (f" ({n})" if n is not None else ""),
            column=column,
        )
    refuse_missing(array, column)
    return array


def refuse_missing(array: FloatArray, column: str) -> None:
    """Raise when `array` holds nan or infinity: rows are dropped and counted above, not here."""
    bad = ~np.isfinite(array)
    if not bad.any():
        return
    count = int(bad.sum())
    if count == len(array) and np.isnan(array).all():
        raise CoxError("all-missing", f"{column} has no value in any row", column=column, n=count)
    raise CoxError(
        "missing-values",
        f"{column} is missing or not finite in {count} of {len(array)} rows "
        f"(first: row {int(np.flatnonzero(bad)[0])})",
        column=column,
        n=count,
    )


def matrix(values: npt.ArrayLike, names: Sequence[str] | None, n: int) -> FloatArray:
    """The covariate matrix as float, with a CoxError that names the offending column."""
    array = plain_floats(values, "X")
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2 or array.shape[0] != n or array.shape[1] == 0:
        raise CoxError(
            "shape-mismatch", f"X has shape {array.shape}, expected ({n}, covariates)", column="X"
        )
    if not np.isfinite(array.sum()):
        labels = covariate_names(names, array.shape[1])
        for column, label in enumerate(labels):
            refuse_missing(array[:, column], label)
    return array


def covariate_names(names: Sequence[str] | None, p: int) -> tuple[str, ...]:
    """Given names, checked, or x1, x2, ..."""
    labels = tuple(str(name) for name in names) if names is not None else ()
    if names is None:
        labels = tuple(f"x{column + 1}" for column in range(p))
    if len(labels) != p or len(set(labels)) != p:
        raise CoxError(
            "names-mismatch", f"{len(set(labels))} distinct names for {p} columns", column="names"
        )
    return labels


def events(values: npt.ArrayLike, n: int) -> BoolArray:
    """Event indicator as bool; anything but 0 and 1 is refused."""
    array = numbers(values, "event", n)
    if not ((array == 0.0) | (array == 1.0)).all():
        raise CoxError("event-not-binary", "event must be 0 or 1 (or bool)", column="event")
    result: BoolArray = array == 1.0
    return result


def groups(values: npt.ArrayLike, column: str, n: int) -> tuple[IntArray, tuple[str, ...]]:
    """Codes and labels of a grouping column, labels in sorted order."""
    array = np.asarray(values)
    if array.shape != (n,):
        raise CoxError("shape-mismatch", f"{column} needs one value per row ({n})", column=column)
    if array.dtype.kind == "f":
        refuse_missing(array.astype(np.float64), column)
    if array.dtype.kind == "O":
        if any(v is None or (isinstance(v, float) and np.isnan(v)) for v in array.tolist()):
            raise CoxError("missing-values", f"{column} has missing values", column=column)
        array = np.array([str(v) for v in array.tolist()])
    labels, codes = np.unique(array, return_inverse=True)
    return codes.astype(np.int64).reshape(-1), tuple(str(v) for v in labels.tolist())


def merge_close(*arrays: FloatArray) -> list[FloatArray]:
    """Times that differ by rounding only become equal, so that ties stay ties.

    A gap below 1.5e-8 of the mean absolute time is rounding (0.1 + 0.2 against 0.3).
    """
    joined = np.concatenate(arrays)
    order = np.argsort(joined)
    ordered = joined[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    values = ordered[starts]
    tolerance = 1.5e-8 * float(np.mean(np.abs(values)))
    leads = np.concatenate(([True], np.diff(values) > tolerance))
    if leads.all():
        return list(arrays)
    target = values[np.maximum.accumulate(np.where(leads, np.arange(len(values)), 0))]
    spans = np.diff(np.append(starts, len(joined)))
    joined[order] = np.repeat(target, spans)
    return np.split(joined, np.cumsum([len(array) for array in arrays])[:-1])


def times(time: npt.ArrayLike, entry: npt.ArrayLike | None) -> tuple[FloatArray, FloatArray | None]:
    """Exit and entry times, entry strictly before exit."""
    exit_time = numbers(time, "time")
    n = len(exit_time)
    if n == 0:
        raise CoxError("no-patients", "there are no rows to fit", n=0)
    if entry is None:
        return merge_close(exit_time)[0], None
    start = numbers(entry, "entry", n)
    exit_time, start = merge_close(exit_time, start)
    wrong = np.flatnonzero(start >= exit_time)
    if len(wrong):
        raise CoxError(
            "entry-not-before-time",
            f"entry is not before time in {len(wrong)} rows (first: row {int(wrong[0])})",
            n=len(wrong),
            row=int(wrong[0]),
        )
    return exit_time, start


def checked_weights(weights: npt.ArrayLike | None, kind: str, ties: str, n: int) -> FloatArray:
    """Weights per row; negative ones, fractional frequencies and weighted exact ties refused."""
    if kind not in WEIGHTS_KINDS:
        raise CoxError("unknown-option", f"weights_kind must be one of {WEIGHTS_KINDS}")
    if ties not in TIES:
        raise CoxError("unknown-option", f"ties must be one of {TIES}")
    if weights is None:
        return np.ones(n)
    array = numbers(weights, "weights", n)
    if (array < 0).any():
        raise CoxError("negative-weight", "weights must not be negative", column="weights")
    if kind == "frequency" and (array != np.floor(array)).any():
        raise CoxError(
            "frequency-not-whole", "frequency weights must be whole numbers", column="weights"
        )
    if ties == "exact" and kind != "frequency" and not np.isin(array, (0.0, 1.0)).all():
        raise CoxError(
            "exact-ties-weighted", "exact ties have no weighted form; use Efron", column="weights"
        )
    return array


def kept_rows(weights: FloatArray, kind: str) -> IntArray:
    """Rows the fit uses: weight 0 is an absent row, a frequency of k is k rows."""
    rows = np.arange(len(weights))
    if kind == "frequency":
        if weights.sum() > LARGEST_EXPANSION:
            raise CoxError("too-many-rows", "frequency weights sum to over 2e7", column="weights")
        return np.repeat(rows, weights.astype(np.int64))
    return rows[weights > 0]


def checked(
    time: npt.ArrayLike,
    event: npt.ArrayLike,
    X: npt.ArrayLike,
    *,
    entry: npt.ArrayLike | None,
    strata: npt.ArrayLike | None,
    weights: npt.ArrayLike | None,
    weights_kind: str,
    offset: npt.ArrayLike | None,
    cluster: npt.ArrayLike | None,
    ties: str,
    names: Sequence[str] | None,
    terms: Sequence[str] | None,
) -> CoxData:
    """Check every argument of `cox` and keep the rows that carry weight."""
    exit_time, start = times(time, entry)
    n = len(exit_time)
    happened = events(event, n)
    covariates = matrix(X, names, n)
    labels = covariate_names(names, covariates.shape[1])
    weight = checked_weights(weights, weights_kind, ties, n)
    rows = kept_rows(weight, weights_kind)
    stratum, strata_labels = strata_of(strata, rows, n)
    if not happened[rows].any():
        raise CoxError("no-events", f"none of {len(rows)} rows has an event", n=len(rows))
    counted = weight[rows] if weights_kind != "frequency" else np.ones(len(rows))
    whole = len(rows) == n and weights_kind != "frequency"
    return CoxData(
        time=exit_time[rows],
        event=happened[rows],
        X=covariates if whole else covariates[rows],
        entry=None if start is None else start[rows],
        stratum=stratum,
        strata=strata_labels,
        weights=counted,
        weighted=bool((counted != 1.0).any()),
        offset=np.zeros(len(rows)) if offset is None else numbers(offset, "offset", n)[rows],
        cluster=None if cluster is None else groups(cluster, "cluster", n)[0][rows],
        names=labels,
        terms=term_labels(terms, labels),
        source=rows,
        n_input=n,
        ties=ties,
    )


def strata_of(
    strata: npt.ArrayLike | None, rows: IntArray, n: int
) -> tuple[IntArray, tuple[str, ...]]:
    """Stratum codes of the rows used, and the labels of the strata that have any."""
    if strata is None:
        return np.zeros(len(rows), dtype=np.int64), ()
    codes, labels = groups(strata, "strata", n)
    present, dense = np.unique(codes[rows], return_inverse=True)
    return dense.astype(np.int64).reshape(-1), tuple(labels[k] for k in present.tolist())


def term_labels(terms: Sequence[str] | None, names: tuple[str, ...]) -> tuple[str, ...]:
    """The term each column belongs to; columns of one term must be neighbours."""
    if terms is None:
        return names
    labels = tuple(str(term) for term in terms)
    changes = 1 + sum(a != b for a, b in pairwise(labels))
    if len(labels) != len(names) or changes != len(set(labels)):
        raise CoxError(
            "terms-mismatch", "terms needs one label per column, columns of a term together"
        )
    return labels
