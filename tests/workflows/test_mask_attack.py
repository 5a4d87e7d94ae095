"""An independent attack on masked studies pins no hidden small cell to one value."""

from __future__ import annotations

from pathlib import Path

import pytest

import attack
from fusionscape.readers import read
from fusionscape.workflows import sections
from fusionscape.workflows.mask import mask_analyses
from fusionscape.workflows.run import compute

COUNTS = (
    "flow", "prevalence", "diagnostic_yield", "baseline", "landscape", "response", "eligibility",
)  # fmt: skip
TIMES = ("treatment", "survival", "endpoint_rules", "cumulative_incidence", "exposures")


@pytest.mark.parametrize(
    ("example", "asked", "others"),
    [("own_table", COUNTS, 14), ("dated_events", COUNTS + TIMES, 5)],
)
def test_no_hidden_small_number_is_found_out(
    example: str,
    asked: tuple[str, ...],
    others: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = tuple(s for s in sections.SECTIONS if s.partition(":")[0] in asked)
    monkeypatch.setattr(sections, "SECTIONS", kept)
    plain = [compute(read(attack.ROOT / "examples" / example))]
    for seed in range(others):
        plain.append(compute(read(attack.another_study(example, seed, tmp_path / str(seed)))))
    studies = [attack.numbers(attack.document(analyses)) for analyses in plain]
    identities = attack.Identities(studies)
    assert len(identities.sums) > 50
    hidden = 0
    for analyses, study in zip(plain, studies, strict=True):
        shown = attack.numbers(attack.document(mask_analyses(analyses)))
        assert attack.found_out(identities, study, shown) == []
        assert not [name for name, value in shown.items() if 0 < value < 5]
        hidden += len(attack.hidden_small(study, shown))
    assert hidden > 500
    # The attack is one: of numbers withheld one at a time it finds most.
    withheld = list(attack.hidden_small(studies[0], {}))[::20]
    found = [
        name
        for name in withheld
        if name
        in {
            n
            for n, _ in attack.found_out(
                identities,
                studies[0],
                {k: v for k, v in studies[0].items() if k != name},
            )
        }
    ]
    assert len(found) > len(withheld) / 2
