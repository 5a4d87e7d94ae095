"""The coefficient table of a regression, reference rows included."""

from __future__ import annotations

import math

from fusionscape.results import Analysis, Column, Fit, Table, Term
from fusionscape.tables.generic import Cells, table_of
from fusionscape.words import numbers
from fusionscape.words.sentences import adjustment_name


def _columns(fit: Fit) -> tuple[Column, ...]:
    scale = fit.scale[:1].upper() + fit.scale[1:]
    return (
        Column(name="term", label="Term"),
        Column(name="n", label="n", kind="integer"),
        Column(name="events", label="Events", kind="integer"),
        Column(name="ratio", label=f"{scale} ({numbers.level_name(fit.level)})", kind="number"),
        Column(name="p", label="p", kind="p"),
        *_adjusted(fit),
        *_imputed(fit),
    )


def _imputed(fit: Fit) -> tuple[Column, ...]:
    """What missing values cost, where they were imputed."""
    if fit.imputations is None:
        return ()
    return (
        Column(name="missing_information", label="Information lost", kind="percent"),
        Column(name="monte_carlo_error", label="Monte Carlo error (log scale)", kind="number"),
    )


def _adjusted(fit: Fit) -> tuple[Column, ...]:
    """``Adjusted p (Holm, 5 tests)``: what was done, over how many; none without a family."""
    if fit.family_size is None:
        return ()
    tests = numbers.plural(fit.family_size, "test")
    label = f"Adjusted p ({adjustment_name(fit.adjustment)}, {tests})"
    return (Column(name="p_adjusted", label=label, kind="p"),)


def _cells(term: Term) -> Cells:
    if term.reference_row:
        shown = "1 (reference)"
    elif term.monotone:
        shown = f"no finite estimate ({term.monotone})"
    else:
        limits = numbers.interval(term.ratio_low, term.ratio_high)
        shown = f"{numbers.ratio(term.ratio)} ({limits})"
    return {
        "term": (term.name, term.name),
        "n": (numbers.integer(term.n), term.n),
        "events": (numbers.integer(term.events), term.events),
        "ratio": (shown, term.ratio),
        "p": ("" if term.reference_row else numbers.p_value(term.p), term.p),
        "p_adjusted": (
            "" if term.reference_row else numbers.p_value(term.p_adjusted),
            term.p_adjusted,
        ),
        "missing_information": (
            "" if term.missing_information is None else numbers.percent(term.missing_information),
            term.missing_information,
        ),
        "monte_carlo_error": (
            "" if term.monte_carlo_error is None else numbers.fixed(term.monte_carlo_error, 3),
            term.monte_carlo_error,
        ),
    }


def _notes(fit: Fit) -> tuple[str, ...]:
    tests = [
        f"{t.name[:1].upper()}{t.name[1:]} test: {numbers.ratio(t.statistic)} on "
        f"{numbers.bare(t.df)} {'degree' if t.df == 1 else 'degrees'} of freedom, "
        f"{numbers.p_equals(t.p)}"
        for t in fit.tests
    ]
    said = [f"n = {numbers.integer(fit.n)}, {numbers.plural(fit.events, 'event')}", *tests]
    if fit.concordance is not None:
        said.append(f"concordance {numbers.fixed(fit.concordance, 2)}")
    if fit.events_per_variable is not None:
        said.append(f"{numbers.fixed(fit.events_per_variable, 1)} events per variable")
    if fit.penalty:
        said.append(f"penalty: {fit.penalty[:1].upper()}{fit.penalty[1:]}")
    lost = [f"{name} {numbers.integer(n)}" for name, n in fit.dropped if n]
    if lost:
        said.append(f"left out for missing values: {', '.join(lost)}")
    return ("; ".join(said) + ".",)


def _each(fit: Fit) -> Table:
    """The hazard ratios of every completed data set, a row an imputation."""
    terms = [t for t in fit.terms if t.imputed]
    names = [f"term_{i + 1}" for i in range(len(terms))]
    columns = (
        Column(name="imputation", label="Imputation", kind="integer"),
        *(Column(name=n, label=t.name, kind="number") for n, t in zip(names, terms, strict=True)),
    )
    rows = []
    for i in range(fit.imputations or 0):
        ratios = [math.exp(t.imputed[i]) for t in terms]
        cells: Cells = {"imputation": (numbers.integer(i + 1), i + 1)}
        rows.append(cells | {n: (numbers.ratio(r), r) for n, r in zip(names, ratios, strict=True)})
    return table_of(
        f"{fit.id}/each-imputation", f"{fit.label}: each imputation", columns, rows,
        n=fit.n, missing=fit.missing, method=fit.method, reference=fit.reference,
        synthetic=fit.synthetic,
    )  # fmt: skip


def tables(analysis: Analysis) -> tuple[Table, ...]:
    """One table for each regression, and one of the imputations where there are any."""
    imputed = [f for f in analysis.items if isinstance(f, Fit) and f.imputations]
    return (*_fits(analysis), *(_each(fit) for fit in imputed))


def _fits(analysis: Analysis) -> tuple[Table, ...]:
    return tuple(
        table_of(
            f"{fit.id}/table",
            f"{fit.label}: {fit.method}",
            _columns(fit),
            [_cells(term) for term in fit.terms],
            notes=_notes(fit),
            n=fit.n,
            missing=fit.missing,
            method=fit.method,
            reference=fit.reference,
            synthetic=fit.synthetic,
        )
        for fit in analysis.items
        if isinstance(fit, Fit) and fit.terms
    )
