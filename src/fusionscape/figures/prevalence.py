"""Partner spectrum: each fusion's share of the carriers, with its interval."""

from __future__ import annotations

from fusionscape.figures import dots, theme
from fusionscape.figures.figure import Figure, data_table, subtitle
from fusionscape.results import Analysis, Estimate, split_id
from fusionscape.words import numbers, scales
from fusionscape.words import pictures_landscape as words


def partners(analysis: Analysis) -> list[tuple[str, Estimate]]:
    """Each fusion and its share of the carriers, the most frequent first."""
    for what in ("partner_share", "partner"):
        found = [e for e in analysis.under(f"{analysis.id}/{what}") if isinstance(e, Estimate)]
        if found:
            named = [(split_id(e.id)[-1], e) for e in found]
            return sorted(named, key=lambda pair: (-(pair[1].count or 0), pair[0]))
    return []


def _row(name: str, share: Estimate, colour: str) -> dots.Dot:
    return dots.Dot(
        label=name,
        texts=(numbers.count_of(share.count, share.n), scales.limits_only(share)),
        estimate=share.estimate,
        low=share.ci_low,
        high=share.ci_high,
        weight=0.3,
        colour=colour,
        group=name,
        bar=(share.count or 0) >= dots.SMALL,
        tip=f"{name}: {numbers.count_of(share.count, share.n)}, {scales.with_interval(share)}",
    )


def spectrum(analysis: Analysis) -> Figure | None:
    """Which partners, and how often; None where there are no carriers to show."""
    found = partners(analysis)
    if not found:
        return None
    colours = theme.group_colours(name for name, _ in found)
    rows = [_row(name, share, colours[name]) for name, share in found]
    first = found[0][1]
    heads = ("Carriers", f"Share ({numbers.level_name(first.level)})")
    return Figure(
        id="partner-spectrum",
        title=words.spectrum_title(found),
        subtitle=subtitle(
            f"n = {numbers.integer(first.n)}",
            f"{numbers.level_name(first.level)}: {first.ci_method or first.method}",
            synthetic=analysis.synthetic,
        ),
        spec=dots.shares(rows, heads=heads, title="Share of carriers", width=330),
        alt=words.spectrum_alt(found),
        caption=words.spectrum_caption(first, dots.SMALL),
        data=data_table(
            "prevalence-partners",
            "Partner spectrum",
            ("fusion", "count", "n", "share", "ci_low", "ci_high"),
            [(name, e.count, e.n, e.estimate, e.ci_low, e.ci_high) for name, e in found],
        ),
    )
