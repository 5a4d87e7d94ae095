"""The sealed page as text: sealed, escaped, complete, and the same bytes twice."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import examples
import pages
from fusionscape.report import assets
from fusionscape.report.island import inert
from fusionscape.report.markup import prose
from fusionscape.report.matter import plan_origin
from fusionscape.results import Analysis, Finding, LesionMatrix

ROOT = Path(__file__).resolve().parents[2]
EVIL = "<script>alert(1)</script>"
LIMIT = 2_600_000


@pytest.fixture(scope="module")
def page() -> str:
    return pages.page()


class Tags(HTMLParser):
    """Start tags with their attributes, text of scripts, and what was left open."""

    VOID = ("meta", "input", "br", "hr", "img", "link", "line", "circle")

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.ids += [v for k, v in attrs if k == "id" and v]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            self.scripts.append(data)


def parsed(html: str) -> Tags:
    tags = Tags()
    tags.feed(html)
    return tags


def island_of(html: str) -> Any:
    found = re.search(r'<script type="application/json" id="island">(.*?)</script>', html, re.S)
    assert found
    return json.loads(found.group(1))


def test_the_policy_comes_first_and_names_this_script_and_no_other(page: str) -> None:
    tags = parsed(page)
    policies = [a for t, a in tags.tags if a.get("http-equiv") == "Content-Security-Policy"]
    assert len(policies) == 1
    policy = str(policies[0]["content"])
    digest = base64.b64encode(hashlib.sha256(tags.scripts[-1].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in policy
    for part in ("default-src 'none'", "connect-src 'none'", "form-action 'none'",
                 "base-uri 'none'", "img-src data: blob:", "font-src data:"):  # fmt: skip
        assert part in policy
    assert "unsafe-eval" not in policy
    head = page[: page.index("<style")]
    assert head.index("Content-Security-Policy") < head.index("<title>")


def test_nothing_in_the_page_names_an_address_to_load(page: str) -> None:
    tags = parsed(page)
    for tag, attributes in tags.tags:
        assert tag not in ("link", "iframe", "object", "embed", "form", "base", "img"), tag
        assert not any(name.startswith("on") for name in attributes), (tag, attributes)
        assert "src" not in attributes
        href = attributes.get("href")
        assert href is None or href.startswith("#"), href
    assert "url(" not in page.replace("url(data:font/woff2;base64,", "").split("<script")[0]


def test_the_page_is_well_formed_and_ids_are_unique(page: str) -> None:
    tags = parsed(page)
    assert tags.open == []
    assert len(tags.ids) == len(set(tags.ids))
    headings = [int(t[1]) for t, _ in tags.tags if re.fullmatch(r"h[1-6]", t)]
    assert headings[0] == 1 and headings.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(headings))


def test_every_figure_has_an_alternative_text_and_a_caption(page: str) -> None:
    tags = parsed(page)
    drawings = [a for t, a in tags.tags if a.get("data-figure")]
    assert len(drawings) >= 17
    assert all(len(str(a["aria-label"])) > 30 and a["role"] == "img" for a in drawings)
    assert page.count("<figcaption>") == len(drawings)
    assert set(island_of(page)["figures"]) == {a["data-figure"] for a in drawings}


def test_there_is_one_island_and_it_is_inert() -> None:
    text = inert({"a": "</script><!--", "b": "\u2028 & <b>"})
    assert "<" not in text and ">" not in text and "&" not in text and "\u2028" not in text
    assert json.loads(text) == {"a": "</script><!--", "b": "\u2028 & <b>"}
    with pytest.raises(ValueError, match="Out of range"):
        inert({"a": float("nan")})


def planted() -> list[Analysis]:
    """The examples with attacks in every place that data can reach."""
    landscape = examples.landscape(4)
    matrix = landscape.items[0]
    assert isinstance(matrix, LesionMatrix)
    attacks = (EVIL, "</script><svg onload=alert(1)>", "javascript:alert(1)", "'\"><img src=x>")
    lesion = replace(matrix.lesions[0], lesion=attacks[1])
    matrix = replace(matrix, patients=attacks, lesions=(lesion, *matrix.lesions[1:]))
    return [
        replace(landscape, items=(matrix,)),
        examples.response(((EVIL, 1, 4), ("javascript:alert(1)", 2, 4))),
    ]


def test_planted_code_stays_text() -> None:
    html = pages.page(planted(), title=f"Cohort {EVIL}")
    tags = parsed(html)
    assert len(tags.scripts) == 2
    assert not [t for t, _ in tags.tags if t in ("img", "iframe")]
    assert not [a for _, a in tags.tags if any(n.startswith("on") for n in a)]
    assert html.count("<script") == 2
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_genes_are_italic_fusions_upright_and_all_escaped() -> None:
    said = str(prose("FLT3-ITD and WT1 with NUP98::NSD1 <b>, CD34, MRD"))
    assert said == (
        '<em class="gene">FLT3</em>-ITD and <em class="gene">WT1</em> with NUP98::NSD1 '
        "&lt;b&gt;, CD34, MRD"
    )


def test_synthetic_data_are_marked_everywhere_and_real_ones_are_not(page: str) -> None:
    assert page.count('class="synthetic-band"') == 1
    assert page.count('<p class="subtitle">SYNTHETIC data') == page.count("<figcaption>")
    real = replace(examples.prevalence_refused(), synthetic=False)
    html = pages.page([real], synthetic=False)
    assert "synthetic-band" not in html.replace(assets.style(), "")


def test_the_page_stays_small(page: str) -> None:
    assert len(page.encode()) < LIMIT


def test_the_numbers_of_figure_table_and_text_are_those_of_the_results(page: str) -> None:
    """NSD1's share, read back from the sentence, the table, the figure's csv and its spec."""
    share = next(i for i in examples.prevalence().items if i.id.endswith("NUP98::NSD1"))
    island = island_of(page)
    assert "of the carriers 25/55 (45.5%) have NUP98::NSD1" in page
    assert f'data-value="{share.estimate!r}"' in page  # type: ignore[union-attr]
    row = next(r for r in island["csv"]["partner-spectrum"].splitlines() if "NSD1" in r)
    assert row.split(",")[1:4] == ["25", "55", repr(share.estimate)]  # type: ignore[union-attr]
    assert '"value":' + repr(share.estimate) in json.dumps(  # type: ignore[union-attr]
        island["figures"]["partner-spectrum"], separators=(",", ":")
    )


def test_two_parts_may_not_share_an_id() -> None:
    with pytest.raises(ValueError, match="share the id"):
        pages.page([examples.response(), examples.response()])


def test_the_same_bytes_under_another_hash_seed() -> None:
    code = "import hashlib, pages; print(hashlib.sha256(pages.page().encode()).hexdigest())"
    seen = set()
    for seed in ("1", "77"):
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True,
            env={"PYTHONPATH": f"{ROOT / 'src'}:{ROOT / 'tests'}", "PYTHONHASHSEED": seed,
                 "PATH": "/usr/bin:/bin"},
        )  # fmt: skip
        seen.add(done.stdout.strip())
    assert len(seen) == 1


def test_licences_of_what_is_inlined_are_shipped() -> None:
    folder = ROOT / "src" / "fusionscape" / "report" / "assets" / "LICENSES"
    assert "SIL Open Font License" in (folder / "inter-OFL.txt").read_text(encoding="utf-8")
    bundle = (folder / "vega-bundle.txt").read_text(encoding="utf-8")
    for name in ("vega ", "vega-lite ", "vega-interpreter ", "d3-array "):
        assert f"\n{name}" in bundle


def test_a_csv_too_long_for_the_page_is_named_and_left_to_the_folder() -> None:
    analysis = examples.baseline()
    many = replace(analysis, items=analysis.items * 200)
    whole = pages.page([many])
    assert "it lies in the folder tables beside it" in whole
    assert 'data-do="csv" data-of="table-baseline-2"' not in whole


def test_the_plan_says_where_it_comes_from() -> None:
    used = Finding(code="codebook-used", severity="note", what="w", mend="m")
    assert "packaged codebook" in plan_origin([used])
    assert "own declaration" in plan_origin([])
    assert "Declared before looking" not in pages.page()
