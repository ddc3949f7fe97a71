"""/log: who changed what, for editors of a chat, and everything for admins in private."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.model import Change, Chat, Editor
from tests.fakes.deliveries import NOW
from tests.unit.telegram.conftest import ADMIN, Bench

EDITOR, MEMBER = 77, 78
GROUP, OTHER_GROUP = -1001234567890, -1009876543210


@pytest.fixture
async def group(bench: Bench) -> Bench:
    bench.admins.append(ADMIN)
    for chat, title in ((GROUP, "Redaksi"), (OTHER_GROUP, "Olahraga <b>")):
        bench.api.add_chat(chat, "supergroup", title)
        async with bench.store.write() as unit:
            await unit.chats.save(Chat(str(chat), "supergroup", title, approved=True))
            await unit.chats.add_editor(str(chat), Editor(EDITOR if chat == GROUP else MEMBER, "Budi"), NOW)
    return bench


async def note(bench: Bench, code: str, chat: int = GROUP, minutes: int = 0, **values: str) -> None:
    """Sari changed something so many minutes ago."""
    at = NOW - timedelta(minutes=minutes)
    async with bench.store.write() as unit:
        await unit.changes.add(Change(at, str(chat), ADMIN, "Sari", code, values))


async def test_an_editor_reads_what_was_changed_in_this_chat(group: Bench) -> None:
    await note(group, "topic-made", minutes=24 * 60, topic="Gempa")
    await note(group, "feed-added", OTHER_GROUP, feed="antara")
    await note(group, "topic-changed", minutes=5, topic="Gempa", what="sensitivity", value="strict")
    async with group.running():
        group.api.user_sends(EDITOR, "/log", GROUP)
        (answer,) = await group.answers(1, GROUP)
    assert answer.text == (
        "Siapa mengubah apa\n\n"
        "• Sari mengubah kepekaan “Gempa”: ketat — hari ini 14.55 WIB\n"
        "• Sari membuat pantauan “Gempa” — kemarin 15.00 WIB"
    )
    assert answer.buttons == {}


async def test_an_admin_in_private_reads_everything_with_the_chats_names(group: Bench) -> None:
    await note(group, "topic-made", topic="Gempa")
    await note(group, "feed-added", OTHER_GROUP, minutes=1, feed="antara")
    await note(group, "paused", ADMIN)
    await note(group, "resumed", -77)
    async with group.running():
        group.api.user_sends(ADMIN, "/log", language_code="en")
        (answer,) = await group.answers(1, ADMIN)
    assert answer.text == (
        "Who changed what\n\n"
        "• Sari resumed the alerts of this chat — today 15:00 WIB · -77\n"
        "• Sari paused all alerts of this chat — today 15:00 WIB\n"
        "• Sari added the source antara — today 14:59 WIB · Olahraga <b>\n"
        "• Sari made the watch “Gempa” — today 15:00 WIB · Redaksi"
    )


async def test_members_do_not_read_it(group: Bench) -> None:
    await note(group, "topic-made", topic="Rahasia")
    async with group.running():
        group.api.user_sends(MEMBER, "/log", GROUP)
        group.api.user_sends(EDITOR, "/log", GROUP)
        refused, listed = await group.answers(2, GROUP)
        group.api.user_presses(MEMBER, listed, "xlog:0", forged=True)
        await group.handled()
    assert refused.text.startswith("Hanya editor obrolan ini")
    assert group.api.toasts()[-1].text.startswith("Hanya editor obrolan ini")


async def test_a_forged_press_shows_nothing_of_another_chat(group: Bench) -> None:
    await note(group, "topic-made", topic="Rahasia")
    async with group.running():
        group.api.user_sends(MEMBER, "/log", OTHER_GROUP)
        (listed,) = await group.answers(1, OTHER_GROUP)
        for data in (f"xlog:{GROUP}", f"xlog:0:{GROUP}", "xlog", "xlog:-1", "xlog:²", "xlog:99999999999999999999"):
            group.api.user_presses(MEMBER, listed, data, forged=True)
        await group.handled()
    assert listed.text == "Belum ada yang mengubah apa pun di sini."
    assert len(group.api.toasts()) == 6


async def test_a_long_history_is_leafed_through(group: Bench) -> None:
    for number in range(32):
        await note(group, "topic-made", minutes=32 - number, topic=f"Pantauan {number} " + "panjang " * 40)
    async with group.running():
        group.api.user_sends(EDITOR, "/log", GROUP)
        (message,) = await group.answers(1, GROUP)
        assert "Pantauan 31 " in message.text
        assert message.text.count("• ") == 15
        assert list(message.buttons) == ["Lebih lama »"]
        group.api.user_presses(EDITOR, message, "Lebih lama »")
        await group.handled()
        assert "Pantauan 16 " in message.text
        assert list(message.buttons) == ["« Lebih baru", "Lebih lama »"]
        group.api.user_presses(EDITOR, message, "Lebih lama »")
        await group.handled()
        assert message.text.count("• ") == 2
        assert list(message.buttons) == ["« Lebih baru"]
        group.api.user_presses(EDITOR, message, "xlog:50", forged=True)
        await group.handled()
    assert "Pantauan 31 " in message.text
