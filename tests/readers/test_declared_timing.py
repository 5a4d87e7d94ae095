"""A covariate that is not of baseline: the finding says what is declared, and what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from fusionscape.readers import check

STUDY = """schema = 1
name = "s"
selected_by_fusion = false
tested_by = "RNA-seq"
[[files]]
path = "p.csv"
id = "id"
columns = [
  {{ source = "fusion", field = "fusion", timing = "baseline" }},
  {{ source = "dx", field = "date:diagnosis", timing = "baseline" }},
  {{ source = "hsct", field = "transplant", timing = "{timing}"{date} }},
  {{ source = "{other}", field = "date:{event}", timing = "post-baseline" }},
]
[plan]
covariates = ["transplant"]
"""
ROWS = """id,fusion,dx,hsct,on,seen
A,NUP98::NSD1,2020-01-01,yes,2020-06-01,2022-01-01
B,none,2020-01-01,no,,2022-01-01
"""
DECLARED = "The plan uses 'transplant', which is declared to be known only after diagnosis."


@pytest.mark.parametrize(
    ("timing", "date", "what", "dated"),
    [
        ("post-baseline", ', date_column = "on"', DECLARED, True),
        ("post-baseline", "", DECLARED, False),
        (
            "unknown",
            "",
            "The plan uses 'transplant', and it is not declared when it was known.",
            None,
        ),
    ],
)
def test_the_finding_says_what_is_true(
    tmp_path: Path, timing: str, date: str, what: str, dated: bool | None
) -> None:
    text = STUDY.format(timing=timing, date=date, other="seen", event="last_seen")
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    (tmp_path / "p.csv").write_text(ROWS, encoding="utf-8")
    said = [f for f in check(tmp_path) if f.code == "covariate-not-baseline"]
    assert [f.what for f in said] == [what]
    mend = said[0].mend
    assert ("Declare its timing" in mend) == (dated is None)
    assert ("It has a date" in mend) == bool(dated)


def test_a_date_in_a_column_of_its_own_counts(tmp_path: Path) -> None:
    text = STUDY.format(timing="post-baseline", date="", other="on", event="transplant")
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    (tmp_path / "p.csv").write_text(ROWS, encoding="utf-8")
    said = [f for f in check(tmp_path) if f.code == "covariate-not-baseline"]
    assert "It has a date" in said[0].mend
