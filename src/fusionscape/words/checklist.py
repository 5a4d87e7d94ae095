"""REMARK and STROBE: which items the report answers, and where."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from importlib.resources import files

from fusionscape.results import Analysis, Column, Row, Table
from fusionscape.words.catalogue import short_title

COLUMNS = (
    Column(name="guideline", label="Guideline"),
    Column(name="item", label="Item"),
    Column(name="asks", label="Asks for"),
    Column(name="answered", label="In this report"),
)


def checklist(analyses: Sequence[Analysis]) -> Table:
    """Every item of both guidelines that data can answer, with the sections that answer it."""
    text = (files("fusionscape.words") / "guidelines" / "items.toml").read_text(encoding="utf-8")
    present = {a.id: short_title(a.id) for a in analyses}
    rows = []
    for item in tomllib.loads(text)["items"]:
        where = [present[topic] for topic in item.get("sections", []) if topic in present]
        if item.get("always"):
            where.insert(0, item["always"])
        answer = "; ".join(where) or item.get("otherwise", "Not answered here: for the authors")
        cells = (item["guideline"], item["item"], item["asks"], answer)
        rows.append(Row(cells=cells, values=cells))
    return Table(
        id="checklist",
        title="REMARK and STROBE items",
        columns=COLUMNS,
        rows=tuple(rows),
        reference="McShane LM et al. J Natl Cancer Inst 2005;97:1180-1184; "
        "von Elm E et al. Lancet 2007;370:1453-1457",
        notes=("Items that only the authors can answer are named as such.",),
    )
