"""When a topic was first seen with a destination."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.store.aliases import resolve
from bot.adapters.store.schema import introductions
from bot.adapters.store.sqlite import insert
from bot.model import Destination, TopicId


@dataclass(frozen=True, slots=True)
class SqlTopics:
    """Implements `bot.ports.TopicStore`."""

    connection: AsyncConnection

    async def introduced(self) -> Mapping[tuple[TopicId, Destination], datetime]:
        """Destinations have their chat's id of today: look up what `ChatStore.current` says."""
        rows = await self.connection.execute(select(introductions))
        return {(TopicId(row.topic_id), Destination(row.chat, row.thread)): row.introduced_at for row in rows}

    async def introduce(self, topic_id: TopicId, destination: Destination, now: datetime) -> None:
        """The first time counts."""
        today = await resolve(self.connection, (destination.chat,))
        await self.connection.execute(
            insert(introductions)
            .values(topic_id=topic_id, chat=today[destination.chat], thread=destination.thread, introduced_at=now)
            .on_conflict_do_nothing()
        )
