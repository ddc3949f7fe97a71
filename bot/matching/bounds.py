"""The most that the log-odds of each of many examples can be, from what is quick to compute of all of them.

Names, numbers and days are shared by few examples, and what is known of an example is in a column, so their share is
nearly exact. The similarities are replaced by bounds from `sign_codes`, and shared terms by the most that they can
give; of the examples that are left the terms are summed up, then the openings are compared, roughly and exactly. So of
a hundred thousand examples a hundred are compared in full, and none is left out that would reach what is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache, partial
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from bot.features.similarity import headings, openings
from bot.matching.logistic import INPUTS, model
from bot.matching.resemblance import COSINES, Array, Figure, ResemblanceIndex, Rows, SharedKeys
from bot.matching.sides import NAMES, NUMBERS, TERMS, Side
from bot.matching.sign_codes import SURE, Estimates, Reading, SignCodes
from bot.model import Language

DAYS, LEAD_NUMBERS = COSINES.index(Figure.DAYS), COSINES.index(Figure.LEAD_NUMBERS)

_SLACK: Final = np.float32(1e-3)
"""More than what rounding to single precision may take from a sum of log-odds."""

_BLOCK: Final = 16_384
"""Examples that are estimated at once: what is computed of them stays in the processor's cache."""

LANGUAGES_KEPT: Final = 8
"""Languages whose weights for each example are kept: 50 bytes an example."""

FIRST: Final = 256
"""Of the likeliest examples, so many are looked at before all others, where one is enough."""

OPENING_BITS, OPENING_PLANES = 384, 3
HEADING_BITS, HEADING_PLANES = 192, 2
"""Headings weigh a quarter of openings, so that half as many bits add little to the error of both."""


class OddsBounds:
    """Bounds for the examples of a `ResemblanceIndex`."""

    def __init__(self, index: ResemblanceIndex) -> None:
        self._index = index
        self._openings = SignCodes(index.openings, bits=OPENING_BITS, planes=OPENING_PLANES, seed=1)
        self._again = SignCodes(index.openings, bits=OPENING_BITS, planes=OPENING_PLANES, seed=3)
        """A second, independent code, for the rows that the first ones leave."""
        self._headings = SignCodes(index.headings, bits=HEADING_BITS, planes=HEADING_PLANES, seed=2)
        self._weights = lru_cache(LANGUAGES_KEPT)(partial(_Weights.of, index))

    def reaching(self, article: Side, vector: Array | None, shared: SharedKeys, least: Array) -> NDArray[np.intp]:
        """The examples whose log-odds may be at least `least` (one for each), ascending.

        Args:
            vector: aligned, or None.
            shared: what the article has in common with all examples.
        """
        weights = self._weights(*article.languages)
        odds = self._without_words(article, shared, weights)
        if vector is None or not article.length or not self._index.has_vectors_like(vector):
            rows = np.flatnonzero(odds + weights.terms >= least - _SLACK)
            return rows[odds[rows] + self._of_terms(shared, weights, rows) >= least[rows] - _SLACK]
        reading = self._openings.reading(openings(vector)), self._headings.reading(headings(vector))
        blocks = (slice(start, start + _BLOCK) for start in range(0, len(odds), _BLOCK))
        estimated = [self._estimated(article, odds, weights, reading, least, block) for block in blocks]
        left = _Estimated(*map(np.concatenate, zip(*(one.columns() for one in estimated), strict=True)))
        left.odds[:] += self._of_terms(shared, weights, left.rows)
        left = left.reaching()
        again = self._again.estimates(self._again.reading(openings(vector)), left.rows)
        left = left.estimated_again(again).reaching()
        return left.measured(np.vecdot(self._index.openings[left.rows], openings(vector))).reaching().rows

    def likeliest(
        self, article: Side, similarity: Array, heading: Array, shared: SharedKeys, least: Array
    ) -> Iterator[NDArray[np.intp]]:
        """The same for assumed similarities (one for each), in two parts: some of the likeliest, then all."""
        weights = self._weights(*article.languages)
        odds = self._without_words(article, shared, weights)
        odds += weights.of_similarity(article) * similarity
        odds += weights.heading * heading
        if len(odds) > FIRST:
            yield np.sort(np.argpartition(least - odds, FIRST)[:FIRST])
        rows = np.flatnonzero(odds + weights.terms >= least - _SLACK)
        yield rows[odds[rows] + self._of_terms(shared, weights, rows) >= least[rows] - _SLACK]

    def _estimated(
        self,
        article: Side,
        odds: Array,
        weights: _Weights,
        readings: tuple[Reading, Reading],
        least: Array,
        block: slice,
    ) -> _Estimated:
        """Those of a block of examples that may reach `least` if all terms were shared."""
        opening = self._openings.estimates(readings[0], block)
        heading = self._headings.estimates(readings[1], block)
        granted = weights.granted[block]
        of_opening = weights.of_similarity(article, block) * granted
        of_heading = weights.heading[block] * granted
        heading.variances[:] *= of_heading * of_heading
        heading.values[:] *= of_heading
        heading.values[:] += odds[block]
        rows = np.arange(block.start, block.start + len(granted))
        every = _Estimated(
            rows,
            heading.values,
            heading.variances,
            of_opening,
            opening.values,
            opening.variances,
            least[block] - _SLACK,
        )
        return every.reaching(weights.terms[block])

    def _without_words(self, article: Side, shared: SharedKeys, weights: _Weights) -> Array:
        """Bounds without terms and similarities."""
        odds = weights.alone + weights.shorter_than(article) * weights.shorter
        for space, known in weights.known:
            if article.spaces[space]:
                odds += known
        if article.spaces[NAMES]:
            _add_names(article, shared, weights, odds)
        for space, most_of, names in (
            (NUMBERS, np.multiply, ("numbers",)),
            (DAYS, np.multiply, ("days",)),
            # Here the shares count, whose roots are at most the sum of the greater weights.
            (LEAD_NUMBERS, np.maximum, ("most shared of lead numbers", "least shared of lead numbers")),
        ):
            if (keys := shared.spaces[space]) is not None:
                np.add.at(odds, keys.rows, weights.at(names, keys.rows) * most_of(keys.own, keys.theirs))
        return odds

    def _of_terms(self, shared: SharedKeys, weights: _Weights, rows: NDArray[np.intp]) -> Array:
        """What shared terms add to the log-odds of these rows."""
        if (terms := shared.spaces[TERMS]) is None:
            return np.zeros(len(rows), np.float32)
        return np.sqrt(terms.among(Rows.of(rows, len(weights.terms))).shares()) * weights.terms[rows]


def _add_names(article: Side, shared: SharedKeys, weights: _Weights, odds: Array) -> None:
    missing = np.maximum(
        (1 - shared.names_of_example()) * np.float32(article.length**2),
        (1 - shared.names_of_article()) * weights.lengths * weights.lengths,
    )
    odds += missing * weights.names_missing
    odds += weights.names_known
    if (names := shared.spaces[NAMES]) is not None:
        shares = names.shares()
        rows = np.flatnonzero(shares)
        odds[rows] += np.sqrt(shares[rows]) * weights.names[rows]


@dataclass(frozen=True, slots=True)
class _Estimated:
    """Some of the examples, with what is known of their log-odds."""

    rows: NDArray[np.intp]
    odds: Array
    """Without openings."""
    variances: Array
    """Of the errors of headings."""
    of_opening: Array
    """What a cosine of openings counts; then its estimate, and the variance of that."""
    cosines: Array
    uncertain: Array
    needed: Array
    """What is to be reached."""

    def columns(self) -> list[NDArray[Any]]:
        return [getattr(self, field.name) for field in fields(self)]

    def reaching(self, more: Array | float = 0.0) -> _Estimated:
        """Those that may reach what is needed, with so much more."""
        # Errors of different codes are independent, so their variances are added.
        most = np.sqrt(self.of_opening * self.of_opening * self.uncertain + self.variances)
        most *= np.float32(SURE)
        most += self.odds
        most += self.of_opening * self.cosines
        most += more
        kept = np.flatnonzero(most >= self.needed)
        return _Estimated(*(column[kept] for column in self.columns()))

    def estimated_again(self, again: Estimates) -> _Estimated:
        """The same with the mean of two estimates."""
        half = np.float32(0.5)
        return replace(
            self,
            cosines=half * (self.cosines + again.values),
            uncertain=half * half * (self.uncertain + again.variances),
        )

    def measured(self, cosines: Array) -> _Estimated:
        """The same with exact cosines of the openings."""
        return replace(self, cosines=cosines, uncertain=np.zeros_like(cosines))


@dataclass(frozen=True, slots=True)
class _Weights:
    """The weights of the model for each example and articles in one language: the example's own, or another."""

    same: NDArray[np.bool_]
    alone: Array
    """What counts whatever the article is; the same for articles that have numbers, days or lead numbers, by space."""
    known: tuple[tuple[int, Array], ...]
    lengths: Array
    shorter: Array
    similarity: Array
    similarity_of_shorter: Array
    heading: Array
    granted: Array
    """By what cosines are multiplied to be similarities."""
    names: Array
    """0 where names are not known; so are the next two."""
    names_known: Array
    names_missing: Array
    terms: Array

    @classmethod
    def of(cls, index: ResemblanceIndex, language: Language) -> Self:
        same = index.speaking(language) > 0

        def column(name: str) -> Array:
            return np.where(same, *_pair(name))

        has_names = index.has[:, NAMES] * index.written_like(language)
        return cls(
            same=same,
            alone=column("bias") + max(np.float32(0), *_pair("time apart")),
            known=tuple(
                (space, column(name) * index.has[:, space])
                for space, name in (
                    (NUMBERS, "numbers known"),
                    (DAYS, "days known"),
                    (LEAD_NUMBERS, "lead numbers known"),
                )
            ),
            lengths=index.lengths,
            shorter=column("shorter"),
            similarity=column("similarity"),
            similarity_of_shorter=column("similarity × shorter"),
            heading=column("heading similarity"),
            granted=index.granted(language),
            names=column("most shared of names") * has_names,
            names_known=column("names known") * has_names,
            names_missing=column("names missing") * has_names,
            terms=column("most shared of terms"),
        )

    def shorter_than(self, article: Side, rows: slice = slice(None)) -> Array:
        """The length of the shorter one of an example and the article."""
        return np.asarray(np.minimum(self.lengths[rows], np.float32(article.length)), np.float32)

    def of_similarity(self, article: Side, rows: slice = slice(None)) -> Array:
        """What a similarity of openings counts."""
        return self.similarity[rows] + self.shorter_than(article, rows) * self.similarity_of_shorter[rows]

    def at(self, names: Sequence[str], rows: NDArray[np.integer]) -> Array:
        """The sum of some weights, for some of the examples."""
        same, other = (sum(pair) for pair in zip(*map(_pair, names), strict=True))
        return np.where(self.same[rows], np.float32(same), np.float32(other))


def _pair(name: str) -> tuple[np.float32, np.float32]:
    """The weight of an input in the same language, and in another one."""
    place, weights = INPUTS.index(name), model()
    return weights.same_language[place], weights.other_language[place]
