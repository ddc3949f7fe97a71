"""Silences reach the admins through the outbox, once an occasion, also over restarts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.config import AlarmSettings, Settings
from bot.model import Alert, Language, Notice, RetryLater, TopicId
from bot.wording.alerts import notice_text
from bot.wording.wording import Wording
from tests.fakes.feeds import Item
from tests.unit.usecases.conftest import OpenRoom
from tests.unit.usecases.newsroom import CHAT, KOREA, Newsroom

ADMIN = "77"
RICE = replace(KOREA, id=TopicId("rice"), name="Rice & wheat", query="rice")
PAUSED = replace(KOREA, id=TopicId("paused"), name="Paused", query="wheat", paused=True)
EN = Wording(Language("en"))


async def with_admin(room: Newsroom) -> Newsroom:
    async with room.store.write() as unit:
        await unit.chats.add_admin(int(ADMIN), room.clock.now())
    return room


async def days_pass(room: Newsroom, days: float) -> None:
    room.clock.set(room.clock.now() + timedelta(days=days))


async def heard(room: Newsroom) -> list[str]:
    """What the admin has been told so far."""
    await room.attendant.alarm()
    await room.deliver()
    return [notice_text(one, EN) for one in room.messenger.contents(ADMIN) if isinstance(one, Notice)]


async def test_a_topic_that_finds_nothing_for_two_weeks_is_told_once(open_room: OpenRoom) -> None:
    room = await with_admin(await open_room([KOREA, RICE, PAUSED]))
    room.publish("antara", Item("Korea", "Korea", "1", "https://a.example/1"))
    await days_pass(room, 10)
    await room.poll()
    assert await heard(room) == []
    await days_pass(room, 5)
    first = await heard(room)
    assert [text.splitlines()[:2] for text in first] == [["Nothing found for 14 days:", "• Rice & wheat"]]
    assert await heard(room) == first
    await room.again()
    assert await heard(room) == first
    await days_pass(room, 10)
    assert len(await heard(room)) == 2  # Korea, now
    room.publish("antara", Item("Rice", "rice", "2", "https://a.example/2"))
    await room.poll()
    assert len(await heard(room)) == 2
    await days_pass(room, 15)
    assert "Rice & wheat" in (await heard(room))[2]


async def test_an_outbox_that_does_not_empty_is_told_once_an_occasion(room: Newsroom) -> None:
    await with_admin(room)
    room.publish("antara", Item("Korea", "Korea", "1", "https://a.example/1"))
    await room.poll()
    room.messenger.script(RetryLater("away", after=timedelta(hours=1)))
    await room.deliver()
    room.clock.set(room.clock.now() + timedelta(minutes=29))
    assert await heard(room) == []
    room.clock.set(room.clock.now() + timedelta(minutes=2))
    told = ["1 message could not be sent for more than 30 minutes. I keep trying, and nothing is lost."]
    assert await heard(room) == told
    room.clock.set(room.clock.now() + timedelta(minutes=20))
    assert await heard(room) == told
    room.clock.set(room.clock.now() + timedelta(minutes=20))
    assert await heard(room) == told
    assert room.titles() == ["Korea"]
    async with room.store.read() as unit:
        assert await unit.outbox.waiting_since(console=False) is None


async def test_after_forty_minutes_without_telegram_the_only_admin_gets_all_that_was_owed_and_hears_of_it(
    room: Newsroom,
) -> None:
    async with room.store.write() as unit:
        await unit.chats.add_admin(int(CHAT.chat), room.clock.now())
    await room.attendant.greet()
    room.publish("antara", Item("Korea", "Korea", "1", "https://a.example/1"))
    await room.poll()
    room.messenger.script(*[RetryLater("what answers there is no Bot API", uncertain=True)] * 1_000)
    for _ in range(40):
        await room.deliver()
        await room.attendant.alarm()
        room.clock.set(room.clock.now() + timedelta(minutes=1))
    assert room.messenger.sent == []
    room.messenger.script_nothing()
    room.clock.set(room.clock.now() + timedelta(minutes=10))
    await room.deliver()
    alert, notice = room.messenger.contents(CHAT.chat)
    assert isinstance(alert, Alert)
    assert isinstance(notice, Notice)
    assert (notice.code, notice.values["waiting"]) == ("outbox-late", "1")


async def test_both_can_be_switched_off(open_room: OpenRoom) -> None:
    room = await open_room([RICE])
    room.settings = Settings(alarms=AlarmSettings(quiet_days=0, outbox_minutes=0))
    await room.attendant.reread()
    await with_admin(room)
    await days_pass(room, 100)
    assert await heard(room) == []


async def test_where_nobody_is_admin_yet_what_there_is_to_tell_waits(open_room: OpenRoom) -> None:
    room = await open_room([KOREA])
    await days_pass(room, 20)
    assert await heard(room) == []
    await with_admin(room)
    assert len(await heard(room)) == 1


async def test_many_topics_are_one_notice(open_room: OpenRoom) -> None:
    topics = [replace(RICE, id=TopicId(f"t{number}"), name=f"Topic {number}") for number in range(20)]
    room = await with_admin(await open_room(topics))
    await days_pass(room, 20)
    (text,) = await heard(room)
    lines = text.splitlines()
    assert lines[1:13] == [f"• Topic {number}" for number in range(12)]
    assert lines[13] == "and 8 more watches"
