"""The documents say nothing that is not so: links, code, commands, names and words."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from docs.commands import DOCS, ROOT, blocks
from fusionscape import stats
from fusionscape.cli import app

PAGES = sorted([ROOT / "README.md", *DOCS.rglob("*.md")])
METHODS = sorted(p for p in (DOCS / "methods").glob("*.md") if p.name != "index.md")
NAMES = [str(p.relative_to(ROOT)) for p in PAGES]
FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.S | re.M)
COMMANDS = ("check", "demo", "init", "run")
FORBIDDEN = re.compile(
    r"\b(?:TODO|FIXME|powerful|seamless(?:ly)?|cutting-edge|state-of-the-art|revolutionary|"
    r"effortless(?:ly)?|world-class|game-chang\w+|robustly|leverag\w+|utili[sz]e\w*|"
    r"sub-?agents?|chatbots?|language models?)\b|(?:^|[\s(`\"])/(?:tmp|work|root|home)/",
    re.IGNORECASE | re.MULTILINE,
)


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def source() -> str:
    files = [*(ROOT / "src").rglob("*.py"), *(ROOT / "src").rglob("*.toml")]
    return "\n".join(text_of(path) for path in sorted(files))


@cache
def options() -> frozenset[str]:
    """Every option of every command, asked of the command line itself."""
    found = {"--help", "--version"}
    for name in COMMANDS:
        for argument in app[name].assemble_argument_collection():
            found.update(n for n in argument.names if n.startswith("--"))
    return frozenset(found)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", text_of(page)):
        if not re.match(r"https?:|mailto:|#", target):
            assert (page.parent / target.partition("#")[0]).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_command_and_option_exists(page: Path) -> None:
    text = text_of(page)
    fenced = "\n".join(body for _, body in FENCE.findall(text))
    inline = re.findall(r"`(fusionscape [^`\n]+)`", FENCE.sub("", text))
    for line in (*re.findall(r"^(?:\$ )?(fusionscape .*)$", fenced, flags=re.M), *inline):
        assert line.split()[1] in COMMANDS, line
        assert set(re.findall(r"--[a-z-]+", line)) <= options(), line
    for option in re.findall(r"`(--[a-z-]+)[^`]*`", text):
        assert option in options(), option


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_no_advertising_and_no_path_of_a_machine(page: Path) -> None:
    assert FORBIDDEN.findall(text_of(page)) == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_toml_blocks_are_toml(page: Path) -> None:
    for block in blocks(text_of(page), "toml"):
        tomllib.loads(block)


@pytest.mark.parametrize(
    "page", [p for p in PAGES if blocks(text_of(p), "python run")], ids=lambda p: p.stem
)
def test_python_blocks_run(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    for block in blocks(text_of(page), "python run"):
        exec(compile(block, str(page), "exec"), {"__name__": "document"})


@pytest.mark.parametrize("page", METHODS, ids=lambda p: p.stem)
def test_a_method_names_kernels_tests_and_codes_that_exist(page: Path) -> None:
    text = text_of(page)
    for name in re.findall(r"`stats\.(\w+)`", text):
        assert name in dir(stats), name
    tests = re.findall(r"`(tests/[\w/]+\.py)`", text)
    assert tests
    for test in tests:
        assert (ROOT / test).is_file(), test
    for code in re.findall(r"`([a-z]+(?:-[a-z0-9]+)+)`", text):
        assert f'"{code}"' in source() or f"\n{code} =" in source(), code


@pytest.mark.parametrize("page", METHODS, ids=lambda p: p.stem)
def test_a_method_has_its_parts(page: Path) -> None:
    text = text_of(page)
    if page.stem in ("conventions", "privacy"):
        assert "**Tested in**" in text
        return
    for part in ("**Question.**", "**Unknown values.**", "**Tested in**", "**References.**"):
        assert part in text, part


def test_every_page_is_on_the_map() -> None:
    linked = set()
    for name in ("index.md", "methods/index.md"):
        page = DOCS / name
        for target in re.findall(r"\]\(([^)\s#]+)\)", text_of(page)):
            linked.add((page.parent / target).resolve())
    missing = [p for p in DOCS.rglob("*.md") if p.resolve() not in linked | {DOCS / "index.md"}]
    assert missing == []


def test_the_page_on_python_names_every_analysis() -> None:
    import fusionscape as fs

    page = text_of(DOCS / "how-to" / "python.md")
    listed = page.partition("Analyses at the top level:")[2].partition("\n\n")[0]
    homes = {n: getattr(fs, n).__module__ for n in fs.__all__ if n != "__version__"}
    analyses = {n for n, home in homes.items() if home.startswith("fusionscape.analyses")}
    assert set(re.findall(r"`(\w+)`", listed)) == analyses
