"""What one file contributes to a cohort."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fusionscape.cohort import ColumnMeaning
from fusionscape.readers.places import Places
from fusionscape.results import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """Rows for the cohort's tables, by the names of cohort/schema.py, and what was found.

    `patients` maps a patient id to field -> value; `sample_patient` maps sample ids to
    patients where a file speaks of samples. Rows of `lesions`, `events` and `assays` may
    carry `sample_id` instead of `patient_id`; assembling resolves it. A lesion row
    with `by_assay` holds only as far as the patient's assay could see. `opened` are the files that
    were opened for it, and `places` says where in the file its patients stand.
    """

    file: str
    patients: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    lesions: tuple[Mapping[str, Any], ...] = ()
    events: tuple[Mapping[str, Any], ...] = ()
    assays: tuple[Mapping[str, Any], ...] = ()
    columns: tuple[ColumnMeaning, ...] = ()
    sample_patient: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    opened: tuple[Path, ...] = ()
    places: Places | None = None
