"""The one codec between results and JSON.

Not-a-number and infinity become null plus an entry in `why_null` that says which; decoding
puts them back, so a result survives the round trip unchanged.
"""

from __future__ import annotations

import math
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np

from fusionscape.results import registry
from fusionscape.results.registry import KINDS, NAMES, Result

_WHY = {"not a number": math.nan, "infinite": math.inf, "minus infinite": -math.inf}


class CodecError(ValueError):
    """The JSON is not a result we wrote."""


def _why(value: float) -> str | None:
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "infinite" if value > 0 else "minus infinite"
    return None


_PLAIN = frozenset({str, int, bool, type(None)})


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _encode(value: Any, path: tuple[str, ...], why: dict[str, str]) -> Any:
    """The value as JSON; where a number has none, `why` says so under its path."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is float and math.isfinite(value):
        return value
    if isinstance(value, np.ndarray):
        value = tuple(value.tolist())
    if isinstance(value, tuple):
        return [
            v if type(v) in _PLAIN else _encode(v, (*path, str(i)), why)
            for i, v in enumerate(value)
        ]
    if isinstance(value, (np.bool_, np.integer, np.floating)):
        value = value.item()
    if isinstance(value, float):
        reason = _why(value)
        if reason is not None:
            why[".".join(path)] = reason
            return None
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return _encode_fields(value, path, why)
    return value


def _encode_fields(value: Any, path: tuple[str, ...], why: dict[str, str]) -> dict[str, Any]:
    kind: Any = type(value)
    out: dict[str, Any] = {}
    if kind in NAMES:
        out["kind"] = NAMES[kind]
    for name in _names(kind):
        part = getattr(value, name)
        out[name] = part if type(part) in _PLAIN else _encode(part, (*path, name), why)
    return out


def to_json(result: Result) -> dict[str, Any]:
    """A result as plain JSON values; keys in field order, `id` and `kind` first."""
    why: dict[str, str] = {}
    body = _encode_fields(result, (), why)
    out = {"id": body.pop("id"), "kind": body.pop("kind"), **body}
    if why:
        out["why_null"] = why
    return out


@cache
def field_types(kind: type) -> dict[str, Any]:
    names = {**vars(registry), "Result": Result}
    return get_type_hints(kind, localns=names)


def is_array(hint: Any) -> bool:
    """True for numpy's array types, which newer releases write as a type alias."""
    origin = get_origin(hint) or hint
    meant = getattr(origin, "__value__", origin)
    return (get_origin(meant) or meant) is np.ndarray


def _decode(value: Any, hint: Any, path: str, why: Mapping[str, str]) -> Any:
    if path in why:
        return _WHY[why[path]]
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _decode_union(value, get_args(hint), path, why)
    if is_array(hint):
        array = np.asarray(
            [_decode(v, float, f"{path}.{i}", why) for i, v in enumerate(value)], dtype=np.float64
        )
        array.setflags(write=False)
        return array
    if origin is tuple:
        args = get_args(hint)
        inner = args[:1] * len(value) if len(args) == 2 and args[1] is Ellipsis else args
        if len(inner) != len(value):
            raise CodecError(f"{path}: expected {len(inner)} entries, found {len(value)}")
        return tuple(
            _decode(v, h, f"{path}.{i}", why)
            for i, (v, h) in enumerate(zip(value, inner, strict=True))
        )
    if isinstance(hint, type) and is_dataclass(hint):
        return _decode_fields(value, hint, path, why)
    return value


def _decode_union(value: Any, args: tuple[Any, ...], path: str, why: Mapping[str, str]) -> Any:
    if value is None:
        return None
    choices = [a for a in args if a is not type(None)]
    if len(choices) == 1:
        return _decode(value, choices[0], path, why)
    if isinstance(value, dict):
        kind = KINDS.get(str(value.get("kind")))
        if kind is None:
            raise CodecError(f"{path}: unknown kind {value.get('kind')!r}")
        return _decode_fields(value, kind, path, why)
    return value


def _decode_fields(value: Any, kind: type, path: str, why: Mapping[str, str]) -> Any:
    if not isinstance(value, dict):
        raise CodecError(f"{path or kind.__name__}: expected an object")
    hints = field_types(kind)
    known = {f.name for f in fields(kind)}
    unknown = set(value) - known - {"kind", "why_null"}
    if unknown:
        raise CodecError(f"{path or kind.__name__}: unknown field {sorted(unknown)[0]!r}")
    given = {
        name: _decode(value[name], hints[name], f"{path}.{name}" if path else name, why)
        for name in known & set(value)
    }
    try:
        return kind(**given)
    except TypeError as error:
        raise CodecError(f"{path or kind.__name__}: {error}") from None


def from_json(value: Mapping[str, Any]) -> Result:
    """The result that `to_json` wrote."""
    kind = KINDS.get(str(value.get("kind")))
    if kind is None:
        raise CodecError(f"unknown kind {value.get('kind')!r}")
    why = value.get("why_null", {})
    if not isinstance(why, dict) or any(v not in _WHY for v in why.values()):
        raise CodecError("why_null holds a reason this version does not know")
    result: Result = _decode_fields(dict(value), kind, "", why)
    return result


def same(a: Any, b: Any) -> bool:
    """Equality of two results, arrays by value and NaN equal to NaN."""
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return a == b or (math.isnan(a) and math.isnan(b))
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray):
        return a.shape == b.shape and bool(np.array_equal(a, b, equal_nan=True))
    if is_dataclass(a):
        return all(same(getattr(a, f.name), getattr(b, f.name)) for f in fields(a))
    if isinstance(a, tuple):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    return bool(a == b)
