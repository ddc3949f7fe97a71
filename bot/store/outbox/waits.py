"""Repairs of the outbox after the clock was set back."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import BigInteger, select, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import DeliveryState
from bot.store.outbox.queues import IS_PENDING
from bot.store.schema import chat_queues, chats, deliveries


async def newest_in_outbox(connection: AsyncConnection) -> datetime | None:
    """The latest moment at which something was queued or sent, by the clock of that time.

    What was queued last may have been so after the clock was set back, while others still wait for their later time.
    """
    created, sent_at = deliveries.c.created_at, deliveries.c.sent_at
    latest = (
        select(created).order_by(deliveries.c.id.desc()),
        select(created).where(IS_PENDING).order_by(created.desc()),
        select(sent_at).where(deliveries.c.state == DeliveryState.SENT).order_by(sent_at.desc()),
    )
    moments = [await connection.scalar(one.limit(1)) for one in latest]
    return max((moment for moment in moments if moment is not None), default=None)


async def shorten_waits(connection: AsyncConnection, by: timedelta, now: datetime) -> None:
    """Move the ends of waits that lie after now earlier: retries, leases, and the pauses that Telegram asked for.

    What is pending was not queued in the future either.
    """
    micros = by // timedelta(microseconds=1)
    early = update(deliveries).where(IS_PENDING, deliveries.c.created_at > now)
    await connection.execute(early.values(created_at=type_coerce(deliveries.c.created_at, BigInteger) - micros))
    queue = chat_queues.c
    for column in (
        deliveries.c.next_attempt_at,
        deliveries.c.lease_until,
        chats.c.retry_after,
        queue.due_at,
        queue.not_before,
        queue.claimed_until,
    ):
        waiting = update(column.table).where(column > now)
        await connection.execute(waiting.values({column: type_coerce(column, BigInteger) - micros}))
