"""A table for any analysis: one row an item, whatever its kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fusionscape.results import (
    Analysis,
    Column,
    Count,
    Curve,
    Distribution,
    Estimate,
    Fit,
    Refusal,
    Row,
    Table,
    Test,
)
from fusionscape.results.caution import Scalar
from fusionscape.words import numbers, scales
from fusionscape.words.catalogue import refusal_text, short_title
from fusionscape.words.sentences import median_time

COLUMNS = (
    Column(name="id", label="Id"),
    Column(name="what", label="What"),
    Column(name="group", label="Group"),
    Column(name="n", label="n", kind="integer"),
    Column(name="missing", label="Missing", kind="integer"),
    Column(name="value", label="Value", kind="number"),
    Column(name="ci_low", label="Lower limit", kind="number"),
    Column(name="ci_high", label="Upper limit", kind="number"),
    Column(name="q1", label="Lower quartile", kind="number"),
    Column(name="q3", label="Upper quartile", kind="number"),
    Column(name="p", label="p", kind="p"),
    Column(name="p_adjusted", label="Adjusted p", kind="p"),
    Column(name="method", label="Method"),
)
Cells = dict[str, tuple[str, Scalar]]


def _text(value: str | None) -> tuple[str, Scalar]:
    return value or "", value


def _number(value: float | int | None) -> tuple[str, Scalar]:
    return numbers.integer(value), value


def _p(value: float | None) -> tuple[str, Scalar]:
    return numbers.p_value(value) if value is not None else "", value


def _common(item: Any, shown: str, raw: float | None) -> Cells:
    return {
        "id": ("", item.id),
        "what": _text(item.label),
        "n": _number(item.n),
        "missing": _number(item.missing),
        "value": (shown, raw),
        "method": ("", item.method),
        "group": _text(getattr(item, "group", None)),
    }


def _contrast(exposure: str | None, comparator: str | None) -> str | None:
    return f"{exposure} against {comparator}" if exposure and comparator else None


def _estimate(e: Estimate) -> Cells:
    count = f"{numbers.count_of(e.count, e.n)}, " if e.count is not None else ""
    cells = _common(e, count + scales.limits_only(e), e.estimate)
    group = e.group or _contrast(e.exposure, e.comparator)
    what = e.label if e.scale == "proportion" else f"{e.label}, {e.scale}"
    return {
        **cells,
        "what": (what, e.label),
        "group": _text(group),
        "ci_low": ("", e.ci_low),
        "ci_high": ("", e.ci_high),
        "p": _p(e.p),
        "p_adjusted": _p(e.p_adjusted),
    }


def _count(c: Count) -> Cells:
    return _common(c, numbers.count_percent(c.count, c.n), c.count)


def _distribution(d: Distribution) -> Cells:
    shown = (
        f"{numbers.measurement(d.median, d.unit)} (IQR "
        f"{numbers.interval(d.q1, d.q3, numbers.bare)})"
    )
    cells = _common(d, shown if d.n else numbers.DASH, d.median)
    return {**cells, "q1": ("", d.q1), "q3": ("", d.q3)}


def _test(t: Test) -> Cells:
    group = _text(_contrast(t.exposure, t.comparator) or ", ".join(t.groups) or None)
    return {
        **_common(t, t.method, t.statistic),
        "group": group,
        "p": _p(t.p),
        "p_adjusted": _p(t.p_adjusted),
    }


def _refusal(r: Refusal) -> Cells:
    cells = _common(r, refusal_text(r), None)
    return cells if r.n or r.missing else {**cells, "n": ("", None), "missing": ("", None)}


def _curve(c: Curve) -> Cells:
    if c.curve == "occupation":
        end = float(c.estimate[-1]) if c.estimate.size else None
        return {**_common(c, f"{numbers.percent(end)} at the end", end), "n": _number(c.n)}
    told = numbers.plural(c.events, "event")
    if c.curve == "survival":
        told += f", {median_time(c)}"
    cells = _common(c, told, c.events)
    return {**cells, "n": (numbers.integer(c.n), c.n)}


def _fit(f: Fit) -> Cells:
    return _common(f, f"{numbers.plural(f.events, 'event')}, {len(f.terms)} rows", f.events)


_CELLS: dict[type, Callable[[Any], Cells]] = {
    Estimate: _estimate,
    Count: _count,
    Distribution: _distribution,
    Test: _test,
    Refusal: _refusal,
    Curve: _curve,
    Fit: _fit,
}


def table_of(
    stable_id: str, title: str, columns: tuple[Column, ...], rows: list[Cells], **more: Any
) -> Table:
    """A table from rows of (shown, raw) pairs by column name; absent cells are empty."""
    return Table(
        id=stable_id,
        title=title,
        columns=columns,
        rows=tuple(
            Row(
                cells=tuple(row.get(c.name, ("", None))[0] for c in columns),
                values=tuple(row.get(c.name, ("", None))[1] for c in columns),
            )
            for row in rows
        ),
        **more,
    )


def everything(analysis: Analysis, *, title: str | None = None) -> Table | None:
    """Every estimate, count, distribution and test of an analysis; None when it has none.

    Ids, raw limits and methods are for csv: their columns print nothing on the page.
    """
    rows = [_CELLS[type(item)](item) for item in analysis.items if type(item) in _CELLS]
    if all(isinstance(item, Refusal) for item in analysis.items) or not rows:
        return None
    if not any(row["missing"][1] for row in rows):
        rows = [{**row, "missing": ("", row["missing"][1])} for row in rows]
    columns: tuple[Column, ...] = COLUMNS
    if not any("q1" in row for row in rows):
        columns = tuple(c for c in COLUMNS if c.name not in ("q1", "q3"))
    return table_of(
        f"{analysis.id}/table",
        title or f"{short_title(analysis.id)}: all numbers",
        columns,
        rows,
        n=analysis.n,
        missing=analysis.missing,
        method=analysis.method,
        reference=analysis.reference,
        synthetic=analysis.synthetic,
    )


def tidy(analysis: Analysis) -> Table | None:
    """The same rows under the analysis' own name, for frames and files."""
    return everything(analysis, title=analysis.id)
