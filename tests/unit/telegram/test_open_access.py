"""Where access is open: who lets themselves in, who stays out, and when it is full."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.config import Access, PublicSettings
from bot.model import AccessRequest, Chat, Preferences
from tests.fakes.deliveries import NOW
from tests.unit.telegram.conftest import ADMIN, Bench
from tests.unit.telegram.talking import noted, press, remembered, say
from tests.unit.telegram.test_admission import deliver

STRANGER, OTHER = 666, 667
GROUP = -1001234567890


@pytest.fixture
def open_bench(bench: Bench) -> Bench:
    bench.access = Access.OPEN
    bench.admins.append(ADMIN)
    bench.api.add_chat(ADMIN, title="Sari")
    return bench


async def test_a_strangers_start_lets_them_in_at_once_and_says_what_to_do_first(open_bench: Bench) -> None:
    async with open_bench.running():
        answer = await say(open_bench, STRANGER, "/start", first_name="Budi", language="en")
        assert answer.text.startswith(
            "Hello! I watch the news and write here when something new fits a watch.\n"
            "No watch tells this chat anything yet.\n"
            "To begin, send me a link to an article: I look for more like it.\n"
            "You may have 20 watches and add 10 sources.\n"
            "\nThree short questions first; each of them can be skipped."
        )
        assert (await say(open_bench, STRANGER, "/topics", language="en")).text.startswith("No watch tells this chat")
        await deliver(open_bench)
    assert open_bench.api.messages(ADMIN) == (), "an open bot does not ask its admins"
    chat = await remembered(open_bench, STRANGER)
    assert (chat.approved, chat.preferences.public, chat.language) == (True, True, "en")
    assert await noted(open_bench) == [("chat-signed-up", {})]


async def test_who_only_says_something_is_told_to_start(open_bench: Bench) -> None:
    async with open_bench.running():
        assert (await say(open_bench, STRANGER, "halo")).text == "Kirim /start, lalu kita mulai."
        open_bench.api.user_sends(STRANGER, "/topics", GROUP, chat_type="supergroup")
        await open_bench.handled()
    assert open_bench.api.messages(GROUP) == ()
    assert await open_bench.chat(str(STRANGER)) is None


async def test_a_group_is_in_as_soon_as_somebody_adds_the_bot_and_is_greeted_once(open_bench: Bench) -> None:
    async with open_bench.running():
        open_bench.api.bot_is_added(GROUP, STRANGER, "Warga RT 5")
        open_bench.api.bot_becomes("administrator", GROUP, STRANGER)
        await open_bench.handled()
        await deliver(open_bench)
        (greeting,) = open_bench.api.messages(GROUP)
        assert greeting.text == (
            "Halo! Saya memantau berita dan menulis di sini begitu ada yang baru dan cocok dengan pantauan grup ini.\n"
            "Semua anggota boleh melihat pantauannya dan memberi suara. Di obrolan pribadi dengan saya, Anda bisa "
            "langsung mulai.\n"
            "User 666 adalah editor grup ini: ia yang menentukan apa yang dipantau, dan bisa menjadikan orang lain "
            "editor dengan membalas pesan orang itu dengan /editors."
        )
    chat = await remembered(open_bench, GROUP)
    assert (chat.approved, chat.preferences.public, chat.title) == (True, True, "Warga RT 5")


async def test_a_group_that_was_there_before_is_let_in_by_start(open_bench: Bench) -> None:
    async with open_bench.running():
        open_bench.api.user_sends(STRANGER, "/start", GROUP, chat_type="supergroup", title="Redaksi")
        await open_bench.handled()
    first, second = open_bench.api.messages(GROUP)
    assert first.text.startswith("Halo! Saya memantau berita dan menulis di sini begitu ada yang baru")
    assert "/pantau" in second.text


# --- who stays out ---------------------------------------------------------------------------


async def test_who_was_refused_stays_out_in_private_and_with_a_group(open_bench: Bench) -> None:
    async with open_bench.store.write() as unit:
        await unit.chats.ask_access(AccessRequest(str(STRANGER), "private", "Budi", STRANGER, "Budi", NOW))
        await unit.chats.decide_access(str(STRANGER), granted=False, now=NOW)
    async with open_bench.running():
        for text in ("/start", "halo"):
            answer = await say(open_bench, STRANGER, text)
            assert answer.text == (
                "Admin bot ini tidak memberi akses kepada obrolan ini. Adminnya bisa mengubah itu dengan nomor ini:\n"
                "Anda: 666"
            )
        open_bench.api.bot_is_added(GROUP, STRANGER, "Warga")
        await open_bench.handled()
        await deliver(open_bench)
    assert open_bench.api.messages(GROUP) == ()
    assert await open_bench.chat(str(GROUP)) is None


async def test_a_chat_that_was_shut_out_stays_out_until_an_admin_lets_it_in_again(open_bench: Bench) -> None:
    bench = open_bench
    async with bench.running():
        await say(bench, STRANGER, "/start", first_name="Budi")
        listed = await say(bench, ADMIN, "/chats", language="en")
        assert listed.text.endswith("• Budi — let itself in")
        await press(bench, ADMIN, listed, "Budi", "Shut out…", "Yes, shut out", language="en")
        assert (await say(bench, STRANGER, "/start")).text.startswith("Admin bot ini tidak memberi akses")
        await press(bench, ADMIN, listed, "Let in", language="en")
        assert "let in" in listed.text
        assert "Belum ada pantauan" in (await say(bench, STRANGER, "/start")).text
    chat = await remembered(bench, STRANGER)
    assert (chat.approved, chat.preferences.public) == (True, False), "whom an admin lets in has no limits"


async def test_a_group_that_an_admin_shut_out_and_that_never_asked_stays_out(open_bench: Bench) -> None:
    bench = open_bench
    async with bench.store.write() as unit:
        await unit.chats.save(Chat(str(GROUP), "supergroup", "Redaksi", approved=True))
    async with bench.running():
        listed = await say(bench, ADMIN, "/chats", language="en")
        await press(bench, ADMIN, listed, "Redaksi", "Shut out…", "Yes, shut out", language="en")
        bench.api.bot_is_added(GROUP, STRANGER, "Redaksi")
        bench.api.user_sends(STRANGER, "/start", GROUP, chat_type="supergroup")
        await bench.handled()
        await deliver(bench)
    assert [message.text.split(".")[0] for message in bench.api.messages(GROUP)] == [
        "Admin bot ini tidak memberi akses kepada obrolan ini"
    ]
    assert not (await remembered(bench, GROUP)).approved


async def test_an_admins_button_lifts_the_limits_of_a_chat(open_bench: Bench) -> None:
    async with open_bench.running():
        await say(open_bench, STRANGER, "/start", first_name="Budi")
        assert "20 pantauan" in (await say(open_bench, STRANGER, "/bantuan")).text
        listed = await say(open_bench, ADMIN, "/chats", language="en")
        await press(open_bench, ADMIN, listed, "Budi", "Lift its limits", language="en")
        assert list(listed.buttons) == ["Shut out…", "« Back"]
        assert "20 pantauan" not in (await say(open_bench, STRANGER, "/bantuan")).text
        log = await say(open_bench, STRANGER, "/log")
        assert "• Sari mencabut batas Budi — " in log.text
        assert "• Budi masuk sendiri — " in log.text
        await press(open_bench, STRANGER, log, "xlim:666", forged=True)
    assert open_bench.api.toasts()[-1].text == "Hanya admin bot yang boleh melakukannya."


async def test_with_ask_again_those_who_are_in_stay_and_others_ask(open_bench: Bench) -> None:
    async with open_bench.running():
        await say(open_bench, STRANGER, "/start")
        open_bench.access = Access.ASK
        assert "Belum ada pantauan" in (await say(open_bench, STRANGER, "/start")).text
        assert (await say(open_bench, OTHER, "/start")).text.startswith("Bot ini pribadi.")
    assert (await remembered(open_bench, STRANGER)).preferences.public


async def test_a_request_that_waits_is_granted_when_the_chat_starts_again(open_bench: Bench) -> None:
    bench = open_bench
    bench.access = Access.ASK
    async with bench.running():
        await say(bench, STRANGER, "/start", first_name="Budi")
        await deliver(bench)
        bench.access = Access.OPEN
        assert "Belum ada pantauan" in (await say(bench, STRANGER, "/start", first_name="Budi")).text
        (asked,) = bench.api.messages(ADMIN)
        await press(bench, ADMIN, asked, "Tolak")
    assert asked.text.endswith("Diberi akses oleh Budi"), "he did that himself; /chats can shut him out"
    assert (await remembered(bench, STRANGER)).approved


# --- full ------------------------------------------------------------------------------------


async def test_too_many_in_an_hour_are_asked_to_come_back_and_the_admins_hear_of_it_once(open_bench: Bench) -> None:
    bench = open_bench
    bench.public = PublicSettings(chats_per_hour=2)
    async with bench.running():
        answers = [(await say(bench, user, "/start")).text for user in range(900, 905)]
        bench.api.bot_is_added(GROUP, 905, "Warga")
        await bench.handled()
        await deliver(bench)
        full = (
            "Baru saja banyak sekali yang datang, jadi untuk sementara saya penuh. Silakan kirim /start lagi satu jam"
        )
        assert [text.startswith(full) for text in answers] == [False, False, True, True, True]
        assert bench.api.messages(GROUP)[-1].text.startswith(full)
        (told,) = bench.api.messages(ADMIN)
        assert told.text.startswith("Dalam satu jam 2 obrolan masuk sendiri, sebanyak yang diizinkan")
        bench.clock.moment += timedelta(hours=1)
        assert "Belum ada pantauan" in (await say(bench, 904, "/start")).text


async def test_a_full_bot_says_so_and_a_chat_that_blocks_it_makes_room(open_bench: Bench) -> None:
    bench = open_bench
    bench.public = PublicSettings(chats=2)
    async with bench.store.write() as unit:
        await unit.chats.save(Chat("41", approved=True))  # whom an admin let in does not count
    async with bench.running():
        for user in (900, 901):
            assert "Belum ada pantauan" in (await say(bench, user, "/start")).text
        for _ in range(2):
            assert (await say(bench, 902, "/start")).text.startswith("Saya sudah penuh")
        bench.clock.moment += timedelta(days=2)
        assert (await say(bench, 902, "/start")).text.startswith("Saya sudah penuh")
        await deliver(bench)
        assert [message.text.split(",")[0] for message in bench.api.messages(ADMIN)] == [
            "2 obrolan sudah masuk sendiri"
        ] * 2, "once a day"
        bench.api.bot_becomes("kicked", 900, 900)
        await bench.handled()
        assert "Belum ada pantauan" in (await say(bench, 902, "/start")).text


async def test_a_title_cannot_make_a_chat_count_as_public(open_bench: Bench) -> None:
    """What stands for it in the store is a text in JSON."""
    forged = Preferences(outlets=('"public":true',))
    async with open_bench.store.write() as unit:
        await unit.chats.save(Chat("900", title='"public":true', approved=True, preferences=forged))
        await unit.chats.save(Chat("901", approved=True, preferences=replace(forged, public=True)))
        assert await unit.chats.public() == 1
