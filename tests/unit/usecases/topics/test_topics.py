"""Topics made in chats: changed together with who did it, and watched at once without reading everything anew."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.config import PendingExample
from bot.errors import FilePosition
from bot.features.document import CHARACTERS
from bot.matching.editing import (
    LONGEST_NAME,
    MOST_EXAMPLES,
    Refusal,
    with_destination,
    with_example,
    with_feeds,
    with_name,
    with_paused,
    with_query,
    without_example,
)
from bot.matching.program import features_name
from bot.model import (
    ArticleId,
    Change,
    Destination,
    Example,
    FetchOutcome,
    FetchRequest,
    Language,
    Topic,
    TopicId,
    Verdict,
    Vote,
)
from bot.store import open_store
from bot.usecases.topics.edit import BadQuery, QueryTaken, change_query, change_topic, remove_topic
from bot.usecases.topics.examples import digest_of_example
from tests.fakes.clock import FakeClock
from tests.fakes.feed_server import Answer
from tests.fakes.feeds import Item, filler
from tests.fakes.fetcher import FakeFetcher
from tests.unit.usecases.conftest import OpenRoom
from tests.unit.usecases.newsroom import CHAT, KOREA, Newsroom

RICE_TEXT = filler("rice harvest", 120)
RICE = Example("message", "Rice is dearer", RICE_TEXT, Language("en"))
MADE = Topic(TopicId("rice"), "Rice", query="rice", destinations=(Destination("55"),), owner="chat:55")
BY_ADMIN = Change(FakeClock().now(), "9", 9, "Admin", "topic-changed", {"what": "query"})
NEWS = Item("Rice is dearer", "Markets in Java saw rice prices rise.", "g2", "https://a.example/2")
TROOPS = Item("Korea sends troops", "Thousands of soldiers left Korea by train.", "g1", "https://a.example/1")


async def make(room: Newsroom, *topics: Topic) -> None:
    async with room.store.write() as unit:
        for topic in topics:
            await unit.topics.save(topic, room.clock.now())


async def made(room: Newsroom) -> tuple[Topic, ...]:
    async with room.store.read() as unit:
        return await unit.topics.added()


async def log(room: Newsroom, chat: str) -> tuple[Change, ...]:
    async with room.store.read() as unit:
        return await unit.changes.latest(10, chat=chat)


# --- changed -------------------------------------------------------------------------------------


async def test_a_change_is_written_down_for_the_chat_that_made_the_topic(room: Newsroom) -> None:
    await make(room, MADE)
    assert await change_topic(room.store, MADE.id, with_paused(paused=True), BY_ADMIN) == replace(MADE, paused=True)
    assert await made(room) == (replace(MADE, paused=True),)
    (change,) = await log(room, "55")
    assert change == replace(BY_ADMIN, chat="55", values={"topic": "Rice", "what": "query"})
    assert await log(room, "9") == ()


async def test_what_changes_nothing_or_is_refused_is_not_written_down(room: Newsroom) -> None:
    await make(room, MADE)
    assert await change_topic(room.store, MADE.id, with_paused(paused=False), BY_ADMIN) == MADE
    assert await change_topic(room.store, MADE.id, with_query("query", ""), BY_ADMIN) is Refusal.NOTHING_LEFT
    of_a_file = TopicId("korea")
    assert await change_topic(room.store, of_a_file, with_paused(paused=True), BY_ADMIN) is Refusal.GONE
    assert await made(room) == (MADE,)
    assert await log(room, "55") == ()


async def test_a_query_is_read_before_it_is_stored(room: Newsroom) -> None:
    await make(room, MADE)
    wrong = await change_query(room.store, MADE.id, "query", '  rice AND "field', BY_ADMIN)
    assert isinstance(wrong, BadQuery)
    assert (wrong.written, wrong.error.position) == ('rice AND "field', 9)
    assert await made(room) == (MADE,)
    taken = await change_query(room.store, MADE.id, "exclude", "“rice field” or film", BY_ADMIN)
    assert isinstance(taken, QueryTaken)
    assert taken.topic == replace(MADE, exclude="“rice field” or film")
    assert taken.query is not None
    (warning,) = taken.query.warnings
    assert "“or” (at character 14)" in str(warning)
    cleared = await change_query(room.store, MADE.id, "exclude", " ", BY_ADMIN)
    assert cleared == QueryTaken(MADE, None)
    assert await change_query(room.store, MADE.id, "query", "", BY_ADMIN) is Refusal.NOTHING_LEFT
    assert await change_query(room.store, TopicId("x"), "query", "a", BY_ADMIN) is Refusal.GONE


async def test_a_topic_is_removed_once(room: Newsroom) -> None:
    await make(room, MADE)
    by = replace(BY_ADMIN, code="topic-removed", values={})
    assert await remove_topic(room.store, MADE.id, by) == MADE
    assert await remove_topic(room.store, MADE.id, by) is None
    assert await made(room) == ()
    (change,) = await log(room, "55")
    assert (change.code, change.values) == ("topic-removed", {"topic": "Rice"})


def test_names() -> None:
    assert with_name("  Harga\nberas\u200b ")(MADE) == replace(MADE, name="Harga beras")
    assert with_name("\u202e \n")(MADE) is Refusal.BAD_NAME
    assert with_name("n" * LONGEST_NAME)(MADE) == replace(MADE, name="n" * LONGEST_NAME)
    assert with_name("n" * (LONGEST_NAME + 1))(MADE) is Refusal.BAD_NAME


def test_examples() -> None:
    one = with_example(RICE)(MADE)
    assert one == replace(MADE, examples=(RICE,))
    assert isinstance(one, Topic)
    assert with_example(replace(RICE, origin="https://a.example/"))(one) is Refusal.KNOWN_EXAMPLE
    long = with_example(replace(RICE, text="a" * 30_000))(MADE)
    assert isinstance(long, Topic)
    assert len(long.examples[0].text) == CHARACTERS
    full = replace(MADE, examples=tuple(replace(RICE, title=f"{n}") for n in range(MOST_EXAMPLES)))
    assert with_example(RICE)(full) is Refusal.TOO_MANY_EXAMPLES
    unlike = replace(one, counterexamples=(replace(RICE, title="Other"),))
    assert without_example(RICE)(unlike) == MADE
    assert without_example(RICE)(replace(unlike, query="")) is Refusal.NOTHING_LEFT


def test_feeds_and_destinations_come_and_go_whatever_was_so_before() -> None:
    with_world = replace(MADE, feeds=("world", "id"))
    assert with_feeds("id", wanted=True)(replace(MADE, feeds=("world",))) == with_world
    assert with_feeds("world", wanted=True)(with_world) == with_world
    for before in (with_world, replace(MADE, feeds=("id",))):
        assert with_feeds("world", wanted=False)(before) == replace(MADE, feeds=("id",))
    there = Destination("-1", 2)
    told = replace(MADE, destinations=(Destination("55"), there))
    for before in (MADE, told):
        assert with_destination(there, wanted=True)(before) == told
        assert with_destination(there, wanted=False)(before) == MADE


# --- watched -------------------------------------------------------------------------------------


async def test_topics_made_changed_and_removed_are_watched_so_from_the_next_poll_on(room: Newsroom) -> None:
    await make(room, MADE)
    await room.attendant.take_topics()
    await room.attendant.greet_if_wanted()
    room.publish("antara", NEWS)
    await room.poll()
    await room.deliver()
    assert room.titles("55") == ["Rice is dearer"]

    await change_topic(room.store, MADE.id, with_query("query", "wheat"), BY_ADMIN)
    await room.attendant.take_topics()
    wheat = Item("Wheat is dearer", "Wheat prices rose in Surabaya.", "g3", "https://a.example/3")
    rice = Item("Rice is cheaper", "Other rice prices fell in Medan.", "g4", "https://a.example/4")
    room.publish("antara", NEWS, wheat, rice)
    await room.poll()
    await room.deliver()
    assert room.titles("55") == ["Rice is dearer", "Wheat is dearer"]

    await remove_topic(room.store, MADE.id, BY_ADMIN)
    await room.attendant.take_topics()
    assert set(room.attendant.watch.topics) == {KOREA.id}
    more = Item("More wheat", "Wheat harvest ends in Lampung.", "g5", "https://a.example/5")
    room.publish("antara", NEWS, wheat, rice, more, TROOPS)
    await room.poll()
    await room.deliver()
    assert room.titles("55") == ["Rice is dearer", "Wheat is dearer"]
    assert room.titles() == ["Korea sends troops"]


async def test_taking_topics_fetches_no_page_and_embeds_only_what_is_new(open_room: OpenRoom) -> None:
    room = await open_room(topics=(replace(KOREA, query="", examples=()),))
    url = "https://b.example/korea"
    page = f"<html><body><article><h1>Korea</h1><p>{filler('korea', 200)}</p></article></body></html>"
    room.fetcher.answers[url] = Answer(page.encode(), headers={"content-type": "text/html"})
    room.pending_examples = (PendingExample(KOREA.id, url, FilePosition("korea.toml")),)
    await room.attendant.reread()
    await make(room, replace(MADE, examples=(RICE,)))
    await room.attendant.take_topics()
    fetched, embedded = len(room.fetcher.requests), list(room.embedder.embedded)
    before = room.attendant.watch

    await change_topic(room.store, MADE.id, with_paused(paused=True), BY_ADMIN)
    await change_topic(room.store, MADE.id, with_name("Beras"), BY_ADMIN)
    await room.attendant.take_topics()
    assert room.embedder.embedded == embedded
    await change_topic(
        room.store, MADE.id, with_example(replace(RICE, title="Another", text="Quite another.")), BY_ADMIN
    )
    await room.attendant.take_topics()
    assert {text.split()[0] for text in room.embedder.embedded[len(embedded) :]} <= {"Another", "Another."}
    assert len(room.fetcher.requests) == fetched
    after = room.attendant.watch
    assert after.topics[KOREA.id] == before.topics[KOREA.id]
    assert len(after.topics[KOREA.id].examples) == 1
    assert (after.topics[MADE.id].name, after.topics[MADE.id].paused) == ("Beras", True)
    profile = after.index.profile(MADE.id)
    assert profile is not None
    assert (profile.topic, profile.criteria.rows.examples) == (after.topics[MADE.id], 2)


async def test_what_votes_have_taught_stays_when_a_topic_is_changed(room: Newsroom) -> None:
    await make(room, replace(MADE, examples=(RICE,)))
    await room.attendant.take_topics()
    async with room.store.write() as unit:
        await unit.votes.cast(Vote(MADE.id, ArticleId("a"), "1", Verdict.BAD, room.clock.now(), RICE))
    await room.attendant.take_topics()
    taught = room.attendant.watch.index.profile(MADE.id)
    await change_topic(room.store, MADE.id, with_name("Beras"), BY_ADMIN)
    await room.attendant.take_topics()
    kept = room.attendant.watch.index.profile(MADE.id)
    await change_topic(room.store, MADE.id, with_query("query", "wheat"), BY_ADMIN)
    await room.attendant.take_topics()
    anew = room.attendant.watch.index.profile(MADE.id)
    assert taught is not None
    assert kept is not None
    assert anew is not None
    assert len(taught.criteria.sides) == len(kept.criteria.sides) == len(anew.criteria.sides) == 2


async def test_a_file_of_the_same_id_takes_the_topics_place(room: Newsroom) -> None:
    await make(room, replace(MADE, id=KOREA.id))
    await room.attendant.take_topics()
    assert room.attendant.watch.topics == {KOREA.id: KOREA}


async def test_a_topic_made_while_the_configuration_is_read_is_not_lost(room: Newsroom) -> None:
    class Making(FakeFetcher):
        async def fetch(self, request: FetchRequest) -> FetchOutcome:
            await make(room, MADE)
            await room.attendant.take_topics()
            return await super().fetch(request)

    room.fetcher = Making(room.fetcher.answers)
    await room.again()
    room.pending_examples = (PendingExample(KOREA.id, "https://b.example/", FilePosition("korea.toml")),)
    await room.attendant.reread()
    assert set(room.attendant.watch.topics) == {KOREA.id, MADE.id}


async def test_topics_of_several_chats_taken_at_once_are_all_watched(room: Newsroom) -> None:
    async def one(number: int) -> None:
        await make(room, replace(MADE, id=TopicId(f"t{number}"), owner=f"chat:{number}"))
        await room.attendant.take_topics()

    await asyncio.gather(*map(one, range(1, 9)))
    assert len(room.attendant.watch.topics) == 9
    assert CHAT in room.attendant.watch.topics[KOREA.id].destinations


async def test_what_another_process_stores_is_watched_without_being_told(room: Newsroom) -> None:
    other = await open_store(f"sqlite:///{room.path / 'kabar.db'}", now=room.clock.now())
    try:
        async with other.write() as unit:
            await unit.topics.save(replace(MADE, examples=(RICE,)), room.clock.now())
        await room.attendant.take_topics()
        assert MADE.id in room.attendant.watch.topics
        before = room.attendant.watch.index
        await room.attendant.take_topics()
        assert room.attendant.watch.index is before
        async with other.write() as unit:
            await unit.votes.cast(Vote(MADE.id, ArticleId("a"), "1", Verdict.BAD, room.clock.now(), RICE))
        await room.attendant.take_topics()
        taught = room.attendant.watch.index.profile(MADE.id)
        assert taught is not None
        assert len(taught.criteria.packed_sides) == 2
        async with other.write() as unit:
            await unit.topics.remove(MADE.id)
        await room.attendant.take_topics()
        assert set(room.attendant.watch.topics) == {KOREA.id}
        assert room.attendant.watch.index.profile(MADE.id) is None
    finally:
        await other.close()


async def test_only_what_has_changed_is_read_and_introduced(room: Newsroom) -> None:
    await make(room, *(replace(MADE, id=TopicId(f"t{number}"), owner=f"chat:{number}") for number in range(1, 30)))
    await room.attendant.take_topics()
    await room.attendant.greet_if_wanted()
    kept = room.attendant.watch.index.profile(TopicId("t7"))
    await change_topic(room.store, TopicId("t8"), with_query("query", "wheat"), BY_ADMIN)
    await room.attendant.take_topics()
    assert room.attendant.watch.index.profile(TopicId("t7")) is kept
    changed = room.attendant.watch.index.profile(TopicId("t8"))
    assert changed is not None
    assert changed.topic.query == "wheat"
    assert list(room.attendant.watch.topics) == [KOREA.id, *(f"t{number}" for number in range(1, 30))]
    assert [one.topic.id for one in room.attendant.watch.index.profiles] == list(room.attendant.watch.topics)


async def test_a_start_describes_and_embeds_no_example_again(room: Newsroom) -> None:
    alike = [replace(MADE, id=TopicId(name), examples=(RICE,)) for name in ("a", "b", "c")]
    await make(room, *alike)
    await room.attendant.take_topics()
    profiles = [room.attendant.watch.index.profile(topic.id) for topic in alike]
    assert len({id(profile.criteria) for profile in profiles if profile is not None}) == 1
    embedded = len(room.embedder.embedded)
    await room.again()
    assert len(room.embedder.embedded) == 0 or room.embedder.embedded == room.embedder.embedded[:embedded]
    async with room.store.read() as unit:
        name, digest = features_name(), digest_of_example(RICE)
        assert set(await unit.examples.get(name, [digest])) == {digest}
    await remove_topic(room.store, TopicId("a"), BY_ADMIN)
    for topic in alike[1:]:
        await change_topic(room.store, topic.id, without_example(RICE), BY_ADMIN)
    await room.again()
    async with room.store.read() as unit:
        assert await unit.examples.get(name, [digest]) == {}
