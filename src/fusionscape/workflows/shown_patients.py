"""Take single patients' exact ages from results of a pseudonymised study.

Everything patients have in common (tests, models, age bands, means) is computed from exact
ages, so that pseudonyms change no answer. What is one patient's own age, or nearly so, is
rounded down to whole years where it is shown: the values behind a plot, the extremes, the
quartiles, the age track of the oncoprint; in groups of fewer than ten the mean too, and
their standard deviation goes, since mean and deviation of two are the two. The residuals of
age in a model, one a patient, go too; the test made from them stays.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from fusionscape.results import (
    Analysis,
    Distribution,
    LesionMatrix,
    Refusal,
    Residuals,
    Result,
    split_id,
)

_AGE = "age_years"
_FEW = 10


def _years(age: float) -> float:
    return age if math.isnan(age) else float(math.floor(age))


def _ages(item: Distribution) -> Distribution:
    few = item.n < _FEW
    return replace(
        item,
        values=tuple(_years(v) for v in item.values),
        minimum=_years(item.minimum),
        q1=_years(item.q1),
        median=_years(item.median),
        q3=_years(item.q3),
        maximum=_years(item.maximum),
        mean=_years(item.mean) if few else item.mean,
        sd=None if few else item.sd,
    )


def _matrix(item: LesionMatrix) -> LesionMatrix:
    tracks = tuple(
        replace(t, values=tuple(_years(v) if isinstance(v, float) else v for v in t.values))
        if t.name == _AGE
        else t
        for t in item.tracks
    )
    return replace(item, tracks=tracks)


def _shown(item: Result) -> Result:
    if isinstance(item, Distribution) and _AGE in split_id(item.id):
        return _ages(item)
    if isinstance(item, LesionMatrix):
        return _matrix(item)
    if isinstance(item, Refusal) and item.code == "not-computable":
        return replace(item, method="")  # the sentence may quote a value
    return item


def _tells_ages(item: Result) -> bool:
    return isinstance(item, Residuals) and split_id(item.id)[-1].lower().startswith("age")


def round_shown_ages(analyses: Sequence[Analysis]) -> tuple[Analysis, ...]:
    """The analyses with single patients' ages in whole years; every other number stays."""
    return tuple(
        replace(a, items=tuple(_shown(i) for i in a.items if not _tells_ages(i))) for a in analyses
    )
