"""Generate the SYNTHETIC landscape replica from the counts printed in Tian et al. 2024.

Reads ``counts.csv`` (every printed number with the sentence it comes from) and writes
``src/fusionscape/data/landscape-replica/patients.csv``. Printed counts and totals come out
exactly. What the paper does not print is left empty; where a value is needed to carry a
printed count (an age inside a printed age band, say) it is invented, drawn independently of
everything but its band, and marked so in study.toml. No row is a real patient.

Run: python examples/landscape_replica/generate.py
"""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGET = HERE.parents[1] / "src" / "fusionscape" / "data" / "landscape-replica" / "patients.csv"
SEED = 20240514
COLUMNS = tuple(
    "patient_id disease subtype onset fusion tested_by sex age_years age_group wbc_10e9_l "
    "wbc_group platelets_10e9_l karyotype FLT3-ITD WT1 treatment response_line_1 response_line_2 "
    "transplant vital_status".split()
)
Patient = dict[str, str]


def counts() -> dict[str, int]:
    """The printed counts by key."""
    with (HERE / "counts.csv").open(encoding="utf-8", newline="") as handle:
        return {row["key"]: int(row["count"]) for row in csv.DictReader(handle)}


def carriers(c: dict[str, int]) -> list[Patient]:
    """The 55 patients with a NUP98 fusion: partner, disease, onset."""
    rows: list[Patient] = []
    for key, number in c.items():
        if not key.startswith("partner:"):
            continue
        partner = key.split(":", 1)[1]
        subtype = {"CCDC28A": "ETP-ALL", "LNP1": "ETP-ALL", "ASNSP4": "B-ALL"}.get(partner, "")
        disease = "ALL" if subtype else "AML"
        t_aml = c.get(f"onset:therapy-related:{partner}", 0)
        s_aml = c.get(f"onset:secondary:{partner}", 0)
        for i in range(number):
            onset = "de novo"
            if disease != "AML":
                onset = ""
            elif i >= number - s_aml:
                onset = "secondary"
            elif i >= number - s_aml - t_aml:
                onset = "therapy-related"
            fusion = f"NUP98::{partner}"
            # `row` tells patients apart who are alike in everything else
            row = {"row": str(len(rows)), "disease": disease, "subtype": subtype}
            row.update(onset=onset, fusion=fusion)
            rows.append(row)
    return rows


def of(rows: list[Patient], partner: str) -> list[Patient]:
    """The carriers of one partner."""
    return [row for row in rows if row["fusion"] == f"NUP98::{partner}"]


def add_lesions(rows: list[Patient], c: dict[str, int]) -> None:
    """FLT3-ITD and WT1 by partner, as printed; spread so that their overlap is independent."""
    rng = random.Random(SEED)
    for lesion in ("FLT3-ITD", "WT1"):
        for partner in dict.fromkeys(row["fusion"].split("::")[1] for row in rows):
            group = of(rows, partner)
            hit = set(rng.sample(range(len(group)), c.get(f"{lesion}:{partner}", 0)))
            for i, row in enumerate(group):
                row[lesion] = "present" if i in hit else "absent"


def add_wbc(rows: list[Patient], c: dict[str, int]) -> None:
    """White cells: the groups >100, 50-100 and <=50 as printed, and the printed median and range.

    Every FLT3-mutated patient with WBC >50 is read as carrying FLT3-ITD; the median 61.1 is
    read as that of the 51 AML patients, for 27 of 55 above 50 cannot have a median of 61.1.
    """
    rng = random.Random(SEED + 1)
    nsd1 = [r for r in of(rows, "NSD1") if r["FLT3-ITD"] == "present"]
    others = [r for r in rows if r["fusion"] != "NUP98::NSD1" and r["disease"] == "AML"]
    other_itd = [r for r in others if r["FLT3-ITD"] == "present"]
    other_clear = [r for r in others if r["FLT3-ITD"] == "absent"]
    n100_nsd1, n100_itd = c["wbc>100:NSD1"], c["wbc>100:FLT3"]
    over100 = nsd1[:n100_nsd1] + other_itd[: n100_itd - n100_nsd1]
    over100 += other_clear[: c["wbc>100"] - n100_itd]
    n50_nsd1, n50_itd = c["wbc>50:NSD1"], c["wbc>50:FLT3"]
    over50 = nsd1[:n50_nsd1] + other_itd[: n50_itd - n50_nsd1]
    over50 += other_clear[: c["wbc>50"] - n50_itd]
    middle = [r for r in over50 if r not in over100]
    low = [r for r in rows if r not in over50]
    _fill(rng, over100, "wbc_10e9_l", 101.0, 340.0, ends=[369.0])
    _fill(rng, middle, "wbc_10e9_l", 62.0, 99.0, ends=[55.2, 61.1])
    _fill(rng, low, "wbc_10e9_l", 2.0, 49.0, ends=[1.5])
    for group, label in ((over100, ">100"), (middle, "50-100"), (low, "<=50")):
        for row in group:
            row["wbc_group"] = label


def _fill(
    rng: random.Random, rows: list[Patient], field: str, low: float, high: float,
    ends: list[float],
) -> None:  # fmt: skip
    values = ends + [round(rng.uniform(low, high), 1) for _ in range(len(rows) - len(ends))]
    rng.shuffle(values)
    for row, value in zip(rows, values, strict=True):
        row[field] = f"{value:g}"


def add_age(rows: list[Patient], c: dict[str, int]) -> None:
    """Age groups of the AML patients as printed by partner; ages inside them are invented.

    The letter gives age groups of the 51 with AML only; median 40 and range 4-79 are of all
    55: the 28th youngest is 40.
    """
    rng = random.Random(SEED + 2)
    nsd1, hoxa9 = of(rows, "NSD1"), of(rows, "HOXA9")
    rest = [r for r in rows if r["disease"] == "AML" and r not in nsd1 and r not in hoxa9]
    rng.shuffle(rest)
    young = nsd1[: c["age<18:NSD1"]]
    old = nsd1[-c["age>60:NSD1"] :] + hoxa9[-(c["partner:HOXA9"] - c["age<60:HOXA9"]) :]
    old += rest[: c["age>60"] - len(old)]
    middle = [r for r in rows if r not in young and r not in old]
    rng.shuffle(middle)
    below = len(rows) // 2 - len(young)
    for row, age in zip(young, (4, 11, 16), strict=True):
        row["age_years"] = str(age)
    for i, row in enumerate(middle):
        age = rng.randint(19, 39) if i < below else 40 if i == below else rng.randint(41, 59)
        row["age_years"] = str(age)
    for i, row in enumerate(old):
        row["age_years"] = "79" if i == 0 else str(rng.randint(61, 77))
    for group, label in ((young, "<18"), (middle, "18-60"), (old, ">60")):
        for row in group:
            row["age_group"] = label if row["disease"] == "AML" else ""


def add_karyotype(rows: list[Patient], c: dict[str, int]) -> None:
    """Karyotypes: 24 normal, 29 abnormal, 2 not available; characteristic ones as printed."""
    rng = random.Random(SEED + 3)
    known = {"LNP1": "t(3;11)(q12;p15)", "CCDC28A": "del(6)(q21)"}
    missing = [of(rows, "HOXA9")[-1], of(rows, "TOP1")[-1]]
    fixed: list[Patient] = [*missing]
    for row in missing:
        row["karyotype"] = ""
    for partner, abnormality in {**known, "HOXA9": "t(7;11)(p15;p15)"}.items():
        for row in of(rows, partner):
            if row not in missing:
                row["karyotype"] = f"46,{_sex(row)},{abnormality}[20]"
                fixed.append(row)
    of(rows, "ASNSP4")[0]["karyotype"] = f"46,{_sex(of(rows, 'ASNSP4')[0])}[20]"
    fixed.append(of(rows, "ASNSP4")[0])
    free = [r for r in rows if r not in fixed]
    rng.shuffle(free)
    normal = c["karyotype:normal"] - 1
    for i, row in enumerate(free):
        change = "" if i < normal else rng.choice((",+8", ",del(9)(q22)", ",-Y", ",+21"))
        if change == ",-Y":
            change = ",+13"
        modal = "47" if "+" in change else "46"
        row["karyotype"] = f"{modal},{_sex(row)}{change}[20]"


def _sex(row: Patient) -> str:
    return "XX" if row["sex"] == "female" else "XY"


def add_treatment(rows: list[Patient], c: dict[str, int]) -> None:
    """Induction class, response and salvage of the 51 AML patients, as printed."""
    salvage = [
        token
        for key, number in c.items()
        if key.startswith("salvage:")
        for token in [key.split(":", 1)[1]] * number
    ]
    failed = iter(salvage)
    for group in ("NSD1", "other"):
        patients = [
            r for r in rows
            if r["disease"] == "AML" and (r["fusion"] == "NUP98::NSD1") == (group == "NSD1")
        ]  # fmt: skip
        plan = [
            (key.split(":", 2)[2], number)
            for key, number in c.items()
            if key.startswith(f"induction:{group}:")
        ]
        order = iter(patients)
        for regimen, number in plan:
            reached = c.get(f"cr:{group}:{regimen}", 0)
            unknown = c.get(f"not evaluable:{group}:{regimen}", 0)
            for i in range(number):
                _treat(next(order), regimen, i, reached, number - unknown, group, failed)


def _treat(
    row: Patient, regimen: str, i: int, reached: int, evaluable: int, group: str, failed: object
) -> None:
    if i < reached:
        response = "CR"
    elif i >= evaluable:
        response = "not evaluable"
    else:
        response = "PR" if (group, regimen) == ("NSD1", "IC + FLT3i") else "not in CR"
    row["treatment"], row["response_line_1"] = regimen, response
    if group == "NSD1" and regimen == "IC":
        second = next(failed, None)  # type: ignore[call-overload]
        if second is not None:
            row["treatment"] = f"{regimen} -> {second} -> HSCT"
            row["response_line_2"], row["transplant"] = "CR", "yes"


def add_outcome(rows: list[Patient], c: dict[str, int]) -> None:
    """Alive or dead at last follow-up, of the 47 AML patients with survival data."""
    rng = random.Random(SEED + 4)
    for group in ("NSD1", "other"):
        patients = [
            r for r in rows
            if r["disease"] == "AML" and (r["fusion"] == "NUP98::NSD1") == (group == "NSD1")
        ]  # fmt: skip
        rng.shuffle(patients)
        alive, known = c[f"alive:{group}"], c[f"os known:{group}"]
        for i, row in enumerate(patients):
            row["vital_status"] = "alive" if i < alive else "dead" if i < known else ""


def without_fusion(c: dict[str, int], rows: list[Patient]) -> list[Patient]:
    """The 1,436 patients without a NUP98 fusion: disease and onset only, as printed."""
    out: list[Patient] = []
    for onset in ("de novo", "therapy-related", "secondary"):
        taken = sum(r["disease"] == "AML" and r["onset"] == onset for r in rows)
        number = c[f"AML:{onset}"] - taken
        out += [{"disease": "AML", "onset": onset} for _ in range(number)]
    lymphoid = sum(r["disease"] != "AML" for r in rows)
    return out + [{"disease": "ALL"} for _ in range(c["ALL"] - lymphoid)]


def build() -> str:
    """The whole table as CSV text."""
    c = counts()
    rows = carriers(c)
    rng = random.Random(SEED + 5)
    sexes = ["female"] * c["female"] + ["male"] * c["male"]
    rng.shuffle(sexes)
    for row, sex in zip(rows, sexes, strict=True):
        row["sex"] = sex
    for step in (add_lesions, add_wbc, add_age, add_karyotype, add_treatment, add_outcome):
        step(rows, c)
    _fill(rng, rows, "platelets_10e9_l", 0, 0, ends=_platelets(rng, len(rows)))
    everyone = [{"fusion": "none", **row} for row in rows + without_fusion(c, rows)]
    rng.shuffle(everyone)
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for i, row in enumerate(everyone, start=1):
        complete = {name: row.get(name, "") for name in COLUMNS}
        writer.writerow({**complete, "patient_id": f"SYN{i:04d}", "tested_by": "RNA-seq"})
    return out.getvalue()


def _platelets(rng: random.Random, n: int) -> list[float]:
    half = n // 2
    low = [5.0, *(float(rng.randint(6, 60)) for _ in range(half - 1))]
    return [*low, 61.0, *(float(rng.randint(62, 250)) for _ in range(half - 1)), 267.0]


if __name__ == "__main__":
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(build(), encoding="utf-8", newline="\n")
