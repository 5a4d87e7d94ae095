"""What follows the sections: manuscript text, checklist, plan, input check, provenance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from fusionscape.report.section import Provenance
from fusionscape.results import Column, Finding, Row, Table
from fusionscape.tables.html import to_html
from fusionscape.words.manuscript import Manuscript
from fusionscape.words.numbers import integer

Part = dict[str, Any]
_FINDINGS = (
    Column(name="severity", label="Severity"),
    Column(name="what", label="What"),
    Column(name="mend", label="How to mend"),
    Column(name="where", label="Where"),
    Column(name="count", label="Times", kind="integer"),
)


def _part(anchor: str, heading: str, **more: Any) -> Part:
    empty: Part = {"lines": (), "texts": (), "references": (), "tables": (), "facts": ()}
    return {"anchor": anchor, "heading": heading, **empty, **more}


def flat(value: Any) -> str:
    """A value of the study or the plan as text."""
    if value is None:
        return "not stated"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "; ".join(f"{k}: {flat(v)}" for k, v in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(flat(v) for v in value) or "none"
    return str(value)


def facts(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Names and values of a study or a plan, ready to print."""
    return [(str(k).replace("_", " ").capitalize(), flat(v)) for k, v in values.items()]


def _where(finding: Finding) -> str:
    row = f"row {integer(finding.row)}" if finding.row is not None else None
    column = f"column {finding.column}" if finding.column else None
    return ", ".join(part for part in (finding.file, row, column) if part)


def findings_table(findings: Sequence[Finding]) -> Table:
    """What the input check found, one row a finding."""
    rows = tuple(
        Row(
            cells=(f.severity, f.what, f.mend, _where(f), integer(f.count)),
            values=(f.severity, f.what, f.mend, _where(f), f.count),
        )
        for f in findings
    )
    return Table(id="findings", title="Findings of the input check", columns=_FINDINGS, rows=rows)


def _findings(findings: Sequence[Finding]) -> Part:
    table = findings_table(findings)
    if not table.rows:
        return _part("input-check", "Input check", lines=("Nothing was found amiss.",))
    return _part("input-check", "Input check", tables=(Markup(to_html(table)),))


def _manuscript(text: Manuscript) -> Part:
    texts = (
        {"heading": "Methods", "id": "manuscript-methods", "text": text.methods},
        {"heading": "Results", "id": "manuscript-results", "text": text.results},
    )
    lines = ("Written from the same values as the figures; read it before you use it.",)
    return _part(
        "manuscript", "Manuscript text", lines=lines, texts=texts, references=text.references
    )


def plan_origin(findings: Sequence[Finding]) -> str:
    """Where the analysis plan comes from, in one sentence."""
    if any(f.code == "codebook-used" for f in findings):
        return (
            "The plan comes from the packaged codebook of this known table, not from a "
            "declaration of this study; what the codebook does not say is the default."
        )
    return "The plan is the study's own declaration; what it does not declare is the default."


def provenance_facts(provenance: Provenance) -> list[tuple[str, str]]:
    """How the report came to be, as names and values."""
    said = [("Version", provenance.version), ("Command", provenance.command)]
    said += [(f"Input {name}", checksum) for name, checksum in provenance.inputs]
    said += list(provenance.more.items())
    return said


def _provenance(provenance: Provenance) -> Part:
    return _part("provenance", "Provenance", facts=provenance_facts(provenance))


def matter(
    *,
    study: Mapping[str, Any],
    findings: Sequence[Finding],
    plan: Mapping[str, Any],
    provenance: Provenance,
    manuscript: Manuscript,
    checklist: Table | None,
) -> list[Part]:
    """The parts after the sections, in reading order."""
    parts = [_manuscript(manuscript)]
    if checklist is not None:
        parts.append(
            _part("checklist", "Reporting checklist", tables=(Markup(to_html(checklist)),))
        )
    parts.append(
        _part(
            "plan",
            "Analysis plan",
            facts=facts({**study, **plan}),
            lines=(plan_origin(findings),),
        )
    )
    return [*parts, _findings(findings), _provenance(provenance)]
