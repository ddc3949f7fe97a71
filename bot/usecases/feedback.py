"""A reader's vote on an article: kept, undone, and what it changes in the topic."""

from __future__ import annotations

from collections.abc import Sequence

from bot.errors import KabarError
from bot.features.similarity import passage, passage_digest
from bot.matching.evidence import telling_words
from bot.matching.index import TopicIndex
from bot.matching.profile import Profile
from bot.matching.resemblance import side_of
from bot.model import Article, ArticleId, Example, Lesson, Measured, Topic, Verdict, Vote
from bot.ports import Clock, Store, UnitOfWork
from bot.usecases.judge import document_of
from bot.usecases.match import NO_FEED
from bot.usecases.watch import WatchBuilder

KEPT_TEXT = 6_000
"""Characters of an article that a vote keeps: all that is embedded, and about its first thousand words."""


class FeedbackError(KabarError):
    """A vote cannot be cast or undone; says why."""


class Feedback:
    """Casts and undoes votes. A running instance takes them up by itself (`Attendant.learn`)."""

    def __init__(self, store: Store, builder: WatchBuilder, clock: Clock) -> None:
        self._store = store
        self._builder = builder
        self._clock = clock

    async def vote(self, topic: Topic, article_id: ArticleId, voter: str, verdict: Verdict) -> Lesson:
        """Takes the place of what this voter said of the article before. FeedbackError where the article is gone."""
        async with self._store.write() as unit:
            before = await unit.votes.of(topic.id)
            article = await _article(unit, article_id, before)
            await unit.votes.cast(Vote(topic.id, article_id, voter, verdict, self._clock.now(), article))
            now = await unit.votes.of(topic.id)
        return await self._lesson(topic, article_id, article, verdict, before, now)

    async def undo(self, topic: Topic, article_id: ArticleId, voter: str) -> Lesson:
        """As if the vote had never been. FeedbackError where there is none."""
        async with self._store.write() as unit:
            before = await unit.votes.of(topic.id)
            if not await unit.votes.withdraw(topic.id, article_id, voter):
                raise FeedbackError(f"There is no vote of yours on this article for {topic.id}.")
            now = await unit.votes.of(topic.id)
        article = next(vote.article for vote in before if vote.article_id == article_id)
        return await self._lesson(topic, article_id, article, None, before, now)

    async def _lesson(
        self,
        topic: Topic,
        article_id: ArticleId,
        shown: Example,
        verdict: Verdict | None,
        before: Sequence[Vote],
        now: Sequence[Vote],
    ) -> Lesson:
        lesson = Lesson(topic.id, topic.name, article_id, shown.title, verdict, has_query=bool(topic.query))
        if not topic.examples:
            return lesson
        article = Article(article_id, shown.title, shown.text, shown.language, shown.published_at)
        old, new = await self._builder.profile(topic, before), await self._builder.profile(topic, now)
        side = side_of(document_of(article))
        return Lesson(
            topic.id,
            topic.name,
            article_id,
            shown.title,
            verdict,
            score=Measured(await self._score(old, article), await self._score(new, article)),
            threshold=Measured(old.threshold, new.threshold),
            words=telling_words(article, side, old.sides[: old.rows.examples]),
            has_query=bool(topic.query),
        )

    async def _score(self, profile: Profile, article: Article) -> float:
        digest = passage_digest(article.title, article.text)
        vectors = await self._builder.vectors({digest: passage(article.title, article.text)})
        (match,) = TopicIndex([profile]).judge_each(article, document_of(article), vectors[digest], NO_FEED)
        return match.score


async def _article(unit: UnitOfWork, article_id: ArticleId, votes: Sequence[Vote]) -> Example:
    """What a vote keeps of an article; of one that is gone, what an earlier vote has kept."""
    for article in await unit.articles.get([article_id]):
        origin = article.link or article.id
        return Example(origin, article.title, article.text[:KEPT_TEXT], article.language, article.published_at)
    for vote in votes:
        if vote.article_id == article_id:
            return vote.article
    raise FeedbackError("This article is no longer in the archive (delivery.keep_days in kabar.toml says how long).")
