"""Stories that were muted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import ArticleId, Destination, Mute
from bot.store.aliases import current_id
from bot.store.batches import batched
from bot.store.schema import mutes
from bot.store.statements import insert


@dataclass(frozen=True, slots=True)
class MuteStore:
    """Stories that were muted, by destination."""

    connection: AsyncConnection

    async def add(self, mute: Mute) -> None:
        """Mute a story for a destination; if it is muted already, from the new time on."""
        to = mute.destination
        values = {"title": mute.title, "muted_at": mute.muted_at}
        statement = insert(mutes).values(
            chat=current_id(to.chat), thread=to.thread, article_id=mute.article_id, **values
        )
        await self.connection.execute(
            statement.on_conflict_do_update(index_elements=["chat", "thread", "article_id"], set_=values)
        )

    async def remove(self, destination: Destination, article_id: ArticleId) -> bool:
        """Unmute a story. False if it was not muted."""
        here = current_id(destination.chat)
        gone = await self.connection.execute(
            delete(mutes).where(
                mutes.c.chat == here, mutes.c.thread == destination.thread, mutes.c.article_id == article_id
            )
        )
        return gone.rowcount == 1

    async def since(self, moment: datetime) -> tuple[Mute, ...]:
        """Stories that were muted since then, newest first."""
        rows = await self.connection.execute(
            select(mutes).where(mutes.c.muted_at >= moment).order_by(mutes.c.muted_at.desc(), mutes.c.article_id)
        )
        return tuple(_mute(row) for row in rows)

    async def of_chats(self, chats: Collection[str], since: datetime) -> tuple[Mute, ...]:
        """Stories that were muted in these chats since then, in any order. Chats are named by their current ids."""
        found: list[Mute] = []
        for batch in batched(chats):
            rows = await self.connection.execute(
                select(mutes).where(mutes.c.chat.in_(batch), mutes.c.muted_at >= since)
            )
            found += [_mute(row) for row in rows]
        return tuple(found)


def _mute(row: Row[Any]) -> Mute:
    return Mute(Destination(row.chat, row.thread), ArticleId(row.article_id), row.title, row.muted_at)
