"""An attacker who has a masked output and knows how such studies are built.

He is given what no real one has: which numbers always agree in studies of this layout. He
learns it from other studies of the same layout with other patients, by looking for numbers
that are equal in all of them, and for pairs that add up to a third. With these identities, and
every number of the masked output, he narrows each number he cannot see until nothing changes.
Nothing here knows how the mask works.
"""

from __future__ import annotations

import csv
import importlib.util
import json
import random
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fusionscape.results import Analysis, Document
from fusionscape.results.document import dumps

ROOT = Path(__file__).resolve().parents[1]
LARGEST = 200
FIELDS = ("count", "n", "missing", "events")

Name = tuple[str, str]
Numbers = dict[Name, int]


def _with_gaps(header: Sequence[str], row: Sequence[str], draw: random.Random) -> list[str]:
    """The row with some baseline values and responses not known."""
    gaps = {"Sex", "FLT3-ITD", "WT1 mutation", "WBC (10^9/L)", "BM blasts (%)", "CR after course 1"}
    return [
        "" if name in gaps and draw.random() < 0.12 else value
        for name, value in zip(header, row, strict=True)
    ]


def another_study(example: str, seed: int, folder: Path) -> Path:
    """A study of the example's layout with other invented patients, some of them left out."""
    source = ROOT / "examples" / example
    spec = importlib.util.spec_from_file_location(f"{example}_table", source / "make_table.py")
    assert spec is not None and spec.loader is not None
    made: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    made.SEED = seed
    draw = random.Random(seed)
    written = made.rows() if hasattr(made, "rows") else [made.row(i, draw) for i in range(1, 61)]
    rows = [_with_gaps(made.HEADER, row, draw) for row in written]
    kept = sorted(draw.sample(range(len(rows)), draw.randint(len(rows) * 5 // 8, len(rows) - 1)))
    folder.mkdir()
    shutil.copy(source / "study.toml", folder)
    with (source / "patients.csv").open(encoding="utf-8") as handle:
        delimiter = ";" if ";" in handle.readline() else ","
    with (folder / "patients.csv").open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle, delimiter=delimiter)
        writer.writerow(made.HEADER)
        writer.writerows(rows[i] for i in kept)
    return folder


def document(analyses: Sequence[Analysis]) -> dict[str, Any]:
    """results.json of these analyses."""
    read: dict[str, Any] = json.loads(
        dumps(Document(study={}, plan={}, findings=(), results=tuple(analyses)))
    )
    return read


def numbers(read: Mapping[str, Any]) -> Numbers:
    """Every number of patients in results.json, by the result and the field it stands in."""
    found: Numbers = {}
    for row in read["results"]:
        if row["kind"] == "refusal":
            continue
        for field in FIELDS:
            if isinstance(row.get(field), (int, float)):
                found[row["id"], field] = int(row[field])
        if isinstance(row.get("count"), int):
            found[row["id"], "rest"] = int(row["n"]) - row["count"]
        if row["kind"] != "analysis" and isinstance(row.get("n"), int):
            found[row["id"], "all"] = int(row["n"]) + int(row["missing"])
        for node in row.get("nodes", ()):
            if "/used/" not in node["id"]:
                found[node["id"], "n"] = int(node["n"])
    return found


class Identities:
    """What holds in every study of one layout: equal numbers, and sums of two."""

    def __init__(self, studies: Sequence[Numbers]) -> None:
        names = sorted({name for study in studies for name in study})
        vectors = {name: tuple(study.get(name, 0) for study in studies) for name in names}
        self.group: dict[Name, int] = {}
        known: dict[tuple[int, ...], int] = {}
        for name, vector in vectors.items():
            if len(set(vector)) > 2:  # what hardly varies agrees by chance
                self.group[name] = known.setdefault(vector, len(known))
        self.sums: list[tuple[int, int, int]] = []
        each = list(known.items())
        for i, (left, a) in enumerate(each):
            for right, b in each[i:]:
                c = known.get(tuple(x + y for x, y in zip(left, right, strict=True)))
                if c is not None and c not in (a, b):
                    self.sums.append((a, b, c))

    def narrowed(self, shown: Numbers) -> dict[int, tuple[int, int]]:
        """The least and the greatest value of each group of equal numbers."""
        bounds = dict.fromkeys(self.group.values(), (0, LARGEST))
        for name, value in shown.items():
            if name in self.group:
                bounds[self.group[name]] = (value, value)
        for _ in range(60):
            before = dict(bounds)
            for a, b, c in self.sums:
                (la, ha), (lb, hb), (lc, hc) = bounds[a], bounds[b], bounds[c]
                bounds[a] = max(la, lc - hb), min(ha, hc - lb)
                bounds[b] = max(lb, lc - ha), min(hb, hc - la)
                bounds[c] = max(lc, la + lb), min(hc, ha + hb)
            if bounds == before:
                break
        return bounds


def hidden_small(plain: Numbers, shown: Numbers) -> dict[Name, int]:
    """The small numbers of a study that its masked output does not show."""
    return {
        name: value
        for name, value in plain.items()
        if 0 < value < 5 and name not in shown and name[1] in ("count", "rest", "missing", "n")
    }


def found_out(identities: Identities, plain: Numbers, shown: Numbers) -> list[tuple[Name, int]]:
    """The hidden small numbers that only one value fits."""
    bounds = identities.narrowed(shown)
    return [
        (name, value)
        for name, value in hidden_small(plain, shown).items()
        if name in identities.group and bounds[identities.group[name]] == (value, value)
    ]
