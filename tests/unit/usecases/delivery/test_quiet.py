"""Quiet hours, pauses and digest times: what waits, when it comes, that all of it comes and nothing twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.config import DeliverySettings, Settings
from bot.model import UNTIL_RESUMED, Chat, Delivering, Destination, Preferences, QuietHours, TopicId
from tests.fakes.feeds import Item, filler
from tests.unit.usecases.conftest import OpenRoom
from tests.unit.usecases.newsroom import CHAT, KOREA, Newsroom, to

NIGHT = Preferences(quiet=QuietHours(time(22), time(6)))
URGENT = replace(KOREA, id=TopicId("quake"), name="Quakes", query="quake", delivering=Delivering.URGENT)
DAILY = replace(KOREA, id=TopicId("rice"), name="Rice", query="rice", delivering=Delivering.DIGEST)
JAKARTA = ZoneInfo("Asia/Jakarta")


def at(room: Newsroom, text: str, zone: ZoneInfo = JAKARTA) -> None:
    """Put the clock to a time of March 2026 in Jakarta: `03 22:15`."""
    room.clock.set(datetime.fromisoformat(f"2026-03-{text}").replace(tzinfo=zone).astimezone(UTC))


async def lives(room: Newsroom, chat: Chat) -> None:
    async with room.store.write() as unit:
        await unit.chats.save(chat)


async def news(room: Newsroom, *titles: str) -> None:
    """Articles are published in this order, polled and, as far as they may be, delivered."""
    items = [
        Item(one, f"{one}. {filler(one, 40)}", one, f"https://a.example/{one.replace(' ', '-')}", room.clock.now())
        for one in reversed(titles)
    ]
    room.publish("antara", *items)
    await room.poll()
    await room.deliver()


async def tick(room: Newsroom) -> None:
    await room.attendant.digest()
    await room.deliver()


def told(room: Newsroom, chat: Destination = CHAT) -> list[tuple[str, list[str]]]:
    """The digests that a chat has got: why, and what is in them."""
    return [(digest.why, [item.title for item in digest.items]) for digest in room.digests(chat.chat)]


async def test_what_happens_at_night_comes_in_one_digest_in_the_morning(room: Newsroom) -> None:
    await lives(room, Chat(CHAT.chat, preferences=NIGHT))
    at(room, "02 22:00")
    await news(room, "Korea at ten")
    at(room, "03 03:00")
    await news(room, "Korea at three")
    await tick(room)
    at(room, "03 05:59:59")
    await tick(room)
    assert room.messenger.sent == []

    at(room, "03 06:00")
    await tick(room)
    assert told(room) == [("quiet", ["Korea at ten", "Korea at three"])]
    await news(room, "Korea at three", "Korea at breakfast")
    await tick(room)
    await room.again()
    await tick(room)
    assert told(room) == [("quiet", ["Korea at ten", "Korea at three"])]
    assert room.titles() == ["Korea at breakfast"]


async def test_before_and_after_quiet_hours_alerts_come_at_once(room: Newsroom) -> None:
    await lives(room, Chat(CHAT.chat, preferences=NIGHT))
    at(room, "02 21:59:58")
    await news(room, "Korea before")
    at(room, "03 06:00")
    await news(room, "Korea after")
    assert room.titles() == ["Korea before", "Korea after"]


async def test_urgent_alerts_pass_quiet_hours(open_room: OpenRoom) -> None:
    room = await open_room(topics=(KOREA, URGENT))
    await lives(room, Chat(CHAT.chat, preferences=NIGHT))
    at(room, "02 23:00")
    await news(room, "Korea sleeps", "A quake at sea")
    assert room.titles() == ["A quake at sea"]


async def test_quiet_hours_are_those_of_the_chat_and_its_zone(open_room: OpenRoom) -> None:
    other, unknown = Destination("2002"), Destination("@kanal")
    room = await open_room(topics=(to(KOREA, CHAT, other, unknown),))
    await lives(room, Chat(CHAT.chat, timezone="Europe/Berlin", preferences=NIGHT))
    await lives(room, Chat(other.chat, preferences=NIGHT))
    at(room, "02 23:00")  # five in the afternoon in Berlin
    await news(room, "Korea tonight")
    assert room.titles() == room.titles(unknown.chat) == ["Korea tonight"]
    assert room.titles(other.chat) == []


async def test_the_configurations_zone_counts_until_a_chat_has_chosen(room: Newsroom) -> None:
    room.settings = Settings(timezone=ZoneInfo("Europe/Berlin"))
    await room.again()
    await lives(room, Chat(CHAT.chat, preferences=NIGHT))
    at(room, "02 23:00")
    await news(room, "Korea tonight")
    assert room.titles() == ["Korea tonight"]


async def test_a_thread_is_quiet_as_its_chat_is(open_room: OpenRoom) -> None:
    thread = Destination("-100777", 42)
    room = await open_room(topics=(to(KOREA, thread),))
    await lives(room, Chat(thread.chat, "supergroup", preferences=NIGHT))
    at(room, "02 23:00")
    await news(room, "Korea tonight")
    assert room.messenger.sent == []
    at(room, "03 06:00")
    await tick(room)
    assert told(room, thread) == [("quiet", ["Korea tonight"])]


async def test_quiet_hours_that_are_turned_off_let_go_of_what_they_held(room: Newsroom) -> None:
    await lives(room, Chat(CHAT.chat, preferences=NIGHT))
    at(room, "02 23:00")
    await news(room, "Korea tonight")
    await lives(room, Chat(CHAT.chat))
    at(room, "02 23:02")
    await tick(room)
    assert [titles for _, titles in told(room)] == [["Korea tonight"]]


async def test_a_new_watch_introduces_itself_after_the_quiet_hours(room: Newsroom) -> None:
    await lives(room, Chat(CHAT.chat, preferences=NIGHT))
    await news(room, "Dearer rice")
    at(room, "02 23:00")
    await room.again(topics=(KOREA, replace(DAILY, delivering=Delivering.INSTANT)))
    await room.deliver()
    assert room.messenger.sent == []
    at(room, "03 06:00")
    await tick(room)
    assert told(room) == [("quiet", ["Dearer rice"])]


async def test_a_pause_holds_everything_until_it_is_over(open_room: OpenRoom) -> None:
    room = await open_room(topics=(KOREA, URGENT))
    at(room, "02 15:00")
    await lives(room, Chat(CHAT.chat, paused_until=room.clock.now() + timedelta(hours=2)))
    await news(room, "Korea waits", "A quake at sea")
    at(room, "02 16:59")
    await tick(room)
    assert room.messenger.sent == []
    at(room, "02 17:00")
    await tick(room)
    assert told(room) == [("paused", ["Korea waits", "A quake at sea"])]
    await news(room, "Korea goes on", "A quake at sea")
    assert room.titles() == ["Korea goes on"]


async def test_a_pause_until_told_ends_when_told(room: Newsroom) -> None:
    at(room, "02 15:00")
    await lives(room, Chat(CHAT.chat, paused_until=UNTIL_RESUMED))
    await news(room, "Korea waits")
    at(room, "20 15:00")
    await tick(room)
    assert room.messenger.sent == []
    await lives(room, Chat(CHAT.chat, paused_until=room.clock.now()))
    await tick(room)
    assert told(room) == [("paused", ["Korea waits"])]


async def test_who_goes_on_need_not_wait_for_the_next_tick(room: Newsroom) -> None:
    at(room, "02 15:00")
    await lives(room, Chat(CHAT.chat, paused_until=UNTIL_RESUMED))
    await news(room, "Korea waits")
    await lives(room, Chat(CHAT.chat, paused_until=room.clock.now()))
    room.attendant.greet_soon()
    await room.attendant.greet_if_wanted()
    await room.deliver()
    assert told(room) == [("paused", ["Korea waits"])]


async def test_what_was_too_much_goes_with_the_digest_of_the_night(room: Newsroom) -> None:
    room.settings = Settings(delivery=DeliverySettings(alerts_per_hour=1))
    await room.again()
    await lives(room, Chat(CHAT.chat, preferences=NIGHT))
    at(room, "02 21:59:30")
    await news(room, "Korea first", "Korea second in line")
    at(room, "02 22:30")
    await news(room, "Korea at night")
    at(room, "03 06:00")
    await tick(room)
    await tick(room)
    assert room.titles() == ["Korea first"]
    assert told(room) == [("quiet", ["Korea second in line", "Korea at night"])]


async def test_a_pause_that_ends_at_night_waits_for_the_morning(room: Newsroom) -> None:
    at(room, "02 21:00")
    await lives(room, Chat(CHAT.chat, paused_until=room.clock.now() + timedelta(hours=2), preferences=NIGHT))
    await news(room, "Korea in the evening")
    at(room, "02 23:30")
    await news(room, "Korea at night")
    await tick(room)
    assert room.messenger.sent == []
    at(room, "03 06:00")
    await tick(room)
    assert told(room) == [("paused", ["Korea in the evening", "Korea at night"])]


async def test_digests_come_at_their_times(open_room: OpenRoom) -> None:
    room = await open_room(topics=(KOREA, DAILY))
    await lives(room, Chat(CHAT.chat, preferences=Preferences(digest_times=(time(7), time(18)))))
    at(room, "02 15:00")
    await news(room, "Dearer rice", "Korea at once")
    assert room.titles() == ["Korea at once"]
    at(room, "02 17:59")
    await tick(room)
    assert told(room) == []
    at(room, "02 18:00")
    await tick(room)
    at(room, "02 18:10")
    await news(room, "Cheaper rice")
    at(room, "03 06:59")
    await tick(room)
    assert told(room) == [("scheduled", ["Dearer rice"])]
    at(room, "03 07:00")
    await tick(room)
    assert told(room) == [("scheduled", ["Dearer rice"]), ("scheduled", ["Cheaper rice"])]


async def test_a_watch_has_digest_times_of_its_own_the_others_those_of_the_chat(open_room: OpenRoom) -> None:
    noon = replace(DAILY, digest_times=(time(12), time(20)))
    seldom = replace(DAILY, id=TopicId("oil"), name="Oil", query="oil")
    room = await open_room(topics=(noon, seldom))
    await lives(room, Chat(CHAT.chat, preferences=Preferences(digest_times=(time(18),))))
    at(room, "02 10:00")
    await news(room, "Dearer rice", "Dearer oil", "Rice and oil")
    for hour in ("11:59", "12:00", "17:59"):
        at(room, f"02 {hour}")
        await tick(room)
    assert told(room) == [("scheduled", ["Dearer rice", "Rice and oil"])], "what is on both comes at the first"
    at(room, "02 18:00")
    await tick(room)
    assert told(room)[1:] == [("scheduled", ["Dearer oil"])]


async def test_a_watch_has_its_digest_times_where_the_chat_has_none(open_room: OpenRoom) -> None:
    room = await open_room(topics=(replace(DAILY, digest_times=(time(20),)),))
    await lives(room, Chat(CHAT.chat, timezone="Asia/Tokyo"))
    at(room, "02 10:00")
    await news(room, "Dearer rice")
    at(room, "02 17:59")
    await tick(room)
    assert told(room) == []
    at(room, "02 18:00")  # 20.00 in Tokyo
    await tick(room)
    assert told(room) == [("scheduled", ["Dearer rice"])]


async def test_a_digest_time_within_quiet_hours_waits_for_their_end(open_room: OpenRoom) -> None:
    room = await open_room(topics=(KOREA, DAILY))
    await lives(room, Chat(CHAT.chat, preferences=replace(NIGHT, digest_times=(time(5), time(18)))))
    at(room, "02 23:00")
    await news(room, "Dearer rice", "Korea at night")
    at(room, "03 05:30")
    await tick(room)
    assert told(room) == []
    at(room, "03 06:00")
    await tick(room)
    assert told(room) == [("quiet", ["Dearer rice", "Korea at night"])]


async def test_what_waits_for_its_digest_time_stays_when_the_night_is_over(open_room: OpenRoom) -> None:
    room = await open_room(topics=(KOREA, DAILY))
    await lives(room, Chat(CHAT.chat, preferences=replace(NIGHT, digest_times=(time(18),))))
    at(room, "02 23:00")
    await news(room, "Dearer rice", "Korea at night")
    at(room, "03 06:00")
    await tick(room)
    assert told(room) == [("quiet", ["Korea at night"])]
    at(room, "03 18:00")
    await tick(room)
    assert told(room)[1:] == [("scheduled", ["Dearer rice"])]


async def test_what_was_too_much_does_not_wait_for_a_digest_time(open_room: OpenRoom) -> None:
    room = await open_room(topics=(KOREA, DAILY))
    room.settings = Settings(delivery=DeliverySettings(alerts_per_hour=1))
    await room.again()
    await lives(room, Chat(CHAT.chat, preferences=Preferences(digest_times=(time(18),))))
    at(room, "02 15:00")
    await news(room, "Korea first", "Korea second in line", "Dearer rice")
    at(room, "02 15:05")
    await tick(room)
    assert room.titles() == ["Korea first"]
    assert told(room) == [("over-budget", ["Korea second in line"])]


async def test_without_digest_times_a_digest_comes_when_it_is_calm(open_room: OpenRoom) -> None:
    room = await open_room(topics=(DAILY,))
    at(room, "02 15:00")
    await news(room, "Dearer rice")
    await tick(room)
    assert told(room) == []
    at(room, "02 15:02")
    await tick(room)
    assert told(room) == [("scheduled", ["Dearer rice"])]


async def test_a_chat_that_moves_takes_its_quiet_hours_along(open_room: OpenRoom) -> None:
    group = Destination("-55")
    room = await open_room(topics=(to(KOREA, group),))
    await lives(room, Chat(group.chat, "group", preferences=NIGHT))
    at(room, "02 23:00")
    await news(room, "Korea tonight")
    async with room.store.write() as unit:
        await unit.chats.alias("-55", "-10055")
    await news(room, "Korea tonight", "Korea after midnight")
    at(room, "03 06:00")
    await tick(room)
    assert told(room, Destination("-10055")) == [("quiet", ["Korea tonight", "Korea after midnight"])]
