"""Indexes queries by the terms that they need, so that the words of an article lead to the few that may match it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.matching.hashed import HashedPlaces
from bot.matching.patterns import PatternIndex
from bot.matching.query import Query
from bot.matching.query_parts import All, Matching, Part, Phrase, RequiredTerms, Some
from bot.matching.search_text import SearchText
from bot.matching.word_forms import word_form
from bot.model import UNDETERMINED, Language
from bot.text.tokens import STEMMED_LANGUAGES

Places = NDArray[np.int32]

PAIRS_FROM: Final = 2_000
"""Queries from which phrases are looked up by two words: it takes a millisecond to read the pairs of an article."""


@dataclass(frozen=True, slots=True)
class _Demand:
    """What a query needs to match: one of these words, or a match of one of these patterns."""

    words: RequiredTerms
    patterns: tuple[str, ...] = ()


class RequiredTermsIndex:
    """Places of queries by the terms and patterns that they need."""

    def __init__(self, queries: Iterable[tuple[int, Query]]) -> None:
        tokens: list[tuple[str, int]] = []
        words: list[tuple[str, int]] = []
        patterns: list[tuple[str, int]] = []
        beginnings: list[tuple[str, int]] = []
        always: list[int] = []
        listed = list(queries)
        self._reads_pairs = len(listed) >= PAIRS_FROM
        for place, query in listed:
            demand = _demand(query.part, self._reads_pairs)
            if demand is None:
                always.append(place)
                continue
            tokens.extend((word, place) for word in demand.words.tokens)
            words.extend((word, place) for word in demand.words.words)
            patterns.extend((pattern, place) for pattern in demand.patterns)
            beginnings.extend((word, place) for word in demand.words.beginnings)
        self._always = np.array(always, np.int32)
        self._tokens = _filed(tokens)
        self._words = words
        self._by_form: dict[Language, HashedPlaces] = {}
        self._beginnings = _filed(beginnings)
        self._lengths = sorted({len(word) for word, _ in beginnings})
        self._patterns = PatternIndex([pattern for pattern, _ in patterns])
        self._of_pattern = np.array([place for _, place in patterns], np.int32)

    def candidates(self, text: SearchText) -> Places:
        """The places of the queries that may match, ascending."""
        return np.unique(np.concatenate([self.by_words(text), self.whatever_words(text)]))

    def whatever_words(self, text: SearchText) -> Places:
        """The places of queries that may match whatever words the article has: by patterns, or by exclusion only."""
        if not len(self._of_pattern):
            return self._always
        numbers = self._patterns.candidates(f"{text.title.written}\n{text.body.written}")
        return np.concatenate([self._always, self._of_pattern[numbers]])

    def by_words(self, text: SearchText) -> Places:
        """The places of queries of which the article has a needed word; some may occur twice."""
        vocabulary = text.vocabulary
        found = [self._tokens.under(vocabulary)]
        if self._reads_pairs:
            found.append(self._tokens.under(text.pairs))
        if self._words:
            found.append(self._forms_in(text.language).under(text.forms))
        cut = {word[:length] for length in self._lengths for word in vocabulary if len(word) >= length}
        found.append(self._beginnings.under(cut))
        return np.concatenate(found)

    def _forms_in(self, language: Language) -> HashedPlaces:
        """The index of word forms in a language, built on first use; all languages without a stemmer share one."""
        shared = language if language in STEMMED_LANGUAGES else UNDETERMINED
        known = self._by_form.get(shared)
        if known is None:
            known = self._by_form[shared] = _filed([(word_form(word, shared), place) for word, place in self._words])
        return known


def _demand(part: Part, reads_pairs: bool) -> _Demand | None:
    """What a part needs; None where it may match any article."""
    if (needed := _needed(part, reads_pairs)) is not None:
        return _Demand(needed)
    match part:
        case Matching(pattern=pattern) if part.in_words:
            return _Demand(RequiredTerms(), (pattern.pattern,))
        case All(parts=parts):
            known = [demand for one in parts if (demand := _demand(one, reads_pairs)) is not None]
            return min(known, key=lambda demand: len(demand.patterns), default=None)
        case Some(parts=parts):
            demands = [_demand(one, reads_pairs) for one in parts]
            together = _Demand(RequiredTerms())
            for demand in demands:
                if demand is None:
                    return None
                together = _Demand(together.words | demand.words, together.patterns + demand.patterns)
            return together
    return None


def _needed(part: Part, reads_pairs: bool) -> RequiredTerms | None:
    """The terms that a part needs, pairs of words among them where the index reads them."""
    match part:
        case _ if not reads_pairs:
            return part.needed
        case Phrase():
            return part.needed_pairs
        case All(parts=parts):
            known = [needed for one in parts if (needed := _needed(one, reads_pairs)) is not None]
            return min(known, key=lambda needed: needed.cost, default=None)
        case Some(parts=parts):
            together = RequiredTerms()
            for one in parts:
                if (needed := _needed(one, reads_pairs)) is None:
                    return None
                together |= needed
            return together
    return part.needed


def _filed(pairs: list[tuple[str, int]]) -> HashedPlaces:
    return HashedPlaces([key for key, _ in pairs], [place for _, place in pairs])
