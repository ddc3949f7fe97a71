"""The head of each chat, that is the delivery that is sent next, and how long deliveries have waited.

Within a chat, new messages come first, by id, then edits, by id (see `deliveries`).
"""

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

_MAY_BE_TRIED = or_(chats.c.paused_reason.is_(None), chats.c.retry_after.is_not(None))
"""Not for chats whose pause does not end by itself."""


async def heads_of(connection: AsyncConnection, now: datetime, *, console: bool) -> tuple[Delivery, ...]:
    """The heads that may be sent now, oldest first."""
    first = _first_of_each_chat(console=console)
    rows = await connection.execute(
        _with_chats(select(deliveries), first)
        .where(
            _MAY_BE_TRIED,
            not_after(chats.c.retry_after, now),
            not_after(_row.next_attempt_at, now),
            not_after(first.c.lease_until, now),
        )
        .order_by(_row.id)
    )
    return tuple(delivery_of(row) for row in rows)


async def next_head_due(connection: AsyncConnection, *, console: bool) -> datetime | None:
    """When the next head may be sent, or may test whether the chat takes it again."""
    first = _first_of_each_chat(console=console)
    moments = select(_row.created_at, _row.next_attempt_at, first.c.lease_until, chats.c.retry_after)
    rows = await connection.execute(_with_chats(moments, first).where(_MAY_BE_TRIED))
    return min((max(moment for moment in row if moment is not None) for row in rows), default=None)


async def oldest_pending(connection: AsyncConnection, *, console: bool) -> datetime | None:
    """When the oldest pending delivery was queued. Chats that are paused are left out."""
    oldest: datetime | None = await connection.scalar(
        select(_row.created_at)
        .outerjoin(chats, chats.c.chat == _row.chat)
        .where(_row.state == DeliveryState.PENDING, _is_for(console), chats.c.paused_reason.is_(None))
        .order_by(_row.created_at)
        .limit(1)
    )
    return oldest


def not_after(moment: ColumnElement[datetime], now: datetime) -> ColumnElement[bool]:
    """Whether a moment has come. NULL means that there is nothing to wait for."""
    return or_(moment.is_(None), moment <= now)


def _is_for(console: bool) -> ColumnElement[bool]:
    return _row.chat == CONSOLE.chat if console else _row.chat != CONSOLE.chat


def _first_of_each_chat(*, console: bool) -> Subquery:
    """One row for each chat with pending deliveries: the id of its head, and the end of the last lease among them.

    This is one pass over the index `ix_deliveries_heads`, which holds all the columns.
    """
    first_new = func.min(case((_row.kind != DeliveryKind.EDIT, _row.id)))
    return (
        select(
            func.coalesce(first_new, func.min(_row.id)).label("id"),
            func.max(_row.lease_until).label("lease_until"),
        )
        .where(_row.state == DeliveryState.PENDING, _is_for(console))
        .group_by(_row.chat)
        .subquery("first")
    )


def _with_chats(columns: Select[Any], first: Subquery) -> Select[Any]:
    return (
        columns.select_from(deliveries).join(first, first.c.id == _row.id).outerjoin(chats, chats.c.chat == _row.chat)
    )
