"""The draft as a commented study.toml."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from fusionscape.readers.drafting.joins import SHOWN_IDS
from fusionscape.readers.drafting.parts import DraftFile, Guess, Join, Unsure
from fusionscape.readers.study.model import ColumnSpec, SpecimenChoice
from fusionscape.readers.values.units import needs_unit


def write_draft(
    files: Sequence[DraftFile],
    joins: Sequence[Join],
    unsure: Sequence[Unsure],
    *,
    encoding: str | None,
) -> str:
    """A study.toml that reads as it stands once every question in it is answered."""
    lines = _head(files, encoding)
    lines += ["", "# What the draft is not sure of:"]
    lines += [_comment(f"- {u.file}: {u.column!r} as {u.field}: {u.why}") for u in unsure] or [
        "# - nothing"
    ]
    for file in files:
        lines += ["", *_file(file, joins)]
    lines += [
        "",
        "# Inclusion and exclusion, applied in this order:",
        "# [[rules]]",
        '# kind = "exclude"',
        '# field = "age_years"',
        '# operator = ">="',
        "# value = 18",
        '# reason = "18 years or older"',
        "",
        "# The plan, declared before looking; what is left out keeps its default.",
        "[plan]",
        'driver = "NUP98"',
        '# headline_response = "evaluable"   # or "intention-to-treat"',
        '# covariates = ["age_years", "wbc_10e9_l"]',
    ]
    return "\n".join(lines) + "\n"


def _head(files: Sequence[DraftFile], encoding: str | None) -> list[str]:
    missing = sorted({word for file in files for word in file.missing})
    return [
        "# Draft of a study.toml. Read every line; lines marked UNSURE are questions.",
        "schema = 1",
        'name = "My study"',
        *([f"encoding = {quoted(encoding)}"] if encoding else []),
        *([f"missing = {_list(missing)}"] if missing else []),
        "# Were the patients chosen because of the fusion? Then no prevalence can be read.",
        "# selected_by_fusion = false",
        "# Which assay looked for the fusion, in everyone? It decides what a negative means.",
        '# tested_by = "RNA-seq"',
        "# data_cut_off = 2024-12-31",
    ]


def _file(file: DraftFile, joins: Sequence[Join]) -> list[str]:
    if not file.read:
        return [_comment(f"{file.path}: {file.about}")]
    base = file.path.rsplit("/", 1)[-1]
    name = base if file.sheet is None else f"{base}[{file.sheet}]"
    lines = ["[[files]]", f"path = {quoted(file.path)}"]
    if file.about:
        lines[0:0] = [_comment(file.about)]
    if file.sheet is not None:
        lines.append(f"sheet = {quoted(file.sheet)}")
    lines.append(f"kind = {quoted(file.kind)}")
    if file.id is not None:
        lines.append(f"id = {quoted(file.id)}")
    for join in joins:
        if join.right == name:
            lines += _join(join)
    if file.specimens is not None:
        lines += ["", *_specimens(file.specimens)]
    for guess in file.guesses:
        if guess.field != "patient_id" or guess.source != file.id:
            lines += ["", *_column(guess)]
    return [*lines, *(["", *map(_comment, file.remarks)] if file.remarks else [])]


def _join(join: Join) -> list[str]:
    lines = [
        _comment(
            f"joined by {join.right_column!r} with {join.left_column!r} of {join.left}: "
            f"{join.matched} ids match"
        )
    ]
    for label, ids in (("only here", join.only_right), ("only there", join.only_left)):
        if ids:
            more = " or more" if len(ids) == SHOWN_IDS else ""
            lines.append(_comment(f"{label}: {len(ids)}{more} ids"))
    return lines


def _specimens(choice: SpecimenChoice) -> list[str]:
    given = choice.model_dump(exclude_defaults=True)
    return ["[files.specimens]", *(f"{name} = {_value(v)}" for name, v in given.items())]


def _column(guess: Guess) -> list[str]:
    if guess.spec is not None:
        return _spec(guess.spec)
    lines = ["[[files.columns]]", f"source = {quoted(guess.source)}"]
    if not guess.sure:
        lines.append(_comment(f"UNSURE: {guess.why}"))
    lines.append(f"field = {quoted(guess.field)}")
    lines.append(f'timing = "{guess.timing}"')
    if guess.date_column:
        lines.append(f"date_column = {quoted(guess.date_column)}")
    if guess.unit:
        lines.append(f"unit = {quoted(guess.unit)}")
    elif needs_unit(guess.field):
        lines.append('# unit = "..."')
    if guess.open_values:
        pairs = ", ".join(f'{quoted(value)} = "..."' for value in guess.open_values)
        lines.append(_comment(f"values = {{ {pairs} }}"))
    if not guess.sure:
        lines.append("sure = false")
    return lines


def _spec(spec: ColumnSpec) -> list[str]:
    given: dict[str, Any] = spec.model_dump(exclude_defaults=True)
    return ["[[files.columns]]", *(f"{name} = {_value(v)}" for name, v in given.items())]


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{quoted(k)} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list | tuple):
        return _list(value)
    return quoted(str(value))


def _list(values: Sequence[str]) -> str:
    return "[" + ", ".join(quoted(value) for value in values) + "]"


def quoted(text: str) -> str:
    """A TOML string."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    clean = "".join(c if c.isprintable() else " " for c in text)
    return f"# {clean}"
