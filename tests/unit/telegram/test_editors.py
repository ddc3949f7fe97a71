"""/editors as a group meets it: naming, removing, and why somebody cannot be named."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model import Chat, Editor, Topic, TopicId
from bot.usecases.editors import EDITORS_MOST
from tests.fakes.bot_api_chats import BOT_ID
from tests.fakes.deliveries import NOW
from tests.unit.telegram.conftest import ADMIN, Bench
from tests.unit.telegram.talking import noted

BUDI, MEMBER = 77, 78
GROUP, OTHER_GROUP = -1001234567890, -1009876543210
ANONYMOUS = 1087968824
"""@GroupAnonymousBot, in whose name anonymous admins write."""


@pytest.fixture
async def group(bench: Bench) -> Bench:
    bench.admins.append(ADMIN)
    for chat in (GROUP, OTHER_GROUP):
        bench.api.add_chat(chat, "supergroup", "Redaksi", threads=(7,))
        async with bench.store.write() as unit:
            await unit.chats.save(Chat(str(chat), "supergroup", "Redaksi", approved=True))
    return bench


async def editors(bench: Bench, chat: int = GROUP) -> list[Editor]:
    async with bench.store.read() as unit:
        return list(await unit.chats.editors(str(chat)))


def written_by(user_id: int, name: str, *, is_bot: bool = False, as_group: bool = False) -> dict[str, Any]:
    """A message of somebody in the group, as the one that is replied to."""
    group = {"id": GROUP, "type": "supergroup", "title": "Redaksi"}
    message = {
        "message_id": 900,
        "date": 1_700_000_000,
        "chat": group,
        "from": {"id": user_id, "is_bot": is_bot, "first_name": name},
        "text": "halo",
    }
    return {"reply_to_message": {**message, "sender_chat": group} if as_group else message}


@pytest.mark.parametrize("text", ["/editors add", "/editors", "/editors@kabar_test_bot ADD"])
async def test_an_admin_names_whom_they_reply_to(group: Bench, text: str) -> None:
    async with group.running():
        said = group.api.user_says(BUDI, "Setuju.", GROUP, thread=7, first_name="Budi")
        group.api.user_sends(ADMIN, text, GROUP, thread=7, first_name="Sari", replies_to_user=said)
        (answer,) = await group.answers(1, GROUP)
    assert answer.text == "Budi sekarang editor obrolan ini, jadi boleh mengubah pantauan, sumber, dan pengaturannya."
    assert (answer.thread, answer.reply_to) == (7, said["message_id"])
    assert await editors(group) == [Editor(BUDI, "Budi")]
    assert await editors(group, OTHER_GROUP) == []
    assert await noted(group) == [("editor-named", {"who": "Budi"})]


async def test_an_editor_may_do_what_editors_may(group: Bench) -> None:
    async with group.running():
        group.api.user_sends(BUDI, "/log", GROUP)
        group.api.user_sends(ADMIN, "/editors", GROUP, extra=written_by(BUDI, "Budi"))
        await group.handled()
        group.api.user_sends(BUDI, "/log", GROUP)
        group.api.user_sends(BUDI, "/log", OTHER_GROUP)
        await group.handled()
    refused, _, allowed = (message.text for message in group.api.messages(GROUP))
    assert refused.startswith("Hanya editor obrolan ini")
    assert "menjadikan Budi editor" in allowed
    assert group.api.messages(OTHER_GROUP)[0].text.startswith("Hanya editor obrolan ini")


async def test_a_member_sees_the_list_without_buttons_and_names_nobody(group: Bench) -> None:
    async with group.store.write() as unit:
        await unit.chats.add_editor(str(GROUP), Editor(BUDI, "Budi <b>"), NOW)
    async with group.running():
        for text in ("/editors", "/editors add"):
            group.api.user_sends(MEMBER, text, GROUP, extra=written_by(79, "Tono"))
        group.api.user_sends(BUDI, "/editors add", GROUP, extra=written_by(79, "Tono"))
        listed, refused, refused_too = await group.answers(3, GROUP)
    assert listed.text.startswith("Yang boleh mengubah pantauan obrolan ini:\n• Budi <b>\n")
    assert listed.buttons == {}
    assert refused.text == refused_too.text == "Hanya admin bot yang boleh melakukannya."
    assert await editors(group) == [Editor(BUDI, "Budi <b>")]


async def test_an_admin_removes_editors_by_their_buttons(group: Bench) -> None:
    async with group.store.write() as unit:
        await unit.chats.add_editor(str(GROUP), Editor(BUDI, "Budi"), NOW)
        await unit.chats.add_editor(str(GROUP), Editor(79, "Tono"), NOW)
    async with group.running():
        group.api.user_sends(ADMIN, "/editors", GROUP)
        (message,) = await group.answers(1, GROUP)
        assert list(message.buttons) == ["✕ Budi", "✕ Tono"]
        group.api.user_presses(MEMBER, message, "Budi")
        await group.handled()
        assert group.api.toasts()[-1].is_alert
        group.api.user_presses(ADMIN, message, "Budi")
        await group.handled()
        assert group.api.toasts()[-1].text == "Budi bukan editor lagi."
        assert list(message.buttons) == ["✕ Tono"]
        group.api.user_presses(ADMIN, message, f"xed:{BUDI}", forged=True)
        await group.handled()
        assert group.api.toasts()[-1].text.startswith("Tombol ini sudah tidak berlaku.")
        group.api.user_presses(ADMIN, message, "Tono")
        await group.handled()
    assert message.text.startswith("Obrolan ini belum punya editor")
    assert await editors(group) == []
    assert [code for code, _ in await noted(group)] == ["editor-removed"] * 2


async def test_a_forged_press_reaches_no_other_chat(group: Bench) -> None:
    async with group.store.write() as unit:
        await unit.chats.add_editor(str(GROUP), Editor(BUDI, "Budi"), NOW)
        await unit.chats.add_editor(str(OTHER_GROUP), Editor(MEMBER, "Orang lain"), NOW)
    async with group.running():
        group.api.user_sends(MEMBER, "/editors", OTHER_GROUP)
        (message,) = await group.answers(1, OTHER_GROUP)
        for user, data in ((MEMBER, f"xed:{BUDI}"), (ADMIN, f"xed:{BUDI}"), (ADMIN, "xed"), (ADMIN, "xed:x:1")):
            group.api.user_presses(user, message, data, forged=True)
        await group.handled()
    assert await editors(group) == [Editor(BUDI, "Budi")]
    assert len(group.api.toasts()) == 4
    assert all(toast.text for toast in group.api.toasts())


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (written_by(ADMIN, "Sari"), "Ia admin bot"),
        (written_by(555, "Bot lain", is_bot=True), "Saya tidak bisa melihat siapa penulisnya"),
        (written_by(ANONYMOUS, "Group", is_bot=True, as_group=True), "Saya tidak bisa melihat siapa penulisnya"),
        (written_by(777000, "Telegram", as_group=True), "Saya tidak bisa melihat siapa penulisnya"),
        (written_by(BOT_ID, "Kabar", is_bot=True), "Saya tidak bisa melihat siapa penulisnya"),
    ],
)
async def test_who_cannot_be_named(group: Bench, reply: dict[str, Any], said: str) -> None:
    async with group.running():
        group.api.user_sends(ADMIN, "/editors add", GROUP, extra=reply)
        (answer,) = await group.answers(1, GROUP)
    assert answer.text.startswith(said)
    assert await editors(group) == []


async def test_an_anonymous_admin_is_told_why_nothing_happens(group: Bench) -> None:
    sender = {"sender_chat": {"id": GROUP, "type": "supergroup", "title": "Redaksi"}}
    async with group.running():
        group.api.user_sends(ANONYMOUS, "/editors", GROUP, extra={**written_by(BUDI, "Budi"), **sender})
        group.api.user_sends(ANONYMOUS, "/editors", GROUP, extra=sender)
        why, listed = await group.answers(2, GROUP)
    assert why.text.startswith("Anda menulis atas nama grup")
    assert listed.text.startswith("Obrolan ini belum punya editor")
    assert await editors(group) == []


async def test_a_reply_to_the_bot_itself_lists(group: Bench) -> None:
    async with group.running():
        group.api.user_sends(ADMIN, "/help", GROUP)
        (help_text,) = await group.answers(1, GROUP)
        group.api.user_sends(ADMIN, "/editors", GROUP, replies_to=help_text)
        await group.answers(2, GROUP)
    assert group.api.messages(GROUP)[-1].text.startswith("Obrolan ini belum punya editor")


async def test_there_can_be_too_many(group: Bench) -> None:
    async with group.store.write() as unit:
        for number in range(EDITORS_MOST):
            await unit.chats.add_editor(str(GROUP), Editor(1000 + number, "x" * 64), NOW)
    async with group.running():
        group.api.user_sends(ADMIN, "/editors", GROUP, extra=written_by(BUDI, "Budi"))
        group.api.user_sends(ADMIN, "/editors", GROUP, extra=written_by(1000, "Nama baru"))
        group.api.user_sends(ADMIN, "/editors", GROUP)
        full, named, listed = await group.answers(3, GROUP)
    assert full.text.startswith("Jumlah editor obrolan ini sudah mencapai batas.")
    assert named.text.startswith("Nama baru sekarang editor")
    assert len(listed.buttons) >= 2
    assert len(await editors(group)) == EDITORS_MOST


async def test_private_chats_have_no_editors(group: Bench) -> None:
    async with group.running():
        group.api.user_sends(ADMIN, "/editors", language_code="en")
        (answer,) = await group.answers(1, ADMIN)
    assert answer.text.startswith("Editors are for groups")


async def test_a_stranger_learns_nothing(group: Bench) -> None:
    group.topics.append(Topic(TopicId("t"), "Gempa"))
    async with group.running():
        group.api.user_sends(MEMBER, "/editors", -5, chat_type="group")
        await group.handled()
    assert group.api.messages(-5) == ()
