"""When things happen: APScheduler ticks; what is under way is never started twice and is finished on shutdown."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.errors import KabarError
from bot.model import Feed, FeedId
from bot.usecases.delivery.worker import DeliveryWorker
from bot.usecases.runtime import Runtime

Companion = Callable[[asyncio.Event], Coroutine[None, None, None]]

log = structlog.get_logger()


REST = 30.0
"""Seconds without new polls after one could not be stored: the disk is full, or another program holds the database."""


class FeedTasks:
    """Polls under way, at most one a feed and `limit` at once."""

    def __init__(self, poll: Callable[[Feed], Awaitable[None]], limit: int) -> None:
        self._poll = poll
        self._room = asyncio.Semaphore(limit)
        self._tasks: dict[FeedId, asyncio.Task[None]] = {}
        self._rest_until = 0.0
        self._finished = False

    @property
    def under_way(self) -> frozenset[FeedId]:
        return frozenset(self._tasks)

    def start(self, feeds: Sequence[Feed]) -> None:
        """Start those that are not under way; none while the database cannot be used, and none after `finish`."""
        if self._finished or asyncio.get_running_loop().time() < self._rest_until:
            return
        for feed in feeds:
            if feed.id not in self._tasks:
                self._tasks[feed.id] = asyncio.create_task(self._run(feed))

    async def _run(self, feed: Feed) -> None:
        try:
            async with self._room:
                await self._poll(feed)
        except KabarError as error:
            self._rest_until = asyncio.get_running_loop().time() + REST
            log.error("poll-not-stored", feed=feed.id, reason=str(error))  # noqa: TRY400 -- the reason says it all
        except Exception:  # -- a defect in one feed's poll must not end the watch over all the others
            self._rest_until = asyncio.get_running_loop().time() + REST
            log.exception("poll-crashed", feed=feed.id)
        finally:
            self._tasks.pop(feed.id, None)

    async def finish(self, patience: float) -> None:
        """Wait for what is under way; what takes longer is given up, its transaction not begun or rolled back."""
        self._finished = True
        tasks = set(self._tasks.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=patience)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


class Ticker:
    """Regular calls. A call that takes longer than its interval is not started a second time beside itself."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 60}
        )

    def every(self, seconds: float, name: str, call: Callable[[], Awaitable[None]], *, jitter: int = 0) -> None:
        """Call it regularly, the first time after one interval; an error in it is logged and the next tick comes."""
        self._scheduler.add_job(_guarded(name, call), "interval", seconds=seconds, jitter=jitter or None, id=name)

    def hasten(self, name: str) -> None:
        """Call it now; the next regular call comes an interval later."""
        if self._scheduler.get_job(name):
            self._scheduler.modify_job(name, next_run_time=datetime.now(UTC))

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)


def _guarded(name: str, call: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        try:
            await call()
        except KabarError as error:
            log.error("tick-failed", tick=name, reason=str(error))  # noqa: TRY400 -- the reason says it all
        except Exception:  # -- a tick that fails once is tried at the next
            log.exception("tick-failed", tick=name)
        except asyncio.CancelledError:  # the end: APScheduler would log it as a failure
            log.debug("tick-given-up", tick=name)

    return run


TICK = 2.0
"""Seconds between two looks at which feeds are due, or less where `polling.at_least` is but a few times that."""

FINISH = 5.0
"""Seconds that polls under way get on shutdown: `docker stop` waits 10 in all. What is given up is polled again."""


class Schedule:
    """The main job: polls what is due, delivers what is owed, until told to stop."""

    def __init__(
        self,
        attendant: Runtime,
        delivery: DeliveryWorker,
        companions: Sequence[Companion],
        housekeeping: Callable[[], Awaitable[None]],
    ) -> None:
        """`companions` run beside it (the messenger's own listening); one that raises ends the job."""
        self._attendant = attendant
        self._delivery = delivery
        self._companions = companions
        self._housekeeping = housekeeping
        polling = attendant.configuration.settings.polling
        self._at_least = polling.at_least.total_seconds()
        self._feeds = FeedTasks(self._poll, polling.concurrency)
        self._ticker = Ticker()
        self._reread_now = asyncio.Event()

    def reread_now(self) -> None:
        """SIGHUP: take the configuration, changed or not."""
        self._reread_now.set()
        self._ticker.hasten("configuration")

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set: polls under way get a moment to finish, messages under way are finished."""
        self._ticker.every(min(TICK, self._at_least / 4), "poll", self._start_due)
        self._ticker.every(TICK, "greeting", self._attendant.greet_if_wanted)
        self._ticker.every(TICK, "votes", self._attendant.learn)
        self._ticker.every(30, "digest", self._attendant.digest)
        self._ticker.every(60, "presence", self._attendant.note_presence)
        self._ticker.every(600, "weekly", self._attendant.note_week, jitter=60)
        self._ticker.every(600, "rises", self._attendant.note_rises, jitter=60)
        self._ticker.every(300, "alarms", self._attendant.alarm)
        self._ticker.every(60, "feed-alarms", self._attendant.alarm_of_feeds)
        self._ticker.every(10, "configuration", self._reread, jitter=2)
        self._ticker.every(3600, "housekeeping", self._housekeeping, jitter=600)
        await self._start_due()
        self._ticker.start()
        try:
            await self._until(stop)
        finally:
            self._ticker.stop()
            await self._feeds.finish(FINISH)

    async def _until(self, stop: asyncio.Event) -> None:
        """The first part that fails ends the others in order, then is raised."""
        parts = [self._delivery.run(stop), *(companion(stop) for companion in self._companions)]
        tasks = [asyncio.create_task(part) for part in parts]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        stop.set()
        await asyncio.wait(tasks)
        await asyncio.gather(*tasks)

    async def _poll(self, feed: Feed) -> None:
        await self._attendant.poll(feed)

    async def _start_due(self) -> None:
        """A feed that is being polled while we look may be done when we have looked: its state was not yet seen."""
        busy = self._feeds.under_way
        self._feeds.start([feed for feed in await self._attendant.due() if feed.id not in busy])

    async def _reread(self) -> None:
        force = self._reread_now.is_set()
        self._reread_now.clear()
        await self._attendant.reread(force=force)
