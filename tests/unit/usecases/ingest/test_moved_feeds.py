"""A feed that has moved to where another one is read: asked once, told once, and still what topics name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.model import FeedId
from tests.fakes.feed_server import Answer
from tests.fakes.feeds import Item, filler
from tests.unit.usecases.conftest import OpenRoom
from tests.unit.usecases.newsroom import CHAT, KOREA, Newsroom, feed

OLD, NEW = "https://lama.example/feed", "https://baru.example/feed"
MOVED = Answer(status=301, headers={"location": NEW})
FIRST = Item("Korea one", f"Korea and rivers. {filler('rivers', 40)}", "g1", "https://baru.example/1")
SECOND = Item("Korea two", f"Korea and mountains. {filler('mountains', 40)}", "g2", "https://baru.example/2")
THIRD = Item("Korea three", f"Korea and railways. {filler('railways', 40)}", "g3", "https://baru.example/3")


async def hour_passes(room: Newsroom) -> list[str]:
    """Polls what is due; the addresses that were asked."""
    room.clock.set(room.clock.now() + timedelta(hours=2))
    before = len(room.fetcher.requests)
    for due in await room.attendant.due():
        await room.poll_feed(due.feed)
    await room.deliver()
    return sorted(request.url for request in room.fetcher.requests[before:])


async def moved(open_room: OpenRoom, answer: Answer = MOVED) -> Newsroom:
    """Two feeds of files; a topic names the tag of the one that moves."""
    feeds = (replace(feed("lama"), tags=("asia",)), replace(feed("baru"), tags=("other",)))
    room = await open_room([replace(KOREA, feeds=("asia",))], feeds)
    room.fetcher.answers[OLD] = answer
    room.publish("baru", FIRST)
    assert await hour_passes(room) == [NEW, OLD]
    return room


async def test_a_moved_feed_is_asked_once_told_once_and_keeps_its_name(open_room: OpenRoom) -> None:
    room = await moved(open_room)
    assert room.titles() == ["Korea one"]
    room.publish("baru", SECOND, FIRST)
    assert await hour_passes(room) == [NEW]
    assert room.titles() == ["Korea one", "Korea two"]
    await room.again()
    room.publish("baru", THIRD, SECOND, FIRST)
    assert await hour_passes(room) == [NEW]
    assert room.titles(CHAT.chat) == ["Korea one", "Korea two", "Korea three"]
    assert set(room.attendant.watch.feeds) == {"lama", "baru"}
    assert [one.feed.id for one in await room.attendant.due(every=True)] == ["baru"]


async def test_a_move_that_is_not_for_good_merges_nothing(open_room: OpenRoom) -> None:
    room = await moved(open_room, Answer(status=302, headers={"location": NEW}))
    assert await hour_passes(room) == [NEW, OLD]
    assert room.titles() == ["Korea one"]


async def test_when_the_other_is_taken_out_of_the_file_the_moved_one_is_read_by_itself(open_room: OpenRoom) -> None:
    room = await moved(open_room)
    await hour_passes(room)
    room.feeds = tuple(one for one in room.feeds if one.id != FeedId("baru"))
    await room.attendant.reread()
    room.publish("baru", SECOND, FIRST)
    assert await hour_passes(room) == [NEW]
    await room.later()
    assert room.told() == ["Korea one", "Korea two"]


async def test_when_its_file_names_another_address_that_is_read(open_room: OpenRoom) -> None:
    room = await moved(open_room)
    await hour_passes(room)
    third = "https://third.example/feed"
    room.feeds = tuple(replace(one, url=third) if one.id == "lama" else one for one in room.feeds)
    room.fetcher.answers[third] = room.fetcher.answers[NEW]
    await room.attendant.reread()
    assert await hour_passes(room) == [NEW, third]
    assert room.titles() == ["Korea one"]


async def test_while_the_new_address_fails_the_old_one_is_asked_where_it_leads_now(open_room: OpenRoom) -> None:
    room = await moved(open_room)
    room.fetcher.answers[NEW] = Answer(status=404)
    for _ in range(12):
        await hour_passes(room)
    room.publish("lama", SECOND, FIRST)
    for _ in range(6):
        await hour_passes(room)
    await room.later()
    assert room.told() == ["Korea one", "Korea two"]
