"""Digests: alerts that were held are sent together, as soon as the rhythm of their chat allows it.

Alerts are held because a chat has used up its hourly budget, has quiet hours, is paused or has digest times. They are
also held when they have piled up while the chat could not be written to: the hourly budget counts what is queued, so
after a day without Telegram everything queued in that day would be sent at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import structlog

from bot.alerts.compose import by_destination, digest_of
from bot.alerts.policy import BACKLOG, DueDigest, due_digest, overflow
from bot.alerts.schedule import rhythm_of
from bot.model import Alert, Delivery, DeliveryKind, DeliveryState, Destination, NewDelivery
from bot.ports import Clock
from bot.store import Store, UnitOfWork
from bot.usecases.topics.watchlist import Watchlist

log = structlog.get_logger()

_MOST_PENDING: Final = 5_000
"""Pending deliveries that are read to find a backlog."""


async def hold_backlog(store: Store, clock: Clock, watch: Watchlist) -> int:
    """Hold the alerts beyond a chat's budget that wait behind one older than an hour; returns how many."""
    async with store.read() as unit:
        behind = await unit.outbox.behind(clock.now() - BACKLOG)
        if not behind:
            return 0
        queues: dict[str, list[Delivery]] = {}
        for delivery in await unit.outbox.list((DeliveryState.PENDING,), _MOST_PENDING):
            if delivery.destination.chat in behind:
                queues.setdefault(delivery.destination.chat, []).append(delivery)
    over = [
        delivery.id for queue in queues.values() for delivery in overflow(queue, watch.topics, watch.alerts_per_hour)
    ]
    if not over:
        return 0
    async with store.write() as unit:
        held = await unit.outbox.hold(over)
    log.info("backlog-thinned", held=held)
    return held


async def queue_digests(store: Store, clock: Clock, watch: Watchlist) -> int:
    """Queue the digests that are due; returns how many messages these are."""
    now = clock.now()
    async with store.read() as unit:
        held = await _held_alerts(unit)
        # A chat that cannot be written to gets one digest when it can be again, not one for every hour.
        behind = await unit.outbox.behind(now - BACKLOG) if held else frozenset()
        due = [
            to
            for to, deliveries in held.items()
            if to.chat not in behind and await _gather(unit, to, deliveries, watch, now)
        ]
    return sum([await _queue_digest(store, clock, destination, watch) for destination in due])


async def _queue_digest(store: Store, clock: Clock, destination: Destination, watch: Watchlist) -> int:
    """Look again what is held: the chat may have been paused, or a story muted, since the digest was found due."""
    now = clock.now()
    async with store.write() as unit:
        held = (await _held_alerts(unit)).get(destination, ())
        ready = await _gather(unit, destination, held, watch, now)
        if ready is None:
            return 0
        digests = digest_of(ready.deliveries, ready.why)
        await unit.outbox.add([NewDelivery(destination, DeliveryKind.DIGEST, digest) for digest in digests], now)
        await unit.outbox.fold([delivery.id for delivery in ready.deliveries])
        await unit.key_values.set(_last_digest(destination), now.isoformat())
    return len(digests)


async def _gather(
    unit: UnitOfWork, destination: Destination, held: Sequence[Delivery], watch: Watchlist, now: datetime
) -> DueDigest | None:
    last = await unit.key_values.get(_last_digest(destination))
    rhythm = rhythm_of(await unit.chats.get(destination.chat), watch.timezone)
    last_at = datetime.fromisoformat(last) if last else None
    return due_digest(held, watch.topics, rhythm, last_at, now)


async def _held_alerts(unit: UnitOfWork) -> dict[Destination, tuple[Delivery, ...]]:
    """Held deliveries that are alerts: nothing else can be an item of a digest."""
    alerts = [delivery for delivery in await unit.outbox.held() if isinstance(delivery.content, Alert)]
    return dict(by_destination(alerts))


def _last_digest(destination: Destination) -> str:
    return f"last-digest:{destination}"
