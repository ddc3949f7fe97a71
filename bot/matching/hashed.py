"""Looks up many strings at once in sorted arrays of their hashes, which take less memory than dictionaries."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray


def key_hashes(keys: Collection[str]) -> NDArray[np.int64]:
    """A hash for each key, in their order. Python's hashes differ between processes, so they must not be stored."""
    return np.fromiter(map(hash, keys), np.int64, len(keys))


def expanded_ranges(starts: NDArray[np.intp], ends: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """All numbers of the ranges `range(start, end)`, one range after the other; and the length of each range."""
    counts = ends - starts
    before = np.cumsum(counts) - counts
    return np.repeat(starts - before, counts) + np.arange(counts.sum()), counts


class HashedPlaces:
    """Numbers (places) stored under strings."""

    def __init__(self, keys: Collection[str], places: Collection[int]) -> None:
        """`places` has one for each key; a key may occur several times."""
        hashes = key_hashes(keys)
        order = np.argsort(hashes, kind="stable")
        self._hashes = hashes[order]
        self._places = np.fromiter(places, np.int32, len(places))[order]

    def under(self, keys: Collection[str]) -> NDArray[np.int32]:
        """The places under any of these keys, unordered. Keys collide with a probability of about 10^-12."""
        if not len(self._hashes):
            return self._places
        wanted = key_hashes(keys)
        starts = np.searchsorted(self._hashes, wanted)
        known = self._hashes[np.minimum(starts, len(self._hashes) - 1)] == wanted
        found, _ = expanded_ranges(starts[known], np.searchsorted(self._hashes, wanted[known], "right"))
        return self._places[found]
