"""Answers that are none: of another kind, by others, too late, about what is gone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.model import Expectation
from tests.unit.telegram.conftest import Bench
from tests.unit.telegram.hostile import EDITOR, MEMBER, Scene, scene
from tests.unit.telegram.watching import GROUP, IN_GROUP

ODD: tuple[dict[str, Any], ...] = (
    {"text": "", "document": ("x.bin", b"\x00\xff" * 50)},
    {"text": "", "document": ("x.opml", b"<opml><body/></opml>")},
    {"text": "", "extra": {"dice": {"emoji": "🎲", "value": 1}}},
    {"text": "a" * 4096},
    {"text": "\u202e\u200b\x00"},
    {"text": "https://[::ffff:10.0.0.1]/x"},
    {"text": "((("},
)


@pytest.fixture
async def here(bench: Bench) -> Scene:
    return await scene(bench)


def questions(bench: Bench) -> list[str]:
    return sorted({what for dialogue in bench.dialogues(bench.view()) for what in dialogue.answers})


def about(here: Scene, what: str) -> list[str]:
    """The thing in question; and one that is gone."""
    if what.startswith("settings-"):
        return [f"c:{here.shown[GROUP].message_id}", "w:999999"]
    if what.startswith("topic-"):
        return [IN_GROUP.id, "gone"]
    return [str(here.draft), "999", ""] if what.startswith("draft-") else [""]


async def expect(here: Scene, what: str, which: str, *, hours: int = 1) -> None:
    until = here.bench.clock.now() + timedelta(hours=hours)
    async with here.bench.store.write() as unit:
        await unit.conversations.expect(Expectation(str(GROUP), EDITOR, what, which, until))


async def answer(here: Scene, user: int, odd: dict[str, Any]) -> int:
    """How many messages were said about it."""
    here.bench.clock.moment += timedelta(seconds=3)
    before = len(here.bench.api.calls("sendMessage"))
    here.bench.api.user_sends(
        user, chat_id=GROUP, chat_type="supergroup", title="Redaksi", replies_to=here.shown[GROUP], **odd
    )
    await here.handle_newest()
    return len(here.bench.api.calls("sendMessage")) - before


async def test_whatever_is_sent_as_an_answer_is_answered(here: Scene) -> None:
    for what in questions(here.bench):
        for which in about(here, what):
            for odd in ODD:
                await expect(here, what, which)
                said = await answer(here, EDITOR, odd)
                assert said, (what, which, odd)


async def test_answers_of_others_and_late_ones_are_none(here: Scene) -> None:
    for what in questions(here.bench):
        await expect(here, what, about(here, what)[0])
        before = here.rows()
        assert await answer(here, MEMBER, {"text": "Bandang"}) == 0
        await expect(here, what, about(here, what)[0], hours=-1)
        assert await answer(here, EDITOR, {"text": "Bandang"}) == 0
        await expect(here, what, about(here, what)[0])
        assert {name: rows for name, rows in here.rows().items() if name != "expectations"} == {
            name: rows for name, rows in before.items() if name != "expectations"
        }


async def test_who_is_no_editor_any_more_changes_nothing_by_an_answer(here: Scene) -> None:
    async with here.bench.store.write() as unit:
        await unit.chats.remove_editor(str(GROUP), EDITOR)
    for what in questions(here.bench):
        if what != "search-words":
            await expect(here, what, about(here, what)[0])
            before = here.rows()
            assert await answer(here, EDITOR, {"text": "gempa Palu"}) == 0
            assert here.rows() == before


async def test_a_chat_that_was_shut_out_is_heard_no_more(here: Scene) -> None:
    async with here.bench.store.write() as unit:
        chat = await unit.chats.get(str(GROUP))
        assert chat is not None
        await unit.chats.save(type(chat)(chat.chat, chat.kind, chat.title, approved=False))
    for what in questions(here.bench):
        await expect(here, what, about(here, what)[0])
        before = here.rows()
        assert await answer(here, EDITOR, {"text": "gempa Palu"}) == 0
        assert here.rows() == before


async def test_a_command_takes_the_place_of_an_answer(here: Scene) -> None:
    for what in questions(here.bench):
        await expect(here, what, about(here, what)[0])
        await here.say(EDITOR, "/help", GROUP)
        async with here.bench.store.read() as unit:
            assert await unit.conversations.expected(str(GROUP), EDITOR, here.bench.clock.now()) is None
