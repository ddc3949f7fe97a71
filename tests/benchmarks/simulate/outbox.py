"""From the outbox to Telegram: claimed by one worker after another, at Telegram's rate (`bot.alerts.pacing`)."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle
from typing import Final

from bot.alerts.pacing import take_slots
from tests.benchmarks.simulate.queues import Events
from tests.benchmarks.simulate.worker import Worker

_ZERO: Final = datetime(2026, 3, 2, tzinfo=UTC)
_AT_ONCE: Final = 32
"""Messages that a worker has under way (`bot.usecases.delivery.worker`)."""
_GATHER: Final = 0.1
_ANSWER: Final = 0.1
"""Seconds that Telegram takes."""


@dataclass(slots=True)
class Messages:
    """Messages of one article to so many chats, queued together."""

    published: float
    read: float
    count: int


@dataclass(slots=True)
class Sent:
    """When messages had reached Telegram, and after how long."""

    at: list[float] = field(default_factory=list)
    since_published: list[float] = field(default_factory=list)
    since_read: list[float] = field(default_factory=list)


class Outbox:
    """First come, first served, since each chat is told at most one of those that come at once."""

    def __init__(self, events: Events, workers: Sequence[Worker]) -> None:
        self._events = events
        self._workers = cycle(workers)
        self._most = _AT_ONCE * len(workers)
        self._queue: deque[Messages] = deque()
        self._used: datetime | None = None
        self._is_asking = False
        self.waiting = 0
        self.queued = 0
        self.sent = Sent()

    def add(self, messages: Messages) -> None:
        self._queue.append(messages)
        self.waiting += messages.count
        self.queued += messages.count
        if not self._is_asking:
            self._is_asking = True
            self._ask()

    def _ask(self) -> None:
        """A worker claims as many chats as there are moments for."""
        worker = next(self._workers)
        worker.write(worker.costs.claim, then=partial(self._claimed, worker))

    def _claimed(self, worker: Worker) -> None:
        now = self._events.now
        slots = take_slots(self._used, min(self._most, self.waiting, _AT_ONCE), _moment(now))
        self._used = slots.used_until
        for start in slots.starts:
            self._events.at(_seconds(start), partial(self._send, worker, self._next()))
        lasts = len(slots.starts) * 0.04
        for part in range(max(1, round(lasts / _GATHER)) if slots.starts else 0):
            self._events.at(now + _ANSWER + (part + 1) * _GATHER, partial(worker.write, worker.costs.claim))
        if self.waiting:
            self._events.at(max(_seconds(slots.again_at), now + 0.01), self._ask)
        else:
            self._is_asking = False

    def _next(self) -> Messages:
        first = self._queue[0]
        first.count -= 1
        self.waiting -= 1
        if not first.count:
            self._queue.popleft()
        return first

    def _send(self, worker: Worker, message: Messages) -> None:
        worker.loop.work(worker.costs.message, 4, partial(self._arrived, message))

    def _arrived(self, message: Messages) -> None:
        at = self._events.now + _ANSWER
        self.sent.at.append(at)
        self.sent.since_published.append(at - message.published)
        self.sent.since_read.append(at - message.read)


def _moment(seconds: float) -> datetime:
    return _ZERO + timedelta(seconds=seconds)


def _seconds(moment: datetime) -> float:
    return (moment - _ZERO).total_seconds()
