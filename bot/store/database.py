"""The store: units of work on one database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StoreError
from bot.store import retention
from bot.store.articles import ArticleStore
from bot.store.audit_log import ChangeStore
from bot.store.backend import Backend
from bot.store.backups import Copy
from bot.store.chats import ChatStore
from bot.store.conversations import ConversationStore
from bot.store.examples import ExampleStore
from bot.store.fanouts import FanoutStore
from bot.store.feeds import FeedStore
from bot.store.key_values import KeyValueStore
from bot.store.matches import MatchStore
from bot.store.membership import Membership
from bot.store.mutes import MuteStore
from bot.store.outbox.deliveries import Outbox
from bot.store.sqlite import Rescue
from bot.store.story_changes import forget_story_changes
from bot.store.subscriptions import SubscriptionStore
from bot.store.topics import TopicStore
from bot.store.updates import UpdateStore
from bot.store.vectors import VectorStore
from bot.store.votes import VoteStore

_Forget = Callable[[AsyncConnection, datetime], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """All stores, on the connection of one transaction."""

    feeds: FeedStore
    subscriptions: SubscriptionStore
    articles: ArticleStore
    matches: MatchStore
    vectors: VectorStore
    examples: ExampleStore
    outbox: Outbox
    fanouts: FanoutStore
    chats: ChatStore
    updates: UpdateStore
    topics: TopicStore
    votes: VoteStore
    mutes: MuteStore
    conversations: ConversationStore
    changes: ChangeStore
    key_values: KeyValueStore


class Store:
    """Opens units of work. A write unit commits when its block ends, and rolls back when an error leaves the block.

    One task writes at a time, in the order in which they asked. Reading never waits.
    """

    def __init__(self, database: Backend) -> None:
        self._database = database
        self._turn = asyncio.Lock()  # waiting for the only connection of the pool would end after 30 s
        self._writing: asyncio.Task[object] | None = None
        self._reserved_by: asyncio.Task[object] | None = None
        self._reserved: AsyncConnection | None = None

    async def prepare(self, now: datetime) -> None:
        """Bring the tables up to date."""
        await self._database.prepare(now)

    @property
    def place(self) -> str:
        """Where the database is, as people are told."""
        return self._database.place

    @property
    def identity(self) -> str:
        """Which database is open, as it can be told apart from any other: what `lock_note` tells others of a file."""
        return self._database.identity

    @property
    def membership(self) -> Membership:
        """Who works on the database."""
        return self._database.membership

    @property
    def looks_wrong(self) -> bool:
        """Whether an examination is due before its time: a file is not in its place, or an error was met."""
        return self._database.looks_wrong

    async def examine(self) -> StoreError | None:
        """What is wrong with the database now, or was since the last call; None if all is well."""
        return await self._database.examine(self)

    def halt(self, error: StoreError) -> None:
        """Let nobody use the database any more, as it cannot be relied on: each unit of work raises the error."""
        self._database.halt(error)

    async def read_anew(self, name: str) -> str | None:
        """A value by its name, as others see it who open the database now."""
        return await self._database.read_anew(name)

    async def rescue(self, now: datetime) -> Rescue | None:
        """Write what the open connections still see into a new file, and go on with it where its place is free.

        For a file that was removed or replaced while in use. Returns None if nothing can be written.
        """
        async with self._turn:
            return await self._database.rescue(now)

    async def claim(self) -> None:
        """For the one instance that runs on a file. Whoever only looks at the database does not mark it."""
        await self._database.claim()

    def planning(self) -> AbstractAsyncContextManager[None]:
        """Let nobody else, in this or another process, plan what documents change until the block ends."""
        return self._database.planning()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[UnitOfWork]:
        """A unit of work that sees one snapshot of the database and cannot write."""
        with self._database.watched():
            async with self._database.reader.connect() as connection:
                yield _unit(connection)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[UnitOfWork]:
        """A unit of work that can write. It must not be opened inside another write unit of the same task."""
        async with self._write() as connection:
            yield _unit(connection)

    async def forget_before(self, moment: datetime, keep_keys_for: timedelta) -> int:
        """Delete what is older than the moment. Returns how many articles, matches, deliveries and updates those were.

        Vectors are deleted if they were last stored before the moment. Entry keys are deleted if they were last seen
        more than `keep_keys_for` before the moment: they stay longer, so that old entries of a feed are not new again.
        """
        count = 0
        for forget in (retention.forget_articles, retention.forget_deliveries, retention.forget_updates):
            count += await self._repeat(forget, moment)
        await self._repeat(retention.forget_vectors, moment)
        async with self._write() as connection:
            await retention.forget_conversations(connection, moment)
            await forget_story_changes(connection)
        await self._forget_keys(moment - keep_keys_for)
        return count

    async def reclaim(self) -> int:
        """Return free space to the disk, without anybody waiting long.

        Returns the bytes of the write-ahead log if it grows because somebody keeps reading an old state, else 0.
        """
        with self._database.watched():
            return await self._database.reclaim(self._turn)

    async def copy_into(self, folder: Path, keep: int, now: datetime) -> Copy:
        """Make one of the daily copies, checked by reading all of it, and keep the newest `keep`. Raises StoreError."""
        with self._database.watched():
            return await self._database.copy_into(folder, keep, now)

    async def backup(self, path: str) -> None:
        """Write a consistent copy of the database to a new file, while it is in use."""
        await self._database.backup(Path(path))

    async def close(self) -> None:
        """Close all connections."""
        await self._database.close()

    @asynccontextmanager
    async def reserve(self) -> AsyncIterator[None]:
        """Let no other task write until the block ends. This task can write, and reading never waits.

        This is for callers that must see the same state when they read and when they write later. No transaction is
        open in between.
        """
        async with self._turn:
            with self._database.watched():
                async with self._database.reserved() as connection:
                    self._reserved_by, self._reserved = asyncio.current_task(), connection
                    try:
                        yield
                    finally:
                        self._reserved_by = self._reserved = None

    @asynccontextmanager
    async def _in_turn(self) -> AsyncIterator[None]:
        if self._reserved_by is not None and self._reserved_by is asyncio.current_task():
            yield
            return
        async with self._turn:
            yield

    @asynccontextmanager
    async def _write(self) -> AsyncIterator[AsyncConnection]:
        if self._writing is not None and self._writing is asyncio.current_task():
            raise RuntimeError("a write unit inside a write unit of the same task would wait for itself")
        async with self._in_turn():
            self._writing = asyncio.current_task()
            try:
                with self._database.watched():
                    async with self._transaction() as connection:
                        await self._database.begin_writing(connection)
                        yield connection
            finally:
                self._writing = None

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        if self._reserved is None:
            async with self._database.writer.begin() as connection:
                yield connection
        else:
            async with self._reserved.begin():
                yield self._reserved

    async def _repeat(self, forget: _Forget, moment: datetime) -> int:
        total = 0
        while True:
            async with self._write() as connection:
                count = await forget(connection, moment)
            if count == 0:
                return total
            total += count

    async def _forget_keys(self, moment: datetime) -> None:
        """Look for old keys on a reading connection, as they are many and have no index by time."""
        after = ("", "")
        while True:
            with self._database.watched():
                async with self._database.reader.connect() as reading:
                    keys = await retention.stale_keys(reading, moment, after)
            if not keys:
                return
            async with self._write() as connection:
                await retention.forget_keys(connection, moment, keys)
            after = keys[-1]


def _unit(connection: AsyncConnection) -> UnitOfWork:
    return UnitOfWork(
        feeds=FeedStore(connection),
        subscriptions=SubscriptionStore(connection),
        articles=ArticleStore(connection),
        matches=MatchStore(connection),
        vectors=VectorStore(connection),
        examples=ExampleStore(connection),
        outbox=Outbox(connection),
        fanouts=FanoutStore(connection),
        chats=ChatStore(connection),
        updates=UpdateStore(connection),
        topics=TopicStore(connection),
        votes=VoteStore(connection),
        mutes=MuteStore(connection),
        conversations=ConversationStore(connection),
        changes=ChangeStore(connection),
        key_values=KeyValueStore(connection),
    )
