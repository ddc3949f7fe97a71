"""When the work of the main job runs: APScheduler triggers it, no job runs twice at once, and running jobs finish.

What the jobs do is in `bot.usecases`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from random import uniform

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from bot.errors import KabarError
from bot.feeds.poll_order import DuePoll
from bot.model import Feed, FeedId
from bot.usecases.delivery.worker import DeliveryWorker
from bot.usecases.ingest.poll_places import PollPlaces, Turn
from bot.usecases.runtime import Runtime
from bot.usecases.shared_work import EVERY, Companion, SharedWork

log = structlog.get_logger()


PAUSE_AFTER_FAILURE = 30.0
"""Seconds without new polls after the result of one could not be stored: the disk is full, or another program holds a
lock on the database (SQLITE_FULL and SQLITE_BUSY, https://www.sqlite.org/rescode.html).
"""


class FeedTasks:
    """The polls that run or wait for their turn (`bot.usecases.ingest.poll_places`): at most one per feed."""

    def __init__(self, poll: Callable[[Feed, Turn], Awaitable[object]], places: PollPlaces) -> None:
        self._poll = poll
        self._places = places
        self._tasks: dict[FeedId, asyncio.Task[None]] = {}
        self._turns: dict[FeedId, Turn] = {}
        self._paused_until = 0.0
        self._finished = False

    @property
    def under_way(self) -> frozenset[FeedId]:
        return frozenset(self._tasks)

    def start(self, polls: Sequence[DuePoll]) -> None:
        """Start the polls that are not running yet; none while the database cannot be used, and none after `finish`."""
        if self._finished or asyncio.get_running_loop().time() < self._paused_until:
            return
        for due in polls:
            if due.feed.id not in self._tasks:
                self._tasks[due.feed.id] = asyncio.create_task(self._run(due))

    async def _run(self, due: DuePoll) -> None:
        feed = due.feed
        try:
            async with self._places.taken(due) as turn:
                self._turns[feed.id] = turn
                await self._poll(feed, turn)
        except KabarError as error:
            self._paused_until = asyncio.get_running_loop().time() + PAUSE_AFTER_FAILURE
            log.error("poll-not-stored", feed=feed.id, reason=str(error))  # noqa: TRY400 -- the reason says it all
        except Exception:  # -- a bug in the poll of one feed must not stop the polling of all others
            self._paused_until = asyncio.get_running_loop().time() + PAUSE_AFTER_FAILURE
            log.exception("poll-crashed", feed=feed.id)
        finally:
            self._tasks.pop(feed.id, None)
            self._turns.pop(feed.id, None)

    async def finish(self, patience: float) -> None:
        """Wait for the running polls. Those that take longer are cancelled; their transactions are rolled back.

        What only waits, for its turn or for a server, is given up sooner: a fifth of the time is for answers that are
        on their way.
        """
        self._finished = True
        self._cancel(feed_id for feed_id in self._tasks if feed_id not in self._turns)
        await self._ended(patience / 5)
        self._cancel(feed_id for feed_id, turn in self._turns.items() if turn.is_asking)
        await self._ended(patience * 4 / 5)
        self._cancel(self._tasks)
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _cancel(self, feed_ids: Iterable[FeedId]) -> None:
        for feed_id in tuple(feed_ids):
            self._tasks[feed_id].cancel()

    async def _ended(self, patience: float) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=patience)


class _Every(BaseTrigger):  # type: ignore[misc]  # -- APScheduler has no types
    """Fires an interval after the moment at which it is asked.

    APScheduler's own interval goes on from the time that was planned. When the computer's clock is set ahead by a year,
    it lists every time that was missed, millions of them, before it runs one.
    """

    def __init__(self, seconds: float, jitter: float) -> None:
        self._seconds = seconds
        self._jitter = jitter

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:  # noqa: ARG002 -- the signature is APScheduler's
        return now + timedelta(seconds=self._seconds + uniform(-self._jitter, self._jitter))  # noqa: S311 -- spreads work


CLOCK_LOOK = 5.0
"""Seconds between two looks at whether the computer's clock was set back."""

SET_BACK = 2.0
"""Seconds. Smaller steps are normal corrections of a clock."""


class Ticker:
    """Calls at regular intervals. A call that takes longer than its interval is not started a second time meanwhile.

    These are `max_instances` and `coalesce` of APScheduler 3 (its user guide, "Limiting the number of concurrently
    executing instances of a job" and "Missed job executions and coalescing").

    APScheduler waits until a moment of the computer's clock. When that is set back by days, the moment is days away; so
    the calls are then planned anew.
    """

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._clock_task: asyncio.Task[None] | None = None

    def every(self, seconds: float, name: str, call: Callable[[], Awaitable[None]], *, jitter: float = 0.0) -> None:
        """Call it regularly, first after one interval. An exception is logged, and the next call comes as planned.

        `jitter`: by how many seconds at most an interval may be longer or shorter.
        """
        self._scheduler.add_job(_guarded(name, call), _Every(seconds, jitter), id=name)

    def hasten(self, name: str) -> None:
        """Call it now. The next regular call comes one interval later."""
        if self._scheduler.get_job(name):
            self._scheduler.modify_job(name, next_run_time=datetime.now(UTC))

    def start(self) -> None:
        self._scheduler.start()
        self._clock_task = asyncio.create_task(self._follow_clock())

    async def _follow_clock(self) -> None:
        loop = asyncio.get_running_loop()
        apart = time.time() - loop.time()
        while True:
            await asyncio.sleep(CLOCK_LOOK)
            now_apart = time.time() - loop.time()
            if now_apart < apart - SET_BACK:
                for job in self._scheduler.get_jobs():
                    job.reschedule(job.trigger)
            apart = now_apart

    def stop(self) -> None:
        if self._clock_task is not None:
            self._clock_task.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)


def _guarded(name: str, call: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    said = ""

    async def run() -> None:
        nonlocal said
        try:
            await call()
            said = ""
        except KabarError as error:
            (log.debug if str(error) == said else log.error)("tick-failed", tick=name, reason=str(error))
            said = str(error)  # once, not every two seconds for as long as a database cannot be used
        except Exception:  # -- a call that fails is repeated at the next interval
            log.exception("tick-failed", tick=name)
        except asyncio.CancelledError:  # shutdown; APScheduler would log it as a failed job
            log.debug("tick-given-up", tick=name)

    return run


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
        places: PollPlaces,
        work: SharedWork,
    ) -> None:
        """`companions` are background tasks, such as receiving updates. If one of them raises, the job ends."""
        self._runtime = runtime
        self._delivery = delivery
        self._companions = companions
        self._housekeeping = housekeeping
        self._at_least = runtime.configuration.settings.polling.at_least.total_seconds()
        self._feeds = FeedTasks(runtime.poll, places)
        self._work = work
        self._ticker = Ticker()
        self._reread_now = asyncio.Event()

    def reread_now(self) -> None:
        """Read the configuration again now, even if no file has changed (SIGHUP, as is usual for daemons)."""
        self._reread_now.set()
        self._ticker.hasten("configuration")

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set. Then running polls get a few seconds, and messages being sent are finished."""
        self._ticker.every(min(TICK, self._at_least / 4), "poll", self._start_due)
        self._ticker.every(TICK, "topics", self._runtime.take_topics)
        self._ticker.every(60, "presence", self._runtime.note_presence)
        self._ticker.every(10, "configuration", self._reread, jitter=2)
        if self._work.is_shared:
            self._ticker.every(EVERY, "workers", self._runtime.look_around)
        self._lead_every(TICK, "greeting", self._runtime.greet_if_wanted)
        self._lead_every(10, "digest", self._runtime.digest)
        self._lead_every(600, "weekly", self._runtime.note_week, jitter=60)
        self._lead_every(600, "rises", self._runtime.note_rises, jitter=60)
        self._lead_every(300, "alarms", self._runtime.alarm)
        self._lead_every(60, "feed-alarms", self._runtime.alarm_of_feeds)
        self._lead_every(3600, "housekeeping", self._housekeeping, jitter=600)
        await _guarded("poll", self._start_due)()  # a database that is damaged is told of by who watches over it
        self._ticker.start()
        try:
            await self._run_parts(stop)
        finally:
            self._ticker.stop()
            await self._feeds.finish(FINISH)

    def _lead_every(
        self, seconds: float, name: str, call: Callable[[], Awaitable[None]], *, jitter: float = 0.0
    ) -> None:
        """What only one process may do, as long as this one leads."""

        async def lead() -> None:
            if self._work.leads:
                await call()

        self._ticker.every(seconds, name, lead, jitter=jitter)

    async def _run_parts(self, stop: asyncio.Event) -> None:
        """Run the delivery worker and the companions. If one fails, the others are stopped and its error is raised."""
        parts = [self._delivery.run(stop), *(companion(stop) for companion in self._companions)]
        tasks = [asyncio.create_task(part) for part in parts]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        stop.set()
        await asyncio.wait(tasks)
        await asyncio.gather(*tasks)

    async def _start_due(self) -> None:
        """Start the polls that are due.

        The running polls are noted before the query. A poll that ends during the query is not visible in its result,
        so without this the feed would be polled twice.
        """
        busy = self._feeds.under_way
        self._feeds.start([due for due in await self._runtime.due() if due.feed.id not in busy])

    async def _reread(self) -> None:
        force = self._reread_now.is_set()
        self._reread_now.clear()
        await self._runtime.reread(force=force)
