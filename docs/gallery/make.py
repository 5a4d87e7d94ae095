"""Draws every picture of the gallery with the three lines shown beside it, and writes README.md.

Run it in the root of the repository: ``python docs/gallery/make.py``. The pictures need the
extra ``export``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
LARGEST_SVG = 150_000  # bytes; a larger picture is kept as PNG
REPLICA, TEN, DATED = "landscape-replica", "pediatric-ten", "dated-events"
FOLDERS = {
    REPLICA: f"src/fusionscape/data/{REPLICA}",
    TEN: f"src/fusionscape/data/{TEN}",
    DATED: "examples/dated_events",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One picture: the study it is drawn from, the analysis, and the figure of it."""

    study: str
    analysis: str
    figure: str
    only: bool = False  # the analysis has this one figure, so it need not be named

    @property
    def lines(self) -> tuple[str, str, str]:
        """The three lines of Python that draw it."""
        chosen = "" if self.only else f', figure="{self.figure}"'
        return (
            f'cohort = fs.read("{FOLDERS[self.study]}")',
            f"result = fs.{self.analysis}(cohort)",
            f"fs.draw(result{chosen})",
        )


ENTRIES = (
    Entry(REPLICA, "prevalence", "partner-spectrum", only=True),
    Entry(TEN, "flow", "patient-flow", only=True),
    Entry(REPLICA, "landscape", "oncoprint", only=True),
    Entry(REPLICA, "cooccurrence", "cooccurrence-matrix"),
    Entry(REPLICA, "cooccurrence", "cooccurrence-chord"),
    Entry(TEN, "baseline", "baseline-measurements", only=True),
    Entry(REPLICA, "baseline", "baseline-ratios"),
    Entry(TEN, "cytogenetics", "cytogenetics-rates", only=True),
    Entry(TEN, "immunophenotype", "immunophenotype", only=True),
    Entry(REPLICA, "response", "response-rates"),
    Entry(REPLICA, "response", "response-ratios"),
    Entry(TEN, "cases", "cases-swimmer"),
    Entry(TEN, "cases", "case-1"),
    Entry(DATED, "survival", "survival-curves-1"),
    Entry(DATED, "survival", "survival-log-log"),
    Entry(DATED, "cumulative_incidence", "cumulative_incidence-curves-1"),
    Entry(DATED, "regression", "regression-forest-1"),
    Entry(DATED, "regression", "regression-residuals-1"),
    Entry(DATED, "exposures", "exposures-curves-1"),
    Entry(DATED, "exposures", "exposures-landmarks-1"),
    Entry(DATED, "multistate", "multistate-occupation", only=True),
    Entry(DATED, "endpoint_rules", "endpoint_rules-curves-2"),
)
INTRODUCTION = """# Gallery

Every figure of a report can be drawn alone, in a notebook or a script. Two studies are embedded in
the package (`fusionscape/data`); the one with dates is an example, `examples/dated_events`, and
SYNTHETIC as the first is. The lines below read them from a checkout, after
`import fusionscape as fs`. Made by `python docs/gallery/make.py`.
"""


def run(lines: tuple[str, ...]) -> tuple[Any, Any]:
    """Run the lines of an entry; returns the result and the chart of the last line."""
    import fusionscape as fs

    names: dict[str, Any] = {"fs": fs}
    exec("\n".join(lines[:-1]), names)
    return names["result"], eval(lines[-1], names)


def figure_of(entry: Entry, result: Any) -> Any:
    """The figure that `fs.draw` shows, with its caption."""
    from fusionscape.workflows.run import draw

    return next(f for s in draw([result]) for f in s.figures if f.id == entry.figure)


def _picture(figure: Any) -> tuple[str, bytes]:
    from fusionscape.figures.save import png, svg

    text = svg(figure).encode()
    if len(text) <= LARGEST_SVG:
        return f"{figure.id}.svg", text
    return f"{figure.id}.png", png(figure, scale=1.5)


def _part(entry: Entry, figure: Any, name: str) -> str:
    code = "\n".join(entry.lines)
    alt = figure.alt.replace("[", "(").replace("]", ")").replace("\n", " ")
    caption = f"{figure.subtitle}. {figure.caption}"
    return f"## {figure.title}\n\n![{alt}]({name})\n\n{caption}\n\n```python\n{code}\n```\n"


def main() -> None:
    """Draw all and write the pictures beside this file."""
    for old in (*HERE.glob("*.svg"), *HERE.glob("*.png")):
        old.unlink()
    parts = [INTRODUCTION]
    for entry in ENTRIES:
        result, _ = run(entry.lines)
        figure = figure_of(entry, result)
        name, content = _picture(figure)
        (HERE / name).write_bytes(content)
        parts.append(_part(entry, figure, name))
    (HERE / "README.md").write_text("\n".join(parts), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
