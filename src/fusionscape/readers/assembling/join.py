"""Which patients the cohort has, and rows of other files brought to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fusionscape.readers.codes import finding
from fusionscape.readers.fragment import Fragment
from fusionscape.readers.places import Places
from fusionscape.results import Finding


@dataclass(slots=True)
class Joined:
    """Everything known of every patient, before days are counted and rules applied."""

    patients: dict[str, dict[str, Any]] = field(default_factory=dict)
    lesions: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    assays: list[dict[str, Any]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    origin: str = ""
    places: dict[str, Places] = field(default_factory=dict)


def join(fragments: Sequence[Fragment]) -> Joined:
    """The patients of the first file that has any, with what the other files say of them.

    A row of a patient or sample that the first file does not know is left out and counted; a
    file of which nothing can be joined is an error.
    """
    joined = Joined()
    base = next((f for f in fragments if f.patients), None)
    if base is None:
        return joined
    joined.origin = base.file
    joined.patients = {who: dict(values) for who, values in base.patients.items()}
    samples: dict[str, str] = {}
    for fragment in fragments:
        if fragment.places is not None:
            joined.places.setdefault(fragment.file, fragment.places)
        _join_samples(samples, fragment, joined)
    for fragment in fragments:
        if fragment is not base:
            _join_patients(joined, fragment)
        _join_rows(joined, fragment, samples)
    return joined


def _join_samples(samples: dict[str, str], fragment: Fragment, joined: Joined) -> None:
    for sample, who in fragment.sample_patient.items():
        other = samples.setdefault(sample, who)
        if other != who:
            what = f"Sample {sample[:40]!r} belongs to {other!r} and to {who!r}."
            joined.findings.append(finding("sample-of-two-patients", what, file=fragment.file))


def _join_patients(joined: Joined, fragment: Fragment) -> None:
    strangers = [who for who in fragment.patients if who not in joined.patients]
    _unmatched(joined, fragment.file, strangers, len(fragment.patients), "patients")
    conflicts: dict[str, list[str]] = {}
    for who, values in fragment.patients.items():
        known = joined.patients.get(who)
        if known is None:
            continue
        for name, value in values.items():
            if value is None:
                continue
            if known.get(name) is None:
                known[name] = value
            elif known[name] != value:
                conflicts.setdefault(name, []).append(who)
    for name, people in conflicts.items():
        what = (
            f"{name} of {len(people)} patients differs between {joined.origin} and "
            f"{fragment.file} (first {people[0]}); {joined.origin} was used."
        )
        joined.findings.append(
            finding("files-disagree", what, file=fragment.file, column=name, count=len(people))
        )


def _join_rows(joined: Joined, fragment: Fragment, samples: Mapping[str, str]) -> None:
    strangers: dict[str, None] = {}
    ids: dict[str, None] = {}
    for rows, target in (
        (fragment.lesions, joined.lesions),
        (fragment.events, joined.events),
        (fragment.assays, joined.assays),
    ):
        for row in rows:
            name = _name(row)
            who = _whose(row, joined.patients, samples)
            ids[name] = None
            if who is None:
                strangers[name] = None
            else:
                target.append({**row, "patient_id": who})
    if not fragment.patients:
        _unmatched(joined, fragment.file, strangers, len(ids), "samples or patients")


def _name(row: Mapping[str, Any]) -> str:
    return str(row.get("patient_id") or row.get("sample_id"))


def _whose(
    row: Mapping[str, Any], patients: Mapping[str, Any], samples: Mapping[str, str]
) -> str | None:
    who = row.get("patient_id")
    if who is None:
        sample = row.get("sample_id")
        who = samples.get(str(sample), sample)
    return str(who) if who is not None and str(who) in patients else None


def _unmatched(
    joined: Joined, file: str, strangers: Iterable[str], total: int, things: str
) -> None:
    names = list(strangers)
    if not names:
        return
    shown = ", ".join(name[:40] for name in names[:5])
    what = f"{len(names)} of {total} {things} of {file} are not in {joined.origin}: {shown}."
    code = "join-without-match" if len(names) == total else "join-unmatched"
    joined.findings.append(finding(code, what, file=file, count=len(names)))
