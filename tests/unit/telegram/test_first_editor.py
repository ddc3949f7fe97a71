"""Where access is open: a group that lets itself in has an editor, and that one names others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.config import Access
from bot.model import AccessRequest, Chat, Editor, Preferences, UpdateId
from bot.telegram.transport.incoming import Membership
from tests.fakes.bot_api_people import ANONYMOUS, person
from tests.fakes.deliveries import NOW
from tests.unit.telegram.conftest import ADMIN, Bench
from tests.unit.telegram.talking import noted, press, say
from tests.unit.telegram.test_admission import deliver

FOUNDER, MEMBER, THIRD = 666, 667, 668
GROUP, OTHER_GROUP = -1001234567890, -1009876543210
REFUSED = "Hanya editor"
HINT = "Admin grup ini bisa menjadi editornya"


@pytest.fixture
def open_bench(bench: Bench) -> Bench:
    bench.access = Access.OPEN
    bench.admins.append(ADMIN)
    return bench


@pytest.fixture
async def group(open_bench: Bench) -> Bench:
    """A group that was in before it could have an editor."""
    public = Chat(str(GROUP), "supergroup", "Warga", approved=True, preferences=Preferences(public=True))
    async with open_bench.store.write() as unit:
        await unit.chats.save(public)
    open_bench.api.add_chat(GROUP, "supergroup", "Warga")
    return open_bench


async def editors(bench: Bench, chat: int = GROUP) -> list[Editor]:
    async with bench.store.read() as unit:
        return list(await unit.chats.editors(str(chat)))


def texts(bench: Bench) -> list[str]:
    return [message.text for message in bench.api.messages(GROUP)]


# --- by taking the bot into the group --------------------------------------------------------------


async def test_who_takes_the_bot_into_a_group_is_its_editor_and_no_other_member_is(open_bench: Bench) -> None:
    async with open_bench.running():
        open_bench.api.bot_is_added(GROUP, FOUNDER, "Warga")
        await open_bench.handled()
        await deliver(open_bench)
        assert "User 666 adalah editor grup ini" in texts(open_bench)[0]
        assert (await say(open_bench, MEMBER, "/watch gempa", GROUP)).text.startswith(REFUSED)
        assert (await say(open_bench, FOUNDER, "/watch gempa", GROUP)).text.startswith("Pantauan baru: gempa")
    assert await editors(open_bench) == [Editor(FOUNDER, "User 666")]
    assert ("editor-first", {}) in await noted(open_bench)


async def test_an_update_that_is_handled_again_brings_no_editor_back(open_bench: Bench) -> None:
    bench = open_bench
    async with bench.running():
        bench.api.bot_is_added(GROUP, FOUNDER, "Warga")
        await bench.handled()
        added = Membership(Chat(str(GROUP), "supergroup", "Warga"), None, present=True, user_id=FOUNDER, user_name="B")
        assert bench.at_work is not None
        for user in (FOUNDER, MEMBER):
            await bench.at_work.handle(replace(added, user_id=user), NOW, UpdateId(1))
        assert await editors(bench) == [Editor(FOUNDER, "User 666")]
        await deliver(bench)
        assert len(texts(bench)) == 1
        bench.api.set_member(GROUP, FOUNDER, "creator")
        listed = await say(bench, ADMIN, "/editors", GROUP)
        await press(bench, ADMIN, listed, "✕ User 666")
        for user in (FOUNDER, MEMBER):
            await bench.at_work.handle(replace(added, user_id=user), NOW, UpdateId(2))
        await say(bench, FOUNDER, "/start", GROUP)
    assert await editors(bench) == [], "whom an admin of the bot has removed does not come back"


async def test_a_group_that_an_admin_of_the_bot_takes_it_into_has_no_editor(open_bench: Bench) -> None:
    async with open_bench.running():
        open_bench.api.bot_is_added(GROUP, ADMIN, "Redaksi")
        await open_bench.handled()
    assert await editors(open_bench) == []


async def test_an_anonymous_admin_who_takes_the_bot_in_is_no_editor_and_told_how_to_become_it(
    open_bench: Bench,
) -> None:
    bench = open_bench
    async with bench.running():
        bench.api.add_chat(GROUP, "supergroup", "Warga")
        told = {
            "chat": {"id": GROUP, "type": "supergroup", "title": "Warga"},
            "from": ANONYMOUS,
            "date": 1_700_000_000,
            "old_chat_member": {"user": person(1), "status": "left"},
            "new_chat_member": {"user": person(1), "status": "member"},
        }
        bench.api.deliver_update({"my_chat_member": told})
        await bench.handled()
        await deliver(bench)
        assert HINT in texts(bench)[0]
        bench.api.user_sends(0, "/start", GROUP, chat_type="supergroup", anonymously=True)
        await bench.handled()
        assert HINT in texts(bench)[-1]
        assert bench.api.calls("getChatMember") == ()
        assert await editors(bench) == []
        bench.api.set_member(GROUP, FOUNDER, "administrator")
        await say(bench, FOUNDER, "/start", GROUP, first_name="Budi")
    assert await editors(bench) == [Editor(FOUNDER, "Budi")]


async def test_who_was_shut_out_becomes_editor_of_no_group(group: Bench) -> None:
    async with group.store.write() as unit:
        await unit.chats.ask_access(AccessRequest(str(FOUNDER), "private", "Budi", FOUNDER, "Budi", NOW))
        await unit.chats.decide_access(str(FOUNDER), granted=False, now=NOW)
    async with group.running():
        group.api.set_member(GROUP, FOUNDER, "creator")
        await say(group, FOUNDER, "/start", GROUP)
        group.api.bot_is_added(OTHER_GROUP, FOUNDER, "Lain")
        await group.handled()
    assert await editors(group) == []
    assert await editors(group, OTHER_GROUP) == []


# --- by /start ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["creator", "administrator"])
async def test_an_administrator_who_starts_a_group_without_editor_becomes_it(group: Bench, status: str) -> None:
    async with group.running():
        group.api.set_member(GROUP, FOUNDER, status)
        for _ in range(2):  # as after a crash
            assert HINT not in (await say(group, FOUNDER, "/start", GROUP, first_name="Budi <b>")).text
        await deliver(group)
        said = [text for text in texts(group) if "editor" in text]
        assert said == [
            "Budi <b> adalah editor grup ini: ia yang menentukan apa yang dipantau, dan bisa menjadikan orang lain "
            "editor dengan membalas pesan orang itu dengan /editors."
        ]
        group.api.set_member(GROUP, MEMBER, "administrator")
        await say(group, MEMBER, "/start", GROUP)
        assert (await say(group, MEMBER, "/watch gempa", GROUP)).text.startswith(REFUSED)
        log = await say(group, FOUNDER, "/log", GROUP)
    assert "Budi <b> menjadi editor grup ini" in log.text
    assert await editors(group) == [Editor(FOUNDER, "Budi <b>")]


@pytest.mark.parametrize("status", ["member", "left", "kicked"])
async def test_who_does_not_administrate_the_group_does_not(group: Bench, status: str) -> None:
    async with group.running():
        group.api.set_member(GROUP, MEMBER, status)
        assert HINT in (await say(group, MEMBER, "/start", GROUP)).text
        assert (await say(group, MEMBER, "/watch gempa", GROUP)).text.startswith(REFUSED)
    assert await editors(group) == []


async def test_telegram_that_does_not_say_who_administrates_makes_no_editor(group: Bench) -> None:
    async with group.running():
        group.api.set_member(GROUP, FOUNDER, "creator")
        group.api.fail_next("getChatMember", 400, "Bad Request: CHAT_ADMIN_REQUIRED")
        assert HINT in (await say(group, FOUNDER, "/start", GROUP)).text
    assert await editors(group) == []


async def test_a_group_that_an_admin_has_let_in_is_left_to_admins(group: Bench) -> None:
    async with group.store.write() as unit:
        await unit.chats.save(Chat(str(GROUP), "supergroup", "Warga", approved=True))
    async with group.running():
        group.api.set_member(GROUP, FOUNDER, "creator")
        assert HINT not in (await say(group, FOUNDER, "/start", GROUP)).text
    assert await editors(group) == []


# --- others --------------------------------------------------------------------------------------------


async def test_an_editor_of_a_public_group_names_others_and_removes_those_who_came_later(group: Bench) -> None:
    bench = group
    async with bench.running():
        bench.api.set_member(GROUP, FOUNDER, "creator")
        await say(bench, FOUNDER, "/start", GROUP, first_name="Budi")
        said = bench.api.user_says(MEMBER, "Setuju.", GROUP, first_name="Tono")
        assert (await say(bench, THIRD, "/editors add", GROUP, replies_to_user=said)).text.startswith(REFUSED)
        named = await say(bench, FOUNDER, "/editors", GROUP, replies_to_user=said)
        assert named.text.startswith("Tono sekarang editor obrolan ini")
        said = bench.api.user_says(THIRD, "Saya juga.", GROUP, first_name="Wati")
        await say(bench, MEMBER, "/editors", GROUP, replies_to_user=said)
        listed = await say(bench, MEMBER, "/editors", GROUP)
        assert list(listed.buttons) == ["✕ Wati"]
        assert listed.text.endswith("Untuk menunjuk editor lain, editor membalas pesan orang itu dengan /editors.")
        await press(bench, MEMBER, listed, f"xed:{FOUNDER}", forged=True)
        await press(bench, MEMBER, listed, f"xed:{MEMBER}", forged=True)
        assert len(await editors(bench)) == 3
        listed = await say(bench, FOUNDER, "/editors", GROUP)
        assert list(listed.buttons) == ["✕ Tono", "✕ Wati"]
        await press(bench, FOUNDER, listed, "✕ Tono")
    assert await editors(bench) == [Editor(FOUNDER, "Budi"), Editor(THIRD, "Wati")]
