"""Writes patients.csv beside this file: 60 SYNTHETIC carriers of a NUP98 fusion with dated events.

No value comes from a patient. Each row has the dates that time-to-event endpoints are made from:
diagnosis, start of treatment, two response assessments, remission, transplant, relapse, death,
last contact, and when and why contact was lost. Transplant is open only to those who lived to
receive it, so a comparison of "ever transplanted" with "never" errs in its favour.

Run it anywhere: ``python examples/dated_events/make_table.py``. It writes the same bytes each time.
"""

from __future__ import annotations

import csv
import random
from datetime import date, timedelta
from pathlib import Path

TABLE = Path(__file__).resolve().parent / "patients.csv"
SEED = 11
CUT_OFF = date(2023, 12, 31)
HEADER = (
    "Patient ID",
    "Sex",
    "Age (years)",
    "Fusion",
    "FLT3-ITD",
    "WBC (10^9/L)",
    "Diagnosis date",
    "Treatment start date",
    "Response course 1",
    "Response 1 date",
    "Response course 2",
    "Response 2 date",
    "Transplant",
    "Transplant date",
    "Relapse date",
    "Death date",
    "Last seen date",
    "Lost to follow-up date",
    "Reason lost",
)


def course_of(nsd1: bool, itd: bool, draw: random.Random) -> dict[str, float | str]:
    """Days from diagnosis of what happened; a day past the cut-off is dropped by the caller."""
    days: dict[str, float | str] = {"treatment": draw.randint(1, 6)}
    chance = 0.35 if nsd1 and itd else 0.6
    first, second = draw.random() < chance, draw.random() < chance
    days["assessed 1"], days["response 1"] = draw.randint(26, 38), "CR" if first else "NR"
    days["assessed 2"], days["response 2"] = draw.randint(60, 85), "CR" if first or second else "NR"
    remitted = first or second
    death = draw.expovariate(1 / (1100 if remitted else 260)) + 20
    if remitted and draw.random() < 0.55:
        days["relapse"] = 85 + draw.expovariate(1 / 500)
        death = float(days["relapse"]) + draw.expovariate(1 / 250)
    if draw.random() < (0.6 if remitted else 0.25):
        days["transplant"] = draw.randint(95, 260)
    days["death"] = death
    return days


def written(start: date, day: float, end: float) -> str:
    """The date of a day, empty when it lies after the end of follow-up."""
    return (start + timedelta(days=round(day))).isoformat() if day <= end else ""


def row(number: int, draw: random.Random) -> tuple[str, ...]:
    """One invented patient."""
    nsd1, itd = draw.random() < 0.6, draw.random() < 0.6
    start = date(2016, 1, 1) + timedelta(days=draw.randint(0, 2300))
    days = course_of(nsd1, itd, draw)
    lost = draw.random() < 0.12
    follow = float((CUT_OFF - start).days) - draw.randint(0, 90)
    if lost:
        follow = min(follow, float(draw.randint(120, 900)))
    died = float(days["death"]) <= follow
    end = min(float(days["death"]), follow)

    def when(name: str) -> str:
        return written(start, float(days[name]), end) if name in days else ""

    return (
        f"D{number:02d}",
        draw.choice(("F", "M")),
        str(draw.randint(3, 62)),
        "NUP98::NSD1" if nsd1 else draw.choice(("NUP98::KDM5A", "NUP98::HOXA9")),
        "yes" if itd else "no",
        str(round(draw.lognormvariate(3.8, 0.9))),
        start.isoformat(),
        when("treatment"),
        str(days["response 1"]) if when("assessed 1") else "",
        when("assessed 1"),
        str(days["response 2"]) if when("assessed 2") else "",
        when("assessed 2"),
        "yes" if when("transplant") else "no",
        when("transplant"),
        when("relapse"),
        written(start, end, end) if died else "",
        "" if died else written(start, end, end),
        written(start, end, end) if lost and not died else "",
        "abandonment" if lost and not died else "",
    )


def main() -> None:
    draw = random.Random(SEED)
    with TABLE.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(row(i, draw) for i in range(1, 61))


if __name__ == "__main__":
    main()
