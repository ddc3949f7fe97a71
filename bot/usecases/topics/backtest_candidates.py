"""Which archived articles are worth reading for a topic, in which order: found without reading any of them.

Queries are answered by the archive's words: what is not among their candidates cannot hit. For examples every article
gets a promise, from the heaviest words that it shares with them and from its stored vector, if it has one.
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
from bot.matching.resemblance import Side
from bot.model import ArchiveNumber, Example, Language, Scope, Wanted
from bot.store import Outline, UnitOfWork
from bot.text.tokens import stem, words

TERMS, NAMES = 24, 16
"""Of an example, by weight: what its articles are looked for by."""

MOST_WORDS = 120
"""Of a topic: each takes some milliseconds."""

UNKNOWN = 0.2
"""The similarity granted to an article without a vector, for its place in the order alone."""

UNKNOWN_FOREIGN = 0.3
"""Between languages, where words say little."""

PROMISING = 0.3
"""Promise from which an article is a candidate; of 200 matches among 10,000 articles the least had 0.46."""

SMALL = 500
"""An archive of so many articles is read whole, as long as it bears fruit."""

_TERM_SPACE, _NAME_SPACE = 0, 1


@dataclass(frozen=True, slots=True)
class BacktestCandidates:
    """What of the archive to read. Both may name an article."""

    articles: int
    """In the scope."""
    hits: tuple[ArchiveNumber, ...]
    """All that the query may find, newest first."""
    alike: tuple[ArchiveNumber, ...]
    """Those that may be like the examples, the most promising first."""


async def find_candidates(unit: UnitOfWork, profile: Profile, scope: Scope, model: str) -> BacktestCandidates:
    """`model`: whose stored vectors count."""
    outline = await unit.articles.outline(scope)
    required = wanted_words(profile.require)
    hits: tuple[ArchiveNumber, ...] = ()
    if profile.query is not None:
        hits = await unit.articles.find([*wanted_words(profile.query), *required], scope)
    alike: tuple[ArchiveNumber, ...] = ()
    if profile.sides:
        alike = await _by_promise(unit, profile, outline, scope, model)
        if required:
            allowed = set(await unit.articles.find(required, scope))
            alike = tuple(number for number in alike if number in allowed)
    return BacktestCandidates(len(outline.numbers), hits, alike)


def wanted_words(query: Query | None) -> list[Wanted]:
    """What every article has that the query finds; nothing where the query does not depend on words."""
    if query is None:
        return []
    parts = query.part.parts if isinstance(query.part, All) else (query.part,)
    needed: list[RequiredTerms] = [part.needed for part in parts if part.needed is not None]
    return [Wanted(one.words, one.tokens, one.beginnings) for one in needed]


# --- examples --------------------------------------------------------------------------------


async def _by_promise(
    unit: UnitOfWork, profile: Profile, outline: Outline, scope: Scope, model: str
) -> tuple[ArchiveNumber, ...]:
    """The most promising articles in order; of equal promise the newest first, as they come."""
    promise = await _shared_words(unit, profile, outline, scope)
    promise += await _likeness(unit, profile, outline, model)
    count = len(promise) if len(promise) <= SMALL else int((promise >= PROMISING).sum())
    return tuple(outline.numbers[place] for place in np.argsort(-promise, kind="stable")[:count].tolist())


async def _likeness(unit: UnitOfWork, profile: Profile, outline: Outline, model: str) -> NDArray[np.float32]:
    """By the stored vectors of those that have one."""
    own = {language for side in profile.sides for language in side.languages}
    likeness = np.array([UNKNOWN if one in own else UNKNOWN_FOREIGN for one in outline.languages], np.float32)
    if profile.vectors.shape[1]:
        rough = RoughCosines(openings(profile.vectors))
        holders: defaultdict[str, list[int]] = defaultdict(list)
        for place, digest in enumerate(outline.digests):
            holders[digest].append(place)
        async for block in unit.vectors.scan(model):
            pairs = [(row, place) for row, digest in enumerate(block.digests) for place in holders.get(digest, ())]
            if pairs:
                rows, places = np.array(pairs, np.intp).T
                languages = [outline.languages[place] for place in places.tolist()]
                likeness[places] = await asyncio.to_thread(
                    _similarities, rough, block.steps[rows], languages, profile.sides
                )
    return likeness


async def _shared_words(unit: UnitOfWork, profile: Profile, outline: Outline, scope: Scope) -> NDArray[np.float32]:
    """How much of its heaviest terms and names the example has in each article that has most of them, 0..2."""
    examples = [_heaviest(*pair) for pair in zip(profile.topic.examples, profile.sides, strict=False)]
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
    """Words to look for, by weight. A term is looked for by the words that stand for it in the example."""
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
    """Of each article with the example that it resembles most.

    Between languages cosines are raised half as much as `bot.matching.resemblance` does: it would raise the noise as
    well, and the few places at the top would go to articles of every language that are on nothing alike.
    """
    cosines = rough.of(openings(steps).astype(np.float32), languages)
    clear = {language: [_clarity(language, side) ** 0.5 for side in sides] for language in dict.fromkeys(languages)}
    best: NDArray[np.float32] = (cosines / np.array([clear[language] for language in languages], np.float32)).max(
        axis=1
    )
    return np.minimum(best, np.float32(1))


def _clarity(language: Language, side: Side) -> float:
    return 1.0 if language in side.languages else min(clarity(language), max(map(clarity, side.languages)))
