"""The log of changes: who changed what."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Change
from bot.store.aliases import current_id
from bot.store.codec import decode, encode
from bot.store.schema import changes
from bot.store.statements import insert


@dataclass(frozen=True, slots=True)
class ChangeStore:
    """The log of changes that people have made."""

    connection: AsyncConnection

    async def add(self, change: Change) -> None:
        """Append a change to the log."""
        await self.connection.execute(
            insert(changes).values(
                at=change.at,
                chat=current_id(change.chat),
                user_id=change.user_id,
                user_name=change.user_name,
                code=change.code,
                values=encode(change.values),
            )
        )

    async def latest(self, limit: int, *, chat: str | None = None) -> tuple[Change, ...]:
        """The latest changes of one chat or of all chats, newest first."""
        found = select(changes).order_by(changes.c.id.desc()).limit(limit)
        if chat is not None:
            found = found.where(changes.c.chat == current_id(chat))
        return tuple(
            Change(row.at, row.chat, row.user_id, row.user_name, row.code, decode(row.values, dict[str, str]))
            for row in await self.connection.execute(found)
        )
