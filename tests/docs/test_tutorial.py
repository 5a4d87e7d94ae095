"""The tutorials and the how-to pages: every command is run and prints what the page shows."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from docs.commands import DOCS, ROOT, blocks, call, commands
from fusionscape.readers import check

PAGES = sorted(
    path
    for folder in ("tutorials", "how-to")
    for path in (DOCS / folder).glob("*.md")
    if blocks(path.read_text(encoding="utf-8"), "console")
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a copy of the examples, as if it were the root of the repository."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def edit(path: Path, change: str) -> None:
    before, _, after = change.partition("---\n")
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1, before
    path.write_text(text.replace(before, after), encoding="utf-8", newline="\n")


def test_the_first_report(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (DOCS / "tutorials" / "first-report.md").read_text(encoding="utf-8")
    made = iter(blocks(text, "console"))
    for block in (next(made), next(made), next(made)):
        for command in commands(block):
            call(command, here, lambda: capsys.readouterr().out)
    study = here / "my-study" / "study.toml"
    for change in blocks(text, "toml edit"):
        edit(study, change)
    kept = ROOT / "examples" / "own_table" / "study.toml"
    assert without_questions(study) == without_questions(kept)
    for command in commands(next(made)):
        call(command, here, lambda: capsys.readouterr().out)
    for name in re.findall(r"^\| `([a-z./]+)` \|", text, flags=re.M):
        assert (here / "results" / name).exists(), name
    assert next(made, None) is None


def without_questions(path: Path) -> list[str]:
    """The lines of a study file less its comments."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize(
    "page", [p for p in PAGES if p.name != "first-report.md"], ids=lambda p: p.stem
)
def test_every_command_of_a_page(
    page: Path, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for block in blocks(page.read_text(encoding="utf-8"), "console"):
        for command in commands(block):
            call(command, here, lambda: capsys.readouterr().out)
    if page.name == "time-to-event.md":
        told_numbers(here / "dated-results" / "results.json", page.read_text(encoding="utf-8"))
    if page.name == "word-pdf-excel.md":
        made = {p.name for p in (here / "office-results").iterdir()}
        assert {"report.docx", "report.pdf", "tables.xlsx", "figures"} <= made


def told_numbers(results: Path, text: str) -> None:
    """The two tables of the tutorial are those of results.json."""
    document = json.loads(results.read_text(encoding="utf-8"))
    by_id = {r["id"]: r for r in document["results"]}
    for rules in ("eln2022", "eln2017", "xiong2025"):
        events = by_id[f"endpoint_rules/efs/{rules}/events"]["count"]
        median = by_id[f"endpoint_rules/efs/{rules}/median"]
        low, high = median["ci_low"], median["ci_high"]
        assert f"| {rules} | {events} | {median['estimate']:g} ({low:g} to {high:g}) |" in text
    for what in ("naive", "time-dependent", "landmark/180"):
        ratio = by_id[f"exposures/transplant/os/{what}"]
        low, high = ratio["ci_low"], ratio["ci_high"]
        assert f"| {ratio['estimate']:.2f} ({low:.2f} to {high:.2f}) |" in text
    assert by_id["exposures/transplant/os/naive"]["p"] is None


def test_transplant_as_a_covariate_is_refused_as_the_tutorial_says(here: Path) -> None:
    from fusionscape.analyses.regression import regression
    from fusionscape.readers import read

    study = here / "examples" / "dated_events" / "study.toml"
    edit(study, '"age_years"]\n---\n"age_years", "transplant"]\n')
    found = {item.id: item for item in regression(read(study.parent)).items}
    assert found["regression/refused/transplant"].code == "immortal-time"
    assert "regression/os/model" in found


def test_the_ambiguous_values_are_read_three_ways() -> None:
    from fusionscape.analyses.landscape import landscape
    from fusionscape.readers import read

    found = {i.id: i for i in landscape(read(ROOT / "examples" / "own_table")).items}
    told = {"dropped": (9, 16), "as absent": (9, 17), "as present": (10, 17)}
    for coding, (count, n) in told.items():
        item = found[f"landscape/coding/FLT3-ITD/{coding.replace(' ', '%20')}/all%20carriers"]
        assert (item.count, item.n) == (count, n)


@pytest.mark.parametrize("example", ["own_table", "dated_events"])
def test_the_tables_are_what_their_generator_writes(example: str, tmp_path: Path) -> None:
    import subprocess
    import sys

    folder = shutil.copytree(ROOT / "examples" / example, tmp_path / example)
    (folder / "patients.csv").unlink()
    subprocess.run([sys.executable, str(folder / "make_table.py")], check=True)
    kept = ROOT / "examples" / example / "patients.csv"
    assert (folder / "patients.csv").read_bytes() == kept.read_bytes()
    assert not [f for f in check(folder) if f.severity == "error"]


def test_pictures_are_there_and_small() -> None:
    pictures = sorted((DOCS / "pictures").glob("*.png"))
    told = "".join(p.read_text(encoding="utf-8") for p in (DOCS / "tutorials").glob("*.md"))
    assert pictures
    for picture in pictures:
        assert picture.stat().st_size < 200_000
        assert f"../pictures/{picture.name})" in told
