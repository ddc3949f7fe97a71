"""Incoming updates of Telegram, stored until they have been handled."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import MessageId, ReceivedUpdate, UpdateId
from bot.store.batches import batched
from bot.store.schema import updates as update_table
from bot.store.statements import insert


@dataclass(frozen=True, slots=True)
class UpdateStore:
    """Incoming updates of Telegram, stored until they have been handled."""

    connection: AsyncConnection

    async def add(self, updates: Sequence[ReceivedUpdate]) -> None:
        """Store updates; those that are there already are not changed."""
        if updates:
            rows = [{"id": got.id, "body": got.body, "received_at": got.received_at} for got in updates]
            await self.connection.execute(insert(update_table).on_conflict_do_nothing(), rows)

    async def pending(self, limit: int, *, after: ReceivedUpdate | None = None) -> tuple[ReceivedUpdate, ...]:
        """Updates that have not been handled, in the order they came; with `after`, only those that came after it."""
        columns = update_table.c
        statement = select(update_table).where(columns.handled_at.is_(None))
        if after is not None:
            statement = statement.where(tuple_(columns.received_at, columns.id) > (after.received_at, after.id))
        rows = await self.connection.execute(statement.order_by(columns.received_at, columns.id).limit(limit))
        return tuple(ReceivedUpdate(UpdateId(row.id), row.body, row.received_at) for row in rows)

    async def get(self, ids: Collection[UpdateId]) -> tuple[ReceivedUpdate, ...]:
        """The updates with these ids, as far as they are stored, in the order they came."""
        columns = update_table.c
        rows = [
            row
            for batch in batched(ids)
            for row in await self.connection.execute(select(update_table).where(columns.id.in_(batch)))
        ]
        rows.sort(key=lambda row: (row.received_at, row.id))
        return tuple(ReceivedUpdate(UpdateId(row.id), row.body, row.received_at) for row in rows)

    async def waiting(self) -> int:
        """How many updates have not been handled yet."""
        return await self.connection.scalar(select(func.count()).where(update_table.c.handled_at.is_(None))) or 0

    async def done(self, update_id: UpdateId, now: datetime) -> None:
        """Mark an update as handled."""
        await self.connection.execute(
            update(update_table)
            .where(update_table.c.id == update_id, update_table.c.handled_at.is_(None))
            .values(handled_at=now)
        )

    async def provisional(self, update_id: UpdateId) -> MessageId | None:
        """The message that stands for the answer to an update while it is made."""
        found = await self.connection.scalar(
            select(update_table.c.provisional_id).where(update_table.c.id == update_id)
        )
        return None if found is None else MessageId(found)

    async def note_provisional(self, update_id: UpdateId, message_id: MessageId) -> None:
        """Note the message that stands for the answer to an update: handled again, it uses this one."""
        await self.connection.execute(
            update(update_table).where(update_table.c.id == update_id).values(provisional_id=message_id)
        )

    async def offset(self) -> int | None:
        """The offset for getUpdates: the id after that of the update received last.

        This is not the highest id of all: after a week without updates, Telegram continues at a random number.
        """
        columns = update_table.c
        newest = select(columns.id).order_by(columns.received_at.desc(), columns.id.desc()).limit(1)
        last = await self.connection.scalar(newest)
        return None if last is None else last + 1
