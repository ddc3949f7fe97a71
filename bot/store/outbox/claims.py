"""Who is sending to a chat: claims, which end when the message is sent, their time is up, or their worker is gone.

Whatever ends a claim works the queue of its chat out anew (`queues`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from bot.model import Delivery, DeliveryId, DeliveryState, MessageId
from bot.store.batches import batched
from bot.store.outbox.queues import ALL_STANDINGS, due_at_of, due_heads, refresh_queues, store_standings
from bot.store.schema import chat_queues, deliveries

_row = deliveries.c
_queue = chat_queues.c
_OTHER: Final = deliveries.alias().c


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that was taken for sending. Until it is confirmed or the time is up, nobody else sends to its chat."""

    delivery: Delivery
    fence: int
    """Which claim on the chat this is: only the last one may be confirmed."""


async def claim_chats(
    connection: AsyncConnection,
    limit: int,
    now: datetime,
    until: datetime,
    by: str,
    *,
    console: bool,
    besides: Collection[str] = (),
) -> tuple[Claim, ...]:
    """Take up to `limit` chats for `by`, and count an attempt on the head of each."""
    heads, standings = await due_heads(connection, now, limit, console=console, besides=besides)
    taken = {head.destination.chat: head for head in heads}
    await store_standings(connection, [one for one in standings if one.chat not in taken and not one.is_stored])
    if not heads:
        return ()
    overdue = [one.claimed for one in standings if one.chat in taken and one.claimed is not None]
    if overdue:
        await connection.execute(update(deliveries).where(_row.id.in_(overdue)).values(lease_until=None))
    await connection.execute(
        update(deliveries)
        .where(_row.id.in_([head.id for head in heads]))
        .values(lease_until=until, attempts=_row.attempts + 1)
    )
    await connection.execute(
        _CLAIMING,
        [{"a_chat": chat, "a_head": head.id, "a_moment": until, "a_worker": by} for chat, head in taken.items()],
    )
    fence_of = {one.chat: one.fence + 1 for one in standings}
    return tuple(
        Claim(replace(head, attempts=head.attempts + 1, lease_until=until), fence_of[head.destination.chat])
        for head in heads
    )


async def confirm_claim(connection: AsyncConnection, claim: Claim, not_before: datetime | None) -> bool:
    """End a claim; the chat is sent nothing more before `not_before`. False if the chat was claimed again meanwhile."""
    values = {"a_delivery": claim.delivery.id, "a_fence": claim.fence, "a_moment": not_before}
    return (await connection.execute(_CONFIRMING, values)).rowcount == 1


@dataclass(frozen=True, slots=True)
class SentMessage:
    """What became of a claim whose delivery was sent."""

    claim: Claim
    message_id: MessageId | None
    at: datetime
    not_before: datetime | None
    """The chat is sent nothing more before then."""


async def record_sent(connection: AsyncConnection, messages: Sequence[SentMessage]) -> frozenset[DeliveryId]:
    """Deliveries of claims were sent and became these messages; the claims end. Returns those whose claim was lost.

    Every message ends with this, so it takes three statements, for however many messages.
    """
    of = {one.claim.delivery.id: one for one in messages}
    values = [{"a_delivery": number, "a_message": one.message_id, "a_moment": one.at} for number, one in of.items()]
    await connection.execute(_SENDING, values)
    ours, rows = set[DeliveryId](), []
    for row in await connection.execute(_STANDINGS_BY_DELIVERY, {"deliveries": list(of)}):
        ended = of.get(row.claimed)
        is_ours = ended is not None and ended.claim.fence == row.fence
        until, by = (None, None) if is_ours else (row.claimed_until, row.claimed_by)
        not_before = ended.not_before if is_ours and ended is not None else row.not_before
        if is_ours:
            ours.add(DeliveryId(row.claimed))
        rows.append(
            {
                "a_chat": row.chat,
                "a_head": row.first,
                "a_moment": due_at_of(row, until, not_before),
                "a_claimed": None if is_ours else row.claimed,
                "a_worker": by,
                "an_end": until,
                "a_pause": not_before,
            }
        )
    if rows:
        await connection.execute(_ENDING, rows)
    return frozenset(of) - ours


async def release_claims(connection: AsyncConnection, besides: Collection[str] = ()) -> int:
    """End all claims but those of some workers: the others are gone. The attempts stay counted."""
    return await _release(connection, _queue.claimed_by.not_in(besides))


async def release_claims_of(connection: AsyncConnection, name: str, besides: Collection[str]) -> int:
    """End the claims of one worker but those on the chats that it is sending to. The attempts stay counted."""
    return await _release(connection, (_queue.claimed_by == name) & _queue.chat.not_in(besides))


async def _release(connection: AsyncConnection, which: ColumnElement[bool]) -> int:
    gone = _queue.claimed.is_not(None) & which
    rows = (await connection.execute(select(_queue.chat, _queue.claimed).where(gone))).all()
    for batch in batched(rows):
        claimed, names = [row.claimed for row in batch], [row.chat for row in batch]
        await connection.execute(update(deliveries).where(_row.id.in_(claimed)).values(lease_until=None))
        await connection.execute(
            update(chat_queues).where(_queue.chat.in_(names)).values(claimed=None, claimed_by=None, claimed_until=None)
        )
        await refresh_queues(connection, names)
    return len(rows)


_STANDINGS_BY_DELIVERY: Final = ALL_STANDINGS.where(
    _queue.chat.in_(select(_OTHER.chat).where(_OTHER.id.in_(bindparam("deliveries", expanding=True))))
)
"""By the chats that deliveries are stored under: one may have got another id while its message was under way."""
_CLAIMING: Final = (
    update(chat_queues)
    .where(_queue.chat == bindparam("a_chat"))
    .values(
        head=bindparam("a_head"),
        due_at=bindparam("a_moment"),
        claimed=bindparam("a_head"),
        claimed_by=bindparam("a_worker"),
        claimed_until=bindparam("a_moment"),
        fence=_queue.fence + 1,
    )
)
_CONFIRMING: Final = (
    update(chat_queues)
    .where(_queue.claimed == bindparam("a_delivery"), _queue.fence == bindparam("a_fence"))
    .values(
        claimed=None,
        claimed_by=None,
        claimed_until=None,
        not_before=func.coalesce(bindparam("a_moment", type_=_queue.not_before.type), _queue.not_before),
    )
)
_SENDING: Final = (
    update(deliveries)
    .where(_row.id == bindparam("a_delivery"))
    .values(
        state=DeliveryState.SENT,
        message_id=bindparam("a_message"),
        sent_at=bindparam("a_moment"),
        lease_until=None,
        error=None,
    )
)
_ENDING: Final = (
    update(chat_queues)
    .where(_queue.chat == bindparam("a_chat"))
    .values(
        head=bindparam("a_head"),
        due_at=bindparam("a_moment"),
        claimed=bindparam("a_claimed"),
        claimed_by=bindparam("a_worker"),
        claimed_until=bindparam("an_end"),
        not_before=bindparam("a_pause"),
    )
)
