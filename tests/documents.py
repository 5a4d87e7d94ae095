"""The example report as Word, PDF and Excel files, with text that looks like commands in it."""

from __future__ import annotations

from functools import cache

import examples
from fusionscape.report import Section
from fusionscape.results import Column, Finding, Row, Table
from fusionscape.workflows.export import exports
from pages import section

# Each would do harm where text is read as markup, as a formula or as a link.
HOSTILE = (
    "<script>alert(1)</script>",
    "=cmd()",
    "#let x = 1",
    "*bold* _under_",
    "back\\slash",
    "$x^2$",
    "@import",
    "]]> &amp; <!--",
    "https://example.org/",
)
TITLE = "Study of <b> & #strong[x] $y$ \\end"
HOSTILE_TABLE = Table(
    id="prevalence/hostile",
    title="Names that <look> like #commands",
    columns=(
        Column(name="name", label="=Name*"),
        Column(name="n", label="n", kind="integer"),
        Column(name="share", label="Share", kind="percent"),
        Column(name="ratio", label="Ratio (95% CI)", kind="number"),
        Column(name="p", label="p", kind="p"),
        Column(name="silent", label="Silent", kind="number"),
    ),
    rows=(
        Row(
            cells=("Group $", "", "", "", "", ""),
            values=(None, None, None, None, None, None),
            heading=True,
        ),
        *(
            Row(
                cells=(text, str(i), f"{i}.0%", f"{i / 8} (0.1–2.0)", "<0.001", ""),
                values=(text, i, i / 100, i / 8, 0.0004, i / 7),
                level=1,
            )
            for i, text in enumerate(HOSTILE, start=1)
        ),
    ),
    notes=("A note with #emph[markup] and <i>tags</i>.",),
    n=9,
    missing=1,
    synthetic=True,
)
FINDING = Finding(
    code="unknown-value",
    severity="warning",
    what="WBC is written '=1+1'",
    mend="Leave the cell empty.",
    file="patients.csv",
    row=7,
)


@cache
def sections() -> tuple[Section, ...]:
    made = [
        section(make())
        for make in (
            examples.flow,
            examples.prevalence,
            examples.baseline,
            examples.landscape,
            examples.cox,
        )
    ]
    first = made[1]
    made[1] = Section(
        id=first.id,
        question=first.question,
        analysis=first.analysis,
        figures=first.figures,
        tables=(HOSTILE_TABLE, *first.tables),
    )
    return tuple(made)


@cache
def files(*formats: str) -> dict[str, bytes]:
    return exports(
        formats,
        title=TITLE,
        study={"patients": 1491, "citation": "Cited & <quoted>", "synthetic": True},
        plan={"endpoints": ["os", "efs"], "odd": "#set text(red)"},
        findings=[FINDING],
        sections=sections(),
        command="fusionscape run STUDY",
        inputs=(("patients.csv", "sha256 0f3a"),),
    )
