"""Kabar as a model: polls of feeds on their way to messages, by several workers on one database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Final

from tests.benchmarks.simulate import costs as unit
from tests.benchmarks.simulate.costs import FILE, SERVER, PollCost
from tests.benchmarks.simulate.outbox import Messages, Outbox
from tests.benchmarks.simulate.queues import Events, Then
from tests.benchmarks.simulate.worker import Database, Worker, slices_of
from tests.benchmarks.simulate.workload import Audience, Schedule, Size, articles_a_day, next_article

Step = Callable[[Then], object]

TICK: Final = 2.0
"""Seconds between two looks for feeds that are due."""
PART: Final = 250
"""Messages of a part of a fan-out."""
IDLE_EVERY: Final = 10.0


@dataclass(slots=True)
class SimulatedFeed:
    """A feed: how often it publishes, and when it is asked."""

    rate: float
    interval: float
    publishes_at: float
    worker: Worker
    ignores_validators: bool


class Kabar:
    """Run it with `Events.run`; then everything can be read."""

    def __init__(self, size: Size, rates: Sequence[float] | None = None) -> None:
        """`rates`: articles a day of each feed; None: drawn."""
        self.size = size
        self.costs = SERVER if size.on_server else FILE
        if size.commit is not None:
            self.costs = replace(self.costs, commit=size.commit)
        self.events = Events()
        self.events.now = self.began = size.begins * 3_600
        self.database = Database(self.events)
        self.workers = [Worker(self.events, self.costs, self.database) for _ in range(size.workers)]
        self.outbox = Outbox(self.events, self.workers)
        self.polls = 0
        self.articles = 0
        self.late: list[float] = []
        """Seconds that feeds were asked after they were due."""
        self._random = Random(size.seed)
        self._schedule = Schedule()
        rates = rates or [articles_a_day(self._random) for _ in range(size.feeds)]
        told = sum(rates) * size.on_topic
        self._audience = Audience(size.chats * size.alerts_a_day / max(told, 1e-9), size.chats, self._random)
        self._parts: list[Messages] = []
        self._is_telling = False
        for rate in rates:
            self._begin(rate)
        for worker in self.workers:
            self._idle(worker)
        if size.big_news:
            self.events.at(self.began + 4_500, self._big_news)

    def _begin(self, rate: float) -> None:
        """A feed somewhere between two polls."""
        interval = self._schedule.after_articles(rate)
        since = self.began - interval * self._random.random()
        feed = SimulatedFeed(
            rate,
            interval,
            next_article(rate, since, self._random),
            self._random.choice(self.workers),
            self._random.random() < self.size.ignores_validators,
        )
        self._plan_poll(feed, since + interval)

    def _plan_poll(self, feed: SimulatedFeed, due: float) -> None:
        looked = (due // TICK + 1) * TICK
        self.events.at(looked, lambda: feed.worker.admit(partial(_go, self._poll(feed, due))))

    def _poll(self, feed: SimulatedFeed, due: float) -> Iterator[Step]:
        worker, now = feed.worker, self.events
        self.late.append(now.now - due)
        yield partial(worker.loop.work, unit.HTTP, 4)
        worker.asks()
        yield partial(self._later, self._random.expovariate(1 / unit.FETCH))
        worker.is_answered()
        read = now.now
        found = self._published(feed, read)
        if not found and not feed.ignores_validators:
            cost = self.costs.unchanged
            yield partial(worker.reads, *_outside(cost))
            yield worker.note
        else:
            yield partial(worker.parser.serve, unit.PARSE)
            yield from self._take_in(worker, found, read)
        self.polls += 1
        feed.interval = self._schedule.after_articles(feed.rate) if found else self._next(feed)
        self._plan_poll(feed, now.now + feed.interval * (1 + 0.1 * self._random.random()))
        worker.ends()

    def _next(self, feed: SimulatedFeed) -> float:
        """A document without anything new has dates as well; only 304 makes the interval longer."""
        by_rate = self._schedule.after_articles(feed.rate)
        return by_rate if feed.ignores_validators else self._schedule.after_nothing(feed.interval)

    def _published(self, feed: SimulatedFeed, until: float) -> list[float]:
        """When the articles were published that nobody has read yet."""
        found = []
        while feed.publishes_at <= until:
            found.append(feed.publishes_at)
            feed.publishes_at = next_article(feed.rate, feed.publishes_at, self._random)
        return found

    def _take_in(self, worker: Worker, found: list[float], read: float) -> Iterator[Step]:
        told = [(at, self._audience.draw()) for at in found if self._random.random() < self.size.on_topic]
        told = [(at, chats) for at, chats in told if chats]
        self.articles += len(found)
        for _ in found:
            yield partial(worker.loop.work, unit.DESCRIBE, slices_of(unit.DESCRIBE))
            yield partial(worker.embedder.serve, unit.EMBED)
            judging = unit.JUDGE + unit.JUDGE_TOPIC * self.size.topics
            yield partial(worker.loop.work, judging, 1)
        cost = self._cost(len(found), len(told))
        if cost.planning is None:
            yield partial(worker.reads, *_outside(cost))
            yield partial(worker.write, cost.hold)
            return
        planned = cost.planning
        before = cost.cpu - planned.cpu, cost.server - planned.server, cost.statements - planned.statements
        yield partial(worker.reads, *before)
        yield self.database.planning.acquire
        wait = worker.lasts(planned) - worker.lasts(cost.hold) - (planned.cpu - cost.hold.cpu)
        self.database.cpu += planned.server - cost.hold.server
        self.database.statements += planned.statements - cost.hold.statements
        yield partial(worker.loop.work, planned.cpu - cost.hold.cpu, planned.statements)
        yield partial(self._later, wait)
        yield partial(worker.write, cost.hold)
        self.database.planning.release()
        for at, chats in told:
            self._tell(Messages(at, read, chats))

    def _cost(self, new: int, told: int) -> PollCost:
        """Of a document with so many new articles; each further one costs what one costs more than none."""
        same, one = self.costs.same, self.costs.told if told else self.costs.new
        more = max(new - 1, 0) * (self.costs.new.cpu - same.cpu) / 2  # most of it is the same for all
        base = one if new else same
        return PollCost(base.cpu + more, base.server, base.statements, base.hold, base.planning)

    def _tell(self, messages: Messages) -> None:
        """At once, or in parts on the leader, one after another."""
        if messages.count <= PART:
            self.outbox.add(messages)
            return
        for first in range(0, messages.count, PART):
            self._parts.append(Messages(messages.published, messages.read, min(PART, messages.count - first)))
        if not self._is_telling:
            self._is_telling = True
            _go(self._tell_parts())

    def _tell_parts(self) -> Iterator[Step]:
        leader = self.workers[0]
        while self._parts:
            part = self._parts.pop(0)
            cpu = self.costs.part_cpu - self.costs.part.cpu
            yield partial(leader.loop.work, cpu, slices_of(cpu))
            yield partial(leader.write, self.costs.part)
            self.outbox.add(part)
        self._is_telling = False

    def _big_news(self) -> None:
        published = self.events.now
        read = published + 300 * self._random.random()
        self.events.at(read, lambda: self._tell(Messages(published, read, int(self.size.big_news))))
        self.events.at(published + 3_600, self._big_news)

    def _idle(self, worker: Worker) -> None:
        """Looking around: for feeds, topics, chats, other workers."""
        worker.loop.work(self.costs.idle * IDLE_EVERY, 50)
        self.database.statements += self.costs.idle_statements * IDLE_EVERY
        self.events.at(self.events.now + IDLE_EVERY, partial(self._idle, worker))

    def _later(self, seconds: float, then: Then) -> None:
        self.events.at(self.events.now + max(seconds, 0.0), then)


def _outside(cost: PollCost) -> tuple[float, float, int]:
    """What of a poll's cost nobody else waits for."""
    hold = cost.hold
    return cost.cpu - hold.cpu, cost.server - hold.server, cost.statements - hold.statements


def _go(steps: Iterator[Step]) -> None:
    """Take the next step; it calls us again when it is over."""
    step = next(steps, None)
    if step is not None:
        step(lambda: _go(steps))
