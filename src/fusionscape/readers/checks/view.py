"""What a check sees."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fusionscape.cohort import Codebook, ColumnMeaning, Plan
from fusionscape.readers.assembling.join import Joined
from fusionscape.readers.codes import finding, shown
from fusionscape.readers.places import Places
from fusionscape.results import Finding

# Fields that may be counted from other columns: those columns, the decisive one first.
_MADE_OF = {
    "os_event": ("vital_status", "date:death", "day:death"),
    "os_days": (
        "date:death", "day:death", "date:death_or_last_seen", "day:death_or_last_seen",
        "date:last_seen", "day:last_seen", "date:lost", "day:lost",
    ),
    "transplant_days": ("date:transplant", "day:transplant"),
    "transplant": ("date:transplant", "day:transplant"),
    "entry_days": ("date:entry", "day:entry"),
}  # fmt: skip
SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The patients in the cohort with their rows, and the study's declarations."""

    file: str
    patients: Mapping[str, Mapping[str, Any]]
    lesions: Sequence[Mapping[str, Any]]
    events: Sequence[Mapping[str, Any]]
    assays: Sequence[Mapping[str, Any]]
    codebook: Codebook
    plan: Plan
    places: Mapping[str, Places]

    @classmethod
    def of(cls, joined: Joined, included: Sequence[str], codebook: Codebook, plan: Plan) -> View:
        """The view of the included patients."""
        stay = set(included)
        return cls(
            file=joined.origin,
            patients={who: joined.patients[who] for who in included},
            lesions=[r for r in joined.lesions if r["patient_id"] in stay],
            events=[r for r in joined.events if r["patient_id"] in stay],
            assays=[r for r in joined.assays if r["patient_id"] in stay],
            codebook=codebook,
            plan=plan,
            places=joined.places,
        )

    def known(self, field: str) -> dict[str, Any]:
        """Patient to value of a field, where it is known."""
        return {
            who: values[field]
            for who, values in self.patients.items()
            if values.get(field) is not None
        }

    def ends(self) -> dict[str, float]:
        """Patient to the last day on which survival may have ended; partial dates leave play."""
        ends = self.known("os_days")
        if self.codebook.meaning("os_days") is None:
            for event in self.events:
                who, high = str(event["patient_id"]), event.get("day_high")
                if event["kind"] in ("death", "last_seen", "lost") and high and who in ends:
                    ends[who] = max(ends[who], high)
        return ends

    def play(self, *fields: str) -> float:
        """How far times of these fields may differ by rounding: a day, or a month where they
        are printed in months or years.
        """
        units = [m.unit for field in fields if (m := self.codebook.meaning(field))]
        return 1.0 if all(unit in ("", "d", "day", "days") for unit in units) else 31.0

    def column(self, field: str) -> ColumnMeaning | None:
        """The file's column of a field, or the first of those it is counted from."""
        for name in (field, *_MADE_OF.get(field, ())):
            meaning = self.codebook.meaning(name)
            if meaning is not None:
                return meaning
        return None

    def source(self, field: str) -> str:
        """The name of that column, or the field's own."""
        meaning = self.column(field)
        return field if meaning is None else meaning.source

    def event_column(self, kind: str) -> ColumnMeaning | None:
        """The column of dates or days that holds events of a kind."""
        names = [f"{form}:{kind}" for form in ("date", "day")]
        if kind in ("death", "last_seen"):
            names += [f"{form}:death_or_last_seen" for form in ("date", "day")]
        return next((m for name in names if (m := self.codebook.meaning(name))), None)

    def row(self, who: str, column: ColumnMeaning | None) -> int | None:
        """The row of the file in which a patient has this column."""
        if column is None:
            return None
        places = self._places(column)
        return None if places is None else places.row(who, column.source)

    def _places(self, column: ColumnMeaning) -> Places | None:
        return self.places.get(column.file)

    def named(self, people: Iterable[str], field: str | ColumnMeaning | None) -> str:
        """The first patients and the rows they stand in, and how many more there are.

        For example: ``A02 (row 4), A04 (row 6) and 3 more``.
        """
        found = list(people)
        column = self.column(field) if isinstance(field, str) else field
        names = []
        for who in found[:SHOWN]:
            at = self.row(who, column)
            names.append(who[:40] if at is None else f"{who[:40]} (row {at})")
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        return ", ".join(names) + more

    def at(self, code: str, who: str, column: ColumnMeaning | str, what: str) -> Finding:
        """One finding about a patient, at its place in the file."""
        if isinstance(column, str):
            return finding(code, what, file=self.file, column=column)
        places = self._places(column)
        return finding(
            code,
            what,
            file=column.file or self.file,
            row=self.row(who, column),
            column=column.source,
            value=None if places is None else places.cell(who, column.source),
        )

    def per_patient(
        self, code: str, field: str, people: Mapping[str, Any], what: str
    ) -> Iterable[Finding]:
        """One finding a patient, `what` with {value} filled in."""
        for who, value in people.items():
            text = f"Patient {who[:40]}: {what.format(value=value)}"
            said = self.at(code, who, self.column(field) or field, text)
            yield said if said.value is not None else replace(said, value=shown(str(value)))

    def whole(
        self, code: str, field: str, what: str, *, count: int = 1, mend: str | None = None
    ) -> Finding:
        """One finding about a column."""
        column = self.column(field)
        file = self.file if column is None or not column.file else column.file
        return finding(code, what, mend=mend, file=file, column=self.source(field), count=count)


Check = Callable[[View], Iterable[Finding]]
