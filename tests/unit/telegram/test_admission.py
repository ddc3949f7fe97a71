"""Who is let in: strangers' requests and what admins make of them, /chats, an admin's /start, too much at once."""

from __future__ import annotations

import json
from datetime import timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from bot.adapters.faults import NoFaults
from bot.model import (
    AccessRequest,
    Chat,
    Destination,
    Editor,
    Language,
    ReceivedUpdate,
    Role,
    Topic,
    TopicId,
    UpdateId,
)
from bot.telegram import TelegramMessenger
from bot.telegram.admission import COMMANDS_A_MINUTE, Throttle, admission
from bot.usecases.access import ASKED_A_DAY, may_ask, request_notice
from bot.usecases.delivery.worker import DeliveryWorker
from bot.usecases.topics.watchlist import Audiences
from bot.wording.alerts import notice_text
from bot.wording.wording import Wording
from tests.fakes.bot_api import FakeMessage
from tests.fakes.deliveries import NOW
from tests.unit.telegram import talking
from tests.unit.telegram.conftest import ADMIN, Bench

OTHER_ADMIN = 4343
STRANGER, MEMBER = 666, 667
GROUP = -1001234567890
MINUTE = timedelta(minutes=1)


async def deliver(bench: Bench) -> None:
    """What the outbox owes goes out."""
    messenger = TelegramMessenger(bench.client.bot, bench.clock, Language("id"), ZoneInfo("Asia/Jakarta"))
    audiences = Audiences(bench.admins, messenger=True)
    worker = DeliveryWorker(bench.store, messenger, bench.clock, NoFaults(), Random(1), audiences, console=False)
    await worker.drain(patience=MINUTE)


async def requests(bench: Bench) -> tuple[AccessRequest, ...]:
    async with bench.store.read() as unit:
        return await unit.chats.access_requests()


async def changes(bench: Bench) -> list[tuple[str, str, str]]:
    """(code, chat, by), newest first."""
    return [(change.code, change.chat, change.user_name) for change in await talking.changes(bench)]


async def asked(bench: Bench, *, admin: int = ADMIN) -> FakeMessage:
    """The request as an admin has it."""
    await bench.handled()
    await deliver(bench)
    return bench.api.messages(admin)[-1]


@pytest.fixture
def with_admin(bench: Bench) -> Bench:
    bench.admins.append(ADMIN)
    bench.api.add_chat(ADMIN, title="Sari")
    return bench


# --- asking ----------------------------------------------------------------------------------


async def test_a_strangers_start_reaches_the_admins_once(with_admin: Bench) -> None:
    bench = with_admin
    for _ in range(3):
        bench.api.user_sends(STRANGER, "/start", first_name="Budi")
    async with bench.running():
        message = await asked(bench)
        bench.api.user_sends(STRANGER, "/start", first_name="Budi")
        await asked(bench)
    assert message.text == "Ada yang ingin memakai bot ini.\nDari: Budi\nNomor: 666"
    assert list(message.buttons) == ["Beri akses", "Tolak"]
    assert len(bench.api.messages(ADMIN)) == 1
    assert {answer.text for answer in bench.api.messages(STRANGER)} == {
        "Bot ini pribadi. Adminnya bisa memberi Anda akses dengan nomor ini:\nAnda: 666"
    }


async def test_only_start_asks(with_admin: Bench) -> None:
    for text in ("halo", "/topics", "/help", "/chats", "/log"):
        with_admin.api.user_sends(STRANGER, text)
    async with with_admin.running():
        await with_admin.handled()
    assert await requests(with_admin) == ()


async def test_a_group_asks_by_whoever_starts_it(with_admin: Bench) -> None:
    with_admin.api.user_sends(
        STRANGER, "/start", GROUP, chat_type="supergroup", title="Redaksi <b>", first_name="Budi", language_code="en"
    )
    async with with_admin.running():
        message = await asked(with_admin)
    assert message.text == (
        f"Sebuah grup ingin memakai bot ini.\nGrup: Redaksi <b>\nDari: Budi\nNomor: grup {GROUP}, pengguna 666"
    )
    (request,) = await requests(with_admin)
    assert request == AccessRequest(str(GROUP), "supergroup", "Redaksi <b>", STRANGER, "Budi", NOW)


async def test_an_anonymous_admin_of_a_group_asks_for_it(with_admin: Bench) -> None:
    with_admin.api.add_chat(GROUP, "supergroup", "Redaksi")
    group = {"id": GROUP, "type": "supergroup", "title": "Redaksi"}
    with_admin.api.user_sends(1087968824, "/start", GROUP, extra={"sender_chat": group})
    async with with_admin.running():
        message = await asked(with_admin)
    assert message.text.endswith(f"Grup: Redaksi\nDari admin grup yang anonim\nNomor: {GROUP}")


async def test_without_an_admin_nothing_is_asked_and_the_chat_may_ask_later(bench: Bench) -> None:
    bench.api.user_sends(STRANGER, "/start")
    async with bench.running():
        await bench.handled()
        assert await requests(bench) == ()
        bench.admins.append(ADMIN)
        bench.api.user_sends(STRANGER, "/start")
        await bench.handled()
    assert len(await requests(bench)) == 1


async def test_strangers_cannot_flood_the_admins(with_admin: Bench) -> None:
    bench = with_admin
    for stranger in range(900, 900 + ASKED_A_DAY + 3):
        bench.api.user_sends(stranger, "/start")
    async with bench.running():
        await bench.handled()
        assert len(await requests(bench)) == ASKED_A_DAY
        bench.clock.moment += timedelta(days=1)
        bench.api.user_sends(907, "/start")
        await bench.handled()
    assert [request.chat for request in await requests(bench)][-1] == "907"


def test_who_was_decided_on_leaves_room_for_others() -> None:
    waiting = [AccessRequest(str(n), "private", "", n, "", NOW - MINUTE * n) for n in range(ASKED_A_DAY)]
    assert not may_ask(waiting, NOW)
    assert may_ask(waiting[1:], NOW)
    refused = AccessRequest("9", "private", "", 9, "", NOW, granted=False)
    assert may_ask([*waiting[1:], refused], NOW)
    assert may_ask(waiting, NOW + timedelta(days=1))


def test_names_of_strangers_are_shortened_and_keep_to_their_lines() -> None:
    name, title = "\u202e" + "x" * 500 + "\nNomor: 1", "قناة\u2067 الأخبار\u202e\n\n" + "y" * 500
    told = notice_text(request_notice(AccessRequest("-5", "group", title, 9, name, NOW)), Wording(Language("id")))
    lines = told.split("\n")
    assert len(lines) == 4
    assert lines[-1] == "Nomor: grup -5, pengguna 9"
    assert all(len(one) < 80 for one in lines)
    assert not set(told) & set("\u202e\u2067")


# --- deciding --------------------------------------------------------------------------------


async def test_who_is_let_in_hears_of_it_in_their_language(with_admin: Bench) -> None:
    bench = with_admin
    bench.api.user_sends(STRANGER, "/start", first_name="Budi", language_code="en")
    async with bench.running():
        message = await asked(bench)
        bench.api.user_presses(ADMIN, message, "Beri akses", first_name="Sari")
        await bench.handled()
        await deliver(bench)
        bench.api.user_sends(STRANGER, "/topics", language_code="en")
        await bench.answers(3, STRANGER)
    assert bench.api.messages(STRANGER)[1].text == (
        "You are in! An admin has let this chat use me. Send /start to begin."
    )
    chat = await bench.chat(str(STRANGER))
    assert chat == Chat(str(STRANGER), "private", "Budi", Language("en"), approved=True)
    assert message.text.endswith("Nomor: 666\n\nDiberi akses oleh Sari")
    assert message.buttons == {}
    assert await changes(bench) == [("chat-let-in", "666", "Sari")]
    assert bench.audience_changes == 2
    assert bench.api.unanswered_presses() == 0


async def test_who_is_refused_hears_nothing_and_cannot_ask_again(with_admin: Bench) -> None:
    bench = with_admin
    bench.api.user_sends(STRANGER, "/start", language_code="en")
    async with bench.running():
        message = await asked(bench)
        bench.api.user_presses(ADMIN, message, "Tolak", first_name="Sari")
        await bench.handled()
        bench.api.user_sends(STRANGER, "/start", language_code="en")
        await bench.handled()
        await deliver(bench)
    assert len(bench.api.messages(ADMIN)) == 1
    assert message.text.endswith("Ditolak oleh Sari")
    assert {answer.text.split(".")[0] for answer in bench.api.messages(STRANGER)} == {"This bot is private"}
    assert await bench.chat(str(STRANGER)) is None
    assert await changes(bench) == [("chat-refused", "666", "Sari")]


async def test_the_second_admin_finds_it_decided(with_admin: Bench) -> None:
    bench = with_admin
    bench.admins.append(OTHER_ADMIN)
    bench.api.add_chat(OTHER_ADMIN, title="Tono")
    bench.api.user_sends(STRANGER, "/start")
    async with bench.running():
        first, second = await asked(bench), await asked(bench, admin=OTHER_ADMIN)
        bench.api.user_presses(ADMIN, first, "Tolak", first_name="Sari")
        await bench.handled()
        bench.api.user_presses(OTHER_ADMIN, second, "Beri akses", first_name="Tono")
        await bench.handled()
    assert bench.api.toasts()[-1].text == "Ditolak oleh Sari"
    assert second.text.endswith("Ditolak oleh Sari")
    assert second.buttons == {}
    assert await bench.chat(str(STRANGER)) is None


async def test_a_group_that_moved_meanwhile_is_let_in_where_it_is(with_admin: Bench) -> None:
    bench = with_admin
    bench.api.user_sends(STRANGER, "/start", -55, chat_type="group", title="Redaksi")
    async with bench.running():
        message = await asked(bench)
        bench.api.upgrade_group(-55, GROUP)
        await bench.handled()
        bench.api.user_presses(ADMIN, message, "Beri akses")
        await bench.handled()
        await deliver(bench)
        bench.api.user_sends(STRANGER, "/topics", GROUP)
        await bench.answers(2, GROUP)
    assert bench.api.messages(GROUP)[0].text.startswith("Akses sudah diberikan!")


async def test_a_request_whose_message_is_gone_is_decided_all_the_same(with_admin: Bench) -> None:
    bench = with_admin
    bench.api.user_sends(STRANGER, "/start")
    async with bench.running():
        message = await asked(bench)
        bench.api.user_presses(ADMIN, message, "Beri akses")
        bench.api.delete_message(message)
        await bench.handled()
    (anew,) = bench.api.messages(ADMIN)
    assert "Diberi akses oleh" in anew.text
    chat = await bench.chat(str(STRANGER))
    assert chat is not None
    assert chat.approved


@pytest.mark.parametrize("data", ["xlet:666", "xin:666", "xref:666", "xout:555", "xone:666", "xch:0", "xask:555"])
async def test_nobody_but_an_admin_decides_by_forged_data(with_admin: Bench, data: str) -> None:
    bench = with_admin
    async with bench.store.write() as unit:
        await unit.chats.save(Chat("555", approved=True))
    bench.api.user_sends(STRANGER, "/start")
    bench.api.user_sends(555, "/help")
    async with bench.running():
        await bench.answers(1, 555)
        theirs, member = bench.api.messages(STRANGER)[0], bench.api.messages(555)[0]
        bench.api.user_presses(STRANGER, theirs, data, forged=True)
        bench.api.user_presses(555, member, data, forged=True)
        await bench.handled()
    assert {toast.text for toast in bench.api.toasts()} == {"", "Hanya admin bot yang boleh melakukannya."}
    assert [request.granted for request in await requests(bench)] == [None]
    assert await changes(bench) == []
    assert len(bench.api.messages(555)) == 1


@pytest.mark.parametrize("data", ["xlet:666", "xref:666", "xin:666", "xout:555", "xone:666", "xch:0", "xask:555"])
async def test_an_admin_decides_in_private_only(with_admin: Bench, data: str) -> None:
    bench = with_admin
    async with bench.store.write() as unit:
        await unit.chats.save(Chat("555", approved=True))
    bench.api.user_sends(STRANGER, "/start")
    bench.api.user_sends(ADMIN, "/help", GROUP, chat_type="supergroup")
    async with bench.running():
        (message,) = await bench.answers(1, GROUP)
        bench.api.user_presses(ADMIN, message, data, forged=True)
        await bench.handled()
    assert bench.api.toasts()[-1].text == "Tanyakan itu di obrolan pribadi kita."
    assert [request.granted for request in await requests(bench)] == [None]
    assert len(bench.api.messages(GROUP)) == 1


@pytest.mark.parametrize("data", ["xlet", "xlet:", "xlet:777", "xref:777:x", "xin:777", "xout:777", "xone:-", "xask:"])
async def test_data_that_names_nobody_does_nothing(with_admin: Bench, data: str) -> None:
    bench = with_admin
    bench.api.user_sends(ADMIN, "/chats")
    async with bench.running():
        (message,) = await bench.answers(1, ADMIN)
        bench.api.user_presses(ADMIN, message, data, forged=True)
        await bench.handled()
    assert bench.api.toasts()[-1].text.startswith("Tombol ini sudah tidak berlaku.")
    assert message.edits == 0


# --- an admin in a group ---------------------------------------------------------------------


async def test_an_admins_start_lets_a_group_in_and_says_so(with_admin: Bench) -> None:
    bench = with_admin
    async with bench.running():
        bench.api.user_sends(MEMBER, "/topics", GROUP, chat_type="supergroup", title="Redaksi")
        bench.api.user_sends(ADMIN, "/start", GROUP, first_name="Sari")
        await bench.handled()
        bench.api.user_sends(MEMBER, "/topics", GROUP)
        await bench.handled()
        count = len(bench.api.messages(GROUP))
        bench.api.user_sends(ADMIN, "/start", GROUP, first_name="Sari")
        await bench.handled()
    texts = [message.text for message in bench.api.messages(GROUP)]
    assert texts[0].startswith("Obrolan ini sekarang punya akses")
    assert count == 3  # that, the greeting, and what the member asked for
    assert sum("sekarang punya akses" in text for text in texts) == 1
    assert await changes(bench) == [("chat-let-in", str(GROUP), "Sari")]


async def test_an_admins_start_decides_the_request_of_the_group(with_admin: Bench) -> None:
    bench = with_admin
    async with bench.running():
        bench.api.user_sends(STRANGER, "/start", GROUP, chat_type="supergroup", title="Redaksi")
        message = await asked(bench)
        bench.api.user_sends(ADMIN, "/start", GROUP, first_name="Sari")
        await bench.handled()
        bench.api.user_presses(ADMIN, message, "Tolak", first_name="Sari")
        await bench.handled()
    assert message.text.endswith("Diberi akses oleh Sari")
    chat = await bench.chat(str(GROUP))
    assert chat is not None
    assert chat.approved


async def test_a_group_that_a_file_names_needs_no_letting_in(with_admin: Bench) -> None:
    bench = with_admin
    bench.topics.append(Topic(TopicId("t"), "Gempa", destinations=(Destination(str(GROUP)),)))
    async with bench.running():
        bench.api.user_sends(ADMIN, "/start", GROUP, chat_type="supergroup")
        await bench.handled()
    assert not any("sekarang punya akses" in message.text for message in bench.api.messages(GROUP))
    assert await changes(bench) == []


# --- /chats ----------------------------------------------------------------------------------


async def test_chats_shows_who_is_in_and_shuts_them_out_again(with_admin: Bench) -> None:
    bench = with_admin
    own = Topic(
        TopicId("c1"), "Harga <beras>", destinations=(Destination(str(GROUP)),), owner=f"chat:{GROUP}", query="x"
    )
    async with bench.store.write() as unit:
        await unit.chats.save(Chat(str(GROUP), "supergroup", "Redaksi", approved=True))
        await unit.chats.save(Chat(str(ADMIN), "private", "Sari", approved=True))
        await unit.chats.add_editor(str(GROUP), Editor(7, "Budi"), NOW)
        await unit.topics.save(own, NOW)
    bench.topics.append(own)
    async with bench.running():
        bench.api.user_sends(ADMIN, "/chats")
        (message,) = await bench.answers(1, ADMIN)
        assert message.text == "1 obrolan punya akses\n\n• Redaksi — punya akses"
        for button in ("Redaksi", "Cabut akses…"):
            bench.api.user_presses(ADMIN, message, button, first_name="Sari")
            await bench.handled()
        assert (
            message.text == "Cabut akses Redaksi? Saya tidak akan menjawab lagi di sana, dan pantauan miliknya dijeda."
        )
        bench.api.user_presses(ADMIN, message, "« Kembali")
        await bench.handled()
        assert message.text == (
            f"Redaksi\ngrup · {GROUP}\npunya akses\nEditor: Budi\n\nPantauan yang menulis di sana:\n• Harga <beras>"
        )
        for button in ("Cabut akses…", "Ya, cabut"):
            bench.api.user_presses(ADMIN, message, button, first_name="Sari")
            await bench.handled()
        bench.api.user_sends(7, "/topics", GROUP, chat_type="supergroup")
        await bench.handled()
    assert bench.api.messages(GROUP) == ()
    assert message.text.startswith(f"Redaksi\ngrup · {GROUP}\ntanpa akses\n"), "it can be let in again from here"
    assert list(message.buttons) == ["Beri akses", "« Kembali"]
    assert [topic.paused for topic in bench.topics] == [True]
    assert await changes(bench) == [("chat-shut-out", str(GROUP), "Sari")]


async def test_who_was_refused_can_be_let_in_after_all(with_admin: Bench) -> None:
    bench = with_admin
    bench.api.user_sends(STRANGER, "/start", first_name="Budi")
    async with bench.running():
        message = await asked(bench)
        bench.api.user_presses(ADMIN, message, "Tolak")
        await bench.handled()
        bench.api.user_sends(ADMIN, "/chats")
        await bench.answers(2, ADMIN)
        shown = bench.api.messages(ADMIN)[-1]
        assert shown.text.endswith("• Budi — tanpa akses")
        for button in ("Budi", "Beri akses"):
            bench.api.user_presses(ADMIN, shown, button)
            await bench.handled()
        await deliver(bench)
        assert shown.text == "Budi\nobrolan pribadi · 666\npunya akses"
        assert bench.api.messages(STRANGER)[-1].text.startswith("Akses sudah diberikan!")
        for button in ("Cabut akses…", "Ya, cabut"):
            bench.api.user_presses(ADMIN, shown, button)
            await bench.handled()
        assert shown.text == "Budi\nobrolan pribadi · 666\ntanpa akses"


async def test_who_waits_comes_first_and_long_lists_are_leafed_through(with_admin: Bench) -> None:
    bench = with_admin
    async with bench.store.write() as unit:
        for number in range(10):
            await unit.chats.save(Chat(str(100 + number), title=f"Orang {number}", approved=True))
    bench.api.user_sends(STRANGER, "/start", first_name="Budi")
    bench.api.user_sends(ADMIN, "/chats", language_code="en")
    async with bench.running():
        (message,) = await bench.answers(1, ADMIN)
        assert message.text.startswith("10 chats let in\n1 waits for your answer\n\n• Budi — waits for your answer\n")
        assert list(message.buttons)[-1] == "9–11 ›"
        bench.api.user_presses(ADMIN, message, "9–11 ›", language_code="en")
        await bench.handled()
        assert list(message.buttons) == ["Orang 7", "Orang 8", "Orang 9", "‹ 1–8"]
        bench.api.user_presses(ADMIN, message, "xch:99", forged=True, language_code="en")
        await bench.handled()
        assert next(iter(message.buttons)) == "Orang 7", "the last page; it is not said that nobody has asked"
        bench.api.user_presses(ADMIN, message, "xone:666", forged=True, language_code="en")
        await bench.handled()
    assert list(message.buttons) == ["Let in", "Refuse", "« Back"]


async def test_chats_is_for_admins_in_private(with_admin: Bench) -> None:
    bench = with_admin
    async with bench.store.write() as unit:
        await unit.chats.save(Chat(str(GROUP), "supergroup", "Redaksi", approved=True))
    async with bench.running():
        bench.api.user_sends(MEMBER, "/chats", GROUP, chat_type="supergroup")
        bench.api.user_sends(ADMIN, "/chats", GROUP)
        answers = await bench.answers(2, GROUP)
    assert [answer.text for answer in answers] == [
        "Hanya admin bot yang boleh melakukannya.",
        "Tanyakan itu di obrolan pribadi kita.",
    ]


# --- too much at once ------------------------------------------------------------------------


def test_a_throttle_counts_what_is_too_much_within_a_minute() -> None:
    throttle = Throttle(2, MINUTE)
    assert [throttle.excess(1, NOW) for _ in range(4)] == [0, 0, 1, 2]
    assert throttle.excess(2, NOW) == 0
    assert throttle.excess(1, NOW + MINUTE) == 0
    assert throttle.excess(1, NOW) == 0  # a clock that was set back must not lock people out


async def test_the_31st_command_in_a_minute_is_too_much_and_then_there_is_silence(with_admin: Bench) -> None:
    bench = with_admin
    for _ in range(COMMANDS_A_MINUTE + 5):
        bench.api.user_sends(ADMIN, "/help")
    async with bench.running():
        await bench.handled()
        assert len(bench.api.messages(ADMIN)) == COMMANDS_A_MINUTE + 1
        assert bench.api.messages(ADMIN)[-1].text == "Terlalu banyak sekaligus. Mohon tunggu satu menit."
        bench.clock.moment += MINUTE
        bench.api.user_sends(ADMIN, "/help")
        await bench.answers(COMMANDS_A_MINUTE + 2, ADMIN)


async def test_presses_count_too_and_are_answered_in_any_case(with_admin: Bench) -> None:
    bench = with_admin
    bench.api.user_sends(ADMIN, "/chats")
    async with bench.running():
        (message,) = await bench.answers(1, ADMIN)
        for _ in range(COMMANDS_A_MINUTE + 2):
            bench.api.user_presses(ADMIN, message, "xch:0", forged=True)
        await bench.handled()
    texts = [toast.text for toast in bench.api.toasts()]
    assert len(texts) == COMMANDS_A_MINUTE + 2
    assert [text for text in texts if text] == ["Terlalu banyak sekaligus. Mohon tunggu satu menit."]
    assert bench.api.unanswered_presses() == 0


async def test_a_stranger_who_shouts_is_not_answered_for_ever(bench: Bench) -> None:
    for _ in range(COMMANDS_A_MINUTE + 5):
        bench.api.user_sends(STRANGER, "/start")
    async with bench.running():
        await bench.handled()
    assert len(bench.api.messages(STRANGER)) == COMMANDS_A_MINUTE


# --- rights ----------------------------------------------------------------------------------


def test_a_topic_of_its_own_lets_no_chat_in() -> None:
    assert admission([ADMIN], []).role(Chat("-5", "group"), None, 7, [7]) is Role.STRANGER
    assert admission([ADMIN], ["-5"]).role(Chat("-5", "group"), None, 7, [7]) is Role.EDITOR
    assert admission([ADMIN], []).role(Chat("-5", "group"), None, ADMIN, []) is Role.ADMIN


async def test_what_was_said_over_minutes_is_not_too_much_because_it_had_to_wait(with_admin: Bench) -> None:
    bench = with_admin
    for _ in range(COMMANDS_A_MINUTE + 5):
        bench.api.user_sends(ADMIN, "/bantuan")
    now = bench.clock.now()
    async with bench.store.write() as unit:
        await unit.updates.add(
            [
                ReceivedUpdate(UpdateId(body["update_id"]), json.dumps(body), now - MINUTE * (10 - 0.1 * number))
                for number, body in enumerate(bench.api.waiting())
            ]
        )
    async with bench.running():
        await bench.handled()
    assert not any("terlalu banyak" in message.text for message in bench.api.messages(ADMIN))
