"""Long polling: updates are stored before the offset moves on (Bot API, getUpdates).

Not python-telegram-bot's Updater: that confirms updates when it has them in memory, and a crash loses them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from bot.errors import StoreError
from bot.model import ReceivedUpdate, UpdateId
from bot.ports import Clock, FaultPoints
from bot.store import Store, UnitOfWork
from bot.telegram.transport.client import RawUpdate, TelegramClient, TokenTakenError, UnreachableError
from bot.telegram.transport.incoming import KINDS
from bot.telegram.transport.waiting import STORE_PAUSE, Patience, unless

log = structlog.get_logger()

LONG_POLL = timedelta(seconds=50)

CONFLICTS_BORNE = 3
"""In a row. One alone is the echo of our own last process; another program brings one after the other."""

POSTED = "telegram.posted"
"""Set while updates are posted to a webhook: those that were not taken are behind others that were."""


class LongPolling:
    """Asks for updates. BadTokenError and TokenTakenError end it."""

    def __init__(self, client: TelegramClient, store: Store, clock: Clock, faults: FaultPoints) -> None:
        self._client = client
        self._store = store
        self._clock = clock
        self._faults = faults
        self._patience = Patience(clock)
        self._last: int | None = None
        """The last that this process was given."""

    async def begin(self) -> None:
        """Telegram hands out updates either way, never both. BadTokenError, UnreachableError."""
        await self._client.delete_webhook()

    async def listen(self, stop: asyncio.Event, wake: Callable[[], None]) -> None:
        conflicts = 0
        while not stop.is_set():
            try:
                await self._fetch(stop)
                wake()
            except TokenTakenError:
                conflicts += 1
                if conflicts >= CONFLICTS_BORNE:
                    raise
                log.warning("telegram-conflict", reason="another program asks for this bot's updates")
                await self._patience.pause(1.0, stop)
                continue
            except UnreachableError as error:
                await self._patience.wait_out(error, stop)
                continue
            except StoreError as error:
                log.error("telegram-waits", reason=str(error))  # noqa: TRY400 -- the reason says it all
                await self._patience.pause(STORE_PAUSE, stop)
                continue
            self._patience.over()
            conflicts = 0

    async def _fetch(self, stop: asyncio.Event) -> None:
        """After a webhook all that Telegram still has is asked for: an offset would confirm what was not taken."""
        async with self._store.read() as unit:
            offset = await unit.updates.offset() if self._last is None else self._last + 1
            after_webhook = await unit.key_values.get(POSTED) is not None
        wait = timedelta() if after_webhook else LONG_POLL
        found = await unless(stop, self._client.updates(None if after_webhook else offset, wait, KINDS))
        if found is None or not (found or after_webhook):
            return
        async with self._store.write() as unit:
            await keep(unit, found, self._clock.now())
            await unit.key_values.set(POSTED, None)
        if found:
            self._last = found[-1].id
            self._faults.reach("updates.stored")


async def keep(unit: UnitOfWork, found: Sequence[RawUpdate], now: datetime) -> None:
    """Store updates; those that are there already stay as they are."""
    await unit.updates.add([ReceivedUpdate(UpdateId(raw.id), raw.body, now) for raw in found])
