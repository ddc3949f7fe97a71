"""What a plan rests on changes before the plan is stored: a message is sent, a chat changes its mind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

from bot.model import Chat, Mute
from bot.store import Store, UnitOfWork
from tests.unit.usecases.conftest import OpenRoom
from tests.unit.usecases.ingest.test_stories import LOMBOK, report
from tests.unit.usecases.newsroom import CHAT, Newsroom, feed


class OvertakenStore(Store):
    """A store in which something else is written just before the next unit opens."""

    def __init__(self, store: Store) -> None:
        vars(self).update(vars(store))
        self.before: list[Callable[[], Awaitable[None]]] = []

    @asynccontextmanager
    async def write(self) -> AsyncIterator[UnitOfWork]:
        if self.before:
            await self.before.pop()()
        async with super().write() as unit:
            yield unit


async def overtaken_room(open_room: OpenRoom) -> tuple[Newsroom, OvertakenStore]:
    """A chat that has yet to be sent the first report on a ferry; the second has been published."""
    room = await open_room([LOMBOK], [feed("antara"), feed("tempo")])
    store = OvertakenStore(room.store)
    room.store = store
    await room.again()
    room.publish("antara", report("antara"))
    await room.poll("antara")
    room.publish("tempo", report("tempo", "Ferry on fire near Lombok"))
    return room, store


async def test_a_message_that_is_sent_while_a_later_article_is_planned_is_brought_up_to_date(
    open_room: OpenRoom,
) -> None:
    room, store = await overtaken_room(open_room)
    store.before.append(room.deliver)
    await room.poll("tempo")
    assert room.titles() == ["Ferry burns off Lombok"]
    await room.later()
    (edit,) = room.messenger.edits(CHAT.chat)
    assert [version.source for version in edit.also] == ["Tempo"]


async def test_a_story_that_is_muted_while_a_later_article_is_planned_says_no_more(open_room: OpenRoom) -> None:
    room, store = await overtaken_room(open_room)
    await room.deliver()

    async def mute() -> None:
        (alert,) = room.messenger.alerts(CHAT.chat)
        async with store.write() as unit:
            await unit.mutes.add(Mute(CHAT, alert.article_id, alert.title, room.clock.now()))

    store.before.append(mute)
    await room.poll("tempo")
    await room.later()
    assert room.messenger.edits(CHAT.chat) == []


async def test_a_poll_gets_through_though_its_chat_changes_all_the_time(open_room: OpenRoom) -> None:
    room, store = await overtaken_room(open_room)
    await room.deliver()
    changes = 0

    async def change() -> None:
        nonlocal changes
        while True:
            changes += 1
            async with store.write() as unit:
                chat = await unit.chats.get(CHAT.chat) or Chat(CHAT.chat)
                await unit.chats.save(replace(chat, title=f"Newsroom {changes}"))

    changing = asyncio.create_task(change())
    async with asyncio.timeout(60):
        await room.poll("tempo")
    changing.cancel()
    await asyncio.wait({changing})
    assert changes > 1
    await room.later(timedelta(minutes=5))
    assert len(room.messenger.edits(CHAT.chat)) == 1
