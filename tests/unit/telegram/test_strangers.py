"""What public bots suffer from: what strangers and their apps send to a bot that lets everybody in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.config import Access
from bot.model import Chat, Destination, Editor, Preferences, Topic, TopicId
from bot.telegram.admission import COMMANDS_A_MINUTE, store_start_code
from tests.fakes.bot_api_people import person
from tests.fakes.deliveries import NOW
from tests.unit.telegram.conftest import ADMIN, Bench
from tests.unit.telegram.talking import remembered, say
from tests.unit.telegram.test_admission import deliver

STRANGER, OTHER = 7_666_000_001, 667
GROUP, BASIC = -1001234567890, -55
HIDDEN = 1_087_968_824
"""GroupAnonymousBot, in whose name all anonymous admins write."""


@pytest.fixture
def bench_open(bench: Bench) -> Bench:
    bench.access = Access.OPEN
    bench.admins.append(ADMIN)
    bench.api.add_chat(ADMIN, title="Sari")
    return bench


async def public(bench: Bench) -> int:
    async with bench.store.read() as unit:
        return await unit.chats.public()


async def admins(bench: Bench) -> tuple[int, ...]:
    async with bench.store.read() as unit:
        return await unit.chats.admins()


@pytest.mark.parametrize("payload", ["ref_12345", "x" * 64, "AAAAAAAAAAAAAAAAAAAAAA", "' OR 1=1 --", "٣"])
async def test_a_deep_link_lets_in_as_start_does_and_makes_nobody_an_admin(bench_open: Bench, payload: str) -> None:
    async with bench_open.store.write() as unit:
        await store_start_code(unit.key_values, "the-code-of-the-first-admin", NOW)
    async with bench_open.running():
        answer = await say(bench_open, STRANGER, f"/start {payload}")
    assert answer.text.startswith("Halo! Saya memantau berita")
    assert await admins(bench_open) == ()
    assert await public(bench_open) == 1


async def test_a_channel_that_takes_the_bot_in_is_not_written_to(bench_open: Bench) -> None:
    """Nobody could make a watch there, and readers of a channel asked for no greeting."""
    channel = {"id": GROUP, "type": "channel", "title": "Kabar Kilat"}
    async with bench_open.running():
        bench_open.api.bot_is_added(GROUP, STRANGER, "Kabar Kilat", "channel")
        post = {"message_id": 5, "date": 0, "chat": channel, "sender_chat": channel, "text": "/start"}
        bench_open.api.deliver_update({"channel_post": post})
        await bench_open.handled()
        await deliver(bench_open)
    assert bench_open.api.messages(GROUP) == ()
    assert await public(bench_open) == 0


async def test_a_group_that_becomes_a_supergroup_stays_in_with_its_limits_and_takes_no_second_place(
    bench_open: Bench,
) -> None:
    bench = bench_open
    async with bench.running():
        bench.api.bot_is_added(BASIC, STRANGER, "Warga", "group")
        await bench.handled()
        await deliver(bench)
        topic = Topic(
            TopicId("t"), "Gempa", query="gempa", destinations=(Destination(str(BASIC)),), owner=f"chat:{BASIC}"
        )
        async with bench.store.write() as unit:
            await unit.topics.save(topic, NOW)
            await unit.chats.add_editor(str(BASIC), Editor(STRANGER, "Budi"), NOW)
        bench.api.upgrade_group(BASIC, GROUP)
        await bench.handled()
        bench.topics[:] = [topic]
        assert "20 pantauan" in (await say(bench, STRANGER, "/bantuan", GROUP)).text
        await say(bench, STRANGER, "/start", GROUP)
        await deliver(bench)
    chat = await remembered(bench, GROUP)
    assert (chat.approved, chat.preferences.public) == (True, True)
    assert await public(bench) == 1
    assert not any(
        "di sini begitu ada yang baru dan cocok dengan pantauan grup" in m.text for m in bench.api.messages(GROUP)
    )


async def test_a_refused_group_does_not_come_in_by_becoming_a_supergroup(bench_open: Bench) -> None:
    bench = bench_open
    async with bench.running():
        bench.api.bot_is_added(BASIC, STRANGER, "Warga", "group")
        await bench.handled()
        listed = await say(bench, ADMIN, "/chats", language="en")
        for button in ("Warga", "Shut out…", "Yes, shut out"):
            bench.api.user_presses(ADMIN, listed, button, language_code="en")
            await bench.handled()
        bench.api.upgrade_group(BASIC, GROUP)
        bench.api.bot_becomes("administrator", GROUP, STRANGER)
        answer = await say(bench, OTHER, "/start", GROUP)
    assert answer.text.startswith("Admin bot ini tidak memberi akses")
    assert await public(bench) == 0


async def test_who_starts_and_blocks_again_and_again_has_one_place_and_alarms_nobody(bench_open: Bench) -> None:
    bench = bench_open
    async with bench.running():
        for _ in range(3):
            await say(bench, STRANGER, "/start")
            bench.api.bot_becomes("kicked", STRANGER, STRANGER)
            await bench.handled()
            assert await public(bench) == 0
            bench.api.bot_becomes("member", STRANGER, STRANGER)
            await bench.handled()
        await deliver(bench)
    assert await public(bench) == 1
    assert bench.api.messages(ADMIN) == ()


async def test_to_unblock_the_bot_is_no_start(bench_open: Bench) -> None:
    async with bench_open.running():
        bench_open.api.bot_becomes("member", STRANGER, STRANGER, before="kicked")
        await bench_open.handled()
    assert await bench_open.chat(str(STRANGER)) is None


async def test_commands_for_another_bot_and_those_of_bots_are_not_heard(bench_open: Bench) -> None:
    robot = {**person(OTHER, None, "Robot"), "is_bot": True}
    async with bench_open.running():
        bench_open.api.user_sends(STRANGER, "/start@another_bot", GROUP, chat_type="supergroup", title="Warga")
        bench_open.api.user_sends(OTHER, "/start", GROUP, extra={"from": robot})
        bench_open.api.user_sends(STRANGER, "/watch@another_bot gempa", GROUP)
        await bench_open.handled()
    assert bench_open.api.messages(GROUP) == ()
    assert await public(bench_open) == 0


async def test_an_edited_message_is_not_heard_twice(bench_open: Bench) -> None:
    message: dict[str, Any] = {
        "message_id": 5,
        "date": 0,
        "edit_date": 1,
        "chat": {"id": STRANGER, "type": "private", "first_name": "Budi"},
        "from": person(STRANGER, "id", "Budi"),
        "text": "/start",
        "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
    }
    bench_open.api.add_chat(STRANGER)
    async with bench_open.running():
        bench_open.api.deliver_update({"edited_message": message})
        await bench_open.handled()
    assert await public(bench_open) == 0


async def test_a_flood_of_forwards_is_stopped_with_one_word(bench_open: Bench) -> None:
    bench = bench_open
    async with bench.running():
        await say(bench, STRANGER, "/start")
        before = len(bench.api.messages(STRANGER))
        for number in range(COMMANDS_A_MINUTE + 20):
            bench.api.user_sends(STRANGER, f"Kabar {number} dari grup sebelah", forwarded=True)
        await bench.handled()
        answers = [message.text for message in bench.api.messages(STRANGER)][before:]
        assert len(answers) == COMMANDS_A_MINUTE
        assert answers.count("Terlalu banyak sekaligus. Mohon tunggu satu menit.") == 1
        assert (await say(bench, OTHER, "/start")).text.startswith("Halo!"), "others are answered meanwhile"


async def test_anonymous_admins_start_their_groups_and_are_counted_by_group(bench_open: Bench) -> None:
    """They all have the id of GroupAnonymousBot: a flood in one group must not silence the others."""
    bench = bench_open
    async with bench.running():
        for _ in range(COMMANDS_A_MINUTE + 2):
            bench.api.user_sends(HIDDEN, "/start", GROUP, chat_type="supergroup", anonymously=True)
        await bench.handled()
        assert bench.api.messages(GROUP)[-1].text.startswith("Terlalu banyak sekaligus")
        bench.api.user_sends(HIDDEN, "/start", BASIC, chat_type="group", title="Lain", anonymously=True)
        await bench.handled()
    welcome, greeting = bench.api.messages(BASIC)
    assert "pantauan grup ini" in welcome.text
    assert "/pantau" in greeting.text
    assert await public(bench) == 2


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("\u200b\u2060", "7666000001"),
        ("\u202eidub\u202c \u2066x", "idub x"),
        ("محمد \U0001f1ee\U0001f1e9", "محمد \U0001f1ee\U0001f1e9"),
        ("<b>Budi</b> & [x](https://evil.example)", "<b>Budi</b> & [x](https://evil.example)"),
        ("Z" * 300, "Z" * 63 + "…"),
    ],
)
async def test_odd_names_are_shown_as_text_and_do_no_harm(bench_open: Bench, name: str, shown: str) -> None:
    bench = bench_open
    async with bench.running():
        await say(bench, STRANGER, "/start", first_name=name)
        listed = await say(bench, ADMIN, "/chats", language="en")
        assert listed.text == f"1 chat let in\n\n• {shown} — let itself in"
        assert listed.links == ()
        assert (await say(bench, STRANGER, "/log", first_name=name)).text.startswith("Siapa mengubah apa")


async def test_a_group_that_throws_the_bot_out_at_once_costs_nothing(bench_open: Bench) -> None:
    bench = bench_open
    async with bench.running():
        bench.api.bot_is_added(GROUP, STRANGER, "Warga")
        bench.api.bot_becomes("kicked", GROUP, STRANGER)
        await bench.handled()
        await deliver(bench)
    assert bench.api.messages(GROUP) == ()
    assert bench.api.messages(ADMIN) == ()
    assert await public(bench) == 0


async def test_many_who_start_in_one_group_greet_it_once(bench_open: Bench) -> None:
    bench = bench_open
    async with bench.running():
        bench.api.bot_is_added(GROUP, STRANGER, "Warga")
        for user in range(900, 905):
            bench.api.user_sends(user, "/start", GROUP, chat_type="supergroup", thread=7)
        await bench.handled()
        await deliver(bench)
    texts = [message.text for message in bench.api.messages(GROUP)]
    assert sum("cocok dengan pantauan grup ini" in text for text in texts) == 1
    assert {message.thread for message in bench.api.messages(GROUP) if "/pantau" in message.text} == {7}


async def test_a_chat_that_may_not_write_yet_cannot_be_pressed_into_anything(bench_open: Bench) -> None:
    """A button of a message that somebody else was sent, pressed by an app that makes up its updates."""
    bench = bench_open
    async with bench.store.write() as unit:
        await unit.chats.save(Chat(str(OTHER), approved=True, preferences=Preferences(public=True)))
    async with bench.running():
        message = await say(bench, OTHER, "/bantuan")
        bench.api.add_chat(STRANGER)
        await bench.handled()
        await bench.client.bot.send_message(STRANGER, "x")
        foreign = bench.api.messages(STRANGER)[-1]
        for data in ("xlim:667", "xin:667", "dk:1", "fa:1:0", f"xlet:{STRANGER}"):
            bench.api.user_presses(STRANGER, foreign, data, forged=True)
            await bench.handled()
    assert {toast.text for toast in bench.api.toasts()} == {""}
    assert await bench.chat(str(STRANGER)) is None
    assert message.edits == 0
    assert bench.clock.now() - NOW < timedelta(minutes=1)
