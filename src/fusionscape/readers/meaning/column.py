"""One declared column of one table: its known cells, and the findings about them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from fusionscape.readers.codes import finding
from fusionscape.readers.meaning.fields import FieldForm
from fusionscape.readers.meaning.same_value import by_value
from fusionscape.readers.opening import limits
from fusionscape.readers.raw import RawTable
from fusionscape.readers.study.model import ColumnSpec
from fusionscape.readers.values.words import MISSING_IN_VALUES, is_missing, key
from fusionscape.results import Finding


class Cell(NamedTuple):
    """A known cell: whose it is, where it stands, what it says after the declared values."""

    patient: str
    row: int
    text: str
    raw: str
    ambiguous: bool = False


@dataclass(slots=True, kw_only=True)
class Column:
    """A column being read. `rows` are the (row index, patient id) pairs that count."""

    table: RawTable
    spec: ColumnSpec
    form: FieldForm
    position: int
    rows: Sequence[tuple[int, str]]
    missing: frozenset[str]
    driver: str
    preferred: frozenset[int] = frozenset()
    noted: list[tuple[Finding, str | None]] = field(default_factory=list)
    _values: dict[str, str] = field(default_factory=dict)
    _ambiguous: frozenset[str] = frozenset()
    _said: dict[tuple[str, bool], str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._values = {key(raw): meaning for raw, meaning in self.spec.values.items()}
        self._ambiguous = frozenset(key(raw) for raw in self.spec.ambiguous)

    def cells(self, *, dash: bool = True, untold: bool = False) -> Iterator[Cell]:
        """Every known cell; missing ones are passed over, or come without text when `untold`.

        A declared value wins over a word of `missing`.
        """
        for row, patient in self.rows:
            if self.spec.of_preferred and row not in self.preferred:
                continue
            raw = self.table.rows[row][self.position]
            if raw is None:
                if self.spec.blank == "absent":
                    yield Cell(patient=patient, row=row, text="absent", raw="")
                elif untold:
                    yield Cell(patient=patient, row=row, text="", raw="")
                continue
            text = self._text(raw, row, dash=dash)
            if text is not None:
                ambiguous = bool(self._ambiguous) and key(raw) in self._ambiguous
                yield Cell(patient=patient, row=row, text=text, raw=raw, ambiguous=ambiguous)
            elif untold:
                yield Cell(patient=patient, row=row, text="", raw=raw)

    def _text(self, raw: str, row: int, *, dash: bool) -> str | None:
        """What a cell says after the declared values, None when it is missing."""
        if len(raw) > limits.VALUE_CHARACTERS:
            at = self.table.row_number(row, self.position)
            what = f"A cell of {self.spec.source!r} holds {len(raw):,} characters (row {at})."
            self.note("cell-too-large", what)
            return None
        place = (raw, dash)  # columns repeat their words
        if place not in self._said:
            self._said[place] = self._meaning(raw, dash=dash)
        return self._said[place]

    def _meaning(self, raw: str, *, dash: bool) -> str | None:
        word = key(raw)
        if word in self._ambiguous:
            return raw
        text = self._values.get(word)
        if text is not None:
            return None if is_missing(text) else text
        if word in self.missing or is_missing(raw, dash=dash) or self.spec.others == "missing":
            return None
        return raw

    @property
    def declared(self) -> frozenset[str]:
        """The raw values whose meaning is declared."""
        return frozenset(self._values) | self._ambiguous

    def texts(self) -> list[str]:
        """The known texts, in row order."""
        return [cell.text for cell in self.cells() if not cell.ambiguous]

    def at(self, cell: Cell) -> int:
        """The row of the file a cell stands in."""
        return self.table.row_number(cell.row, self.position)

    def note(
        self,
        code: str,
        what: str,
        cell: Cell | None = None,
        *,
        mend: str | None = None,
        count: int = 1,
    ) -> None:
        """Add a finding about this column, or about one cell of it."""
        said = finding(
            code,
            what,
            mend=mend,
            file=self.table.name,
            row=None if cell is None else self.at(cell),
            column=self.spec.source,
            value=None if cell is None else cell.raw,
            count=count,
        )
        self.noted.append((said, None if cell is None else cell.patient))

    @property
    def found(self) -> list[Finding]:
        """The findings about this column, one for each value that many rows hold."""
        return by_value(self.table, self.noted)


@dataclass(slots=True)
class Parts:
    """The growing contents of a Fragment."""

    patients: dict[str, dict[str, Any]] = field(default_factory=dict)
    lesions: list[Mapping[str, Any]] = field(default_factory=list)
    events: list[Mapping[str, Any]] = field(default_factory=list)
    assays: list[Mapping[str, Any]] = field(default_factory=list)
    compared: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    unlooked: set[str] = field(default_factory=set)

    conflicts: dict[str, dict[str, None]] = field(default_factory=dict)

    def put(self, patient: str, name: str, value: Any) -> None:
        """Set one field of one patient; a later column wins, and a conflict is kept."""
        values = self.patients.setdefault(patient, {})
        if values.get(name, value) != value:
            self.conflicts.setdefault(name, {})[patient] = None
        values[name] = value


def mangled(name: str) -> str:
    """A column name without everything R or a database may have changed in it."""
    return re.sub(r"[\W_]+", "", name).casefold()


def locate(columns: Sequence[str], wanted: str) -> int | None:
    """The position of a column by its name, or by its name without punctuation when unique."""
    if wanted in columns:
        return columns.index(wanted)
    flat = mangled(wanted)
    hits = [i for i, column in enumerate(columns) if flat and mangled(column) == flat]
    return hits[0] if len(hits) == 1 else None


def locate_any(columns: Sequence[str], spec: ColumnSpec) -> int | None:
    """The position of a column by its name or one of its other names."""
    for name in (spec.source, *spec.also):
        position = locate(columns, name)
        if position is not None:
            return position
    return None


def in_place_of_missing(
    columns: Sequence[str], specs: Sequence[ColumnSpec]
) -> tuple[ColumnSpec, ...]:
    """The codebook's columns; a second column of a field fills it where the first is not there."""
    filled = {spec.field for spec in specs if locate_any(columns, spec) is not None}
    made: list[ColumnSpec] = []
    for spec in specs:
        field = spec.field.removeprefix("same:")
        there = locate_any(columns, spec) is not None
        if there and field != spec.field and field not in filled:
            filled.add(field)
            spec = spec.model_copy(update={"field": field})
        made.append(spec)
    return tuple(made)


def dash_means_no(column: Column) -> bool:
    """True when a column writes + and -, so that its dash is a no; an unclear dash is told."""
    raw = [column.table.rows[row][column.position] for row, _ in column.rows]
    words = [key(cell) for cell in raw if cell is not None]
    dashes = sum(word in MISSING_IN_VALUES and word not in column.missing for word in words)
    if not dashes or any(word in column.declared for word in MISSING_IN_VALUES):
        return False
    if {"+", "++", "+++", "(+)"} & set(words):
        return True
    what = f"{dashes} cells hold a dash, which may mean no or not known; they are missing."
    column.note("dash-unclear", what, count=dashes)
    return False


Reader = Callable[[Column, Parts], None]
