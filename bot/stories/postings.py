"""An inverted index from keys to articles, in sorted runs that are merged as they grow (O'Neil et al., "The
log-structured merge-tree", 1996, https://doi.org/10.1007/s002360050048). It takes 8 bytes an entry; Python lists of
numbers would take ten times as much."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

_FRESH = 4_096
"""Entries that are searched linearly before they are sorted into a run."""

_FANOUT = 4
"""A run is merged with the one before it unless that one is more than so many times as long."""

_LOW = np.uint64(32)
_NUMBER = np.uint64(0xFFFF_FFFF)


class Postings:
    """Maps keys of 32 bits to numbers of articles. Entries of forgotten articles are dropped when runs are merged."""

    def __init__(self, are_here: Callable[[NDArray[np.int64]], NDArray[np.bool_]]) -> None:
        self._are_here = are_here
        self._runs: list[NDArray[np.uint64]] = []
        """Sorted entries of key and number; the first run has the oldest articles."""
        self._fresh = np.zeros(_FRESH, np.uint64)
        self._filled = 0

    def __len__(self) -> int:
        """The number of entries, including those of forgotten articles that are not dropped yet."""
        return self._filled + sum(map(len, self._runs))

    def add(self, number: int, keys: NDArray[np.uint32]) -> None:
        """Add an article. `number`: greater than all before; `keys`: all different, at most a few hundred."""
        if self._filled + len(keys) > _FRESH:
            self._sort()
        self._fresh[self._filled : self._filled + len(keys)] = (keys.astype(np.uint64) << _LOW) | np.uint64(number)
        self._filled += len(keys)

    def find(self, keys: NDArray[np.uint32], most: int) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
        """The numbers of articles with these keys, and for each hit the position of its key.

        Of many hits in a run only the last `most` are returned.
        """
        order = np.argsort(keys)
        ordered = keys[order].astype(np.uint64)
        bounds = np.concatenate([ordered << _LOW, (ordered << _LOW) | _NUMBER])  # no article has the last number
        found, which = [], []
        for run in self._runs:
            starts, ends = np.searchsorted(run, bounds).reshape(2, -1)
            starts = np.maximum(starts, ends - most)
            lengths = ends - starts
            if lengths.any():
                total = np.cumsum(lengths)
                found.append(run[np.arange(total[-1]) + np.repeat(ends - total, lengths)])
                which.append(np.repeat(order, lengths))
        fresh = self._fresh[: self._filled]
        if len(keys):
            near = np.searchsorted(ordered, fresh >> _LOW)
            near[near == len(ordered)] = 0
            hit = ordered[near] == fresh >> _LOW
            found.append(fresh[hit])
            which.append(order[near[hit]])
        if not found:
            return np.zeros(0, np.int64), np.zeros(0, np.intp)
        numbers = (np.concatenate(found) & _NUMBER).astype(np.int64)
        here = self._are_here(numbers)
        return numbers[here], np.concatenate(which)[here]

    def _sort(self) -> None:
        self._runs.append(np.sort(self._fresh[: self._filled]))
        self._filled = 0
        while len(self._runs) > 1 and len(self._runs[-2]) <= _FANOUT * len(self._runs[-1]):
            both = np.concatenate([self._runs.pop(-2), self._runs.pop()])
            both = both[self._are_here((both & _NUMBER).astype(np.int64))]
            both.sort(kind="stable")  # a merge sort that uses the sorted runs
            self._runs.append(both)
