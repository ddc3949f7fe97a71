"""The condition of a database: whether it may be used, and what errors were met."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from secrets import token_hex
from typing import TYPE_CHECKING, Final

from bot.errors import StorageTrouble, StoreError

if TYPE_CHECKING:
    from bot.store.database import Store

_PULSE: Final = "pulse"
"""A value that is written and read back through a new connection: only then both see the same database."""


class Condition:
    """What is known of a database: the last error, and whether all work on it has ended."""

    def __init__(self, translated: Callable[[], AbstractContextManager[None]], *, is_shared: bool) -> None:
        """`translated`: turns errors of the kind of database into a StoreError. `is_shared`: others write, too."""
        self._translated = translated
        self._is_shared = is_shared
        self._halted: StoreError | None = None
        self._noticed: StoreError | None = None

    @property
    def looks_wrong(self) -> bool:
        """Whether somebody has met an error since the last examination."""
        return self._halted is None and self._noticed is not None

    def halt(self, error: StoreError) -> None:
        """Let nobody use the database any more: each unit of work raises this error."""
        self._halted = error

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Errors of the block as StoreError, and noticed; raises where the database is not used any more."""
        if self._halted is not None:
            raise StoreError(str(self._halted), self._halted.trouble)
        try:
            with self._translated():
                yield
        except StoreError as error:
            if error.trouble is not None:
                self._noticed = error
            raise

    async def examine(self, store: Store) -> StoreError | None:
        """What is wrong with the database now, or was since the last call; None if all is well."""
        noticed, self._noticed = self._noticed, None
        found = await self.find_trouble(store)
        self._noticed = None  # by this very examination
        return found or noticed

    async def find_trouble(self, store: Store) -> StoreError | None:
        """Write a value and read it back through a new connection."""
        pulse = token_hex(8)
        try:
            async with store.write() as unit:
                await unit.key_values.set(_PULSE, pulse)
        except StoreError as error:
            return error
        try:
            seen = await store.read_anew(_PULSE)
        except StoreError as error:
            return self.explain(error)
        if seen == pulse or (self._is_shared and seen is not None):  # it may be that of another process
            return None
        message = f"What is in {store.place} is not what this Kabar has written."
        return self.explain(StoreError(message, StorageTrouble.REPLACED))

    def explain(self, error: StoreError) -> StoreError:
        """What lies behind an error of a new connection, where that is known."""
        return error
