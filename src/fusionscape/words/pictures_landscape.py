"""Titles, captions and alternative texts: spectrum, flow, lesions, pairs, markers."""

from __future__ import annotations

from collections.abc import Sequence

from fusionscape.results import (
    Estimate,
    Flow,
    LesionMatrix,
    MarkerMatrix,
    Pair,
    PairTable,
    split_id,
)
from fusionscape.words import numbers, scales
from fusionscape.words.phrases import inside, most_frequent

Named = Sequence[tuple[str, Estimate]]


def spectrum_title(shares: Named) -> str:
    """What to see in the partner spectrum."""
    name, top = shares[0]
    if len(shares) == 1 and top.count == top.n:
        return f"All {numbers.plural(top.n, 'carrier')} have {name}"
    if sum(share.count or 0 for _, share in shares) < top.n:  # others are hidden or unknown
        return f"{name} is the most frequent of the fusions shown ({numbers.percent(top.estimate)})"
    return f"{name} is the most frequent of {len(shares)} fusions ({numbers.percent(top.estimate)})"


def spectrum_alt(shares: Named) -> str:
    """The partner spectrum in words."""
    said = [
        f"{name} {numbers.count_of(e.count, e.n)} ({scales.value(e)})" for name, e in shares[:6]
    ]
    rest = f" and {len(shares) - 6} rarer fusions" if len(shares) > 6 else ""
    return f"Bar chart of the partner spectrum: {', '.join(said)}{rest}."


def spectrum_caption(first: Estimate, small: int) -> str:
    """How to read the partner spectrum."""
    return (
        "Share of carriers with each fusion, with its count and denominator. Lines: "
        f"{numbers.level_name(first.level)}. Fusions seen in fewer than {small} patients are "
        "points, not bars."
    )


FLOW_CAPTION = "Patients by the declared rules; the reason stands in grey beside a group left out."


def flow_title(flow: Flow) -> str:
    """Where the patients went."""
    root = flow.nodes[0]
    carrying = next((n for n in flow.nodes if split_id(n.id)[1:2] == ("carrying",)), None)
    tail = f", {numbers.integer(carrying.n)} {inside(carrying.label)}" if carrying else ""
    return f"{root.label}: {numbers.plural(root.n, 'patient')}{tail}"


def flow_alt(flow: Flow) -> str:
    """The flow in words."""
    said = "; ".join(
        f"{n.label} {numbers.integer(n.n)}" + (f" ({n.reason})" if n.reason else "")
        for n in flow.nodes
        if split_id(n.id)[1:2] != ("used",)
    )
    return f"Tree of patient numbers: {said}."


def oncoprint_title(matrix: LesionMatrix) -> str:
    """The commonest lesion, or that there is none."""
    rows = [r for r in matrix.lesions if r.n]
    if not rows or not any(r.count for r in rows):
        return f"No lesion found in {numbers.plural(matrix.n, 'patient')}"
    ranked = most_frequent(matrix)
    if not ranked:
        lesions, of = numbers.plural(len(rows), "lesion"), numbers.plural(matrix.n, "patient")
        return f"{lesions} in {of}, none tested in many"
    top = ranked[0]
    share = numbers.percent(top.count / top.n)
    of = f"{share} of the {numbers.integer(top.n)} tested"
    return f"{top.lesion} is the commonest lesion, in {of}"


def oncoprint_alt(matrix: LesionMatrix) -> str:
    """The oncoprint in words."""
    said = ", ".join(
        f"{r.lesion} {numbers.count_percent(r.count, r.n)}" for r in matrix.lesions[:8]
    )
    more = f" and {len(matrix.lesions) - 8} more" if len(matrix.lesions) > 8 else ""
    of = numbers.plural(matrix.n, "patient")
    return f"Oncoprint of {of}, one column each, grouped by fusion. Lesions: {said}{more}."


ONCOPRINT_CAPTION = (
    "One column a patient, in the order of fusion and then of lesions. Filled: present; pale: "
    "tested and absent; hatched: not tested. At the right, patients with the lesion over "
    "patients tested."
)


def pair_family(pair: Pair) -> str:
    """Over which pairs a pair's p is adjusted."""
    if pair.family is None or pair.family_size is None:
        return ""
    return f"{numbers.plural(pair.family_size, 'pair')}, {split_id(pair.family)[-1]}"


def pair_families(table: PairTable) -> str:
    """Over how many pairs each family of a table adjusts."""
    found = {p.family: pair_family(p) for p in table.pairs if p.family is not None}
    return "; ".join(found[name] for name in sorted(found)) or "no pair"


def matrix_title(table: PairTable, passed: Sequence[Pair]) -> str:
    """How many pairs stand out."""
    tested = sum(1 for p in table.pairs if p.p is not None)
    if not passed:
        return f"No pair of {numbers.integer(tested)} has an adjusted p below 0.05"
    of = f"{len(passed)} of {numbers.plural(tested, 'pair')}"
    return f"{of} {'has' if len(passed) == 1 else 'have'} an adjusted p below 0.05"


def matrix_shown(drawn: int, lesions: int) -> str:
    """Which lesions the matrix draws, where it cannot draw all.

    >>> matrix_shown(60, 300)
    'Showing 60 of 300 lesions, those of the smallest p; the csv has all pairs.'
    """
    if drawn == lesions:
        return ""
    return f"Showing {drawn} of {lesions} lesions, those of the smallest p; the csv has all pairs."


def pairs_alt(table: PairTable, passed: Sequence[Pair], kind: str) -> str:
    """The pairs that stand out, in words."""
    best = sorted(passed, key=lambda p: (p.p_adjusted if p.p_adjusted is not None else 2.0, p.id))
    said = "; ".join(
        f"{p.a} with {p.b}, odds ratio {numbers.ratio(p.odds_ratio)}, "
        f"{numbers.p_equals(p.p_adjusted, 'adjusted p')}"
        for p in best[:6]
    )
    lesions = numbers.plural(len(table.lesions), "lesion")
    head = f"{kind} of {lesions} in {numbers.plural(table.n, 'patient')}"
    return f"{head}. {said}." if said else f"{head}. No pair stands out."


MATRIX_CAPTION = (
    "Each square is a pair of lesions in the patients tested for both. Orange and up: found "
    "together more often than apart; purple and down: apart. Dot: adjusted p below 0.05. Ring: "
    "still below 0.05 when the burden of each patient is allowed for. Hatched: the pair cannot "
    "be read as co-occurrence. Grey point: too few carriers for any result to reach 0.05."
)
CHORD_CAPTION = (
    "Each ribbon joins two lesions found in the same patients; its width is the number of "
    "patients. Dark ribbons have an adjusted p below 0.05 and an odds ratio above 1. Pairs that "
    "cannot be read as co-occurrence are left out."
)


def chord_title(pairs: Sequence[Pair]) -> str:
    """The pair found together in most patients."""
    top = max(pairs, key=lambda p: (p.both, p.id))
    both = numbers.count_of(top.both, top.n)
    return f"{top.a} and {top.b} meet most often ({both} patients)"


def markers_title(matrix: MarkerMatrix) -> str:
    """What the heatmap holds."""
    return (
        f"{numbers.plural(len(matrix.markers), 'marker')} in {numbers.plural(matrix.n, 'patient')}"
    )


def markers_alt(matrix: MarkerMatrix) -> str:
    """The consensus of each group in words."""
    groups = list(dict.fromkeys(c.group for c in matrix.consensus))
    said = []
    for group in groups:
        top = [
            f"{c.marker} {c.consensus} ({numbers.count_of(getattr(c, c.consensus, 0), c.n)})"
            for c in matrix.consensus
            if c.group == group and c.consensus in ("positive", "partial", "negative")
        ]
        said.append(f"{group}: {', '.join(top)}")
    return f"Heatmap of marker by patient. Consensus: {'; '.join(said) or 'none'}."


MARKERS_CAPTION = (
    "One column a patient. Red and +: positive; pink and ±: partial; blue and ×: positive across "
    "lineages; green and −: negative; hatched: not tested. At the right, positive (partial "
    "included) over tested for each group."
)
