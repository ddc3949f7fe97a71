"""Selects, among many remembered articles, those that may be on the event of a new one, so that few are compared.

Two ways lead to a candidate. Meaning: the signs of the opening's vector are a code, and few signs differ where the
angle is small (random hyperplanes: Charikar, "Similarity estimation techniques from rounding algorithms", STOC 2002,
https://doi.org/10.1145/509907.509965; whitened vectors need no random ones). Words: rare terms and names in common. An
article that neither way finds is hardly ever similar enough: `python -m tests.benchmarks.stories --only candidates`
compares the result with that of comparing all articles.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bot.features.document import Document
from bot.features.similarity import openings
from bot.stories.event_similarity import heaviest
from bot.stories.postings import Postings
from bot.stories.ring import Ring

_BY_MEANING, _BY_WORDS = 40, 48
"""The most candidates of each way."""

_DIFFERENT = 0.42
"""The largest share of signs that may differ: so do cosines from 0.25 on, and one of a thousand unrelated articles."""

_TERMS, _NAMES = 16, 12
"""Keys of an article: its terms and names with the greatest weights."""

_WITH_A_KEY = 64
"""Of the articles that share a key only the last ones are considered: some names are in very many articles."""

_ALL = 128
"""Up to this number of articles all are candidates."""


@dataclass(frozen=True, slots=True)
class CandidateQuery:
    """An article whose candidates are looked for."""

    number: int
    keys: Mapping[int, float]
    """Hashes of its heaviest terms and names, with their weights."""
    code: NDArray[np.uint64] | None
    """The signs of its opening's vector, 64 in each word; None without a vector."""


class CandidateIndex:
    """Finds candidates among the articles of a ring. It takes about 300 bytes an article."""

    def __init__(self, ring: Ring) -> None:
        self._ring = ring
        self._postings = Postings(ring.are_here)
        self._signs = 0
        ring.column("is_coded", np.bool_)

    def add(self, number: int, document: Document, row: NDArray[np.float32] | None) -> CandidateQuery:
        """Add an article. `row`: its aligned vectors, shape (2 * dimensions,).

        Returns:
            The query by which its candidates are found.
        """
        place = self._ring.place(number)
        query = CandidateQuery(number, _keys(document), None if row is None else _code(openings(row)))
        self._postings.add(number, np.fromiter(query.keys, np.uint32, len(query.keys)))
        if row is not None and query.code is not None:
            if row.shape[-1] // 2 != self._signs:
                self._declare(row.shape[-1] // 2)
            for column, word in enumerate(query.code):
                self._ring[f"code{column}"][place] = word
        self._ring["is_coded"][place] = row is not None
        return query

    def of(self, query: CandidateQuery) -> NDArray[np.int64]:
        """The numbers, ascending, of the articles to compare with an added one, without its own."""
        if len(self._ring) <= _ALL:
            found = self._ring.numbers()
        else:
            found = np.union1d(self._by_words(query.keys), self._by_meaning(query.code))
        return np.asarray(found[found != query.number], np.int64)

    def _by_words(self, keys: Mapping[int, float]) -> NDArray[np.int64]:
        weights = np.fromiter(keys.values(), np.float64, len(keys))
        hits, which = self._postings.find(np.fromiter(keys, np.uint32, len(keys)), _WITH_A_KEY)
        numbers, place = np.unique(hits, return_inverse=True)
        scores = np.bincount(place, weights[which] ** 2, len(numbers))
        ranked = np.argsort(-scores, kind="stable")[: _BY_WORDS + 1]  # the article itself is among them
        return np.asarray(numbers[ranked], np.int64)

    def _by_meaning(self, code: NDArray[np.uint64] | None) -> NDArray[np.int64]:
        if code is None:
            return np.zeros(0, np.int64)
        different = np.zeros(self._ring.size, np.uint16)
        xor, ones = np.empty(self._ring.size, np.uint64), np.empty(self._ring.size, np.uint8)
        for column, word in enumerate(code):
            np.bitwise_xor(self._ring[f"code{column}"], word, out=xor)
            different += np.bitwise_count(xor, out=ones)
        near = np.flatnonzero(different <= int(_DIFFERENT * self._signs))
        numbers = self._ring.numbers_at(near)
        here = (numbers >= 0) & self._ring["is_coded"][near]
        near, numbers = near[here], numbers[here]
        order = np.lexsort((-numbers, different[near]))
        return np.asarray(numbers[order[: _BY_MEANING + 1]], np.int64)

    def _declare(self, signs: int) -> None:
        """Set the length of the codes; codes of another length cannot be compared and are dropped."""
        self._signs = signs
        self._ring.column("is_coded", np.bool_)
        for column in range(-(-signs // 64)):
            self._ring.column(f"code{column}", np.uint64)


def _keys(document: Document) -> Mapping[int, float]:
    return {
        crc32(word.encode("utf-8", "surrogatepass"), start): weight
        for start, weights, most in ((1, document.terms, _TERMS), (2, document.names, _NAMES))
        for word, weight in heaviest(weights, most)
    }


def _code(opening: NDArray[np.float32]) -> NDArray[np.uint64]:
    bits = np.zeros(-(-len(opening) // 64) * 64, np.uint8)
    bits[: len(opening)] = opening > 0
    return np.packbits(bits).view(np.uint64)
