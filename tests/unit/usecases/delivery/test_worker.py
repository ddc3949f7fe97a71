"""What becomes of a message that Telegram does not take at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.errors import StorageTrouble, StoreError
from bot.model import (
    Alert,
    Chat,
    ChatForbidden,
    ChatMigrated,
    Delivery,
    DeliveryState,
    Language,
    Notice,
    RetryLater,
    SendOutcome,
    SendRejected,
    WritingRefused,
)
from bot.store import UnitOfWork
from bot.store.schema import deliveries
from bot.usecases.delivery.worker import CRASHES_ALLOWED
from bot.wording.alerts import notice_text
from bot.wording.wording import Wording
from tests.fakes.feeds import Item
from tests.unit.usecases.conftest import OpenRoom
from tests.unit.usecases.newsroom import CHAT, Newsroom

FIRST = Item("Korea one", "Korea and apples, apples, apples and more apples on the table.", "g1", "https://a.example/1")
SECOND = Item("Korea two", "Bridges in Korea are closed, bridges and tunnels.", "g2", "https://a.example/2")


async def queue_two(room: Newsroom) -> None:
    room.publish("antara", FIRST)
    await room.poll()
    room.publish("antara", SECOND, FIRST)
    await room.poll()


async def counts(room: Newsroom) -> dict[str, int]:
    async with room.store.read() as unit:
        return {str(state): count for state, count in (await unit.outbox.counts()).items() if count}


async def test_messages_to_one_chat_keep_their_order_and_pace(room: Newsroom) -> None:
    await queue_two(room)
    await room.deliver()
    assert room.titles() == ["Korea one", "Korea two"]
    first, second = room.messenger.times
    assert second - first >= timedelta(seconds=1)


async def test_a_message_that_must_wait_holds_back_what_follows(room: Newsroom) -> None:
    room.messenger.script(RetryLater("429: too many requests", after=timedelta(seconds=30)))
    await queue_two(room)
    await room.deliver()
    assert room.titles() == ["Korea one", "Korea two"]
    first, second = room.messenger.times
    assert first >= room.clock.now() - timedelta(seconds=40)
    assert second > first


async def test_waiting_survives_a_restart(room: Newsroom) -> None:
    room.messenger.script(RetryLater("429: too many requests", after=timedelta(minutes=10)))
    await queue_two(room)
    await room.deliver()
    await room.again()
    await room.deliver()
    assert room.titles() == []
    room.clock.set(room.clock.now() + timedelta(minutes=10))
    await room.deliver()
    assert room.titles() == ["Korea one", "Korea two"]


@pytest.mark.parametrize("asked", [timedelta(minutes=2), None])
@pytest.mark.parametrize("restarted", [False, True])
async def test_what_waits_does_not_wait_longer_because_the_clock_was_set_back(
    room: Newsroom, asked: timedelta | None, restarted: bool
) -> None:
    room.clock.set(room.clock.now() + timedelta(days=4_000))
    room.messenger.script(*[RetryLater("no route to host", after=asked)] * 6)
    await queue_two(room)
    await room.deliver()
    assert room.titles() == []
    room.clock.set(room.clock.now() - timedelta(days=4_000))
    if restarted:
        await room.again()
    for _ in range(15):
        await room.deliver()
        room.clock.set(room.clock.now() + timedelta(minutes=1))
    assert room.titles() == ["Korea one", "Korea two"]


async def test_waiting_is_kept_when_the_clock_is_set_back(room: Newsroom) -> None:
    room.messenger.script(RetryLater("429: too many requests", after=timedelta(minutes=10)))
    await queue_two(room)
    await room.deliver()
    for _ in range(3):
        room.clock.set(room.clock.now() - timedelta(days=1))
        await room.deliver()
    assert room.titles() == []
    room.clock.set(room.clock.now() + timedelta(minutes=10))
    await room.deliver()
    assert room.titles() == ["Korea one", "Korea two"]


async def test_a_rejected_message_is_dead_the_next_goes_out_and_the_admins_hear_of_it(room: Newsroom) -> None:
    async with room.store.write() as unit:
        await unit.chats.add_admin(77, room.clock.now())
    await room.attendant.greet()
    room.messenger.script(SendRejected("message is too long"))
    await queue_two(room)
    await room.deliver()
    assert room.titles() == ["Korea two"]
    assert (await counts(room))["dead"] == 1
    (notice,) = room.messenger.contents("77")
    assert isinstance(notice, Notice)
    assert notice.values["reason"] == "message is too long"
    async with room.store.write() as unit:
        assert await unit.outbox.retry(None, room.clock.now()) == 1
    await room.deliver()
    assert room.titles() == ["Korea two", "Korea one"]


async def test_a_chat_that_refuses_is_paused_and_nothing_owed_to_it_is_lost(room: Newsroom) -> None:
    room.messenger.script(ChatForbidden("bot was blocked by the user"))
    await queue_two(room)
    await room.deliver()
    assert room.titles() == []
    assert await counts(room) == {"pending": 2}
    async with room.store.write() as unit:
        chat = await unit.chats.get(CHAT.chat)
        assert chat is not None
        assert chat.paused_reason == "bot was blocked by the user"
        await unit.chats.save(replace(chat, paused_reason=None))
    await room.deliver()
    assert room.titles() == ["Korea one", "Korea two"]


async def test_where_the_bot_may_not_write_alerts_wait_the_admins_hear_once_and_all_comes_when_it_may(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with room.store.write() as unit:
        await unit.chats.add_admin(77, room.clock.now())
        await unit.chats.save(Chat(CHAT.chat, kind="supergroup", title="Redaksi"))
    await room.attendant.greet()
    sending, closed, tried = room.messenger.send, True, 0

    async def send(delivery: Delivery, chat: Chat) -> SendOutcome:
        nonlocal tried
        if chat.chat != CHAT.chat:
            return await sending(delivery, chat)
        tried += 1
        return WritingRefused("TOPIC_CLOSED") if closed else await sending(delivery, chat)

    monkeypatch.setattr(room.messenger, "send", send)
    await queue_two(room)
    for _ in range(55):
        await room.deliver()
        room.clock.set(room.clock.now() + timedelta(minutes=1))
    assert tried == 4  # every quarter of an hour
    assert await counts(room) == {"pending": 2, "sent": 1}
    (notice,) = room.messenger.contents("77")
    assert isinstance(notice, Notice)
    assert notice.code == "chat-refuses"
    assert notice.values == {"chat": "Redaksi", "reason": "TOPIC_CLOSED"}

    closed = False
    room.clock.set(room.clock.now() + timedelta(minutes=15))
    await room.deliver()
    assert room.titles() == ["Korea one", "Korea two"]
    assert len(room.messenger.contents("77")) == 1
    async with room.store.read() as unit:
        chat = await unit.chats.get(CHAT.chat)
    assert chat is not None
    assert chat.paused_reason is None


async def test_a_group_that_became_a_supergroup_gets_everything_there(room: Newsroom) -> None:
    room.messenger.script(ChatMigrated("-1009"))
    await queue_two(room)
    await room.deliver()
    assert room.titles("-1009") == ["Korea one", "Korea two"]
    room.publish("antara", Item("Korea three", "Candles in Korea.", "g3", "https://a.example/3"), SECOND, FIRST)
    await room.poll()
    await room.deliver()
    assert room.titles("-1009")[-1] == "Korea three"


async def test_what_a_killed_process_held_is_sent_after_its_restart(open_room: OpenRoom) -> None:
    room = await open_room()
    await queue_two(room)
    async with room.store.write() as unit:
        now = room.clock.now()
        assert await unit.outbox.claim_chats(1, now, now + timedelta(hours=1), by="killed", console=False)
    await room.deliver()
    assert room.titles() == []
    await room.again()
    await room.deliver()
    assert room.titles() == ["Korea one", "Korea two"]
    assert await counts(room) == {str(DeliveryState.SENT): 2}


async def test_a_chat_named_by_its_old_id_is_not_greeted_as_a_new_one(room: Newsroom) -> None:
    room.messenger.script(ChatMigrated("-1009"))
    await queue_two(room)
    await room.deliver()
    await room.again()
    await room.again()
    await room.deliver()
    assert room.titles("-1009") == ["Korea one", "Korea two"]
    assert not any(alert.earlier for alert in room.messenger.alerts("-1009"))


def crashes_on_the_first(room: Newsroom, monkeypatch: pytest.MonkeyPatch, *outside: SendOutcome) -> None:
    """The first alert meets these outcomes, and then crashes each time."""
    send, before = room.messenger.send, list(outside)

    async def send_or_crash(delivery: Delivery, chat: Chat) -> SendOutcome:
        if isinstance(delivery.content, Alert) and delivery.content.title == FIRST.title:
            if before:
                return before.pop(0)
            raise KeyError("result")
        return await send(delivery, chat)

    monkeypatch.setattr(room.messenger, "send", send_or_crash)


async def add_admin(room: Newsroom, user_id: int) -> None:
    async with room.store.write() as unit:
        await unit.chats.add_admin(user_id, room.clock.now())
    await room.attendant.greet()


async def dead(room: Newsroom) -> tuple[Delivery, ...]:
    async with room.store.read() as unit:
        return await unit.outbox.list((DeliveryState.DEAD,), 10)


@pytest.mark.parametrize("outside", [0, CRASHES_ALLOWED - 1, 3 * CRASHES_ALLOWED])
async def test_a_message_that_kabar_itself_fails_on_is_given_up_after_its_own_failures_and_the_next_goes_out(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch, outside: int
) -> None:
    """What the network did to it before does not count."""
    await add_admin(room, 77)
    crashes_on_the_first(room, monkeypatch, *[RetryLater("no answer in time")] * outside)
    await queue_two(room)
    for _ in range(100):
        await room.deliver()
        room.clock.set(room.clock.now() + timedelta(minutes=5))
    assert room.titles() == ["Korea two"]
    (given_up,) = await dead(room)
    assert given_up.attempts == outside + CRASHES_ALLOWED
    assert "KeyError" in (given_up.error or "")
    (notice,) = room.messenger.contents("77")
    assert isinstance(notice, Notice)
    assert notice.code == "message-held"
    assert notice.values["id"] == str(given_up.id)


async def test_what_crashes_once_is_sent_all_the_same(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    send, left = room.messenger.send, CRASHES_ALLOWED - 1

    async def send_or_crash(delivery: Delivery, chat: Chat) -> SendOutcome:
        nonlocal left
        if left:
            left -= 1
            raise MemoryError
        return await send(delivery, chat)

    monkeypatch.setattr(room.messenger, "send", send_or_crash)
    await queue_two(room)
    await room.deliver()
    assert room.titles() == ["Korea one", "Korea two"]
    assert await dead(room) == ()


@pytest.mark.parametrize("crashes", [False, True])
async def test_the_only_admin_hears_of_an_alert_to_himself(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch, crashes: bool
) -> None:
    await add_admin(room, int(CHAT.chat))
    if crashes:
        crashes_on_the_first(room, monkeypatch)
    else:
        room.messenger.script(SendRejected("BUTTON_URL_INVALID"))
    await queue_two(room)
    await room.deliver()
    (given_up,) = await dead(room)
    notices = [content for content in room.messenger.contents(CHAT.chat) if isinstance(content, Notice)]
    assert [notice.values["id"] for notice in notices] == [str(given_up.id)]
    assert room.titles() == ["Korea two"]


async def test_where_notices_die_too_it_comes_to_an_end(room: Newsroom) -> None:
    await add_admin(room, int(CHAT.chat))
    await add_admin(room, 77)
    room.messenger.script(*[SendRejected("chat not found")] * 1_000)
    await queue_two(room)
    await room.deliver()
    assert len(room.messenger.refused) == 2 + 2 * 2  # two alerts; of each, a notice to each admin
    assert await counts(room) == {"dead": 6}


@pytest.mark.parametrize(
    "stored", ["", "{", "[]", "null", '{"type":"alert"}', '{"type":"tomorrow"}', '{"type":"notice","id":[]}']
)
async def test_a_message_whose_content_is_broken_holds_up_no_other_and_is_said(room: Newsroom, stored: str) -> None:
    await queue_two(room)
    async with room.store.write() as unit:
        first = (await unit.outbox.list((DeliveryState.PENDING,), 10))[0]
        await unit.outbox.connection.execute(
            update(deliveries).where(deliveries.c.id == first.id).values(content=stored)
        )
    await room.deliver()
    first_told, second_told = room.messenger.contents(CHAT.chat)
    assert isinstance(first_told, Notice)
    assert "can no longer be read" in notice_text(first_told, Wording(Language("en")))
    assert isinstance(second_told, Alert)
    assert await counts(room) == {"sent": 2}


async def test_what_was_claimed_is_sent_at_once_though_the_answer_that_it_is_was_lost(room: Newsroom) -> None:
    """A server that ends just then has stored it: nobody sends to the chat, and the claim lasts for minutes."""
    await queue_two(room)
    write, answers = room.store.write, [False]

    @asynccontextmanager
    async def losing() -> AsyncIterator[UnitOfWork]:
        async with write() as unit:
            yield unit
        if answers and not answers.pop():
            raise StoreError("gives no answer", StorageTrouble.UNREACHABLE)

    room.store.write = losing  # type: ignore[method-assign]
    with pytest.raises(StoreError):
        await room.deliver()
    started = room.clock.now()
    await room.deliver()
    assert room.titles() == ["Korea one", "Korea two"]
    assert room.clock.now() - started < timedelta(seconds=30)


async def test_it_ends_as_asked_though_what_was_sent_cannot_be_recorded(room: Newsroom) -> None:
    """A database that is damaged in the middle of a message is told by others; SIGTERM still ends with 0."""
    await queue_two(room)
    stop = asyncio.Event()
    sent = room.messenger.send

    async def send(delivery: Delivery, chat: Chat) -> SendOutcome:
        room.store.halt(StoreError("broken", StorageTrouble.DAMAGED))
        stop.set()
        return await sent(delivery, chat)

    room.messenger.send = send  # type: ignore[method-assign]
    await room.delivery.run(stop)
    assert room.titles() == ["Korea one"]
