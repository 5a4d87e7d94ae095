"""The shape of study.toml and of the packaged codebooks."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

Timing = Literal["baseline", "post-baseline", "unknown"]
FileKind = Literal["auto", "table", "redcap", "case-table", "maf", "fusion-calls", "events"]
Operator = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in", "known", "unknown"]


def _text(value: object) -> object:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _flag_text(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else _text(value)


def _pattern(value: str | None) -> str | None:
    if value is not None:
        try:
            re.compile(value)
        except re.error as problem:
            raise ValueError(f"not a regular expression: {problem}") from None
    return value


Text = Annotated[str, BeforeValidator(_text)]
Positive = Annotated[float, Field(gt=0)]
Word = Annotated[str, BeforeValidator(_flag_text)]


class Model(BaseModel):
    """Strict: an unknown key is an error, so that a misspelt one is never passed over.

    Numbers are finite: nan and infinity are no values of a plan.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class ColumnSpec(Model):
    """One column of a file: what it holds, since when it was known, how it is written.

    `field` is a field of the cohort or one of the forms of meaning/fields.py; ``ignore``
    leaves the column out. A column may be declared more than once under different fields.
    `also` are other names the column bears. With `others` missing, values that `values` does
    not list are missing. With `of_preferred`, the cell counts only where the row is of the
    preferred specimen (a blood count at relapse is no baseline value).
    """

    source: Text
    field: str
    also: tuple[str, ...] = ()
    timing: Timing = "unknown"
    unit: str = ""
    label: str = ""
    kind: Literal["text", "number", "flag", "category", "date"] | None = None
    values: dict[str, Word] = {}
    missing: tuple[Text, ...] = ()
    ambiguous: tuple[Text, ...] = ()
    blank: Literal["missing", "absent"] = "missing"
    date_column: str | None = None
    date_order: Literal["dmy", "mdy"] | None = None
    decimal: Literal[".", ","] | None = None
    sure: bool = True
    others: Literal["finding", "missing"] = "finding"
    of_preferred: bool = False


class SpecimenChoice(Model):
    """Which row counts where a patient has several: the first value of `prefer` that is there.

    Ties are broken by the smallest number in `then_smallest`, then by `then_prefer`, then by
    the order of the sample id.
    """

    column: str
    prefer: Annotated[tuple[str, ...], Field(min_length=1)]
    then_smallest: str | None = None
    then_column: str | None = None
    then_prefer: tuple[str, ...] = ()
    only_preferred: bool = False


class EventsSpec(Model):
    """A long table, one row an event: which event, and which column fills what."""

    kind: str
    columns: dict[str, str]
    fixed: dict[str, Text] = {}


class FileSpec(Model):
    """One file (or one sheet of a workbook) of the study.

    `path` may be a pattern (``calls/*.tsv``). `panel` are the genes a mutation table covers
    and `sequenced` the samples it covers; without them only what it lists is known.
    """

    path: str
    kind: FileKind = "auto"
    sheet: str | None = None
    encoding: str | None = None
    id: str | None = None
    sample_id: str | None = None
    id_pattern: Annotated[str | None, AfterValidator(_pattern)] = None
    missing: tuple[Text, ...] = ()
    specimens: SpecimenChoice | None = None
    columns: tuple[ColumnSpec, ...] = ()
    instrument: str | None = None
    events: EventsSpec | None = None
    panel: tuple[str, ...] | None = None
    sequenced: tuple[Text, ...] = ()
    sample: Text | None = None


class RuleSpec(Model):
    """An inclusion or exclusion rule, applied in order."""

    kind: Literal["include", "exclude"]
    field: str
    operator: Operator
    value: bool | float | str | tuple[str, ...] | None = None
    reason: str


class PlanSpec(Model):
    """The analysis plan; what is left out keeps its default."""

    driver: str | None = None
    groups: tuple[str, ...] | None = None
    partner_levels: tuple[str, ...] | None = None
    baseline_by: str | None = None
    min_group: Annotated[int, Field(ge=1)] | None = None
    age_cuts_years: tuple[Positive, ...] | None = None
    wbc_cuts_10e9_l: tuple[Positive, ...] | None = None
    headline_response: Literal["evaluable", "intention-to-treat"] | None = None
    response_rules: str | None = None
    ambiguous_as: Literal["missing", "absent", "present"] | None = None
    endpoint_rules: str | None = None
    endpoints: tuple[str, ...] | None = None
    failure_landmark_days: Annotated[float, Field(gt=0)] | None = None
    failure_landmark_courses: Annotated[int, Field(ge=1)] | None = None
    survival_years: tuple[Positive, ...] | None = None
    landmark_days: Annotated[float, Field(gt=0)] | None = None
    landmark_sweep_days: tuple[Positive, ...] | None = None
    covariates: tuple[str, ...] | None = None
    imputations: Annotated[int, Field(ge=2, le=1000)] | None = None
    strata: tuple[str, ...] | None = None
    era: str | None = None
    follow_up_minimum_at_risk: Annotated[int, Field(ge=1)] | None = None
    lesion_minimum_tested: Annotated[int, Field(ge=0)] | None = None
    lesion_minimum_present: Annotated[int, Field(ge=0)] | None = None
    lesions: tuple[str, ...] | None = None
    cases: tuple[Text, ...] | None = None
    alpha: Annotated[float, Field(gt=0, lt=1)] | None = None
    level: Annotated[float, Field(gt=0.5, le=0.999)] | None = None
    seed: Annotated[int, Field(ge=0)] | None = None


class EndpointRulesSpec(Model):
    """A rule set of the study's own; what it does not say keeps the default."""

    title: str | None = None
    reference: str | None = None
    failure: Literal["day 1", "its date", "no event"] | None = None
    responder_censoring: Literal["last assessment", "last seen"] | None = None
    not_evaluable: Literal["day 1", "last seen"] | None = None
    loss_is_event: tuple[str, ...] | None = None
    efs_origin: Literal["diagnosis", "treatment start"] | None = None
    remission: tuple[str, ...] | None = None
    landmark_days: Annotated[float, Field(gt=0)] | None = None
    landmark_courses: Annotated[int, Field(ge=1)] | None = None


class PrintedRowSpec(Model):
    """One row of a printed table."""

    label: str
    field: str
    value: Word = ""
    count: Annotated[int, Field(ge=0)] | None = None
    n: Annotated[int, Field(ge=0)] | None = None
    median: float | None = None
    q1: float | None = None
    q3: float | None = None
    source: str = ""


class PrintedSpec(Model):
    """A comparator known only as printed numbers."""

    name: str
    n: Annotated[int, Field(ge=1)]
    citation: str
    rows: tuple[PrintedRowSpec, ...] = ()


class StudySpec(Model):
    """A study.toml."""

    schema_: Annotated[Literal[1], Field(alias="schema")] = 1
    name: str
    citation: str = ""
    licence: str = ""
    synthetic: bool = False
    printed_variables: tuple[str, ...] = ()
    invented_variables: tuple[str, ...] = ()
    encoding: str | None = None
    missing: tuple[Text, ...] = ()
    selected_by_fusion: bool | None = None
    controls_tested: bool | None = None
    tested_by: str | None = None
    tested_scope: str | None = None
    data_cut_off: date | None = None
    files: Annotated[tuple[FileSpec, ...], Field(min_length=1)]
    rules: tuple[RuleSpec, ...] = ()
    plan: PlanSpec = PlanSpec()
    endpoint_rules: dict[str, EndpointRulesSpec] = {}
    printed: tuple[PrintedSpec, ...] = ()
    glossary: dict[str, str] = {}


class Fingerprint(Model):
    """How a known table is recognised: the id column and so many of the others."""

    id: tuple[str, ...]
    columns: tuple[str, ...]
    at_least: Annotated[int, Field(ge=1)]


class CodebookSpec(StudySpec):
    """A packaged codebook: a study whose files are recognised by their header."""

    title: str
    fingerprint: Fingerprint
    selected_when_all_carry: bool = False
