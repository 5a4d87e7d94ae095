"""The myeloid data of R survival as a cohort: transplant, remission and relapse with their days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from analyses.dated_cohorts import codebook, lesion_rows
from fusionscape.cohort import Cohort, Plan, build_cohort
from stats.reference import frame


def _known(values: Any) -> list[float | None]:
    return [None if np.isnan(v) else float(v) for v in values]


def myeloid(covariates: Sequence[str] = ("sex", "covariate:trt", "age_years")) -> Cohort:
    """646 patients; the age follows from the row, as in tests/oracles/exposures.R."""
    data = frame("myeloid")
    who = [f"m{int(i):04d}" for i in data["id"]]
    events: list[dict[str, Any]] = []
    for kind, column in (("remission", "crtime"), ("relapse", "rltime"), ("transplant", "txtime")):
        events += [
            {"patient_id": p, "order": len(kind), "kind": kind, "day": day}
            for p, day in zip(who, _known(data[column]), strict=True)
            if day is not None
        ]
    patients = pl.DataFrame(
        {
            "patient_id": who,
            "sex": ["male" if x == "m" else "female" for x in data["sex"]],
            "trt": [str(x) for x in data["trt"]],
            "age_years": [20.0 + (7 * int(i)) % 41 for i in data["id"]],
            "os_days": _known(data["futime"]),
            "os_event": [bool(x) for x in data["death"]],
        }
    )
    return build_cohort(
        name="myeloid", patients=patients, lesions=lesion_rows(who, ["NSD1"] * len(who)),
        events=events, codebook=codebook(("sex", "fusion", "age_years", "covariate:trt")),
        plan=Plan(
            covariates=tuple(covariates), endpoint_rules="eln2022", endpoints=("os", "rfs")
        ),
    )  # fmt: skip
