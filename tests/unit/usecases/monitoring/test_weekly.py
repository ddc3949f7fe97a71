"""The note of the week: when it comes, to whom, and what it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.model import (
    UNTIL_RESUMED,
    Chat,
    Destination,
    Evidence,
    Language,
    Match,
    Notice,
    Preferences,
    QuietHours,
    Topic,
    TopicId,
)
from bot.usecases.monitoring.weekly import WeeklyNotes
from bot.usecases.topics.watchlist import Audience
from bot.wording.alerts import notice_text
from bot.wording.wording import Wording
from tests.unit.usecases.conftest import OpenRoom
from tests.unit.usecases.delivery.test_quiet import at, lives, news
from tests.unit.usecases.newsroom import CHAT, KOREA, Newsroom, to

RICE = replace(KOREA, id=TopicId("rice"), name="Rice", query="rice")
MONDAY = "09 09:00"
"""An archive that begins on Monday 2 March is a week old then."""


async def week(room: Newsroom) -> None:
    """Two alerts on Korea in a week, and one article on something else."""
    at(room, "02 15:00")
    await news(room, "Korea waits", "Far from it")
    at(room, "04 15:00")
    await news(room, "Korea goes on")


async def tick(room: Newsroom, moment: str) -> None:
    at(room, moment)
    await room.attendant.note_week()
    await room.deliver()


def notes(room: Newsroom, chat: str = CHAT.chat) -> list[Notice]:
    return [content for content in room.messenger.contents(chat) if isinstance(content, Notice)]


async def test_a_week_is_told_on_monday_morning_once(room: Newsroom) -> None:
    await week(room)
    await tick(room, "08 23:00")
    await tick(room, "09 08:59")
    assert notes(room) == []
    await tick(room, MONDAY)
    (note,) = notes(room)
    assert note.code == "weekly"
    assert (note.values["articles"], note.values["sources"], note.values["alerts"]) == ("3", "1", "2")
    assert notice_text(note, Wording(Language("en"))) == (
        "In the past week I read 3 articles from 1 source and sent you 2 alerts.\n• Korea: 2"
    )
    await tick(room, "09 09:10")
    await room.again()
    await tick(room, "09 18:00")
    await tick(room, "10 09:00")
    assert len(notes(room)) == 1
    await tick(room, "16 09:00")
    assert len(notes(room)) == 2
    assert notes(room)[1].values["alerts"] == "0"


async def test_silence_shows_what_was_nearly_told(open_room: OpenRoom) -> None:
    room = await open_room(topics=(KOREA, RICE))
    await week(room)
    async with room.store.write() as unit:
        articles = {article.title: article for article in await unit.articles.since(room.clock.now() - timedelta(9), 9)}
        far, korea = articles["Far from it"], articles["Korea goes on"]
        missed = [
            Match(far.id, RICE.id, 0.48, False, Evidence(), 0.5),
            Match(korea.id, RICE.id, 0.31, False, Evidence(), 0.5),
            Match(far.id, KOREA.id, 0.499, False, Evidence(), 0.5),
        ]
        await unit.matches.add(missed, room.clock.now())
    await tick(room, MONDAY)
    (note,) = notes(room)
    assert notice_text(note, Wording(Language("id"))) == (
        "Sepekan terakhir saya membaca 3 artikel dari 1 sumber dan mengirim 2 kabar.\n"
        "• Korea: 2\n"
        "Nyaris cocok dengan “Rice” (keyakinan 48%, perlu 50%):\n"
        "Far from it"
    )
    assert note.values["link"] == "https://a.example/Far-from-it"


async def test_nothing_told_is_said_so(open_room: OpenRoom) -> None:
    room = await open_room(topics=(RICE,))
    await week(room)
    await tick(room, MONDAY)
    (note,) = notes(room)
    assert notice_text(note, Wording(Language("en"))) == (
        "In the past week I read 3 articles from 1 source. Nothing fitted your watches."
    )


@pytest.mark.parametrize(
    "chat",
    [
        Chat(CHAT.chat, preferences=Preferences(weekly=False)),
        Chat(CHAT.chat, paused_until=UNTIL_RESUMED),
        Chat(CHAT.chat, preferences=Preferences(quiet=QuietHours(time(8), time(11)))),
        Chat(CHAT.chat, paused_reason="blocked"),
        Chat(CHAT.chat, "channel"),
        Chat(CHAT.chat, timezone="Europe/Berlin"),
    ],
    ids=["turned off", "paused", "quiet", "unreachable", "channel", "still night there"],
)
async def test_who_gets_no_note_at_nine(room: Newsroom, chat: Chat) -> None:
    await week(room)
    await lives(room, chat)
    await tick(room, MONDAY)
    assert notes(room) == []


async def test_the_note_comes_when_the_quiet_hours_are_over(room: Newsroom) -> None:
    await week(room)
    await lives(room, Chat(CHAT.chat, preferences=Preferences(quiet=QuietHours(time(8), time(11)))))
    await tick(room, MONDAY)
    await tick(room, "09 11:00")
    assert len(notes(room)) == 1


async def test_a_young_archive_tells_of_no_week(room: Newsroom) -> None:
    await tick(room, MONDAY)
    assert notes(room) == []
    at(room, "04 09:01")
    await news(room, "Korea waits")
    await tick(room, MONDAY)
    assert notes(room) == []
    await tick(room, "09 09:01")
    assert len(notes(room)) == 1


@pytest.mark.parametrize(
    ("topics", "destination", "count"),
    [
        ((to(KOREA, Destination("-1007")),), Destination("-1007"), 0),  # it may be a channel: nobody wrote there
        ((to(KOREA, Destination("@kanal")),), Destination("@kanal"), 0),
        ((replace(KOREA, paused=True),), CHAT, 0),
        ((to(KOREA, Destination("77", 5), Destination("77")),), Destination("77"), 1),
    ],
)
async def test_who_is_written_to(
    open_room: OpenRoom, topics: tuple[Topic, ...], destination: Destination, count: int
) -> None:
    room = await open_room(topics=topics)
    await week(room)
    await tick(room, MONDAY)
    noted = [d.destination for d, _ in room.messenger.sent if isinstance(d.content, Notice)]
    assert noted == [destination] * count


async def test_a_group_that_moved_is_told_once_in_its_thread(open_room: OpenRoom) -> None:
    room = await open_room(topics=(to(KOREA, Destination("-55", 7)), to(RICE, Destination("-10055", 7))))
    await lives(room, Chat("-55", "group"))
    async with room.store.write() as unit:
        await unit.chats.alias("-55", "-10055")
    await week(room)
    await tick(room, MONDAY)
    noted = [d.destination for d, _ in room.messenger.sent if isinstance(d.content, Notice)]
    assert noted == [Destination("-10055", 7)]


async def test_without_a_messenger_nothing_is_noted(room: Newsroom) -> None:
    await week(room)
    at(room, MONDAY)
    writer = WeeklyNotes(room.store, room.clock)
    assert await writer.write(room.attendant.watch, Audience(messenger=False)) == 0
    assert await writer.write(room.attendant.watch, Audience(messenger=True)) == 1
