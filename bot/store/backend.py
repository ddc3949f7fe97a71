"""What each kind of database does in its own way. All else in the store is the same on both."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.errors import StoreError
from bot.store.membership import Membership

if TYPE_CHECKING:
    from bot.store.backups import Copy
    from bot.store.database import Store
    from bot.store.sqlite import Rescue


class Backend(Protocol):
    """A database file (`FileDatabase`) or a database of a server (`ServerDatabase`)."""

    @property
    def reader(self) -> AsyncEngine:
        """Connections that cannot write, and see one snapshot in each transaction."""
        ...

    @property
    def writer(self) -> AsyncEngine:
        """A single connection."""
        ...

    @property
    def membership(self) -> Membership:
        """Who works on the database."""
        ...

    @property
    def place(self) -> str:
        """Where it is, as people are told."""
        ...

    @property
    def identity(self) -> str:
        """Which database is open, as it can be told apart from any other."""
        ...

    @property
    def looks_wrong(self) -> bool:
        """Whether an examination is due before its time."""
        ...

    def watched(self) -> AbstractContextManager[None]:
        """Errors of the block as StoreError, and noticed."""
        ...

    def halt(self, error: StoreError) -> None:
        """Let nobody use the database any more."""
        ...

    async def prepare(self, now: datetime) -> None:
        """Bring the tables to the revision of this program."""
        ...

    async def examine(self, store: Store) -> StoreError | None:
        """What is wrong with the database now, or was since the last call."""
        ...

    async def read_anew(self, name: str) -> str | None:
        """A value by its name, as others see it."""
        ...

    async def rescue(self, now: datetime) -> Rescue | None:
        """Save what the open connections still see; None where nothing can be saved. Nobody writes meanwhile."""
        ...

    async def claim(self) -> None:
        """This process is the one that works on the database."""
        ...

    async def reclaim(self, turn: asyncio.Lock) -> int:
        """Return free space to the disk; the bytes of a log that a reader keeps growing, else 0."""
        ...

    async def copy_into(self, folder: Path, keep: int, now: datetime) -> Copy:
        """Make a daily copy, and keep the newest `keep`."""
        ...

    async def backup(self, path: Path) -> None:
        """Write a copy to a new file."""
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...

    async def begin_writing(self, connection: AsyncConnection) -> None:
        """Wait until no other process writes, in a transaction that has just begun."""
        ...

    def reserved(self) -> AbstractAsyncContextManager[AsyncConnection | None]:
        """Let no other process write; the connection that can, where only one can."""
        ...

    def planning(self) -> AbstractAsyncContextManager[None]:
        """Let nobody else, in this or another process, plan what documents change."""
        ...
