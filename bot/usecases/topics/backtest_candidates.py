"""Which archived articles are worth reading for a topic, and in which order: found without reading any of them.

Candidates for a query come from the archive's index of words: no other article can match it. For examples, every
article gets a promise: a score from the heaviest words that it shares with them and from its stored vector, if any.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest

import numpy as np
from numpy.typing import NDArray

from bot.features.document import CHARACTERS
from bot.features.similarity import RoughCosines, clarity, openings
from bot.matching.profile import Profile
from bot.matching.query import Query
from bot.matching.query_parts import All, RequiredTerms
from bot.matching.sides import Side
from bot.model import ArchiveNumber, Example, Language, Scope, Wanted
from bot.store import Outline, UnitOfWork
from bot.text.tokens import stem, words

TERMS, NAMES = 24, 16
"""The heaviest terms and names of an example, by which similar articles are looked for."""

MOST_WORDS = 120
"""Words looked up for a topic: each takes some milliseconds."""

UNKNOWN = 0.2
"""The similarity assumed for an article without a vector. It only affects the order."""

UNKNOWN_FOREIGN = 0.3
"""The same for an article in a language that no example has, as shared words say little there."""

PROMISING = 0.3
"""The least promise of a candidate. Of 200 matches among 10,000 articles the lowest had 0.46."""

SMALL = 500
"""In an archive of at most this many articles all are candidates, whatever their promise."""

_TERM_SPACE, _NAME_SPACE = 0, 1


@dataclass(frozen=True, slots=True)
class BacktestCandidates:
    """The articles to read. One article may be in both."""

    articles: int
    """How many articles are in the scope."""
    hits: tuple[ArchiveNumber, ...]
    """All that the query may match, newest first."""
    alike: tuple[ArchiveNumber, ...]
    """Those that may be similar to the examples, the most promising first."""


class CandidateOrder:
    """The candidates in turn: one for the query, one for the examples, each article once."""

    def __init__(self, candidates: BacktestCandidates) -> None:
        self._hits = list(reversed(candidates.hits))
        self._alike = list(reversed(candidates.alike))
        self._given: set[ArchiveNumber] = set()

    def left(self, *, hits_only: bool) -> int:
        """How many candidates have not been given out. `hits_only`: those for the examples are not wanted any more."""
        return len({*self._hits, *(() if hits_only else self._alike)} - self._given)

    def next_window(self, most: int, *, hits_only: bool) -> list[ArchiveNumber]:
        """The next candidates."""
        if hits_only:
            self._alike.clear()
        window: list[ArchiveNumber] = []
        while len(window) < most and (self._hits or self._alike):
            for waiting in (self._hits, self._alike):
                if waiting and (number := waiting.pop()) not in self._given:
                    self._given.add(number)
                    window.append(number)
        return window


async def find_candidates(unit: UnitOfWork, profile: Profile, scope: Scope, model: str) -> BacktestCandidates:
    """The candidates in the scope. `model`: the name of the embedding model whose stored vectors count."""
    outline = await unit.articles.outline(scope)
    required = wanted_words(profile.criteria.require)
    hits: tuple[ArchiveNumber, ...] = ()
    if profile.criteria.query is not None:
        hits = await unit.articles.find([*wanted_words(profile.criteria.query), *required], scope)
    alike: tuple[ArchiveNumber, ...] = ()
    if profile.criteria.packed_sides:
        alike = await _by_promise(unit, profile, outline, scope, model)
        if required:
            allowed = set(await unit.articles.find(required, scope))
            alike = tuple(number for number in alike if number in allowed)
    return BacktestCandidates(len(outline.numbers), hits, alike)


def wanted_words(query: Query | None) -> list[Wanted]:
    """Words that every match of the query must have; none if the query does not require any."""
    if query is None:
        return []
    parts = query.part.parts if isinstance(query.part, All) else (query.part,)
    needed: list[RequiredTerms] = [part.needed for part in parts if part.needed is not None]
    return [Wanted(one.words, one.tokens, one.beginnings) for one in needed]


# --- examples --------------------------------------------------------------------------------


async def _by_promise(
    unit: UnitOfWork, profile: Profile, outline: Outline, scope: Scope, model: str
) -> tuple[ArchiveNumber, ...]:
    """The most promising articles in order. With equal promise the newest come first, as in the outline."""
    promise = await _shared_words(unit, profile, outline, scope)
    promise += await _likeness(unit, profile, outline, model)
    count = len(promise) if len(promise) <= SMALL else int((promise >= PROMISING).sum())
    return tuple(outline.numbers[place] for place in np.argsort(-promise, kind="stable")[:count].tolist())


async def _likeness(unit: UnitOfWork, profile: Profile, outline: Outline, model: str) -> NDArray[np.float32]:
    """The similarity of each article with the examples, by its stored vector or assumed."""
    sides = profile.criteria.sides
    own = {language for side in sides for language in side.languages}
    likeness = np.array([UNKNOWN if one in own else UNKNOWN_FOREIGN for one in outline.languages], np.float32)
    if profile.criteria.vectors.shape[1]:
        rough = RoughCosines(openings(profile.criteria.vectors))
        holders: defaultdict[str, list[int]] = defaultdict(list)
        for place, digest in enumerate(outline.digests):
            holders[digest].append(place)
        async for block in unit.vectors.scan(model):
            pairs = [(row, place) for row, digest in enumerate(block.digests) for place in holders.get(digest, ())]
            if pairs:
                rows, places = np.array(pairs, np.intp).T
                languages = [outline.languages[place] for place in places.tolist()]
                likeness[places] = await asyncio.to_thread(_similarities, rough, block.steps[rows], languages, sides)
    return likeness


async def _shared_words(unit: UnitOfWork, profile: Profile, outline: Outline, scope: Scope) -> NDArray[np.float32]:
    """How much of the heaviest terms and names of its nearest example each article has, 0..2."""
    examples = [_heaviest(*pair) for pair in zip(profile.topic.examples, profile.criteria.sides, strict=False)]
    weights: defaultdict[Wanted, float] = defaultdict(float)
    for example in examples:
        for wanted, weight in example.items():
            weights[wanted] = max(weights[wanted], weight)
    place_of = {number: place for place, number in enumerate(outline.numbers)}
    holders: dict[Wanted, list[int]] = {}
    for wanted in nlargest(MOST_WORDS, weights, key=lambda one: weights[one]):
        holders[wanted] = [place_of[number] for number in await unit.articles.find([wanted], scope)]
    best = np.zeros(len(outline.numbers), np.float32)
    for example in examples:
        shared = np.zeros(len(best), np.float32)
        for wanted, weight in example.items():
            if wanted in holders:
                shared[holders[wanted]] += weight * weight
        np.maximum(best, shared, out=best)
    return best


def _heaviest(example: Example, side: Side) -> Mapping[Wanted, float]:
    """Words to look up, with their weights. A term is looked up by the words of the example that have its stem."""
    spelled: defaultdict[str, set[str]] = defaultdict(set)
    for word in words(f"{example.title}\n{example.text[:CHARACTERS]}", example.language):
        spelled[stem(word, example.language)].add(word)
    terms, names = side.spaces[_TERM_SPACE], side.spaces[_NAME_SPACE]
    found = {
        Wanted(words=frozenset(spelled.get(term, {term}))): terms[term]
        for term in nlargest(TERMS, terms, key=lambda one: terms[one])
    }
    for name in nlargest(NAMES, names, key=lambda one: names[one]):
        wanted = Wanted(words=frozenset([name]))
        found[wanted] = float(np.hypot(found.get(wanted, 0.0), names[name]))
    return found


def _similarities(
    rough: RoughCosines, steps: NDArray[np.int8], languages: Sequence[Language], sides: Sequence[Side]
) -> NDArray[np.float32]:
    """The similarity of each article with the example that is most similar to it.

    Between languages cosines are raised half as much as in `bot.matching.resemblance`. More would raise the noise as
    well, and unrelated articles of other languages would take the few places at the top.
    """
    cosines = rough.of(openings(steps).astype(np.float32), languages)
    clear = {language: [_clarity(language, side) ** 0.5 for side in sides] for language in dict.fromkeys(languages)}
    best: NDArray[np.float32] = (cosines / np.array([clear[language] for language in languages], np.float32)).max(
        axis=1
    )
    return np.minimum(best, np.float32(1))


def _clarity(language: Language, side: Side) -> float:
    return 1.0 if language in side.languages else min(clarity(language), max(map(clarity, side.languages)))
