"""A reader's vote on an article: kept, undone, and what it changes in the topic."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from bot.errors import KabarError
from bot.features.similarity import passage, passage_digest
from bot.matching.evidence import distinctive_words
from bot.matching.index import TopicIndex
from bot.matching.profile import Profile
from bot.matching.resemblance import side_of
from bot.model import Article, ArticleId, Change, Example, Lesson, Measured, Topic, TopicId, Verdict, Vote
from bot.ports import Clock
from bot.store import Store, UnitOfWork
from bot.usecases.ingest.score_articles import document_of
from bot.usecases.match_file import NO_FEED
from bot.usecases.topics.watchlist import WatchlistBuilder

KEPT_TEXT = 6_000
"""Characters of an article that a vote keeps: all that is embedded, and about its first thousand words."""


class FeedbackError(KabarError):
    """A vote cannot be cast or undone; says why."""


class ArticleGoneError(FeedbackError):
    """There is nothing left that a vote could keep of the article."""

    def __init__(self) -> None:
        super().__init__("This article is no longer in the archive (delivery.keep_days in kabar.toml says how long).")


class NoVoteError(FeedbackError):
    """There is no vote to take back."""

    def __init__(self, topic_id: TopicId) -> None:
        super().__init__(f"There is no vote of yours on this article for {topic_id}.")


@dataclass(frozen=True, slots=True)
class Ballot:
    """What somebody says of an article for a topic; None: that they have said nothing."""

    topic: Topic
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Cast:
    """A ballot that was taken, and the votes on its topic before and after."""

    ballot: Ballot
    article_id: ArticleId
    article: Example = field(repr=False)
    before: tuple[Vote, ...] = field(repr=False)
    now: tuple[Vote, ...] = field(repr=False)


class Feedback:
    """Casts and undoes votes. A running instance takes them up by itself (`Attendant.learn`)."""

    def __init__(self, store: Store, builder: WatchlistBuilder, clock: Clock) -> None:
        self._store = store
        self._builder = builder
        self._clock = clock

    async def vote(self, topic: Topic, article_id: ArticleId, voter: str, verdict: Verdict) -> Lesson:
        """Takes the place of what this voter said of the article before. ArticleGoneError."""
        (cast,) = await self.record([Ballot(topic, verdict)], article_id, voter)
        return await self.lesson(cast)

    async def undo(self, topic: Topic, article_id: ArticleId, voter: str) -> Lesson:
        """As if the vote had never been. NoVoteError."""
        (cast,) = await self.record([Ballot(topic, None)], article_id, voter)
        return await self.lesson(cast)

    async def record(
        self, ballots: Sequence[Ballot], article_id: ArticleId, voter: str, written: Sequence[Change] = ()
    ) -> tuple[Cast, ...]:
        """Keep what a voter says of an article, all of it or nothing. ArticleGoneError, NoVoteError.

        `written`: what is noted of it in the same transaction.
        """
        async with self._store.write() as unit:
            cast = tuple([await self._take(unit, ballot, article_id, voter) for ballot in ballots])
            for change in written:
                await unit.changes.add(change)
        return cast

    async def _take(self, unit: UnitOfWork, ballot: Ballot, article_id: ArticleId, voter: str) -> Cast:
        topic_id = ballot.topic.id
        before = await unit.votes.of(topic_id)
        if ballot.verdict is None:
            if not await unit.votes.withdraw(topic_id, article_id, voter):
                raise NoVoteError(topic_id)
            article = next(vote.article for vote in before if vote.article_id == article_id)
        else:
            article = await _article(unit, article_id, before)
            await unit.votes.cast(Vote(topic_id, article_id, voter, ballot.verdict, self._clock.now(), article))
        return Cast(ballot, article_id, article, before, await unit.votes.of(topic_id))

    async def lesson(self, cast: Cast) -> Lesson:
        """What a vote has changed. With many votes this takes seconds, off the event loop."""
        topic, shown = cast.ballot.topic, cast.article
        lesson = Lesson(
            topic.id, topic.name, cast.article_id, shown.title, cast.ballot.verdict, has_query=bool(topic.query)
        )
        if not topic.examples:
            return lesson
        article = Article(cast.article_id, shown.title, shown.text, shown.language, shown.published_at)
        old, new = await self._builder.profile(topic, cast.before), await self._builder.profile(topic, cast.now)
        digest = passage_digest(article.title, article.text)
        vectors = await self._builder.vectors({digest: passage(article.title, article.text)})
        return await asyncio.to_thread(_learned, lesson, article, vectors[digest], old, new)


def _learned(lesson: Lesson, article: Article, vector: NDArray[np.float32], old: Profile, new: Profile) -> Lesson:
    document = document_of(article)

    def score(profile: Profile) -> float:
        (match,) = TopicIndex([profile]).judge_each(article, document, vector, NO_FEED)
        return match.score

    return replace(
        lesson,
        score=Measured(score(old), score(new)),
        threshold=Measured(old.threshold, new.threshold),
        words=distinctive_words(article, side_of(document), old.sides[: old.rows.examples]),
    )


async def _article(unit: UnitOfWork, article_id: ArticleId, votes: Sequence[Vote]) -> Example:
    """What a vote keeps of an article; of one that is gone, what an earlier vote has kept."""
    for article in await unit.articles.get([article_id]):
        origin = article.link or article.id
        return Example(origin, article.title, article.text[:KEPT_TEXT], article.language, article.published_at)
    for vote in votes:
        if vote.article_id == article_id:
            return vote.article
    raise ArticleGoneError
