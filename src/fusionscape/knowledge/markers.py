"""Surface and cytoplasmic markers: their names and the lineage each speaks for."""

from __future__ import annotations

import re
from functools import cache

from fusionscape.knowledge.store import listed, records

_ANY_CD = re.compile(r"^(?:c|s|cy)?CD\d{1,3}[a-zA-Z]{0,2}$")


@cache
def marker_names() -> dict[str, str]:
    """Marker by every spelling of its name, case-blind."""
    names: dict[str, str] = {}
    for row in records("markers.csv"):
        for name in (row["marker"], *listed(row["synonyms"])):
            names[name.casefold()] = row["marker"]
    return names


@cache
def marker_lineages() -> dict[str, str]:
    """Lineage each marker speaks for; ``immature`` and ``any`` speak for none."""
    return {row["marker"]: row["lineage"] for row in records("markers.csv")}


def marker(text: str) -> str | None:
    """The marker a name stands for; any CD number counts, other words do not.

    >>> marker("cyCD3"), marker("hla-dr"), marker("mostly")
    ('cCD3', 'HLA-DR', None)
    """
    name = text.strip()
    known = marker_names().get(name.casefold())
    if known is not None:
        return known
    name = re.sub(r"^(c|s|cy)?cd", lambda m: (m.group(1) or "") + "CD", name, flags=re.IGNORECASE)
    return name if _ANY_CD.match(name) else None


@cache
def marker_pattern(modifiers: str) -> str:
    """A regular expression of every marker name, the longest first.

    `modifiers` are the words that may stick to a name (``CD34st``): a name ending in a
    letter (CD11b, CD65s) is only read where such a word or no letter follows.
    """
    names = sorted({*marker_names()} - {"dr"}, key=lambda name: (-len(name), name))
    end = rf"(?=(?:{modifiers})(?![a-z])|neg|pos|[^A-Za-z]|$)"
    spelled = [re.escape(name) + (end if name[-1].isalpha() else r"(?!\d)") for name in names]
    return rf"(?:{'|'.join(spelled)}|(?:c|cy|s|m)?CD\d{{1,3}}(?!\d)(?:RA|RO)?)"
