"""Deliveries owed, in order within a chat: queueing, leasing, and what became of them.

Order within a chat: new messages by id, then edits by id. While the first one waits, is being sent or cannot be
sent, nothing behind it goes; while any one of a chat is leased, none other of that chat is a head.
Chats are stored under their id of today (see `aliases`), so reading needs no look at aliases.
Which chats may receive what, and how fast, is decided elsewhere; so is what an outcome means.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from bot.model import (
    CONSOLE,
    REVIEW,
    Alert,
    AlertId,
    Content,
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    Destination,
    MessageId,
    NewDelivery,
)
from bot.store.aliases import current_id, move_deliveries, resolve
from bot.store.batches import batched
from bot.store.codec import decode_content, encode_content
from bot.store.outbox.heads import heads_of, next_head_due, not_after, oldest_owed
from bot.store.outbox.rows import delivery_of
from bot.store.outbox.story_alerts import deliveries_of_alert, join_alerts, swap_alerts, with_alert_id
from bot.store.outbox.waits import newest_of_outbox, shorten_waits
from bot.store.schema import deliveries
from bot.store.sqlite import insert, without_index

_row = deliveries.c


@dataclass(frozen=True, slots=True)
class Outbox:
    """Deliveries owed, in order within a chat."""

    connection: AsyncConnection

    async def add(self, deliveries: Sequence[NewDelivery], now: datetime) -> tuple[DeliveryId, ...]:
        """Queue them in this order.

        One that is there already (same destination, content id, kind, revision) is left as it is.

        One id a delivery, in their order; that of the earlier one where it was there already.

        A new edit supersedes the pending edits of the same alert that are not being sent right now.
        """
        today = await resolve(self.connection, {new.destination.chat for new in deliveries})
        return tuple([await self._add_one(new, today[new.destination.chat], now) for new in deliveries])

    async def heads(self, now: datetime, *, console: bool) -> tuple[Delivery, ...]:
        """The first pending delivery of each chat (all its threads together) that is due and not leased.

        Chats that are paused or told to wait are left out; so are chats whose first delivery is leased or waits.
        `console` selects the console's deliveries, else all the others.

        Oldest first.
        """
        return await heads_of(self.connection, now, console=console)

    async def next_due(self, *, console: bool) -> datetime | None:
        """When the earliest head comes due; None if nothing is pending.

        Chats that are paused do not count: time does not free them.
        """
        return await next_head_due(self.connection, console=console)

    async def waiting_since(self, *, console: bool) -> datetime | None:
        """When the oldest pending delivery was queued; chats that are paused are left out. None if nothing is pending.

        However often it has been tried: `next_due` says when it is tried again.
        """
        return await oldest_owed(self.connection, console=console)

    async def lease(self, delivery_id: DeliveryId, until: datetime, now: datetime | None = None) -> bool:
        """Take it for sending; False if it is leased or no longer pending. Counts an attempt.

        With `now`, a lease that has run out (as `heads` sees it) can be taken over.
        """
        free = _row.lease_until.is_(None) if now is None else not_after(_row.lease_until, now)
        result = await self.connection.execute(
            update(deliveries)
            .where(_row.id == delivery_id, _row.state == DeliveryState.PENDING, free)
            .values(lease_until=until, attempts=_row.attempts + 1)
        )
        return result.rowcount == 1

    async def mark_sent(self, delivery_id: DeliveryId, message_id: MessageId | None, now: datetime) -> None:
        await self._settle(
            _row.id == delivery_id, state=DeliveryState.SENT, message_id=message_id, sent_at=now, error=None
        )

    async def mark_later(self, delivery_id: DeliveryId, next_attempt_at: datetime, error: str) -> None:
        await self._settle(_is_pending(delivery_id), next_attempt_at=next_attempt_at, error=error)

    async def mark_dead(self, delivery_id: DeliveryId, error: str) -> None:
        await self._settle(_is_pending(delivery_id), state=DeliveryState.DEAD, error=error)

    async def release(self, delivery_id: DeliveryId) -> None:
        """Give a lease back unused (shutdown before sending); the attempt is not counted."""
        held = _is_pending(delivery_id) & _row.lease_until.is_not(None)
        await self._settle(held, attempts=_row.attempts - 1)

    async def release_leases(self) -> int:
        """At start: what a killed process held is free again.

        The attempts stay counted: what was being sent may have arrived.
        """
        result = await self._settle((_row.state == DeliveryState.PENDING) & _row.lease_until.is_not(None))
        return result.rowcount

    async def newest(self) -> datetime | None:
        """When something was last queued or sent: later than now where the clock was set back since."""
        return await newest_of_outbox(self.connection)

    async def shorten_waits(self, by: timedelta, now: datetime) -> None:
        """The clock was set back so much: what waits would wait so much longer."""
        await shorten_waits(self.connection, by, now)

    async def move_chat(self, old: str, new: str) -> None:
        """Re-address everything owed to a chat that has another id now.

        Its history too; what the new id was owed or told already is not told again.
        """
        await move_deliveries(self.connection, old, new)

    async def sent_times(self, since: datetime) -> tuple[tuple[str, datetime], ...]:
        """(chat, when) of every message sent since: what pacing goes by.

        Oldest first.
        """
        rows = await self.connection.execute(
            select(_row.chat, _row.sent_at)
            .where(_row.state == DeliveryState.SENT, _row.sent_at >= since)
            .order_by(_row.sent_at, _row.id)
        )
        return tuple((row.chat, row.sent_at) for row in rows)

    async def instant_count(self, destination: Destination, since: datetime, until: datetime) -> int:
        """New alerts and updates queued for the chat of the destination in this time.

        Held and folded ones, and reviews, are left out.

        `until`: now; what is dated later was queued before the clock was set back.
        """
        count = select(func.count()).where(
            _row.chat == current_id(destination.chat),
            _row.kind.in_((DeliveryKind.NEW, DeliveryKind.REPLY)),
            _row.alert_id.not_like(f"{REVIEW}%"),
            _row.created_at.between(since, until),
            _row.state.not_in((DeliveryState.HELD, DeliveryState.FOLDED)),
        )
        return await self.connection.scalar(count) or 0

    async def held(self) -> tuple[Delivery, ...]:
        """Oldest first."""
        rows = await self.connection.execute(
            select(deliveries).where(_row.state == DeliveryState.HELD).order_by(_row.id)
        )
        return tuple(delivery_of(row) for row in rows)

    async def behind(self, before: datetime) -> frozenset[str]:
        """Chats that still wait for something that was queued before this moment; not the console."""
        late = (_row.state == DeliveryState.PENDING) & (_row.chat != CONSOLE.chat) & (_row.created_at < before)
        return frozenset(await self.connection.scalars(select(_row.chat).where(late).distinct()))

    async def hold(self, ids: Collection[DeliveryId]) -> int:
        """Pending ones that are not being sent wait for a digest from now on; how many that are."""
        count = 0
        for batch in batched(ids):
            waiting = _row.id.in_(batch) & (_row.state == DeliveryState.PENDING) & _row.lease_until.is_(None)
            count += (await self._settle(waiting, state=DeliveryState.HELD)).rowcount
        return count

    async def fold(self, ids: Collection[DeliveryId]) -> None:
        """They are told by a digest now."""
        for batch in batched(ids):
            await self._settle(_row.id.in_(batch) & (_row.state == DeliveryState.HELD), state=DeliveryState.FOLDED)

    async def list(
        self, states: Collection[DeliveryState], limit: int, *, newest_first: bool = False
    ) -> tuple[Delivery, ...]:
        rows = await self.connection.execute(
            select(deliveries)
            .where(_row.state.in_(tuple(states)))
            .order_by(_row.id.desc() if newest_first else _row.id)
            .limit(limit)
        )
        return tuple(delivery_of(row) for row in rows)

    async def counts(self) -> Mapping[DeliveryState, int]:
        """Every state has a count."""
        rows = await self.connection.execute(select(_row.state, func.count()).group_by(_row.state))
        found = {state: count for state, count in rows}  # noqa: C416 -- rows are not pairs to the type checker
        return {state: found.get(state, 0) for state in DeliveryState}

    async def get(self, delivery_id: DeliveryId) -> Delivery | None:
        row = (await self.connection.execute(select(deliveries).where(_row.id == delivery_id))).one_or_none()
        return None if row is None else delivery_of(row)

    async def of_message(self, chat: str, message_id: MessageId) -> Delivery | None:
        """The delivery that made a message of a chat.

        The first, where edits have the same message. Those of the chat under an earlier id are its messages too.
        """
        rows = await self.connection.execute(
            select(deliveries)
            .where(_row.chat == current_id(chat), _row.message_id.in_((message_id, -message_id)))
            .order_by(_row.message_id.desc(), _row.id)
            .limit(1)
        )
        row = rows.one_or_none()
        return None if row is None else delivery_of(row)

    async def told(
        self,
        since: datetime,
        *,
        until: datetime | None = None,
        chat: str | None = None,
        limit: int | None = None,
    ) -> tuple[Delivery, ...]:
        """New alerts that were queued since then (and before `until`) and are sent or part of a digest, newest first.

        Many are best asked for a day at a time.
        """
        state = without_index(_row.state)  # the index by chat and time finds fewest rows
        found = select(deliveries).where(
            _row.kind == DeliveryKind.NEW,
            _row.created_at >= since,
            state.in_((DeliveryState.SENT, DeliveryState.FOLDED)),
        )
        if until is not None:
            found = found.where(_row.created_at < until)
        if chat is not None:
            found = found.where(_row.chat == current_id(chat))
        else:  # in so many words, so that the same index serves
            found = found.where(_row.chat.in_(select(deliveries.alias().c.chat).distinct()))
        newest = found.order_by(_row.created_at.desc(), _row.id.desc()).limit(limit)
        rows = (await self.connection.execute(newest)).all()
        told = await asyncio.to_thread(lambda: [delivery_of(row) for row in rows])  # a week has thousands
        return tuple(delivery for delivery in told if isinstance(delivery.content, Alert))

    async def of_alert(self, destination: Destination, alert_id: AlertId) -> tuple[Delivery, ...]:
        """All that a destination was sent or is owed under this id, in the order it was queued."""
        return await deliveries_of_alert(self.connection, destination, alert_id)

    async def with_alert(self, alert_id: AlertId) -> tuple[Delivery, ...]:
        """The same of every destination."""
        return await with_alert_id(self.connection, alert_id)

    async def revise(self, delivery_id: DeliveryId, content: Content) -> None:
        """Change what a delivery says, whatever its state: what is being sent right now goes out as it was."""
        await self.connection.execute(
            update(deliveries).where(_row.id == delivery_id).values(content=encode_content(content))
        )

    async def unhold(self, delivery_id: DeliveryId) -> None:
        """A held one is pending again: it need not wait for a digest any more."""
        held = (_row.id == delivery_id) & (_row.state == DeliveryState.HELD)
        await self._settle(held, state=DeliveryState.PENDING)

    async def supersede(self, delivery_id: DeliveryId) -> None:
        """What has not been told (pending, held, dead) has nothing left to say."""
        untold = (DeliveryState.PENDING, DeliveryState.HELD, DeliveryState.DEAD)
        await self._settle((_row.id == delivery_id) & _row.state.in_(untold), state=DeliveryState.SUPERSEDED)

    async def join_alerts(self, old: AlertId, new: AlertId) -> tuple[Delivery, ...]:
        """Two stories have turned out to be one: what was told under the old id goes on under the new one.

        Where a destination knows both, nothing is changed; what it knows by the old id is returned.
        """
        return await join_alerts(self.connection, old, new)

    async def swap_alerts(self, destination: Destination, one: AlertId, other: AlertId) -> None:
        """What a destination knows by one id goes on under the other, and the other way round."""
        await swap_alerts(self.connection, destination, one, other)

    async def has_alert(self, destination: Destination, alert_id: AlertId) -> bool:
        """In any state."""
        there = exists().where(
            _row.chat == current_id(destination.chat),
            _row.thread == destination.thread,
            _row.alert_id == alert_id,
        )
        return bool(await self.connection.scalar(select(there)))

    async def alerts(self, alert_id: AlertId) -> tuple[Alert, ...]:
        """As each destination was told it, or will be.

        In any state, in the order they were queued.
        """
        rows = await self.connection.execute(
            select(_row.content).where(_row.alert_id == alert_id, _row.kind == DeliveryKind.NEW).order_by(_row.id)
        )
        told = (decode_content(row.content) for row in rows)
        return tuple(content for content in told if isinstance(content, Alert))

    async def retry(self, ids: Collection[DeliveryId] | None, now: datetime) -> int:
        """Dead ones (all, or these) are pending again.

        They keep their place in the chat and start with no attempts.
        """
        dead = _row.state == DeliveryState.DEAD
        conditions = [dead] if ids is None else [dead & _row.id.in_(batch) for batch in batched(ids)]
        count = 0
        for condition in conditions:
            result = await self._settle(
                condition, state=DeliveryState.PENDING, attempts=0, next_attempt_at=now, error=None
            )
            count += result.rowcount
        return count

    async def drop(self, ids: Collection[DeliveryId]) -> int:
        """Pending, held or dead ones are removed for good."""
        droppable = (DeliveryState.PENDING, DeliveryState.HELD, DeliveryState.DEAD)
        count = 0
        for batch in batched(ids):
            result = await self.connection.execute(
                delete(deliveries).where(_row.id.in_(batch), _row.state.in_(droppable))
            )
            count += result.rowcount
        return count

    async def _add_one(self, new: NewDelivery, chat: str, now: datetime) -> DeliveryId:
        key = {
            "chat": chat,
            "thread": new.destination.thread,
            "alert_id": new.content.id,
            "kind": new.kind,
            "revision": new.revision,
        }
        statement = insert(deliveries).values(
            **key,
            content=encode_content(new.content),
            state=new.state,
            attempts=0,
            created_at=now,
            next_attempt_at=new.not_before,
        )
        inserted = await self.connection.execute(statement.on_conflict_do_nothing())
        # Not by RETURNING, which the SQLite of Debian 11 and Ubuntu 20.04 lacks.
        same = [_row[name] == value for name, value in key.items()]
        added: int = (await self.connection.execute(select(_row.id).where(*same))).scalar_one()
        if inserted.rowcount == 1 and new.kind is DeliveryKind.EDIT:
            overtaken = (
                (_row.chat == chat)
                & (_row.thread == new.destination.thread)
                & (_row.alert_id == new.content.id)
                & (_row.kind == DeliveryKind.EDIT)
                & (_row.state == DeliveryState.PENDING)
                & _row.lease_until.is_(None)
                & (_row.id < added)
            )
            await self._settle(overtaken, state=DeliveryState.SUPERSEDED)
        return DeliveryId(added)

    async def _settle(self, condition: ColumnElement[bool], **values: Any) -> CursorResult[Any]:
        """Change what is selected; whatever becomes of a delivery, its lease is over."""
        return await self.connection.execute(update(deliveries).where(condition).values(lease_until=None, **values))


def _is_pending(delivery_id: DeliveryId) -> ColumnElement[bool]:
    return (_row.id == delivery_id) & (_row.state == DeliveryState.PENDING)
