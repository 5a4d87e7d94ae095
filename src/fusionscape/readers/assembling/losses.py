"""Reasons of loss in the words of the endpoint rules; phrases nobody knows stay as they are."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from typing import Any

from fusionscape.knowledge.losses import loss_counts, normalise_loss
from fusionscape.readers.assembling.join import Joined
from fusionscape.readers.codes import finding

_SHOWN = 5


def read_losses(joined: Joined, *, declared: Iterable[str] = ()) -> None:
    """Normalise the reasons of `loss_reason` and of the labels of `lost` events.

    `declared` are the words of the study's own endpoint rules: they need no explanation.
    """
    own = tuple(declared)
    unknown: dict[str, int] = {}
    for values in joined.patients.values():
        _read(values, "loss_reason", own, unknown)
    for event in joined.events:
        if event.get("kind") == "lost":
            _read(event, "label", own, unknown)
    if unknown:
        names = ", ".join(repr(name[:40]) for name in sorted(unknown)[:_SHOWN])
        more = f" and {len(unknown) - _SHOWN} more" if len(unknown) > _SHOWN else ""
        what = f"These reasons of loss are not understood and count as no event: {names}{more}."
        count = sum(unknown.values())
        joined.findings.append(
            finding("loss-reason-not-understood", what, file=joined.origin, count=count)
        )


def _read(
    values: MutableMapping[str, Any], name: str, own: tuple[str, ...], unknown: dict[str, int]
) -> None:
    text = values.get(name)
    if not isinstance(text, str) or not text.strip():
        return
    meant = normalise_loss(text)
    if meant is not None:
        values[name] = meant
    elif loss_counts(text, own) is None:
        unknown[text.strip()] = unknown.get(text.strip(), 0) + 1
