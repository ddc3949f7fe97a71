"""Whether the main job gets on with its work, and its figures: what /healthz and /metrics say. Nothing is changed."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.errors import StoreError
from bot.feeds.feed_health import Health, health_of
from bot.model import DeliveryState, FeedId, FeedState
from bot.ports import Clock
from bot.store import Store
from bot.usecases.monitoring.counters import Counts
from bot.usecases.monitoring.status import Machine

STUCK = timedelta(minutes=15)
"""Something has been due for so long, and nothing has been done meanwhile."""

STORE_WITHIN = 5.0
"""Seconds that the store may take to answer."""


class StalledPart(StrEnum):
    """What does not get on. Words that anybody may see."""

    STORE = "store"
    POLLS = "polls"
    OUTBOX = "outbox"


@dataclass(frozen=True, slots=True)
class HealthSigns:
    """What can be seen of the work from outside."""

    started_at: datetime
    due: datetime | None
    """When the poll that waits longest was due; None: there is nothing to poll."""
    polled: datetime | None
    """When a feed was last asked, whatever came of it."""
    owed: datetime | None
    """When the oldest message that could be sent was queued; None: none is owed."""
    sent: datetime | None
    """When a message was last sent."""


def trouble_in(signs: HealthSigns, now: datetime) -> StalledPart | None:
    """What stands still. Pure.

    A feed that fails is not the job's trouble, and neither is a network that is away: asking goes on. A message that
    cannot be sent is, as long as no other is sent either.
    """
    if _stands(signs.due, signs.polled, signs.started_at, now):
        return StalledPart.POLLS
    if _stands(signs.owed, signs.sent, signs.started_at, now):
        return StalledPart.OUTBOX
    return None


def _stands(due: datetime | None, done: datetime | None, started_at: datetime, now: datetime) -> bool:
    return due is not None and now - max(due, done or started_at, started_at) > STUCK


@dataclass(frozen=True, slots=True)
class Vitals:
    """The figures of a moment. Ages are None where there is nothing that could be old."""

    machine: Machine
    memory: int
    """Resident now, in bytes."""
    feeds: Mapping[Health, int]
    deliveries: Mapping[DeliveryState, int]
    articles: int
    updates: int
    """Received from the messenger and not handled yet."""
    oldest_owed: timedelta | None
    last_read: timedelta | None
    """Since a feed was read, or said that nothing was new."""
    counts: Counts


class HealthMonitor:
    """Looks at the work that is done elsewhere."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        counts: Counts,
        machine: Callable[[], Machine],
        memory: Callable[[], int],
        feeds: Callable[[], Collection[FeedId]],
        *,
        console: bool,
        within: float = STORE_WITHIN,
    ) -> None:
        """`feeds`: those that are polled now; `console`: messages are printed; `within`: see STORE_WITHIN."""
        self._store = store
        self._clock = clock
        self._counts = counts
        self._machine = machine
        self._memory = memory
        self._feeds = feeds
        self._console = console
        self._within = within
        self._started_at = clock.now()

    async def trouble(self) -> StalledPart | None:
        """None: all is well. TimeoutError where the database gives no answer at all, not even that it cannot."""
        try:
            async with asyncio.timeout(self._within):
                signs = await self._signs()
        except StoreError:
            return StalledPart.STORE
        if not await self._is_writable():
            return StalledPart.STORE
        return trouble_in(signs, self._clock.now())

    async def vitals(self) -> Vitals:
        """StoreError."""
        now = self._clock.now()
        async with self._store.read() as unit:
            states = await unit.feeds.states()
            deliveries = await unit.outbox.counts()
            articles = await unit.articles.count()
            updates = await unit.updates.waiting()
            owed = await unit.outbox.waiting_since(console=self._console)
        feeds = self._feeds()
        read = max((state.succeeded_at for state in states.values() if state.succeeded_at), default=None)
        return Vitals(
            machine=self._machine(),
            memory=self._memory(),
            feeds=_by_state(feeds, states),
            deliveries=deliveries,
            articles=articles,
            updates=updates,
            oldest_owed=None if owed is None else max(timedelta(), now - owed),
            last_read=None if read is None else max(timedelta(), now - read),
            counts=self._counts,
        )

    async def _signs(self) -> HealthSigns:
        now = self._clock.now()
        async with self._store.read() as unit:
            states = await unit.feeds.states()
            owed = await unit.outbox.waiting_since(console=self._console)
            sent = await unit.outbox.sent_times(now - STUCK)
        due = [_due(states.get(feed_id), self._started_at) for feed_id in self._feeds()]
        asked = [state.polled_at for state in states.values() if state.polled_at is not None]
        return HealthSigns(
            started_at=self._started_at,
            due=min((moment for moment in due if moment is not None), default=None),
            polled=max(asked, default=None),
            owed=owed,
            sent=sent[-1][1] if sent else None,
        )

    async def _is_writable(self) -> bool:
        """By a transaction that changes nothing. Who waits for its turn behind others sees that writing goes on."""
        try:
            async with asyncio.timeout(self._within), self._store.write():
                return True
        except TimeoutError:
            return True
        except StoreError:
            return False


def _due(state: FeedState | None, started_at: datetime) -> datetime | None:
    if state is None:
        return started_at
    return None if state.gone else state.next_poll_at


def _by_state(feeds: Collection[FeedId], states: Mapping[FeedId, FeedState]) -> Mapping[Health, int]:
    found = Counter(health_of(states.get(feed_id)) for feed_id in feeds)
    return {health: found[health] for health in Health}
