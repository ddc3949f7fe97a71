"""The Protocols between the verbs (`bot.usecases`) and the outside world (`bot.adapters`).

Expected failures are returned as values; `bot.errors.StoreError` and `MessengerError` end a command.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.model import (
    Alert,
    AlertId,
    ArchiveNumber,
    Article,
    ArticleId,
    Chat,
    Delivery,
    DeliveryId,
    DeliveryState,
    Destination,
    EntryKey,
    Extracted,
    ExtractFailed,
    Feed,
    FeedId,
    FeedState,
    FetchOutcome,
    FetchRequest,
    Language,
    Match,
    MessageId,
    NewDelivery,
    ParsedFeed,
    ParseFailed,
    ReceivedUpdate,
    Scope,
    SendOutcome,
    TopicId,
    UpdateId,
    Vote,
    Wanted,
)


class Clock(Protocol):
    """The time, and waiting for it; a fake one makes days pass in a test."""

    def now(self) -> datetime:
        """Aware, UTC."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class Fetcher(Protocol):
    """Gets a document. Never raises for what a server, a network or an address does."""

    async def fetch(self, request: FetchRequest) -> FetchOutcome: ...


class Workers(Protocol):
    """Parsing and extraction of foreign bytes, in processes that may hang or die alone."""

    async def parse(self, body: bytes, headers: Mapping[str, str], url: str) -> ParsedFeed | ParseFailed: ...

    async def extract(self, body: bytes, headers: Mapping[str, str], url: str) -> Extracted | ExtractFailed: ...


class Embedder(Protocol):
    """Turns texts into unit vectors, off the event loop. `name` changes when the vectors do."""

    @property
    def name(self) -> str: ...

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (len(texts), dimensions); rows have length 1. Any text is accepted."""
        ...


class Messenger(Protocol):
    """Renders a delivery for its chat and sends it. Each messenger has its own look."""

    async def send(self, delivery: Delivery, chat: Chat) -> SendOutcome: ...


# --- stores ----------------------------------------------------------------------------------


class FeedStore(Protocol):
    """States of all feeds, and the feeds that were added at run time."""

    async def states(self) -> Mapping[FeedId, FeedState]: ...

    async def save_state(self, state: FeedState) -> None: ...

    async def added(self) -> tuple[Feed, ...]: ...

    async def add(self, feed: Feed, now: datetime) -> bool:
        """False where a feed with this id or address is there already."""
        ...

    async def remove(self, feed_id: FeedId) -> bool: ...


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

    async def by_links(self, links: Collection[str]) -> Mapping[str, ArticleId]:
        """Articles of any feed under these canonical links."""
        ...

    async def add(self, articles: Sequence[Article]) -> None: ...

    async def update_text(self, article: Article) -> None:
        """The outlet edited it: title, text, language and image change; the rest stays."""
        ...

    async def index_more(self, limit: int) -> int:
        """Make some more of the archive findable by its words, newest first; how many were not before."""
        ...

    async def unindexed(self, since: datetime | None = None) -> int:
        """How many articles (first seen since then) cannot be found by their words yet."""
        ...

    async def find(self, wanted: Sequence[Wanted], scope: Scope) -> tuple[ArchiveNumber, ...]:
        """The articles of the scope that have what each of these wants, newest first; all of them if nothing is wanted.

        Only what is indexed is found.
        """
        ...

    async def outline(self, scope: Scope) -> Outline:
        """Of all articles of the scope that are indexed, newest first."""
        ...

    async def numbered(self, numbers: Collection[ArchiveNumber]) -> Mapping[ArchiveNumber, Article]:
        """The articles behind numbers; those that are gone or were edited since are left out."""
        ...

    async def get(self, ids: Collection[ArticleId]) -> tuple[Article, ...]: ...

    async def since(self, moment: datetime, limit: int) -> tuple[Article, ...]:
        """First seen at or after the moment, newest first."""
        ...

    async def count(self) -> int: ...

    async def earliest(self) -> datetime | None:
        """When the oldest article in the archive was first seen."""
        ...


class MatchStore(Protocol):
    """Matches and near misses."""

    async def add(self, matches: Sequence[Match], now: datetime) -> None: ...

    async def best(self, topic_id: TopicId, since: datetime, limit: int) -> tuple[Match, ...]:
        """Matched ones whose article was first seen since then, best score first."""
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


class Outbox(Protocol):
    """Deliveries owed, in order within a chat."""

    async def add(self, deliveries: Sequence[NewDelivery], now: datetime) -> tuple[DeliveryId, ...]:
        """Queue them in this order.

        One that is there already (same destination, content id, kind, revision) is left as it is.
        """
        ...

    async def heads(self, now: datetime, *, console: bool) -> tuple[Delivery, ...]:
        """The first pending delivery of each chat (all its threads together) that is due and not leased.

        Chats that are paused or told to wait are left out; so are chats whose first delivery is leased or waits.
        `console` selects the console's deliveries, else all the others.
        """
        ...

    async def next_due(self, *, console: bool) -> datetime | None:
        """When the earliest head comes due; None if nothing is pending."""
        ...

    async def lease(self, delivery_id: DeliveryId, until: datetime, now: datetime | None = None) -> bool:
        """Take it for sending; False if it is leased or no longer pending. Counts an attempt.

        With `now`, a lease that has run out (as `heads` sees it) can be taken over.
        """
        ...

    async def mark_sent(self, delivery_id: DeliveryId, message_id: MessageId | None, now: datetime) -> None: ...

    async def mark_later(self, delivery_id: DeliveryId, next_attempt_at: datetime, error: str) -> None: ...

    async def mark_dead(self, delivery_id: DeliveryId, error: str) -> None: ...

    async def release(self, delivery_id: DeliveryId) -> None:
        """Give a lease back unused (shutdown before sending); the attempt is not counted."""
        ...

    async def release_leases(self) -> int:
        """At start: what a killed process held is free again."""
        ...

    async def move_chat(self, old: str, new: str) -> None:
        """Re-address everything owed to a chat that has another id now."""
        ...

    async def sent_times(self, since: datetime) -> tuple[tuple[str, datetime], ...]:
        """(chat, when) of every message sent since: what pacing goes by."""
        ...

    async def instant_count(self, destination: Destination, since: datetime) -> int:
        """New alerts queued for the chat of the destination since then, held and folded ones left out."""
        ...

    async def held(self) -> tuple[Delivery, ...]:
        """Oldest first."""
        ...

    async def fold(self, ids: Collection[DeliveryId]) -> None:
        """They are told by a digest now."""
        ...

    async def list(
        self, states: Collection[DeliveryState], limit: int, *, newest_first: bool = False
    ) -> tuple[Delivery, ...]: ...

    async def counts(self) -> Mapping[DeliveryState, int]: ...

    async def has_alert(self, destination: Destination, alert_id: AlertId) -> bool: ...

    async def alerts(self, alert_id: AlertId) -> tuple[Alert, ...]:
        """As each destination was told it, or will be."""
        ...

    async def retry(self, ids: Collection[DeliveryId] | None, now: datetime) -> int:
        """Dead ones (all, or these) are pending again."""
        ...

    async def drop(self, ids: Collection[DeliveryId]) -> int:
        """Pending, held or dead ones are removed for good."""
        ...


class ChatStore(Protocol):
    """Chats, who may do what, and the ids that chats had before."""

    async def get(self, chat: str) -> Chat | None:
        """Follows aliases."""
        ...

    async def save(self, chat: Chat) -> None: ...

    async def all(self) -> tuple[Chat, ...]: ...

    async def alias(self, old: str, new: str) -> None: ...

    async def current(self, chat: str) -> str:
        """The chat's id of today."""
        ...

    async def admins(self) -> tuple[int, ...]:
        """User ids that became admins by the one-time link."""
        ...

    async def add_admin(self, user_id: int, now: datetime) -> None: ...


class UpdateStore(Protocol):
    """Incoming updates, kept until they have been handled."""

    async def add(self, updates: Sequence[ReceivedUpdate]) -> None:
        """Those that are there already are left as they are."""
        ...

    async def pending(self, limit: int) -> tuple[ReceivedUpdate, ...]: ...

    async def done(self, update_id: UpdateId, now: datetime) -> None: ...

    async def offset(self) -> int | None:
        """What to ask getUpdates for: one past the highest id stored."""
        ...


class TopicStore(Protocol):
    """When a topic was first seen with a destination: older articles are background for it."""

    async def introduced(self) -> Mapping[tuple[TopicId, Destination], datetime]: ...

    async def introduce(self, topic_id: TopicId, destination: Destination, now: datetime) -> None: ...


class VoteStore(Protocol):
    """Verdicts of readers: one a voter, article and topic. They outlive the articles; each topic keeps the newest."""

    async def cast(self, vote: Vote) -> None:
        """Takes the place of what the voter said of the article before; where there are too many the oldest goes."""
        ...

    async def withdraw(self, topic_id: TopicId, article_id: ArticleId, voter: str) -> bool:
        """Undo; False where there is no such vote."""
        ...

    async def of(self, topic_id: TopicId) -> tuple[Vote, ...]:
        """In the order they were cast."""
        ...

    async def all(self) -> tuple[Vote, ...]:
        """In the order they were cast."""
        ...

    async def stamp(self) -> str:
        """Changes whenever a vote is cast or withdrawn, by whatever process: cheap to ask."""
        ...


class SettingStore(Protocol):
    """Small durable facts by name (the digest of a start code and when it ends, …)."""

    async def get(self, name: str) -> str | None: ...

    async def set(self, name: str, value: str | None) -> None:
        """None removes it."""
        ...


class UnitOfWork(Protocol):
    """All stores in one transaction."""

    @property
    def feeds(self) -> FeedStore: ...
    @property
    def articles(self) -> ArticleStore: ...
    @property
    def matches(self) -> MatchStore: ...
    @property
    def vectors(self) -> VectorStore: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def chats(self) -> ChatStore: ...
    @property
    def updates(self) -> UpdateStore: ...
    @property
    def topics(self) -> TopicStore: ...
    @property
    def votes(self) -> VoteStore: ...
    @property
    def settings(self) -> SettingStore: ...


class Store(Protocol):
    """Opens units of work. A write unit commits when its block ends and rolls back when it raises."""

    def read(self) -> AbstractAsyncContextManager[UnitOfWork]: ...

    def write(self) -> AbstractAsyncContextManager[UnitOfWork]: ...

    async def forget_before(self, moment: datetime, keep_keys_for: timedelta) -> int:
        """Retention: articles, matches, sent deliveries and handled updates older than the moment; how many went.

        Keys of entries seen again within `keep_keys_for` stay, so that a long-lived feed does not repeat itself.
        """
        ...

    async def backup(self, path: str) -> None:
        """A consistent copy of the database in a new file, while in use."""
        ...

    async def close(self) -> None: ...


class FaultPoints(Protocol):
    """Places where a test may end the process, to see that nothing is lost there. Does nothing otherwise."""

    def reach(self, point: str) -> None: ...
