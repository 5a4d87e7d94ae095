"""results.json: the whole document, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from fusionscape.results.analysis import Analysis
from fusionscape.results.codec import CodecError, from_json, to_json
from fusionscape.results.finding import Finding
from fusionscape.results.registry import Result

SCHEMA = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What `run` found: the study, its plan, the findings of the input check, the results."""

    study: Mapping[str, Any]
    plan: Mapping[str, Any]
    findings: tuple[Finding, ...]
    results: tuple[Result, ...]


def _flat(result: Result) -> list[dict[str, Any]]:
    """An analysis becomes a header that names its items, followed by the items."""
    if not isinstance(result, Analysis):
        return [to_json(result)]
    header = to_json(
        Analysis(
            **{f: getattr(result, f) for f in result.__dataclass_fields__ if f != "items"},
            items=(),
        )
    )
    header["items"] = [item.id for item in result.items]
    return [header, *(row for item in result.items for row in _flat(item))]


def to_document(document: Document) -> dict[str, Any]:
    """The document as JSON values, every result once, ids unique."""
    rows = [row for result in document.results for row in _flat(result)]
    seen: set[str] = set()
    for row in rows:
        if row["id"] in seen:
            raise ValueError(f"two results share the id {row['id']}")
        seen.add(row["id"])
    return {
        "schema": SCHEMA,
        "study": dict(document.study),
        "plan": dict(document.plan),
        "findings": [asdict(finding) for finding in document.findings],
        "results": rows,
    }


def dumps(document: Document) -> str:
    """The text of results.json, one result a line: the same bytes for the same document."""
    value = to_document(document)
    rows = ",\n".join(_line(row) for row in value.pop("results"))
    head = "".join(f"{_line(name)}: {_line(part)},\n" for name, part in value.items())
    return f'{{{head}"results": [\n{rows}\n]}}\n'


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def loads(text: str) -> Document:
    """Read results.json; an unknown schema version or kind is refused with CodecError."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise CodecError(f"not JSON: {error}") from None
    if not isinstance(value, dict) or value.get("schema") != SCHEMA:
        version = value.get("schema") if isinstance(value, dict) else None
        raise CodecError(f"results.json has schema {version!r}; this version reads {SCHEMA}")
    return Document(
        study=value["study"],
        plan=value["plan"],
        findings=tuple(Finding(**finding) for finding in value["findings"]),
        results=_unflatten(value["results"]),
    )


def _unflatten(rows: Sequence[Mapping[str, Any]]) -> tuple[Result, ...]:
    by_id = {str(row["id"]): row for row in rows}
    inside = {i for row in rows if row["kind"] == "analysis" for i in row["items"]}

    def build(row: Mapping[str, Any]) -> Result:
        if row["kind"] != "analysis":
            return from_json(row)
        header = from_json({**row, "items": []})
        assert isinstance(header, Analysis)
        items = tuple(build(by_id[i]) for i in row["items"])
        return Analysis(
            **{f: getattr(header, f) for f in header.__dataclass_fields__ if f != "items"},
            items=items,
        )

    return tuple(build(row) for row in rows if row["id"] not in inside)
