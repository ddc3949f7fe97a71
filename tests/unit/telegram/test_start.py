"""/start: the greeting, and the questions that the first one in private asks by changing one message."""

from __future__ import annotations

from datetime import time

import pytest

from bot.model import Chat, Language, Preferences, QuietHours, Topic, TopicId
from tests.fakes.bot_api import FakeMessage
from tests.fakes.deliveries import a_delivery, a_notice
from tests.unit.telegram.conftest import ADMIN, Bench
from tests.unit.telegram.talking import press, remembered

READER = 1001
GROUP = -1001234567890


async def let_in(bench: Bench, user_id: int = READER) -> None:
    async with bench.store.write() as unit:
        await unit.chats.save(Chat(str(user_id), language=None, approved=True))


async def start(bench: Bench, language: str = "id") -> FakeMessage:
    bench.api.user_sends(READER, "/start", language_code=language, first_name="Sari")
    await bench.handled()
    return bench.api.messages(READER)[-1]


async def test_the_first_start_asks_three_questions_in_one_message(bench: Bench) -> None:
    await let_in(bench)
    async with bench.running():
        message = await start(bench)
        assert message.text.startswith("Halo!")
        assert "Tiga pertanyaan singkat dulu" in message.text
        assert "1/3\nBahasa apa saja yang Anda baca?" in message.text
        assert {"Indonesia", "English", "العربية", "中文", "日本語", "Melayu", "Lewati"} <= set(message.buttons)

        await press(bench, READER, message, "English", "Indonesia", "Deutsch", "✓ Deutsch")
        assert "✓ English" in message.buttons
        assert "Deutsch" in message.buttons
        await press(bench, READER, message, "Selesai")
        assert message.text.startswith("2/3\nAnda berada di zona waktu mana?")
        await press(bench, READER, message, "WITA")
        assert message.text.startswith("3/3\nKapan jam tenang di sini?")
        await press(bench, READER, message, "22.00–06.00")
    assert message.text == (
        "Beres. Kirimi saya tautan, artikel, atau beberapa kata, lalu saya pantau untuk Anda.\n"
        "\n"
        "Bahasa bacaan: Inggris, Indonesia\n"
        "Zona waktu: Makassar, sekarang pukul 16.00\n"
        "Jam tenang: 22.00–06.00"
    )
    chat = await remembered(bench, READER)
    assert chat.timezone == "Asia/Makassar"
    assert chat.preferences == Preferences(reads=(Language("en"), Language("id")), quiet=QuietHours(time(22), time(6)))
    assert len(bench.api.messages(READER)) == 1
    assert bench.api.unanswered_presses() == 0


async def test_everything_can_be_skipped(bench: Bench) -> None:
    await let_in(bench)
    async with bench.running():
        message = await start(bench, "en")
        await press(bench, READER, message, "Skip", "Skip", "Skip", language="en")
    assert message.text.startswith("All set. Send me a link")
    assert message.buttons == {"All settings": "so:c:card"}
    chat = await remembered(bench, READER)
    assert (chat.timezone, chat.preferences) == (None, Preferences())


async def test_the_second_start_greets_and_offers_the_settings(bench: Bench) -> None:
    await let_in(bench)
    async with bench.running():
        await start(bench)
        second = await start(bench)
        assert "/bantuan" in second.text
        assert "1/3" not in second.text
        await press(bench, READER, second, "Semua pengaturan")
    assert second.text.startswith("Pengaturan obrolan ini")


async def test_who_has_chosen_already_is_not_asked(bench: Bench) -> None:
    async with bench.store.write() as unit:
        await unit.chats.save(Chat(str(READER), approved=True, timezone="Asia/Tokyo"))
    async with bench.running():
        message = await start(bench)
    assert "1/3" not in message.text


async def test_the_questions_go_on_after_a_restart(bench: Bench) -> None:
    await let_in(bench)
    async with bench.running():
        message = await start(bench)
        await press(bench, READER, message, "English")
    async with bench.running():
        await press(bench, READER, message, "Selesai", "Kota lain…")
    async with bench.running():
        bench.api.user_sends(READER, "Tokyo")
        await bench.handled()
    asked = bench.api.messages(READER)[-1]
    assert asked.text.startswith("3/3")
    chat = await remembered(bench, READER)
    assert (chat.timezone, chat.preferences.reads) == ("Asia/Tokyo", ("en",))


async def test_a_city_is_found_by_its_name_or_asked_about(bench: Bench) -> None:
    await let_in(bench)
    async with bench.running():
        message = await start(bench)
        await press(bench, READER, message, "Lewati", "Kota lain…")
        assert message.text == "Anda di kota mana? Tulis namanya."
        bench.api.user_sends(READER, "", document=("kota.txt", b"Medan"))
        await bench.handled()
        assert [asked.text for asked in bench.api.messages(READER)] == ["Anda di kota mana? Tulis namanya."]
        bench.api.user_sends(READER, "Xyzzy <b>")
        await bench.handled()
        assert "Saya tidak mengenal “Xyzzy <b>”." in bench.api.messages(READER)[-1].text
        bench.api.user_sends(READER, "san jose")
        await bench.handled()
        which = bench.api.messages(READER)[-1]
        assert "“san jose” itu yang mana?" in which.text
        assert {"San Jose · 00.00", "San Jose · 02.00", "« Kembali"} == set(which.buttons)
        await press(bench, READER, which, "San Jose · 02.00")
        assert which.text.startswith("3/3")
        assert bench.api.messages(READER) == (which,)
        bench.api.user_sends(READER, "Medan")
        await bench.handled()
    assert (await remembered(bench, READER)).timezone == "America/Costa_Rica"
    assert "tidak paham" in bench.api.messages(READER)[-1].text


async def test_a_typed_city_moves_the_questions_below_the_answer(bench: Bench) -> None:
    await let_in(bench)
    async with bench.running():
        message = await start(bench)
        await press(bench, READER, message, "Lewati", "Kota lain…")
        bench.api.user_sends(READER, " den  HAAG ")
        await bench.handled()
    (asked,) = bench.api.messages(READER)
    assert asked.message_id != message.message_id
    assert asked.text.startswith("3/3")
    assert (await remembered(bench, READER)).timezone == "Europe/Amsterdam"


async def test_going_back_means_that_the_next_message_is_no_city(bench: Bench) -> None:
    await let_in(bench)
    async with bench.running():
        message = await start(bench)
        await press(bench, READER, message, "Lewati", "Kota lain…", "« Kembali")
        assert message.text.startswith("2/3")
        bench.api.user_sends(READER, "Tokyo")
        await bench.handled()
    assert (await remembered(bench, READER)).timezone is None


async def test_own_quiet_hours_are_typed(bench: Bench) -> None:
    await let_in(bench)
    async with bench.running():
        message = await start(bench, "en")
        await press(bench, READER, message, "Skip", "Skip", "Other hours…", language="en")
        for text in ("late", "21.30 - 5"):
            bench.api.user_sends(READER, text, language_code="en")
            await bench.handled()
            if text == "late":
                again = bench.api.messages(READER)[-1]
                assert again.text.startswith("I could not read any time in that.")
    assert bench.api.messages(READER)[-1].text.startswith("All set.")
    assert (await remembered(bench, READER)).preferences.quiet == QuietHours(time(21, 30), time(5))


async def test_a_deleted_message_is_no_obstacle(bench: Bench) -> None:
    await let_in(bench)
    async with bench.running():
        message = await start(bench)
        bench.api.user_presses(READER, message, "Lewati")
        bench.api.delete_message(message)
        await bench.handled()
    (asked,) = bench.api.messages(READER)
    assert asked.text.startswith("2/3")


async def test_a_group_is_greeted_and_not_asked(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    bench.api.user_sends(ADMIN, "/start", GROUP, chat_type="supergroup", title="Redaksi", thread=7)
    async with bench.running():
        opened, answer = await bench.answers(2, GROUP)
    assert opened.text.startswith("Obrolan ini sekarang")
    assert answer.text.startswith("Halo!")
    assert answer.buttons == {}
    assert answer.thread == 7


async def test_the_admins_welcome_leads_to_the_questions(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    bench.topics.append(Topic(TopicId("t"), "Korea"))
    bench.api.add_chat(ADMIN)
    delivery = a_delivery(a_notice("welcome-admin", topics="1", feeds="2"), to=str(ADMIN))
    messenger = bench.messenger
    await messenger.send(delivery, Chat(str(ADMIN), language=Language("en")))
    (welcome,) = bench.api.messages(ADMIN)
    assert welcome.text.startswith("Welcome!")
    async with bench.running():
        await press(bench, ADMIN, welcome, "Set up in three questions", language="en")
        _, asked = bench.api.messages(ADMIN)
        assert asked.text.startswith("1/3\nWhich languages do you read?")
        bench.api.user_sends(ADMIN, "/start", language_code="en")
        await bench.handled()
    assert "1/3" not in bench.api.messages(ADMIN)[-1].text


async def test_the_button_of_the_welcome_does_nothing_in_a_group(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    bench.api.add_chat(GROUP, "supergroup", "Redaksi")
    async with bench.running():
        bench.api.user_sends(ADMIN, "/start", GROUP)
        greetings = await bench.answers(2, GROUP)
        bench.api.user_presses(ADMIN, greetings[-1], "sg", forged=True)
        await bench.handled()
    assert bench.api.messages(GROUP) == greetings
    assert bench.api.toasts()[-1].text.startswith("Tombol ini sudah tidak berlaku.")


@pytest.mark.parametrize(
    "data",
    ["so", "so:w", "so:w:nowhere", "so:x:card", "so:w:reads:en:more", "sc:w:zone", "sa:w:reads", "sa:w:pause"],
)
async def test_buttons_that_were_never_made_do_nothing(bench: Bench, data: str) -> None:
    await let_in(bench)
    async with bench.running():
        message = await start(bench)
        before = message.text
        bench.api.user_presses(READER, message, data, forged=True)
        await bench.handled()
    assert message.text == before
    assert bench.api.toasts()[-1].text == "Tombol ini sudah tidak berlaku. Kirim perintahnya sekali lagi."
    assert (await remembered(bench, READER)).preferences == Preferences()
