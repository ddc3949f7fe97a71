"""The receiving side of the bot: connects, sets the menus, receives updates (long polling or webhook), handles them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.errors import StoreError
from bot.ports import Clock, FaultPoints
from bot.store import Store
from bot.telegram.commands import Commands
from bot.telegram.transport.client import BotIdentity, TelegramClient, UnreachableError
from bot.telegram.transport.handling import UpdateHandler
from bot.telegram.transport.long_polling import LongPolling
from bot.telegram.transport.waiting import STORE_PAUSE, Patience, unless
from bot.telegram.transport.webhook import PostedUpdates
from bot.text.locales import load_catalogues

log = structlog.get_logger()


class TelegramService:
    """`run` ends when `stop` is set, or raises BadTokenError or TokenTakenError."""

    def __init__(
        self,
        client: TelegramClient,
        store: Store,
        clock: Clock,
        commands: Commands,
        ready: Callable[[BotIdentity], Awaitable[None]],
        faults: FaultPoints,
        posted: PostedUpdates | None = None,
    ) -> None:
        """`ready` is called once Telegram has been reached, because the one-time link needs the bot's username.

        `posted`: the receiver of webhook updates; None means long polling.
        """
        self._client = client
        self._store = store
        self._clock = clock
        self._commands = commands
        self._ready = ready
        self._faults = faults
        self._source = posted or LongPolling(client, store, clock, faults)

    async def run(self, stop: asyncio.Event) -> None:
        identity = await self._connect(stop)
        if identity is None:
            return
        handler = UpdateHandler(self._store, self._clock, self._commands, self._faults, identity.username)
        ended = asyncio.Event()
        tasks = [
            asyncio.create_task(self._source.listen(stop, handler.wake)),
            asyncio.create_task(handler.run(ended)),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ended.set()
            tasks[0].cancel()
            await asyncio.wait(tasks)
        for task in tasks:
            if not task.cancelled():
                task.result()

    async def _connect(self, stop: asyncio.Event) -> BotIdentity | None:
        """Connect, however long the network is down. None if `stop` is set meanwhile."""
        patience = Patience(self._clock)
        while not stop.is_set():
            try:
                identity = await unless(stop, self._client.identity())
                if identity is None:
                    return None
                await self._source.begin()
            except UnreachableError as error:
                await patience.wait_out(error, stop)
                continue
            await asyncio.to_thread(load_catalogues)
            log.info("telegram-connected", bot=f"@{identity.username}")
            if await self._greeted(identity):
                return identity
            await patience.pause(STORE_PAUSE, stop)
        return None

    async def _greeted(self, identity: BotIdentity) -> bool:
        """False where the database cannot be used: who watches over it has told of that, and nothing ends for it."""
        try:
            await self._commands.offer_menus()
            await self._ready(identity)
        except StoreError as error:
            log.error("telegram-waits", reason=str(error))  # noqa: TRY400 -- the reason says it all
            return False
        return True
