"""A topic that is written about far more than usual: who hears of it, when, and that it is once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from bot.config import DeliverySettings, Settings
from bot.errors import StoreError
from bot.model import (
    UNTIL_RESUMED,
    Article,
    ArticleId,
    Chat,
    Delivering,
    DeliveryState,
    Destination,
    Evidence,
    FeedId,
    Language,
    Match,
    Preferences,
    QuietHours,
    Rise,
    Topic,
)
from bot.store import Store, UnitOfWork
from bot.usecases.monitoring.trends import TOGETHER, queue_rises
from bot.usecases.topics.watchlist import Audience
from tests.fakes.feeds import filler
from tests.unit.usecases.conftest import OpenRoom
from tests.unit.usecases.delivery.test_quiet import lives
from tests.unit.usecases.newsroom import CHAT, KOREA, Newsroom, to

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
AT_NIGHT = Preferences(quiet=QuietHours(time(14), time(17)))
"""The clock of a newsroom begins at 15.00 in Jakarta."""


async def seen(room: Newsroom, moments: list[datetime], topic: Topic = KOREA, text: str = "") -> None:
    """Articles on the topic, each under a title (and with a `text`, unless one is given) of its own, seen then."""
    articles = [
        Article(
            ArticleId(f"{topic.id}-{moment.isoformat()}"),
            f"Korea {moment.isoformat()}",
            text or filler(moment.isoformat()),
            Language("en"),
            published_at=moment,
            first_seen_at=moment,
            feed_id=FeedId("antara"),
            source="Antara",
        )
        for moment in moments
    ]
    async with room.store.write() as unit:
        await unit.articles.add(articles)
        matches = [Match(article.id, topic.id, 1.0, True, Evidence()) for article in articles]
        await unit.matches.add(matches, room.clock.now())


async def month(room: Newsroom) -> None:
    """Thirty days with two articles each; it is the end of the last."""
    begun = room.clock.now()
    await seen(room, [begun + DAY * day + HOUR * hour for day in range(30) for hour in (1, 13)])
    room.clock.set(begun + DAY * 30)


async def burst(room: Newsroom, count: int = 14) -> None:
    now = room.clock.now()
    await seen(room, [now - timedelta(minutes=7 * number, seconds=30) for number in range(count)])


async def tick(room: Newsroom, after: timedelta = timedelta()) -> None:
    room.clock.set(room.clock.now() + after)
    await room.attendant.note_rises()
    await room.deliver()


def rises(room: Newsroom, chat: str = CHAT.chat) -> list[Rise]:
    return [content for content in room.messenger.contents(chat) if isinstance(content, Rise)]


async def test_a_rise_is_told_once_with_its_figures(room: Newsroom) -> None:
    await month(room)
    await tick(room)
    assert rises(room) == []
    await burst(room)
    await tick(room)
    (rise,) = rises(room)
    assert (rise.topic_name, rise.today, rise.habit) == ("Korea", 16, 2.0)
    assert rise.days == (2,) * 28
    await tick(room, HOUR)
    await room.again()
    await tick(room, HOUR)
    await burst(room, 30)
    await tick(room, HOUR)
    assert len(rises(room)) == 1


class FullStore(Store):
    """A store whose disk is full at one of the next write units."""

    def __init__(self, store: Store, at: int) -> None:
        vars(self).update(vars(store))
        self.left = at

    @asynccontextmanager
    async def write(self) -> AsyncIterator[UnitOfWork]:
        self.left -= 1
        if self.left == 0:
            raise StoreError("the disk is full")
        async with super().write() as unit:
            yield unit


async def test_a_rise_is_told_to_many_chats_once_whatever_happens_in_between(open_room: OpenRoom) -> None:
    chats = tuple(Destination(str(5_000 + number)) for number in range(TOGETHER + 9))
    room = await open_room([to(KOREA, *chats)])
    await month(room)
    await burst(room)
    audience = Audience(messenger=True)
    with pytest.raises(StoreError):
        await queue_rises(FullStore(room.store, 2), room.clock, room.attendant.watch, audience)
    assert await queue_rises(room.store, room.clock, room.attendant.watch, audience) == 9
    assert await queue_rises(room.store, room.clock, room.attendant.watch, audience) == 0
    async with room.store.read() as unit:
        told = [one.destination for one in await unit.outbox.list([DeliveryState.PENDING], 1_000)]
    assert sorted(map(str, told)) == sorted(map(str, chats))


async def test_one_text_under_many_titles_is_no_rise(room: Newsroom) -> None:
    await month(room)
    now = room.clock.now()
    await seen(room, [now - MINUTE * number for number in range(1, 30)], text=filler("a press release", 300))
    await tick(room)
    assert rises(room) == []
    await burst(room, 20)
    await tick(room)
    assert [rise.today for rise in rises(room)] == [23]


async def test_the_next_rise_is_told_after_the_volume_was_back_at_its_habit(room: Newsroom) -> None:
    await month(room)
    await burst(room)
    await tick(room)
    await tick(room, 2 * DAY)
    await burst(room, 40)
    await tick(room, HOUR)
    assert [rise.today for rise in rises(room)] == [16, 40]


async def test_a_clock_set_back_tells_nothing_twice(room: Newsroom) -> None:
    await month(room)
    await burst(room)
    await tick(room)
    await tick(room, -5 * HOUR)
    await tick(room, -DAY)
    await tick(room, DAY + 5 * HOUR)
    await tick(room, HOUR)
    assert len(rises(room)) == 1


@pytest.mark.parametrize(
    ("chat", "comes"),
    [
        (Chat(CHAT.chat, preferences=AT_NIGHT), True),
        (Chat(CHAT.chat, paused_reason="blocked"), False),
        (Chat(CHAT.chat, paused_until=UNTIL_RESUMED), False),
        (Chat(CHAT.chat, "channel"), False),
    ],
    ids=["quiet", "unreachable", "paused", "channel"],
)
async def test_where_it_is_quiet_a_rise_waits_and_channels_get_none(room: Newsroom, chat: Chat, comes: bool) -> None:
    await month(room)
    await lives(room, chat)
    await burst(room)
    await tick(room)
    await tick(room, HOUR)
    assert rises(room) == []
    await room.again()
    await tick(room, HOUR)
    await tick(room, HOUR)
    assert len(rises(room)) == comes


async def test_a_rise_that_is_over_when_the_quiet_hours_end_is_left_out(room: Newsroom) -> None:
    await month(room)
    await lives(room, Chat(CHAT.chat, paused_until=room.clock.now() + 2 * DAY))
    await burst(room)
    await tick(room)
    await tick(room, 2 * DAY + HOUR)
    await tick(room, HOUR)
    assert rises(room) == []


async def test_an_urgent_topic_passes_quiet_hours(open_room: OpenRoom) -> None:
    room = await open_room(topics=(replace(KOREA, delivering=Delivering.URGENT),))
    await month(room)
    await lives(room, Chat(CHAT.chat, preferences=AT_NIGHT))
    await burst(room)
    await tick(room)
    assert len(rises(room)) == 1


async def test_every_chat_of_a_topic_hears_of_it_once(open_room: OpenRoom) -> None:
    room = await open_room(topics=(to(KOREA, CHAT, Destination("-55", 7), Destination("-10055", 7), Destination("8")),))
    await lives(room, Chat("-55", "group"))
    async with room.store.write() as unit:
        await unit.chats.alias("-55", "-10055")
        await unit.chats.save(Chat("-10055", "supergroup"))
    await month(room)
    await burst(room)
    await tick(room)
    assert sorted(str(d.destination) for d, _ in room.messenger.sent) == ["-10055/7", "1001", "8"]


async def test_a_paused_topic_does_not_rise_and_neither_does_one_that_goes_on(room: Newsroom) -> None:
    await month(room)
    await room.again(topics=(replace(KOREA, paused=True),))
    await burst(room)
    await tick(room)
    await room.again(topics=(KOREA,))
    await tick(room, HOUR)
    await burst(room, 30)
    await tick(room, 3 * DAY)
    assert rises(room) == []


async def test_a_topic_that_looks_for_more_than_before_has_not_risen(room: Newsroom) -> None:
    await month(room)
    await tick(room)
    await room.again(topics=(replace(KOREA, query="korea OR news"),))
    await burst(room)
    await tick(room)
    assert rises(room) == []


async def test_a_young_watch_has_no_habit(room: Newsroom) -> None:
    room.clock.set(room.clock.now() + DAY)
    await burst(room, 20)
    await tick(room)
    assert rises(room) == []


async def test_it_can_be_turned_off(room: Newsroom) -> None:
    room.settings = Settings(delivery=DeliverySettings(rising=False))
    await room.again()
    await month(room)
    await burst(room)
    await tick(room)
    assert rises(room) == []


async def test_without_a_messenger_the_console_is_told(room: Newsroom) -> None:
    await month(room)
    await burst(room)
    console = Audience(messenger=False)
    assert await queue_rises(room.store, room.clock, room.attendant.watch, console) == 1
    assert await queue_rises(room.store, room.clock, room.attendant.watch, console) == 0
