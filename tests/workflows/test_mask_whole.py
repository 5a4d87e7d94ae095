"""An attack on masked studies: no hidden cell comes back by subtracting what is shown."""

from __future__ import annotations

from importlib.resources import as_file, files
from itertools import combinations
from pathlib import Path

import pytest

from fusionscape.readers import read
from fusionscape.results import Analysis, Count, Estimate, Result
from fusionscape.workflows.mask import _block, _is_small, mask_analysis, small
from fusionscape.workflows.run import compute

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 5


def analyses(name: str) -> tuple[Analysis, ...]:
    if name == "own_table":
        return compute(read(ROOT / "examples" / name))
    with as_file(files("fusionscape.data") / name) as study:
        return compute(read(study))


def cells(items: tuple[Result, ...]) -> dict[str, tuple[int, int]]:
    return {
        i.id: (i.count, i.n)
        for i in items
        if isinstance(i, (Count, Estimate)) and i.count is not None
    }


@pytest.mark.parametrize("name", ["landscape-replica", "pediatric-ten", "own_table"])
def test_no_hidden_cell_is_the_difference_of_two_shown_ones(name: str) -> None:
    hidden_cells = shown_cells = 0
    for plain in analyses(name):
        masked = mask_analysis(plain)
        before, after = cells(plain.items), cells(masked.items)
        blocks = {i.id: _block(i) for i in plain.items}
        assert not any(small(c) or small(n) or small(n - c) for c, n in after.values()), plain.id
        targets = [
            i.id for i in plain.items
            if i.id in before and i.id not in after and _is_small(i, LIMIT)
        ]  # fmt: skip
        hidden_cells += len(targets)
        shown_cells += len(after)
        for target in targets:
            count, n = before[target]
            same = [c for i, c in after.items() if blocks[i] == blocks[target]]
            for (c1, n1), (c2, n2) in combinations(same, 2):
                assert (abs(c1 - c2), abs(n1 - n2)) != (count, n), target
                if n1 == n2 == n:
                    continue
                assert abs(c1 - c2) != count or abs(n1 - n2) not in (0, n), target
    assert hidden_cells > 10
    assert shown_cells > 5 or name == "pediatric-ten"
