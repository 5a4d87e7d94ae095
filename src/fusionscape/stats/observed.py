"""What was observed: follow-up times, events, entries and groups, checked once for every kernel.

Rows with a missing time, event, entry, weight, group or stratum are left out and counted. An
entry at or before time zero means "under observation from the origin". A row whose entry is not
before its time was never at risk: it is left out and counted apart.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from fusionscape.results import Caution, Finding, FloatArray, InputError, caution

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Frozen = TypeVar("Frozen", bound="DataclassInstance")
IntArray = npt.NDArray[np.intp]
BoolArray = npt.NDArray[np.bool_]

SMALL_RANGE = 1000  # whole-number labels this close are counted, not sorted
MOST_CAUSES = 1000  # codes of causes: a larger one is a date or an identifier
# Times closer than this share of the mean time are one time (as survival::aeqSurv).
TIE = float(np.sqrt(np.finfo(float).eps))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Observed:
    """Checked rows. `event` is 0 censored, 1.. the event or its cause; `kept` are their rows."""

    time: FloatArray
    event: IntArray
    entry: FloatArray | None
    weights: FloatArray | None
    codes: IntArray
    groups: tuple[str, ...]
    strata: IntArray
    n_strata: int
    missing: int
    missing_in: tuple[int, ...]
    never_at_risk: int
    kept: IntArray

    @property
    def n(self) -> int:
        """Rows that were at risk at some time."""
        return int(self.time.size)

    def of(self, code: int) -> Rows:
        """The rows of one group."""
        if len(self.groups) <= 1:
            return Rows(self.time, self.event, self.entry, self.weights)
        mine = self.codes == code
        return Rows(
            self.time[mine],
            self.event[mine],
            None if self.entry is None else self.entry[mine],
            None if self.weights is None else self.weights[mine],
        )

    def cautions(self) -> tuple[Caution, ...]:
        """What happened to rows that could not count."""
        if not self.never_at_risk:
            return ()
        return (caution("never-at-risk", n=self.never_at_risk),)


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Times, events, entries and weights of one group."""

    time: FloatArray
    event: IntArray
    entry: FloatArray | None = None
    weights: FloatArray | None = None


def read_only(result: Frozen) -> Frozen:
    """The result, its arrays closed to writing."""
    for field in fields(result):
        value = getattr(result, field.name)
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
    return result


class ArgumentError(InputError, ValueError):
    """An argument that cannot be used: findings for a reader, ValueError for a caller."""


def refuse(code: str, what: str, mend: str, column: str | None = None) -> ArgumentError:
    """The error a kernel raises when its input cannot answer the question."""
    finding = Finding(code=code, severity="error", what=what, mend=mend, column=column)
    return ArgumentError([finding])


def number_label(value: float) -> str:
    """A number as a group label: 1.0 reads ``1``."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def labelled(values: Any, n: int, name: str) -> tuple[IntArray, tuple[str, ...], BoolArray]:
    """Codes, sorted labels and a mask of known values; numbers sort as numbers, text as text.

    None, nan and empty text are unknown.
    """
    try:
        raw = np.asarray(values)
    except ValueError:  # rows of different lengths
        raw = np.empty((0, 0))
    if raw.shape != (n,):
        raise refuse("length-differs", f"`{name}` must have {n} values.", "Give one per row.", name)
    if raw.dtype.kind in "biu" and n and int(raw.max()) - int(raw.min()) < n + SMALL_RANGE:
        low = int(raw.min())
        shifted = raw.astype(np.intp) - low
        present = np.bincount(shifted) > 0
        codes = (np.cumsum(present) - 1)[shifted]
        labels = tuple(str(v + low) for v in np.flatnonzero(present).tolist())
        return codes.astype(np.intp), labels, np.ones(n, dtype=bool)
    if raw.dtype.kind in "biuf":
        numbers = raw.astype(float)
        known = ~np.isnan(numbers)
        levels, found = np.unique(numbers[known], return_inverse=True)
        labels = tuple(number_label(v) for v in levels.tolist())
    else:
        known = np.array([v is not None and v == v and v != "" for v in raw.tolist()], dtype=bool)
        text = raw[known].astype(str)
        levels, found = np.unique(text, return_inverse=True)
        labels = tuple(str(v) for v in levels.tolist())
    codes = np.full(n, -1, dtype=np.intp)
    codes[known] = found
    return codes, labels, known


def floats(values: Any, name: str) -> FloatArray:
    """A float array of any shape; None and masked entries become nan.

    Text, complex numbers, dates and rows of different lengths are refused: a date would turn into
    a count of days or of nanoseconds, whichever its unit.
    """
    try:
        raw = np.ma.asanyarray(values) if isinstance(values, np.ma.MaskedArray) else values
        plain = np.asarray(raw)
        if plain.dtype.kind in "mMc":
            raise TypeError
        found: FloatArray = plain.astype(float)
    except (TypeError, ValueError, OverflowError):
        raise refuse(
            "not-a-number",
            f"`{name}` holds values that are not numbers.",
            "Give numbers; turn dates into days since the origin.",
            name,
        ) from None
    if isinstance(raw, np.ma.MaskedArray):
        found[np.ma.getmaskarray(raw)] = np.nan
    return found


def checked_number(
    value: Any, name: str, low: float = -np.inf, high: float = np.inf, *, whole: bool = False
) -> float:
    """One finite number of an option, from `low` to `high`; text, None and nan are refused."""
    real = isinstance(value, int | float | np.integer | np.floating)
    if not real or not np.isfinite(value) or not low <= value <= high:
        raise refuse("bad-option", f"`{name}` cannot be {value!r}.", "Give one number.", name)
    if whole and value != int(value):
        raise refuse("bad-option", f"`{name}` must be a whole number.", "Give one.", name)
    return float(value)


def checked_level(level: Any) -> float:
    """A confidence level, strictly between 0 and 1."""
    real = isinstance(level, int | float | np.integer | np.floating)
    if not real or not 0 < level < 1:
        what = "The confidence `level` must lie between 0 and 1."
        raise refuse("bad-level", what, "Use 0.95.", "level")
    return float(level)


def numbers(values: Any, name: str, n: int | None = None) -> FloatArray:
    """A float vector; None becomes nan."""
    vector = floats(values, name)
    if vector.ndim != 1 or (n is not None and vector.size != n):
        size = "one dimension" if n is None else f"{n} values"
        raise refuse("length-differs", f"`{name}` must have {size}.", "Give one per row.", name)
    return vector


def _check_ranges(
    time: FloatArray, event: FloatArray, weights: FloatArray | None, causes: bool
) -> None:
    if (time < 0).any():
        raise refuse("negative-time", "A follow-up time is negative.", "Check the dates.", "time")
    if np.isinf(time).any():
        raise refuse("infinite-time", "A follow-up time is infinite.", "Check the dates.", "time")
    known = event[~np.isnan(event)]
    odd = (known < 0) | (known > MOST_CAUSES) | (known != np.floor(known))
    if causes and odd.any():
        raise refuse(
            "cause-not-a-code",
            f"`cause` must be 0 for censored and 1, 2, ... {MOST_CAUSES} for the causes.",
            "Recode the causes.",
            "cause",
        )
    if not causes and ((known != 0) & (known != 1)).any():
        raise refuse(
            "event-not-0-1", "`event` must be 0 or 1.", "Recode the events as 0 and 1.", "event"
        )
    if weights is not None and ((weights < 0) | np.isinf(weights)).any():
        raise refuse("bad-weight", "A weight is negative or infinite.", "Check them.", "weights")


def _known(parts: list[FloatArray | None], n: int) -> BoolArray:
    known = np.ones(n, dtype=bool)
    for part in parts:
        if part is not None:
            known &= ~np.isnan(part)
    return known


def _never(time: FloatArray, entry: FloatArray | None) -> BoolArray:
    if entry is None:
        return np.zeros(time.size, dtype=bool)
    scale = float(np.mean(time)) if time.size else 0.0
    never: BoolArray = entry >= time - TIE * scale
    return never


def observe(
    time: Any,
    event: Any,
    *,
    entry: Any = None,
    weights: Any = None,
    group: Any = None,
    strata: Any = None,
    causes: bool = False,
) -> Observed:
    """Check and clean the arrays of one call."""
    times = numbers(time, "time")
    n = times.size
    events = numbers(event, "cause" if causes else "event", n)
    entries = None if entry is None else numbers(entry, "entry", n)
    if entries is not None:
        entries = np.where(entries <= 0, -np.inf, entries)
    weight = None if weights is None else numbers(weights, "weights", n)
    _check_ranges(times, events, weight, causes)
    known = _known([times, events, entries, weight], n)
    codes = np.zeros(n, dtype=np.intp)
    groups: tuple[str, ...] = ("all",)
    grouped = np.ones(n, dtype=bool)
    if group is not None:
        codes, groups, grouped = labelled(group, n, "group")
    stratum, n_strata = np.zeros(n, dtype=np.intp), 1
    if strata is not None:
        stratum, names, with_stratum = labelled(strata, n, "strata")
        n_strata = len(names)
        known &= with_stratum
    keep = known & grouped
    lost = np.bincount(codes[grouped & ~keep], minlength=len(groups))
    return _select(
        keep, times, events, entries, weight, codes, groups, stratum, n_strata, lost.tolist()
    )


def _select(
    keep: BoolArray,
    time: FloatArray,
    event: FloatArray,
    entry: FloatArray | None,
    weights: FloatArray | None,
    codes: IntArray,
    groups: tuple[str, ...],
    strata: IntArray,
    n_strata: int,
    lost: list[int],
) -> Observed:
    whole = bool(keep.all())
    rows = np.arange(keep.size) if whole else np.flatnonzero(keep)
    missing = keep.size - rows.size
    inner = None if entry is None else entry[rows]
    never = _never(time[rows], inner)
    if entry is not None and never.any():
        rows, whole = rows[~never], False
    if rows.size == 0:
        raise refuse("no-patients", "No patient was at risk.", "Check missing times and events.")

    def pick(values: Any) -> Any:
        return values if whole else values[rows]

    return Observed(
        time=pick(time),
        event=pick(event).astype(np.intp),
        entry=None if entry is None else pick(entry),
        weights=None if weights is None else pick(weights),
        codes=pick(codes),
        groups=groups,
        strata=pick(strata),
        n_strata=n_strata,
        missing=missing,
        missing_in=tuple(int(v) for v in lost),
        never_at_risk=int(never.sum()),
        kept=rows,
    )
