"""What /healthz and /metrics report: whether the main job makes progress, and its figures. Read-only."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.errors import StorageTrouble, StoreError
from bot.feeds.feed_health import Health, health_of
from bot.model import DeliveryState, FeedId, FeedState
from bot.ports import Clock
from bot.store import Store
from bot.usecases.monitoring.counters import Counts
from bot.usecases.monitoring.status import Machine

STUCK = timedelta(minutes=15)
"""If work has been due for this long and none was done meanwhile, it counts as stuck."""

STORE_WITHIN = 5.0
"""Seconds that the store may take to answer."""


class StalledPart(StrEnum):
    """The part that makes no progress, if it is not known that the database is in trouble. The values are public."""

    STORE = "store"
    POLLS = "polls"
    OUTBOX = "outbox"


Unwell = StalledPart | StorageTrouble
"""What keeps the main job from making progress, in one word."""


@dataclass(frozen=True, slots=True)
class HealthSigns:
    """The moments from which progress is judged."""

    started_at: datetime
    due: datetime | None
    """When the longest overdue poll was due; None if there is nothing to poll."""
    polled: datetime | None
    """When a feed was last polled, whatever the outcome."""
    oldest_pending: datetime | None
    """When the oldest message that could be sent now was queued; None if there is none."""
    sent: datetime | None
    """When a message was last sent."""


def stuck_part(signs: HealthSigns, now: datetime) -> StalledPart | None:
    """The part that is stuck. Pure.

    Neither a failing feed nor a missing network makes polling stuck: polls are still attempted. A message that cannot
    be sent does make the outbox stuck, unless other messages are sent.
    """
    if _is_stuck(signs.due, signs.polled, signs.started_at, now):
        return StalledPart.POLLS
    if _is_stuck(signs.oldest_pending, signs.sent, signs.started_at, now):
        return StalledPart.OUTBOX
    return None


def _is_stuck(due: datetime | None, done: datetime | None, started_at: datetime, now: datetime) -> bool:
    return due is not None and now - max(due, done or started_at, started_at) > STUCK


@dataclass(frozen=True, slots=True)
class Vitals:
    """The figures of one moment. An age is None if there is nothing it could be measured from."""

    machine: Machine
    memory: int
    """Resident memory now, in bytes."""
    feeds: Mapping[Health, int]
    deliveries: Mapping[DeliveryState, int]
    articles: int
    updates: int
    """Updates received from the messenger and not handled yet."""
    oldest_pending: timedelta | None
    last_read: timedelta | None
    """Time since the last successful poll, also one without anything new."""
    counts: Counts


class HealthMonitor:
    """Looks at the progress of the main job since its start."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        counts: Counts,
        machine: Callable[[], Machine],
        memory: Callable[[], int],
        feeds: Callable[[], Collection[FeedId]],
        storage: Callable[[], StorageTrouble | None] = lambda: None,
        *,
        console: bool,
        within: float = STORE_WITHIN,
    ) -> None:
        """`feeds`: those that are polled now; `storage`: what is known to be wrong with the database.

        `console`: messages are printed; `within`: as STORE_WITHIN.
        """
        self._store = store
        self._clock = clock
        self._counts = counts
        self._machine = machine
        self._memory = memory
        self._feeds = feeds
        self._storage = storage
        self._console = console
        self._within = within
        self._started_at = clock.now()

    async def stuck_part(self) -> Unwell | None:
        """None if all is well. Raises TimeoutError if the database does not answer at all, not even with an error."""
        if (known := self._storage()) is not None:
            return known
        try:
            async with asyncio.timeout(self._within):
                signs = await self._signs()
            refusal = await self._refusal()
        except StoreError as error:
            refusal = error
        if refusal is not None:
            return refusal.trouble or StalledPart.STORE
        return stuck_part(signs, self._clock.now())

    async def vitals(self) -> Vitals:
        """The figures now. Raises StoreError."""
        now = self._clock.now()
        async with self._store.read() as unit:
            states = await unit.feeds.states()
            deliveries = await unit.outbox.counts()
            articles = await unit.articles.count()
            updates = await unit.updates.waiting()
            pending_since = await unit.outbox.waiting_since(console=self._console)
        feeds = self._feeds()
        read = max((state.succeeded_at for state in states.values() if state.succeeded_at), default=None)
        return Vitals(
            machine=self._machine(),
            memory=self._memory(),
            feeds=_by_state(feeds, states),
            deliveries=deliveries,
            articles=articles,
            updates=updates,
            oldest_pending=None if pending_since is None else max(timedelta(), now - pending_since),
            last_read=None if read is None else max(timedelta(), now - read),
            counts=self._counts,
        )

    async def _signs(self) -> HealthSigns:
        async with self._store.read() as unit:
            is_any_new = await unit.feeds.polled_count() < len(self._feeds())
            due = self._started_at if is_any_new else await unit.feeds.earliest_due()
            polled = await unit.feeds.last_polled()
            pending_since = await unit.outbox.waiting_since(console=self._console)
            sent = await unit.outbox.last_sent()
        return HealthSigns(
            started_at=self._started_at,
            due=due,
            polled=polled,
            oldest_pending=pending_since,
            sent=sent,
        )

    async def _refusal(self) -> StoreError | None:
        """Tries a transaction that changes nothing. A timeout means that others are writing, so writing works."""
        try:
            async with asyncio.timeout(self._within), self._store.write():
                return None
        except TimeoutError:
            return None
        except StoreError as error:
            return error


def _by_state(feeds: Collection[FeedId], states: Mapping[FeedId, FeedState]) -> Mapping[Health, int]:
    found = Counter(health_of(states.get(feed_id)) for feed_id in feeds)
    return {health: found[health] for health in Health}
