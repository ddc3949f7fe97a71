"""What /status shows: failing feeds, messages that could not be sent, and how late polling and sending are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.feeds.feed_health import has_overrun
from bot.feeds.moved_feeds import merged_feeds
from bot.model import Delivery, DeliveryId, DeliveryState, Feed
from bot.ports import Clock
from bot.store import Store
from bot.usecases.feeds.subscribe import name_of

DEAD_SHOWN = 5

TOGETHER = 500
"""Dead letters that one transaction sends again."""
FAILING_SHOWN = 8

_EVER = timedelta(days=36_500)


@dataclass(frozen=True, slots=True)
class Machine:
    """The process and the resources it uses."""

    version: str
    started_at: datetime
    model: str
    """The name of the embedding model."""
    endpoint: str
    """The server that computes the embeddings; empty if this process does."""
    memory: int
    """The peak memory of the process, in bytes."""
    database: int | None
    """The size of the database in bytes; None if it is unknown."""


@dataclass(frozen=True, slots=True)
class FailingFeed:
    """A feed whose last poll failed."""

    name: str
    since: datetime | None
    """The last successful poll; None if there was none."""
    reason: str
    gone: bool


@dataclass(frozen=True, slots=True)
class Status:
    """Everything that /status shows. A lag is zero when nothing is late."""

    machine: Machine
    fine: int
    """Feeds whose last poll succeeded."""
    unread: int
    """Feeds that have not been polled yet."""
    failing: tuple[FailingFeed, ...]
    """At most 8, those that have failed longest first."""
    failing_count: int
    overrun: int
    """Feeds that lately published more between two polls than they list, so that entries may have been missed."""
    waiting: int
    held: int
    dead: tuple[Delivery, ...]
    """The newest dead letters, at most 5."""
    dead_count: int
    delivery_lag: timedelta
    polling_lag: timedelta
    last_article: datetime | None
    articles: int


async def current_status(store: Store, clock: Clock, machine: Machine, feeds: Sequence[Feed]) -> Status:
    """The status now. `feeds`: those that are watched."""
    now = clock.now()
    async with store.read() as unit:
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
            FailingFeed(name_of(feed), state.succeeded_at, state.error or "", state.gone)
            for feed, state in known
            if state.failures or state.gone
        ),
        key=lambda feed: (feed.since is not None, feed.since or now, feed.name),
    )
    polls = [state.next_poll_at for _, state in known if not state.gone]
    return Status(
        machine=machine,
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


async def retry_dead_letter(store: Store, clock: Clock, delivery_id: DeliveryId) -> bool:
    """Send a dead letter again; False if it is not (or no longer) one."""
    async with store.write() as unit:
        return await unit.outbox.retry([delivery_id], clock.now()) == 1


async def retry_all_dead_letters(store: Store, clock: Clock) -> int:
    """Send all dead letters again; returns how many there were."""
    last, count = DeliveryId(0), 0
    while True:  # not in one transaction: a chat that was gone for long may have left thousands
        async with store.write() as unit:
            dead = await unit.outbox.dead_ids(last, TOGETHER)
            count += await unit.outbox.retry(dead, clock.now())
        if not dead:
            return count
        last = dead[-1]


async def drop_dead_letter(store: Store, delivery_id: DeliveryId) -> bool:
    """Remove a dead letter; False if it is not one: the button of an old message must not drop a pending delivery."""
    async with store.write() as unit:
        delivery = await unit.outbox.get(delivery_id)
        if delivery is None or delivery.state is not DeliveryState.DEAD:
            return False
        return await unit.outbox.drop([delivery_id]) == 1


def _late(due: datetime | None, now: datetime) -> timedelta:
    return max(timedelta(), now - due) if due is not None else timedelta()
