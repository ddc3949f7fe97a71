"""Verdicts of readers, kept for longer than the articles that they are about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import ArticleId, Example, Language, TopicId, Verdict, Vote
from bot.store.schema import votes as vote_table
from bot.store.sqlite import insert

MOST: Final = 200
"""Votes a topic keeps, the newest: what a reader wants changes, and each is compared with every article."""


@dataclass(frozen=True, slots=True)
class VoteStore:
    """Verdicts of readers: one a voter, article and topic. They outlive the articles; each topic keeps the newest."""

    connection: AsyncConnection

    async def cast(self, vote: Vote) -> None:
        """Takes the place of what the voter said of the article before; where there are too many the oldest goes."""
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
        columns = vote_table.c
        newest = select(columns.id).where(columns.topic_id == vote.topic_id).order_by(columns.id.desc()).limit(MOST)
        await self.connection.execute(
            delete(vote_table).where(columns.topic_id == vote.topic_id, columns.id.not_in(newest))
        )

    async def withdraw(self, topic_id: TopicId, article_id: ArticleId, voter: str) -> bool:
        """Undo; False where there is no such vote."""
        gone = await self.connection.execute(
            delete(vote_table).where(
                vote_table.c.topic_id == topic_id,
                vote_table.c.article_id == article_id,
                vote_table.c.voter == voter,
            )
        )
        return gone.rowcount > 0

    async def of(self, topic_id: TopicId) -> tuple[Vote, ...]:
        """In the order they were cast."""
        rows = await self.connection.execute(
            select(vote_table).where(vote_table.c.topic_id == topic_id).order_by(vote_table.c.id)
        )
        return tuple(_vote(row) for row in rows)

    async def all(self) -> tuple[Vote, ...]:
        """In the order they were cast."""
        rows = await self.connection.execute(select(vote_table).order_by(vote_table.c.id))
        return tuple(_vote(row) for row in rows)

    async def stamp(self) -> str:
        """Changes whenever a vote is cast or withdrawn, by whatever process: cheap to ask.

        How many there are, and the id of the last: ids are never used twice.
        """
        (row,) = await self.connection.execute(select(func.count(), func.max(vote_table.c.id)))
        return f"{row[0]} {row[1]}"


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
