"""Topics made in chats: kept whole, owned by a chat whatever its id becomes, gone with all that hangs on them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import (
    ArticleId,
    Delivering,
    Destination,
    Example,
    Language,
    SensitivityName,
    Topic,
    TopicId,
    Verdict,
    Vote,
)
from bot.store import Store
from bot.store.codec import decode_topic, encode
from tests.contract.store.samples import HOUR, NOW
from tests.contract.store.test_content import ANY_TEXT, TIMES

ODD = Example(
    "message", "Tentara 北朝鮮 🇰🇵\u200d\u202e", "“Mereka tiba,” кхм.\n\n\x00\ud800\U0010ffff e\u0301", Language("id")
)
WHOLE = Topic(
    id=TopicId("korut"),
    name="Korut 🇰🇵 & <b>",
    examples=(ODD, Example("https://a.example/1", "", "Dua.", Language("und"), NOW - HOUR)),
    counterexamples=(replace(ODD, title="Lain"),),
    query='"pasukan Korut"~3 OR /\\d+/',
    require='lang:"id"',
    exclude="title:film",
    sensitivity=0.1 + 0.2,
    languages=(Language("id"), Language("en")),
    feeds=("world", "antara"),
    destinations=(Destination("-5", 42), Destination("@kanal"), Destination("1001")),
    delivering=Delivering.URGENT,
    owner="chat:-5",
    paused=True,
    review=True,
)
PLAIN = Topic(TopicId("a"), "A", query="a", owner="chat:7")

EXAMPLES = st.builds(Example, ANY_TEXT, ANY_TEXT, ANY_TEXT, ANY_TEXT, st.none() | TIMES)
TOPICS = st.builds(
    Topic,
    id=ANY_TEXT,
    name=ANY_TEXT,
    examples=st.lists(EXAMPLES, max_size=3).map(tuple),
    counterexamples=st.lists(EXAMPLES, max_size=2).map(tuple),
    query=ANY_TEXT,
    require=ANY_TEXT,
    exclude=ANY_TEXT,
    sensitivity=st.sampled_from(SensitivityName) | st.floats(0, 1),
    languages=st.lists(ANY_TEXT, max_size=2).map(tuple),
    feeds=st.lists(ANY_TEXT, max_size=2).map(tuple),
    destinations=st.lists(st.builds(Destination, ANY_TEXT, st.none() | st.integers(1, 2**40)), max_size=2).map(tuple),
    delivering=st.sampled_from(Delivering),
    digest_times=st.lists(st.times(), max_size=3).map(tuple),
    owner=ANY_TEXT,
    paused=st.booleans(),
    review=st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(TOPICS)
def test_every_field_comes_back(topic: Topic) -> None:
    assert decode_topic(encode(topic), topic.owner) == topic


async def test_topics_come_back_whole_in_the_order_they_were_made(store: Store) -> None:
    async with store.write() as unit:
        await unit.topics.save(WHOLE, NOW)
        await unit.topics.save(replace(PLAIN, id=TopicId("z")), NOW + HOUR)
        await unit.topics.save(PLAIN, NOW + HOUR * 2)
    async with store.read() as unit:
        assert await unit.topics.added() == (WHOLE, replace(PLAIN, id=TopicId("z")), PLAIN)
        assert await unit.topics.get(TopicId("korut")) == WHOLE
        assert await unit.topics.get(TopicId("none")) is None


async def test_saved_again_a_topic_is_changed_and_keeps_its_place(store: Store) -> None:
    changed = replace(WHOLE, query="", sensitivity=SensitivityName.STRICT, paused=False, examples=(ODD,))
    async with store.write() as unit:
        await unit.topics.save(WHOLE, NOW)
        await unit.topics.save(PLAIN, NOW + HOUR)
        await unit.topics.save(changed, NOW + HOUR * 2)
        assert await unit.topics.added() == (changed, PLAIN)


async def test_a_topic_of_a_file_is_not_stored(store: Store) -> None:
    async with store.write() as unit:
        with pytest.raises(ValueError, match="belongs to a file"):
            await unit.topics.save(replace(PLAIN, owner="file"), NOW)
        assert await unit.topics.added() == ()


async def test_what_hangs_on_a_topic_goes_with_it_and_nothing_else(store: Store) -> None:
    chat = Destination("7")
    async with store.write() as unit:
        for topic in (WHOLE, PLAIN):
            await unit.topics.save(topic, NOW)
            await unit.topics.introduce(topic.id, chat, NOW)
            await unit.votes.cast(Vote(topic.id, ArticleId("x"), "1", Verdict.GOOD, NOW, WHOLE.examples[1]))
        assert await unit.topics.remove(WHOLE.id)
        assert not await unit.topics.remove(WHOLE.id)
        assert await unit.topics.added() == (PLAIN,)
        assert list(await unit.topics.introduced()) == [(PLAIN.id, chat)]
        assert [vote.topic_id for vote in await unit.votes.all()] == [PLAIN.id]


async def test_a_topic_moves_with_its_chat(store: Store) -> None:
    """The group is its owner and one of those it tells."""
    async with store.write() as unit:
        await unit.topics.save(WHOLE, NOW)
        await unit.topics.save(PLAIN, NOW + HOUR)
        await unit.chats.alias("-5", "-1005")
    moved = replace(
        WHOLE,
        owner="chat:-1005",
        destinations=(Destination("-1005", 42), Destination("@kanal"), Destination("1001")),
    )
    async with store.write() as unit:
        assert await unit.topics.added() == (moved, PLAIN)
        await unit.topics.save(replace(WHOLE, name="Baru"), NOW)  # by who still knows its old id
        assert await unit.topics.get(WHOLE.id) == replace(moved, name="Baru")


async def test_two_ids_of_one_chat_are_told_once(store: Store) -> None:
    async with store.write() as unit:
        both = replace(PLAIN, destinations=(Destination("-5"), Destination("-1005")))
        await unit.topics.save(both, NOW)
        await unit.chats.alias("-5", "-1005")
        assert await unit.topics.added() == (replace(PLAIN, destinations=(Destination("-1005"),)),)


async def test_what_changed_since_a_revision_is_told_with_what_is_gone(store: Store) -> None:
    async with store.write() as unit:
        assert await unit.topics.revision() == 0
        await unit.topics.save(WHOLE, NOW)
        await unit.topics.save(PLAIN, NOW)
        revision = await unit.topics.revision()
        assert (await unit.topics.changed_since(revision)).topic_ids == ()
        await unit.topics.save(replace(WHOLE, name="Lain"), NOW)
        assert await unit.topics.remove(PLAIN.id)
        assert not await unit.topics.remove(PLAIN.id)
    async with store.read() as unit:
        changed = await unit.topics.changed_since(revision)
        assert changed.topic_ids == (WHOLE.id, PLAIN.id)
        assert changed.revision == await unit.topics.revision()
        assert (await unit.topics.changed_since(0)).topic_ids == (WHOLE.id, PLAIN.id)
        assert await unit.topics.some(changed.topic_ids) == {WHOLE.id: replace(WHOLE, name="Lain")}


async def test_a_chat_with_another_id_changes_the_topics_that_tell_it(store: Store) -> None:
    told = replace(PLAIN, id=TopicId("told"), destinations=(Destination("-5"),))
    others = replace(PLAIN, id=TopicId("others"), destinations=(Destination("-55"),))
    voted = Vote(TopicId("voted"), ArticleId("x"), "-5/1", Verdict.GOOD, NOW, WHOLE.examples[1])
    async with store.write() as unit:
        for topic in (WHOLE, told, others):
            await unit.topics.save(topic, NOW)
        await unit.votes.cast(voted)
        revision = await unit.topics.revision()
        await unit.chats.alias("-5", "-1005")
        changed = await unit.topics.changed_since(revision)
    assert set(changed.topic_ids) == {WHOLE.id, told.id, voted.topic_id}


async def test_topics_of_one_chat(store: Store) -> None:
    async with store.write() as unit:
        await unit.topics.save(WHOLE, NOW)
        await unit.topics.save(PLAIN, NOW)
        assert await unit.topics.of_chat("7") == (PLAIN,)
        await unit.chats.alias("7", "8")
        assert [topic.owning_chat for topic in await unit.topics.of_chat("7")] == ["8"]


async def test_to_whom_a_topic_was_not_introduced(store: Store) -> None:
    chat, thread = Destination("7"), Destination("7", 3)
    pairs = [(WHOLE.id, chat), (WHOLE.id, thread), (PLAIN.id, chat)]
    async with store.write() as unit:
        await unit.topics.introduce(WHOLE.id, thread, NOW)
        assert await unit.topics.not_introduced(pairs) == ((WHOLE.id, chat), (PLAIN.id, chat))
