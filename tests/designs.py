"""Units in groups and blocks for the tests: the reference examples, and any others."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

# The small examples of the specification: six units in two groups, then eight in three.
TWO = np.array(
    [
        [12, 3, 0, 7, 20],
        [9, 0, 1, 5, 31],
        [15, 2, 0, 9, 18],
        [2, 6, 4, 8, 25],
        [1, 9, 3, 6, 22],
        [4, 5, 6, 7, 40],
    ]
)
TWO_LENGTHS = [600, 500, 700, 650, 550, 900]
TWO_GROUPS = [0, 0, 0, 1, 1, 1]
THREE = np.vstack([TWO, [[0, 2, 1, 3, 9], [2, 1, 0, 1, 6]]])
THREE_LENGTHS = [*TWO_LENGTHS, 220, 160]
THREE_GROUPS = [0, 0, 1, 1, 1, 1, 2, 2]


def family_of_40() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    i, t = np.arange(9)[:, None], np.arange(40)[None]
    X = (i * i * (t + 3) + 5 * i + t * t + 7 * t * i) % (5 + t % 9)
    X = X * np.where(np.isin(t, [0, 7, 14, 21, 28, 35]), np.where(i % 3 == 0, 4, 1), 1)
    return X, X.sum(axis=1) + 400 + 35 * np.arange(9), np.array([0, 0, 0, 0, 1, 1, 1, 1, 1])


@st.composite
def designs(draw: st.DrawFn, n_groups: int = 2) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Counts, lengths and groups, every group with one to four units and every word in a length."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=n_groups, max_size=n_groups))
    shape = (sum(sizes), draw(st.integers(1, 5)))
    X = draw(hnp.arrays(np.int64, shape, elements=st.integers(0, 30)))
    other = draw(hnp.arrays(np.int64, shape[0], elements=st.integers(1, 500)))
    return X, X.sum(axis=1) + other, np.repeat(np.arange(n_groups), sizes)


@st.composite
def blocked_designs(draw: st.DrawFn, n_groups: int = 2) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Counts, lengths, groups and blocks in any order of units; the first block holds all groups, each holds two."""
    first = draw(st.lists(st.integers(1, 3), min_size=n_groups, max_size=n_groups))
    further = st.lists(st.integers(0, 2), min_size=n_groups, max_size=n_groups).filter(
        lambda s: np.count_nonzero(s) > 1
    )
    sizes = [first, *draw(st.lists(further, max_size=2))]
    n, n_items = int(np.sum(sizes)), draw(st.integers(1, 4))
    X = draw(hnp.arrays(np.int64, (n, n_items), elements=st.integers(0, 30)))
    L = X.sum(axis=1) + draw(hnp.arrays(np.int64, n, elements=st.integers(1, 500)))
    order = draw(st.permutations(range(n)))
    g = np.concatenate([np.repeat(np.arange(n_groups), of_block) for of_block in sizes])
    b = np.repeat(np.arange(len(sizes)), np.sum(sizes, axis=1))
    return X, L, g[order], b[order]
