"""How an article resembles examples, as figures: the features that `bot.matching.logistic` weighs.

Every figure is a dot product of two unit vectors: of embeddings (dense), or of terms, names, numbers and dates (sparse,
through an inverted index from keys to examples), so one article is compared with thousands of examples at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Self

import numpy as np
from numpy.typing import NDArray

from bot.features.similarity import clarity, headings, openings
from bot.matching.hashed import key_hashes
from bot.matching.packed_side import SideKeys
from bot.matching.sides import Side
from bot.model import Language

Array = NDArray[np.float32]
Some = slice | NDArray[np.intp]
"""All rows, or those with these numbers."""


class Figure(IntEnum):
    """The columns of the matrix of figures."""

    SIMILARITY = 0
    """Aligned cosine of the openings; between languages divided by their `clarity`, so that its meaning is that within
    one language. The same holds for the headings."""
    HEADING_SIMILARITY = 1
    TERMS = 2
    """A cosine; so are the next four."""
    NAMES = 3
    NUMBERS = 4
    DAYS = 5
    LEAD_NUMBERS = 6
    TERMS_OF_ARTICLE = 7
    """The share of the article's weights on keys that the example has, 0..1; so are the next five, of either side."""
    NAMES_OF_ARTICLE = 8
    LEAD_NUMBERS_OF_ARTICLE = 9
    TERMS_OF_EXAMPLE = 10
    NAMES_OF_EXAMPLE = 11
    LEAD_NUMBERS_OF_EXAMPLE = 12
    KEY_NAMES_OF_ARTICLE = 13
    """The share of the article's key names that the example mentions anywhere, 0..1; then the reverse."""
    KEY_NAMES_OF_EXAMPLE = 14
    NAMES_KNOWN = 15
    """1 where both sides have names, in the same script; so are the next three, in any script."""
    NUMBERS_KNOWN = 16
    DAYS_KNOWN = 17
    LEAD_NUMBERS_KNOWN = 18
    SAME_LANGUAGE = 19
    EXAMPLE_LENGTH = 20
    """The logarithm of the number of words, scaled to 0 (none) .. 1 (400 or more)."""
    ARTICLE_LENGTH = 21
    TIME_APART = 22
    """The time between the publications, 0 .. 1 (a year or more); 0 where a date is unknown."""


_SCRIPTS: Mapping[Language, str] = {
    Language(code): script
    for script, codes in {"cyrillic": "ru uk bg be mk kk ky mn tg", "greek": "el", "armenian": "hy"}.items()
    for code in codes.split()
}
"""The scripts of languages that have capitals and are not written in Latin script."""
_LATIN = "latin"
COSINES = (Figure.TERMS, Figure.NAMES, Figure.NUMBERS, Figure.DAYS, Figure.LEAD_NUMBERS)
"""The figures of the spaces of a Side, in their order."""
_SHARES = {
    Figure.TERMS: (Figure.TERMS_OF_ARTICLE, Figure.TERMS_OF_EXAMPLE),
    Figure.NAMES: (Figure.NAMES_OF_ARTICLE, Figure.NAMES_OF_EXAMPLE),
    Figure.LEAD_NUMBERS: (Figure.LEAD_NUMBERS_OF_ARTICLE, Figure.LEAD_NUMBERS_OF_EXAMPLE),
}
"""Figures for which the shared share of each side is computed, too."""
_KNOWN = {
    Figure.NAMES: Figure.NAMES_KNOWN, Figure.NUMBERS: Figure.NUMBERS_KNOWN, Figure.DAYS: Figure.DAYS_KNOWN,
    Figure.LEAD_NUMBERS: Figure.LEAD_NUMBERS_KNOWN,
}  # fmt: skip
_YEAR = 365 * 86_400.0


class ResemblanceIndex:
    """The examples of all topics, compared with one article at a time."""

    def __init__(self, sides: Iterable[SideKeys], vectors: Array) -> None:
        """`vectors`: aligned, one row for each side; zeros for an example without a vector."""
        self.openings, self.headings = openings(vectors), headings(vectors)
        filed = tuple(_Filing() for _ in (*COSINES, "key names"))
        words = _Filing()
        has, lengths, published, languages = [], [], [], []
        for side in sides:
            for filing, hashes, weights in zip(filed, side.hashes, side.weights, strict=True):
                filing.add(hashes, weights)
            words.add(side.vocabulary)
            has.append([bool(len(hashes)) for hashes in side.hashes[: len(COSINES)]])
            lengths.append(side.length)
            published.append(math.nan if side.published is None else side.published)
            languages.append(side.languages)
        *spaces, names = filed
        self._postings = [_Postings(filing) for filing in spaces]
        self._key_names = _Postings(names)
        self._vocabularies = _Postings(words)
        self.has = np.array(has, np.float32).reshape(len(lengths), len(COSINES))
        """1 where an example has keys in a space."""
        self.lengths = np.array(lengths, np.float32)
        self._published = np.array(published, np.float64)
        self._speaking: dict[Language, Array] = {}
        for language in {language for spoken in languages for language in spoken}:
            self._speaking[language] = np.array([language in spoken for spoken in languages], np.float32)
        self._written_in: dict[str, Array] = {}
        for script in {_LATIN, *_SCRIPTS.values()}:
            self._written_in[script] = np.array(
                [any(_SCRIPTS.get(one, _LATIN) == script for one in spoken) for spoken in languages], np.float32
            )
        self._none = np.zeros(len(lengths), np.float32)
        self._clarities = np.array([max(map(clarity, spoken)) for spoken in languages], np.float32)

    def speaking(self, language: Language) -> Array:
        """1 where an example is in this language."""
        return self._speaking.get(language, self._none)

    def written_like(self, language: Language) -> Array:
        """1 where an example is in the script of this language."""
        return self._written_in.get(_SCRIPTS.get(language, _LATIN), self._none)

    def granted(self, language: Language, rows: Some = slice(None)) -> Array:
        """By what cosines with an article that has words are multiplied.

        Two texts without words have the same embedding, but nothing in common.
        """
        same = self.speaking(language)[rows]
        clarities = np.where(same > 0, np.float32(1), np.minimum(self._clarities[rows], clarity(language)))
        return np.asarray((self.lengths[rows] > 0) / clarities, np.float32)

    def has_vectors_like(self, vector: Array | None) -> bool:
        """Whether the examples have embeddings with the dimensions of this one."""
        return vector is not None and 2 * self.openings.shape[1] == len(vector)

    def shared_with(self, article: Side) -> SharedKeys:
        """What the article and the examples have in common."""
        return SharedKeys(
            tuple(postings.shared(keys) for postings, keys in zip(self._postings, article.spaces, strict=True)),
            self._key_names.shared(dict.fromkeys(article.vocabulary, 1.0)),
            self._vocabularies.shared(article.key_names),
        )

    def compare(
        self,
        article: Side,
        vector: Array | None,
        rows: NDArray[np.intp] | None = None,
        shared: SharedKeys | None = None,
    ) -> Array:
        """The figures of the article with each example, shape (examples, len(Figure)).

        Args:
            vector: aligned vectors of the article; None leaves the similarities at 0.
            rows: the only examples to compare, ascending; they get the same figures as among all.
            shared: as `shared_with` gives it, where it is known.
        """
        shared = self.shared_with(article) if shared is None else shared
        of: Some = slice(None)
        if rows is not None and len(rows) < len(self.lengths):
            of, shared = rows, shared.among(Rows.of(rows, len(self.lengths)))
        # Column-major, because columns are filled and read one by one.
        figures = np.zeros((len(self.lengths[of]), len(Figure)), np.float32, order="F")
        (language,) = article.languages
        if vector is not None and self.has_vectors_like(vector) and article.length > 0:
            granted = self.granted(language, of)
            # Not `@`, whose threads cost more than they save here.
            cosines = np.vecdot(self.openings[of], openings(vector)), np.vecdot(self.headings[of], headings(vector))
            figures[:, Figure.SIMILARITY] = np.minimum(1, cosines[0] * granted)
            figures[:, Figure.HEADING_SIMILARITY] = np.minimum(1, cosines[1] * granted)
        for figure, keys in zip(COSINES, shared.spaces, strict=True):
            if keys is not None:
                _add_shared(figures, figure, keys)
        figures[:, Figure.KEY_NAMES_OF_ARTICLE] = shared.names_of_article()
        figures[:, Figure.KEY_NAMES_OF_EXAMPLE] = shared.names_of_example()
        figures[:, Figure.SAME_LANGUAGE] = self.speaking(language)[of]
        for space, figure in enumerate(COSINES):
            if figure in _KNOWN and article.spaces[space]:
                figures[:, _KNOWN[figure]] = self.has[of, space]
        figures[:, Figure.NAMES_KNOWN] *= self.written_like(language)[of]
        figures[:, Figure.EXAMPLE_LENGTH] = self.lengths[of]
        figures[:, Figure.ARTICLE_LENGTH] = article.length
        if article.published is not None:
            apart = np.abs(self._published[of] - article.published) / _YEAR
            figures[:, Figure.TIME_APART] = np.nan_to_num(np.minimum(apart, 1.0))
        return figures


def _add_shared(figures: Array, figure: Figure, shared: Shared) -> None:
    """The cosine of a space, and the shares of both sides."""
    figures[:, figure] = shared.sums(shared.own * shared.theirs)
    if figure in _SHARES:
        of_article, of_example = _SHARES[figure]
        figures[:, of_article] = shared.sums(shared.own * shared.own)
        figures[:, of_example] = shared.sums(shared.theirs * shared.theirs)


@dataclass(frozen=True, slots=True)
class Rows:
    """Some of many rows, ascending."""

    count: int
    place_of: NDArray[np.int32]
    """The place of each of the many among the some; -1 for the others."""

    @classmethod
    def of(cls, rows: NDArray[np.intp], among: int) -> Self:
        place_of = np.full(among, -1, np.int32)
        place_of[rows] = np.arange(len(rows), dtype=np.int32)
        return cls(len(rows), place_of)


@dataclass(frozen=True, slots=True)
class Shared:
    """The keys that an article shares with examples: one entry for each key and example."""

    rows: NDArray[np.int32]
    own: Array
    """The weights in the article."""
    theirs: Array
    """The weights in the examples."""
    examples: int

    def sums(self, values: Array) -> Array:
        """The sums of values of the entries, by example."""
        return np.bincount(self.rows, values, self.examples).astype(np.float32)

    def shares(self) -> Array:
        """The greater of the two shares of the weights that are shared, by example."""
        return np.maximum(self.sums(self.own * self.own), self.sums(self.theirs * self.theirs))

    def among(self, some: Rows) -> Shared:
        """What is shared with some of the examples."""
        rows = some.place_of[self.rows]
        kept = np.flatnonzero(rows >= 0)
        return Shared(rows[kept], self.own[kept], self.theirs[kept], some.count)


@dataclass(frozen=True, slots=True)
class SharedKeys:
    """The keys that an article shares with examples; None where they have none at all."""

    spaces: tuple[Shared | None, ...]
    """Of each space of a Side."""
    key_names: Shared | None
    """The key names of the examples that the article mentions."""
    vocabularies: Shared | None
    """The key names of the article that the examples mention."""

    def names_of_article(self) -> Array | float:
        """The share of the article's key names that each example mentions."""
        return 0.0 if self.vocabularies is None else self.vocabularies.sums(self.vocabularies.own)

    def names_of_example(self) -> Array | float:
        """The share of each example's key names that the article mentions."""
        return 0.0 if self.key_names is None else self.key_names.sums(self.key_names.theirs)

    def among(self, some: Rows) -> SharedKeys:
        """The same for some of the examples."""
        spaces = tuple(None if one is None else one.among(some) for one in self.spaces)
        names, words = (None if one is None else one.among(some) for one in (self.key_names, self.vocabularies))
        return SharedKeys(spaces, names, words)


class _Filing:
    """The keys of examples, example after example, as an index is made of them."""

    def __init__(self) -> None:
        self.hashes: list[NDArray[np.int64]] = [np.zeros(0, np.int64)]
        self.weights: list[NDArray[np.float64]] = [np.zeros(0, np.float64)]
        self.counts: list[int] = []

    def add(self, hashes: NDArray[np.int64], weights: NDArray[np.float64] | None = None) -> None:
        """The keys of the next example, with their weights or all of the same."""
        self.hashes.append(hashes)
        self.counts.append(len(hashes))
        if weights is not None:
            self.weights.append(weights)


class _Postings:
    """An inverted index: for each key the examples that have it and their weights, as ranges of two long arrays.

    Keys are found by their hashes, which takes 12 bytes a key where a dictionary takes 250. A collision of two hashes
    of 64 bits is practically impossible.
    """

    def __init__(self, filed: _Filing) -> None:
        self._examples = len(filed.counts)
        hashes = np.concatenate(filed.hashes)
        order = np.argsort(hashes, kind="stable")
        self._keys, self._starts = np.unique(hashes[order], return_index=True)
        self._ends = np.append(self._starts[1:], len(hashes))
        self._rows = np.repeat(np.arange(self._examples, dtype=np.int32), filed.counts)[order]
        weights = np.concatenate(filed.weights).astype(np.float32)
        self._weights = weights[order] if len(weights) else None

    def shared(self, vector: Mapping[str, float]) -> Shared | None:
        """The keys that a vector shares with the examples; None where there are none."""
        if not vector or not len(self._keys):
            return None
        wanted = key_hashes(vector)
        places = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        known = self._keys[places] == wanted
        if not known.any():
            return None
        own = np.fromiter(vector.values(), np.float32, len(vector))[known]
        starts, ends = self._starts[places[known]], self._ends[places[known]]
        # Whole ranges are copied much faster than single entries.
        ranges = [slice(*pair) for pair in zip(starts.tolist(), ends.tolist(), strict=True)]
        rows = np.concatenate([self._rows[one] for one in ranges])
        weights = self._weights
        theirs = np.ones(len(rows), np.float32) if weights is None else np.concatenate([weights[one] for one in ranges])
        return Shared(rows, np.repeat(own, ends - starts), theirs, self._examples)
