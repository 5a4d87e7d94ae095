"""Every code an analysis can say has its sentence, and every sentence a code."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import fusionscape

ROOT = Path(fusionscape.__file__).parent
SENTENCES = tomllib.loads((ROOT / "words" / "analyses.toml").read_text(encoding="utf-8"))
# analyses of time to event have their own sentences, see test_time_to_event_codes.py
ELSEWHERE = (
    "survival", "endpoint_rules", "cumulative_incidence", "multistate", "regression", "exposures",
    "treatment_lines",
)  # fmt: skip
# other rooms' files in cohort/derive speak for themselves
OWN = [
    *(p for p in sorted((ROOT / "analyses").glob("*.py")) if p.stem not in ELSEWHERE),
    *(
        ROOT / "cohort" / "derive" / f"{name}.py"
        for name in (
            "comparisons",
            "shares",
            "variables",
            "lesions",
            "markers",
            "grouping",
            "table_scope",
        )
    ),
]
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in OWN)


def test_every_code_is_used_and_every_fact_is_given() -> None:
    for code in [*SENTENCES["caution"], *SENTENCES["refusal"], *SENTENCES["question"]]:
        assert f'"{code}"' in SOURCE, code


def test_every_caution_has_a_sentence() -> None:
    for code in re.findall(r'\bcaution\(\s*"([a-z0-9-]+)"', SOURCE):
        assert code in SENTENCES["caution"], code
    for code in re.findall(r'question="([a-z0-9-]+)"', SOURCE):
        assert code in SENTENCES["question"], code


def test_facts_of_the_sentences_are_facts_of_the_cautions() -> None:
    for code, sentence in SENTENCES["caution"].items():
        wanted = set(re.findall(r"\{(\w+)\}", sentence))
        for call in re.findall(rf'caution\(\s*"{code}"([^()]*(?:\([^()]*\)[^()]*)*)\)', SOURCE):
            given = set(re.findall(r"(\w+)=", call))
            assert wanted <= given, (code, wanted - given)
