"""Frame packages: planted ones are found and stable, shuffled ones are not; shares by hand; errors."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

import textlens as tl


def planted(n: int, seed: int, clear: float = 0.9) -> tuple[pd.DataFrame, np.ndarray]:
    """Three packages of four elements each, which their units have with this chance, others with the rest."""
    rng = np.random.default_rng(seed)
    package = np.arange(n) % 3
    chance = np.where(np.repeat(np.arange(3), 4) == package[:, None], clear, 1 - clear)
    return pd.DataFrame((rng.random((n, 12)) < chance).astype(int), columns=[f"e{i}" for i in range(12)]), package


def test_planted_packages_are_found_and_stable() -> None:
    elements, truth = planted(90, 1)
    members = tl.package_members(elements, 3)
    assert pd.crosstab(members, truth).max(axis=1).sum() >= 86
    table = tl.frame_packages(elements, 3, rng=np.random.default_rng(1))
    assert table["stable"].all()
    first = table[table["package"] == 1].head(4)
    assert len({int(name[1:]) // 4 for name in first["element"]}) == 1
    assert table.groupby("package")["units"].first().tolist() == members.value_counts().sort_index().tolist()


def test_shares_are_means_inside_and_outside() -> None:
    elements = pd.DataFrame({"a": [1, 1, 1, 0, 0], "b": [0, 1, 0, 1, 1]})
    table = tl.frame_packages(elements, 2, rng=np.random.default_rng(1)).set_index(["package", "element"])
    assert tl.package_members(elements, 2).tolist() == [1, 1, 1, 2, 2]
    assert table.loc[(1, "a"), ["share", "share_elsewhere"]].tolist() == [1, 0]
    assert table.loc[(1, "b"), ["share", "share_elsewhere"]].tolist() == [pytest.approx(1 / 3), 1]
    assert table.loc[(2, "b"), "units"] == 2


def test_dice_make_no_stable_packages() -> None:
    found = [
        tl.frame_packages(
            pd.DataFrame(np.random.default_rng(seed).random((60, 8)) < 0.4).astype(int), 3, rng=np.random.default_rng(1)
        )["stable"]
        for seed in range(10)
    ]
    # One in twenty packages lies above the quantile by chance; three a table, of which rows repeat.
    assert np.mean([stable.groupby(np.arange(24) // 8).first().mean() for stable in found]) <= 0.15


def test_the_order_of_units_does_not_matter() -> None:
    elements, _ = planted(30, 2)
    members = tl.package_members(elements, 3)
    turned = tl.package_members(elements[::-1], 3)
    assert pd.crosstab(members, turned.loc[members.index]).gt(0).sum().sum() == 3


@pytest.mark.parametrize(
    ("elements", "k", "message"),
    [
        ({"a": [0.0, 2.0]}, 2, "unit 1, element 'a': 2.0 is not between 0 and 1"),
        ({"a": [0.0, None]}, 2, "unit 1, element 'a': nan is not between 0 and 1; leave out units with gaps"),
        ({"a": [0, 0, 1]}, 3, "k is 3, but only 2 units differ in their elements"),
        ({"a": [0, 1]}, 1, "k must be a whole number of 2 or more, not 1"),
    ],
)
def test_what_cannot_be_clustered_is_told(elements: dict[str, Any], k: int, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        tl.package_members(pd.DataFrame(elements), k)
