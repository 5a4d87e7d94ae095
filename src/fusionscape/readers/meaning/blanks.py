"""Where an empty cell may say no: ``blank = "absent"`` fits some fields and not others."""

from __future__ import annotations

from dataclasses import replace

from fusionscape.readers.meaning.column import Column
from fusionscape.readers.meaning.fields import FieldForm, parse_field
from fusionscape.readers.meaning.patient import kind_of

# What was looked for and not found, or what was asked and is a list of those who have it.
_FITS = frozenset({"lesion", "variant", "lesions", "fusion", "fusions", "tested"})


def without_wrong_blank(column: Column) -> Column:
    """The column; where its field knows no "absent", one finding and blanks read as missing.

    A blank status is no survivor, a blank number no zero, a blank response no answer.
    """
    if column.spec.blank != "absent":
        return column
    read_plainly = replace(column, spec=column.spec.model_copy(update={"blank": "missing"}))
    if _fits(column.form, read_plainly):
        return column
    what = f'blank = "absent" does not fit {column.spec.field!r}: an empty cell is not known.'
    read_plainly.note("blank-does-not-fit", what)
    return read_plainly


def _fits(form: FieldForm, read_plainly: Column) -> bool:
    if form.shape == "same":
        inner = parse_field(form.name)
        return inner is not None and _fits(inner, read_plainly)
    if form.shape == "covariate":
        kind = read_plainly.spec.kind or kind_of(read_plainly.texts())
        return kind not in ("number", "date")
    if form.shape == "patient":  # a transplant nobody wrote down may be none; an event may not
        return form.flag and form.name != "relapsed" and not form.name.endswith("_event")
    return form.shape in _FITS
