"""Repairs of the outbox after the clock was set back."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import BigInteger, func, select, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.schema import chats, deliveries


async def newest_in_outbox(connection: AsyncConnection) -> datetime | None:
    """The latest moment at which something was queued or sent, by the clock of that time."""
    row = (await connection.execute(select(func.max(deliveries.c.created_at), func.max(deliveries.c.sent_at)))).one()
    return max((moment for moment in row if moment is not None), default=None)


async def shorten_waits(connection: AsyncConnection, by: timedelta, now: datetime) -> None:
    """Move the ends of waits that lie after now earlier: retries, leases, and the pauses that Telegram asked for."""
    micros = by // timedelta(microseconds=1)
    for column in (deliveries.c.next_attempt_at, deliveries.c.lease_until, chats.c.retry_after):
        waiting = update(column.table).where(column > now)
        await connection.execute(waiting.values({column: type_coerce(column, BigInteger) - micros}))
