"""Columns that say what happened: responses, MRD, blasts, courses."""

from __future__ import annotations

from typing import Any

from fusionscape.cohort.schema import RESPONSE_WORDS
from fusionscape.readers.meaning.column import Cell, Column, Parts
from fusionscape.readers.meaning.numbers import numbers
from fusionscape.readers.values.words import key, parse_flag

_WITHIN = {"course": 0, "blasts": 1, "response": 2, "mrd": 3}


def _event(column: Column, cell: Cell, kind: str, **more: Any) -> dict[str, Any]:
    form = column.form
    step = form.course or form.line
    order = 10 * step + _WITHIN[kind] if step else 500 + _WITHIN[kind]
    return {
        "patient_id": cell.patient,
        "kind": kind,
        "order": order,
        "course": form.course,
        "line": form.line,
        "reported": cell.raw,
        **more,
    }


def read_response(column: Column, parts: Parts) -> None:
    """The reported response, in the words of the contract."""
    target = "best" if column.form.name == "best" else None
    for cell in column.cells():
        if cell.ambiguous:
            continue
        word = response_word(cell.text)
        if word is None:
            what = f"{cell.raw[:60]!r} is not a response known here."
            column.note("response-not-understood", what, cell)
            continue
        parts.events.append(_event(column, cell, "response", label=word, target=target))


_CANONICAL = {key(word): word for word in RESPONSE_WORDS}


def response_word(text: str) -> str | None:
    """The response a cell reports, or None."""
    word = _CANONICAL.get(key(text))
    if word is not None:
        return word
    from fusionscape.knowledge.response import normalise_reported

    return normalise_reported(text)


def read_mrd(column: Column, parts: Parts) -> None:
    """A measured residual disease value in percent, bounds kept as bounds."""
    for cell, number in numbers(column, field="mrd_percent"):
        parts.events.append(
            _event(
                column,
                cell,
                "mrd",
                value=number.value,
                unit="%",
                censored=number.censored or None,
            )
        )


def read_mrd_state(column: Column, parts: Parts) -> None:
    """Residual disease reported as positive or negative."""
    for cell in column.cells(dash=False):
        flag = None if cell.ambiguous else parse_flag(cell.text)
        if flag is None:
            what = f"{cell.raw[:60]!r} is neither positive nor negative."
            column.note("flag-not-understood", what, cell)
            continue
        state = "positive" if flag else "negative"
        parts.events.append(_event(column, cell, "mrd", state=state))


def read_blasts(column: Column, parts: Parts) -> None:
    """Marrow blasts after a course, in percent."""
    for cell, number in numbers(column, field="blasts_percent"):
        parts.events.append(
            _event(
                column,
                cell,
                "blasts",
                value=number.value,
                unit="%",
                censored=number.censored or None,
            )
        )


def read_course(column: Column, parts: Parts) -> None:
    """The regimen of a course, as written."""
    for cell in column.cells():
        parts.events.append(_event(column, cell, "course", label=cell.text))
