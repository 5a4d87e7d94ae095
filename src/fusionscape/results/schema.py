"""The JSON schema of results.json, made from the result types themselves."""

from __future__ import annotations

import types
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, Literal, Union, get_args, get_origin

from fusionscape.results.codec import field_types, is_array
from fusionscape.results.document import SCHEMA
from fusionscape.results.finding import Finding
from fusionscape.results.registry import KINDS, NAMES

_PLAIN: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": ["number", "null"]},
    type(None): {"type": "null"},
}


def _of(hint: Any, defs: dict[str, Any]) -> dict[str, Any]:
    if hint in _PLAIN:
        return _PLAIN[hint]
    origin, args = get_origin(hint), get_args(hint)
    if origin is Literal:
        return {"enum": list(args)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [_of(a, defs) for a in args]}
    if is_array(hint):
        return {"type": "array", "items": {"type": ["number", "null"]}}
    if origin is tuple:
        if len(args) == 2 and args[1] is Ellipsis:
            return {"type": "array", "items": _of(args[0], defs)}
        return {"type": "array", "prefixItems": [_of(a, defs) for a in args]}
    if isinstance(hint, type) and is_dataclass(hint):
        return _reference(hint, defs)
    raise TypeError(f"no schema for {hint!r}")


def _reference(kind: type, defs: dict[str, Any]) -> dict[str, Any]:
    name = kind.__name__
    if name not in defs:
        defs[name] = {}
        defs[name].update(_object(kind, defs, NAMES.get(kind)))
    return {"$ref": f"#/$defs/{name}"}


def _object(kind: type, defs: dict[str, Any], kind_name: str | None = None) -> dict[str, Any]:
    hints = field_types(kind)
    own: dict[str, Any] = {}
    required: list[str] = []
    for field in fields(kind):
        if kind_name == "analysis" and field.name == "items":
            own["items"] = {"type": "array", "items": {"type": "string"}}
        else:
            own[field.name] = _of(hints[field.name], defs)
        if field.default is MISSING and field.default_factory is MISSING:
            required.append(field.name)
    if kind_name is not None:
        own["kind"] = {"const": kind_name}
        own["why_null"] = {
            "type": "object",
            "additionalProperties": {"enum": ["not a number", "infinite", "minus infinite"]},
        }
        required.append("kind")
    return {
        "type": "object",
        "description": (kind.__doc__ or "").strip().splitlines()[0],
        "properties": own,
        "required": required,
        "additionalProperties": False,
    }


def json_schema() -> dict[str, Any]:
    """The schema (draft 2020-12) of the whole document."""
    defs: dict[str, Any] = {}
    kinds = {name: _object(kind, defs, name) for name, kind in KINDS.items()}
    for name, schema in kinds.items():
        defs[f"kind_{name}"] = schema
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "fusionscape results.json",
        "type": "object",
        "properties": {
            "schema": {"const": SCHEMA},
            "study": {"type": "object"},
            "plan": {"type": "object"},
            "findings": {"type": "array", "items": _reference(Finding, defs)},
            "results": {
                "type": "array",
                "items": {"oneOf": [{"$ref": f"#/$defs/kind_{name}"} for name in KINDS]},
            },
        },
        "required": ["schema", "study", "plan", "findings", "results"],
        "additionalProperties": False,
        "$defs": dict(sorted(defs.items())),
    }
