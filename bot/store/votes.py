"""Votes of readers on articles. They are kept longer than the articles."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import ArticleId, Example, Language, TopicId, Verdict, Vote
from bot.store.batches import batched
from bot.store.schema import votes as vote_table
from bot.store.statements import insert
from bot.store.topic_revisions import note_changed

MOST: Final = 200
"""How many votes of a topic are kept, the newest: interests change, and every article is compared with each vote."""


@dataclass(frozen=True, slots=True)
class VoteStore:
    """Votes of readers, one for each voter, article and topic. They are kept longer than articles."""

    connection: AsyncConnection

    async def cast(self, vote: Vote) -> None:
        """Add a vote, which replaces an earlier one of the voter on this article. Only the newest are kept."""
        await self.withdraw(vote.topic_id, vote.article_id, vote.voter)
        article = vote.article
        await self.connection.execute(
            insert(vote_table).values(
                topic_id=vote.topic_id,
                article_id=vote.article_id,
                voter=vote.voter,
                verdict=vote.verdict.value,
                cast_at=vote.cast_at,
                origin=article.origin,
                title=article.title,
                text=article.text,
                language=article.language,
                published_at=article.published_at,
            )
        )
        await note_changed(self.connection, [vote.topic_id])
        columns = vote_table.c
        newest = select(columns.id).where(columns.topic_id == vote.topic_id).order_by(columns.id.desc()).limit(MOST)
        await self.connection.execute(
            delete(vote_table).where(columns.topic_id == vote.topic_id, columns.id.not_in(newest))
        )

    async def withdraw(self, topic_id: TopicId, article_id: ArticleId, voter: str) -> bool:
        """Remove a vote. False if there is no such vote."""
        gone = await self.connection.execute(
            delete(vote_table).where(
                vote_table.c.topic_id == topic_id,
                vote_table.c.article_id == article_id,
                vote_table.c.voter == voter,
            )
        )
        if gone.rowcount > 0:
            await note_changed(self.connection, [topic_id])
        return gone.rowcount > 0

    async def of(self, topic_id: TopicId) -> tuple[Vote, ...]:
        """The votes of a topic, in the order they were cast."""
        rows = await self.connection.execute(
            select(vote_table).where(vote_table.c.topic_id == topic_id).order_by(vote_table.c.id)
        )
        return tuple(_vote(row) for row in rows)

    async def disliked(self, topic_id: TopicId) -> frozenset[ArticleId]:
        """The articles that somebody has said are not on the topic."""
        rows = await self.connection.execute(
            select(vote_table.c.article_id).where(
                vote_table.c.topic_id == topic_id, vote_table.c.verdict == Verdict.BAD.value
            )
        )
        return frozenset(ArticleId(row.article_id) for row in rows)

    async def all(self) -> tuple[Vote, ...]:
        """All votes, in the order they were cast."""
        rows = await self.connection.execute(select(vote_table).order_by(vote_table.c.id))
        return tuple(_vote(row) for row in rows)

    async def of_topics(self, topic_ids: Collection[TopicId]) -> Mapping[TopicId, tuple[Vote, ...]]:
        """The votes of some topics, each in the order they were cast."""
        found: dict[TopicId, list[Vote]] = {}
        for batch in batched(topic_ids):
            rows = await self.connection.execute(
                select(vote_table).where(vote_table.c.topic_id.in_(batch)).order_by(vote_table.c.id)
            )
            for row in rows:
                found.setdefault(TopicId(row.topic_id), []).append(_vote(row))
        return {topic_id: tuple(votes) for topic_id, votes in found.items()}

    async def count(self) -> int:
        """How many votes there are of all topics."""
        return await self.connection.scalar(select(func.count()).select_from(vote_table)) or 0


def _vote(row: Row[Any]) -> Vote:
    article = Example(row.origin, row.title, row.text, Language(row.language), row.published_at)
    return Vote(
        topic_id=TopicId(row.topic_id),
        article_id=ArticleId(row.article_id),
        voter=row.voter,
        verdict=Verdict(row.verdict),
        cast_at=row.cast_at,
        article=article,
    )
