"""Alerts that were held become digests, once the rush is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.alerts.compose import by_destination, digest_of
from bot.alerts.policy import BACKLOG, DueDigest, due_digest
from bot.alerts.schedule import rhythm_of
from bot.model import Alert, Delivery, DeliveryKind, Destination, NewDelivery
from bot.ports import Clock
from bot.store import Store, UnitOfWork
from bot.usecases.topics.watchlist import Watchlist


class Digester:
    """Folds held deliveries into digests, a destination at a time."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def fold(self, watch: Watchlist) -> int:
        """Queue the digests that are due; how many messages that makes."""
        async with self._store.read() as unit:
            held = await _held(unit)
            # A chat that cannot be written to gets one digest when it can, not one for every hour.
            behind = await unit.outbox.behind(self._clock.now() - BACKLOG) if held else frozenset()
            due = [
                to
                for to, deliveries in held.items()
                if to.chat not in behind and await self._gather(unit, to, deliveries, watch)
            ]
        return sum([await self._fold_one(destination, watch) for destination in due])

    async def _fold_one(self, destination: Destination, watch: Watchlist) -> int:
        """As it is now: since it was found due somebody may have paused the chat or muted a story."""
        now = self._clock.now()
        async with self._store.write() as unit:
            told = await self._gather(unit, destination, (await _held(unit)).get(destination, ()), watch)
            if told is None:
                return 0
            digests = digest_of(told.deliveries, told.why)
            await unit.outbox.add([NewDelivery(destination, DeliveryKind.DIGEST, digest) for digest in digests], now)
            await unit.outbox.fold([delivery.id for delivery in told.deliveries])
            await unit.key_values.set(_last_digest(destination), now.isoformat())
        return len(digests)

    async def _gather(
        self, unit: UnitOfWork, destination: Destination, held: Sequence[Delivery], watch: Watchlist
    ) -> DueDigest | None:
        last = await unit.key_values.get(_last_digest(destination))
        rhythm = rhythm_of(await unit.chats.get(destination.chat), watch.timezone)
        last_at = datetime.fromisoformat(last) if last else None
        return due_digest(held, watch.topics, rhythm, last_at, self._clock.now())


async def _held(unit: UnitOfWork) -> dict[Destination, tuple[Delivery, ...]]:
    """Alerts alone: nothing else can be a line of a digest."""
    alerts = [delivery for delivery in await unit.outbox.held() if isinstance(delivery.content, Alert)]
    return dict(by_destination(alerts))


def _last_digest(destination: Destination) -> str:
    return f"last-digest:{destination}"
