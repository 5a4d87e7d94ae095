"""A caution travels with a result; its sentence lives in the words room, by code."""

from __future__ import annotations

from dataclasses import dataclass

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One named value that a caution's sentence needs."""

    name: str
    value: Scalar


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """What to be careful about: a stable code and the facts its sentence is made from."""

    code: str
    facts: tuple[Fact, ...] = ()

    def get(self, name: str, default: Scalar = None) -> Scalar:
        """Value of the fact called `name`."""
        for fact in self.facts:
            if fact.name == name:
                return fact.value
        return default


def caution(code: str, **facts: Scalar) -> Caution:
    """Build a Caution: ``caution("small-group", group="KDM5A", n=2)``."""
    return Caution(code=code, facts=tuple(Fact(name=k, value=v) for k, v in facts.items()))
