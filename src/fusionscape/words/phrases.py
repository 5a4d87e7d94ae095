"""Small turns of phrase that sentences, titles and captions share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from fusionscape.results import Analysis, Estimate, Fit, LesionMatrix, LesionRow, Pair, Test

ALPHA = 0.05
EVENTS_A_PARAMETER = 5  # with fewer a ratio is shown and never leads

ENDPOINTS = {
    "os": "overall survival",
    "efs": "event-free survival",
    "rfs": "relapse-free survival",
    "dfs": "disease-free survival",
    "cir": "cumulative incidence of relapse",
    "nrm": "non-relapse mortality",
    "cr_course_1": "complete remission after course 1",
    "cr_course_2": "complete remission after course 2",
    "cr_induction": "complete remission in induction",
    "cr_best": "complete remission as best response",
}


def endpoint_name(code: str | None) -> str:
    """``os`` is overall survival; names that are words already stay as they are."""
    return ENDPOINTS.get((code or "").lower(), code or "")


def listed(parts: Sequence[str]) -> str:
    """A list as prose.

    >>> listed(["WT1"]), listed(["WT1", "NRAS"]), listed(["WT1", "NRAS", "TP53"])
    ('WT1', 'WT1 and NRAS', 'WT1, NRAS and TP53')
    """
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def inside(label: str) -> str:
    """A label as it stands within a sentence: lower case unless its first word is a name.

    >>> inside("White blood cells"), inside("FLT3-ITD"), inside("No NUP98 fusion")
    ('white blood cells', 'FLT3-ITD', 'no NUP98 fusion')
    """
    first = label.split(" ")[0]
    if any(c.isupper() or c.isdigit() for c in first[1:]):
        return label
    return label[:1].lower() + label[1:]


_AGE = re.compile(r"^[<>≤≥]?\d.*\byears$")


def with_group(group: str) -> str:
    """Who is spoken of: ``with NUP98::NSD1``, ``without`` what is not, ``aged`` so many years.

    >>> with_group("NUP98::NSD1"), with_group("not NUP98::NSD1"), with_group("<18 years")
    ('with NUP98::NSD1', 'without NUP98::NSD1', 'aged <18 years')
    >>> with_group("NUP98-rearranged"), with_group("Transplant by day 180")
    ('with NUP98 rearrangement', 'with transplant by day 180')
    """
    if group.startswith(("all ", "after ", "before ", "without ")):
        return f"among {group}" if group.startswith("all ") else group
    if group.startswith("not "):
        return f"without {group.removeprefix('not ')}"
    if _AGE.match(group):
        return f"aged {group}"
    if group.startswith("other ") and not group.endswith("s"):
        return f"with an{group}"
    if group.endswith("-rearranged"):
        return f"with {group.removesuffix('-rearranged')} rearrangement"
    return f"with {inside(group) if ' by day ' in group else group}"


def against(exposure: str | None, comparator: str | None) -> str:
    """Which way a ratio is to be read, between commas; nothing where it has no two sides.

    >>> against("KMT2A::MLLT3", "other partner")
    ', with KMT2A::MLLT3 against another partner,'
    >>> against("NUP98-rearranged", "not NUP98-rearranged")
    ', with NUP98 rearrangement against without it,'
    """
    if not exposure or not comparator:
        return ""
    first, second = with_group(exposure), with_group(comparator)
    if comparator == f"not {exposure}":
        return f", {first} against without it,"
    if first.startswith("with ") and second.startswith("with "):
        second = second.removeprefix("with ")
    return f", {first} against {second},"


def deciding_p(item: Estimate | Pair | Test) -> float:
    """The p that says whether something stands out: adjusted, or of a test that stands alone.

    2 where there is none, or where the adjusted p stands in another section.
    """
    p = item.p if item.p_adjusted is None else item.p_adjusted
    elsewhere = item.family is not None and item.family_size is None
    return 2.0 if p is None or p != p or elsewhere else p


def most_frequent(matrix: LesionMatrix) -> list[LesionRow]:
    """Lesions beside the fusions, the most frequent first, of those tested in enough patients."""
    rows = [
        row
        for row in matrix.lesions
        if row.lesion_type != "fusion" and row.count and row.n >= matrix.least_tested
    ]
    return sorted(rows, key=lambda row: (-row.count / row.n, -row.n, row.lesion))


def without_invented(analysis: Analysis) -> Analysis:
    """The analysis less what rests on an invented variable or joint of a synthetic cohort."""
    kept = tuple(
        item
        for item in analysis.items
        if all(c.code != "invented-variable" for c in getattr(item, "cautions", ()))
    )
    return analysis if len(kept) == len(analysis.items) else replace(analysis, items=kept)


def overloaded(item: Estimate | Fit) -> tuple[int, int] | None:
    """Events and parameters of a model with too few events to read its ratios; None of others."""
    for note in item.cautions:
        events, parameters = note.get("events"), note.get("variables")
        if note.code != "few-events-per-variable":
            continue
        if isinstance(events, int) and isinstance(parameters, int):
            return (events, parameters) if events < EVENTS_A_PARAMETER * parameters else None
    return None
