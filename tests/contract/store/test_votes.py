"""Verdicts of readers."""

from __future__ import annotations

from dataclasses import replace

from bot.model import ArticleId, Example, Language, TopicId, Verdict, Vote
from bot.store import Store
from bot.store.votes import MOST
from tests.contract.store.samples import DAY, HOUR, NOW, article

NATO = TopicId("nato")
ARTICLE = Example("https://example.org/a", "Judul 北朝鮮", "Paragraf.\n\nDua 🛰️.", Language("id"), NOW - HOUR)


def vote(name: str, *, topic: str = "nato", voter: str = "1001", verdict: Verdict = Verdict.GOOD) -> Vote:
    return Vote(TopicId(topic), ArticleId(name), voter, verdict, NOW, ARTICLE)


async def test_votes_come_back_whole_in_their_order(store: Store) -> None:
    undated = replace(vote("b", verdict=Verdict.BAD), article=replace(ARTICLE, published_at=None))
    async with store.write() as unit:
        await unit.votes.cast(vote("z"))
        await unit.votes.cast(undated)
        await unit.votes.cast(vote("z", topic="other"))
    async with store.read() as unit:
        assert await unit.votes.of(NATO) == (vote("z"), undated)
        assert await unit.votes.all() == (vote("z"), undated, vote("z", topic="other"))
        assert await unit.votes.of(TopicId("none")) == ()


async def test_a_voter_has_one_vote_on_an_article_and_topic(store: Store) -> None:
    changed = replace(vote("a", verdict=Verdict.BAD), cast_at=NOW + HOUR)
    async with store.write() as unit:
        for each in (vote("a"), vote("a", voter="1002"), vote("a", topic="other"), changed):
            await unit.votes.cast(each)
        assert await unit.votes.of(NATO) == (vote("a", voter="1002"), changed)
        assert len(await unit.votes.all()) == 3


async def test_undo_takes_back_one_vote(store: Store) -> None:
    async with store.write() as unit:
        for each in (vote("a"), vote("a", voter="1002"), vote("b"), vote("a", topic="other")):
            await unit.votes.cast(each)
        assert await unit.votes.withdraw(NATO, ArticleId("a"), "1001")
        assert not await unit.votes.withdraw(NATO, ArticleId("a"), "1001")
        assert await unit.votes.all() == (vote("a", voter="1002"), vote("b"), vote("a", topic="other"))


async def test_a_topic_keeps_the_newest(store: Store) -> None:
    async with store.write() as unit:
        await unit.votes.cast(vote("first", topic="other"))
        for number in range(MOST + 3):
            await unit.votes.cast(vote(str(number)))
        kept = await unit.votes.of(NATO)
        assert [each.article_id for each in kept] == [str(number) for number in range(3, MOST + 3)]
        assert len(await unit.votes.of(TopicId("other"))) == 1


async def test_each_change_gives_its_topic_a_new_revision(store: Store) -> None:
    async with store.write() as unit:
        revision = await unit.topics.revision()
        for name, voter, topic in (("a", "1", "nato"), ("b", "1", "other"), ("b", "1", "other")):
            await unit.votes.cast(vote(name, voter=voter, topic=topic))
            changed = await unit.topics.changed_since(revision)
            assert changed.topic_ids == (topic,)
            assert changed.revision > revision
            revision = changed.revision
        assert not await unit.votes.withdraw(NATO, ArticleId("b"), "1")
        assert (await unit.topics.changed_since(revision)).topic_ids == ()
        assert await unit.votes.withdraw(NATO, ArticleId("a"), "1")
        assert (await unit.topics.changed_since(revision)).topic_ids == (NATO,)
        assert await unit.votes.count() == 1


async def test_votes_of_some_topics(store: Store) -> None:
    async with store.write() as unit:
        for each in (vote("a"), vote("a", topic="other"), vote("b"), vote("a", topic="third")):
            await unit.votes.cast(each)
        found = await unit.votes.of_topics([NATO, TopicId("third"), TopicId("none")])
    assert found == {NATO: (vote("a"), vote("b")), "third": (vote("a", topic="third"),)}


async def test_votes_outlive_their_article(store: Store) -> None:
    old = replace(vote("old"), cast_at=NOW - DAY * 100)
    async with store.write() as unit:
        await unit.articles.add([article("old", seen=NOW - DAY * 100)])
        await unit.votes.cast(old)
    assert await store.forget_before(NOW - DAY * 90, DAY) == 1
    async with store.read() as unit:
        assert await unit.articles.get([ArticleId("old")]) == ()
        assert await unit.votes.of(NATO) == (old,)


async def test_votes_of_a_group_go_with_it_and_a_member_still_has_one(store: Store) -> None:
    async with store.write() as unit:
        for voter in ("-5/1001", "-5/1002", "-1005/1001", "-55/1001", "1001"):
            await unit.votes.cast(vote("a", voter=voter))
        await unit.chats.alias("-5", "-1005")
        assert [each.voter for each in await unit.votes.of(NATO)] == ["-1005/1002", "-1005/1001", "-55/1001", "1001"]
        assert [(each.person, each.group) for each in await unit.votes.of(NATO)][1:] == [
            ("1001", "-1005"),
            ("1001", "-55"),
            ("1001", None),
        ]
