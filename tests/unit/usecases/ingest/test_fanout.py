"""Many chats are told of a document in parts: each chat is told once, in order, and the same as without parts."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import update

from bot.errors import StoreError
from bot.feeds.poll_order import due_poll
from bot.model import (
    Alert,
    Chat,
    Content,
    Delivering,
    DeliveryKind,
    Destination,
    FeedId,
    Preferences,
    Topic,
    TopicId,
)
from bot.store.schema import chats as chat_table
from bot.usecases.ingest.poll_places import PollPlaces
from tests.fakes.feeds import Item
from tests.unit.usecases.conftest import OpenRoom
from tests.unit.usecases.ingest.test_overtaken_plans import OvertakenStore
from tests.unit.usecases.ingest.test_stories import LOMBOK, report
from tests.unit.usecases.newsroom import Newsroom, feed, to

CHATS = tuple(Destination(str(2_000 + number)) for number in range(7))
OUTLETS = ("antara", "tempo", "bbc")
POINTS = ("fanout.before-commit", "fanout.committed", "poll.before-commit", "poll.committed")


async def many(open_room: OpenRoom, *topics: Topic, most: int = 2) -> Newsroom:
    """A room in which a document is told to two chats with it, and to more in parts of two."""
    room = await open_room(topics or [to(LOMBOK, *CHATS)], [feed(name) for name in OUTLETS])
    room.most = most
    await room.again()
    return room


async def poll_only(room: Newsroom, name: str) -> None:
    """What it brings to many is still to be told."""
    known = room.attendant.watch.feeds[FeedId(name)]
    async with PollPlaces(1, 1, 1).taken(due_poll(known, None)) as turn:
        await room.attendant.poll(known, turn)


async def counts(room: Newsroom) -> int:
    async with room.store.read() as unit:
        return sum((await unit.outbox.counts()).values())


async def open_parts(room: Newsroom) -> int:
    async with room.store.read() as unit:
        return len(await unit.fanouts.open_parts())


async def test_a_poll_leaves_a_large_audience_to_be_told_in_parts(open_room: OpenRoom) -> None:
    room = await many(open_room)
    room.publish("antara", report("antara"))
    await poll_only(room, "antara")
    assert (await counts(room), await open_parts(room)) == (0, 5)  # one has the match that all share
    await room.attendant.tell_rest()
    assert (await counts(room), await open_parts(room)) == (len(CHATS), 0)
    async with room.store.read() as unit:
        assert (await unit.matches.counts(room.clock.now() - timedelta(hours=1))) == {LOMBOK.id: 1}
    await room.deliver()
    assert all(room.titles(chat.chat) == ["Ferry burns off Lombok"] for chat in CHATS)


async def test_a_small_audience_is_told_with_the_poll(open_room: OpenRoom) -> None:
    room = await many(open_room, most=len(CHATS))
    room.publish("antara", report("antara"))
    await poll_only(room, "antara")
    assert (await counts(room), await open_parts(room)) == (len(CHATS), 0)


@pytest.mark.parametrize("point", ["fanout.before-commit", "fanout.committed"])
async def test_killed_between_parts_it_goes_on_where_it_was(open_room: OpenRoom, point: str) -> None:
    room = await many(open_room)
    room.publish("antara", report("antara"))
    await poll_only(room, "antara")
    for _ in range(3):
        room.faults.fail(point)
        with pytest.raises(StoreError):
            await room.attendant.tell_rest()
        await room.again()
    await room.attendant.tell_rest()
    await room.deliver()
    assert all(room.titles(chat.chat) == ["Ferry burns off Lombok"] for chat in CHATS)


async def test_who_is_owed_something_is_told_nothing_newer_before_it(open_room: OpenRoom) -> None:
    quake = replace(LOMBOK, id=TopicId("quake"), name="Quake", query="quake", destinations=CHATS[:1])
    other = replace(quake, id=TopicId("flood"), name="Flood", query="flood", destinations=(Destination("99"),))
    room = await many(open_room, to(LOMBOK, *CHATS), quake, other)
    room.publish("antara", report("antara"))
    room.publish("tempo", Item("A quake was felt in Aceh", "A quake was felt in Aceh on Sunday."))
    room.publish("bbc", Item("A flood in Jakarta", "A flood has reached Jakarta."))
    for outlet in OUTLETS:
        await poll_only(room, outlet)
    await room.deliver()
    assert room.titles("99") == ["A flood in Jakarta"]  # is owed nothing
    assert room.titles(CHATS[0].chat) == []
    await room.again()
    await room.attendant.tell_rest()
    await room.deliver()
    assert room.titles(CHATS[0].chat) == ["Ferry burns off Lombok", "A quake was felt in Aceh"]


async def test_a_group_that_has_another_id_since_is_told_in_order(open_room: OpenRoom) -> None:
    quake = replace(LOMBOK, id=TopicId("quake"), name="Quake", query="quake", destinations=(Destination("-1005"),))
    room = await many(open_room, to(LOMBOK, *CHATS, Destination("-5")), quake)
    room.publish("antara", report("antara"))
    room.publish("tempo", Item("A quake was felt in Aceh", "A quake was felt in Aceh on Sunday."))
    await poll_only(room, "antara")
    async with room.store.write() as unit:
        await unit.chats.alias("-5", "-1005")
    await poll_only(room, "tempo")
    assert await counts(room) == 0
    await room.attendant.tell_rest()
    await room.deliver()
    assert room.titles("-1005") == ["Ferry burns off Lombok", "A quake was felt in Aceh"]


async def test_who_has_left_the_topic_meanwhile_is_told_nothing(open_room: OpenRoom) -> None:
    room = await many(open_room)
    room.publish("antara", report("antara"))
    await poll_only(room, "antara")
    await room.again(topics=[to(LOMBOK, *CHATS[1:])])
    await room.attendant.tell_rest()
    await room.deliver()
    assert [len(room.titles(chat.chat)) for chat in CHATS] == [0, *[1] * (len(CHATS) - 1)]


async def test_a_topic_that_is_gone_meanwhile_holds_nobody_up(open_room: OpenRoom) -> None:
    room = await many(open_room)
    room.publish("antara", report("antara"))
    await poll_only(room, "antara")
    await room.again(topics=[replace(LOMBOK, id=TopicId("else"), query="nothing")])
    await room.attendant.tell_rest()
    assert (await counts(room), await open_parts(room)) == (0, 0)


async def test_a_topic_that_is_paused_meanwhile_tells_nobody_and_nothing_later(open_room: OpenRoom) -> None:
    room = await many(open_room)
    room.publish("antara", report("antara"))
    await poll_only(room, "antara")
    await room.again(topics=[replace(to(LOMBOK, *CHATS), paused=True)])
    await room.attendant.tell_rest()
    await room.again(topics=[to(LOMBOK, *CHATS)])
    await room.attendant.tell_rest()
    assert (await counts(room), await open_parts(room)) == (0, 0)


async def test_what_many_are_told_waits_while_another_program_holds_the_database(open_room: OpenRoom) -> None:
    room = await many(open_room)
    room.publish("antara", report("antara"))
    await poll_only(room, "antara")
    stop = asyncio.Event()
    room.faults.fail("fanout.before-commit")  # as a full disk, or a lock that is held too long
    job = asyncio.create_task(room.attendant.tell_many(stop))
    while room.faults.is_failing:  # noqa: ASYNC110 -- the fake tells nobody
        await asyncio.sleep(0.01)
    stop.set()
    await job
    assert (await counts(room), await open_parts(room)) == (0, 5)
    await room.attendant.tell_rest()
    assert await counts(room) == len(CHATS)


async def test_a_part_that_is_overtaken_all_the_time_gets_through(open_room: OpenRoom) -> None:
    room = await many(open_room, most=100)
    room.most = 3
    store = OvertakenStore(room.store)
    room.store = store
    await room.again()
    room.publish("antara", report("antara"))
    await poll_only(room, "antara")

    async def change() -> None:
        number = 0
        while True:
            number += 1
            async with store.write() as unit:
                for to in CHATS:
                    await unit.chats.save(Chat(to.chat, title=f"Newsroom {number}"))

    changing = asyncio.create_task(change())
    async with asyncio.timeout(60):
        await room.attendant.tell_rest()
    changing.cancel()
    await asyncio.wait({changing})
    await room.deliver()
    assert all(room.titles(chat.chat) == ["Ferry burns off Lombok"] for chat in CHATS)


async def test_a_chat_that_our_own_code_fails_on_is_left_out_and_all_others_are_told(open_room: OpenRoom) -> None:
    room = await many(open_room, most=5)
    async with room.store.write() as unit:
        await unit.chats.save(Chat(CHATS[2].chat))
        await unit.chats.connection.execute(update(chat_table).values(preferences="{"))
    room.publish("antara", report("antara"))
    await poll_only(room, "antara")
    await room.attendant.tell_rest()
    assert (await counts(room), await open_parts(room)) == (len(CHATS) - 1, 0)


def drawn(random: Random) -> tuple[list[Topic], dict[str, Chat]]:
    """Topics with random audiences, and what their chats have chosen."""
    words = ("lombok", "ferry", "fire", "passengers", "antara", "tempo")
    forms = [*CHATS, Destination(CHATS[0].chat, 4), Destination("-1005", 7), Destination("-1005")]
    topics = [
        replace(
            LOMBOK,
            id=TopicId(word),
            name=word.title(),
            query=word,
            destinations=tuple(random.sample(forms, random.randint(1, len(forms)))),
            delivering=random.choice([Delivering.INSTANT] * 3 + [Delivering.DIGEST, Delivering.URGENT]),
        )
        for word in random.sample(words, random.randint(2, 4))
    ]
    chosen = Preferences(outlets=("Tempo",))
    chats = [Chat(to.chat, preferences=random.choice([Preferences(), chosen])) for to in random.sample(CHATS, 3)]
    return topics, {chat.chat: chat for chat in chats}


def a_story(random: Random) -> list[tuple[str, Item]]:
    """What outlets bring, one after another: events of their own, and new figures of one event."""
    news = []
    for number in range(5):
        outlet, dead = random.choice(OUTLETS), random.randint(2, 40)
        title = random.choice([f"{dead} die on burning Lombok ferry", "Ferry burns off Lombok"])
        item = report(f"{outlet}{number}", title)
        if random.random() < 0.3:
            item = Item(f"Fire {number} in a market of Jakarta", f"A fire burnt market {number}.", f"{outlet}{number}")
        news.append((outlet, item))
    return news


def shown(content: Content) -> tuple[object, ...]:
    """What a reader sees of it, and knows it by."""
    if isinstance(content, Alert):
        also = tuple(version.article_id for version in content.also)
        reasons = tuple(reason.topic_id for reason in content.reasons)
        return content.id, content.title, content.summary, also, reasons, content.update
    return type(content).__name__, tuple((item.title, item.topic_names) for item in getattr(content, "items", ()))


def received(room: Newsroom) -> dict[str, list[tuple[object, ...]]]:
    found: dict[str, list[tuple[object, ...]]] = {}
    for delivery, chat in room.messenger.sent:
        found.setdefault(chat.chat, []).append((delivery.kind, delivery.destination, *shown(delivery.content)))
    return found


async def live(folder: Path, seed: int, most: int, *, killed: bool) -> dict[str, list[tuple[object, ...]]]:
    """The same life of the same audience, told with `most` messages at once, and perhaps killed again and again."""
    random, chance = Random(seed), Random(seed + 1)
    topics, chats = drawn(random)
    room = await Newsroom.open(folder, topics, [feed(name) for name in OUTLETS])
    room.most = most
    async with room.store.write() as unit:
        for chat in chats.values():
            await unit.chats.save(chat)
    await room.again(alerts_per_hour=3)
    brought: dict[str, list[Item]] = {}
    for outlet, item in a_story(random):
        room.publish(outlet, *brought.setdefault(outlet, []), item)
        brought[outlet].append(item)
        if killed and chance.random() < 0.7:
            room.faults.fail(chance.choice(POINTS))
        await despite_kills(room, outlet)
        if random.random() < 0.6:
            await told_all(room)
            await room.later(timedelta(minutes=random.choice([2, 40, 90])))
    await told_all(room)
    await room.later(timedelta(hours=2))
    await room.later(timedelta(hours=2))
    found = received(room)
    await room.aclose()
    return found


async def despite_kills(room: Newsroom, outlet: str) -> None:
    """Poll it, and tell perhaps a part."""
    try:
        await poll_only(room, outlet)
    except StoreError:
        room.faults.pass_all()
        await room.again()
        await poll_only(room, outlet)


async def told_all(room: Newsroom) -> None:
    while True:
        try:
            await room.attendant.tell_rest()
        except StoreError:
            await room.again()
        else:
            room.faults.pass_all()
            return


@pytest.mark.parametrize("seed", range(2))
async def test_each_chat_is_told_the_same_in_the_same_order_as_without_parts(tmp_path: Path, seed: int) -> None:
    for number in range(4):
        (tmp_path / str(number)).mkdir()
    whole = await live(tmp_path / "0", seed, 10_000, killed=False)
    assert sum(map(len, whole.values())) > 5
    for most, killed in ((0, False), (3, True), (0, True)):
        parted = await live(tmp_path / f"parts-{most}-{killed}", seed, most, killed=killed)
        assert parted == whole, f"{most} at once, killed: {killed}"
        repeated = Counter(
            (chat, *one[:3]) for chat, got in parted.items() for one in got if one[0] == DeliveryKind.NEW
        )
        assert set(repeated.values()) <= {1}
