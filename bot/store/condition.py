"""The condition of the database: whether it may be used, and examining it while it is in use."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Final

from bot.errors import StorageTrouble, StoreError
from bot.store.sqlite import FileWitness, find_damage, space_trouble, translated

if TYPE_CHECKING:
    from bot.store.database import Store

_PULSE: Final = "pulse"
"""A value that is written and read back through a new connection: only then both see the same database."""

_AT_LEAST: Final = 20.0
"""Seconds between two readings of the whole database."""

_SHARE: Final = 0.005
_SHARE_AFTER_A_CHANGE: Final = 0.02
"""How much of the time the database may be read as a whole: a large one is read less often. The file changes when its
log is copied into it, and when somebody else writes into it.
"""


class Condition:
    """What is known of the database: the file that is open, the last error, and whether all work on it has ended."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.witness = FileWitness(path)
        self.has_lost_log = False
        """Whether the last examination has found that only the log is gone, and the file is ours."""
        self._halted: StoreError | None = None
        self._noticed: StoreError | None = None
        self._read_at: float | None = None
        self._read_took = 0.0
        self._changed: int | None = None

    @property
    def halted(self) -> StoreError | None:
        """Why the database is not used any more; None if it is used."""
        return self._halted

    @property
    def looks_wrong(self) -> bool:
        """Whether somebody has met an error since the last examination, or the file is not in its place."""
        return self._halted is None and (self._noticed is not None or self.witness.trouble() is not None)

    def halt(self, error: StoreError) -> None:
        """Let nobody use the database any more: each unit of work raises this error."""
        self._halted = error

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Errors of the block as StoreError, and noticed; raises where the database is not used any more."""
        if self._halted is not None:
            raise StoreError(str(self._halted), self._halted.trouble)
        try:
            with translated(self.path):
                yield
        except StoreError as error:
            if error.trouble is not None:
                self._noticed = error
            raise

    async def examine(self, store: Store) -> StoreError | None:
        """What is wrong with the database now, or was since the last call; None if all is well.

        Looks at the file, writes a value, reads it back through a new connection, and from time to time reads the whole
        database.
        """
        self.has_lost_log = False
        noticed, self._noticed = self._noticed, None
        if (moved := self.witness.trouble()) is not None:
            return moved
        found = await self._find_trouble(store)
        self._noticed = None  # by this very examination
        # The file may have been removed or replaced meanwhile, which shows as other errors.
        return self.witness.trouble() or found or noticed

    async def _find_trouble(self, store: Store) -> StoreError | None:
        pulse = token_hex(8)
        try:
            async with store.write() as unit:
                await unit.key_values.set(_PULSE, pulse)
        except StoreError as error:
            return error
        try:
            seen = await store.read_anew(_PULSE)
        except StoreError as error:
            return self._log_trouble() or error
        if seen != pulse:
            message = f"What is in {self.path} is not what this Kabar has written."
            return self._log_trouble() or StoreError(message, StorageTrouble.REPLACED)
        return space_trouble(self.path) or await self._read_all()

    def _log_trouble(self) -> StoreError | None:
        """Why the database cannot be read by others, where its log was removed. They do not see what is in ours."""
        self.has_lost_log = self.witness.is_log_gone()
        if not self.has_lost_log:
            return None
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
