"""The deliveries of many chats at once: a few statements for a batch of chats instead of a few for each chat."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from bot.model import CONSOLE, REVIEW, AlertId, Content, Delivery, DeliveryId, DeliveryKind, DeliveryState, Destination
from bot.store.batches import batched
from bot.store.outbox.queues import IS_PENDING
from bot.store.outbox.rows import DecodedContents, delivery_of
from bot.store.outbox.written import WrittenContents
from bot.store.schema import deliveries

_row = deliveries.c

ThreadKey = tuple[Destination, AlertId]
"""All that a destination was sent, or is to be sent, under one id."""

_REVISED = (
    update(deliveries).where(_row.id == bindparam("of")).values(content=bindparam("says", type_=_row.content.type))
)


@dataclass(frozen=True, slots=True)
class ManyDeliveries:
    """Questions about the deliveries of many chats, and changes of them. Chats are named by their current ids."""

    connection: AsyncConnection

    async def of_alerts(
        self, keys: Collection[ThreadKey], contents: DecodedContents | None = None
    ) -> Mapping[ThreadKey, tuple[Delivery, ...]]:
        """All deliveries with these ids to these destinations, in any state, in the order they were queued.

        Each key is in the answer. `contents`: what was decoded before, and is not decoded again.
        """
        found: dict[ThreadKey, list[Delivery]] = {key: [] for key in keys}
        for _, there in with_keys(found):
            rows = await self.connection.execute(select(deliveries).where(there).order_by(_row.id))
            for row in rows:
                found[Destination(row.chat, row.thread), AlertId(row.alert_id)].append(delivery_of(row, contents))
        return {key: tuple(known) for key, known in found.items()}

    async def instant_counts(self, chats: Collection[str], since: datetime, until: datetime) -> Mapping[str, int]:
        """How many new alerts and updates were queued for each of these chats in this time; none where it is left out.

        Held and folded ones, and reviews, are left out. `until` is now: deliveries with a later date were queued
        before the clock was set back.
        """
        counts: dict[str, int] = {}
        for batch in batched(chats):
            rows = await self.connection.execute(
                select(_row.chat, func.count().label("count"))
                .where(
                    _row.chat.in_(batch),
                    _row.kind.in_((DeliveryKind.NEW, DeliveryKind.REPLY)),
                    _row.alert_id.not_like(f"{REVIEW}%"),
                    _row.created_at.between(since, until),
                    _row.state.not_in((DeliveryState.HELD, DeliveryState.FOLDED)),
                )
                .group_by(_row.chat)
            )
            counts.update({row.chat: row.count for row in rows})
        return counts

    async def having(self, keys: Collection[ThreadKey]) -> frozenset[ThreadKey]:
        """Those of these destinations and ids for which there is any delivery, in any state."""
        wanted, found = set(keys), set[ThreadKey]()
        for _, there in with_keys(wanted):
            rows = await self.connection.execute(select(_row.chat, _row.thread, _row.alert_id).where(there).distinct())
            found.update((Destination(row.chat, row.thread), AlertId(row.alert_id)) for row in rows)
        return frozenset(found & wanted)

    async def chats_holding(self) -> tuple[str, ...]:
        """The chats for which a delivery waits for a digest, by name."""
        held = select(_row.chat).where(_row.state == DeliveryState.HELD).distinct().order_by(_row.chat)
        return tuple(await self.connection.scalars(held))

    async def held_in(self, chats: Collection[str]) -> tuple[Delivery, ...]:
        """The deliveries of these chats that wait for a digest, oldest first."""
        found: list[Delivery] = []
        for batch in batched(chats):
            rows = await self.connection.execute(select(deliveries).where(_is_held(batch)))
            found += [delivery_of(row) for row in rows]
        return tuple(sorted(found, key=lambda one: one.id))

    async def held_ids(self, chats: Collection[str]) -> frozenset[DeliveryId]:
        """The ids of the deliveries of these chats that wait for a digest."""
        found: set[DeliveryId] = set()
        for batch in batched(chats):
            found.update(map(DeliveryId, await self.connection.scalars(select(_row.id).where(_is_held(batch)))))
        return frozenset(found)

    async def behind(self, before: datetime, among: Collection[str] | None = None) -> frozenset[str]:
        """Chats with a pending delivery that was queued before this moment, except the console; `among`: these."""
        late = IS_PENDING & (_row.chat != CONSOLE.chat) & (_row.created_at < before)
        wanted = [late] if among is None else [late & _row.chat.in_(batch) for batch in batched(among)]
        found: set[str] = set()
        for which in wanted:
            found.update(await self.connection.scalars(select(_row.chat).where(which).distinct()))
        return frozenset(found)

    async def crowded(self, chats: Collection[str], most: int) -> tuple[str, ...]:
        """Those of these chats with more than so many new messages pending."""
        found: list[str] = []
        for batch in batched(chats):
            waiting = (_row.state == DeliveryState.PENDING) & _row.chat.in_(batch) & (_row.kind == DeliveryKind.NEW)
            counted = select(_row.chat).where(waiting).group_by(_row.chat).having(func.count() > most)
            found += await self.connection.scalars(counted)
        return tuple(found)

    async def pending_in(self, chats: Collection[str]) -> tuple[Delivery, ...]:
        """The pending deliveries of these chats, in the order they were queued."""
        found: list[Delivery] = []
        for batch in batched(chats):
            waiting = (_row.state == DeliveryState.PENDING) & _row.chat.in_(batch)
            rows = await self.connection.execute(select(deliveries).where(waiting))
            found += [delivery_of(row) for row in rows]
        return tuple(sorted(found, key=lambda one: one.id))

    async def dead_ids(self, after: DeliveryId, limit: int) -> tuple[DeliveryId, ...]:
        """The ids of dead deliveries above this one, in their order."""
        dead = select(_row.id).where(_row.state == DeliveryState.DEAD, _row.id > after).order_by(_row.id).limit(limit)
        return tuple(map(DeliveryId, await self.connection.scalars(dead)))

    async def told_of(self, alert_ids: Collection[AlertId]) -> tuple[Destination, ...]:
        """The destinations that have any delivery with one of these ids, in any state, the first one first."""
        first = func.min(_row.id).label("first")
        found: dict[Destination, int] = {}
        for batch in batched(alert_ids):
            rows = await self.connection.execute(
                select(_row.chat, _row.thread, first)
                .where(_row.alert_id.in_(batch))
                .group_by(_row.alert_id, _row.chat, _row.thread)
            )
            for row in rows:
                to = Destination(row.chat, row.thread)
                found[to] = min(row.first, found.get(to, row.first))
        return tuple(sorted(found, key=found.__getitem__))

    async def revise_all(self, contents: Sequence[tuple[DeliveryId, Content]]) -> None:
        """Change the contents of deliveries, whatever their state. One that is being sent is sent unchanged."""
        written = WrittenContents()
        rows = [{"of": delivery_id, "says": written.of(content)} for delivery_id, content in contents]
        if rows:
            await self.connection.execute(_REVISED, rows)

    async def relabel(self, ids: Collection[DeliveryId], alert_id: AlertId) -> None:
        """Give deliveries another alert id: a story has turned out to be one with another.

        Their destinations must have nothing under that id.
        """
        for batch in batched(ids):
            await self.connection.execute(update(deliveries).where(_row.id.in_(batch)).values(alert_id=alert_id))


def _is_held(chats: Collection[str]) -> ColumnElement[bool]:
    return (_row.state == DeliveryState.HELD) & _row.chat.in_(chats)


def with_keys(keys: Collection[ThreadKey]) -> Iterator[tuple[Collection[ThreadKey], ColumnElement[bool]]]:
    """Conditions for the deliveries with one of these destinations and ids, each with the keys that it is for.

    Each is answered by the unique index that begins with the three columns, which a list of rows is not. There are few:
    one for each id, or for each destination, whichever are fewer.
    """
    by_alert: dict[tuple[int | None, AlertId], list[ThreadKey]] = {}
    by_destination: dict[Destination, list[ThreadKey]] = {}
    for to, alert_id in dict.fromkeys(keys):
        by_alert.setdefault((to.thread, alert_id), []).append((to, alert_id))
        by_destination.setdefault(to, []).append((to, alert_id))
    groups = by_alert.values() if len(by_alert) <= len(by_destination) else by_destination.values()
    for group in groups:
        for batch in batched(group):
            chats, threads, alerts = (
                set(values) for values in zip(*((to.chat, to.thread, one) for to, one in batch), strict=True)
            )
            yield batch, _row.chat.in_(chats) & _row.thread.in_(threads) & _row.alert_id.in_(alerts)
