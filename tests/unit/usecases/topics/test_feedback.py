"""Votes: they count at once and after a restart, are noticed by who did not cast them, and leave no trace undone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from bot.model import (
    Article,
    ArticleId,
    DeliveryState,
    Example,
    Language,
    Lesson,
    Match,
    Topic,
    TopicId,
    Verdict,
    Vote,
)
from bot.usecases.ingest.score_articles import document_of, embed_articles
from bot.usecases.topics.feedback import FeedbackError, cast_vote
from bot.usecases.topics.profiles import profile_topic
from tests.fakes.feeds import Item
from tests.unit.usecases.conftest import OpenRoom
from tests.unit.usecases.newsroom import CHAT, KOREA, Newsroom

EN = Language("en")
LOMBOK = Example(
    "message",
    "Earthquake in Lombok",
    "A magnitude 6.9 earthquake struck Lombok on Sunday; rescuers search ruins in Mataram, officials said.",
    EN,
)
QUAKE = Topic(TopicId("quake"), "Lombok", (LOMBOK,), sensitivity=0.05, destinations=(CHAT,))
PALU = Item(
    "Palu counts its dead",
    "Officials said rescuers search ruins after a magnitude 7.5 earthquake struck Palu on Friday.",
    "p",
    "https://a.example/p",
    short=True,
)
AFTERSHOCK = Article(
    ArticleId("x"), "Palu shakes again", "Rescuers search ruins in Palu after the magnitude 7.5 earthquake.", EN
)


@pytest.fixture
async def quaking(open_room: OpenRoom) -> Newsroom:
    """A chat that was told of another earthquake than the one it asked for."""
    room = await open_room([QUAKE, KOREA])
    room.publish("antara", PALU)
    await room.poll()
    return room


async def vote(room: Newsroom, topic: Topic, article_id: ArticleId, voter: str, verdict: Verdict | None) -> Lesson:
    """As another process casts it."""
    return await cast_vote(room.store, room.embedder, room.clock, topic, article_id, voter, verdict)


async def judge(room: Newsroom, topic_id: TopicId = QUAKE.id) -> Match:
    (row,) = await embed_articles(room.embedder, [AFTERSHOCK])
    index = room.attendant.watch.index.only(topic_id)
    (match,) = index.judge_each(AFTERSHOCK, document_of(AFTERSHOCK), row, frozenset())
    return match


async def told(room: Newsroom) -> ArticleId:
    """The article of the chat's only alert."""
    async with room.store.read() as unit:
        (delivery,) = await unit.outbox.list(tuple(DeliveryState), 10)
        (article_id,) = {alert.article_id for alert in await unit.outbox.alerts(delivery.content.id)}
    return article_id


async def test_a_bad_vote_lowers_what_is_alike_and_undoing_it_brings_the_score_back(quaking: Newsroom) -> None:
    before, article_id = await judge(quaking), await told(quaking)
    lesson = await vote(quaking, QUAKE, article_id, "1", Verdict.BAD)
    assert lesson.score is not None
    assert lesson.threshold is not None
    assert lesson.score.now < lesson.score.before
    assert lesson.threshold.now > lesson.threshold.before
    assert (lesson.title, lesson.topic_name, lesson.verdict) == (PALU.title, "Lombok", Verdict.BAD)
    assert "Palu" in lesson.words
    assert "Lombok" not in lesson.words
    assert await judge(quaking) == before  # nobody has looked yet
    await quaking.attendant.take_topics()
    after = await judge(quaking)
    assert after.score < before.score
    assert after.threshold == lesson.threshold.now

    await quaking.again()
    assert await judge(quaking) == after
    undone = await vote(quaking, QUAKE, article_id, "1", None)
    assert undone.verdict is None
    assert undone.score == replace(lesson.score, before=lesson.score.now, now=lesson.score.before)
    await quaking.attendant.take_topics()
    assert await judge(quaking) == before


async def test_a_good_vote_raises_what_is_alike_and_may_be_changed(quaking: Newsroom) -> None:
    before, article_id = await judge(quaking), await told(quaking)
    await vote(quaking, QUAKE, article_id, "1", Verdict.BAD)
    lesson = await vote(quaking, QUAKE, article_id, "1", Verdict.GOOD)
    assert lesson.score is not None
    assert lesson.score.now > lesson.score.before
    await quaking.attendant.take_topics()
    after = await judge(quaking)
    assert after.score > before.score
    assert after.evidence.nearest_example == PALU.title
    async with quaking.store.read() as unit:
        assert [vote.verdict for vote in await unit.votes.of(QUAKE.id)] == [Verdict.GOOD]


async def test_only_the_topic_that_was_voted_on_learns(quaking: Newsroom) -> None:
    room = quaking
    korea = room.attendant.watch.index.profile(KOREA.id)
    await vote(room, QUAKE, await told(room), "1", Verdict.BAD)
    await room.attendant.take_topics()
    assert room.attendant.watch.index.profile(KOREA.id) is korea
    learned = room.attendant.watch
    await room.attendant.take_topics()
    assert room.attendant.watch is learned


async def test_votes_outlive_the_archive(quaking: Newsroom) -> None:
    article_id = await told(quaking)
    await vote(quaking, QUAKE, article_id, "1", Verdict.BAD)
    await quaking.again()
    before = await judge(quaking)
    await quaking.clock.advance(400 * 86_400)
    await quaking.store.forget_before(quaking.clock.now() - timedelta(days=90), timedelta(days=1))
    await quaking.again()
    assert await judge(quaking) == before
    await vote(quaking, QUAKE, article_id, "2", Verdict.BAD)  # what the first vote has kept will do
    with pytest.raises(FeedbackError, match="no longer in the archive"):
        await vote(quaking, KOREA, article_id, "1", Verdict.BAD)


async def test_a_query_does_not_learn_and_the_vote_is_kept(room: Newsroom) -> None:
    room.publish("antara", Item("Korea sends troops", "Thousands left Korea.", "g1", "https://a.example/1"))
    await room.poll()
    lesson = await vote(room, KOREA, await told(room), "1", Verdict.BAD)
    assert (lesson.score, lesson.threshold, lesson.words) == (None, None, ())
    before = await judge(room, KOREA.id)
    await room.attendant.take_topics()
    assert await judge(room, KOREA.id) == before
    async with room.store.read() as unit:
        assert len(await unit.votes.of(KOREA.id)) == 1


async def test_what_was_never_said_cannot_be_undone(quaking: Newsroom) -> None:
    article_id = await told(quaking)
    await vote(quaking, QUAKE, article_id, "2", Verdict.BAD)
    with pytest.raises(FeedbackError, match="no vote of yours"):
        await vote(quaking, QUAKE, article_id, "1", None)
    async with quaking.store.read() as unit:
        assert len(await unit.votes.of(QUAKE.id)) == 1


async def test_learning_from_many_votes_lets_others_go_on(open_room: OpenRoom) -> None:
    room = await open_room([QUAKE])
    words = [f"word{number}" for number in range(800)]
    votes = [
        Vote(
            QUAKE.id, ArticleId(str(n)), "reader", Verdict.BAD, room.clock.now(), replace(LOMBOK, text=" ".join(words))
        )
        for n in range(40)
    ]
    learn = partial(profile_topic, room.store, room.embedder, room.clock)
    await learn(QUAKE, votes)  # what is computed once is computed now
    building = asyncio.create_task(learn(QUAKE, votes))
    turns = 0
    while not building.done():
        await asyncio.sleep(0)
        turns += 1
    assert len((await building).criteria.rows.opposing) == len(votes)
    assert turns > 10
