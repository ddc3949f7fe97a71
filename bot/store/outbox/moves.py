"""Deliveries of a chat that has another id now."""

from __future__ import annotations

from sqlalchemy import and_, delete, exists, func, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.outbox.queues import move_queue
from bot.store.schema import deliveries


async def move_deliveries(connection: AsyncConnection, old: str, new: str) -> None:
    """Re-address all deliveries of a chat, including sent ones: they record which alerts the chat has received.

    A delivery that the new id has as well is removed. Message ids are valid in the old chat only: in the new one the
    same numbers belong to other messages, which no edit may change. They are stored as negative numbers from now on
    (see `rows.delivery_of`).
    """
    if old == new:
        return
    there = deliveries.alias("there")
    same = [there.c[name] == deliveries.c[name] for name in ("thread", "alert_id", "kind", "revision")]
    await connection.execute(
        delete(deliveries).where(deliveries.c.chat == old, exists().where(and_(there.c.chat == new, *same)))
    )
    negative = -func.abs(deliveries.c.message_id)
    await connection.execute(update(deliveries).where(deliveries.c.chat == old).values(chat=new, message_id=negative))
    await move_queue(connection, old, new)
