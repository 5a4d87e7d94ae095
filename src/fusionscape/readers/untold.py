"""Cells about the driver's fusion that do not say whether it is there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any


def scopes_about(driver: str) -> tuple[str, str]:
    """The scopes of assays that see every fusion of the driver."""
    return ("fusions", f"{driver} fusion")


def untold(row: Mapping[str, Any], driver: str) -> bool:
    """True for a lesion row that says a fusion of the driver was not tested."""
    about = driver in (row.get("gene"), row.get("partner"))
    return about and row.get("lesion_type") == "fusion" and row["state"] == "not tested"


def untold_words(lesions: Iterable[Mapping[str, Any]], driver: str) -> dict[str, str]:
    """Patients with such a row, and the word of their cell; "" for a blank one.

    >>> row = {"patient_id": "a", "lesion": "NUP98 fusion", "lesion_type": "fusion"}
    >>> row |= {"gene": "NUP98", "state": "not tested", "reported": "pending"}
    >>> untold_words([row], "NUP98"), untold_words([row], "KMT2A")
    ({'a': 'pending'}, {})
    """
    words: dict[str, str] = {}
    for row in lesions:
        if untold(row, driver):
            who = str(row["patient_id"])
            words[who] = words.get(who) or str(row.get("reported") or "")
    return words


def undenied(
    assays: Sequence[Mapping[str, Any]], lesions: Sequence[Mapping[str, Any]], driver: str
) -> list[Mapping[str, Any]]:
    """The assays of a table without those its own fusion cell denies ("not tested").

    A blank cell denies nothing: beside a column that says the patient was tested, it says that
    nothing was found.
    """
    denied = {who for who, word in untold_words(lesions, driver).items() if word}
    looked = scopes_about(driver)
    return [a for a in assays if a["patient_id"] not in denied or a["scope"] not in looked]


def opened(lesions: Iterable[Mapping[str, Any]], driver: str) -> list[Mapping[str, Any]]:
    """For each unclear cell about one fusion of the driver: a row that leaves the driver open."""
    name = f"{driver} fusion"
    return [
        {
            "patient_id": row["patient_id"],
            "lesion": name,
            "lesion_type": "fusion",
            "gene": driver,
            "state": "ambiguous",
            "reported": row.get("reported"),
        }
        for row in lesions
        if row["state"] == "ambiguous"
        and row.get("lesion_type") == "fusion"
        and row["lesion"] != name
        and driver in (row.get("gene"), row.get("partner"))
    ]


def unseen(
    lesions: Iterable[Mapping[str, Any]],
    unlooked: Collection[str],
    assays: Iterable[Mapping[str, Any]],
) -> list[Mapping[str, Any]]:
    """The rows, a "none" of a patient who was not tested made "not tested".

    `unlooked` are patients of whom a column says that they were not looked at; another column
    that says they were (`assays`) wins.
    """
    tested = {str(a.get("patient_id")) for a in assays}
    skipped = {who for who in unlooked if who not in tested}
    return [
        {**row, "state": "not tested", "reported": f"{row.get('reported')}, not looked for"}
        if row.get("by_assay") and row["patient_id"] in skipped
        else row
        for row in lesions
    ]
