"""Fragments of one study to a Cohort."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import polars as pl

from fusionscape.cohort import Codebook, Cohort, Plan, PrintedGroup, PrintedRow, Rule, build_cohort
from fusionscape.cohort.schema import PATIENT_FIELDS
from fusionscape.readers.assembling.assays import add_assays
from fusionscape.readers.assembling.days import count_days, fill_from_events
from fusionscape.readers.assembling.join import Joined, join
from fusionscape.readers.assembling.losses import read_losses
from fusionscape.readers.assembling.rules import apply_rules
from fusionscape.readers.checks import check_cohort
from fusionscape.readers.checks.plan_names import plan_names
from fusionscape.readers.checks.printed_numbers import printed_numbers
from fusionscape.readers.codes import finding, tally
from fusionscape.readers.fragment import Fragment
from fusionscape.readers.study.model import PlanSpec, StudySpec
from fusionscape.readers.study.plan_values import tidied
from fusionscape.results import Finding, FlowNode, has_errors


def assemble(
    fragments: Sequence[Fragment], study: StudySpec, *, when_all_carry: bool = False
) -> tuple[Cohort | None, tuple[Finding, ...]]:
    """The cohort that the fragments make under the study's declarations, and all findings.

    None when a finding is an error. `when_all_carry` says that the study counts as selected
    by fusion if no patient is without one.
    """
    findings = [f for fragment in fragments for f in fragment.findings]
    joined = join(fragments)
    if not joined.patients:
        if not has_errors(findings):
            findings.append(finding("no-patients", "No file holds a patient."))
        return None, tally(findings)
    findings.extend(_wrong_kinds(joined))
    plan, notes = tidied(_declared(study))
    findings.extend(notes)
    count_days(joined, cut_off=study.data_cut_off)
    fill_from_events(joined)
    read_losses(joined, declared=_counted_losses(study))
    add_assays(
        joined,
        driver=plan.driver,
        tested_by=study.tested_by,
        tested_scope=study.tested_scope,
    )
    rules = tuple(rules_of(study))
    included, flow = apply_rules(joined, rules)
    codebook = _codebook(study, fragments, rules, joined, when_all_carry=when_all_carry)
    findings.extend(joined.findings)
    if not included:  # nothing more can be said of nobody
        findings.append(_nobody_left(flow))
        return None, tally(findings)
    findings.extend(check_cohort(joined, included, codebook, plan))
    findings.extend(plan_names(joined, included, codebook, plan, own_rules=study.endpoint_rules))
    findings.extend(printed_numbers(joined, study.printed))
    shown = tally(findings)
    if has_errors(shown):
        return None, shown
    return _build(joined, included, study, codebook, plan, shown, flow), shown


def _nobody_left(flow: Sequence[FlowNode]) -> Finding:
    """The rules leave nobody: how many came, how many went by each rule, which was the last."""
    screened = next(node.n for node in flow if node.parent is None)
    steps = [node for node in flow if node.reason is not None and node.n]
    before = screened - sum(node.n for node in steps[:-1])
    went = "; ".join(f"{node.label}: {node.n}" for node in steps[:-1])
    what = (
        f"Of {screened} patients nobody is left: {steps[-1].label!r} removed the last {before}."
        + (f" Removed before it: {went}." if went else "")
    )
    return finding("rules-leave-nobody", what, file="study.toml", value=steps[-1].reason)


def _counted_losses(study: StudySpec) -> tuple[str, ...]:
    """The reasons of loss that the study's own rule sets count."""
    return tuple(
        word for rules in study.endpoint_rules.values() for word in rules.loss_is_event or ()
    )


def _build(
    joined: Joined,
    included: Sequence[str],
    study: StudySpec,
    codebook: Codebook,
    plan: Plan,
    findings: tuple[Finding, ...],
    flow: tuple[Any, ...],
) -> Cohort:
    stay = set(included)

    def kept(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        return [row for row in rows if row["patient_id"] in stay]

    return build_cohort(
        name=study.name,
        patients=_frame(included, joined.patients),
        lesions=kept(joined.lesions),
        events=kept(joined.events),
        assays=kept(joined.assays),
        codebook=codebook,
        plan=plan,
        printed=printed_of(study),
        findings=findings,
        flow=flow,
        study={
            "name": study.name,
            "glossary": dict(sorted(study.glossary.items())),
            "endpoint_rules": {
                name: rules.model_dump(exclude_none=True)
                for name, rules in sorted(study.endpoint_rules.items())
            },
        },
    )


def _wrong_kinds(joined: Joined) -> list[Finding]:
    """Values that do not have the type of their field, whichever reader gave them."""
    found: list[Finding] = []
    for who, values in joined.patients.items():
        for name, value in values.items():
            dtype = PATIENT_FIELDS.get(name)
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if value is None or dtype is None or dtype == pl.String:
                continue
            if (dtype == pl.Float64 and number) or (dtype == pl.Boolean and value in (True, False)):
                continue
            code = "number-not-understood" if dtype == pl.Float64 else "flag-not-understood"
            what = f"Patient {who[:40]}: {str(value)[:40]!r} is no value of {name}."
            found.append(finding(code, what, file=joined.origin, column=name, value=str(value)))
            values[name] = None
    return found


def _frame(ids: Sequence[str], patients: Mapping[str, Mapping[str, Any]]) -> pl.DataFrame:
    """Standard fields in the contract's order, then covariates by name."""
    held = {name for who in ids for name in patients[who]}
    names = [n for n in PATIENT_FIELDS if n in held and n != "patient_id"]
    names += sorted(held - set(PATIENT_FIELDS))
    columns: dict[str, pl.Series] = {"patient_id": pl.Series(list(ids), dtype=pl.String)}
    for name in names:
        values = [patients[who].get(name) for who in ids]
        dtype = PATIENT_FIELDS.get(name) or _dtype(values)
        columns[name] = pl.Series(name, values, dtype=dtype, strict=False)
    return pl.DataFrame(columns)


def _dtype(values: Sequence[Any]) -> type[pl.DataType]:
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return pl.Boolean
    if kinds and kinds <= {float, int}:
        return pl.Float64
    return pl.String


def plan_of(study: StudySpec) -> Plan:
    """The plan of the study, tidied; what it does not say keeps its default."""
    return tidied(_declared(study))[0]


def _declared(study: StudySpec) -> Plan:
    given = study.plan.model_dump(exclude_none=True)
    if study.data_cut_off is not None:
        given["data_cut_off"] = study.data_cut_off
    known = {f.name for f in fields(Plan)}
    assert set(PlanSpec.model_fields) <= known
    return Plan(**given)


def rules_of(study: StudySpec) -> list[Rule]:
    """The rules as the cohort's codebook holds them."""
    return [
        Rule(
            kind=rule.kind,
            field=rule.field,
            operator=rule.operator,
            value=str(rule.value).lower() if isinstance(rule.value, bool) else rule.value,
            reason=rule.reason,
        )
        for rule in study.rules
    ]


def printed_of(study: StudySpec) -> tuple[PrintedGroup, ...]:
    """Comparators known only as printed numbers."""
    return tuple(
        PrintedGroup(
            name=group.name,
            n=group.n,
            citation=group.citation,
            rows=tuple(PrintedRow(**row.model_dump()) for row in group.rows),
        )
        for group in study.printed
    )


def _codebook(
    study: StudySpec,
    fragments: Sequence[Fragment],
    rules: tuple[Rule, ...],
    joined: Joined,
    *,
    when_all_carry: bool,
) -> Codebook:
    selected = study.selected_by_fusion
    if selected is None and when_all_carry and all_carry(joined):
        selected = True
    return Codebook(
        name=study.name,
        columns=tuple(column for fragment in fragments for column in fragment.columns),
        missing=study.missing,
        selected_by_fusion=selected,
        controls_tested=study.controls_tested,
        tested_by=study.tested_by,
        rules=rules,
        citation=study.citation,
        licence=study.licence,
        synthetic=study.synthetic,
        printed=study.printed_variables,
        invented=study.invented_variables,
    )


def all_carry(joined: Joined) -> bool:
    """True when every patient carries some fusion: nobody can be a negative."""
    carrying = {
        row["patient_id"]
        for row in joined.lesions
        if row.get("lesion_type") == "fusion" and row.get("state") == "present"
    }
    return len(joined.patients) > 1 and len(carrying) == len(joined.patients)
