"""A database of a PostgreSQL server: any number of processes work on it, on any number of machines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StoreError
from bot.store.condition import Condition
from bot.store.key_values import KeyValueStore
from bot.store.migrate import migrate, refuse_unknown, stored_revision
from bot.store.postgres import (
    MAKING_TABLES,
    PLANNING,
    WRITING,
    ServerMembership,
    hold,
    hold_until_commit,
    lasting_engine,
    make_tables,
    process_name,
    reading_engine,
    server_address,
    translated,
    writing_engine,
)
from bot.store.schema import REVISION

if TYPE_CHECKING:
    from bot.store.backups import Copy
    from bot.store.database import Store
    from bot.store.sqlite import Rescue

_COPY: Final = "The database is on a server: pg_dump makes a copy, pg_restore puts it back (docs/operating.md)."


class ServerDatabase:
    """See `bot.store.backend.Backend`."""

    def __init__(self, url: URL) -> None:
        self.place = server_address(url)
        self._condition = Condition(partial(translated, self.place), is_shared=True)
        process = process_name()
        self.writer = writing_engine(url, process)
        self.reader = reading_engine(url, process)
        self._planner = lasting_engine(url, process)
        self._planning = asyncio.Lock()
        self.membership = ServerMembership(lasting_engine(url, process), process, self._condition.watched)

    @property
    def identity(self) -> str:
        return self.place

    @property
    def looks_wrong(self) -> bool:
        return self._condition.looks_wrong

    def watched(self) -> AbstractContextManager[None]:
        return self._condition.watched()

    def halt(self, error: StoreError) -> None:
        self._condition.halt(error)

    async def prepare(self, now: datetime) -> None:  # noqa: ARG002 -- a file is copied first
        """Make the tables, or migrate them, while no other process does."""
        with self.watched():
            async with self.reader.connect() as connection:
                if await connection.run_sync(stored_revision, self.place) == REVISION:
                    return
            async with self.writer.begin() as connection:
                await hold_until_commit(connection, MAKING_TABLES)
                await hold_until_commit(connection, WRITING)
                stored = await connection.run_sync(stored_revision, self.place)
                if stored is None:
                    await connection.run_sync(make_tables, REVISION)
                elif stored != REVISION:
                    refuse_unknown(stored, self.place)
                    await connection.run_sync(migrate)

    async def examine(self, store: Store) -> StoreError | None:
        return await self._condition.examine(store)

    async def read_anew(self, name: str) -> str | None:
        with self.watched():
            async with self.reader.connect() as connection:
                return await KeyValueStore(connection).get(name)

    async def rescue(self, now: datetime) -> Rescue | None:  # noqa: ARG002 -- nothing of it is here
        return None

    async def claim(self) -> None:
        """The server knows who is connected."""

    async def reclaim(self, turn: asyncio.Lock) -> int:  # noqa: ARG002 -- the server's autovacuum does it
        return 0

    async def copy_into(self, folder: Path, keep: int, now: datetime) -> Copy:  # noqa: ARG002 -- as it says
        raise StoreError(_COPY)

    async def backup(self, path: Path) -> None:  # noqa: ARG002 -- as it says
        raise StoreError(_COPY)

    async def close(self) -> None:
        await self.membership.close()
        for engine in (self.reader, self.writer, self._planner):
            await engine.dispose()

    async def begin_writing(self, connection: AsyncConnection) -> None:
        """Wait until nobody else writes. So what a unit reads stays as it is until it commits, as on a file."""
        await hold_until_commit(connection, WRITING)

    @asynccontextmanager
    async def reserved(self) -> AsyncIterator[AsyncConnection | None]:
        async with self.writer.connect() as connection, hold(connection, WRITING):
            yield connection

    @asynccontextmanager
    async def planning(self) -> AsyncIterator[None]:
        with self.watched():
            async with self._planning, self._planner.connect() as connection, hold(connection, PLANNING):
                yield
