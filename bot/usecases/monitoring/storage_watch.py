"""Watches over the database: notices what is wrong with it, tells the admins, and saves what can be saved."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog

from bot.alerts.compose import notice
from bot.errors import AlreadyRunningError, StorageTrouble, StoreError
from bot.model import Chat, Notice
from bot.ports import Clock
from bot.store import Store
from bot.usecases.monitoring.admin_line import AdminLine
from bot.usecases.topics.watchlist import Audiences

log = structlog.get_logger()

EVERY: Final = 15.0
"""Seconds between two examinations, if nothing looks wrong."""

GLANCE: Final = 2.0
"""Seconds between two glances: whether the file is in its place, and nobody met an error. That costs a system call."""

WITHIN: Final = 30.0
"""Seconds that an examination may take. A disk that gives no answer at all has failed."""

OVER_AFTER: Final = 8
"""Examinations, two minutes of them, in which all was well before a trouble is over: a full disk has room for small
things. They are counted, as the clock may be set.
"""


class StorageWatch:
    """One for each running Kabar. `trouble` is what is wrong at present."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        audiences: Audiences,
        line: AdminLine,
        renew_lock: Callable[[], None],
        leads: Callable[[], bool] = lambda: True,
    ) -> None:
        """`leads`: whether this process tells the admins; others only bear it.

        `renew_lock`: makes the lock of the data folder anew where it was removed; raises if another Kabar has it.
        """
        self._store = store
        self._clock = clock
        self._audiences = audiences
        self._line = line
        self._renew_lock = renew_lock
        self._leads = leads
        self._trouble: StoreError | None = None
        self._well = 0
        self._last: StorageTrouble | None = None

    @property
    def trouble(self) -> StorageTrouble | None:
        return None if self._trouble is None else self._trouble.trouble

    async def run(self, stop: asyncio.Event) -> None:
        """Look now, every few seconds, and as soon as something looks wrong, until `stop` is set."""
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                await self.look()
                for _ in range(round(EVERY / GLANCE)):
                    await asyncio.wait({stopping}, timeout=GLANCE)
                    if stop.is_set() or self._store.looks_wrong:
                        break
        finally:
            stopping.cancel()

    async def look(self) -> None:
        """Examine the database once, do what has to be done, and tell what is owed."""
        if self._trouble is None or self._trouble.trouble is None or self._trouble.trouble.is_passing:
            error = await self._examine()
            if error is None:
                await self._be_well()
            else:
                await self._bear(error)
        if self._line.is_owing:
            await self._line.send()

    async def _examine(self) -> StoreError | None:
        error = None
        try:
            async with asyncio.timeout(WITHIN):
                error = await self._store.examine()
            self._renew_lock()
        except TimeoutError:
            return StoreError("The disk of the database gives no answer.", StorageTrouble.FAILING)
        except AlreadyRunningError as other:  # which uses a file of its own
            return StoreError(str(other), StorageTrouble.REPLACED)
        except StoreError as other:
            error = error or StoreError(str(other), other.trouble or StorageTrouble.FAILING)
        # A lock of another program is nothing unusual the first time it is met.
        is_first = error is not None and error.trouble is StorageTrouble.LOCKED is not self._last
        self._last = None if error is None else error.trouble
        return None if is_first else error

    async def _be_well(self) -> None:
        if self._trouble is None:
            await self._remember_admins()
            self._line.all_is_well()
            return
        self._well += 1
        if self._well >= OVER_AFTER:
            log.info("storage-well-again")
            self._tell(notice("storage-well", self._clock.now().isoformat()))
            self._line.all_is_well()
            self._trouble = None

    def _tell(self, content: Notice, trouble: StorageTrouble | None = None) -> None:
        """Of several processes one tells: who has led when the database last gave an answer."""
        if self._leads():
            self._line.tell(content, trouble)

    async def _remember_admins(self) -> None:
        try:
            async with self._store.read() as unit:
                admins = (await self._audiences.read(unit)).default
                self._line.remember([await unit.chats.get(to.chat) or Chat(to.chat) for to in admins])
        except StoreError as error:  # the next examination says so
            log.warning("admins-unread", reason=str(error))

    async def _bear(self, error: StoreError) -> None:
        """What is over by itself is waited out. Where the database is not what it was, nobody uses it any more."""
        self._well = 0
        trouble = error.trouble or StorageTrouble.FAILING
        now = self._clock.now()
        saved = ""
        if trouble in {StorageTrouble.GONE, StorageTrouble.REPLACED}:
            rescue = await self._store.rescue(now)
            if rescue is not None and rescue.is_in_use:
                log.error("storage-rescued", path=str(rescue.path), reason=str(error))
                self._renew_lock()
                self._tell(notice("storage-rescued", now.isoformat(), path=str(rescue.path)))
                return
            saved = "" if rescue is None else str(rescue.path)
        if not trouble.is_passing:
            self._store.halt(error)
        if self._trouble is None or self._trouble.trouble is not trouble:
            log.error("storage-trouble", trouble=trouble, reason=str(error).partition(". ")[0], saved=saved)
            if not self._line.was_told(trouble):
                self._tell(storage_notice(error, now, saved), trouble)
        self._trouble = error


def storage_notice(error: StoreError, now: datetime, saved: str = "") -> Notice:
    """What the admins are told. `saved`: the file that has what was open.

    Of the error they are told its first sentence: what has to be done, they are told in their language.
    """
    trouble = error.trouble or StorageTrouble.FAILING
    return notice(f"storage-{trouble}", now.isoformat(), reason=str(error).partition(". ")[0], saved=saved)
