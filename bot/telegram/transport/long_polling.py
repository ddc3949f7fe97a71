"""Receives updates by long polling. Updates are stored before they are confirmed.

Telegram considers an update confirmed as soon as getUpdates is called with a higher offset (Bot API, "getUpdates").
python-telegram-bot's Updater is not used, because it confirms updates that exist only in memory and are lost in a
crash.
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

BREATH = 1.0
"""Seconds between two requests if the first had nothing to say and did not wait: that is not how Telegram answers."""

CONFLICTS_BORNE = 3
"""Number of 409 responses in a row after which to give up.

A single one can be caused by the last getUpdates of our previous process; another program causes one after the other.
"""

POSTED = "telegram.posted"
"""Key that is set while a webhook is used. Then updates may arrive out of order, so one that was not delivered yet may
have a lower id than one that was.
"""


class LongPolling:
    """Calls getUpdates until it is stopped. Raises BadTokenError or TokenTakenError."""

    def __init__(self, client: TelegramClient, store: Store, clock: Clock, faults: FaultPoints) -> None:
        self._client = client
        self._store = store
        self._clock = clock
        self._faults = faults
        self._patience = Patience(clock)
        self._last: int | None = None
        """Id of the last update that this process received."""

    async def begin(self) -> None:
        """Remove a webhook, if there is one. Raises BadTokenError or UnreachableError."""
        await self._client.delete_webhook()

    async def listen(self, stop: asyncio.Event, wake: Callable[[], None]) -> None:
        conflicts = 0
        while not stop.is_set():
            try:
                if not await self._fetch(stop):
                    await self._patience.pause(BREATH, stop)
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

    async def _fetch(self, stop: asyncio.Event) -> bool:
        """Request updates and store them. False if there were none, although no time was spent on waiting for them.

        After a webhook was used, the first request has no offset, because an offset would also confirm older updates
        that were not delivered.
        """
        async with self._store.read() as unit:
            offset = await unit.updates.offset() if self._last is None else self._last + 1
            after_webhook = await unit.key_values.get(POSTED) is not None
        wait = timedelta() if after_webhook else LONG_POLL
        asked_at = asyncio.get_running_loop().time()
        found = await unless(stop, self._client.updates(None if after_webhook else offset, wait, KINDS))
        if found is None:
            return True
        if not (found or after_webhook):
            return asyncio.get_running_loop().time() - asked_at >= BREATH
        async with self._store.write() as unit:
            await keep(unit, found, self._clock.now())
            await unit.key_values.set(POSTED, None)
        if found:
            self._last = found[-1].id
            self._faults.reach("updates.stored")
        return True


async def keep(unit: UnitOfWork, found: Sequence[RawUpdate], now: datetime) -> None:
    """Store updates. Those that are stored already are left unchanged."""
    await unit.updates.add([ReceivedUpdate(UpdateId(raw.id), raw.body, now) for raw in found])
