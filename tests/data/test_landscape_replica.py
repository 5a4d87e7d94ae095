"""The synthetic cohort is what its generator writes, and every printed count is met by the file.

The recount below reads the committed CSV with the standard library alone; it shares nothing with
the generator but the table of printed counts.
"""

from __future__ import annotations

import csv
import runpy
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "landscape_replica"
TABLE = ROOT / "src" / "fusionscape" / "data" / "landscape-replica" / "patients.csv"
Row = dict[str, str]

with TABLE.open(encoding="utf-8", newline="") as handle:
    ROWS: list[Row] = list(csv.DictReader(handle))
with (EXAMPLE / "counts.csv").open(encoding="utf-8", newline="") as handle:
    PRINTED = {row["key"]: int(row["count"]) for row in csv.DictReader(handle)}

CARRIERS = [row for row in ROWS if row["fusion"] != "none"]
WITH_AML = [row for row in CARRIERS if row["disease"] == "AML"]


def count(rows: Iterable[Row], **wanted: str) -> int:
    return sum(all(row[field] == value for field, value in wanted.items()) for row in rows)


def partner(row: Row) -> str:
    return row["fusion"].removeprefix("NUP98::")


def is_group(row: Row, group: str) -> bool:
    return (partner(row) == "NSD1") == (group == "NSD1")


def courses(row: Row) -> list[str]:
    return row["treatment"].split(" -> ") if row["treatment"] else []


def of_partner(rows: list[Row], name: str) -> list[Row]:
    return [row for row in rows if partner(row) == name]


def white_cells(rest: list[str], above: float) -> int:
    high = [row for row in CARRIERS if float(row["wbc_10e9_l"]) > above]
    if not rest:
        return len(high)
    if rest[0] == "FLT3":
        return count(high, **{"FLT3-ITD": "present"})
    return len(of_partner(high, rest[0]))


def ages(head: str, rest: list[str]) -> int:
    cut = float(head[4:])
    inside = [
        row
        for row in WITH_AML
        if (float(row["age_years"]) < cut if head[3] == "<" else float(row["age_years"]) > cut)
    ]
    return len(of_partner(inside, rest[0])) if rest else len(inside)


def induction(group: str, arm: str) -> list[Row]:
    return [r for r in WITH_AML if is_group(r, group) and courses(r)[:1] == [arm]]


def outcome(head: str, group: str) -> int:
    wanted = ("alive",) if head == "alive" else ("alive", "dead")
    return sum(r["vital_status"] in wanted for r in WITH_AML if is_group(r, group))


def karyotype(kind: str) -> int:
    known = [row["karyotype"] for row in CARRIERS if row["karyotype"]]
    normal = sum(text in ("46,XX[20]", "46,XY[20]") for text in known)
    return normal if kind == "normal" else len(known) - normal


BY_HEAD: dict[str, Callable[[list[str]], int]] = {
    "total": lambda _: len(ROWS),
    "NUP98r": lambda rest: count(CARRIERS, disease=rest[0]) if rest else len(CARRIERS),
    "AML": lambda rest: count(ROWS, disease="AML", **({"onset": rest[0]} if rest else {})),
    "ALL": lambda _: count(ROWS, disease="ALL"),
    "female": lambda _: count(CARRIERS, sex="female"),
    "male": lambda _: count(CARRIERS, sex="male"),
    "partner": lambda rest: len(of_partner(ROWS, rest[0])),
    "onset": lambda rest: count(of_partner(CARRIERS, rest[1]), onset=rest[0]),
    "wbc>50": lambda rest: white_cells(rest, 50),
    "wbc>100": lambda rest: white_cells(rest, 100),
    "karyotype": lambda rest: karyotype(rest[0]),
    "FLT3-ITD": lambda rest: count(of_partner(CARRIERS, rest[0]), **{"FLT3-ITD": "present"}),
    "WT1": lambda rest: count(of_partner(CARRIERS, rest[0]), WT1="present"),
    "induction": lambda rest: len(induction(*rest)),
    "cr": lambda rest: count(induction(*rest), response_line_1="CR"),
    "not evaluable": lambda rest: count(induction(*rest), response_line_1="not evaluable"),
    "salvage": lambda rest: sum(
        courses(row)[1:] == [rest[0], "HSCT"] and row["response_line_2"] == "CR"
        for row in of_partner(CARRIERS, "NSD1")
    ),
    "os known": lambda rest: outcome("os known", rest[0]),
    "alive": lambda rest: outcome("alive", rest[0]),
}


@pytest.mark.parametrize("key", PRINTED)
def test_every_printed_count_is_met(key: str) -> None:
    head, *rest = key.split(":")
    found = ages(head, rest) if head.startswith("age") else BY_HEAD[head](rest)
    assert found == PRINTED[key]


def test_nothing_is_in_the_file_that_the_counts_do_not_say() -> None:
    # partners, lesions, arms: no value beside the printed ones
    for head in ("partner", "FLT3-ITD", "WT1", "induction", "salvage"):
        printed = sum(n for key, n in PRINTED.items() if key.split(":")[0] == head)
        counted = {
            "partner": len(CARRIERS),
            "FLT3-ITD": count(ROWS, **{"FLT3-ITD": "present"}),
            "WT1": count(ROWS, WT1="present"),
            "induction": sum(bool(courses(row)) for row in ROWS),
            "salvage": sum(bool(row["response_line_2"]) for row in ROWS),
        }[head]
        assert counted == printed, head
    assert {row["disease"] for row in ROWS} == {"AML", "ALL"}


def test_bands_agree_with_the_values_inside_them() -> None:
    for row in CARRIERS:
        age, wbc = float(row["age_years"]), float(row["wbc_10e9_l"])
        band = "<18" if age < 18 else "18-60" if age < 60 else ">60"
        assert row["age_group"] == (band if row["disease"] == "AML" else "")
        assert row["wbc_group"] == (">100" if wbc > 100 else "50-100" if wbc > 50 else "<=50")
        # "<18" and ">18", "<60" and ">60": nobody stands on a cut
        assert age not in (18, 60) and wbc not in (50, 100)


def test_medians_and_ranges() -> None:
    def of(rows: list[Row], field: str) -> tuple[float, float, float]:
        values = sorted(float(row[field]) for row in rows)
        return values[len(values) // 2], values[0], values[-1]

    assert of(CARRIERS, "age_years") == (40, 4, 79)
    assert of(CARRIERS, "platelets_10e9_l") == (61, 5, 267)
    assert of(WITH_AML, "wbc_10e9_l") == (61.1, 1.5, 369)


def test_patients_without_the_fusion_carry_nothing_that_was_made_up() -> None:
    held = {"patient_id", "disease", "onset", "fusion", "tested_by"}
    for row in ROWS:
        if row["fusion"] == "none":
            assert {field for field, value in row.items() if value} <= held


def test_the_committed_file_is_what_the_generator_writes() -> None:
    made = runpy.run_path(str(EXAMPLE / "generate.py"))["build"]()
    assert made.encode() == TABLE.read_bytes()
    # and it owes nothing to the order of a run before it
    assert runpy.run_path(str(EXAMPLE / "generate.py"))["build"]() == made
