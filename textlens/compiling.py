"""Loops over numbers: interpreted where they are short, compiled by numba where they are long.

Importing numba and loading what it compiled takes a second, compiling anew several; five articles are read in less. So
each loop is written once, as a plain function of numbers and arrays, and runs either way. Texts stay outside.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType
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
        if steps >= LONG and self.function not in _compiled:
            self._compile()
        function = _compiled.get(self.function, self.function)
        if function is self.function:
            return function(*map(_as_list, read), *write)
        read = tuple(map(_for_reading, read))
        try:
            return function(*read, *write)
        except (OSError, EOFError, pickle.UnpicklingError):  # a full or broken cache: loops open no file
            self._compile(keep=False)
            return _compiled[self.function](*read, *write)

    def _compile(self, *, keep: bool = True) -> None:
        from numba import njit
        from numba.extending import register_jitable

        for helper in self.helpers:
            register_jitable(helper)
        named = self._named()
        try:
            made = njit(named, cache=keep, nogil=True)
        except RuntimeError:  # numba finds no folder where it may keep what it compiled
            made = njit(named, nogil=True)
        # Numba gives back what it is told not to compile (NUMBA_DISABLE_JIT).
        _compiled[self.function] = self.function if made is named else made

    def _named(self) -> FunctionType:
        """The function under a name of its own for the numbers of the module that it uses.

        What is kept of a compiled function holds these numbers, and numba takes it up by the function's name and file,
        though a number may have changed in another.
        """
        codes = [each.__code__ for each in (self.function, *self.helpers)]
        space = self.function.__globals__
        names = sorted({name for code in codes for name in code.co_names})
        numbers = [(name, space[name]) for name in names if isinstance(space.get(name), int)]
        named = FunctionType(codes[0], space)
        named.__qualname__ += "_" + hashlib.sha256(repr(numbers).encode()).hexdigest()[:8]
        return named


def _as_list(item: Any) -> Any:
    return item.tolist() if isinstance(item, np.ndarray) else item


def _for_reading(item: Any) -> Any:
    """An array as numba is to see each that is read: one kind, so that nothing is compiled twice."""
    if not isinstance(item, np.ndarray):
        return item
    plain = np.ascontiguousarray(item).view()
    plain.flags.writeable = False
    return plain
