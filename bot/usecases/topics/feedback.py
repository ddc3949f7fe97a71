"""Votes of readers on articles: cast and withdrawn, counted under an alert, and what one changes in its topic.

A running instance takes new votes by itself (`Runtime.take_topics`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from bot.errors import KabarError
from bot.features.similarity import passage, passage_digest
from bot.matching.evidence import distinctive_words
from bot.matching.index import TopicIndex
from bot.matching.profile import Profile
from bot.matching.sides import side_of
from bot.model import Alert, Article, ArticleId, Change, Example, Lesson, Measured, Tally, Topic, TopicId, Verdict, Vote
from bot.ports import Clock, Embedder
from bot.store import Store, UnitOfWork
from bot.usecases.ingest.score_articles import document_of
from bot.usecases.topics.examples import stored_vectors
from bot.usecases.topics.profiles import profile_topic

KEPT_TEXT = 6_000
"""Characters of an article that are kept with a vote: about a thousand words, more than is embedded."""


class FeedbackError(KabarError):
    """A vote cannot be cast or withdrawn; the message says why."""


class ArticleGoneError(FeedbackError):
    """The article is no longer stored anywhere, so that the vote cannot keep a copy."""

    def __init__(self) -> None:
        super().__init__("This article is no longer in the archive (delivery.keep_days in kabar.toml says how long).")


class NoVoteError(FeedbackError):
    """There is no vote to withdraw."""

    def __init__(self, topic_id: TopicId) -> None:
        super().__init__(f"There is no vote of yours on this article for {topic_id}.")


@dataclass(frozen=True, slots=True)
class Ballot:
    """A verdict on an article for a topic; None withdraws it."""

    topic: Topic
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Cast:
    """A ballot that was stored, with the votes on its topic before and after it."""

    ballot: Ballot
    article_id: ArticleId
    article: Example = field(repr=False)
    before: tuple[Vote, ...] = field(repr=False)
    now: tuple[Vote, ...] = field(repr=False)


async def cast_vote(
    store: Store,
    embedder: Embedder,
    clock: Clock,
    topic: Topic,
    article_id: ArticleId,
    voter: str,
    verdict: Verdict | None,
) -> Lesson:
    """Replace the voter's verdict on an article, or withdraw it (None). ArticleGoneError, NoVoteError."""
    (cast,) = await record_votes(store, clock, [Ballot(topic, verdict)], article_id, voter)
    return await lesson_of(store, embedder, clock, cast)


async def record_votes(
    store: Store,
    clock: Clock,
    ballots: Sequence[Ballot],
    article_id: ArticleId,
    voter: str,
    changes: Sequence[Change] = (),
) -> tuple[Cast, ...]:
    """Store a voter's verdicts on an article, all or none. ArticleGoneError, NoVoteError.

    `changes` are logged in the same transaction.
    """
    async with store.write() as unit:
        cast = tuple([await _record(unit, ballot, article_id, voter, clock.now()) for ballot in ballots])
        for change in changes:
            await unit.changes.add(change)
    return cast


async def _record(unit: UnitOfWork, ballot: Ballot, article_id: ArticleId, voter: str, now: datetime) -> Cast:
    topic_id = ballot.topic.id
    before = await unit.votes.of(topic_id)
    if ballot.verdict is None:
        if not await unit.votes.withdraw(topic_id, article_id, voter):
            raise NoVoteError(topic_id)
        article = next(vote.article for vote in before if vote.article_id == article_id)
    else:
        article = await _article(unit, article_id, before)
        await unit.votes.cast(Vote(topic_id, article_id, voter, ballot.verdict, now, article))
    return Cast(ballot, article_id, article, before, await unit.votes.of(topic_id))


async def lesson_of(store: Store, embedder: Embedder, clock: Clock, cast: Cast) -> Lesson:
    """What a vote has changed in its topic. With many votes this takes seconds, off the event loop."""
    topic, copy = cast.ballot.topic, cast.article
    lesson = Lesson(topic.id, topic.name, cast.article_id, copy.title, cast.ballot.verdict, has_query=bool(topic.query))
    if not topic.examples:
        return lesson
    article = Article(cast.article_id, copy.title, copy.text, copy.language, copy.published_at)
    old = await profile_topic(store, embedder, clock, topic, cast.before)
    new = await profile_topic(store, embedder, clock, topic, cast.now)
    digest = passage_digest(article.title, article.text)
    vectors = await stored_vectors(store, embedder, clock, {digest: passage(article.title, article.text)})
    return await asyncio.to_thread(_compare, lesson, article, vectors[digest], old, new)


def _compare(lesson: Lesson, article: Article, vector: NDArray[np.float32], old: Profile, new: Profile) -> Lesson:
    document = document_of(article)

    def score(profile: Profile) -> float:
        (match,) = TopicIndex([profile]).judge_each(article, document, vector, frozenset())
        return match.score

    return replace(
        lesson,
        score=Measured(score(old), score(new)),
        threshold=Measured(old.criteria.threshold, new.criteria.threshold),
        words=distinctive_words(article, side_of(document), old.criteria.sides[: old.criteria.rows.examples]),
    )


async def _article(unit: UnitOfWork, article_id: ArticleId, votes: Sequence[Vote]) -> Example:
    """The copy of an article that is kept with a vote; if the article is gone, the copy of an earlier vote."""
    for article in await unit.articles.get([article_id]):
        origin = article.link or article.id
        return Example(origin, article.title, article.text[:KEPT_TEXT], article.language, article.published_at)
    for vote in votes:
        if vote.article_id == article_id:
            return vote.article
    raise ArticleGoneError


# --- shown under an alert -------------------------------------------------------------------------


async def votes_on(unit: UnitOfWork, alert: Alert) -> tuple[Vote, ...]:
    """The votes of all readers on the alert's article, for its topics."""
    return tuple(
        [
            vote
            for reason in alert.reasons
            for vote in await unit.votes.of(reason.topic_id)
            if vote.article_id == alert.article_id
        ]
    )


def tally_in(chat: str, votes: Sequence[Vote]) -> Tally:
    """The voters of a chat, each counted once. A private chat, which has the id of its owner, has only one voter."""
    ours = [vote for vote in votes if chat in (vote.group, vote.voter)]
    good, bad = ({vote.voter for vote in ours if vote.verdict is verdict} for verdict in (Verdict.GOOD, Verdict.BAD))
    return Tally(len(good), len(bad))
