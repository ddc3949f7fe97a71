"""How the bot itself is doing: what it could not read, what it could not send, and how far behind it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.feeds.feed_health import has_overrun
from bot.feeds.moved_feeds import merged_feeds
from bot.model import Delivery, DeliveryId, DeliveryState, Feed
from bot.ports import Clock
from bot.store import Store

DEAD_SHOWN = 5
FAILING_SHOWN = 8

_EVER = timedelta(days=36_500)


@dataclass(frozen=True, slots=True)
class Machine:
    """The process, and what it runs on."""

    version: str
    started_at: datetime
    model: str
    """Of the embeddings."""
    endpoint: str
    """The server that makes them; empty: this process."""
    memory: int
    """The most that it has taken so far, in bytes."""
    database: int | None
    """Bytes of its file, where that can be seen."""


@dataclass(frozen=True, slots=True)
class FailingFeed:
    """A feed that could not be read the last time."""

    name: str
    since: datetime | None
    """When it was last read; None: never."""
    reason: str
    gone: bool


@dataclass(frozen=True, slots=True)
class Status:
    """All that /status says. Lags are zero where all is on time."""

    machine: Machine
    fine: int
    """Feeds that were read the last time."""
    unread: int
    """Feeds that have not been polled yet."""
    failing: tuple[FailingFeed, ...]
    """Those that have failed longest first; at most 8."""
    failing_count: int
    overrun: int
    """Feeds of which something may have been missed of late."""
    waiting: int
    held: int
    dead: tuple[Delivery, ...]
    """The newest; at most 5."""
    dead_count: int
    delivery_lag: timedelta
    polling_lag: timedelta
    last_article: datetime | None
    articles: int


class Overseer:
    """Looks at everything, and gives messages that were refused another chance, or up."""

    def __init__(self, store: Store, clock: Clock, machine: Callable[[], Machine]) -> None:
        self._store = store
        self._clock = clock
        self._machine = machine

    async def look(self, feeds: Sequence[Feed]) -> Status:
        """As it is now. `feeds`: those that are watched."""
        now = self._clock.now()
        async with self._store.read() as unit:
            states = await unit.feeds.states()
            counts = await unit.outbox.counts()
            dead = await unit.outbox.list([DeliveryState.DEAD], DEAD_SHOWN, newest_first=True)
            due = await unit.outbox.next_due(console=False)
            newest = await unit.articles.since(now - _EVER, 1)
            articles = await unit.articles.count()
        merged = merged_feeds({feed.id: feed for feed in feeds}, states)
        polled = [feed for feed in feeds if feed.id not in merged]
        known = [(feed, states[feed.id]) for feed in polled if feed.id in states]
        failing = sorted(
            (
                FailingFeed(feed.title or feed.id, state.succeeded_at, state.error or "", state.gone)
                for feed, state in known
                if state.failures or state.gone
            ),
            key=lambda feed: (feed.since is not None, feed.since or now, feed.name),
        )
        polls = [state.next_poll_at for _, state in known if not state.gone]
        return Status(
            machine=self._machine(),
            fine=len(known) - len(failing),
            unread=len(polled) - len(known),
            failing=tuple(failing[:FAILING_SHOWN]),
            failing_count=len(failing),
            overrun=sum(has_overrun(state, now) for _, state in known),
            waiting=counts[DeliveryState.PENDING],
            held=counts[DeliveryState.HELD],
            dead=dead,
            dead_count=counts[DeliveryState.DEAD],
            delivery_lag=_late(due, now),
            polling_lag=_late(min(polls, default=None), now),
            last_article=newest[0].first_seen_at if newest else None,
            articles=articles,
        )

    async def retry(self, delivery_id: DeliveryId) -> bool:
        """False where it is no dead letter (any more)."""
        async with self._store.write() as unit:
            return await unit.outbox.retry([delivery_id], self._clock.now()) == 1

    async def retry_all(self) -> int:
        """How many there were."""
        async with self._store.write() as unit:
            return await unit.outbox.retry(None, self._clock.now())

    async def drop(self, delivery_id: DeliveryId) -> bool:
        """Dead letters only: what is still to be sent is nobody's to drop by a button of an old message."""
        async with self._store.write() as unit:
            delivery = await unit.outbox.get(delivery_id)
            if delivery is None or delivery.state is not DeliveryState.DEAD:
                return False
            return await unit.outbox.drop([delivery_id]) == 1


def _late(due: datetime | None, now: datetime) -> timedelta:
    return max(timedelta(), now - due) if due is not None else timedelta()
