"""Whether the database file is still the one that is in use, and whether what is in it is whole."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from secrets import randbelow
from typing import Final, Self

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import StorageTrouble, StoreError
from bot.store.sqlite.connections import DAMAGE_REMEDY, as_store_error, connect
from bot.store.sqlite.full_text import WORD_INDEX

_MOST_FINDINGS: Final = 20
_SHOWN: Final = 120
"""Characters of SQLite's own words that an error repeats."""

_LITTLE_SPACE: Final = 1_000_000
"""Bytes. With less, a write may succeed in space that the log has already, and the next one fail."""


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """What stays the same for as long as a file is the same file, whatever its name (inode(7))."""

    device: int
    inode: int

    @classmethod
    def of(cls, path: Path | int) -> Self | None:
        """The identity of what is at the path, or of an open file; None if nothing is there."""
        try:
            found = os.stat(path)  # noqa: PTH116 -- it may be an open file
        except OSError:
            return None
        return cls(found.st_dev, found.st_ino)

    def __str__(self) -> str:
        return f"{self.device}:{self.inode}"


class FileWitness:
    """Remembers which file the connections have open, and notices when the path leads elsewhere.

    Without it nobody would: connections go on with a file that was removed, until they are closed and it is lost.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.file: FileIdentity | None = None
        """What the connections have open."""
        self._folder: FileIdentity | None = None
        self._log: tuple[FileIdentity | None, ...] = ()
        self._mark: int | None = None
        self._handle: int | None = None
        """Kept open: closing a file that SQLite has open in this process, too, would cancel its locks on it
        (https://www.sqlite.org/howtocorrupt.html, section 2.2), and then another process would delete the log.
        """

    def note(self) -> None:
        """Remember what is at the path now. A connection must be open, so that there is a log, too."""
        self._log = self._log_now()
        self.file = FileIdentity.of(self._path)
        self._folder = FileIdentity.of(self._path.parent)

    async def mark(self, writer: AsyncEngine) -> None:
        """Write a number into the head of the file that no copy of it has (`copy_database` removes it).

        Without it, a copy that somebody writes into the same file would look like the database. The number is only
        relied on if it has reached the file, and not only its log.
        """
        mark = randbelow(2**31 - 1) + 1
        async with writer.connect() as connection:
            await connection.exec_driver_sql(f"PRAGMA user_version = {mark}")
            await connection.commit()
        async with writer.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None  # noqa: S101 -- it is connected
            await driver.rollback()
            await driver.execute("PRAGMA wal_checkpoint(PASSIVE)")
        self.close()
        self._handle = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        self._mark = mark if self._mark_now() == mark else None

    def close(self) -> None:
        """Close the file. No connection to it may be open in this process."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _mark_now(self) -> int | None:
        """The number in the head of the file that was marked (https://www.sqlite.org/fileformat2.html, section 1.3).

        None if this is no such head.
        """
        head = b"" if self._handle is None else os.pread(self._handle, 100, 0)
        if len(head) < 100 or not head.startswith(b"SQLite format 3\0"):
            return None
        return int.from_bytes(head[60:64])

    def trouble(self) -> StoreError | None:
        """What has become of the file; None if it is in its place."""
        now = FileIdentity.of(self._path)
        if self.file is None:
            return None
        if now is None:
            return StoreError(f"The database {self._path} was removed while Kabar runs.", StorageTrouble.GONE)
        if now != self.file or (self._mark is not None and self._mark_now() not in {self._mark, None}):
            return StoreError(
                f"Another database is at {self._path} than the one that this Kabar has open.", StorageTrouble.REPLACED
            )
        return None

    def is_log_gone(self) -> bool:
        """Whether the log, or its index in shared memory, is another file than before, or none.

        That is also so once all connections were closed. It says why something fails, not that something does.
        """
        return self._log_now() != self._log

    def _log_now(self) -> tuple[FileIdentity | None, ...]:
        return tuple(FileIdentity.of(Path(f"{self._path}{ending}")) for ending in ("-wal", "-shm"))

    def is_unmounted(self) -> bool:
        """Whether the folder is on another device than before: its file system was unmounted, and may come back."""
        folder = FileIdentity.of(self._path.parent)
        return folder is not None and self._folder is not None and folder.device != self._folder.device


async def find_damage(path: Path, *, with_words: bool = False) -> StoreError | None:
    """Read the whole database on a connection of its own, and compare each index with its table.

    That takes about 3 ms a megabyte. Writers and readers go on meanwhile. `with_words`: compare the full-text index
    with itself, too, which needs a moment of the write lock.

    Sources: https://www.sqlite.org/pragma.html#pragma_integrity_check and the "integrity-check" command of
    https://www.sqlite.org/fts5.html.
    """
    return await asyncio.to_thread(_find_damage, path, with_words)


def _find_damage(path: Path, with_words: bool) -> StoreError | None:
    try:
        with closing(connect(path)) as connection:
            rows = connection.execute(f"PRAGMA integrity_check({_MOST_FINDINGS})").fetchall()
            found = [str(row[0]) for row in rows]
            if found == ["ok"] and with_words:
                connection.execute(f"INSERT INTO {WORD_INDEX}({WORD_INDEX}) VALUES ('integrity-check')")  # noqa: S608 -- a constant name
    except sqlite3.Error as error:
        known = as_store_error(error, path)
        return known or StoreError(f"{path} is damaged ({error}). {DAMAGE_REMEDY}", StorageTrouble.DAMAGED)
    if found == ["ok"]:
        return None
    what = " ".join(found[0].split())[:_SHOWN] if found else "no answer"
    return StoreError(f"{path} is damaged ({what}). {DAMAGE_REMEDY}", StorageTrouble.DAMAGED)


def space_trouble(path: Path) -> StoreError | None:
    """Whether hardly any space is left on the disk of the database."""
    try:
        disk = os.statvfs(path.parent)
    except OSError:
        return None
    if disk.f_bavail * disk.f_frsize >= _LITTLE_SPACE:
        return None
    return StoreError(
        f"The disk under {path} is full. Free some space; nothing that was stored is lost.", StorageTrouble.FULL
    )
