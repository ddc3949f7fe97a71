"""Topics made in chats are changed and removed: each change and who made it are stored together."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Final

from bot.errors import QueryError, Remark
from bot.matching.editing import Edit, QueryPart, Refusal, with_query
from bot.matching.query import parse_query
from bot.model import Change, Topic, TopicId
from bot.store import Store

MOST_TOPICS: Final = 50
"""Made in one chat."""


@dataclass(frozen=True, slots=True)
class BadQuery:
    """A query cannot be read."""

    written: str
    error: QueryError


@dataclass(frozen=True, slots=True)
class QueryTaken:
    """The topic has the query now. `warnings` say what is allowed, but seldom meant."""

    topic: Topic
    warnings: tuple[Remark, ...]


class TopicKeeper:
    """Changes and removes them. Who may do it is decided before; what is watched, after (`Attendant.take_topics`)."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def change(self, topic_id: TopicId, edit: Edit, by: Change) -> Topic | Refusal:
        """The topic as it is then. `by` is written down for the chat that made it, if anything changes."""
        async with self._store.write() as unit:
            topic = await unit.topics.get(topic_id)
            if topic is None:
                return Refusal.GONE
            changed = edit(topic)
            if isinstance(changed, Refusal) or changed == topic:
                return changed
            await unit.topics.save(changed, by.at)
            await unit.changes.add(_written_down(by, topic))
        return changed

    async def change_query(
        self, topic_id: TopicId, part: QueryPart, written: str, by: Change
    ) -> QueryTaken | BadQuery | Refusal:
        """The same for one of its queries; an empty one takes it away."""
        written, query = written.strip(), None
        if written:
            try:
                query = await asyncio.to_thread(parse_query, written)
            except QueryError as error:
                return BadQuery(written, error)
        outcome = await self.change(topic_id, with_query(part, written), by)
        return outcome if isinstance(outcome, Refusal) else QueryTaken(outcome, query.warnings if query else ())

    async def remove(self, topic_id: TopicId, by: Change) -> Topic | None:
        """The topic that is gone now; None where there was none."""
        async with self._store.write() as unit:
            topic = await unit.topics.get(topic_id)
            if topic is None:
                return None
            await unit.topics.remove(topic_id)
            await unit.changes.add(_written_down(by, topic))
        return topic


def _written_down(by: Change, topic: Topic) -> Change:
    """An admin changes a group's topic in private: the group is to see it."""
    return replace(by, chat=topic.owning_chat or by.chat, values={"topic": topic.name, **by.values})
