"""Writes patients.csv beside this file: 32 SYNTHETIC patients in a table as tables are.

No value comes from a patient. The table has what real ones have: semicolons with a decimal
comma, fusions written in several ways, "Unknown" and "n.d." for not known, "<0.1" for an
allelic ratio below what the assay reports, a trailing space, a value known only after diagnosis.

Run it anywhere: ``python examples/own_table/make_table.py``. It writes the same bytes each time.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path

TABLE = Path(__file__).resolve().parent / "patients.csv"
SEED = 98
HEADER = (
    "Patient ID",
    "Sex",
    "Age (years)",
    "Fusion",
    "FLT3-ITD",
    "WT1 mutation",
    "WBC (10^9/L)",
    "BM blasts (%)",
    "CR after course 1",
    "SCT in CR1",
    "OS (months)",
    "Vital status",
)
NSD1 = ("NUP98::NSD1", "NUP98-NSD1", "NUP98/NSD1", "NSD1-NUP98", "NUP98::NSD1 ")
OTHERS = ("NUP98-KDM5A", "NUP98/JARID1A", "NUP98::HOXA9", "NUP98-HOXA9", "NUP98::KDM5A")
CONTROLS = ("KMT2A-MLLT3", "MLL-AF9", "RUNX1::RUNX1T1", "none", "none", "none")


def comma(value: float) -> str:
    """A number as a spreadsheet with European settings writes it."""
    return f"{value:.1f}".replace(".", ",")


def patient(number: int, fusion: str, draw: random.Random) -> tuple[str, ...]:
    """One invented patient; carriers of NSD1 more often have the ITD and less often remit."""
    nsd1, carrier = "NSD1" in fusion, "NUP98" in fusion
    itd = draw.random() < (0.75 if nsd1 else 0.2)
    remission = draw.random() < (0.35 if nsd1 else 0.7)
    transplant = remission and draw.random() < 0.5
    dead = draw.random() < (0.65 if carrier else 0.4)
    months = draw.uniform(2, 20) if dead else draw.uniform(20, 70)
    return (
        f"S{number:02d}",
        draw.choice(("female", "male", "F", "M")),
        comma(draw.uniform(2, 65)),
        fusion,
        "positive" if itd else "negative",
        "pos" if draw.random() < (0.45 if nsd1 else 0.1) else "neg",
        comma(draw.lognormvariate(4.3 if nsd1 else 3.2, 0.8)),
        str(draw.randint(22, 95)),
        "yes" if remission else "no",
        "yes" if transplant else "no",
        comma(months),
        "dead" if dead else "alive",
    )


def rows() -> list[list[str]]:
    """All patients, then what went wrong while the table was kept."""
    draw = random.Random(SEED)
    fusions = [NSD1[i % 5] for i in range(11)] + [OTHERS[i % 5] for i in range(7)]
    fusions += [CONTROLS[i % 6] for i in range(14)]
    draw.shuffle(fusions)
    made = [list(patient(i, fusion, draw)) for i, fusion in enumerate(fusions, start=1)]
    made[3][4], made[8][4] = "<0.1", "Unknown"
    made[5][5], made[12][5], made[20][5] = "n.d.", "Unknown", ""
    made[10][6], made[17][7] = "Unknown", ""
    made[14][8] = "Unknown"
    return made


def main() -> None:
    with TABLE.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, delimiter=";", lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(rows())


if __name__ == "__main__":
    main()
