"""Near spellings: the names one slip of the keyboard away."""

from __future__ import annotations

from collections.abc import Iterable


def one_slip_apart(given: str, known: str) -> bool:
    """True when one letter is exchanged with its neighbour, changed, missing or extra.

    A changed digit is not a slip: HOXA8 is not a misprint of HOXA9, it is another name.
    """
    if given == known or abs(len(given) - len(known)) > 1:
        return False
    start = 0
    while start < min(len(given), len(known)) and given[start] == known[start]:
        start += 1
    rest, rest_known = given[start:], known[start:]
    if len(given) == len(known):
        return _exchanged(rest, rest_known) or _changed(rest, rest_known)
    longer, shorter = (rest, rest_known) if len(rest) > len(rest_known) else (rest_known, rest)
    return longer[1:] == shorter and not longer[0].isdigit()


def _exchanged(rest: str, known: str) -> bool:
    return len(rest) > 1 and rest[1::-1] == known[:2] and rest[2:] == known[2:]


def _changed(rest: str, known: str) -> bool:
    if rest[1:] != known[1:]:
        return False
    return not (rest[0].isdigit() or known[0].isdigit())


def near(given: str, names: Iterable[str]) -> tuple[str, ...]:
    """Names one slip away from `given`, in alphabetical order."""
    return tuple(sorted(name for name in names if one_slip_apart(given, name)))
