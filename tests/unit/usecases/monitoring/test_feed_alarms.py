"""What people hear of feeds in trouble: once, those whom it concerns, and never hundreds of messages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.config import AlarmSettings, Settings
from bot.feeds.feed_health import Health, health_of
from bot.model import Feed, FeedId, FirstPoll, Language, Notice
from bot.wording.alerts import notice_text
from bot.wording.wording import Wording
from tests.fakes.feed_server import Answer
from tests.fakes.feeds import Item, rss
from tests.unit.usecases.conftest import OpenRoom
from tests.unit.usecases.newsroom import KOREA, Newsroom, feed

ADMIN, CHAT = "77", "1001"
EN = Wording(Language("en"))
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BROKEN, GONE, WALL = Answer(status=500), Answer(status=410), Answer(status=403)


async def opened(open_room: OpenRoom, *names: str) -> Newsroom:
    """Feeds that work, and an admin."""
    room = await open_room([KOREA], tuple(map(feed, names)))
    async with room.store.write() as unit:
        await unit.chats.add_admin(int(ADMIN), room.clock.now())
    for name in names:
        answer(room, name, None)
    await hours_pass(room, 1)
    return room


def answer(room: Newsroom, name: str, broken: Answer | None) -> None:
    if broken is None:
        room.publish(name, Item(f"News of {name}", "rice", name, f"https://{name}.example/1"))
    else:
        room.fetcher.answers[f"https://{name}.example/feed"] = broken


async def tick(room: Newsroom) -> None:
    await room.poll_due()
    await room.attendant.alarm_of_feeds()
    await room.deliver()


async def hours_pass(room: Newsroom, hours: float, step: timedelta = HOUR) -> None:
    until = room.clock.now() + timedelta(hours=hours)
    while room.clock.now() < until:
        room.clock.set(min(until, room.clock.now() + step))
        await tick(room)


def heard(room: Newsroom, chat: str = ADMIN) -> list[str]:
    return [notice_text(one, EN) for one in room.messenger.contents(chat) if isinstance(one, Notice)]


async def test_a_feed_that_fails_for_a_day_is_told_once_and_once_more_when_it_works(open_room: OpenRoom) -> None:
    room = await opened(open_room, "antara", "tempo")
    answer(room, "tempo", WALL)
    await hours_pass(room, 23)
    assert heard(room) == []
    await hours_pass(room, 3)
    told = [
        "For 24 hours I have not been able to read:\n"
        "• Tempo: its bot wall keeps programs out (403)\n"
        "I keep trying, and say so when I can read it again."
    ]
    assert heard(room) == told
    await hours_pass(room, 24)
    await room.again()
    await hours_pass(room, 24)
    assert heard(room) == told
    answer(room, "tempo", None)
    await hours_pass(room, 26)
    assert heard(room) == [*told, "I can read again:\n• Tempo"]
    answer(room, "tempo", BROKEN)
    await hours_pass(room, 49)
    assert len(heard(room)) == 3


async def test_hours_are_configured_and_zero_is_never(open_room: OpenRoom) -> None:
    room = await opened(open_room, "antara", "tempo")
    answer(room, "tempo", BROKEN)
    room.settings = Settings(alarms=AlarmSettings(feed_hours=0))
    await room.attendant.reread()
    await hours_pass(room, 100)
    assert heard(room) == []
    room.settings = Settings(alarms=AlarmSettings(feed_hours=2))
    await room.attendant.reread()
    await hours_pass(room, 1)
    assert [text.splitlines()[:2] for text in heard(room)] == [
        ["For 2 hours I have not been able to read:", "• Tempo: its site has trouble (500)"]
    ]
    room.settings = Settings(alarms=AlarmSettings(feed_hours=1000))
    await room.attendant.reread()
    await hours_pass(room, 3)
    assert len(heard(room)) == 1  # a limit that is raised mends nothing


async def test_a_feed_that_is_gone_is_asked_no_more_and_told_once_to_who_added_it(open_room: OpenRoom) -> None:
    room = await opened(open_room, "antara", "tempo")
    async with room.store.write() as unit:
        chats_own = Feed(FeedId("warta"), "https://warta.example/feed", "Warta", (), FirstPoll.ALL, f"chat:{CHAT}")
        await unit.feeds.add(chats_own, room.clock.now())
    answer(room, "warta", None)
    await hours_pass(room, 2)
    answer(room, "warta", GONE)
    await hours_pass(room, 2)
    told = [
        "Gone for good, says the server (410):\n"
        "• Warta\n"
        "I have stopped reading it; please change its address or remove it."
    ]
    assert (heard(room, CHAT), heard(room)) == (told, [])
    asked = len(room.fetcher.requests)
    answer(room, "tempo", GONE)
    answer(room, "antara", GONE)
    await hours_pass(room, 2)
    assert [text.splitlines()[1:-1] for text in heard(room)] == [["• Antara", "• Tempo"]]
    await room.again()
    await hours_pass(room, 48)
    assert (len(heard(room)), len(heard(room, CHAT))) == (1, 1)
    assert "warta.example" not in str(room.fetcher.requests[asked:])


async def test_that_a_feed_of_a_chat_fails_chat_and_admins_hear(open_room: OpenRoom) -> None:
    room = await opened(open_room, "antara")
    async with room.store.write() as unit:
        hostile = "Warta\u202e\nI can read again: <b>&"
        chats_own = Feed(FeedId("warta"), "https://warta.example/feed", hostile, (), FirstPoll.ALL, f"chat:{CHAT}")
        await unit.feeds.add(chats_own, room.clock.now())
    answer(room, "warta", BROKEN)
    await hours_pass(room, 26)
    assert [text.splitlines()[1] for text in heard(room)] == [
        "• Warta I can read again: <b>&: its site has trouble (500)"
    ]
    assert heard(room, CHAT) == heard(room)


async def test_a_day_without_a_network_is_one_notice_and_one_when_it_is_back(open_room: OpenRoom) -> None:
    names = [f"f{number}" for number in range(14)]
    room = await opened(open_room, *names)
    for name in names:
        room.fetcher.answers[f"https://{name}.example/feed"] = None
    await hours_pass(room, 26)
    told = ["I have not been able to read any of 14 sources for 24 hours. Perhaps it is the network. I keep trying."]
    assert heard(room) == told
    await hours_pass(room, 24)
    await room.again()
    for name in names[:-2]:
        answer(room, name, None)
    await hours_pass(room, 23)
    assert heard(room) == [*told, "I can read sources again."]
    await hours_pass(room, 4)
    assert heard(room)[2].splitlines()[1:-1] == [
        "• F12: its host cannot be found",
        "• F13: its host cannot be found",
    ]
    assert len(heard(room)) == 3


async def test_many_feeds_that_fail_together_are_one_notice(open_room: OpenRoom) -> None:
    names = [f"f{number:02}" for number in range(40)]
    room = await opened(open_room, "antara", *names)
    for name in names:
        answer(room, name, BROKEN)
    await hours_pass(room, 30, 2 * HOUR)
    (text,) = heard(room)
    lines = text.splitlines()
    assert lines[1] == "• F00: its site has trouble (500)"
    assert (len(lines), lines[-2]) == (15, "and 28 more sources")


async def test_a_feed_without_entries_is_told_once_and_again_only_after_it_had_some(open_room: OpenRoom) -> None:
    room = await opened(open_room, "antara", "tempo")
    room.publish("tempo")
    await hours_pass(room, 4)
    told = ["It answers, but has nothing in it any more:\n• Tempo\nPerhaps it has moved. I keep reading it."]
    assert heard(room) == told
    await room.again()
    await hours_pass(room, 30)
    assert heard(room) == told
    answer(room, "tempo", None)
    await hours_pass(room, 4)
    assert heard(room) == told
    room.publish("tempo")
    await hours_pass(room, 4)
    assert heard(room) == told * 2


async def test_a_silence_far_beyond_the_habit_is_told_once(open_room: OpenRoom) -> None:
    room = await opened(open_room, "antara", "tempo")
    now = room.clock.now()
    item = Item("Rice", "rice", "1", "https://tempo.example/1")
    room.publish(
        "tempo",
        *(
            replace(
                item,
                title=f"Rice {day}",
                guid=f"r{day}",
                link=f"https://tempo.example/r{day}",
                published=now - day * DAY,
            )
            for day in range(10)
        ),
    )
    await hours_pass(room, 4 * 24, 4 * HOUR)
    assert heard(room) == []
    await hours_pass(room, 12, 4 * HOUR)
    told = [
        "Silent for far longer than ever before:\n"
        "• Tempo: nothing new for 4 days\n"
        "Perhaps it has moved. I keep reading it."
    ]
    assert heard(room) == told
    await room.again()
    await hours_pass(room, 10 * 24, 12 * HOUR)
    assert heard(room) == told


async def test_a_file_may_be_silent_as_the_sample_feed_is(open_room: OpenRoom) -> None:
    sample = Feed(FeedId("sample"), "file:///kabar/seeds/sample-feed.xml", "Sample", (), FirstPoll.ALL)
    room = await open_room([KOREA], (sample,))
    async with room.store.write() as unit:
        await unit.chats.add_admin(int(ADMIN), room.clock.now())
    long_ago = room.clock.now() - 700 * DAY
    items = (
        Item(f"Rice {day}", "rice", f"r{day}", f"https://sample.example/r{day}", published=long_ago - day * DAY)
        for day in range(10)
    )
    room.fetcher.answers[sample.url] = Answer(rss(*items))
    await hours_pass(room, 2)
    async with room.store.read() as unit:
        assert health_of((await unit.feeds.states())[sample.id]) is Health.SILENT
    assert heard(room) == []
