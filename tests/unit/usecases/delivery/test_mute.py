"""A muted story: what goes on with it is found and not told, where it is muted, for as long as stories last."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.model import (
    Alert,
    Change,
    Chat,
    DeliveryKind,
    DeliveryState,
    Destination,
    Mute,
    Preferences,
    QuietHours,
    TopicId,
)
from bot.usecases.delivery.mute import is_muted, mute_story, unmute_story
from bot.wording.hours import read_span
from tests.fakes.feeds import Item
from tests.unit.usecases.conftest import OpenRoom
from tests.unit.usecases.newsroom import CHAT, KOREA, Newsroom, feed, to

FERRY = Item(
    "Ferry burns off Lombok, 214 rescued",
    "A ferry with 214 people on board was towed to Lembar on Sunday after a fire in its engine room off Lombok. "
    "The search and rescue agency in Mataram said nobody was hurt. Fishermen took the first passengers off.",
    "f1",
    "https://a.example/f1",
    short=True,
)
FERRY_AGAIN = Item(
    "All safe after fire on Lombok ferry",
    "Passengers of the ferry that caught fire near Lembar on Sunday praised the fishermen of Lombok. All 214 people "
    "were rescued when the engine room burned, the agency in Mataram said, and the ship was towed to port.",
    "f2",
    "https://b.example/f2",
    short=True,
)
RATES = Item("Lombok keeps its taxes", "The council of Lombok left taxes as they are.", "f3", "https://a.example/f3")
LOMBOK = replace(KOREA, id=TopicId("lombok"), name="Lombok", query="lombok")
THREAD = Destination("-1005", 7)


async def mute(room: Newsroom, destination: Destination = CHAT, *, at: datetime | None = None) -> Mute:
    """The story of the newest article that was told."""
    async with room.store.read() as unit:
        (told, *_) = await unit.outbox.told(room.clock.now() - timedelta(days=60))
    alert = told.content
    assert isinstance(alert, Alert)
    now = at or room.clock.now()
    muted = Mute(destination, alert.article_id, alert.title, now)
    change = Change(now, destination.chat, 1, "Sari", "story-muted", {"title": alert.title})
    await mute_story(room.store, muted, change)
    return muted


def others_named(room: Newsroom) -> list[str]:
    """The other outlets that the message on the story names now."""
    (*_, edited) = room.messenger.edits(CHAT.chat)
    return [version.source for version in edited.also]


async def tell(room: Newsroom, name: str, *items: Item) -> None:
    room.publish(name, *items)
    await room.poll(name)
    await room.deliver()


async def test_what_goes_on_with_a_muted_story_is_found_and_not_told(open_room: OpenRoom) -> None:
    room = await open_room([LOMBOK], [feed("antara"), feed("other")])
    await tell(room, "antara", FERRY)
    await mute(room)
    await tell(room, "other", FERRY_AGAIN)
    await tell(room, "antara", RATES, FERRY)
    assert room.titles() == [FERRY.title, RATES.title]
    async with room.store.read() as unit:
        found = await unit.matches.best(LOMBOK.id, room.clock.now() - timedelta(days=9), 9)
    assert len(found) == 3

    await room.again()
    assert room.titles() == [FERRY.title, RATES.title]


async def test_only_where_it_is_muted(open_room: OpenRoom) -> None:
    room = await open_room([to(LOMBOK, CHAT, Destination("-1005"), THREAD)], [feed("antara"), feed("other")])
    await tell(room, "antara", FERRY)
    await mute(room, THREAD)
    await tell(room, "other", FERRY_AGAIN)
    await room.later()
    changed = [str(one.destination) for one, _ in room.messenger.sent if one.kind is DeliveryKind.EDIT]
    assert sorted(changed) == ["-1005", "1001"]


async def test_under_the_id_that_a_group_has_now(open_room: OpenRoom) -> None:
    room = await open_room([to(LOMBOK, Destination("-5"))], [feed("antara"), feed("other")])
    await tell(room, "antara", FERRY)
    await mute(room, Destination("-5"))
    async with room.store.write() as unit:
        await unit.chats.alias("-5", "-1005")
    await tell(room, "other", FERRY_AGAIN)
    assert room.titles("-5") == [FERRY.title]
    assert room.titles("-1005") == []


async def test_a_story_that_is_heard_again_is_told(open_room: OpenRoom) -> None:
    room = await open_room([LOMBOK], [feed("antara"), feed("other")])
    await tell(room, "antara", FERRY)
    muted = await mute(room)
    change = Change(room.clock.now(), CHAT.chat, 1, "Sari", "story-unmuted")
    await unmute_story(room.store, CHAT, muted.article_id, change)
    await unmute_story(room.store, CHAT, muted.article_id, change)
    await tell(room, "other", FERRY_AGAIN)
    await room.later()
    assert others_named(room) == ["Other"]
    async with room.store.read() as unit:
        assert [one.code for one in await unit.changes.latest(9)] == ["story-unmuted", "story-muted"]


async def test_a_mute_ends_with_its_story(open_room: OpenRoom) -> None:
    room = await open_room([LOMBOK], [feed("antara"), feed("other")])
    await tell(room, "antara", FERRY)
    await mute(room, at=room.clock.now() - timedelta(days=15))
    await tell(room, "other", FERRY_AGAIN)
    await room.later()
    assert others_named(room) == ["Other"]


async def test_what_was_muted_is_not_embedded_anew(open_room: OpenRoom) -> None:
    room = await open_room([LOMBOK], [feed("antara"), feed("other")])
    await tell(room, "antara", FERRY)
    await mute(room)
    before = len(room.embedder.embedded)
    await tell(room, "other", FERRY_AGAIN)
    assert not any(text.startswith(FERRY.title) for text in room.embedder.embedded[before:])


async def test_muting_twice_is_written_down_once(open_room: OpenRoom) -> None:
    room = await open_room([LOMBOK])
    await tell(room, "antara", FERRY)
    await mute(room)
    await mute(room)
    async with room.store.read() as unit:
        assert len(await unit.changes.latest(9)) == 1
        assert (await unit.outbox.counts())[DeliveryState.SENT] == 1


DEAD = replace(FERRY_AGAIN, title="12 die on burning Lombok ferry")


async def last_told(room: Newsroom) -> Alert:
    (*_, told) = room.messenger.alerts(CHAT.chat)
    return told


async def test_a_story_is_muted_and_heard_again_under_any_of_its_messages(
    open_room: OpenRoom,
) -> None:
    room = await open_room([LOMBOK], [feed("antara"), feed("other"), feed("third")])
    await tell(room, "antara", FERRY)
    muted = await mute(room)
    await unmute_story(
        room.store, CHAT, muted.article_id, Change(room.clock.now(), CHAT.chat, 1, "Sari", "story-unmuted")
    )
    await room.later(timedelta(hours=1))
    await tell(room, "other", DEAD)
    reply = await last_told(room)
    assert reply.title == DEAD.title
    await mute(room)
    async with room.store.read() as unit:
        assert await is_muted(unit, CHAT, reply.article_id, room.clock.now())
    await unmute_story(
        room.store, CHAT, reply.article_id, Change(room.clock.now(), CHAT.chat, 1, "Sari", "story-unmuted")
    )
    await tell(room, "third", replace(FERRY_AGAIN, guid="f9", link="https://c.example/f9"))
    await room.later()
    assert others_named(room) == ["Other", "Third"]


async def test_news_that_wait_for_a_digest_are_not_told_once_their_story_is_muted(open_room: OpenRoom) -> None:
    room = await open_room([LOMBOK], [feed("antara"), feed("other")])
    await tell(room, "antara", FERRY)
    night = read_span("08:30-12:00")
    assert isinstance(night, QuietHours)
    async with room.store.write() as unit:
        await unit.chats.save(Chat(CHAT.chat, timezone="UTC", preferences=Preferences(quiet=night)))
    await room.later(timedelta(hours=1))
    await tell(room, "other", DEAD)
    await mute(room)
    await room.later(timedelta(hours=5))
    assert room.digests() == []
