"""Packaged codebooks: public cohorts recognised by their header."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from fusionscape.readers.meaning.column import locate, mangled
from fusionscape.readers.study.model import CodebookSpec

NAMES = ("beataml2", "target_cog")


@cache
def codebook(name: str) -> CodebookSpec:
    """The packaged codebook of that name."""
    text = files("fusionscape.readers.codebooks").joinpath(f"{name}.toml").read_text("utf-8")
    return CodebookSpec.model_validate(tomllib.loads(text))


@cache
def _fingerprint(name: str) -> tuple[tuple[str, ...], frozenset[str], int]:
    text = files("fusionscape.readers.codebooks").joinpath(f"{name}.toml").read_text("utf-8")
    print_ = tomllib.loads(text)["fingerprint"]
    wanted = frozenset(mangled(column) for column in print_["columns"])
    return tuple(print_["id"]), wanted, int(print_["at_least"])


def recognise(columns: Sequence[str]) -> str | None:
    """The name of the codebook whose header this is, however R may have changed the names.

    >>> recognise(("id", "age", "sex")) is None
    True
    """
    flat = {mangled(column) for column in columns}
    for name in NAMES:
        ids, wanted, at_least = _fingerprint(name)
        if len(wanted & flat) >= at_least and any(locate(columns, i) is not None for i in ids):
            return name
    return None
