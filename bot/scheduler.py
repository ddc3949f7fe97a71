"""When the work of the main job runs: nothing runs twice at once, and polls that are running finish.

What the jobs do is in `bot.usecases`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from random import Random

import structlog

from bot.errors import KabarError
from bot.model import Feed, FeedId
from bot.usecases.delivery.worker import DeliveryWorker
from bot.usecases.runtime import Runtime

Companion = Callable[[asyncio.Event], Coroutine[None, None, None]]

log = structlog.get_logger()


PAUSE_AFTER_FAILURE = 30.0
"""Seconds without new polls after the result of one could not be stored: the disk is full, or another program holds a
lock on the database (SQLITE_FULL and SQLITE_BUSY, https://www.sqlite.org/rescode.html).
"""


class FeedTasks:
    """The running polls: at most one per feed and at most `limit` at once."""

    def __init__(self, poll: Callable[[Feed], Awaitable[None]], limit: int) -> None:
        self._poll = poll
        self._slots = asyncio.Semaphore(limit)
        self._tasks: dict[FeedId, asyncio.Task[None]] = {}
        self._paused_until = 0.0
        self._finished = False

    @property
    def under_way(self) -> frozenset[FeedId]:
        return frozenset(self._tasks)

    def start(self, feeds: Sequence[Feed]) -> None:
        """Start the polls that are not running yet; none while the database cannot be used, and none after `finish`."""
        if self._finished or asyncio.get_running_loop().time() < self._paused_until:
            return
        for feed in feeds:
            if feed.id not in self._tasks:
                self._tasks[feed.id] = asyncio.create_task(self._run(feed))

    async def _run(self, feed: Feed) -> None:
        try:
            async with self._slots:
                await self._poll(feed)
        except KabarError as error:
            self._paused_until = asyncio.get_running_loop().time() + PAUSE_AFTER_FAILURE
            log.error("poll-not-stored", feed=feed.id, reason=str(error))  # noqa: TRY400 -- the reason says it all
        except Exception:  # -- a bug in the poll of one feed must not stop the polling of all others
            self._paused_until = asyncio.get_running_loop().time() + PAUSE_AFTER_FAILURE
            log.exception("poll-crashed", feed=feed.id)
        finally:
            self._tasks.pop(feed.id, None)

    async def finish(self, patience: float) -> None:
        """Wait for the running polls. Those that take longer are cancelled; their transactions are rolled back."""
        self._finished = True
        tasks = set(self._tasks.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=patience)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


class Ticker:
    """Calls at regular intervals. A call that takes longer than its interval is not started a second time meanwhile.

    Intervals are measured by the event loop's clock, which nobody sets. After the computer's clock was set back the
    calls come as before, and after it was set ahead or the computer has slept there is no burst of missed ones.
    """

    def __init__(self) -> None:
        self._ticks: dict[str, _Tick] = {}
        self._tasks: list[asyncio.Task[None]] = []

    def every(self, seconds: float, name: str, call: Callable[[], Awaitable[None]], *, jitter: float = 0.0) -> None:
        """Call it regularly, first after one interval. An exception is logged, and the next call comes as planned.

        `jitter`: by how many seconds at most an interval may be longer or shorter.
        """
        self._ticks[name] = _Tick(seconds, name, call, jitter)

    def hasten(self, name: str) -> None:
        """Call it now, or once more if it is running. The next regular call comes one interval later."""
        if name in self._ticks:
            self._ticks[name].hasten()

    def start(self) -> None:
        self._tasks = [asyncio.create_task(tick.run(), name=tick.name) for tick in self._ticks.values()]

    def stop(self) -> None:
        """No further calls; those that are running are given up."""
        for task in self._tasks:
            task.cancel()


class _Tick:
    """One of the calls of a `Ticker`."""

    def __init__(self, seconds: float, name: str, call: Callable[[], Awaitable[None]], jitter: float) -> None:
        self.name = name
        self._seconds = seconds
        self._call = call
        self._jitter = jitter
        self._random = Random()  # noqa: S311 -- spreads work; nothing secret
        self._hastened = asyncio.Event()

    def hasten(self) -> None:
        self._hastened.set()

    async def run(self) -> None:
        due = asyncio.get_running_loop().time()
        while True:
            due += self._seconds + self._random.uniform(-self._jitter, self._jitter)
            due = await self._reached(due)
            self._hastened.clear()
            await self._called()

    async def _reached(self, due: float) -> float:
        """Wait until then or until it is hastened. Returns the time from which the next interval counts."""
        now = asyncio.get_running_loop().time
        began = now()
        if began < due:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(due):
                    await self._hastened.wait()
            return min(due, now())
        return began  # the last call took longer: what was missed is not made up for

    async def _called(self) -> None:
        try:
            await self._call()
        except KabarError as error:
            log.error("tick-failed", tick=self.name, reason=str(error))  # noqa: TRY400 -- the reason says it all
        except Exception:  # -- a call that fails is repeated at the next interval
            log.exception("tick-failed", tick=self.name)


TICK = 2.0
"""Seconds between two checks for feeds that are due; less if `polling.at_least` is very short."""

FINISH = 5.0
"""Seconds that running polls get on shutdown. `docker stop` sends SIGKILL after 10 (its reference, "--timeout").

A feed whose poll is cancelled is polled again after the next start.
"""


class Schedule:
    """The main job: polls the feeds that are due and sends the deliveries in the outbox, until it is stopped."""

    def __init__(
        self,
        runtime: Runtime,
        delivery: DeliveryWorker,
        companions: Sequence[Companion],
        housekeeping: Callable[[], Awaitable[None]],
    ) -> None:
        """`companions` are background tasks, such as receiving updates. If one of them raises, the job ends."""
        self._runtime = runtime
        self._delivery = delivery
        self._companions = companions
        self._housekeeping = housekeeping
        polling = runtime.configuration.settings.polling
        self._at_least = polling.at_least.total_seconds()
        self._feeds = FeedTasks(self._poll, polling.concurrency)
        self._ticker = Ticker()
        self._reread_now = asyncio.Event()

    def reread_now(self) -> None:
        """Read the configuration again now, even if no file has changed (SIGHUP, as is usual for daemons)."""
        self._reread_now.set()
        self._ticker.hasten("configuration")

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set. Then running polls get a few seconds, and messages being sent are finished."""
        self._ticker.every(min(TICK, self._at_least / 4), "poll", self._start_due)
        self._ticker.every(TICK, "greeting", self._runtime.greet_if_wanted)
        self._ticker.every(TICK, "votes", self._runtime.learn)
        self._ticker.every(10, "digest", self._runtime.digest)
        self._ticker.every(60, "presence", self._runtime.note_presence)
        self._ticker.every(600, "weekly", self._runtime.note_week, jitter=60)
        self._ticker.every(600, "rises", self._runtime.note_rises, jitter=60)
        self._ticker.every(300, "alarms", self._runtime.alarm)
        self._ticker.every(60, "feed-alarms", self._runtime.alarm_of_feeds)
        self._ticker.every(10, "configuration", self._reread, jitter=2)
        self._ticker.every(3600, "housekeeping", self._housekeeping, jitter=600)
        await self._start_due()
        self._ticker.start()
        try:
            await self._run_parts(stop)
        finally:
            self._ticker.stop()
            await self._feeds.finish(FINISH)

    async def _run_parts(self, stop: asyncio.Event) -> None:
        """Run the delivery worker and the companions. If one fails, the others are stopped and its error is raised."""
        parts = [self._delivery.run(stop), *(companion(stop) for companion in self._companions)]
        tasks = [asyncio.create_task(part) for part in parts]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        stop.set()
        await asyncio.wait(tasks)
        await asyncio.gather(*tasks)

    async def _poll(self, feed: Feed) -> None:
        await self._runtime.poll(feed)

    async def _start_due(self) -> None:
        """Start the polls that are due.

        The running polls are noted before the query. A poll that ends during the query is not visible in its result,
        so without this the feed would be polled twice.
        """
        busy = self._feeds.under_way
        self._feeds.start([feed for feed in await self._runtime.due() if feed.id not in busy])

    async def _reread(self) -> None:
        force = self._reread_now.is_set()
        self._reread_now.clear()
        await self._runtime.reread(force=force)
