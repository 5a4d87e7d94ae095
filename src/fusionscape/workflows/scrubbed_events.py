"""Events and reasons of loss in words of the contract alone: what was typed freely goes.

A reason of loss decides endpoints, so it is not merely blanked: a reason that a table or the
study's own endpoint rules know keeps its effect under a neutral name, and every other one
stays a stated reason that counts as no event.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from fusionscape.cohort.schema import RESPONSE_WORDS
from fusionscape.knowledge.losses import loss_counts, normalise_loss
from fusionscape.knowledge.regimens import parse_treatment
from fusionscape.readers.values.units import plain_unit

NOT_SHOWN = "reason not shown"
KINDS = frozenset(
    {
        "diagnosis", "entry", "treatment_start", "course", "response", "remission", "blasts", "mrd",
        "lesion", "transplant", "exposure", "relapse", "death", "last_seen", "lost",
    }
)  # fmt: skip
_STATES = frozenset({"positive", "negative", "present", "absent", "reduced"})
_UNITS = frozenset({"%", "percent", "fraction", "log", "log10", "copies", "copies/ml", "copies/ug"})
_BEST = "best"  # a response ever reached, not an assessment of its own
_BOUNDS = frozenset({"<", ">"})


def named_treatment(text: str | None) -> str | None:
    """A treatment with nothing in it but regimens, drugs and classes that are known by name."""
    if text is None:
        return None
    courses = [
        " + ".join(item.token if item.drugs or item.classes else "not shown" for item in c.items)
        for c in parse_treatment(text).courses
    ]
    return " → ".join(courses) or None


def own_reasons(study: Mapping[str, Any]) -> dict[str, str]:
    """The loss words that only the study's endpoint rules know, each with its neutral name."""
    words: dict[str, None] = {}
    for rules in study.get("endpoint_rules", {}).values():
        words.update(dict.fromkeys(rules.get("loss_is_event") or ()))
    own = [word for word in words if normalise_loss(word) is None]
    return {word: f"reason {i} of the study" for i, word in enumerate(own, start=1)}


def neutral_rules(study: Mapping[str, Any], own: Mapping[str, str]) -> dict[str, Any]:
    """The study's endpoint rules with its own loss words under their neutral names."""
    told = dict(study)
    if "endpoint_rules" in told:
        told["endpoint_rules"] = {
            name: {
                key: [own.get(word, word) for word in value] if key == "loss_is_event" else value
                for key, value in rules.items()
            }
            for name, rules in told["endpoint_rules"].items()
        }
    return told


def reason_of_loss(text: str | None, own: Mapping[str, str]) -> str | None:
    """The reason in words of the contract; one that nothing knows is only said to be stated.

    >>> reason_of_loss("Give up", {}), reason_of_loss("moved in with Ming", {})
    ('abandonment', 'reason not shown')
    """
    if text is None or not text.strip():
        return None
    counted = loss_counts(text, tuple(own))
    if counted is not None:
        return own[counted]
    return normalise_loss(text) or NOT_SHOWN


def scrubbed_events(
    events: pl.DataFrame, names: frozenset[str], own: Mapping[str, str]
) -> pl.DataFrame:
    """The events with every text either a word of the contract, a known name, or gone.

    `names` are the lesions and the declared columns of the cohort; `own` the study's own words
    for reasons of loss with their neutral names.
    """
    rows = [_scrubbed(row, names, own) for row in events.to_dicts()]
    return pl.DataFrame(rows, schema=events.schema)


def _scrubbed(row: dict[str, Any], names: frozenset[str], own: Mapping[str, str]) -> dict[str, Any]:
    kind = row["kind"] if row["kind"] in KINDS else "other"
    return {
        **row,
        "kind": kind,
        "label": _label(kind, row["label"], names, own),
        "target": row["target"] if row["target"] in names | {_BEST} else None,
        "state": row["state"] if row["state"] in _STATES else None,
        "unit": row["unit"] if plain_unit(row["unit"] or "") in _UNITS else None,
        "censored": row["censored"] if row["censored"] in _BOUNDS else None,
        "reported": None,
    }


def _label(
    kind: str, label: str | None, names: frozenset[str], own: Mapping[str, str]
) -> str | None:
    """Free words of an event go; what it is about stays where it is a word of the contract."""
    if label is None:
        return None
    if kind in ("course", "treatment_start"):
        return named_treatment(label)
    if kind == "response":
        return label if label in RESPONSE_WORDS else None
    if kind in ("lesion", "exposure"):
        return label if label in names else None
    if kind == "lost":
        return reason_of_loss(label, own)
    return kind.replace("_", " ")
