"""Search the archive by a query: the articles that it finds, newest first.

By the archive's words first, which need no article to be read; what they leave is read and put to the query exactly,
until enough is found or the time is up. What was found is kept in the chat that asked, to be leafed through.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.errors import Remark
from bot.matching.query import Query, parse_query
from bot.matching.search_text import SearchText
from bot.model import ArchiveNumber, Article, ArticleId, Scope
from bot.ports import Clock
from bot.store import KeyValueStore, Store, UnitOfWork
from bot.store.codec import converter, decode
from bot.text.tokens import fold
from bot.usecases.offers import Offers
from bot.usecases.topics.backtest_candidates import wanted_words

MOST_FOUND: Final = 200
"""Nobody leafs further."""

SECONDS: Final = 2.0

_MOST_READ = 4_000
"""More cannot be read in the time."""

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_WINDOW = 64
"""Articles read at a time."""

_CHUNK = 16
"""Articles put to the query between two looks at the clock: some 20 ms."""

_AT_ONCE = 2
"""Searches beside one another; others wait for their turn."""

_KEPT = Offers("search", 20)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search has come to."""

    query: str
    found: tuple[ArticleId, ...]
    """Newest first; one of those with the same title from the same outlet."""
    begins: datetime | None
    """When the oldest article of the archive was first seen; None: the archive is empty."""
    is_whole: bool
    """False: there may be more."""
    warnings: tuple[Remark, ...] = ()
    """Of the query; told at once and not kept."""


class Searcher:
    """Answers queries about the archive."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def search(self, text: str, *, seconds: float = SECONDS) -> SearchResult:
        """Within about so many seconds. QueryError where the query cannot be read."""
        query = await asyncio.to_thread(parse_query, text)
        async with self._turn, self._store.read() as unit:
            return await self._search(unit, query, self._clock.now() + timedelta(seconds=seconds))

    async def _search(self, unit: UnitOfWork, query: Query, end: datetime) -> SearchResult:
        begins = await unit.articles.earliest()
        numbers = await unit.articles.find(wanted_words(query), Scope(_BEGINNING), _MOST_READ)
        hits = _Hits()
        is_whole = len(numbers) < _MOST_READ and not await unit.articles.unindexed()
        read = 0
        async for articles in _in_chunks(unit, numbers):
            hits.take(await asyncio.to_thread(_hits_among, query, articles))
            read += _CHUNK
            if len(hits) >= MOST_FOUND or self._clock.now() >= end:
                is_whole = is_whole and read >= len(numbers) and len(hits) <= MOST_FOUND
                break
        return SearchResult(query.written, hits.newest_first(), begins, is_whole, query.warnings)

    async def keep(self, chat: str, result: SearchResult) -> int:
        """Keep it for the chat; its number there."""
        async with self._store.write() as unit:
            return await _KEPT.keep(unit.key_values, chat, _written(result))

    async def page(
        self, chat: str, number: int, first: int, count: int
    ) -> tuple[SearchResult, tuple[Article, ...]] | None:
        """What was kept under a number in the chat, and some of its articles; None where there is no such search."""
        async with self._store.read() as unit:
            result = await kept_search(unit.key_values, chat, number)
            if result is None:
                return None
            return result, await unit.articles.get(result.found[first : first + count])


async def kept_search(settings: KeyValueStore, chat: str, number: int) -> SearchResult | None:
    """A search that was made in this chat, not too long ago."""
    stored = await _KEPT.get(settings, chat, number)
    if stored is None:
        return None
    kept = decode(stored, KeptSearch)
    return SearchResult(kept.query, kept.found, kept.begins, kept.whole)


async def _in_chunks(unit: UnitOfWork, numbers: Sequence[ArchiveNumber]) -> AsyncIterator[list[Article]]:
    """The articles behind numbers, in their order; those that are gone are left out."""
    for start in range(0, len(numbers), _WINDOW):
        window = numbers[start : start + _WINDOW]
        articles = await unit.articles.numbered(window)
        for place in range(0, len(window), _CHUNK):
            yield [articles[one] for one in window[place : place + _CHUNK] if one in articles]


def _hits_among(query: Query, articles: Sequence[Article]) -> list[Article]:
    return [article for article in articles if query.hits(SearchText(article)) is not None]


@dataclass(slots=True)
class _Hits:
    """What was found, each once: outlets publish an article under several addresses."""

    _found: list[Article] = field(default_factory=list)
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self._found)

    def take(self, articles: Sequence[Article]) -> None:
        for article in articles:
            key = (fold(article.title), article.source)
            if key not in self._seen:
                self._seen.add(key)
                self._found.append(replace(article, text=""))

    def newest_first(self) -> tuple[ArticleId, ...]:
        """By the time that readers are shown: what one poll brought was first seen at one moment."""
        found = sorted(self._found[:MOST_FOUND], key=_shown_time, reverse=True)
        return tuple(article.id for article in found)


def _shown_time(article: Article) -> float:
    moment = article.published_at or article.first_seen_at
    return 0.0 if moment is None else moment.timestamp()


# --- kept ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KeptSearch:
    """What is stored of a `SearchResult`."""

    query: str
    found: tuple[ArticleId, ...]
    begins: datetime | None
    whole: bool


def _written(result: SearchResult) -> str:
    kept = KeptSearch(result.query, result.found, result.begins, result.is_whole)
    return json.dumps(converter.unstructure(kept))
