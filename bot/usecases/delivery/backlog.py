"""What has piled up while a chat could not be written to: the rush that it would be is told as a digest.

The budget of a chat counts what is queued; after a day without Telegram everything queued in it would come at once.
"""

from __future__ import annotations

from typing import Final

import structlog

from bot.alerts.policy import BACKLOG, overflow
from bot.model import Delivery, DeliveryState
from bot.ports import Clock
from bot.store import Store
from bot.usecases.topics.watchlist import Watchlist

log = structlog.get_logger()

_LOOKED_AT: Final = 5_000


async def thin_backlog(store: Store, clock: Clock, watch: Watchlist) -> int:
    """Hold the alerts over a chat's budget that wait behind one older than an hour; how many."""
    async with store.read() as unit:
        behind = await unit.outbox.behind(clock.now() - BACKLOG)
        if not behind:
            return 0
        queues: dict[str, list[Delivery]] = {}
        for delivery in await unit.outbox.list((DeliveryState.PENDING,), _LOOKED_AT):
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
