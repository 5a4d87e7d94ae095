"""Reads the rule tables shipped beside the code, each once."""

from __future__ import annotations

import csv
import io
from functools import cache
from importlib.resources import files

Record = dict[str, str]


@cache
def records(name: str) -> tuple[Record, ...]:
    """Rows of the packaged rule table `name` (``partners.csv``), cells as text."""
    text = files("fusionscape.knowledge").joinpath("rules", name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(io.StringIO(text)))


def listed(cell: str) -> tuple[str, ...]:
    """Entries of a cell that holds several, separated by ``|``."""
    return tuple(part.strip() for part in cell.split("|") if part.strip())
