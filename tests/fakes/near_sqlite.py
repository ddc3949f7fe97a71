"""Databases of the real store for tests that are about something else: without threads, or waiting for the disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Self

import aiosqlite
from sqlalchemy import event
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from bot.store import Store, open_store
from bot.store.file_database import FileDatabase
from bot.store.sqlite import reading_engine, writing_engine
from bot.store.sqlite.connections import BUSY_SECONDS


class NearConnection(aiosqlite.Connection):
    """Does what it is asked in the event loop's own thread; others have their turn before each statement.

    A thread that is asked and answers takes several times as long as the small questions of a dialogue.
    """

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._connection is None:
            raise ValueError("Connection closed")
        if fn.__name__ == "execute":
            await asyncio.sleep(0)
        return fn(*args, **kwargs)

    async def _connect(self) -> Self:
        self._connection = self._connector()
        return self

    def __await__(self) -> Any:
        return self._connect().__await__()

    async def close(self) -> None:
        self.stop()

    def stop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class NearDatabases:
    """The store's engines, made once for one database after another: what was compiled for a question is kept."""

    def __init__(self) -> None:
        self._path = Path()
        self._empty: bytes | None = None
        self._writer, self._reader = writing_engine(self._path), reading_engine(self._path)
        for engine in (self._writer, self._reader):
            # The pool's creator, since listeners to "do_connect" belong to the dialect, which engines of tests share.
            engine.sync_engine.pool._creator = partial(self._connect, engine.sync_engine.dialect)
            event.listen(engine.sync_engine, "connect", _do_not_wait_for_the_disk)

    async def new(self, path: Path) -> Store:
        """An empty store in this file; the one before must have been closed. Tables are made once, and copied."""
        if self._empty is None:
            await (await open_store(f"sqlite:///{path}", now=datetime.now(UTC))).close()
        self._copy(path)
        self._path = path
        return Store(FileDatabase(path, self._writer, self._reader))

    def _copy(self, path: Path) -> None:
        if self._empty is None:
            self._empty = path.read_bytes()
        else:
            path.write_bytes(self._empty)

    def _connect(self, dialect: Dialect, _entry: ConnectionPoolEntry | None = None) -> Any:
        def come_near(path: str, **more: Any) -> aiosqlite.Connection:
            near = aiosqlite.connect(path, **more)
            return NearConnection(near._connector, near._iter_chunk_size)

        return dialect.connect(str(self._path), isolation_level=None, timeout=BUSY_SECONDS, async_creator_fn=come_near)


def _do_not_wait_for_the_disk(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()
