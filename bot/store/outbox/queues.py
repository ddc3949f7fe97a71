"""The queue of each chat: which delivery is next, and when it may be sent. Who sends it is in `claims`.

Within a chat, new messages come first, by id, then edits, by id. One row of `chat_queues` says it for one chat, so that
who sends looks at no more chats than it takes, however many wait. The row is worked out anew (`refresh_queues`) by
whatever changes the deliveries of a chat or the chat itself, and once more when it is claimed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, ScalarSelect, Select, bindparam, exists, func, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from bot.model import CONSOLE, Delivery
from bot.store.batches import batched
from bot.store.outbox.rows import delivery_of
from bot.store.schema import chat_queues, chats, deliveries
from bot.store.statements import insert

_row = deliveries.c
_queue = chat_queues.c

IS_PENDING: Final = _row.state == literal_column("'pending'")
"""Written out, not as a parameter: an index of some rows is used only where the statement itself names them."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The queue of a chat, worked out anew: what is next, and who has it."""

    chat: str
    head: int | None
    due_at: datetime | None
    claimed: int | None
    fence: int
    is_stored: bool
    """Whether its row says so already."""


async def due_heads(
    connection: AsyncConnection, now: datetime, limit: int, *, console: bool, besides: Collection[str] = ()
) -> tuple[tuple[Delivery, ...], Sequence[Standing]]:
    """The heads of up to `limit` chats whose time has come, in that order, and all standings that were looked at."""
    due = select(_queue.chat).where(_queue.due_at <= now, _is_for(console, besides))
    names = tuple(await connection.scalars(due.order_by(_queue.due_at, _queue.head).limit(limit)))
    standings = {one.chat: one for one in await _standings_of(connection, names)}
    ready = [standings[name] for name in names if _has_come(standings[name].due_at, now)]
    rows = await connection.execute(select(deliveries).where(_row.id.in_([one.head for one in ready])))
    heads = {row.id: delivery_of(row) for row in rows}
    return tuple(heads[one.head] for one in ready if one.head in heads), tuple(standings.values())


async def refresh_queues(connection: AsyncConnection, names: Iterable[str]) -> None:
    """Work out what these chats are sent next, and when."""
    for batch in batched(dict.fromkeys(names)):
        found = await _standings_of(connection, batch)
        if len(found) < len(batch):
            known = {one.chat for one in found}
            new = [{"chat": name, "fence": 0} for name in batch if name not in known]
            await connection.execute(insert(chat_queues).on_conflict_do_nothing(), new)
            found = await _standings_of(connection, batch)
        await store_standings(connection, [one for one in found if not one.is_stored])


async def refresh_queue_of(connection: AsyncConnection, chat: ColumnElement[str]) -> None:
    """The same for a chat that may never have been sent anything, and has no queue then."""
    rows = await connection.execute(ALL_STANDINGS.where(_queue.chat == chat))
    await store_standings(connection, [one for one in map(_standing, rows) if not one.is_stored])


async def mend_queues(connection: AsyncConnection) -> int:
    """Find chats that are owed something although their queue says nothing, and mend that. Returns how many.

    There are none unless rows were lost, as when a damaged database was repaired: nothing may wait for ever.
    """
    pauses = (chats.c.paused_reason.is_not(None)) & chats.c.retry_after.is_(None)
    is_paused = exists().where(chats.c.chat == _row.chat, pauses)
    owed = (
        select(_row.chat)
        .outerjoin(chat_queues, _queue.chat == _row.chat)
        .where(IS_PENDING, _queue.due_at.is_(None), ~is_paused)
        .distinct()
    )
    names = tuple(await connection.scalars(owed))
    await refresh_queues(connection, names)
    return len(names)


async def move_queue(connection: AsyncConnection, old: str, new: str) -> None:
    """The chat has another id: its queue goes on under the new one, with a claim that is being worked on."""
    before = (await connection.execute(select(chat_queues).where(_queue.chat == old))).one_or_none()
    there = (await connection.execute(select(chat_queues).where(_queue.chat == new))).one_or_none()
    if before is not None and there is None:
        await connection.execute(update(chat_queues).where(_queue.chat == old).values(chat=new))
    elif before is not None and there is not None:
        await connection.execute(chat_queues.delete().where(_queue.chat == old))
        values = {"not_before": max(filter(None, (before.not_before, there.not_before)), default=None)}
        if there.claimed is None:
            values |= {name: getattr(before, name) for name in ("claimed", "claimed_by", "claimed_until", "fence")}
        await connection.execute(update(chat_queues).where(_queue.chat == new).values(values))
    await refresh_queues(connection, (new,))


async def earliest_due(connection: AsyncConnection, *, console: bool, besides: Collection[str] = ()) -> datetime | None:
    """When the next chat is to be looked at."""
    due = select(_queue.due_at).where(_queue.due_at.is_not(None), _is_for(console, besides))
    moment: datetime | None = await connection.scalar(due.order_by(_queue.due_at).limit(1))
    return moment


async def oldest_pending(connection: AsyncConnection, *, console: bool) -> datetime | None:
    """When the oldest pending delivery was queued. Chats that are paused are left out."""
    oldest: datetime | None = await connection.scalar(
        select(_row.created_at)
        .outerjoin(chats, chats.c.chat == _row.chat)
        .where(IS_PENDING, _row.chat == CONSOLE.chat if console else _row.chat != CONSOLE.chat)
        .where(chats.c.paused_reason.is_(None))
        .order_by(_row.created_at)
        .limit(1)
    )
    return oldest


def _is_for(console: bool, besides: Collection[str]) -> ColumnElement[bool]:
    return _queue.chat.not_in(besides) & (_queue.chat == CONSOLE.chat if console else _queue.chat != CONSOLE.chat)


def _has_come(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now


def _select_standings() -> Select[Any]:
    """The queues of chats as they are stored, beside what they follow from. Built once, as each message asks for it."""
    head = func.coalesce(_first_of_queue(are_edits=False), _first_of_queue(are_edits=True))
    return (
        select(chat_queues, _row.id.label("first"), _row.created_at, _row.next_attempt_at)
        .add_columns(chats.c.paused_reason, chats.c.retry_after)
        .select_from(chat_queues.outerjoin(deliveries, _row.id == head).outerjoin(chats, chats.c.chat == _queue.chat))
    )


def _first_of_queue(*, are_edits: bool) -> ScalarSelect[Any]:
    """Each of the two has an index of its own, of what is pending alone."""
    one = deliveries.alias()
    edit: ColumnElement[str] = literal_column("'edit'")
    kind = one.c.kind == edit if are_edits else one.c.kind != edit
    first = select(one.c.id).where(one.c.chat == _queue.chat, one.c.state == literal_column("'pending'"), kind)
    return first.order_by(one.c.id).limit(1).correlate(chat_queues).scalar_subquery()


ALL_STANDINGS: Final = _select_standings()
"""Of all chats; who asks says of which."""
_STANDINGS: Final = ALL_STANDINGS.where(_queue.chat.in_(bindparam("names", expanding=True)))
_STORING: Final = (
    update(chat_queues)
    .where(_queue.chat == bindparam("a_chat"))
    .values(head=bindparam("a_head"), due_at=bindparam("a_moment"))
)


async def _standings_of(connection: AsyncConnection, names: Collection[str]) -> Sequence[Standing]:
    if not names:
        return ()
    return [_standing(row) for row in await connection.execute(_STANDINGS, {"names": list(names)})]


def _standing(row: Row[Any]) -> Standing:
    due_at = due_at_of(row, row.claimed_until, row.not_before)
    is_stored = (row.head, row.due_at) == (row.first, due_at)
    return Standing(row.chat, row.first, due_at, row.claimed, row.fence, is_stored)


def due_at_of(row: Row[Any], claimed_until: datetime | None, not_before: datetime | None) -> datetime | None:
    """When the chat is to be looked at next; None while nothing is pending or a pause does not end by itself."""
    if row.first is None or (row.paused_reason is not None and row.retry_after is None):
        return None
    moments = (row.created_at, row.next_attempt_at, not_before, claimed_until, row.retry_after)
    return max(moment for moment in moments if moment is not None)


async def store_standings(connection: AsyncConnection, standings: Sequence[Standing]) -> None:
    """Write what was worked out anew to the rows of the chats."""
    if standings:
        rows = [{"a_chat": one.chat, "a_head": one.head, "a_moment": one.due_at} for one in standings]
        await connection.execute(_STORING, rows)
