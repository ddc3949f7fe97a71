"""Returning free space to the disk, in small steps so that no writer waits long.

- `auto_vacuum=INCREMENTAL` instead of VACUUM. VACUUM rewrites the whole database: all writers wait for that, and it
  needs room for a second copy, which a full disk does not have. An incremental vacuum moves some pages from the end of
  the file into free places, one step for each transaction. A database that was made before this setting is rewritten
  once, when much of it is free.
- Some pages stay free: they take the articles of the next day.
- SQLite starts the -wal file again from its beginning once nobody reads what is in it, but does not shorten it. After
  a reader that took a long time, it is cut here.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.store.sqlite.connections import BUSY_SECONDS, connect

_LARGEST_LOG: Final = 16_000_000
"""Bytes that the -wal file may have."""

_MUCH: Final = 0.2
"""The share of free pages from which space is returned, until half of that share is left."""

_FEW: Final = 1_000
"""So many free pages, of 4 KB each, are not worth returning."""

_STEP: Final = 250
"""Pages that one transaction moves: about 20 ms."""

_INCREMENTAL: Final = 2
_PATIENCE: Final = 0.2
"""Seconds that writers may wait for a reader, so that the log can be cut."""


async def reclaim_space(path: Path, turn: asyncio.Lock) -> int:
    """Return what is free to the disk. `turn` is the lock of those who write, taken for one step at a time.

    Returns the bytes of the write-ahead log if it grows because somebody keeps reading an old state, else 0.
    """
    pages = await asyncio.to_thread(_pages_of, path)
    steps = [_give_back] * pages.steps if pages.move_in_steps else [_rewrite] * bool(pages.steps)
    for step in steps:
        async with turn:
            await asyncio.to_thread(step, path)
    async with turn:
        return await asyncio.to_thread(_cut_log, path, 0 if steps else _LARGEST_LOG)


@dataclass(frozen=True, slots=True)
class _Pages:
    """How many pages a database has, and how free ones can be returned."""

    count: int
    free: int
    mode: int
    """See https://www.sqlite.org/pragma.html#pragma_auto_vacuum."""

    @property
    def steps(self) -> int:
        """How many steps are worth taking."""
        if self.free < max(_FEW, self.count * _MUCH):
            return 0
        return round(self.free - self.count * _MUCH / 2) // _STEP

    @property
    def move_in_steps(self) -> bool:
        """Whether the database allows incremental vacuums."""
        return self.mode == _INCREMENTAL


def _pages_of(path: Path) -> _Pages:
    with _connected(path) as connection:
        names = ("page_count", "freelist_count", "auto_vacuum")
        return _Pages(*[int(connection.execute(f"PRAGMA {name}").fetchone()[0]) for name in names])


def _give_back(path: Path) -> None:
    """One step, in a transaction of its own."""
    with _connected(path) as connection:
        # As a script: the statement yields one empty row for each page, and `execute` stops at the first.
        connection.executescript(f"PRAGMA incremental_vacuum({_STEP});")


def _rewrite(path: Path) -> None:
    """Rewrite the whole database, with the setting that makes steps possible from now on."""
    with _connected(path) as connection:
        connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
        connection.execute("VACUUM")


def _cut_log(path: Path, wanted: int) -> int:
    """Cut a -wal file that is larger than wanted. Returns its size where it stays large because of a reader, else 0.

    Only this shortens the database file as well.
    """
    log = path.with_name(f"{path.name}-wal")
    size = log.stat().st_size if log.exists() else 0
    if size <= wanted:
        return 0
    with _connected(path, _PATIENCE) as connection:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return size if busy and size > _LARGEST_LOG else 0


def _connected(path: Path, patience: float = BUSY_SECONDS) -> closing[sqlite3.Connection]:
    return closing(connect(path, patience))
