"""Alerts that were held become digests, once the rush is over."""

from __future__ import annotations

from datetime import datetime

from bot.alerts.compose import by_destination, digest_of
from bot.alerts.policy import digest_due, digest_reason
from bot.model import DeliveryKind, Destination, NewDelivery
from bot.ports import Clock, Store
from bot.usecases.watch import Watch


class Digester:
    """Folds held deliveries into digests, a destination at a time."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def fold(self, watch: Watch) -> int:
        """Queue the digests that are due; how many messages that makes."""
        now = self._clock.now()
        async with self._store.read() as unit:
            held = by_destination(await unit.outbox.held())
        queued = 0
        for destination, deliveries in held.items():
            async with self._store.write() as unit:
                name = _last_digest(destination)
                last = await unit.settings.get(name)
                if not digest_due(deliveries, datetime.fromisoformat(last) if last else None, now):
                    continue
                digests = digest_of(deliveries, digest_reason(deliveries, watch.topics))
                await unit.outbox.add(
                    [NewDelivery(destination, DeliveryKind.DIGEST, digest) for digest in digests], now
                )
                await unit.outbox.fold([delivery.id for delivery in deliveries])
                await unit.settings.set(name, now.isoformat())
                queued += len(digests)
        return queued


def _last_digest(destination: Destination) -> str:
    return f"last-digest:{destination}"
