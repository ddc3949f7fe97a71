"""Bounds of many cosines from one bit a dimension: a tenth of the time and a thirtieth of the memory of the vectors.

The vectors are turned by a random rotation, of which only the signs are kept (RaBitQ: Gao and Long, "RaBitQ: Quantizing
High-Dimensional Vectors with a Theoretical Error Bound", 2024, https://arxiv.org/abs/2405.12497). A vector `x` of
length 1 is then `a * s` and a remainder, where `s` are its signs as a vector of length 1 and `a` their dot product.
Whatever the vectors are, the rotation makes it a matter of chance how the remainder lies to another vector `q`: the
estimate `q·s / a` of the cosine is wrong by sqrt(1 - a²) / a times one coordinate of a random direction, about 0.04 in
384 dimensions. `q` has a few bits for each dimension, rounded up or down by chance, which adds an error of the same
kind. Both are sub-Gaussian, so more than `SURE` standard deviations (exp(-SURE² / 2)) come once in a billion pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Some = slice | NDArray[np.intp]

SURE: Final = 6.5
"""Standard deviations by which an estimate may be too low: more are needed for one in a billion pairs of vectors."""

_WORD: Final = 64
"""Bits that are counted at once."""
_CHUNK: Final = 16_384
"""Rows at a time, so that what is counted stays in the processor's cache."""
_ROWS_TURNED: Final = 4_096
_WORDS_COUNTED: Final = 3
"""Words whose bits are counted in one byte."""


@dataclass(frozen=True, slots=True)
class Estimates:
    """Estimated dot products of a vector with rows, with the variances of their errors."""

    values: Array
    variances: Array


class SignCodes:
    """The signs of rows after a random rotation. Rows of zeros have products of 0."""

    def __init__(self, rows: Array, *, bits: int, planes: int, seed: int) -> None:
        """`bits`: of a row, up to its dimensions; fewer are faster and less exact, as are `planes` of the other vector.

        `seed`: errors of codes with different seeds are independent of each other.
        """
        count, self._dimensions = rows.shape
        width = max(1, -(-self._dimensions // _WORD)) * _WORD
        self._bits = min(bits // _WORD * _WORD, width)
        self._turn = _rotation(width, seed)[: self._dimensions, : self._bits]
        self._planes = planes
        self._chances = np.random.default_rng(seed).random(self._bits, np.float32)
        """By which the bits of the other vector are rounded."""
        self._other_dimensions = np.float32(width - 1)
        self._signs = np.zeros((self._bits // _WORD, count), np.uint64)
        self._positive = np.zeros(count, np.float32)
        """How many signs of each row are positive."""
        self._scales = np.zeros(count, np.float32)
        """The length of the row divided by its `a`."""
        self._remainders = np.zeros(count, np.float32)
        """The square of the remainder, scaled likewise."""
        for start in range(0, count, _ROWS_TURNED):
            self._file(slice(start, start + _ROWS_TURNED), rows[start : start + _ROWS_TURNED])

    def estimates(self, vector: Array, rows: Some = slice(None)) -> Estimates:
        """The estimated dot products of a vector of length 1 at most with the rows, or with some of them."""
        turned = np.vecdot(self._turn.T, vector)
        least = turned.min()
        highest = (1 << self._planes) - 1
        step = max((turned.max() - least) / np.float32(highest), np.float32(1e-12))
        levels = np.minimum(np.floor((turned - least) / step + self._chances), highest).astype(np.uint8)
        masks = [np.packbits(levels >> plane & 1).view(np.uint64).tolist() for plane in range(self._planes)]
        scales = self._scales[rows]
        sums = step * _weighed_bits(self._signs[:, rows], masks)
        sums += least * self._positive[rows]
        sums *= 2
        sums -= (least + step * levels).sum()
        sums *= scales / np.float32(self._bits**0.5)
        rounding = step * step / 4
        return Estimates(sums, self._remainders[rows] / self._other_dimensions + rounding * scales * scales)

    def _file(self, place: slice, rows: Array) -> None:
        turned = rows @ self._turn
        packed = np.packbits(turned > 0, axis=1)
        self._signs[:, place] = packed.view(np.uint64).T
        self._positive[place] = np.bitwise_count(packed).sum(axis=1, dtype=np.float32)
        squares = np.vecdot(rows, rows)
        along = np.abs(turned).sum(axis=1) / np.float32(self._bits**0.5)
        scales = np.where(along > 0, squares / np.maximum(along, np.float32(1e-12)), np.float32(0))
        self._scales[place] = scales
        self._remainders[place] = np.maximum(scales * scales - squares, np.float32(0))


def _weighed_bits(signs: NDArray[np.uint64], masks: list[list[int]]) -> NDArray[np.uint16]:
    """For each column of signs: how many bits it shares with the masks, of which each counts twice as much as the last.

    Buffers are used again, since this is the innermost loop of all judging.
    """
    total = np.zeros(signs.shape[1], np.uint16)
    size = min(_CHUNK, len(total))
    buffers = np.empty(size, np.uint64), np.empty(size, np.uint8), np.empty(size, np.uint8)
    for start in range(0, len(total), _CHUNK):
        sums = total[start : start + _CHUNK]
        both, bits, some = (buffer[: len(sums)] for buffer in buffers)
        for mask in reversed(masks):
            np.left_shift(sums, 1, out=sums)
            for first in range(0, len(mask), _WORDS_COUNTED):
                some[:] = 0
                for word in range(first, min(first + _WORDS_COUNTED, len(mask))):
                    np.bitwise_and(signs[word, start : start + _CHUNK], np.uint64(mask[word]), out=both)
                    np.bitwise_count(both, out=bits)
                    np.add(some, bits, out=some)
                np.add(sums, some, out=sums)
    return total


@cache
def _rotation(dimensions: int, seed: int) -> Array:
    """A random orthogonal matrix: the Q of a matrix of normal numbers."""
    drawn = np.random.default_rng(seed).normal(size=(dimensions, dimensions))
    turned, triangle = np.linalg.qr(drawn)
    return np.asarray(turned * np.sign(np.diag(triangle)), np.float32)
