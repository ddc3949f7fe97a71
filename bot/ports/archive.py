"""Stores of what was read: feeds, articles, matches, embeddings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.model import (
    ArchiveNumber,
    Article,
    ArticleId,
    EntryKey,
    Feed,
    FeedId,
    FeedState,
    Language,
    Match,
    Scope,
    Sighting,
    StoryId,
    Subscription,
    TopicId,
    Wanted,
)


class FeedStore(Protocol):
    """States of all feeds, and the feeds that were added at run time."""

    async def states(self, feed_ids: Collection[FeedId] | None = None) -> Mapping[FeedId, FeedState]:
        """Of these feeds, or of all. Feeds that were never polled have none."""
        ...

    async def save_state(self, state: FeedState) -> None: ...

    async def save_states(self, states: Sequence[FeedState]) -> None:
        """The same for several feeds. Of one that is there twice, the last counts."""
        ...

    async def added(self) -> tuple[Feed, ...]: ...

    async def add(self, feed: Feed, now: datetime) -> bool:
        """False where a feed with this id or address is there already."""
        ...

    async def remove(self, feed_id: FeedId) -> bool: ...


class SubscriptionStore(Protocol):
    """Subscriptions with hubs; a feed may have an old one that ends beside the new one."""

    async def all(self) -> tuple[Subscription, ...]: ...

    async def of_feeds(self, feed_ids: Collection[FeedId]) -> tuple[Subscription, ...]: ...

    async def get(self, token: str) -> Subscription | None: ...

    async def save(self, subscription: Subscription) -> None:
        """Add it, or change the one with its token."""
        ...

    async def remove(self, token: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Outline:
    """What is known of articles without reading them: an entry each, in one order."""

    numbers: tuple[ArchiveNumber, ...]
    languages: tuple[Language, ...]
    digests: tuple[str, ...]
    """Of the text that is embedded."""


class ArticleStore(Protocol):
    """The archive, and how entries are known again."""

    async def known(self, feed_id: FeedId, keys: Collection[EntryKey]) -> Mapping[EntryKey, ArticleId]: ...

    async def is_known_feed(self, feed_id: FeedId) -> bool:
        """Whether any entry of the feed has been remembered."""
        ...

    async def remember(self, feed_id: FeedId, article_id: ArticleId, keys: Collection[EntryKey], now: datetime) -> None:
        """Record that these keys lead to this article; keys known before move to it."""
        ...

    async def remember_all(self, feed_id: FeedId, known: Mapping[EntryKey, ArticleId], now: datetime) -> None:
        """The same for all articles of a document at once."""
        ...

    async def by_links(self, links: Collection[str]) -> Mapping[str, ArticleId]:
        """Articles of any feed under these canonical links."""
        ...

    async def add(self, articles: Sequence[Article]) -> None: ...

    async def update_text(self, article: Article) -> None:
        """The outlet edited it: title, text, language and image change; the rest stays."""
        ...

    async def put_in_stories(self, stories: Mapping[ArticleId, StoryId]) -> None:
        """Articles that had no story, or another one; those that are not there are left out."""
        ...

    async def join_stories(self, old: StoryId, new: StoryId) -> None:
        """Two stories have turned out to be one: all articles of the old one are of the new one."""
        ...

    async def of_story(self, story: StoryId, limit: int) -> tuple[Article, ...]:
        """The last ones, in the order they were first seen."""
        ...

    async def in_stories(self, since: datetime, limit: int) -> tuple[Article, ...]:
        """Articles that have a story, first seen since then: the last ones, in that order."""
        ...

    async def index_more(self, limit: int) -> int:
        """Make some more of the archive findable by its words, newest first; how many were not before."""
        ...

    async def unindexed(self, since: datetime | None = None) -> int:
        """How many articles (first seen since then) cannot be found by their words yet."""
        ...

    async def find(self, wanted: Sequence[Wanted], scope: Scope, limit: int | None = None) -> tuple[ArchiveNumber, ...]:
        """The articles of the scope that have what each of these wants, newest first; all of them if nothing is wanted.

        Only what is indexed is found; `limit`: no more than so many.
        """
        ...

    async def outline(self, scope: Scope) -> Outline:
        """Of all articles of the scope that are indexed, newest first."""
        ...

    async def numbered(self, numbers: Collection[ArchiveNumber]) -> Mapping[ArchiveNumber, Article]:
        """The articles behind numbers; those that are gone or were edited since are left out."""
        ...

    async def get(self, ids: Collection[ArticleId]) -> tuple[Article, ...]: ...

    async def latest_of(self, feed_id: FeedId, limit: int) -> tuple[Article, ...]:
        """The feed's articles that were first seen last, newest first."""
        ...

    async def since(self, moment: datetime, limit: int) -> tuple[Article, ...]:
        """First seen at or after the moment, newest first."""
        ...

    async def count(self, since: datetime | None = None) -> int:
        """How many articles there are; `since`: first seen since then."""
        ...

    async def earliest(self) -> datetime | None:
        """When the oldest article in the archive was first seen."""
        ...

    async def earliest_of_feeds(self) -> Mapping[FeedId, datetime]:
        """The same for each feed that has any."""
        ...

    async def spans_with_any(self, now: datetime, span: timedelta, count: int) -> frozenset[int]:
        """In which of so many spans of time before `now`, the last one 0, any article was first seen."""
        ...


class MatchStore(Protocol):
    """Matches and near misses."""

    async def add(self, matches: Sequence[Match], now: datetime) -> None: ...

    async def best(self, topic_id: TopicId, since: datetime, limit: int) -> tuple[Match, ...]:
        """Matched ones whose article was first seen since then, best score first."""
        ...

    async def nearest_misses(self, topic_id: TopicId, since: datetime, limit: int) -> tuple[Match, ...]:
        """Those that narrowly did not match, of articles first seen since then, best score first."""
        ...

    async def latest(self) -> Mapping[TopicId, datetime]:
        """When each topic matched last, of those that the archive has a match for."""
        ...

    async def counts(self, since: datetime) -> Mapping[TopicId, int]:
        """How many articles first seen since then are on each topic; topics without any are left out."""
        ...

    async def sightings(self, topic_id: TopicId, since: datetime) -> tuple[Sighting, ...]:
        """The articles on a topic that were first seen since then, in any order."""
        ...

    async def of(self, article_id: ArticleId, topic_id: TopicId) -> Match | None:
        """How an article was judged for a topic, if it matched or nearly did."""
        ...


@dataclass(frozen=True, slots=True)
class StoredVectors:
    """Some embeddings, a row each."""

    digests: tuple[str, ...]
    steps: NDArray[np.int8]
    """As they are stored: the raw embedding of each but for its length. Shape (digests, dimensions)."""


class VectorStore(Protocol):
    """Embeddings by model name and digest of the embedded text, stored as int8."""

    async def get(self, model: str, digests: Collection[str]) -> Mapping[str, NDArray[np.float32]]: ...

    async def of(self, model: str, numbers: Collection[ArchiveNumber]) -> Mapping[ArchiveNumber, NDArray[np.float32]]:
        """Of the articles behind numbers, where there are any."""
        ...

    def scan(self, model: str) -> AsyncIterator[StoredVectors]:
        """All there are, some thousands at a time, in no order."""
        ...

    async def put(self, model: str, vectors: Mapping[str, NDArray[np.float32]], now: datetime) -> None: ...
