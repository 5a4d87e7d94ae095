"""Names in the plan that nothing in the study bears: without a finding they would do nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from fusionscape.cohort import Codebook, Plan
from fusionscape.cohort.plan import ENDPOINTS
from fusionscape.knowledge.endpoints import rule_set_names
from fusionscape.knowledge.response import RESPONSE_RULES
from fusionscape.readers.assembling.join import Joined
from fusionscape.readers.codes import finding
from fusionscape.results import Finding

_ALWAYS = ("driver", "partner", "age band")
_AS_REPORTED = "as reported"
_CUT = re.compile(r"^(\w+)\s*(?:>=|<=|>|<)\s*\d+(?:\.\d+)?$")
_SHOWN = 12


def plan_names(
    joined: Joined,
    included: Sequence[str],
    codebook: Codebook,
    plan: Plan,
    *,
    own_rules: Collection[str] = (),
) -> Iterable[Finding]:
    """One finding for each value of the plan that names no column, lesion, fusion or rule set."""
    columns = sorted({name for who in included for name in joined.patients[who]})
    lesions = _lesions(joined, codebook)
    fusions = sorted({str(r["lesion"]) for r in joined.lesions if _is_fusion_of(r, plan.driver)})
    groups = [*_ALWAYS, *columns]
    by = (*plan.groups, *((plan.baseline_by,) if plan.baseline_by else ()))
    unknown_by = [x for x in by if not _groups(x, groups, lesions, joined, included)]
    yield from _unknown("groups or baseline_by", unknown_by, (), groups)
    yield from _unknown("endpoints", plan.endpoints, ENDPOINTS)
    yield from _unknown("lesions", plan.lesions, lesions)
    yield from _unknown("partner_levels", plan.partner_levels, fusions)
    yield from _unknown("response_rules", (plan.response_rules,), (_AS_REPORTED, *RESPONSE_RULES))
    if plan.endpoint_rules is not None:
        sets = (_AS_REPORTED, *rule_set_names(), *sorted(own_rules))
        yield from _unknown("endpoint_rules", (plan.endpoint_rules,), sets)
    if plan.era is not None:
        yield from _unknown("era", (plan.era.removeprefix("covariate:"),), columns)


def _unknown(
    key: str, values: Iterable[str], known: Sequence[str], shown: Sequence[str] | None = None
) -> Iterable[Finding]:
    names = known if shown is None else shown
    told = ", ".join(names[:_SHOWN]) + (
        f" and {len(names) - _SHOWN} more" if names[_SHOWN:] else ""
    )
    for value in dict.fromkeys(values):
        if value not in known:
            what = f"plan.{key} asks for {value[:60]!r}; known here: {told or 'none'}."
            yield finding("plan-names-unknown", what, column=key, value=value)


def _is_fusion_of(row: object, driver: str) -> bool:
    return (
        isinstance(row, dict)
        and row.get("lesion_type") == "fusion"
        and driver in (row.get("gene"), row.get("partner"))
    )


def _lesions(joined: Joined, codebook: Codebook) -> list[str]:
    """Lesions that some row speaks of or some column is declared to hold."""
    rows = {str(r["lesion"]) for r in joined.lesions if r.get("lesion_type") != "fusion"}
    declared = {c.field.removeprefix("lesion:") for c in codebook.columns if "lesion:" in c.field}
    return sorted(rows | declared)


def _groups(
    by: str, known: Sequence[str], lesions: Sequence[str], joined: Joined, included: Sequence[str]
) -> bool:
    """True when patients can be sorted into groups by this name."""
    if by.startswith("lesion:"):
        name = by.removeprefix("lesion:")
        return name in lesions or any(str(r["lesion"]) == name for r in joined.lesions)
    cut = _CUT.match(by)
    if cut is None:
        return by in known
    values = [joined.patients[who].get(cut[1]) for who in included]
    numbers = [v for v in values if v is not None]
    return bool(numbers) and not any(isinstance(v, bool | str) for v in numbers)
