"""Features of examples as bytes: a tenth of the memory of dictionaries, and kept in the database as they are.

The words stand once, each space has their numbers and its weights. Weights come back exactly, so that a topic judges
alike whether its examples were described now or before the last start.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final, NewType

import numpy as np
from numpy.typing import NDArray

from bot.matching.sides import Side
from bot.model import Language

PackedSide = NewType("PackedSide", bytes)
"""A `Side` as bytes."""

_HEAD: Final = struct.Struct("<9Idd")
"""Bytes of languages and of words, words of the vocabulary, keys of each space and of the key names; length, time."""
_MAPS: Final = 6
_SHORT: Final = 1 << 16
"""Up to so many words their numbers take two bytes."""


@dataclass(frozen=True, slots=True)
class SideKeys:
    """What an index files of a side. Hashes are those of this process."""

    hashes: tuple[NDArray[np.int64], ...]
    """The keys of each space, then the key names."""
    weights: tuple[NDArray[np.float64], ...]
    vocabulary: NDArray[np.int64]
    languages: frozenset[Language]
    length: float
    published: float | None


def pack_side(side: Side) -> PackedSide:
    """The bytes from which `unpack_side` makes an equal side, but for the order of its vocabulary."""
    vocabulary = sorted(side.vocabulary)
    number = {word: place for place, word in enumerate(vocabulary)}
    maps = (*side.spaces, side.key_names)
    for weights in maps:
        for key in weights:
            number.setdefault(key, len(number))
    keys = np.array([number[key] for weights in maps for key in weights], _width(len(number)))
    values = np.array([weight for weights in maps for weight in weights.values()], "<f8")
    languages, words = (_text(sorted(side.languages)), _text(list(number)))
    head = _HEAD.pack(
        len(languages),
        len(words),
        len(vocabulary),
        *map(len, maps),
        side.length,
        float("nan") if side.published is None else side.published,
    )
    return PackedSide(b"".join((head, languages, words, keys.tobytes(), values.tobytes())))


def unpack_side(packed: PackedSide) -> Side:
    """The side whose bytes these are."""
    known, words = _read(packed)
    maps = [
        dict(zip([words[place] for place in keys], values.tolist(), strict=True))
        for keys, values in zip(known.keys, known.values, strict=True)
    ]
    return Side(
        tuple(maps[:-1]), maps[-1], tuple(words[: known.vocabulary]), known.languages, known.length, known.published
    )


def keys_of(packed: PackedSide) -> SideKeys:
    """What an index needs of a side, without making the side."""
    known, words = _read(packed)
    hashes = np.fromiter(map(hash, words), np.int64, len(words))
    return SideKeys(
        tuple(hashes[keys] for keys in known.keys),
        tuple(known.values),
        hashes[: known.vocabulary],
        known.languages,
        known.length,
        known.published,
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    keys: list[NDArray[np.intp]]
    """The places of keys among the words, for each mapping; `values` are their weights."""
    values: list[NDArray[np.float64]]
    vocabulary: int
    languages: frozenset[Language]
    length: float
    published: float | None


def _read(packed: PackedSide) -> tuple[_Parts, list[str]]:
    spoken, written, vocabulary, *counts, length, published = _HEAD.unpack_from(packed)
    place = _HEAD.size
    languages = _words(packed[place : place + spoken])
    place += spoken
    words = _words(packed[place : place + written])
    place += written
    width = _width(len(words))
    total = sum(counts)
    ends = np.cumsum(counts)[:-1]
    keys = np.frombuffer(packed, width, total, place).astype(np.intp)
    values = np.frombuffer(packed, "<f8", total, place + total * np.dtype(width).itemsize)
    return (
        _Parts(
            np.split(keys, ends),
            np.split(values, ends),
            vocabulary,
            frozenset(map(Language, languages)),
            length,
            None if published != published else published,  # noqa: PLR0124 -- not a number
        ),
        words,
    )


def _width(words: int) -> str:
    return "<u2" if words <= _SHORT else "<u4"


def _text(words: list[str]) -> bytes:
    return "\n".join(words).encode("utf-8", "surrogatepass")


def _words(text: bytes) -> list[str]:
    return text.decode("utf-8", "surrogatepass").split("\n") if text else []
