"""What only SQLite can do: connections, BEGIN IMMEDIATE, full-text search, copies, and its errors in plain words.

Choices, with reasons:

- WAL: readers see a snapshot and never wait for the writer, nor it for them.
- `synchronous=FULL`: each commit reaches the disk. With NORMAL a power cut takes back the last commits, and
  then a command is lost whose update Telegram was already told to forget, and many messages that
  were marked as sent go out twice. It costs one fsync a commit, of which there are a few a second.
- Two engines: one connection that writes, always under BEGIN IMMEDIATE (a read before a write under a
  deferred BEGIN fails with "database is locked" when another process wrote in between); some that only read.

Not here: which tables there are, and what is asked of them.
"""

from __future__ import annotations

import asyncio
import os
import re
import sqlite3
import tempfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, Select, UnaryExpression, column, event, select, table
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.engine import URL, Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.operators import custom_op

from bot.errors import StoreError

__all__ = [
    "WORD_INDEX",
    "Insert",
    "add_words",
    "any_of",
    "copy_database",
    "create_file",
    "insert",
    "reading_engine",
    "remove_words",
    "translated",
    "with_words",
    "without_index",
    "writing_engine",
]

T = TypeVar("T")

_BUSY_SECONDS = 10
"""How long to wait for another process (`kabar outbox retry` beside `run`)."""

_PRAGMAS = (
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA journal_size_limit=67108864",  # bytes that the -wal file may keep after a burst
)


def create_file(path: Path) -> None:
    """Make an empty database file that only its owner can read (it holds chats), and its folder."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        is_new = path.stat().st_size == 0
    except OSError as error:
        raise StoreError(
            f"The database {path} cannot be opened: {error.strerror}. Check the folder's rights."
        ) from error
    if is_new:
        with translated(path), closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA auto_vacuum=INCREMENTAL")  # see `space`; later it would need a VACUUM
            connection.execute("PRAGMA journal_mode=WAL")  # writes the first page


def writing_engine(path: Path) -> AsyncEngine:
    """One connection; every transaction begins by taking the write lock."""
    return _engine(path, pool_size=1, more=0, begin="BEGIN IMMEDIATE", pragmas=_PRAGMAS)


def reading_engine(path: Path) -> AsyncEngine:
    """Connections that see one snapshot a transaction and cannot write: four are kept, more are made when needed.

    Without an upper limit, as tasks that read within reading could wait for one another for ever.
    """
    return _engine(path, pool_size=4, more=-1, begin="BEGIN", pragmas=(*_PRAGMAS, "PRAGMA query_only=ON"))


def _engine(path: Path, *, pool_size: int, more: int, begin: str, pragmas: tuple[str, ...]) -> AsyncEngine:
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        pool_size=pool_size,
        max_overflow=more,
        # The driver begins no transactions of its own; the "begin" event below does.
        connect_args={"isolation_level": None, "timeout": _BUSY_SECONDS},
        hide_parameters=True,  # article texts and chats stay out of errors and logs
    )

    def prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            if cursor.fetchone() != ("wal",):
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
        """A cursor of a cancelled unit may live on in a traceback, and with it the lock of a connection just closed."""
        with suppress(asyncio.CancelledError):
            connection.rollback()

    event.listen(engine.sync_engine, "invalidate", roll_back)
    event.listen(engine.sync_engine, "connect", prepare)
    event.listen(engine.sync_engine, "begin", begin_transaction)
    return engine


def without_index(column: ColumnElement[T]) -> ColumnElement[T]:
    """The column, so written that SQLite reads the table from end to end (https://www.sqlite.org/optoverview.html, 7.).

    For most of a large table that is many times faster than to look its rows up in the order of an index.
    """
    return UnaryExpression(column, operator=custom_op("+"), type_=column.type)


# --- full-text search ------------------------------------------------------------------------

WORD_INDEX: Final = "article_words"
"""FTS5 (https://www.sqlite.org/fts5.html), without contents, positions and lengths: which article has which word."""

_WHOLE: Final = re.compile("[0-9A-Za-z.,\u0080-\ud7ff\ue000-\U0010ffff]+")
"""What the index's tokenizer leaves in one piece."""

_words = table(WORD_INDEX, column(WORD_INDEX), column("rowid"), column("words"))
"""The hidden column of the table's own name takes commands, and is what MATCH is put to."""


async def add_words(connection: AsyncConnection, words: Iterable[tuple[int, str]]) -> None:
    """Index articles by number; their words are divided by blanks."""
    rows = [{"rowid": number, "words": line} for number, line in words]
    if rows:
        await connection.execute(plain_insert(_words), rows)


async def remove_words(connection: AsyncConnection, words: Iterable[tuple[int, str]]) -> None:
    """Take articles out of the index. The words must be those that were added: others would be left behind."""
    rows = [{WORD_INDEX: "delete", "rowid": number, "words": line} for number, line in words]
    if rows:
        await connection.execute(plain_insert(_words), rows)


def with_words(condition: str) -> Select[Any]:
    """The numbers (`rowid`) of the articles for which a condition made by `any_of` holds."""
    return select(_words.c.rowid).where(_words.c[WORD_INDEX].match(condition))


def any_of(words: Collection[str], beginnings: Collection[str]) -> str | None:
    """A condition for `with_words`: one of the words, or a word that begins so. None where nothing can be found.

    What FTS5 would take apart is left out: no word that was indexed looks like that.
    """
    told = [_quoted(word) for word in sorted(words) if _WHOLE.fullmatch(word)]
    told += [f"{_quoted(beginning)} *" for beginning in sorted(beginnings) if _WHOLE.fullmatch(beginning)]
    return " OR ".join(told) or None


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


# --- copies ----------------------------------------------------------------------------------


async def copy_database(source: Path, target: Path) -> None:
    """Write a consistent, compact copy to a new file while others read and write.

    The file appears under its name when it is whole and on the disk, not before. Its rights are 0600.
    """
    await asyncio.to_thread(_copy, source, target)


def _copy(source: Path, target: Path) -> None:
    if target.exists():
        raise StoreError(_there_already(target))
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
        os.close(handle)
        part = Path(name)
        try:
            with closing(sqlite3.connect(source, timeout=_BUSY_SECONDS, isolation_level=None)) as connection:
                connection.execute("VACUUM INTO ?", (name,))  # does not sync the file itself
            _sync(part)
            os.link(part, target)  # unlike a rename, refuses to replace a file that appeared meanwhile
        finally:
            part.unlink(missing_ok=True)
        _sync(target.parent)
    except FileExistsError as error:
        raise StoreError(_there_already(target)) from error
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror}.") from error
    except sqlite3.Error as error:
        raise StoreError(f"The copy {target} failed: {_explain(error, source) or error}") from error


def _there_already(target: Path) -> str:
    return f"{target} is there already. Choose a new file for the copy."


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# --- errors ----------------------------------------------------------------------------------


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what the disk or another process did to the database into a StoreError; bugs pass through."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        message = _explain(error.orig if isinstance(error, DBAPIError) else error, path)
        if message is None:
            raise
        raise StoreError(message) from error


def _explain(error: BaseException | None, path: Path) -> str | None:
    """What happened and what to do, or None for what only a bug can cause.

    The lower byte is SQLite's primary result code (https://www.sqlite.org/rescode.html).
    """
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else _messages(path).get(code & 0xFF)


def _messages(path: Path) -> dict[int, str]:
    unreadable = f"The database {path} cannot be opened. Check that the folder exists and this user may write in it."
    damaged = f"{path} is damaged or not a database. Move it away and put a copy made by `kabar backup` in its place."
    read_only = f"The database {path} is read-only. Give this user the right to write to it and its folder."
    locked = (
        f"The database {path} is locked by another program for more than {_BUSY_SECONDS} seconds. Close that first."
    )
    return {
        sqlite3.SQLITE_PERM: unreadable,
        sqlite3.SQLITE_BUSY: locked,
        sqlite3.SQLITE_LOCKED: locked,
        sqlite3.SQLITE_READONLY: read_only,
        sqlite3.SQLITE_IOERR: f"The disk under {path} reports an error. Check the disk and the system's log.",
        sqlite3.SQLITE_CORRUPT: damaged,
        sqlite3.SQLITE_FULL: f"The disk under {path} is full. Free some space; nothing that was stored is lost.",
        sqlite3.SQLITE_CANTOPEN: unreadable,
        sqlite3.SQLITE_NOTADB: damaged,
    }
