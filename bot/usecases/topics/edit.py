"""Changes to topics that were made in a chat. Each is stored in one transaction with who made it.

Who may change a topic is checked before, by the caller. After it, `Runtime.take_topics` applies the change to what is
watched. `change` says who acts, where and when; it is logged for the chat that made the topic.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Final

from bot.errors import QueryError
from bot.matching.editing import Edit, QueryPart, Refusal, with_query
from bot.matching.query import Query, parse_query
from bot.model import Change, Topic, TopicId
from bot.store import Store

MOST_TOPICS: Final = 50
"""Topics that one chat may make."""


@dataclass(frozen=True, slots=True)
class BadQuery:
    """A query that cannot be parsed."""

    written: str
    error: QueryError


@dataclass(frozen=True, slots=True)
class QueryTaken:
    """The topic with its new query; None if it was removed."""

    topic: Topic
    query: Query | None


async def change_topic(store: Store, topic_id: TopicId, edit: Edit, change: Change) -> Topic | Refusal:
    """The topic as `edit` has changed it. Nothing is stored or logged if it stays the same."""
    async with store.write() as unit:
        topic = await unit.topics.get(topic_id)
        if topic is None:
            return Refusal.GONE
        changed = edit(topic)
        if isinstance(changed, Refusal) or changed == topic:
            return changed
        await unit.topics.save(changed, change.at)
        await unit.changes.add(_for_owner(change, topic))
    return changed


async def change_query(
    store: Store, topic_id: TopicId, part: QueryPart, written: str, change: Change
) -> QueryTaken | BadQuery | Refusal:
    """Set one of the queries of a topic; an empty text removes it."""
    written, query = written.strip(), None
    if written:
        try:
            query = await asyncio.to_thread(parse_query, written)
        except QueryError as error:
            return BadQuery(written, error)
    outcome = await change_topic(store, topic_id, with_query(part, written), change)
    return outcome if isinstance(outcome, Refusal) else QueryTaken(outcome, query)


async def remove_topic(store: Store, topic_id: TopicId, change: Change) -> Topic | None:
    """The topic that was removed; None if there was none."""
    async with store.write() as unit:
        topic = await unit.topics.get(topic_id)
        if topic is None:
            return None
        await unit.topics.remove(topic_id)
        await unit.changes.add(_for_owner(change, topic))
    return topic


def _for_owner(change: Change, topic: Topic) -> Change:
    """An admin may change a group's topic from a private chat: the group must see that in its log."""
    return replace(change, chat=topic.owning_chat or change.chat, values={"topic": topic.name, **change.values})
