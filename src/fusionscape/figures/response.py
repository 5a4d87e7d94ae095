"""Response: remission rates with intervals, and odds ratios as a forest."""

from __future__ import annotations

from collections.abc import Sequence

from fusionscape.figures import dots, theme
from fusionscape.figures.figure import Figure, data_table, subtitle
from fusionscape.results import Analysis, Estimate, Table
from fusionscape.words import numbers, scales
from fusionscape.words import pictures_outcome as words
from fusionscape.words.sentences import endpoint_name, heading

MOST_ROWS = 32  # a figure with more rows is a table


def _row(e: Estimate, colour: str) -> dots.Dot:
    name = e.group or e.exposure or e.label
    return dots.Dot(
        label=name,
        level=1,
        colour=colour,
        group=e.group or "",
        estimate=e.estimate,
        low=e.ci_low,
        high=e.ci_high,
        weight=min(1.0, e.n / 100),
        texts=(numbers.count_of(e.count, e.n), scales.limits_only(e)),
        bar=False,
        tip=f"{name}: {numbers.count_of(e.count, e.n)}, {scales.with_interval(e)}",
    )


def _data(stable_id: str, title: str, rows: Sequence[Estimate]) -> Table:
    columns = (
        "label",
        "endpoint",
        "group",
        "exposure",
        "comparator",
        "count",
        "n",
        "missing",
        "estimate",
        "ci_low",
        "ci_high",
        "p",
        "p_adjusted",
    )
    return data_table(stable_id, title, columns, [[getattr(e, c) for c in columns] for e in rows])


def rates(analysis: Analysis) -> Figure | None:
    """Rates by group as points with intervals, under their endpoints; None without any."""
    found = [
        e for e in analysis.items if isinstance(e, Estimate) and e.scale == "proportion" and e.group
    ][:MOST_ROWS]
    if not found:
        return None
    colours = theme.group_colours(e.group or "" for e in found)
    rows: list[dots.Dot] = []
    for name in dict.fromkeys(heading(e) for e in found):
        rows.append(dots.Dot(label=name, heading=True))
        rows += [_row(e, colours[e.group or ""]) for e in found if heading(e) == name]
    first = found[0]
    return Figure(
        id=f"{analysis.id}-rates",
        title=words.rates_title(found),
        subtitle=subtitle(
            f"n = {numbers.integer(analysis.n)}",
            f"{numbers.level_name(first.level)}: {first.ci_method or first.method}",
            synthetic=analysis.synthetic,
        ),
        spec=dots.shares(
            rows, heads=("Patients", f"Rate ({numbers.level_name(first.level)})"), title="Rate"
        ),
        alt=words.rates_alt(found),
        caption=words.RATES_CAPTION,
        data=_data(f"{analysis.id}-rates", "Rates", found),
    )


def _asked(e: Estimate) -> str:
    """The heading of a contrast; hazard ratios name their endpoint, for there may be several."""
    if "hazard" in e.scale and e.endpoint:
        return f"{heading(e)}, {endpoint_name(e.endpoint)}"
    return heading(e)


def _ratio_row(e: Estimate) -> dots.Dot:
    between = f"{e.exposure} against {e.comparator}" if e.exposure and e.comparator else e.label
    p = numbers.p_value(e.p) if e.p is not None else ""
    return dots.Dot(
        label=between,
        level=1,
        estimate=e.estimate,
        low=e.ci_low,
        high=e.ci_high,
        weight=min(1.0, e.n / 100),
        texts=(numbers.integer(e.n), scales.limits_only(e), p),
        tip=f"{between}: {scales.with_interval(e)}, {numbers.p_equals(e.p)}",
        colour=theme.TEXT,
        group=e.exposure or "",
        adjusted=numbers.p_value(e.p_adjusted) if e.p_adjusted is not None else "",
    )


def odds_ratios(analysis: Analysis) -> Figure | None:
    """Forest of the odds ratios of an analysis; None where none could be estimated."""
    found = [
        e
        for e in analysis.items
        if isinstance(e, Estimate) and e.scale in ("odds ratio", "risk ratio", "hazard ratio")
    ][:MOST_ROWS]
    if not found:
        return None
    rows: list[dots.Dot] = []
    for name in dict.fromkeys(_asked(e) for e in found):
        rows.append(dots.Dot(label=name, heading=True))
        rows += [_ratio_row(e) for e in found if _asked(e) == name]
    scale = found[0].scale
    heads = ("n", f"{scale.capitalize()} ({numbers.level_name(found[0].level)})", "p")
    return Figure(
        id=f"{analysis.id}-ratios",
        title=words.ratios_title(found),
        subtitle=subtitle(
            f"n = {numbers.integer(analysis.n)}", found[0].method, synthetic=analysis.synthetic
        ),
        spec=dots.forest(
            rows,
            heads=heads,
            title=f"{scale.capitalize()}, log axis",
            favours=("lower hazard", "higher hazard")
            if "hazard" in scale
            else ("less often", "more often"),
            width=260,
        ),
        alt=words.ratios_alt(found),
        caption=words.FOREST_CAPTION,
        data=_data(f"{analysis.id}-ratios", f"{scale.capitalize()}s", found),
    )


def profiles(analysis: Analysis) -> Figure | None:
    """Yield of testing by profile; None where controls were not tested."""
    found = [e for e in analysis.under(f"{analysis.id}/profile") if isinstance(e, Estimate)]
    found = sorted(found, key=lambda e: (-e.estimate, -e.n, e.label))[:MOST_ROWS]
    if not found:
        return None
    level = numbers.level_name(found[0].level)
    rows = [
        dots.Dot(
            label=e.label,
            estimate=e.estimate,
            low=e.ci_low,
            high=e.ci_high,
            colour=theme.ACCENT,
            weight=min(1.0, e.n / 200),
            texts=(numbers.count_of(e.count, e.n), scales.limits_only(e)),
            tip=f"{e.label}: {numbers.count_of(e.count, e.n)}, {scales.with_interval(e)}",
        )
        for e in found
    ]
    return Figure(
        id=f"{analysis.id}-profiles",
        title=words.profiles_title(found),
        subtitle=subtitle(
            f"n = {numbers.integer(analysis.n)} tested",
            found[0].method,
            synthetic=analysis.synthetic,
        ),
        spec=dots.shares(
            rows, heads=("Carriers/tested", f"Yield ({level})"), title="Yield", width=280
        ),
        alt=words.rates_alt(found),
        caption=words.RATES_CAPTION,
        data=_data(f"{analysis.id}-profiles", "Yield by profile", found),
    )
