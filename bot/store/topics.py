"""Topics that were made in chats, and when each topic was introduced to a destination."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Destination, Example, Topic, TopicId
from bot.store.aliases import current_id, current_ids
from bot.store.batches import batched
from bot.store.codec import decode_topic, encode
from bot.store.schema import added_topics, introductions, votes
from bot.store.statements import insert
from bot.store.topic_revisions import ChangedTopics, newest_revision, note_changed, topics_changed_since


@dataclass(frozen=True, slots=True)
class TopicStore:
    """Topics that were made in chats, and when each topic was introduced to a destination.

    Articles that are older than the introduction are sent as background only.
    """

    connection: AsyncConnection

    async def added(self) -> tuple[Topic, ...]:
        """All topics that were made in chats, oldest first, with the current ids of chats."""
        rows = (
            await self.connection.execute(
                select(added_topics).order_by(added_topics.c.added_at, added_topics.c.topic_id)
            )
        ).all()
        return await self._topics(rows)

    async def get(self, topic_id: TopicId) -> Topic | None:
        """The topic with this id, if it was made in a chat."""
        rows = (await self.connection.execute(select(added_topics).where(added_topics.c.topic_id == topic_id))).all()
        return next(iter(await self._topics(rows)), None)

    async def some(self, topic_ids: Collection[TopicId]) -> Mapping[TopicId, Topic]:
        """Those of these topics that were made in chats, by id."""
        found: dict[TopicId, Topic] = {}
        for batch in batched(topic_ids):
            rows = await self.connection.execute(select(added_topics).where(added_topics.c.topic_id.in_(batch)))
            found.update({topic.id: topic for topic in await self._topics(rows.all())})
        return found

    async def of_chat(self, chat: str) -> tuple[Topic, ...]:
        """The topics that a chat has made, oldest first."""
        columns = added_topics.c
        rows = await self.connection.execute(
            select(added_topics).where(columns.chat == current_id(chat)).order_by(columns.added_at, columns.topic_id)
        )
        return await self._topics(rows.all())

    async def revision(self) -> int:
        """The revision of what is stored now: `changed_since` it tells of every later change."""
        return await newest_revision(self.connection)

    async def changed_since(self, revision: int) -> ChangedTopics:
        """The topics that were made, changed, voted on or removed since a revision, by whichever process."""
        return await topics_changed_since(self.connection, revision)

    async def _topics(self, rows: Sequence[Row[Any]]) -> tuple[Topic, ...]:
        """Decode topics in a thread, as the examples of all chats may be megabytes."""
        topics = await asyncio.to_thread(_decoded, rows)
        current = await current_ids(self.connection, {to.chat for topic in topics for to in topic.destinations})
        return tuple(
            replace(
                topic,
                destinations=tuple(dict.fromkeys(replace(to, chat=current[to.chat]) for to in topic.destinations)),
            )
            for topic in topics
        )

    async def save(self, topic: Topic, now: datetime) -> None:
        """Add a topic, or change the one with its id. ValueError for a topic that no chat owns."""
        owner = topic.owning_chat
        if owner is None:
            raise ValueError(f"the topic {topic.id} belongs to a file")
        here = current_id(owner)
        values = {"chat": here, "topic": encode(topic)}
        statement = insert(added_topics).values(topic_id=topic.id, added_at=now, **values)
        await self.connection.execute(statement.on_conflict_do_update(index_elements=["topic_id"], set_=values))
        await note_changed(self.connection, [topic.id])

    async def remove(self, topic_id: TopicId) -> bool:
        """Remove a topic with its votes and introductions. False if there is no such topic."""
        gone = await self.connection.execute(delete(added_topics).where(added_topics.c.topic_id == topic_id))
        if gone.rowcount == 1:
            await note_changed(self.connection, [topic_id])
            await self.connection.execute(delete(introductions).where(introductions.c.topic_id == topic_id))
            await self.connection.execute(delete(votes).where(votes.c.topic_id == topic_id))
        return gone.rowcount == 1

    async def introduced(self) -> Mapping[tuple[TopicId, Destination], datetime]:
        """When each topic was introduced to each destination. Destinations have the current ids of their chats."""
        rows = await self.connection.execute(select(introductions))
        return {(TopicId(row.topic_id), Destination(row.chat, row.thread)): row.introduced_at for row in rows}

    async def not_introduced(
        self, pairs: Collection[tuple[TopicId, Destination]]
    ) -> tuple[tuple[TopicId, Destination], ...]:
        """Those of the pairs whose topic was not introduced to the destination, which has its current id."""
        columns = introductions.c
        known: set[tuple[str, str, int | None]] = set()
        for batch in batched(dict.fromkeys(topic_id for topic_id, _ in pairs)):
            rows = await self.connection.execute(
                select(columns.topic_id, columns.chat, columns.thread).where(columns.topic_id.in_(batch))
            )
            known.update((row.topic_id, row.chat, row.thread) for row in rows)
        return tuple(pair for pair in pairs if (pair[0], pair[1].chat, pair[1].thread) not in known)

    async def introduce(self, topic_id: TopicId, destination: Destination, now: datetime) -> None:
        """Record that a topic is introduced to a destination; an earlier introduction stays as it is."""
        here = current_id(destination.chat)
        await self.connection.execute(
            insert(introductions)
            .values(topic_id=topic_id, chat=here, thread=destination.thread, introduced_at=now)
            .on_conflict_do_nothing()
        )


def _decoded(rows: Sequence[Row[Any]]) -> list[Topic]:
    """Topics with the same example share it, since many chats watch the same."""
    shared: dict[Example, Example] = {}

    def each_once(examples: tuple[Example, ...]) -> tuple[Example, ...]:
        return tuple(shared.setdefault(example, example) for example in examples)

    topics = (decode_topic(row.topic, f"chat:{row.chat}") for row in rows)
    return [
        replace(topic, examples=each_once(topic.examples), counterexamples=each_once(topic.counterexamples))
        if topic.examples
        else topic
        for topic in topics
    ]
