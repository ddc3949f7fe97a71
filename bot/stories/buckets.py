"""Rows of hashed words, as the columns of `bot.stories.ring.Ring` keep them, and how two rows are compared."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T", int, float)

Rows = NDArray[np.uint8] | NDArray[np.uint16]


def bucket(term: str) -> int:
    """The bucket of a word, 1..65,535, the same on every machine; 0 marks an empty column."""
    return crc32(term.encode("utf-8", "surrogatepass")) % 65_535 + 1


def buckets(words: Iterable[str], count: int) -> list[int]:
    """The buckets of the first `count` words, in alphabetical order."""
    return filled((bucket(word) for word in sorted(words)[:count]), count)


def filled(values: Iterable[T], count: int) -> list[T | int]:
    """The values as a row of `count` columns, filled up with zeros."""
    row: list[T | int] = list(values)
    return row + [0] * (count - len(row))


def common(mine: Rows, theirs: Rows) -> tuple[NDArray[np.intp], NDArray[np.intp], int]:
    """How many values of a row each of the other rows has, how many each of these has, and how many the row has."""
    own = mine[mine > 0]
    both = (theirs[:, :, None] == own[None, None]).any(axis=2).sum(axis=1)
    return both, (theirs > 0).sum(axis=1), len(own)
