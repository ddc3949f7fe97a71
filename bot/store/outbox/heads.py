"""What of each chat goes next, and how long it has waited. The order within a chat is the outbox's (`outbox`)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, Subquery, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from bot.model import CONSOLE, Delivery, DeliveryKind, DeliveryState
from bot.store.outbox.rows import delivery_of
from bot.store.schema import chats, deliveries

_row = deliveries.c


async def heads_of(connection: AsyncConnection, now: datetime, *, console: bool) -> tuple[Delivery, ...]:
    """Those that may be sent now, oldest first."""
    first = _first_of_each_chat(console=console)
    rows = await connection.execute(
        _with_chats(select(deliveries), first)
        .where(
            chats.c.paused_reason.is_(None),
            not_after(chats.c.retry_after, now),
            not_after(_row.next_attempt_at, now),
            not_after(first.c.lease_until, now),
        )
        .order_by(_row.id)
    )
    return tuple(delivery_of(row) for row in rows)


async def next_head_due(connection: AsyncConnection, *, console: bool) -> datetime | None:
    """When the next may be sent. Chats that are paused do not count: time does not free them."""
    first = _first_of_each_chat(console=console)
    moments = select(_row.created_at, _row.next_attempt_at, first.c.lease_until, chats.c.retry_after)
    rows = await connection.execute(_with_chats(moments, first).where(chats.c.paused_reason.is_(None)))
    return min((max(moment for moment in row if moment is not None) for row in rows), default=None)


async def oldest_owed(connection: AsyncConnection, *, console: bool) -> datetime | None:
    """When the oldest was queued that is owed to a chat that is not paused."""
    oldest: datetime | None = await connection.scalar(
        select(_row.created_at)
        .outerjoin(chats, chats.c.chat == _row.chat)
        .where(_row.state == DeliveryState.PENDING, _mine(console), chats.c.paused_reason.is_(None))
        .order_by(_row.created_at)
        .limit(1)
    )
    return oldest


def not_after(moment: ColumnElement[datetime], now: datetime) -> ColumnElement[bool]:
    """That a moment has come; none is no reason to wait."""
    return or_(moment.is_(None), moment <= now)


def _mine(console: bool) -> ColumnElement[bool]:
    return _row.chat == CONSOLE.chat if console else _row.chat != CONSOLE.chat


def _first_of_each_chat(*, console: bool) -> Subquery:
    """A row a chat with something pending: its head, and the end of the last lease of any of its deliveries.

    One pass over the index `ix_deliveries_heads`, which holds all the columns.
    """
    first_new = func.min(case((_row.kind != DeliveryKind.EDIT, _row.id)))
    return (
        select(
            func.coalesce(first_new, func.min(_row.id)).label("id"),
            func.max(_row.lease_until).label("lease_until"),
        )
        .where(_row.state == DeliveryState.PENDING, _mine(console))
        .group_by(_row.chat)
        .subquery("first")
    )


def _with_chats(columns: Select[Any], first: Subquery) -> Select[Any]:
    return (
        columns.select_from(deliveries).join(first, first.c.id == _row.id).outerjoin(chats, chats.c.chat == _row.chat)
    )
