"""The catalogue of sentences: every code the source emits has one, none twice."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from pathlib import Path

from fusionscape.results import Refusal, caution
from fusionscape.words import catalogue

SOURCE = Path(__file__).resolve().parents[2] / "src" / "fusionscape"
CALL = re.compile(r"""\bcaution\(\s*["']([a-z0-9-]+)["']""")


def emitted() -> set[str]:
    return {
        code
        for file in SOURCE.rglob("*.py")
        for code in CALL.findall(file.read_text(encoding="utf-8"))
        if file.parts[-2] not in ("words", "results")
    }


def test_every_caution_the_source_emits_has_a_sentence() -> None:
    missing = sorted(emitted() - set(catalogue.entries("caution")))
    assert missing == []


def test_no_code_is_defined_twice() -> None:
    seen: dict[tuple[str, str], str] = {}
    twice = []
    for file in files("fusionscape.words").iterdir():
        if not file.name.endswith(".toml"):
            continue
        for kind, entries in tomllib.loads(file.read_text(encoding="utf-8")).items():
            assert kind in catalogue.KINDS, f"{file.name} has a section {kind}"
            for code in entries:
                if (kind, code) in seen:
                    twice.append(f"{kind} {code}: {seen[kind, code]} and {file.name}")
                seen[kind, code] = file.name
    assert twice == []


def test_sentences_are_sentences() -> None:
    for kind in ("caution", "refusal"):
        for code, sentence in catalogue.entries(kind).items():
            assert sentence.rstrip().endswith("."), f"{kind} {code}"
            assert "significant" not in sentence.lower(), f"{kind} {code}"
    for code, heading in catalogue.entries("question").items():
        assert heading.endswith("?"), code


def test_facts_are_filled_in_and_formatted() -> None:
    said = catalogue.caution_text(caution("small-expected", cells=2, of=4, least=1.836))
    assert "2 of 4 expected counts" in said
    assert "1.84" in said
    said = catalogue.caution_text(caution("censoring-differs", p=0.00001))
    assert "(p <0.001)" in said


def test_a_missing_fact_and_an_unknown_code_stay_readable() -> None:
    assert "unknown" in catalogue.caution_text(caution("small-expected", cells=2))
    said = catalogue.caution_text(caution("never-heard-of", group="<b>", share_lost=0.25, n=None))
    assert said == "Never heard of: group <b>; share lost 25.0%; n unknown."
    refusal = Refusal(id="a/b", label="A", code="no-such", n=0, missing=0, method="", reference="")
    assert catalogue.refusal_text(refusal) == "No such."
    assert catalogue.question_text("is-it-so") == "Is it so?"


def test_braces_in_data_are_not_formatted() -> None:
    said = catalogue.caution_text(caution("small-expected", cells="{of}", of=4, least=1.0))
    assert "{of}" in said
