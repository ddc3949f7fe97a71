"""Strings looked up many at once: sorted arrays of their hashes instead of dictionaries."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray


def key_hashes(keys: Collection[str]) -> NDArray[np.int64]:
    """One a key, in their order. Python's hashes differ between processes: they are not to be stored."""
    return np.fromiter(map(hash, keys), np.int64, len(keys))


def stretched(starts: NDArray[np.intp], ends: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """All numbers of the stretches `range(start, end)`, one stretch after the other; and how long each is."""
    counts = ends - starts
    before = np.cumsum(counts) - counts
    return np.repeat(starts - before, counts) + np.arange(counts.sum()), counts


class PlacesByKey:
    """Places (numbers) filed under strings."""

    def __init__(self, keys: Collection[str], places: Collection[int]) -> None:
        """A place a key; the same key may come several times."""
        hashes = key_hashes(keys)
        order = np.argsort(hashes, kind="stable")
        self._hashes = hashes[order]
        self._places = np.fromiter(places, np.int32, len(places))[order]

    def under(self, keys: Collection[str]) -> NDArray[np.int32]:
        """Places under any of these keys, in no order; of a million million keys, one may be taken for another."""
        if not len(self._hashes):
            return self._places
        wanted = key_hashes(keys)
        starts = np.searchsorted(self._hashes, wanted)
        known = self._hashes[np.minimum(starts, len(self._hashes) - 1)] == wanted
        found, _ = stretched(starts[known], np.searchsorted(self._hashes, wanted[known], "right"))
        return self._places[found]
