"""Backtest: what a topic would have sent from the archive, and its near misses.

First `backtest_candidates` finds candidates by words and stored vectors, without reading an article. Then the most
promising are judged exactly, until no more matches are to be expected or the time is up. The result says what was
covered.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count, zip_longest

import numpy as np
import structlog
from numpy.typing import NDArray

from bot.features.document import Document, undescribed
from bot.matching.index import TopicIndex
from bot.matching.profile import Profile
from bot.model import Article, ArticleId, Coverage, Language, Match, Scope, StoryId, TopicId
from bot.ports import Clock, Embedder
from bot.store import Store
from bot.usecases.ingest.score_articles import document_of, embed_articles, vector_digest
from bot.usecases.maintain import index_archive
from bot.usecases.topics.backtest_candidates import BacktestCandidates, CandidateOrder, find_candidates
from bot.usecases.topics.backtest_stories import Stories
from bot.usecases.topics.watchlist import Watchlist

log = structlog.get_logger()

SECONDS = 8.0
"""The time for a backtest; what follows the judging takes up to a second more."""

MOST_EMBEDDED = 300
"""Articles that are embedded; others without a stored vector are judged by terms and names alone."""

PATIENCE = 150
"""After this many articles in a row that are not even near misses, the less promising are left unread. In an archive
of 10,000 there were at most six such before the last match of a topic, with and without vectors."""

_WINDOW = 128
"""Candidates that are sorted by language: the word list of each language takes a while to load."""

_INDEXING = 0.25
_READING = 0.7
"""Shares of the time. After the first, articles not indexed yet are left out; after the second, embedding begins."""

_EMBEDDED_AT_ONCE = 2
"""Articles embedded between two looks at the clock: a third of a second on a slow machine."""

_CHUNK = 32
"""Articles read and judged at a time, off the event loop."""


@dataclass(frozen=True, slots=True)
class ArchiveMatch:
    """An article of the archive and its match with the topic. All matches of one `story` are one alert."""

    article: Article
    match: Match
    story: StoryId


@dataclass(frozen=True, slots=True)
class Backtest:
    """The result of a backtest."""

    topic_id: TopicId
    coverage: Coverage
    matched: tuple[ArchiveMatch, ...]
    """Best score first."""
    near_misses: tuple[ArchiveMatch, ...]

    @property
    def alerts(self) -> tuple[ArchiveMatch, ...]:
        """The alerts that would have been sent, best score first: of each story the article seen first."""
        first: dict[StoryId, ArchiveMatch] = {}
        for found in sorted(self.matched, key=_seen):
            first.setdefault(found.story, found)
        return tuple(sorted(first.values(), key=lambda found: -found.match.score))


async def backtest_topic(
    store: Store,
    embedder: Embedder,
    clock: Clock,
    topic_id: TopicId,
    watch: Watchlist,
    days: int,
    *,
    seconds: float = SECONDS,
) -> Backtest:
    """Judge the articles first seen in the last `days` as the topic would now, within about this many seconds."""
    now = clock.now()
    since = now - timedelta(days=days)
    await index_archive(store, clock, until=now + timedelta(seconds=seconds * _INDEXING))
    index = watch.index.only(topic_id)
    profile = index.profile(topic_id)
    reading = _Reading(index, watch, profile)
    async with store.read() as unit:
        begins = await unit.articles.earliest()
        missing = await unit.articles.unindexed(since)
        candidates = (
            BacktestCandidates(0, (), ())
            if profile is None
            else await find_candidates(unit, profile, _scope(profile, watch, since), embedder.name)
        )
    left = await _read(store, embedder, clock, candidates, reading, now, seconds)
    left += await _embed(store, embedder, clock, reading, now + timedelta(seconds=seconds))
    found = await asyncio.to_thread(reading.in_stories)
    return Backtest(
        topic_id=topic_id,
        coverage=Coverage(since, now, begins, candidates.articles, reading.count, len(reading.new), left + missing),
        matched=tuple(one for one in found if one.match.matched),
        near_misses=tuple(one for one in found if not one.match.matched),
    )


async def _read(
    store: Store,
    embedder: Embedder,
    clock: Clock,
    candidates: BacktestCandidates,
    reading: _Reading,
    start: datetime,
    seconds: float,
) -> int:
    """Read and judge the candidates in turn; returns how many are left when the time is up."""
    order = CandidateOrder(candidates)
    turns = count()
    while window := order.next_window(_WINDOW, hits_only=reading.is_done):
        async with store.read() as unit:
            articles = await unit.articles.numbered(window)
            vectors = await unit.vectors.of(embedder.name, window)
        by_language = _by_language(
            [_Stored(articles[one], vectors.get(one), next(turns)) for one in window if one in articles]
        )
        for place, chunk in enumerate(by_language):
            share = _READING if reading.waiting else 1.0
            if reading.count and clock.now() >= start + timedelta(seconds=seconds * share):
                return sum(map(len, by_language[place:])) + order.left(hits_only=reading.is_done)
            await asyncio.to_thread(reading.take, chunk)
    return 0


async def _embed(store: Store, embedder: Embedder, clock: Clock, reading: _Reading, end: datetime) -> int:
    """Judge the articles that wait for a vector, the most promising first; returns how many got none in time."""
    left = 0
    waiting = sorted(reading.waiting, key=lambda one: one.turn)
    for start in range(0, len(waiting), _EMBEDDED_AT_ONCE):
        batch = waiting[start : start + _EMBEDDED_AT_ONCE]
        rows: list[NDArray[np.float32]] = []
        if clock.now() < end:
            rows = await embed_articles(embedder, [one.article for one in batch])
            reading.new.update(zip((vector_digest(one.article) for one in batch), rows, strict=True))
        else:
            left += len(batch)
        await asyncio.to_thread(reading.judge_all, list(zip_longest(batch, rows)))
    if reading.new:
        async with store.write() as unit:
            await unit.vectors.put(embedder.name, reading.new, clock.now())
    return left


def best_of(
    backtest: Backtest, count: int, leaving_out: frozenset[ArticleId] = frozenset()
) -> tuple[ArchiveMatch, ...]:
    """The best matches, one for each story."""
    chosen: dict[StoryId, ArchiveMatch] = {}
    for found in backtest.matched:
        if found.article.id not in leaving_out:
            chosen.setdefault(found.story, found)
    return tuple(chosen.values())[:count]


def _scope(profile: Profile, watch: Watchlist, since: datetime) -> Scope:
    """The part of the archive to which the topic is limited, by its languages and feeds."""
    topic = profile.topic
    feeds = frozenset(feed_id for feed_id in watch.feeds if not watch.tags_of(feed_id).isdisjoint(topic.feeds))
    return Scope(since, frozenset(topic.languages) or None, feeds if topic.feeds else None)


def _seen(found: ArchiveMatch) -> tuple[float, ArticleId]:
    moment = found.article.first_seen_at
    return (0.0 if moment is None else moment.timestamp(), found.article.id)


@dataclass(frozen=True, slots=True)
class _Stored:
    """An article from the archive, with its vector if it has one."""

    article: Article
    vector: NDArray[np.float32] | None
    turn: int
    """Its place in the order of the candidates."""


@dataclass(frozen=True, slots=True)
class _Described:
    """An article that waits to be embedded."""

    article: Article
    document: Document
    turn: int


def _by_language(articles: Sequence[_Stored]) -> list[list[_Stored]]:
    """Chunks of one language each; the languages are in the order of their first article."""
    groups: defaultdict[Language, list[_Stored]] = defaultdict(list)
    for stored in articles:
        groups[stored.article.language].append(stored)
    return [group[first : first + _CHUNK] for group in groups.values() for first in range(0, len(group), _CHUNK)]


@contextmanager
def _left_out_if_it_fails(article: Article) -> Iterator[None]:
    try:
        yield
    except Exception:  # -- a bug that one article triggers is logged with its traceback; the others go on
        log.exception("article-failed", article=article.id, title=article.title, feed=article.feed_id)


@dataclass(slots=True)
class _Reading:
    """The articles read so far and their matches. Used by one thread at a time."""

    index: TopicIndex
    watch: Watchlist
    profile: Profile | None
    count: int = 0
    fruitless: int = 0
    """Articles in a row that are not even near misses."""
    waiting: list[_Described] = field(default_factory=list)
    """Articles that wait to be embedded."""
    new: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    """Vectors that were computed, by digest."""
    _found: list[ArchiveMatch] = field(default_factory=list)
    _stories: Stories = field(default_factory=Stories)

    @property
    def is_done(self) -> bool:
        """Whether the less promising candidates are not worth reading."""
        return self.fruitless >= PATIENCE

    def take(self, articles: Sequence[_Stored]) -> None:
        """Judge the articles, except those that must be embedded first."""
        for stored in articles:
            with _left_out_if_it_fails(stored.article):
                document = self._document(stored.article)
                if stored.vector is None and self._waits(stored.article, document):
                    self.waiting.append(_Described(stored.article, document, stored.turn))
                else:
                    self._judge(stored.article, document, stored.vector)

    def judge_all(self, articles: Sequence[tuple[_Described, NDArray[np.float32] | None]]) -> None:
        """Judge articles that waited, with their vectors or by their words alone."""
        for one, vector in articles:
            with _left_out_if_it_fails(one.article):
                self._judge(one.article, one.document, vector)

    def in_stories(self) -> tuple[ArchiveMatch, ...]:
        """All matches, best score first, each with its story."""
        stories = self._stories.names()
        named = (replace(found, story=stories.get(found.article.id, found.story)) for found in self._found)
        return tuple(sorted(named, key=lambda found: -found.match.score))

    def _waits(self, article: Article, document: Document) -> bool:
        """Whether the article should be embedded."""
        if len(self.waiting) >= MOST_EMBEDDED or not document.length:
            return False
        return self.index.needs_vector(article, document, self.watch.tags_of(article.feed_id))

    def _judge(self, article: Article, document: Document, vector: NDArray[np.float32] | None) -> None:
        matches = self.index.judge(article, document, vector, self.watch.tags_of(article.feed_id))
        self.count += 1
        self.fruitless = 0 if matches else self.fruitless + 1
        for match in matches:
            if match.matched:
                self._stories.add(article, document if self._describes else None, vector)
            self._found.append(ArchiveMatch(article, match, article.story_id or StoryId(article.id)))

    def _document(self, article: Article) -> Document:
        """A topic with a query alone needs no description of the article."""
        return document_of(article) if self._describes else undescribed(article.language, article.published_at)

    @property
    def _describes(self) -> bool:
        return self.profile is not None and bool(self.profile.criteria.packed_sides)
