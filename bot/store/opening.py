"""Opening a database by its address: a file, or one of a server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import StoreError
from bot.store.backend import Backend
from bot.store.database import Store
from bot.store.file_database import FileDatabase
from bot.store.moving import UNDER_WAY


async def open_store(url: str, *, now: datetime) -> Store:
    """Open `sqlite:///PATH` or `postgresql://USER@HOST/NAME`, and make or migrate the tables first if needed.

    `now` goes into the name of the copy that is made of a file before a migration. Raises StoreError if the database
    cannot be used, belongs to another program, is damaged, or was migrated by a newer Kabar.
    """
    store = Store(_database_at(url))
    try:
        await store.prepare(now)
        await _refuse_half_moved(store)
    except BaseException:
        await store.close()
        raise
    return store


async def _refuse_half_moved(store: Store) -> None:
    async with store.read() as unit:
        if await unit.key_values.get(UNDER_WAY) is not None:
            raise StoreError(f"{store.place} has not got everything yet: run the same `kabar move-to` once more.")


@asynccontextmanager
async def open_database(url: str, *, now: datetime) -> AsyncIterator[Backend]:
    """The database itself, for who looks at all of it; its tables are up to date."""
    database = _database_at(url)
    try:
        await database.prepare(now)
        yield database
    finally:
        await database.close()


def _database_at(url: str) -> Backend:
    address = _parsed(url)
    if address.get_backend_name() != "postgresql":
        return FileDatabase.at(database_path(url))
    from bot.store.server_database import ServerDatabase  # noqa: PLC0415 -- what a database file does not need

    return ServerDatabase(address)


def database_path(url: str) -> Path:
    """The file of `sqlite:///PATH`. Raises StoreError for an address that is not one of a file."""
    parsed = _parsed(url)
    if parsed.get_backend_name() == "postgresql":
        raise StoreError("This is for a database file; yours is on a server (KABAR_DATABASE_URL).")
    if parsed.drivername not in {"sqlite", "sqlite+aiosqlite"}:
        raise StoreError(
            f"{parsed.drivername} databases are not supported. Use sqlite:////path/to/kabar.db or "
            "postgresql://user@host/kabar."
        )
    if not parsed.database or parsed.database == ":memory:" or parsed.query:
        raise StoreError("The database must be a file, without options. Write it as sqlite:////path/to/kabar.db.")
    return Path(parsed.database)


def is_on_server(url: str) -> bool:
    """Whether the address is that of a database server."""
    return _parsed(url).get_backend_name() == "postgresql"


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError as error:
        raise StoreError("The database address cannot be read. Write it as sqlite:////path/to/kabar.db.") from error
