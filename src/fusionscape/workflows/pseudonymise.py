"""Take the identities out of a cohort before anything is analysed, drawn or written.

Patient ids become P001, P002 ... in the order of a keyed hash, so that neither the new id
nor its position tells the old one. Dates are days from diagnosis already; the year of
diagnosis goes. Columns without a declared meaning and free text go, for they can hold
anything. What patients have in common is computed from exact ages, karyotypes and
immunophenotypes; ``shown_patients.py`` takes single patients' own values from what is shown.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePath

import polars as pl

from fusionscape.cohort import Codebook, Cohort
from fusionscape.cohort.build import build_cohort
from fusionscape.cohort.schema import PATIENT_FIELDS
from fusionscape.results import Finding, FlowNode, make_id
from fusionscape.workflows.scrubbed_events import (
    named_treatment,
    neutral_rules,
    own_reasons,
    reason_of_loss,
    scrubbed_events,
)

_DROPPED = ("year_of_diagnosis",)


def new_ids(patient_ids: Iterable[str], key: bytes) -> dict[str, str]:
    """Old id -> P001 ..., numbered in the order of HMAC-SHA256 under `key`."""

    def digest(old: str) -> bytes:
        return hmac.new(key, old.encode(), hashlib.sha256).digest()

    ordered = sorted(patient_ids, key=digest)
    width = max(3, len(str(len(ordered))))
    return {old: f"P{i:0{width}d}" for i, old in enumerate(ordered, start=1)}


_FEWEST_ALIKE = 5  # a protocol of fewer patients would name its hospital, or the patient


def _common_protocols(protocols: pl.Series) -> pl.Series:
    """Each protocol that enough patients share, and one word for all the others."""
    number = protocols.value_counts(name="patients")
    rare = number.filter(pl.col("patients") < _FEWEST_ALIKE)[protocols.name]
    read = ["other protocol" if p in set(rare) and p is not None else p for p in protocols]
    return pl.Series(protocols.name, read, dtype=pl.String)


def _declared(cohort: Cohort) -> list[str]:
    known = {c.field.removeprefix("covariate:") for c in cohort.codebook.columns if c.sure}
    keep = [
        name
        for name, dtype in cohort.patients.schema.items()
        if name not in _DROPPED
        and (name in PATIENT_FIELDS or (name in known and dtype != pl.String))
    ]
    return keep


def _flow(nodes: Iterable[FlowNode]) -> tuple[FlowNode, ...]:
    """The boxes of the declared rules, whose reasons are free text, by number."""
    out: list[FlowNode] = []
    renamed: dict[str, str] = {}
    for number, node in enumerate(nodes):
        if node.reason is not None:
            renamed[node.id] = make_id("flow", "rule", str(number))
            node = replace(node, id=renamed[node.id], label=f"Rule {number}", reason="by rule")
        out.append(replace(node, parent=renamed.get(node.parent or "", node.parent)))
    return tuple(out)


def _codebook(codebook: Codebook) -> Codebook:
    files = sorted({c.file for c in codebook.columns})
    number = {name: f"file {i}" if name else "" for i, name in enumerate(files, start=1)}
    return replace(
        codebook,
        columns=tuple(replace(c, file=number[c.file]) for c in codebook.columns),
        rules=tuple(replace(r, reason="by rule") for r in codebook.rules),
    )


def _name(cohort: Cohort) -> str:
    """The study's name, unless it is only the name of a file."""
    stems = {PurePath(c.file).stem for c in cohort.codebook.columns}
    return "Pseudonymised cohort" if cohort.name in stems else cohort.name


def scrub_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings without the values, rows, numbers and sentences that could name a patient."""
    scrubbed = (
        replace(
            finding,
            what=f"The input check reported {finding.code}; its details are withheld here.",
            mend="Run the check on the original files to see them.",
            value=None,
            row=None,
            file=None,
            count=1,
        )
        for finding in findings
    )
    return tuple(dict.fromkeys(scrubbed))  # how often would be a number of patients


def pseudonymise(cohort: Cohort, key: bytes) -> tuple[Cohort, dict[str, str]]:
    """The cohort under new ids, and the old -> new table (for the key file, if asked for)."""
    ids = new_ids(cohort.patients["patient_id"].to_list(), key)
    mapping = pl.DataFrame(
        {"patient_id": list(ids), "new": list(ids.values())},
        schema={"patient_id": pl.String, "new": pl.String},
    )

    def renamed(table: pl.DataFrame) -> pl.DataFrame:
        joined = table.join(mapping, on="patient_id", how="left", maintain_order="left")
        return joined.with_columns(pl.col("new").alias("patient_id")).drop("new")

    patients = renamed(cohort.patients.select(_declared(cohort)))
    if "protocol" in patients.columns:
        patients = patients.with_columns(_common_protocols(patients["protocol"]))
    blank = pl.lit(None, dtype=pl.String).alias("reported")
    told = {name: value for name, value in cohort.study.items() if name != "inputs"}
    own = own_reasons(told)
    for name, word in (
        ("treatment", named_treatment),
        ("loss_reason", lambda text: reason_of_loss(text, own)),
    ):
        if name in patients.columns:
            read = [word(text) for text in patients[name]]
            patients = patients.with_columns(pl.Series(name, read, dtype=pl.String))
    names = frozenset([*cohort.lesions["lesion"], *patients.columns])
    made = build_cohort(
        name=_name(cohort),
        patients=patients,
        lesions=renamed(cohort.lesions).with_columns(blank),
        events=scrubbed_events(renamed(cohort.events), names, own),
        assays=renamed(cohort.assays),
        codebook=_codebook(cohort.codebook),
        plan=replace(cohort.plan, cases=tuple(ids[c] for c in cohort.plan.cases if c in ids)),
        printed=cohort.printed,
        findings=scrub_findings(cohort.findings),
        flow=_flow(cohort.flow),
        study=neutral_rules(told, own),
    )
    return made, ids
