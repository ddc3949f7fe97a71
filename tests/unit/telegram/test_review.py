"""Post and Skip: what an admin is shown of an alert for a channel, and what their buttons do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.model import (
    AlertId,
    Chat,
    DeliveryKind,
    DeliveryState,
    Destination,
    Language,
    MessageId,
    NewDelivery,
    Review,
)
from tests.fakes.bot_api import FakeMessage
from tests.fakes.deliveries import NOW, an_alert
from tests.unit.telegram import talking
from tests.unit.telegram.conftest import ADMIN, Bench

SECOND_ADMIN, READER = 4343, 1001
CHANNEL = Destination("@kanal")
ALERT = replace(an_alert(), earlier=True)
TOO_OLD = "Ini sudah terlalu lama; tombolnya tidak berlaku lagi."


async def asked(bench: Bench, *chats: int, language: str = "id") -> list[FakeMessage]:
    """The review as each of these private chats has got it; their people are admins but for the reader."""
    bench.admins[:] = [chat for chat in chats if chat != READER]
    messages = []
    for chat in chats:
        bench.api.add_chat(chat)
        known = Chat(str(chat), language=Language(language), approved=True)
        review = Review(AlertId(f"r:{CHANNEL}:{ALERT.id}"), ALERT, CHANNEL)
        async with bench.store.write() as unit:
            await unit.chats.save(known)
            (number,) = await unit.outbox.add(
                [NewDelivery(Destination(str(chat)), DeliveryKind.NEW, review)], bench.clock.now()
            )
            delivery = await unit.outbox.get(number)
        assert delivery is not None
        await bench.messenger.send(delivery, known)
        messages.append(bench.api.messages(chat)[-1])
        async with bench.store.write() as unit:
            await unit.outbox.mark_sent(number, MessageId(messages[-1].message_id), NOW)
    return messages


async def press(bench: Bench, user: int, message: FakeMessage, button: str, *, forged: bool = False) -> str:
    return await talking.press(bench, user, message, button, forged=forged, first_name=f"Admin {user}")


async def posts(bench: Bench) -> list[object]:
    """What the channel is owed."""
    async with bench.store.read() as unit:
        owed = await unit.outbox.list([DeliveryState.PENDING], 9)
    return [delivery.content for delivery in owed if delivery.destination == CHANNEL]


async def test_an_admin_sees_the_post_as_it_would_stand_in_the_channel(bench: Bench) -> None:
    (message,) = await asked(bench, ADMIN)
    assert message.text.startswith("Untuk @kanal:\nNATO confirms North Korean troops in Russia\nCBS News")
    assert message.text.endswith("NATO is worried.")
    assert "Alasan" not in message.text
    assert "terdahulu" not in message.text
    assert list(message.buttons) == ["Terbitkan", "Lewati"]
    assert message.preview == {"url": "https://news.example/nato", "prefer_large_media": True}


async def test_post_queues_the_alert_and_says_who_it_was(bench: Bench) -> None:
    first, second = await asked(bench, ADMIN, SECOND_ADMIN)
    async with bench.running():
        said = await press(bench, ADMIN, first, "Terbitkan")
        assert said == "Diterbitkan oleh Admin 4242, hari ini 15.00 WIB."
        assert await posts(bench) == [ALERT]
        assert first.text.endswith(f"\n\n{said}")
        assert first.buttons == {}

        bench.clock.moment += timedelta(minutes=5)
        assert await press(bench, SECOND_ADMIN, second, "Terbitkan") == said
        assert second.text.endswith(said)
        assert second.buttons == {}
    assert await posts(bench) == [ALERT]
    async with bench.store.read() as unit:
        (change,) = await unit.changes.latest(9)
    assert (change.code, change.user_name, change.values["title"], change.values["chat"]) == (
        "posted",
        "Admin 4242",
        ALERT.title,
        "@kanal",
    )


async def test_what_is_skipped_can_be_posted_after_all_by_anyone_of_them(bench: Bench) -> None:
    first, second = await asked(bench, ADMIN, SECOND_ADMIN, language="en")
    async with bench.running():
        assert await press(bench, ADMIN, first, "Skip") == "Skipped by Admin 4242, today 15:00 WIB."
        assert list(first.buttons) == ["Post it after all"]
        assert await posts(bench) == []
        assert await press(bench, SECOND_ADMIN, second, "Post") == "Posted by Admin 4343, today 15:00 WIB."
        assert await press(bench, ADMIN, first, "Post it after all") == "Posted by Admin 4343, today 15:00 WIB."
    assert await posts(bench) == [ALERT]
    async with bench.store.read() as unit:
        assert [change.code for change in await unit.changes.latest(9)] == ["posted", "skipped"]


async def test_what_the_channel_has_got_otherwise_is_not_posted_again(bench: Bench) -> None:
    (message,) = await asked(bench, ADMIN)
    async with bench.store.write() as unit:
        await unit.outbox.add([NewDelivery(CHANNEL, DeliveryKind.NEW, ALERT)], NOW)
    async with bench.running():
        assert await press(bench, ADMIN, message, "Lewati") == "Ini sudah diterbitkan."
    assert await posts(bench) == [ALERT]
    assert message.buttons == {}


async def test_who_is_no_admin_posts_nothing(bench: Bench) -> None:
    admins, readers = await asked(bench, ADMIN, READER)
    async with bench.running():
        said = await press(bench, READER, readers, "Terbitkan")
        assert said == "Hanya admin bot yang boleh melakukannya."
        forged = await press(bench, READER, readers, admins.buttons["Terbitkan"], forged=True)
        assert forged == said
    assert await posts(bench) == []


async def test_a_forged_press_reaches_no_review_of_another_chat(bench: Bench) -> None:
    admins, others = await asked(bench, ADMIN, SECOND_ADMIN)
    before = (admins.text, others.text)
    async with bench.running():
        for verb in ("rp", "rs"):
            data = f"{verb}:{admins.buttons['Terbitkan'].partition(':')[2]}"
            assert await press(bench, SECOND_ADMIN, others, data, forged=True) == TOO_OLD
        for data in ("rp", "rp:x", "rs:999999"):
            assert await press(bench, ADMIN, admins, data, forged=True) == TOO_OLD
    assert await posts(bench) == []
    assert (admins.text, others.text) == before


async def test_a_review_is_no_alert_and_an_alert_no_review(bench: Bench) -> None:
    (message,) = await asked(bench, ADMIN)
    async with bench.store.write() as unit:
        (number,) = await unit.outbox.add([NewDelivery(Destination(str(ADMIN)), DeliveryKind.NEW, ALERT)], NOW)
    async with bench.running():
        assert await press(bench, ADMIN, message, f"rp:{number}", forged=True) == TOO_OLD
        review = message.buttons["Terbitkan"].partition(":")[2]
        assert await press(bench, ADMIN, message, f"ag:{review}", forged=True) == TOO_OLD


async def test_a_review_that_somebody_deleted_is_posted_all_the_same(bench: Bench) -> None:
    (message,) = await asked(bench, ADMIN)
    bench.api.delete_message(message)
    async with bench.running():
        await press(bench, ADMIN, message, "Terbitkan")
    assert await posts(bench) == [ALERT]
    assert bench.api.messages(ADMIN)[-1].text.endswith("Diterbitkan oleh Admin 4242, hari ini 15.00 WIB.")
