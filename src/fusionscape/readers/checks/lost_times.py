"""Times that are known in the dead or in the living only: a curve that says something else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from fusionscape.cohort import ColumnMeaning
from fusionscape.readers.checks.view import Check, View
from fusionscape.readers.values.words import is_missing, key
from fusionscape.results import Finding

_LEAST = 3  # patients with the event before their loss says anything
_NEARLY_ALL = 0.9
_HALF = 0.5
_MANY = 0.2
_TIMES_AS_MANY = 4.0
_ENDPOINTS = ("os", "efs", "rfs")


class _Told(NamedTuple):
    """Patients of whom it is said whether the event happened, and which of them have no time."""

    happened: list[str]
    free: list[str]
    happened_lost: list[str]
    free_lost: list[str]

    @property
    def share_happened(self) -> float:
        return len(self.happened_lost) / len(self.happened) if self.happened else 0.0

    @property
    def share_free(self) -> float:
        return len(self.free_lost) / len(self.free) if self.free else 0.0


def _told(view: View, endpoint: str) -> _Told:
    times, events = view.known(f"{endpoint}_days"), view.known(f"{endpoint}_event")
    happened = [who for who, event in events.items() if event is True]
    free = [who for who, event in events.items() if event is False]
    return _Told(
        happened, free, [w for w in happened if w not in times], [w for w in free if w not in times]
    )


def times_lost_with_the_event(view: View) -> Iterable[Finding]:
    """Times that are missing in those with the event, and known in those without it."""
    for endpoint in _ENDPOINTS:
        told = _told(view, endpoint)
        lost, of = len(told.happened_lost), len(told.happened)
        if not lost or not told.free or told.share_free > _HALF:
            continue
        who = "dead" if endpoint == "os" else "patients with the event"
        what = (
            f"{lost} of {of} {who} have no time, against {len(told.free_lost)} of "
            f"{len(told.free)} without the event: "
        )
        rows = view.named(told.happened_lost, f"{endpoint}_event")
        mend = _mend(view, endpoint)
        if of >= _LEAST and told.share_happened >= _NEARLY_ALL:
            what += f"the curve would hardly fall, whatever is true. Without a time: {rows}."
            yield view.whole(
                "survival-only-for-living", f"{endpoint}_event", what, count=lost, mend=mend
            )
        elif told.share_happened > max(_MANY, _TIMES_AS_MANY * told.share_free):
            what += f"the curve stands too high. Without a time: {rows}."
            yield view.whole(
                "time-lost-with-event", f"{endpoint}_event", what, count=lost, mend=mend
            )


def _mend(view: View, endpoint: str) -> str:
    """What to write, in the names of the study's own columns."""
    flag, meaning = view.source(f"{endpoint}_event"), view.codebook.meaning(f"{endpoint}_days")
    if meaning is not None:
        return f"Add the times of the patients with the event to {meaning.source!r}."
    death, seen = view.codebook.meaning("date:death"), view.codebook.meaning("date:last_seen")
    if endpoint != "os" or seen is None:
        named = "the day of the event" if death is None else repr(death.source)
        return f"Fill {named} for the patients with the event by {flag!r}."
    both = f'say field = "date:death_or_last_seen" for {seen.source!r} if it is the day of death'
    if death is None:
        return f"Declare the column of the date of death as date:death, or {both} in the dead."
    return (
        f"Fill {death.source!r} for the dead, or {both} in the dead (then leave out "
        f"{death.source!r})."
    )


def times_of_the_dead_only(view: View) -> Iterable[Finding]:
    """Survival times given for the dead only: the living would be left out of the curve."""
    for endpoint in ("os", "efs"):
        times, events = view.known(f"{endpoint}_days"), view.known(f"{endpoint}_event")
        timed = [events.get(who) for who in times]
        without = [who for who in view.patients if who not in times]
        living = [who for who in without if events.get(who) is False]
        if len(timed) < _LEAST or not all(event is True for event in timed):
            continue
        if living or len(without) >= max(3, 0.2 * len(view.patients)):
            what = (
                f"All {len(timed)} patients with a time have the event, and {len(without)} have "
                f"no time: times are given for those with the event only. Without a time: "
                f"{view.named(without, f'{endpoint}_days')}."
            )
            yield view.whole("survival-only-for-dead", f"{endpoint}_days", what, count=len(without))


def deaths_not_declared(view: View) -> Iterable[Finding]:
    """Survival that ends with the last contact, and nothing that says who died."""
    times, events = view.known("os_days"), view.known("os_event")
    both = _either_end(view)
    timed = [who for who in times if both is not None or events.get(who) is not None]
    told = _status(view)
    dated = any(c.field in ("date:death", "day:death") for c in view.codebook.columns)
    dated = dated or any(event["kind"] == "death" for event in view.events)
    seen = any(event["kind"] == "last_seen" for event in view.events)
    dead = any(event is True for event in events.values())
    enough = len(timed) >= (3 if both is None else 1)
    if enough and seen and not dead and told is None and not dated:
        what = (
            f"The survival of {len(timed)} patients ends with their last contact, and no column "
            "says who died."
        )
        yield view.whole("deaths-not-declared", "os_days", what, count=len(timed))


def status_blank_elsewhere(view: View) -> Iterable[Finding]:
    """One date for death and last contact, and a blank status in another file.

    In one file the blank leaves the event unknown; across files the date would say alive.
    """
    both, told = _either_end(view), _status(view)
    if both is None or told is None or both.file == told.file:
        return
    if any(c.field in ("date:death", "day:death") for c in view.codebook.columns):
        return
    dated = view.places.get(both.file)
    living = [w for w, event in view.known("os_event").items() if event is False]
    blank = [
        who
        for who in living
        if dated is not None and dated.cell(who, both.source) and not _says(view, told, who)
    ]
    if blank:
        what = (
            f"{len(blank)} patients have a date in {both.source!r} and nothing in {told.source!r}, "
            f"so it is not known whether they died: {view.named(blank, told)}."
        )
        mend = f"Fill {told.source!r} for them, or bring both columns into one file."
        yield view.whole("deaths-not-declared", "os_event", what, count=len(blank), mend=mend)


def _either_end(view: View) -> ColumnMeaning | None:
    """The column that holds the date of death in the dead, of the last contact in the others."""
    names = ("date:death_or_last_seen", "day:death_or_last_seen")
    return next((m for name in names if (m := view.codebook.meaning(name))), None)


def _status(view: View) -> ColumnMeaning | None:
    return view.codebook.meaning("os_event") or view.codebook.meaning("vital_status")


def _says(view: View, column: ColumnMeaning, who: str) -> bool:
    """True where the patient's cell of this column holds more than a word for missing."""
    places = view.places.get(column.file)
    cell = None if places is None else places.cell(who, column.source)
    missing = {key(word) for word in (*column.missing, *view.codebook.missing)}
    return cell is not None and key(cell) not in missing and not is_missing(cell)


CHECKS: tuple[Check, ...] = (
    times_lost_with_the_event, times_of_the_dead_only, deaths_not_declared, status_blank_elsewhere,
)  # fmt: skip
