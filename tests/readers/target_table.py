"""A SYNTHETIC table under the header of the TARGET/COG export, and what must come out of one.

The header is that of the public file; every row is made up here by counting.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files

import polars as pl

from fusionscape.cohort import Cohort


def header() -> list[str]:
    """The columns the packaged codebook declares, once each."""
    text = files("fusionscape.readers.codebooks").joinpath("target_cog.toml").read_text("utf-8")
    declared = [c["source"] for c in tomllib.loads(text)["files"][0]["columns"]]
    return list(dict.fromkeys(["", *declared]))


def rows() -> list[dict[str, str]]:
    """Twenty patients: eight NSD1, four KDM5A, eight KMT2A."""
    made: list[dict[str, str]] = []
    partners = ["NUP98-NSD1"] * 8 + ["NUP98-KDM5A"] * 4 + [
        "KMT2A-MLLT3 ", "MLLT10-KMT2A", "KMT2A-MLLT4", "KMT2A-SEPT6", "KMT2A-X", "KMT2A-ELL",
        "KMT2A-AFF1", "KMT2A-MLLT3",
    ]  # fmt: skip
    itd = ["Yes"] * 5 + ["<0.1", "No", "Unknown"] + ["No"] * 12
    course = ["CR"] * 3 + ["Not in CR"] * 3 + ["Death", "Unevaluable"] + ["CR"] * 3 + ["Unknown"]
    course += ["CR"] * 8
    events = ["Relapse", "Induction failure", "Death", "Death without remission", "Censored"] * 4
    for i, fusion in enumerate(partners):
        event = events[i]
        dead = event.startswith("Death") or event == "Induction failure"
        blank = event in ("Induction failure", "Death without remission")
        row = dict.fromkeys(header(), "Unknown")
        row |= {
            "": str(i),
            "USI": f"SYN{i:03d}",
            "sample": f"SYN{i:03d}-09A",
            "Sex": "Unknown" if i == 19 else ("Male", "Female")[i % 2],
            "Age.in.years": f"{i + 0.5}",
            "Age.in.days": f"{(i + 0.5) * 365.25:.0f}",
            "WBC..x10.3.MicroLiter..levels": f"{10 * i + 1}",
            "Bone.marrow.leukemic.blast.percentage....": "#N/A" if i == 3 else "80",
            "ISCN": ("46,XY[20]", "46,XX[20]")[i % 2] if i > 1 else ("I", "F")[i],
            "Primary.Fusion": fusion,
            "fusion": fusion,
            "ScreenedForFusion": "Yes",
            "FLT3.ITD.positive.": itd[i],
            "FLT3.ITD.allelic.ratio": "0.7" if itd[i] == "Yes" else "#N/A",
            "WT1.mutation.": "Yes" if i in (0, 1, 2) else "No",
            "RAS.Gene": ("NRAS", "KRAS", "None", "Unknown")[i % 4],
            "CR.status.at.end.of.course.1": course[i],
            "MRD.at.end.of.course.1": "Yes" if i < 4 else "No",
            "MRD...at.end.of.course.1": "2.5" if i < 4 else "0",
            "SCT.in.1st.CR": "Yes" if i == 0 else "No",
            "OS.time..days.": "#N/A" if i == 19 else str(900 + i),
            "OS.event.ID": "Unknown" if i == 19 else ("Dead" if dead else "Alive"),
            "OS": "NA" if i == 19 else str(900 + i),
            "OSI": "-1" if i == 19 else str(int(dead)),
            "EFS.time..days.": "#N/A" if i == 19 else str(100 + i),
            "EFS.event.type.ID": "None" if i == 19 else event,
            "EFSI": "NA" if blank or i == 19 else str(int(event != "Censored")),
            "Event.ID": "#N/A" if i == 19 else str(int(event != "Censored")),
            "MRD...at.end.of.course.2": "#N/A",
            "Year.of.Diagnosis": "2012",
            "Peripheral.blasts....": "#N/A",
            "EFS": "NA",
            "FAB": "pending",
            "FLT3.PM": "None",
        }
        made.append(row)
    return made


def csv(columns: dict[str, str] | None = None) -> str:
    """The table as text, its columns renamed as asked."""
    names = header()
    renamed = [(columns or {}).get(name, name) for name in names]
    lines = [",".join(f'"{name}"' for name in renamed)]
    lines += [",".join(f'"{row[name]}"' for name in names) for row in rows()]
    return "\n".join(lines) + "\n"


def counts(cohort: Cohort, lesion: str, fusion: str) -> tuple[int, int]:
    """Present and tested among the carriers of one fusion of NUP98."""
    states = cohort.lesion(lesion).filter(cohort.partner_of("NUP98") == fusion).drop_nulls()
    return int(states.sum()), states.len()


def responses(cohort: Cohort, fusion: str) -> dict[str, int]:
    """Reported responses after course 1 among the carriers of one fusion."""
    who = cohort.patients.filter(cohort.partner_of("NUP98") == fusion)["patient_id"]
    labels = cohort.responses(course=1).filter(pl.col("patient_id").is_in(who.implode()))["label"]
    return {str(label): n for label, n in labels.value_counts().sort("label").iter_rows()}
