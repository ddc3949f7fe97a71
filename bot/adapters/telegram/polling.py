"""Long polling: updates are stored before the offset moves on, then handled (Bot API, getUpdates).

Not python-telegram-bot's Updater: that confirms updates when it has them in memory, and a crash loses them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any, TypeVar

import structlog
from telegram import BotCommand
from telegram.error import TelegramError

from bot.adapters.telegram import answers
from bot.adapters.telegram.client import BotIdentity, TelegramClient, TokenTakenError, UnreachableError, reason_of
from bot.adapters.telegram.commands import Commands
from bot.adapters.telegram.handling import STORE_PAUSE, UpdateHandler, pause_after
from bot.adapters.telegram.incoming import KINDS
from bot.errors import StoreError
from bot.model import Language, ReceivedUpdate, UpdateId
from bot.ports import Clock, FaultPoints, Store
from bot.text.wording import Wording

log = structlog.get_logger()

LONG_POLL = timedelta(seconds=50)

CONFLICTS_BORNE = 3
"""In a row. One alone is the echo of our own last process; another program brings one after the other."""

T = TypeVar("T")


class TelegramService:
    """The incoming side of the bot. `run` ends when told to, or raises BadTokenError or TokenTakenError."""

    def __init__(
        self,
        client: TelegramClient,
        store: Store,
        clock: Clock,
        commands: Commands,
        ready: Callable[[BotIdentity], Awaitable[None]],
        faults: FaultPoints,
    ) -> None:
        """`ready` is called once Telegram has been reached: the one-time link needs the bot's name."""
        self._client = client
        self._store = store
        self._clock = clock
        self._commands = commands
        self._ready = ready
        self._faults = faults

    async def run(self, stop: asyncio.Event) -> None:
        identity = await self._connect(stop)
        if identity is None:
            return
        handler = UpdateHandler(self._store, self._clock, self._commands, self._faults, identity.username)
        ended = asyncio.Event()
        tasks = [asyncio.create_task(self._listen(stop, handler)), asyncio.create_task(handler.run(ended))]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ended.set()
            tasks[0].cancel()
            await asyncio.wait(tasks)
        for task in tasks:
            if not task.cancelled():
                task.result()

    async def _listen(self, stop: asyncio.Event, handler: UpdateHandler) -> None:
        conflicts = pauses = 0
        while not stop.is_set():
            try:
                await self._fetch(stop)
                handler.wake()
            except TokenTakenError:
                conflicts += 1
                if conflicts >= CONFLICTS_BORNE:
                    raise
                log.warning("telegram-conflict", reason="another program asks for this bot's updates")
                await self._pause(1.0, stop)
                continue
            except UnreachableError as error:
                pauses += 1
                await self._wait_out(error, pauses, stop)
                continue
            except StoreError as error:
                log.error("telegram-waits", reason=str(error))  # noqa: TRY400 -- the reason says it all
                await self._pause(STORE_PAUSE, stop)
                continue
            if pauses:
                log.info("telegram-back")
            conflicts = pauses = 0

    async def _connect(self, stop: asyncio.Event) -> BotIdentity | None:
        """Wait for a network as long as it takes; None if told to stop meanwhile."""
        pauses = 0
        while not stop.is_set():
            try:
                identity = await _unless(stop, self._client.identity())
                if identity is None:
                    return None
                await self._client.delete_webhook()
            except UnreachableError as error:
                pauses += 1
                await self._wait_out(error, pauses, stop)
                continue
            log.info("telegram-connected", bot=f"@{identity.username}")
            await self._set_menus()
            await self._ready(identity)
            return identity
        return None

    async def _set_menus(self) -> None:
        """The menu in English, and in Indonesian for who reads that. The bot works without it."""
        for code, language in ((None, "en"), ("id", "id")):
            menu = [BotCommand(name, what) for name, what in answers.menu(Wording(Language(language)))]
            try:
                await self._client.bot.set_my_commands(menu, language_code=code)
            except TelegramError as error:
                log.warning("menu-not-set", reason=reason_of(error))
                return

    async def _fetch(self, stop: asyncio.Event) -> None:
        async with self._store.read() as unit:
            offset = await unit.updates.offset()
        found = await _unless(stop, self._client.updates(offset, LONG_POLL, KINDS))
        if not found:
            return
        now = self._clock.now()
        async with self._store.write() as unit:
            await unit.updates.add([ReceivedUpdate(UpdateId(raw.id), raw.body, now) for raw in found])
        self._faults.reach("updates.stored")

    async def _wait_out(self, error: UnreachableError, pauses: int, stop: asyncio.Event) -> None:
        seconds = error.retry_after.total_seconds() if error.retry_after else pause_after(pauses)
        if pauses == 1:
            log.warning("telegram-unreachable", reason=error.reason, what="trying again until it answers")
        await self._pause(seconds, stop)

    async def _pause(self, seconds: float, stop: asyncio.Event) -> None:
        await _unless(stop, self._clock.sleep(seconds))


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """What the work gives; None if told to stop first: it is cancelled then."""
    task, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        stopping.cancel()
        if not task.done():
            task.cancel()
            await asyncio.wait({task})
