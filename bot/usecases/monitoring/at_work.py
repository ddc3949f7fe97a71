"""Who works on the database, and how far they are: what `kabar status` shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.model import DeliveryState
from bot.ports import Clock
from bot.store import Store


@dataclass(frozen=True, slots=True)
class AtWork:
    """A lag is zero when nothing is late."""

    claims: Mapping[str, int]
    """Chats that are being sent something, by the worker that has claimed them."""
    waiting: int
    """Messages that are to be sent."""
    delivery_lag: timedelta
    polling_lag: timedelta


async def who_is_at_work(store: Store, clock: Clock) -> AtWork:
    """As the database has it now."""
    async with store.read() as unit:
        claims = await unit.outbox.claims_by_worker()
        counts = await unit.outbox.counts()
        chat = await unit.outbox.next_due(console=False)
        feed = await unit.feeds.earliest_due()
    now = clock.now()
    lags = [max(timedelta(), now - due) if due is not None else timedelta() for due in (chat, feed)]
    return AtWork(claims, counts[DeliveryState.PENDING], *lags)
