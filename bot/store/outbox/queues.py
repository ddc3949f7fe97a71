"""The queue of each chat: which delivery is next, when it may be sent, and who is sending it.

Within a chat, new messages come first, by id, then edits, by id. One row of `chat_queues` says it for one chat, so that
who sends looks at no more chats than it takes, however many wait. The row is worked out anew (`refresh_queues`) by
whatever changes the deliveries of a chat or the chat itself, and once more when it is claimed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, ScalarSelect, Select, bindparam, exists, func, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from bot.model import CONSOLE, Delivery, DeliveryId, DeliveryState, MessageId
from bot.store.batches import batched
from bot.store.outbox.rows import delivery_of
from bot.store.schema import chat_queues, chats, deliveries
from bot.store.statements import insert

_row = deliveries.c
_queue = chat_queues.c
_OTHER: Final = deliveries.alias().c

IS_PENDING: Final = _row.state == literal_column("'pending'")
"""Written out, not as a parameter: an index of some rows is used only where the statement itself names them."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that was taken for sending. Until it is confirmed or the time is up, nobody else sends to its chat."""

    delivery: Delivery
    fence: int
    """Which claim on the chat this is: only the last one may be confirmed."""


@dataclass(frozen=True, slots=True)
class _Standing:
    """The queue of a chat, worked out anew."""

    chat: str
    head: int | None
    due_at: datetime | None
    claimed: int | None
    fence: int
    is_stored: bool
    """Whether its row says so already."""


async def due_heads(
    connection: AsyncConnection, now: datetime, limit: int, *, console: bool, besides: Collection[str] = ()
) -> tuple[tuple[Delivery, ...], Sequence[_Standing]]:
    """The heads of up to `limit` chats whose time has come, in that order, and all standings that were looked at."""
    due = select(_queue.chat).where(_queue.due_at <= now, _is_for(console, besides))
    names = tuple(await connection.scalars(due.order_by(_queue.due_at, _queue.head).limit(limit)))
    standings = {one.chat: one for one in await _standings(connection, names)}
    ready = [standings[name] for name in names if _has_come(standings[name].due_at, now)]
    rows = await connection.execute(select(deliveries).where(_row.id.in_([one.head for one in ready])))
    heads = {row.id: delivery_of(row) for row in rows}
    return tuple(heads[one.head] for one in ready if one.head in heads), tuple(standings.values())


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
    await _store(connection, [one for one in standings if one.chat not in taken and not one.is_stored])
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
                "a_moment": _due_at(row, until, not_before),
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


async def refresh_queues(connection: AsyncConnection, names: Iterable[str]) -> None:
    """Work out what these chats are sent next, and when."""
    for batch in batched(dict.fromkeys(names)):
        found = await _standings(connection, batch)
        if len(found) < len(batch):
            known = {one.chat for one in found}
            new = [{"chat": name, "fence": 0} for name in batch if name not in known]
            await connection.execute(insert(chat_queues).on_conflict_do_nothing(), new)
            found = await _standings(connection, batch)
        await _store(connection, [one for one in found if not one.is_stored])


async def refresh_queue_of(connection: AsyncConnection, chat: ColumnElement[str]) -> None:
    """The same for a chat that may never have been sent anything, and has no queue then."""
    rows = await connection.execute(_ALL_STANDINGS.where(_queue.chat == chat))
    await _store(connection, [one for one in map(_standing, rows) if not one.is_stored])


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


_ALL_STANDINGS: Final = _select_standings()
_STANDINGS: Final = _ALL_STANDINGS.where(_queue.chat.in_(bindparam("names", expanding=True)))
_STANDINGS_BY_DELIVERY: Final = _ALL_STANDINGS.where(
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
_STORING: Final = (
    update(chat_queues)
    .where(_queue.chat == bindparam("a_chat"))
    .values(head=bindparam("a_head"), due_at=bindparam("a_moment"))
)


async def _standings(connection: AsyncConnection, names: Collection[str]) -> Sequence[_Standing]:
    if not names:
        return ()
    return [_standing(row) for row in await connection.execute(_STANDINGS, {"names": list(names)})]


def _standing(row: Row[Any]) -> _Standing:
    due_at = _due_at(row, row.claimed_until, row.not_before)
    is_stored = (row.head, row.due_at) == (row.first, due_at)
    return _Standing(row.chat, row.first, due_at, row.claimed, row.fence, is_stored)


def _due_at(row: Row[Any], claimed_until: datetime | None, not_before: datetime | None) -> datetime | None:
    """When the chat is to be looked at next; None while nothing is pending or a pause does not end by itself."""
    if row.first is None or (row.paused_reason is not None and row.retry_after is None):
        return None
    moments = (row.created_at, row.next_attempt_at, not_before, claimed_until, row.retry_after)
    return max(moment for moment in moments if moment is not None)


async def _store(connection: AsyncConnection, standings: Sequence[_Standing]) -> None:
    if standings:
        rows = [{"a_chat": one.chat, "a_head": one.head, "a_moment": one.due_at} for one in standings]
        await connection.execute(_STORING, rows)
