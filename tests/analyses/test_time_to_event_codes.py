"""Every code that an analysis of time to event can say has its sentence, and the other way."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import fusionscape

ROOT = Path(fusionscape.__file__).parent
SENTENCES = tomllib.loads((ROOT / "words" / "time_to_event.toml").read_text(encoding="utf-8"))
SHARED = tomllib.loads((ROOT / "words" / "analyses.toml").read_text(encoding="utf-8"))
# said among the sentences of the kernels
KERNELS = {"entered-after-end", "no-cut-off", "rules-need-dates", "timing-assumed"}
MODULES = (
    *(f"analyses/{n}.py" for n in ("survival", "endpoint_rules", "cumulative_incidence",
                                   "multistate", "regression", "exposures",
                                   "treatment_lines")),
    *(f"cohort/derive/{n}.py" for n in ("guard", "endpoints", "covariates", "cox_tables", "causes",
                                        "curves", "exposures", "interactions", "survival_groups",
                                        "survival_contrasts", "patient_courses", "estimable",
                                        "cox_screen", "followed", "exposure_models", "origins",
                                        "group_survival", "line_starts", "cox_imputed",
                                        "reported_incidence", "partial_dates",
                                        "dropped_events", "endpoint_reasons",
                                        "undated_outcomes")),
)  # fmt: skip
SOURCE = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in MODULES)
# codes that kernels raise and an analysis passes on as a refusal
FROM_KERNELS = {"tau-beyond-follow-up"}


def test_every_caution_has_a_sentence() -> None:
    known = {*SENTENCES["caution"], *SHARED["caution"], *KERNELS}
    codes = set(re.findall(r'\bcaution\(\s*"([a-z0-9-]+)"', SOURCE))
    assert len(codes) > 15
    assert codes <= known, codes - known


def test_every_sentence_has_a_use() -> None:
    for code in (*SENTENCES["caution"], *SENTENCES["refusal"], *SENTENCES["question"]):
        assert f'"{code}"' in SOURCE or code in FROM_KERNELS, code


def test_every_refusal_has_a_sentence() -> None:
    used = set(re.findall(r'(?:code=|_refused\(\s*|code = )"([a-z][a-z0-9-]+)"', SOURCE))
    assert used <= {*SENTENCES["refusal"], *SHARED["refusal"]}, used


def test_the_facts_of_a_sentence_are_given() -> None:
    for code, sentence in SENTENCES["caution"].items():
        wanted = set(re.findall(r"\{(\w+)\}", sentence))
        for call in re.findall(rf'caution\(\s*"{code}"([^()]*(?:\([^()]*\)[^()]*)*)\)', SOURCE):
            given = set(re.findall(r"(\w+)=", call))
            assert wanted <= given, (code, wanted - given)
