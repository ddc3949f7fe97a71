"""Connections to the database file, and its errors in plain words.

Choices, with reasons:

- WAL: readers see a snapshot, and readers and the writer never wait for each other.
- `synchronous=FULL`: each commit reaches the disk. With NORMAL, a power cut undoes the last commits: a command would
  be lost whose update Telegram has already been told to forget, and many messages that were marked as sent would be
  sent again. The price is one fsync for each commit, of which there are a few a second.
- Two engines: one connection writes, and each of its transactions begins with BEGIN IMMEDIATE (a read before a write
  under a deferred BEGIN fails with "database is locked" when another process wrote in between); the others only read.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from sqlalchemy import event
from sqlalchemy.engine import URL, Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.config.data_folder import make_data_folder
from bot.errors import StorageTrouble, StoreError

BUSY_SECONDS: Final[float] = 10
"""How long to wait for another process (`kabar outbox retry` beside `run`)."""

DAMAGE_REMEDY: Final = (
    "Stop Kabar. `kabar restore` puts the newest copy in its place; `kabar doctor --repair` saves what can be read."
)

_PRAGMAS: Final = (
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA journal_size_limit=67108864",  # bytes that the -wal file may keep after a burst
)


def create_file(path: Path) -> None:
    """Make an empty database file that only its owner can read (it holds chats), and its folder."""
    try:
        make_data_folder(path.parent)
        # Only a new file: closing one that is in use would cancel SQLite's locks on it (howtocorrupt.html, 2.2).
        if not path.is_file():
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        is_new = path.stat().st_size == 0
    except OSError as error:
        raise StoreError(
            f"The database {path} cannot be opened: {error.strerror}. Check the folder's rights."
        ) from error
    if is_new:
        with translated(path), closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA auto_vacuum=INCREMENTAL")  # see `vacuum`; set later, it would need a VACUUM
            connection.execute("PRAGMA journal_mode=WAL")  # writes the first page


def has_content(path: Path) -> bool:
    """Whether there is anything in the file; false if there is none."""
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


def writing_engine(path: Path) -> AsyncEngine:
    """A single connection; each of its transactions takes the write lock when it begins."""
    return _engine(path, pool_size=1, more=0, begin="BEGIN IMMEDIATE", pragmas=_PRAGMAS)


def reading_engine(path: Path) -> AsyncEngine:
    """Connections that cannot write, and see one snapshot for each transaction. Four are kept open.

    There is no upper limit: tasks that open a read unit inside another one could wait for each other forever.
    """
    return _engine(path, pool_size=4, more=-1, begin="BEGIN", pragmas=(*_PRAGMAS, "PRAGMA query_only=ON"))


def looking_engine(path: Path) -> AsyncEngine:
    """A connection that takes the file at the path as it is; the other engines may have another one open."""
    return _engine(path, pool_size=1, more=0, begin="BEGIN", pragmas=("PRAGMA query_only=ON",), as_log=False)


def connect(path: Path, patience: float = BUSY_SECONDS) -> sqlite3.Connection:
    """A connection to an existing database, outside of the engines. It begins no transactions of its own."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=patience, isolation_level=None)


def _engine(
    path: Path, *, pool_size: int, more: int, begin: str, pragmas: tuple[str, ...], as_log: bool = True
) -> AsyncEngine:
    engine = create_async_engine(
        # mode=rw: a connection that is opened later must not make a new, empty file where the database was removed.
        URL.create("sqlite+aiosqlite", database=path.absolute().as_uri(), query={"mode": "rw", "uri": "true"}),
        pool_size=pool_size,
        max_overflow=more,
        # The driver begins no transactions of its own; the "begin" event below does.
        connect_args={"isolation_level": None, "timeout": BUSY_SECONDS},
        hide_parameters=True,  # article texts and chats stay out of errors and logs
    )

    def prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        try:
            if as_log:
                cursor.execute("PRAGMA journal_mode=WAL")
            if as_log and cursor.fetchone() != ("wal",):
                raise StoreError(
                    f"The file system of {path} does not support SQLite's write-ahead log. "
                    "Put the data folder on a local disk (KABAR_DATA)."
                )
            for pragma in pragmas:
                cursor.execute(pragma)
        finally:
            cursor.close()

    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    def roll_back(connection: DBAPIConnection, _entry: ConnectionPoolEntry, _error: BaseException | None) -> None:
        """Release the lock: a cursor of a cancelled unit may live on in a traceback, and keep the connection open."""
        with suppress(asyncio.CancelledError):
            connection.rollback()

    event.listen(engine.sync_engine, "invalidate", roll_back)
    event.listen(engine.sync_engine, "connect", prepare)
    event.listen(engine.sync_engine, "begin", begin_transaction)
    return engine


# --- errors ----------------------------------------------------------------------------------


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn errors that the disk or another process caused into a StoreError; errors that only a bug causes pass."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        known = as_store_error(error.orig if isinstance(error, DBAPIError) else error, path)
        if known is None:
            raise
        raise known from error


def as_store_error(error: BaseException | None, path: Path) -> StoreError | None:
    """What happened and what to do about it; None for an error that only a bug can cause.

    The lower byte is SQLite's primary result code (https://www.sqlite.org/rescode.html). One extended code says more.
    """
    code = getattr(error, "sqlite_errorcode", None)
    trouble = None if code is None else _TROUBLES.get(code) or _TROUBLES.get(code & 0xFF)
    if trouble is None:
        return None
    if trouble is StorageTrouble.FAILING and not path.exists():
        trouble = StorageTrouble.GONE
    return StoreError(_messages(path)[trouble], trouble)


_TROUBLES: Final = {
    sqlite3.SQLITE_PERM: StorageTrouble.FAILING,
    sqlite3.SQLITE_BUSY: StorageTrouble.LOCKED,
    sqlite3.SQLITE_LOCKED: StorageTrouble.LOCKED,
    sqlite3.SQLITE_READONLY: StorageTrouble.READ_ONLY,
    sqlite3.SQLITE_READONLY_DBMOVED: StorageTrouble.GONE,
    sqlite3.SQLITE_IOERR: StorageTrouble.FAILING,
    sqlite3.SQLITE_CORRUPT: StorageTrouble.DAMAGED,
    sqlite3.SQLITE_FULL: StorageTrouble.FULL,
    sqlite3.SQLITE_CANTOPEN: StorageTrouble.FAILING,
    sqlite3.SQLITE_NOTADB: StorageTrouble.DAMAGED,
}


def _messages(path: Path) -> dict[StorageTrouble, str]:
    return {
        StorageTrouble.DAMAGED: f"{path} is damaged or not a database. {DAMAGE_REMEDY}",
        StorageTrouble.GONE: f"The database {path} is gone. Stop Kabar; `kabar restore` puts the newest copy there.",
        StorageTrouble.READ_ONLY: (
            f"The database {path} is read-only. Give this user the right to write to it and its folder."
        ),
        StorageTrouble.FULL: f"The disk under {path} is full. Free some space; nothing that was stored is lost.",
        StorageTrouble.LOCKED: (
            f"The database {path} is locked by another program for more than {BUSY_SECONDS} seconds. Close that first."
        ),
        StorageTrouble.FAILING: (
            f"The database {path} cannot be opened or read. Check the disk and the system's log, and that this user "
            "may write in its folder."
        ),
    }
