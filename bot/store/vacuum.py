"""Giving the disk back what forgetting has freed, in steps for which nobody waits long.

- `auto_vacuum=INCREMENTAL` instead of VACUUM: that writes the whole database anew, for which all writing waits, and
  needs the room for a second one, which a full disk does not have. Here some pages at the end of the file change
  their places with free ones, a step a transaction. A database from before that is rewritten once, when much is free.
- Some pages stay free: tomorrow's news fill what yesterday's leave.
- The -wal file begins anew once nobody reads what is in it, and keeps its size then. After a reader that took its time
  it is cut here.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

LARGEST_LOG: Final = 16_000_000
"""Bytes of the -wal file that nobody minds."""

_MUCH: Final = 0.2
"""The share of free pages from which they are given back, until half as many are left."""

_FEW: Final = 1_000
"""Pages, of 4 KB each, that are not worth it."""

_STEP: Final = 250
"""Pages a transaction moves: some 20 ms."""

_INCREMENTAL: Final = 2
_PATIENCE: Final = 0.2
"""Seconds that writers may wait for a reader to let the log begin anew."""


@dataclass(frozen=True, slots=True)
class Pages:
    """How many a database has, and how free ones can be given back."""

    count: int
    free: int
    mode: int
    """https://www.sqlite.org/pragma.html#pragma_auto_vacuum"""

    @property
    def steps(self) -> int:
        """How often `give_back` is worth it."""
        if self.free < max(_FEW, self.count * _MUCH):
            return 0
        return round(self.free - self.count * _MUCH / 2) // _STEP

    @property
    def move_in_steps(self) -> bool:
        return self.mode == _INCREMENTAL


def pages_of(path: Path) -> Pages:
    with _connected(path) as connection:
        names = ("page_count", "freelist_count", "auto_vacuum")
        return Pages(*[int(connection.execute(f"PRAGMA {name}").fetchone()[0]) for name in names])


def give_back(path: Path) -> None:
    """One step, in a transaction of its own."""
    with _connected(path) as connection:
        # As a script: it gives a row a page, without columns, and `execute` stops at the first.
        connection.executescript(f"PRAGMA incremental_vacuum({_STEP});")


def rewrite(path: Path) -> None:
    """All at once, and so that it is never needed again."""
    with _connected(path) as connection:
        connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
        connection.execute("VACUUM")


def cut_log(path: Path, wanted: int) -> int:
    """Cut a -wal file of more than the wanted bytes; its own where it is large and somebody reads what is in it, or 0.

    The database itself is no shorter before that.
    """
    log = path.with_name(f"{path.name}-wal")
    size = log.stat().st_size if log.exists() else 0
    if size <= wanted:
        return 0
    with _connected(path, _PATIENCE) as connection:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return size if busy and size > LARGEST_LOG else 0


def _connected(path: Path, patience: float = 10.0) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(path, timeout=patience, isolation_level=None))
