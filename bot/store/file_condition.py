"""The condition of a database file, examined while it is in use: whether it is in its place, and whole."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.errors import StorageTrouble, StoreError
from bot.store.condition import Condition
from bot.store.sqlite import FileWitness, find_damage, space_trouble, translated

if TYPE_CHECKING:
    from bot.store.database import Store

_AT_LEAST: Final = 20.0
"""Seconds between two readings of the whole database."""

_SHARE: Final = 0.005
_SHARE_AFTER_A_CHANGE: Final = 0.02
"""How much of the time the database may be read as a whole: a large one is read less often. The file changes when its
log is copied into it, and when somebody else writes into it.
"""


class FileCondition(Condition):
    """What is known of a database file: which one is open, too."""

    def __init__(self, path: Path) -> None:
        super().__init__(partial(translated, path), is_shared=False)
        self.path = path
        self.witness = FileWitness(path)
        self.has_lost_log = False
        """Whether the last examination has found that only the log is gone, and the file is ours."""
        self._read_at: float | None = None
        self._read_took = 0.0
        self._changed: int | None = None

    @property
    def looks_wrong(self) -> bool:
        """Whether somebody has met an error since the last examination, or the file is not in its place."""
        return self._halted is None and (self._noticed is not None or self.witness.trouble() is not None)

    async def examine(self, store: Store) -> StoreError | None:
        """What is wrong with the database now, or was since the last call; None if all is well.

        Looks at the file, writes a value, reads it back through a new connection, and from time to time reads the whole
        database.
        """
        self.has_lost_log = False
        if (moved := self.witness.trouble()) is not None:
            self._noticed = None
            return moved
        found = await super().examine(store)
        # The file may have been removed or replaced meanwhile, which shows as other errors.
        return self.witness.trouble() or found

    async def find_trouble(self, store: Store) -> StoreError | None:
        return await super().find_trouble(store) or space_trouble(self.path) or await self._read_all()

    def explain(self, error: StoreError) -> StoreError:
        """The log may have been removed: then others do not see what is in ours."""
        self.has_lost_log = self.witness.is_log_gone()
        if not self.has_lost_log:
            return error
        return StoreError(f"The log of {self.path} was removed while Kabar runs.", StorageTrouble.GONE)

    async def _read_all(self) -> StoreError | None:
        """Damage, if it is time to look for it."""
        now, changed = time.monotonic(), self.path.stat().st_mtime_ns
        share = _SHARE if changed == self._changed else _SHARE_AFTER_A_CHANGE
        if self._read_at is not None and now - self._read_at < max(_AT_LEAST, self._read_took / share):
            return None
        self._read_at, self._changed = now, changed
        found = await find_damage(self.path)
        self._read_took = time.monotonic() - now
        return found
