"""Loops over numbers: interpreted where they are short, compiled by numba where they are long.

Importing numba and loading what it compiled takes a second, compiling anew several; five articles are read in less. So
each loop is written once, as a plain function of numbers and arrays, and runs either way. Texts stay outside.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

# Interpreted, so many steps take about as long as loading the compiled loop.
LONG = 500_000
_compiled: dict[Callable[..., Any], Callable[..., Any]] = {}


@dataclass(frozen=True)
class Loop:
    """A loop over arrays.

    Attributes
    ----------
    function : callable
        Takes what is read, then what is written: arrays and whole numbers. Sums must stay below 2**63, and names of
        the module that it uses be whole numbers or ``helpers``. It is called with lists for the arrays that it reads
        when it is interpreted.
    helpers : tuple of callable
        The functions that it calls.
    """

    function: Callable[..., Any]
    helpers: tuple[Callable[..., Any], ...] = ()

    def __call__(self, *read: Any, write: tuple[np.ndarray, ...] = (), steps: int) -> Any:
        """Run over ``read`` and ``write``; ``steps`` tells about how often the loop turns."""
        if steps < LONG and self.function not in _compiled:
            return self.function(*(item.tolist() if isinstance(item, np.ndarray) else item for item in read), *write)
        return self._compile()(*map(_for_reading, read), *write)

    def _compile(self) -> Callable[..., Any]:
        if self.function not in _compiled:
            from numba import njit
            from numba.extending import register_jitable

            for helper in self.helpers:
                register_jitable(helper)
            try:
                made = njit(self.function, cache=True, nogil=True)
            except RuntimeError:  # numba finds no folder where it may keep what it compiled
                made = njit(self.function, nogil=True)
            _compiled[self.function] = made
        return _compiled[self.function]


def _for_reading(item: Any) -> Any:
    """An array as numba is to see each that is read: one kind, so that nothing is compiled twice."""
    if not isinstance(item, np.ndarray):
        return item
    plain = np.ascontiguousarray(item).view()
    plain.flags.writeable = False
    return plain
