"""The sample a caller's file belongs to, from the name of the file."""

from __future__ import annotations

import re

_SUFFIX = re.compile(
    r"(?:^|[._-]+)(?:star[-_]?fusion\.fusion_predictions|fusion_predictions|fusion_candidates|"
    r"finspector\.fusionpredictions\.final|finspector|fusioninspector|"
    r"fusion_calls|final[-_]list_candidate[-_]fusion[-_]genes|final_fusions|annotated\.fusion|"
    r"event_fusion|fusions?|jaffa_results|jaffa|arriba|star[-_]?fusion|fusioncatcher|dragen|"
    r"cicero|final|preliminary|features|filtered|abridged|coding_effect|annotated|discarded|"
    r"results?|hg19|hg38|grch37|grch38|tsv|csv|txt|gz|xlsx|dat|maf)$",
    re.IGNORECASE,
)


def sample_of(file: str) -> str | None:
    """The sample named by a file, or None when its name is the caller's own.

    A caller's own name under a folder takes the folder's name.

    >>> sample_of("S1.fusion_candidates.final"), sample_of("out/S2/fusions.tsv")
    ('S1', 'S2')
    >>> sample_of("star-fusion.fusion_predictions.abridged.tsv") is None
    True
    """
    parts = [part for part in re.split(r"[\\/]", file) if part]
    for part in reversed(parts[-3:]):
        name = _strip(part)
        if name and re.search(r"[^\W_]", name) and name not in {"out", "results", "output"}:
            return name
    return None


def _strip(name: str) -> str:
    while True:
        shorter = _SUFFIX.sub("", name)
        if shorter == name or not shorter:
            return shorter.strip("._- ")
        name = shorter
