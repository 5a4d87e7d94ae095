"""What a check sees."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fusionscape.cohort import Codebook, Plan
from fusionscape.readers.assembling.join import Joined
from fusionscape.readers.codes import finding
from fusionscape.results import Finding


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
        )

    def known(self, field: str) -> dict[str, Any]:
        """Patient to value of a field, where it is known."""
        return {
            who: values[field]
            for who, values in self.patients.items()
            if values.get(field) is not None
        }

    def source(self, field: str) -> str:
        """The file's column of a field, or the field's own name."""
        meaning = self.codebook.meaning(field)
        return field if meaning is None else meaning.source

    def per_patient(
        self, code: str, field: str, people: Mapping[str, Any], what: str
    ) -> Iterable[Finding]:
        """One finding a patient, `what` with {value} filled in."""
        for who, value in people.items():
            text = f"Patient {who[:40]}: {what.format(value=value)}"
            yield finding(code, text, file=self.file, column=self.source(field), value=str(value))

    def whole(self, code: str, field: str, what: str, *, count: int = 1) -> Finding:
        """One finding about a column."""
        return finding(code, what, file=self.file, column=self.source(field), count=count)


Check = Callable[[View], Iterable[Finding]]
