"""Which topics have changed since a moment, found without reading them: by whichever process they were changed.

Each topic that was made, changed, voted on or removed has a row with a revision higher than all before. Writers follow
one another, so that revisions become visible in their order.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import TopicId
from bot.store.batches import batched
from bot.store.schema import added_topics, topic_revisions, votes

_COLUMNS = topic_revisions.c
_NEWEST = select(func.coalesce(func.max(_COLUMNS.revision), 0))


@dataclass(frozen=True, slots=True)
class ChangedTopics:
    """What has changed up to a revision."""

    revision: int
    topic_ids: tuple[TopicId, ...]
    """Topics of chats that were made, changed or removed, and topics on which votes were cast or taken back."""


async def newest_revision(connection: AsyncConnection) -> int:
    """The revision that everything stored now has at most; 0 before the first change."""
    return await connection.scalar(_NEWEST) or 0


async def topics_changed_since(connection: AsyncConnection, revision: int) -> ChangedTopics:
    """The topics with a higher revision, in the order of their last change."""
    rows = await connection.execute(
        select(_COLUMNS.revision, _COLUMNS.topic_id).where(_COLUMNS.revision > revision).order_by(_COLUMNS.revision)
    )
    found = rows.all()
    return ChangedTopics(found[-1].revision if found else revision, tuple(TopicId(row.topic_id) for row in found))


async def note_changed(connection: AsyncConnection, topic_ids: Collection[str]) -> None:
    """Give these topics a new revision, in the transaction that changes them."""
    for batch in batched(dict.fromkeys(topic_ids)):
        await connection.execute(delete(topic_revisions).where(_COLUMNS.topic_id.in_(batch)))
        await connection.execute(topic_revisions.insert(), [{"topic_id": topic_id} for topic_id in batch])


async def note_moved(connection: AsyncConnection, old: str, new: str) -> None:
    """Do so for the topics that the chat made, that tell it, or on which it voted: it had the id `old` before."""
    topics, cast = added_topics.c, votes.c
    told = topics.topic.contains(f'"{old}"', autoescape=True)
    moved = list(await connection.scalars(select(topics.topic_id).where(or_(topics.chat == new, told))))
    voted = await connection.scalars(select(cast.topic_id).where(cast.voter.startswith(f"{new}/", autoescape=True)))
    await note_changed(connection, [*moved, *voted])
