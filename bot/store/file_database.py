"""A database file, by SQLite: the default, which needs no server. One process works on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.errors import StoreError
from bot.store.backups import Copy, make_copy
from bot.store.file_condition import FileCondition
from bot.store.key_values import KeyValueStore
from bot.store.membership import Alone
from bot.store.migrate import migrate, refuse_unknown, stored_revision
from bot.store.schema import REVISION
from bot.store.sqlite import (
    Rescue,
    copy_database,
    create_file,
    looking_engine,
    reading_engine,
    reclaim_space,
    rescue_database,
    stamped,
    writing_engine,
)

if TYPE_CHECKING:
    from bot.store.database import Store


class FileDatabase:
    """See `bot.store.backend.Backend`."""

    def __init__(self, path: Path, writer: AsyncEngine, reader: AsyncEngine) -> None:
        """The engines are those of `bot.store.sqlite`, and belong to this database from now on."""
        self._path = path
        self._condition = FileCondition(path)
        self._planning = asyncio.Lock()
        self.writer = writer
        self.reader = reader
        self.membership = Alone()

    @classmethod
    def at(cls, path: Path) -> Self:
        """The database of a file, which is made if it is not there."""
        create_file(path)
        return cls(path, writing_engine(path), reading_engine(path))

    @property
    def place(self) -> str:
        return str(self._path)

    @property
    def identity(self) -> str:
        return str(self._condition.witness.file or "")

    @property
    def looks_wrong(self) -> bool:
        return self._condition.looks_wrong

    def watched(self) -> AbstractContextManager[None]:
        return self._condition.watched()

    def halt(self, error: StoreError) -> None:
        self._condition.halt(error)

    async def prepare(self, now: datetime) -> None:
        """If the database has tables that are migrated, the file is copied first."""
        with self.watched():
            await self._bring_up_to_date(now)
        self._condition.witness.note()

    async def _bring_up_to_date(self, now: datetime) -> None:
        """If it is at that revision already, this is a single query."""
        async with self.reader.connect() as connection:
            if await connection.run_sync(stored_revision, self._path) == REVISION:
                return
        async with self.writer.begin() as connection:
            # Another process may have migrated it meanwhile; from here on, none can.
            stored = await connection.run_sync(stored_revision, self._path)
            if stored == REVISION:
                return
            if stored is not None:
                refuse_unknown(stored, self._path)
                before = self._path.with_name(f"{self._path.name}.{stored}-{stamped(now)}.bak")
                await copy_database(self._path, before)
            await connection.run_sync(migrate)

    async def examine(self, store: Store) -> StoreError | None:
        return await self._condition.examine(store)

    async def read_anew(self, name: str) -> str | None:
        """Through a connection that is opened now: what is really at the path."""
        engine = looking_engine(self._path)
        try:
            with self.watched():
                async with engine.connect() as connection:
                    return await KeyValueStore(connection).get(name)
        finally:
            await engine.dispose()

    async def rescue(self, now: datetime) -> Rescue | None:
        witness = self._condition.witness
        taken = await rescue_database(
            self.writer,
            self._path,
            now,
            own=witness.file if self._condition.has_lost_log else None,
            is_elsewhere=witness.is_unmounted(),
        )
        if taken is None or not taken.is_in_use:
            return taken
        await self.reader.dispose()
        await self.writer.dispose()
        await self.claim()
        return taken

    async def claim(self) -> None:
        """Mark the file as the one that this instance has open; from now on `examine` tells it from any copy of it."""
        with self.watched():
            await self._condition.witness.mark(self.writer)
            async with self.reader.connect() as connection:
                await KeyValueStore(connection).get("")  # opens the log
                self._condition.witness.note()

    async def reclaim(self, turn: asyncio.Lock) -> int:
        return await reclaim_space(self._path, turn)

    async def copy_into(self, folder: Path, keep: int, now: datetime) -> Copy:
        return await make_copy(self._path, folder, keep, now)

    async def backup(self, path: Path) -> None:
        await copy_database(self._path, path)

    async def close(self) -> None:
        await self.reader.dispose()
        await self.writer.dispose()
        self._condition.witness.close()

    async def begin_writing(self, connection: AsyncConnection) -> None:
        """BEGIN IMMEDIATE has taken the lock already."""

    @asynccontextmanager
    async def reserved(self) -> AsyncIterator[AsyncConnection | None]:
        """Other processes only write what commands write; whoever plans sees it."""
        yield None

    @asynccontextmanager
    async def planning(self) -> AsyncIterator[None]:
        async with self._planning:
            yield
