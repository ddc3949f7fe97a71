"""Matches of articles with topics, and near misses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.matching.score import NEAR
from bot.model import ArticleId, Evidence, FeedId, Match, Sighting, TopicId
from bot.store.codec import decode, encode
from bot.store.schema import articles as article_table
from bot.store.schema import matches as match_table
from bot.store.statements import insert


@dataclass(frozen=True, slots=True)
class MatchStore:
    """Matches of articles with topics, and near misses."""

    connection: AsyncConnection

    async def add(
        self, matches: Sequence[Match], now: datetime, *, unless_newer: bool = False, only_new: bool = False
    ) -> None:
        """Add matches. A later match of the same article and topic replaces the earlier one.

        `unless_newer`: they were judged at `now` but are stored late, and one that was judged since is left;
        `only_new`: any that is there is left.
        """
        if not matches:
            return
        rows = [
            {
                "article_id": match.article_id,
                "topic_id": match.topic_id,
                "matched": match.matched,
                "score": match.score,
                "threshold": match.threshold,
                "evidence": encode(match.evidence),
                "judged_at": now,
            }
            for match in matches
        ]
        statement = insert(match_table)
        if only_new:
            await self.connection.execute(statement.on_conflict_do_nothing(), rows)
            return
        judgement = ("matched", "score", "threshold", "evidence", "judged_at")
        await self.connection.execute(
            statement.on_conflict_do_update(
                index_elements=["article_id", "topic_id"],
                set_={name: statement.excluded[name] for name in judgement},
                where=match_table.c.judged_at <= now if unless_newer else None,
            ),
            rows,
        )

    async def best(self, topic_id: TopicId, since: datetime, limit: int) -> tuple[Match, ...]:
        """Matches of a topic with articles first seen since then: the best score first, then the newest article."""
        return await self._judged(topic_id, since, limit, matched=True)

    async def nearest_misses(self, topic_id: TopicId, since: datetime, limit: int) -> tuple[Match, ...]:
        """Near misses of a topic with articles first seen since then, in the same order as `best`."""
        return await self._judged(topic_id, since, limit, matched=False)

    async def near(self, topic_id: TopicId, limit: int) -> tuple[Match, ...]:
        """Matches of a topic and what was near it, those that were judged last, the last first."""
        rows = await self.connection.execute(
            select(match_table)
            .where(match_table.c.topic_id == topic_id)
            .order_by(match_table.c.judged_at.desc(), match_table.c.article_id.desc())
            .limit(limit)
        )
        return tuple(map(_match, rows))

    async def latest(self) -> Mapping[TopicId, datetime]:
        """When each topic matched an article last; topics without a match in the archive are left out."""
        last = func.max(match_table.c.judged_at).label("last")
        rows = await self.connection.execute(
            select(match_table.c.topic_id, last).where(match_table.c.matched.is_(True)).group_by(match_table.c.topic_id)
        )
        return {TopicId(row.topic_id): row.last for row in rows}

    async def counts(self, since: datetime) -> Mapping[TopicId, int]:
        """How many articles first seen since then match each topic; topics without any are left out."""
        rows = await self.connection.execute(
            select(match_table.c.topic_id, func.count().label("articles"))
            .join(article_table, article_table.c.id == match_table.c.article_id)
            .where(match_table.c.matched.is_(True), article_table.c.first_seen_at >= since)
            .group_by(match_table.c.topic_id)
        )
        return {TopicId(row.topic_id): row.articles for row in rows}

    async def sightings(self, topic_id: TopicId, since: datetime) -> tuple[Sighting, ...]:
        """The articles that match a topic and were first seen since then, in any order."""
        columns = ("id", "feed_id", "title", "published_at", "first_seen_at")
        rows = await self.connection.execute(
            select(*(article_table.c[name] for name in columns))
            .join(match_table, article_table.c.id == match_table.c.article_id)
            .where(
                match_table.c.topic_id == topic_id,
                match_table.c.matched.is_(True),
                article_table.c.first_seen_at >= since,
            )
        )
        return tuple(
            Sighting(
                ArticleId(row.id),
                None if row.feed_id is None else FeedId(row.feed_id),
                row.title,
                row.published_at,
                row.first_seen_at,
            )
            for row in rows
        )

    async def of(self, article_id: ArticleId, topic_id: TopicId) -> Match | None:
        """The match of an article with a topic; None unless it matched or was a near miss."""
        rows = await self.connection.execute(
            select(match_table).where(match_table.c.article_id == article_id, match_table.c.topic_id == topic_id)
        )
        row = rows.one_or_none()
        return None if row is None else _match(row)

    async def _judged(self, topic_id: TopicId, since: datetime, limit: int, *, matched: bool) -> tuple[Match, ...]:
        rows = await self.connection.execute(
            select(match_table)
            .join(article_table, article_table.c.id == match_table.c.article_id)
            .where(
                match_table.c.topic_id == topic_id,
                match_table.c.matched.is_(matched),
                article_table.c.first_seen_at >= since,
                *(() if matched else (match_table.c.score >= NEAR * match_table.c.threshold,)),
            )
            .order_by(match_table.c.score.desc(), article_table.c.first_seen_at.desc(), article_table.c.id)
            .limit(limit)
        )
        return tuple(_match(row) for row in rows)


def _match(row: Row[Any]) -> Match:
    return Match(
        article_id=ArticleId(row.article_id),
        topic_id=TopicId(row.topic_id),
        score=row.score,
        matched=row.matched,
        evidence=decode(row.evidence, Evidence),
        threshold=row.threshold,
    )
