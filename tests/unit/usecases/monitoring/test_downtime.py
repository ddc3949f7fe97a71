"""A day without a network, without Telegram or without Kabar itself; and clocks that jump. Nothing lost, no flood."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model import Chat, Delivery, Notice, RetryLater, SendOutcome
from tests.fakes.feed_server import Answer
from tests.fakes.feeds import Item, filler, rss
from tests.unit.usecases.conftest import OpenRoom
from tests.unit.usecases.newsroom import CHAT, Newsroom, feed

ADMIN = "77"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BUDGET, LISTED = 20, 70


def story(number: int) -> Item:
    text = f"Korea and word{number} and other{number}. {filler(str(number), 40)}"
    return Item(f"Korea {number}", text, f"g{number}", f"https://a.example/{number}")


def publish(room: Newsroom, count: int) -> None:
    """The feed has grown to so many stories; it lists the newest."""
    room.publish("antara", *(story(number) for number in range(count, max(count - LISTED, 0), -1)))


def later(room: Newsroom, time: timedelta) -> None:
    room.clock.set(room.clock.now() + time)


async def tick(room: Newsroom) -> None:
    """What the schedule does from time to time."""
    for due in await room.attendant.due():
        await room.poll_feed(due.feed)
    await room.attendant.digest()
    await room.attendant.note_presence()
    await room.deliver()


async def lives_on(room: Newsroom, time: timedelta, step: timedelta = 20 * MINUTE) -> None:
    until = room.clock.now() + time
    while room.clock.now() < until:
        later(room, step)
        await tick(room)


def absences(room: Newsroom) -> list[str]:
    contents = room.messenger.contents(ADMIN)
    return [one.values["hours"] for one in contents if isinstance(one, Notice) and one.code == "away"]


def everything(room: Newsroom) -> list[str]:
    """Titles in the order the chat could read them, in alerts and digests."""
    found: list[str] = []
    for content in room.messenger.contents(CHAT.chat):
        found += [item.title for item in getattr(content, "items", ())] or [getattr(content, "title", "")]
    return found


@pytest.fixture
async def watched(open_room: OpenRoom) -> Newsroom:
    """A newsroom with an admin, in which all is well."""
    room = await open_room(feeds=(feed("antara"), feed("tempo")))
    async with room.store.write() as unit:
        await unit.chats.add_admin(int(ADMIN), room.clock.now())
    await room.attendant.greet()
    publish(room, 1)
    room.publish("tempo")
    await tick(room)
    assert everything(room) == ["Korea 1"]
    return room


async def test_after_a_day_without_a_network_what_was_missed_comes_as_one_digest_and_once(watched: Newsroom) -> None:
    answers = dict(watched.fetcher.answers)
    watched.fetcher.answers = dict.fromkeys(answers, None)
    await lives_on(watched, DAY)
    assert absences(watched) == []

    watched.fetcher.answers = answers
    publish(watched, 61)
    await lives_on(watched, 2 * HOUR)
    assert sorted(everything(watched)) == sorted(f"Korea {number}" for number in range(1, 62))
    assert len(watched.titles()) == 1
    assert {digest.why for digest in watched.digests()} == {"catch-up"}
    (hours,) = absences(watched)
    assert hours in {"24", "25"}
    await lives_on(watched, DAY, 2 * HOUR)
    assert absences(watched) == [hours]


async def test_a_local_file_that_can_be_read_is_no_network(open_room: OpenRoom) -> None:
    """Servers are asked no more often for it, and when one answers again, that is said once."""
    sample = replace(feed("sample"), url="file:///sample.xml", every=10 * MINUTE)
    room = await open_room(feeds=(feed("antara"), feed("tempo"), sample))
    async with room.store.write() as unit:
        await unit.chats.add_admin(int(ADMIN), room.clock.now())
    publish(room, 1)
    room.fetcher.answers["file:///sample.xml"] = Answer(rss(story(1)))
    await lives_on(room, HOUR)
    asked_before = len(room.fetcher.requests)
    room.fetcher.answers.update(dict.fromkeys(("https://antara.example/feed", "https://tempo.example/feed"), None))
    await lives_on(room, DAY)
    asked = [request.url for request in room.fetcher.requests[asked_before:]]
    assert asked.count("https://antara.example/feed") < 36
    assert asked.count("file:///sample.xml") > 60
    assert absences(room) == []
    publish(room, 2)
    await lives_on(room, 2 * HOUR)
    assert len(absences(room)) == 1


async def test_after_a_day_without_telegram_there_is_no_flood_and_nothing_missing(
    watched: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unreachable(_delivery: Delivery, _chat: Chat) -> SendOutcome:
        return RetryLater("no route to host")

    with monkeypatch.context() as outage:
        outage.setattr(watched.messenger, "send", unreachable)
        for count in range(3, 61, 2):
            publish(watched, count)
            later(watched, 50 * MINUTE)
            await tick(watched)
    assert len(watched.titles()) == 1
    await lives_on(watched, HOUR)
    assert everything(watched) == [f"Korea {number}" for number in range(1, 60)]
    assert len(watched.titles()) == 1 + BUDGET
    assert sum(len(digest.items) for digest in watched.digests()) == 38
    assert len(watched.digests()) == 2, "one does not fit a message"
    assert absences(watched) == []


async def test_a_restart_after_hours_says_so_once(watched: Newsroom) -> None:
    later(watched, 14 * HOUR)
    await watched.again()
    await tick(watched)
    assert absences(watched) == ["14"]
    await watched.again()
    await lives_on(watched, HOUR)
    assert absences(watched) == ["14"]


async def test_a_start_without_a_network_says_so_when_it_is_there(watched: Newsroom) -> None:
    later(watched, 14 * HOUR)
    answers = dict(watched.fetcher.answers)
    watched.fetcher.answers = dict.fromkeys(answers, None)
    await watched.again()
    await lives_on(watched, 5 * HOUR)
    assert absences(watched) == []
    watched.fetcher.answers = answers
    await lives_on(watched, 2 * HOUR)
    assert absences(watched) in (["19"], ["20"])


async def test_short_breaks_are_not_worth_a_word(watched: Newsroom) -> None:
    for _ in range(5):
        later(watched, 2 * HOUR)
        await watched.again()
        await tick(watched)
    assert absences(watched) == []


async def test_a_server_that_answers_with_an_error_shows_that_there_is_a_network(watched: Newsroom) -> None:
    watched.fetcher.answers = {}  # 404
    await lives_on(watched, DAY)
    publish(watched, 2)
    await lives_on(watched, DAY + HOUR)
    assert absences(watched) == []


@pytest.mark.parametrize("jump", [-400 * DAY, -3 * HOUR, 400 * DAY])
async def test_a_clock_that_jumps_and_back_holds_nothing_up(watched: Newsroom, jump: timedelta) -> None:
    publish(watched, 3)
    later(watched, HOUR)
    await tick(watched)
    for number, time in ((5, jump), (40, -jump)):
        later(watched, time)
        publish(watched, number)
        await lives_on(watched, 3 * HOUR)
        assert everything(watched) == [f"Korea {number}" for number in range(1, number + 1)]
    assert len(absences(watched)) <= 1
