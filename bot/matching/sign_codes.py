"""Bounds of many cosines from one bit a dimension: a seventh of the time and a thirtieth of the memory of the vectors.

The vectors are turned by a random rotation, of which only the signs are kept (RaBitQ: Gao and Long, "RaBitQ: Quantizing
High-Dimensional Vectors with a Theoretical Error Bound", 2024, https://arxiv.org/abs/2405.12497). A vector `x` of
length 1 is then `a * s` and a remainder, where `s` are its signs as a vector of length 1 and `a` their dot product.
Whatever the vectors are, the rotation makes it a matter of chance how the remainder lies to another vector `q`: the
estimate `q·s / a` of the cosine is wrong by sqrt(1 - a²) / a times one coordinate of a random direction, about 0.04 in
384 dimensions. `q` has a few bits for each dimension; chance is added before it is rounded and subtracted afterwards
(dither: Schuchman 1964, https://doi.org/10.1109/TCOM.1964.1088973), so that its errors are uniform, whatever it is.
Both errors are sub-Gaussian, so more than `SURE` standard deviations (exp(-SURE² / 2)) come once in a billion pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Some = slice | NDArray[np.intp]

SURE: Final = 6.5
"""Standard deviations by which an estimate may be too low: for less than one in a billion pairs it is more."""

_WORD: Final = 64
"""Bits that are counted at once."""
_ROWS_TURNED: Final = 4_096
_HALF: Final = np.float32(0.5)
_WORDS_COUNTED: Final = 3
"""Words whose bits are counted in one byte."""


@dataclass(frozen=True, slots=True)
class Estimates:
    """Estimated dot products of a vector with rows, with the variances of their errors."""

    values: Array
    variances: Array


@dataclass(frozen=True, slots=True)
class Reading:
    """A vector after the rotation, rounded: the bits of its levels, the least first."""

    masks: Sequence[NDArray[np.uint64]]
    least: np.float32
    step: np.float32
    """Between two levels."""
    total: np.float32
    """The sum of what was rounded."""


class SignCodes:
    """The signs of rows after a random rotation. Rows of zeros have products of 0."""

    def __init__(self, rows: Array, *, bits: int, planes: int, seed: int) -> None:
        """`bits`: of a row, up to its dimensions; fewer are faster and less exact, as are `planes` of the other vector.

        `seed`: errors of codes with different seeds are independent of each other.
        """
        count, self._dimensions = rows.shape
        width = max(1, -(-self._dimensions // _WORD)) * _WORD
        self._bits = min(bits // _WORD * _WORD, width)
        self._directions = np.ascontiguousarray(_rotation(width, seed)[: self._bits, : self._dimensions])
        self._planes = planes
        self._chances = np.random.default_rng(seed).random(self._bits, np.float32)
        """Added to the other vector before it is rounded down."""
        self._other_dimensions = np.float32(width - 1)
        self._signs = np.zeros((self._bits // _WORD, count), np.uint64)
        self._positive = np.zeros(count, np.float32)
        """How many signs of each row are positive."""
        self._added = np.zeros(count, np.float32)
        """What has to be put right of the chances where they are positive."""
        self._scales = np.zeros(count, np.float32)
        """The length of the row divided by its `a`, and by the length of its signs."""
        self._remainders = np.zeros(count, np.float32)
        """The variance of the error of signs."""
        self._rounding = np.zeros(count, np.float32)
        """That of rounding, where steps are 1."""
        for start in range(0, count, _ROWS_TURNED):
            self._file(slice(start, start + _ROWS_TURNED), rows[start : start + _ROWS_TURNED])

    def reading(self, vector: Array) -> Reading:
        """A vector of length 1 at most as it is compared with the rows."""
        turned = np.vecdot(self._directions, vector)
        least = turned.min()
        highest = (1 << self._planes) - 1
        step = max((turned.max() - least) / np.float32(highest), np.float32(1e-12))
        levels = np.minimum(np.floor((turned - least) / step + self._chances), highest).astype(np.uint8)
        masks = [np.packbits(levels >> plane & 1).view(np.uint64) for plane in range(self._planes)]
        return Reading(masks, least, step, (least + step * (levels + _HALF - self._chances)).sum())

    def estimates(self, reading: Reading, rows: Some) -> Estimates:
        """The estimated dot products of a vector with some of the rows."""
        sums = self._added[rows] + _weighed_bits(self._signs[:, rows], reading.masks)
        sums *= reading.step
        sums += reading.least * self._positive[rows]
        # The signs are -1 and 1, and those that are 1 were counted.
        sums *= 2
        sums -= reading.total
        sums *= self._scales[rows]
        variances = self._rounding[rows] * (reading.step * reading.step)
        variances += self._remainders[rows]
        return Estimates(sums, variances)

    def _file(self, place: slice, rows: Array) -> None:
        turned = rows @ self._directions.T
        packed = np.packbits(turned > 0, axis=1)
        self._signs[:, place] = packed.view(np.uint64).T
        self._positive[place] = np.bitwise_count(packed).sum(axis=1, dtype=np.float32)
        self._added[place] = (turned > 0) @ (_HALF - self._chances)
        squares = np.vecdot(rows, rows)
        along = np.abs(turned).sum(axis=1) / np.float32(self._bits**0.5)
        scales = np.where(along > 0, squares / np.maximum(along, np.float32(1e-12)), np.float32(0))
        self._scales[place] = scales / np.float32(self._bits**0.5)
        self._remainders[place] = np.maximum(scales * scales - squares, np.float32(0)) / self._other_dimensions
        self._rounding[place] = scales * scales / 12


def _weighed_bits(signs: NDArray[np.uint64], masks: Sequence[NDArray[np.uint64]]) -> NDArray[np.uint16]:
    """For each column of signs: how many bits it shares with the masks, of which each counts twice as much as the last.

    Buffers are used again, since this is the innermost loop of all judging.
    """
    size = signs.shape[1]
    total = np.zeros(size, np.uint16)
    both, bits, some = np.empty(size, np.uint64), np.empty(size, np.uint8), np.empty(size, np.uint8)
    for mask in reversed(masks):
        np.left_shift(total, 1, out=total)
        for first in range(0, len(mask), _WORDS_COUNTED):
            some[:] = 0
            for word in range(first, min(first + _WORDS_COUNTED, len(mask))):
                np.bitwise_and(signs[word], mask[word], out=both)
                np.bitwise_count(both, out=bits)
                np.add(some, bits, out=some)
            np.add(total, some, out=total)
    return total


@cache
def _rotation(dimensions: int, seed: int) -> Array:
    """A random orthogonal matrix: the Q of a matrix of normal numbers."""
    drawn = np.random.default_rng(seed).normal(size=(dimensions, dimensions))
    turned, triangle = np.linalg.qr(drawn)
    return np.asarray(turned * np.sign(np.diag(triangle)), np.float32)
