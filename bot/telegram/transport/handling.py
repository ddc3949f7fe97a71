"""Stored updates are handled: those of one chat in their order, those of several beside one another.

An update is done when it has been handled; what a killed process left is handled by the next one.
"""

from __future__ import annotations

import asyncio
from collections import deque
from datetime import timedelta

import structlog

from bot.errors import KabarError, StoreError
from bot.model import ReceivedUpdate, UpdateId
from bot.ports import Clock, FaultPoints
from bot.store import Store
from bot.telegram.commands import Commands
from bot.telegram.speaker import AnswerLaterError
from bot.telegram.transport.incoming import Heard, chat_of, read_update
from bot.telegram.transport.waiting import STORE_PAUSE, pause_after, unless

log = structlog.get_logger()

TRIES = 3
"""A stored update that cannot be handled so often is given up."""

ANSWER_FOR = timedelta(minutes=30)
"""An answer that could not be sent for so long is not worth sending."""

AT_ONCE = 16
"""Chats answered beside one another."""

FINISH = 3.0
"""Seconds that what is being answered gets on shutdown; the next start does it again."""

AHEAD = 50
"""Updates of a chat that are kept in memory; of those behind them, their numbers."""

MOST = 1_000
"""Updates of all chats that are kept in memory."""

_BATCH = 100
_LOOK_AGAIN = 5.0


class UpdateHandler:
    """`wake` tells it that updates were stored. `run` ends when told to, or raises what ends the bot: BadTokenError."""

    def __init__(self, store: Store, clock: Clock, commands: Commands, faults: FaultPoints, bot_username: str) -> None:
        self._store = store
        self._clock = clock
        self._commands = commands
        self._faults = faults
        self._bot_username = bot_username
        self._woken = asyncio.Event()
        self._ending = asyncio.Event()
        self._queues: dict[str, deque[tuple[ReceivedUpdate, Heard]]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._taken: set[UpdateId] = set()
        """Those in the queues."""
        self._aside: dict[str, deque[UpdateId]] = {}
        """Of chats whose queues are full, in their order."""
        self._read_to: ReceivedUpdate | None = None
        """The last that was read; those before it are done, in a queue or set aside."""
        self._failures: dict[UpdateId, int] = {}
        self._room = asyncio.Semaphore(AT_ONCE)

    def wake(self) -> None:
        self._woken.set()

    async def run(self, stop: asyncio.Event) -> None:
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                self._woken.clear()
                self._raise_what_ends()
                try:
                    await self._take_pending()
                except StoreError as error:
                    log.error("telegram-waits", reason=str(error))  # noqa: TRY400 -- the reason says it all
                    await asyncio.wait({stopping}, timeout=STORE_PAUSE)
                    continue
                woken = asyncio.create_task(self._woken.wait())
                await asyncio.wait({stopping, woken}, timeout=_LOOK_AGAIN, return_when=asyncio.FIRST_COMPLETED)
                woken.cancel()
        finally:
            stopping.cancel()
            await self._finish()

    async def _finish(self) -> None:
        """What is being answered is answered; what waits for its turn is left to the next start."""
        self._ending.set()
        tasks = set(self._tasks.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=FINISH)
            for task in late:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await self._commands.settle()

    def _raise_what_ends(self) -> None:
        for chat, task in list(self._tasks.items()):
            if task.done():
                del self._tasks[chat]
                task.result()

    async def _take_pending(self) -> None:
        """Put what is new into the queues of its chats; a press is answered in time, however long its queue is."""
        await self._bring_back()
        if not self._queues and not self._aside:  # a clock that was set back would hide what has come since
            self._read_to = None
        while len(self._taken) < MOST:
            async with self._store.read() as unit:
                pending = await unit.updates.pending(_BATCH, after=self._read_to)
            for update in pending:
                self._read_to = update
                await self._take(update)
            if len(pending) < _BATCH:
                return

    async def _take(self, update: ReceivedUpdate) -> None:
        try:
            heard = read_update(update.body, self._bot_username)
        except Exception:  # -- a strange update must not end the bot; what cannot be read now never can
            log.exception("update-unreadable", update=update.id)
            heard = None
        if heard is None:
            await self._done(update.id)
            return
        self._commands.expect(heard)
        chat = chat_of(heard)
        if chat in self._aside or len(self._queues.get(chat, ())) >= AHEAD:
            self._aside.setdefault(chat, deque()).append(update.id)
            return
        self._taken.add(update.id)
        self._queues.setdefault(chat, deque()).append((update, heard))
        if chat not in self._tasks:
            self._tasks[chat] = asyncio.create_task(self._work_off(chat))

    async def _bring_back(self) -> None:
        """What a chat that has written much must wait for is not kept in memory, but for its number."""
        for chat in list(self._aside):
            while chat in self._aside and chat not in self._queues:
                ids = tuple(self._aside[chat])
                async with self._store.read() as unit:
                    updates = await unit.updates.get(ids[:AHEAD])
                del self._aside[chat]
                for update in updates:
                    await self._take(update)
                if later := ids[AHEAD:]:
                    self._aside[chat] = deque(later)

    async def _work_off(self, chat: str) -> None:
        """Handle what is queued for a chat, in order."""
        queue = self._queues[chat]
        try:
            while queue:
                update, heard = queue[0]
                async with self._room:
                    if self._ending.is_set():
                        return
                    pause = await self._settle(update, heard)
                if pause is not None:
                    await unless(self._ending, self._clock.sleep(pause))
                    continue
                queue.popleft()
                self._failures.pop(update.id, None)
                self._taken.discard(update.id)
        finally:
            self._queues.pop(chat, None)
            self._taken.difference_update(update.id for update, _ in queue)
            if self._tasks.get(chat) is asyncio.current_task() and not queue:
                del self._tasks[chat]
            self.wake()

    async def _settle(self, update: ReceivedUpdate, heard: Heard) -> float | None:
        """Handle an update; None where nothing more is to be done with it, else the seconds until it is tried again."""
        try:
            await self._commands.handle(heard, update.received_at)
        except AnswerLaterError as error:
            failures = self._count_failure(update.id)
            log.warning("answer-later", update=update.id, reason=str(error))
            if self._clock.now() - update.received_at <= ANSWER_FOR:
                return error.after.total_seconds() if error.after else pause_after(failures)
        except StoreError as error:
            log.error("telegram-waits", reason=str(error))  # noqa: TRY400 -- the reason says it all
            return STORE_PAUSE
        except KabarError:
            raise
        except Exception:  # -- one strange update must not end the bot; it is logged and given up
            failures = self._count_failure(update.id)
            log.exception("update-failed", update=update.id, attempt=failures)
            if failures < TRIES:
                return pause_after(failures)
        try:
            await self._done(update.id)
        except StoreError as error:
            log.error("telegram-waits", reason=str(error))  # noqa: TRY400 -- the reason says it all
            return STORE_PAUSE
        return None

    async def _done(self, update_id: UpdateId) -> None:
        self._faults.reach("updates.handled")
        async with self._store.write() as unit:
            await unit.updates.done(update_id, self._clock.now())

    def _count_failure(self, update_id: UpdateId) -> int:
        self._failures[update_id] = self._failures.get(update_id, 0) + 1
        return self._failures[update_id]
