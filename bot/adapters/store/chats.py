"""Chats, and who administers the bot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.store.aliases import add_alias, resolve
from bot.adapters.store.schema import admins, chats
from bot.adapters.store.sqlite import insert
from bot.model import Chat, Language


@dataclass(frozen=True, slots=True)
class SqlChats:
    """Implements `bot.ports.ChatStore`."""

    connection: AsyncConnection

    async def get(self, chat: str) -> Chat | None:
        """Under its id of today."""
        rows = await self.connection.execute(select(chats).where(chats.c.chat == await self.current(chat)))
        row = rows.one_or_none()
        return None if row is None else _chat(row)

    async def save(self, chat: Chat) -> None:
        """Under its id of today."""
        values = {
            "kind": chat.kind,
            "title": chat.title,
            "language": chat.language,
            "timezone": chat.timezone,
            "approved": chat.approved,
            "paused_reason": chat.paused_reason,
            "retry_after": chat.retry_after,
        }
        statement = insert(chats).values(chat=await self.current(chat.chat), **values)
        await self.connection.execute(statement.on_conflict_do_update(index_elements=["chat"], set_=values))

    async def all(self) -> tuple[Chat, ...]:
        """By id."""
        rows = await self.connection.execute(select(chats).order_by(chats.c.chat))
        return tuple(_chat(row) for row in rows)

    async def alias(self, old: str, new: str) -> None:
        """Settings, introductions and deliveries of the old id move to the new one."""
        await add_alias(self.connection, old, new)

    async def current(self, chat: str) -> str:
        return (await resolve(self.connection, (chat,)))[chat]

    async def admins(self) -> tuple[int, ...]:
        """In the order they became so."""
        rows = await self.connection.scalars(select(admins.c.user_id).order_by(admins.c.added_at, admins.c.user_id))
        return tuple(rows)

    async def add_admin(self, user_id: int, now: datetime) -> None:
        await self.connection.execute(insert(admins).values(user_id=user_id, added_at=now).on_conflict_do_nothing())


def _chat(row: Row[Any]) -> Chat:
    return Chat(
        chat=row.chat,
        kind=row.kind,
        title=row.title,
        language=None if row.language is None else Language(row.language),
        timezone=row.timezone,
        approved=row.approved,
        paused_reason=row.paused_reason,
        retry_after=row.retry_after,
    )
