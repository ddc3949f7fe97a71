"""Handles the stored updates: those of one chat in order, those of different chats concurrently.

An update is marked as done after it has been handled. If the process is killed before that, the update is handled
again after the next start (at least once).
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
"""An update whose handling fails this many times is given up."""

ANSWER_FOR = timedelta(minutes=30)
"""An answer that could not be sent for this long is no longer useful and is given up."""

AT_ONCE = 16
"""How many chats are handled concurrently."""

FINISH = 3.0
"""Seconds that updates in progress get on shutdown. The others are handled after the next start."""

AHEAD = 50
"""How many updates per chat are kept in memory. Of further ones only the ids are kept."""

MOST = 1_000
"""How many updates of all chats are kept in memory."""

_BATCH = 100
_LOOK_AGAIN, _LOOK_FOR_OTHERS = 5.0, 1.0
"""Seconds after which updates are looked for without a wake-up; and where other workers may receive them."""


class UpdateHandler:
    """Call `wake` after updates were stored. `run` ends when `stop` is set, or raises BadTokenError."""

    def __init__(self, store: Store, clock: Clock, commands: Commands, faults: FaultPoints, bot_username: str) -> None:
        self._store = store
        self._clock = clock
        self._commands = commands
        self._faults = faults
        self._bot_username = bot_username
        self._woken = asyncio.Event()
        self._stopping = asyncio.Event()
        self._queues: dict[str, deque[tuple[ReceivedUpdate, Heard]]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._queued: set[UpdateId] = set()
        """Ids of the updates in the queues."""
        self._overflow: dict[str, deque[UpdateId]] = {}
        """Ids of further updates of the chats whose queues are full, in order."""
        self._last_read: ReceivedUpdate | None = None
        """The last update that was read. Each one before it is done, in a queue, or among the further ones."""
        self._failures: dict[UpdateId, int] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._look_again = _LOOK_FOR_OTHERS if store.membership.is_shared else _LOOK_AGAIN

    def wake(self) -> None:
        self._woken.set()

    async def run(self, stop: asyncio.Event) -> None:
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                self._woken.clear()
                self._raise_task_errors()
                try:
                    await self._take_pending()
                except StoreError as error:
                    log.error("telegram-waits", reason=str(error))  # noqa: TRY400 -- the reason says it all
                    await asyncio.wait({stopping}, timeout=STORE_PAUSE)
                    continue
                woken = asyncio.create_task(self._woken.wait())
                await asyncio.wait({stopping, woken}, timeout=self._look_again, return_when=asyncio.FIRST_COMPLETED)
                woken.cancel()
        finally:
            stopping.cancel()
            await self._finish()

    async def _finish(self) -> None:
        """Finish the updates in progress. Those that wait are handled after the next start."""
        self._stopping.set()
        tasks = set(self._tasks.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=FINISH)
            for task in late:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await self._commands.settle()

    def _raise_task_errors(self) -> None:
        for chat, task in list(self._tasks.items()):
            if task.done():
                del self._tasks[chat]
                task.result()

    async def _take_pending(self) -> None:
        """Put new updates into the queues of their chats.

        This also starts the timer of each callback query, so that it is answered in time however long the queue is.
        """
        await self._refill()
        # Updates are read in the order of their times. If the clock was set back, new ones sort before the last one
        # read, so it is forgotten whenever nothing is waiting.
        if not self._queues and not self._overflow:
            self._last_read = None
        while len(self._queued) < MOST:
            async with self._store.read() as unit:
                pending = await unit.updates.pending(_BATCH, after=self._last_read)
            for update in pending:
                self._last_read = update
                await self._take(update)
            if len(pending) < _BATCH:
                return

    async def _take(self, update: ReceivedUpdate) -> None:
        try:
            heard = read_update(update.body, self._bot_username)
        except Exception as error:  # -- an unusual update must not stop the bot, and trying again would not help
            log.error("update-unreadable", update=update.id, reason=type(error).__name__)  # noqa: TRY400 -- not ours
            heard = None
        if heard is None:
            await self._mark_done(update.id)
            return
        self._commands.expect(heard)
        chat = chat_of(heard)
        if chat in self._overflow or len(self._queues.get(chat, ())) >= AHEAD:
            self._overflow.setdefault(chat, deque()).append(update.id)
            return
        self._queued.add(update.id)
        self._queues.setdefault(chat, deque()).append((update, heard))
        if chat not in self._tasks:
            self._tasks[chat] = asyncio.create_task(self._handle_queue(chat))

    async def _refill(self) -> None:
        """Load further updates of the chats whose queues have become empty."""
        for chat in list(self._overflow):
            while chat in self._overflow and chat not in self._queues:
                ids = tuple(self._overflow[chat])
                async with self._store.read() as unit:
                    updates = await unit.updates.get(ids[:AHEAD])
                del self._overflow[chat]
                for update in updates:
                    await self._take(update)
                if later := ids[AHEAD:]:
                    self._overflow[chat] = deque(later)

    async def _handle_queue(self, chat: str) -> None:
        """Handle the updates in the queue of a chat, in order."""
        queue = self._queues[chat]
        try:
            while queue:
                update, heard = queue[0]
                async with self._slots:
                    if self._stopping.is_set():
                        return
                    pause = await self._handle(update, heard)
                if pause is not None:
                    await unless(self._stopping, self._clock.sleep(pause))
                    continue
                queue.popleft()
                self._failures.pop(update.id, None)
                self._queued.discard(update.id)
        finally:
            self._queues.pop(chat, None)
            self._queued.difference_update(update.id for update, _ in queue)
            if self._tasks.get(chat) is asyncio.current_task() and not queue:
                del self._tasks[chat]
            self.wake()

    async def _handle(self, update: ReceivedUpdate, heard: Heard) -> float | None:
        """Handle an update: None if it is done or given up, otherwise the seconds until the next attempt."""
        try:
            await self._commands.handle(heard, update.received_at, update.id)
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
        except Exception:  # -- an unusual update must not stop the bot; it is logged and given up after some attempts
            failures = self._count_failure(update.id)
            log.exception("update-failed", update=update.id, attempt=failures)
            if failures < TRIES:
                return pause_after(failures)
        try:
            await self._mark_done(update.id)
        except StoreError as error:
            log.error("telegram-waits", reason=str(error))  # noqa: TRY400 -- the reason says it all
            return STORE_PAUSE
        return None

    async def _mark_done(self, update_id: UpdateId) -> None:
        self._faults.reach("updates.handled")
        async with self._store.write() as unit:
            await unit.updates.done(update_id, self._clock.now())

    def _count_failure(self, update_id: UpdateId) -> int:
        self._failures[update_id] = self._failures.get(update_id, 0) + 1
        return self._failures[update_id]
