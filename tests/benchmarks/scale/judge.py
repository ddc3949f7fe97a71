"""One article against very many distinct queries and distinct examples: CPU, and whether a match is missed.

Milliseconds are medians: of all, of an index that has only what comes out, of what is beyond that; of asking whether an
embedding is needed, and of an index that compares all.

Examples are made of two real articles in one language each, a half of either, and so are their vectors: the cosines of
two real vectors that are added up are spread as those of one are. Only some articles are embedded, which takes minutes
the first time. The articles that are judged are others than those that examples are made of.
"""

from __future__ import annotations

import random
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from bot.errors import QueryError
from bot.features.document import Document, describe
from bot.matching import example_index
from bot.matching.index import TopicIndex
from bot.matching.neighbours import LOOKED_AT
from bot.matching.profile import Profile, build_profile
from bot.model import Article, ArticleId, Example, Language, Match, SensitivityName, Topic, TopicId
from tests.benchmarks.data import Item
from tests.benchmarks.many_topics import NO_VECTORS, Queries
from tests.benchmarks.scale.context import Context, Outcome, say
from tests.benchmarks.scale.topics import news
from tests.benchmarks.vectors import VectorCache

NUMBERS: Final = (1_000, 10_000, 100_000)
BASES: Final = 800
"""Real articles that examples are made of."""
JUDGED: Final = 100
ASKED_OF, MOST_BEYOND = 100_000, 10.0
"""Milliseconds beyond its hits that an article may take beside so many queries and examples."""
_NO_TAGS: Final[frozenset[str]] = frozenset()

_Base = tuple[Item, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class _Judged:
    article: Article
    document: Document
    vector: NDArray[np.float32]

    def by(self, index: TopicIndex) -> tuple[Match, ...]:
        return index.judge(self.article, self.document, self.vector, _NO_TAGS, LOOKED_AT)


def run(context: Context) -> Outcome:
    """CPU of judging, at several numbers of queries and as many examples."""
    items = news(context.data)
    bases, judged = _embedded(items, 40 if context.quick else BASES, 10 if context.quick else JUDGED)
    lines = [
        f"{'queries':>8} {'examples':>8} {'all':>7} {'hits':>6} {'beyond':>7} {'95 %':>7} "
        f"{'asks':>7} {'full':>7} {'found':>7} {'differ':>6}"
    ]
    kept = True
    for count in context.topics or ((100, 300) if context.quick else NUMBERS):
        queries, shown = list(_queries(items, count)), list(_examples(bases, count))
        for named, profiles in (("q", queries), ("e", shown), ("both", [*queries, *shown])):
            figures = _measured(profiles, judged)
            kept &= not figures.differences and (count < ASKED_OF or figures.beyond <= MOST_BEYOND)
            lines.append(figures.line(count if named != "e" else 0, count if named != "q" else 0))
            say(lines[-1])
    return Outcome(kept, tuple(lines))


@dataclass(frozen=True, slots=True)
class _Figures:
    """CPU milliseconds an article; medians where nothing else is said."""

    whole: float
    hits: float
    """Of an index that has only the topics that come out of it."""
    beyond: float
    high: float
    """95 of 100 articles take less, beyond their hits."""
    asks: float
    """Whether an embedding is needed."""
    full: float
    """Of an index that compares all."""
    found: float
    differences: int
    """Matches and near misses that are not as those of an index that compares all."""

    def line(self, queries: int, examples: int) -> str:
        return (
            f"{queries:8,} {examples:8,} {self.whole:7.2f} {self.hits:6.2f} {self.beyond:7.2f} {self.high:7.2f} "
            f"{self.asks:7.2f} {self.full:7.2f} {self.found:7.1f} {self.differences:6}"
        )


def _measured(profiles: Sequence[Profile], judged: Sequence[_Judged]) -> _Figures:
    index = TopicIndex(profiles)
    with patch.object(example_index, "BOUNDED_FROM", len(profiles) * 10):
        complete = TopicIndex(profiles)
    by_id = {profile.topic.id: profile for profile in profiles}
    whole, hits, asks, full, found, differences = [], [], [], [], [], 0
    for one in judged:
        matches = one.by(index)
        alone = TopicIndex([by_id[match.topic_id] for match in matches])
        expected = one.by(complete)
        differences += len(set(map(repr, matches)) ^ set(map(repr, expected)))
        whole.append(_milliseconds(lambda: one.by(index)))  # noqa: B023 -- called at once
        hits.append(_milliseconds(lambda: one.by(alone)))  # noqa: B023
        full.append(_milliseconds(lambda: one.by(complete), 1))  # noqa: B023
        asks.append(_milliseconds(lambda: index.needs_vector(one.article, one.document, _NO_TAGS)))  # noqa: B023
        found.append(len(matches))
    beyond = [both - own for both, own in zip(whole, hits, strict=True)]
    return _Figures(
        whole=statistics.median(whole),
        hits=statistics.median(hits),
        beyond=statistics.median(beyond),
        high=float(np.quantile(beyond, 0.95)),
        asks=statistics.median(asks),
        full=statistics.median(full),
        found=statistics.mean(found),
        differences=differences,
    )


def _milliseconds(act: object, rounds: int = 3) -> float:
    """The least of some rounds: what others do on the machine is not ours."""
    spent = []
    for _ in range(rounds):
        started = time.process_time()
        act()  # type: ignore[operator]
        spent.append(time.process_time() - started)
    return min(spent) * 1_000


def _embedded(
    items: Sequence[Item], bases: int, judged: int
) -> tuple[list[tuple[Item, NDArray[np.float32]]], list[_Judged]]:
    """Articles with their vectors, those that are kept first: some that examples are made of, and others."""
    cache = VectorCache()
    chosen = sorted(items, key=lambda item: not cache.has(item))[: bases + judged]
    random.Random(3).shuffle(chosen)
    rows = cache.of(chosen)
    made = []
    for item, row in zip(chosen[bases:], rows[bases:], strict=True):
        article = Article(ArticleId(item.id), item.title, item.text, item.language, published_at=item.published_at)
        document = describe(article.title, article.text, article.language, article.published_at)
        made.append(_Judged(article, document, row))
    return list(zip(chosen[:bases], rows[:bases], strict=True)), made


def _queries(items: Sequence[Item], count: int) -> Iterator[Profile]:
    """So many topics with distinct queries."""
    drawing = Queries(items, random.Random(5), 0.05)
    known: set[str] = set()
    while len(known) < count:
        query = drawing.draw()
        if query in known:
            continue
        topic = Topic(TopicId(f"q{len(known)}"), "", query=query)
        try:
            profile = build_profile(topic, NO_VECTORS)
        except QueryError:  # it begins with a word such as `and`
            continue
        known.add(query)
        yield profile


def _examples(bases: Sequence[_Base], count: int) -> Iterator[Profile]:
    """So many topics with an example each, all distinct."""
    rng = random.Random(6)
    by_language: defaultdict[Language, list[_Base]] = defaultdict(list)
    for base in bases:
        by_language[base[0].language].append(base)
    for number in range(count):
        (one, row), share = rng.choice(bases), rng.uniform(0.5, 0.9)
        other, other_row = rng.choice(by_language[one.language])
        text = f"{_part(one.text, share, rng)} {_part(other.text, 1 - share, rng)}"
        example = Example(str(number), one.title if rng.random() < share else other.title, text, one.language)
        sensitivity = rng.choice((SensitivityName.BALANCED,) * 3 + (SensitivityName.STRICT, SensitivityName.BROAD))
        topic = Topic(TopicId(f"e{number}"), "", examples=(example,), sensitivity=sensitivity)
        yield build_profile(topic, (share * row + (1 - share) * other_row)[np.newaxis])


def _part(text: str, share: float, rng: random.Random) -> str:
    """A share of a text, from anywhere in it."""
    start = rng.randrange(max(1, len(text) - int(len(text) * share)))
    return text[start : start + min(2_000, int(len(text) * share))]
