"""Questions about deliveries. Nothing here changes them."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from bot.model import (
    Alert,
    AlertId,
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    Destination,
    MessageId,
)
from bot.store.aliases import A_CHAT, current_id
from bot.store.codec import decode_content
from bot.store.outbox.many import ManyDeliveries
from bot.store.outbox.pace import used_until
from bot.store.outbox.queues import due_heads, earliest_due, oldest_pending
from bot.store.outbox.rows import delivery_of
from bot.store.outbox.waits import newest_in_outbox
from bot.store.schema import chat_queues, deliveries
from bot.store.statements import without_index

_row = deliveries.c

_NUMBER, _BEFORE = (bindparam(name, type_=_row.message_id.type) for name in ("number", "number_before"))
_OF_MESSAGE = (
    select(deliveries)
    .where(_row.chat == current_id(A_CHAT), _row.message_id.in_((_NUMBER, _BEFORE)))
    .order_by(_row.message_id.desc(), _row.id)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class DeliveryQueries(ManyDeliveries):
    """Questions about the deliveries that are queued, and about those that were sent."""

    async def heads(self, now: datetime, limit: int = 100, *, console: bool) -> tuple[Delivery, ...]:
        """What `Outbox.claim_chats` would take: the first pending delivery of each chat (all its threads together).

        Left out are chats that are paused or must wait, and those whose first delivery waits or is being sent.
        """
        heads, _ = await due_heads(self.connection, now, limit, console=console)
        return heads

    async def next_due(self, *, console: bool, besides: Collection[str] = ()) -> datetime | None:
        """When the next chat, other than those in `besides`, may be sent something, at the earliest.

        None if nothing is pending. Chats that are paused are left out, as their pause does not end by itself.
        """
        return await earliest_due(self.connection, console=console, besides=besides)

    async def pace(self, name: str) -> datetime | None:
        """Until when a rate of sending is used up; None if nothing was sent."""
        return await used_until(self.connection, name)

    async def waiting_since(self, *, console: bool) -> datetime | None:
        """When the oldest pending delivery was queued; chats that are paused are left out. None if nothing is pending.

        Attempts do not count: `next_due` says when it is tried again.
        """
        return await oldest_pending(self.connection, console=console)

    async def newest(self) -> datetime | None:
        """When something was last queued or sent. This is later than now if the clock was set back since."""
        return await newest_in_outbox(self.connection)

    async def last_sent(self) -> datetime | None:
        """When a message was last sent to anybody."""
        moment: datetime | None = await self.connection.scalar(
            select(_row.sent_at).where(_row.state == DeliveryState.SENT).order_by(_row.sent_at.desc()).limit(1)
        )
        return moment

    async def sent_to(self, chat: str, limit: int) -> tuple[datetime, ...]:
        """When the last messages and edits were sent to a chat, the newest first. Its pace depends on them."""
        moments = select(_row.sent_at).where(_row.chat == chat, _row.sent_at.is_not(None))
        return tuple(await self.connection.scalars(moments.order_by(_row.sent_at.desc()).limit(limit)))

    async def list(
        self, states: Collection[DeliveryState], limit: int, *, newest_first: bool = False
    ) -> tuple[Delivery, ...]:
        """The first deliveries in these states, in the order they were queued or the other way round."""
        rows = await self.connection.execute(
            select(deliveries)
            .where(_row.state.in_(tuple(states)))
            .order_by(_row.id.desc() if newest_first else _row.id)
            .limit(limit)
        )
        return tuple(delivery_of(row) for row in rows)

    async def counts(self) -> Mapping[DeliveryState, int]:
        """How many deliveries are in each state; every state is among the keys."""
        rows = await self.connection.execute(select(_row.state, func.count()).group_by(_row.state))
        found = {state: count for state, count in rows}  # noqa: C416 -- rows are not pairs to the type checker
        return {state: found.get(state, 0) for state in DeliveryState}

    async def claims_by_worker(self) -> Mapping[str, int]:
        """How many chats are being sent something, by the worker that has claimed them."""
        queue = chat_queues.c
        claimed = select(queue.claimed_by, func.count()).where(queue.claimed.is_not(None)).group_by(queue.claimed_by)
        return {str(name): count for name, count in await self.connection.execute(claimed)}

    async def get(self, delivery_id: DeliveryId) -> Delivery | None:
        """The delivery with this id."""
        row = (await self.connection.execute(select(deliveries).where(_row.id == delivery_id))).one_or_none()
        return None if row is None else delivery_of(row)

    async def of_message(self, chat: str, message_id: MessageId) -> Delivery | None:
        """The delivery that a message of the chat came from; the first one, where edits have the same message.

        Messages that the chat got under an earlier id are found as well.
        """
        numbers = {_NUMBER.key: message_id, _BEFORE.key: -message_id}
        rows = await self.connection.execute(_OF_MESSAGE, {A_CHAT.key: chat, **numbers})
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
        """New alerts, queued since then and before `until`, that were sent or became part of a digest, newest first.

        Ask for a day at a time where there may be many.
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
        else:  # name all chats, so that the same index is used
            found = found.where(_row.chat.in_(select(deliveries.alias().c.chat).distinct()))
        newest = found.order_by(_row.created_at.desc(), _row.id.desc()).limit(limit)
        rows = (await self.connection.execute(newest)).all()
        sent = await asyncio.to_thread(lambda: [delivery_of(row) for row in rows])  # a week has thousands
        return tuple(delivery for delivery in sent if isinstance(delivery.content, Alert))

    async def of_alert(self, destination: Destination, alert_id: AlertId) -> tuple[Delivery, ...]:
        """All deliveries with this id to a destination, in any state, in the order they were queued."""
        rows = await self.connection.execute(
            select(deliveries)
            .where(
                _row.chat == current_id(destination.chat),
                _row.thread == destination.thread,
                _row.alert_id == alert_id,
            )
            .order_by(_row.id)
        )
        return tuple(delivery_of(row) for row in rows)

    async def alerts(self, alert_id: AlertId) -> tuple[Alert, ...]:
        """The alert as it was composed for each destination, in any state, in the order they were queued."""
        rows = await self.connection.execute(
            select(_row.content).where(_row.alert_id == alert_id, _row.kind == DeliveryKind.NEW).order_by(_row.id)
        )
        contents = (decode_content(row.content) for row in rows)
        return tuple(content for content in contents if isinstance(content, Alert))
