"""Pairs of lesions, the strongest first."""

from __future__ import annotations

from fusionscape.results import Analysis, Column, Pair, PairTable, Table
from fusionscape.tables.generic import Cells, table_of
from fusionscape.words import numbers
from fusionscape.words.pictures_landscape import pair_families, pair_family

COLUMNS = (
    Column(name="a", label="Lesion"),
    Column(name="b", label="with"),
    Column(name="both", label="Both", kind="integer"),
    Column(name="only_a", label="First only", kind="integer"),
    Column(name="only_b", label="Second only", kind="integer"),
    Column(name="neither", label="Neither", kind="integer"),
    Column(name="odds_ratio", label="Odds ratio (95% CI)", kind="number"),
    Column(name="p", label="p", kind="p"),
    Column(name="p_adjusted", label="Adjusted p", kind="p"),
    Column(name="family", label="Adjusted over"),
    Column(name="stratified_p", label="p within partners", kind="p"),
    Column(name="stratified_p_adjusted", label="Adjusted p within partners", kind="p"),
    Column(name="burden_p", label="p, burden allowed for", kind="p"),
)
_OPTIONAL = ("burden_p", "stratified_p", "stratified_p_adjusted")
MOST = 60  # rows in the page; csv of the figure holds all pairs


def _cells(pair: Pair) -> Cells:
    shown = numbers.ratio(pair.odds_ratio)
    if pair.ci_low is not None or pair.ci_high is not None:
        shown += f" ({numbers.interval(pair.ci_low, pair.ci_high)})"
    counts: Cells = {
        name: (numbers.integer(getattr(pair, name)), getattr(pair, name))
        for name in ("both", "only_a", "only_b", "neither")
    }
    return {
        "a": (pair.a, pair.a),
        "b": (pair.b, pair.b),
        **counts,
        "odds_ratio": (shown, pair.odds_ratio),
        "p": (numbers.p_value(pair.p), pair.p),
        "p_adjusted": (numbers.p_value(pair.p_adjusted), pair.p_adjusted),
        "family": (pair_family(pair), pair.family),
        "stratified_p": (numbers.p_value(pair.stratified_p), pair.stratified_p),
        "stratified_p_adjusted": (
            numbers.p_value(pair.stratified_p_adjusted),
            pair.stratified_p_adjusted,
        ),
        "burden_p": (numbers.p_value(pair.burden_p), pair.burden_p),
    }


def tables(analysis: Analysis) -> tuple[Table, ...]:
    """The tested pairs by p; pairs without a p stay in the figure and its csv."""
    found = [t for t in analysis.items if isinstance(t, PairTable)]
    out = []
    for table in found:
        tested = sorted(
            (p for p in table.pairs if p.p is not None), key=lambda p: (p.p or 0.0, p.a, p.b)
        )
        if not tested:
            continue
        columns = tuple(
            c
            for c in COLUMNS
            if c.name not in _OPTIONAL or any(getattr(p, c.name) is not None for p in tested)
        )
        notes = [f"p adjusted by Benjamini-Hochberg over {pair_families(table)}."]
        if len(tested) > MOST:
            notes.append(f"The {MOST} smallest p of {len(tested)} pairs; the figure's csv has all.")
        out.append(
            table_of(
                f"{table.id}/table",
                table.label,
                columns,
                [_cells(p) for p in tested[:MOST]],
                notes=tuple(notes),
                n=table.n,
                missing=table.missing,
                method=table.method,
                reference=table.reference,
                synthetic=table.synthetic,
            )
        )
    return tuple(out)
