"""All stores in one transaction."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Protocol

from bot.ports.archive import ArticleStore, FeedStore, MatchStore, SubscriptionStore, VectorStore
from bot.ports.chats import ChangeStore, ChatStore, ConversationStore, SettingStore, UpdateStore
from bot.ports.telling import MuteStore, Outbox
from bot.ports.topics import TopicStore, VoteStore


class UnitOfWork(Protocol):
    """All stores in one transaction."""

    @property
    def feeds(self) -> FeedStore: ...
    @property
    def subscriptions(self) -> SubscriptionStore: ...
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
    def mutes(self) -> MuteStore: ...
    @property
    def conversations(self) -> ConversationStore: ...
    @property
    def changes(self) -> ChangeStore: ...
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

    async def reclaim(self) -> int:
        """Give the disk back what is free, without anybody waiting long.

        Returns the bytes of a log that grows because somebody keeps reading an old state; 0 where none is large.
        """
        ...

    async def backup(self, path: str) -> None:
        """A consistent copy of the database in a new file, while in use."""
        ...

    async def close(self) -> None: ...
