"""/help tells everyone what they may ask for, in the names of their menu, and every name is known."""

from __future__ import annotations

import re

import pytest

from bot.model import Chat, Destination, Topic, TopicId
from tests.unit.telegram.conftest import ADMIN, Bench

GROUP = -1001234567890
MEMBER = 777


async def help_of(bench: Bench, user: int, chat: int | None = None, language: str = "id") -> str:
    kind = "private" if chat is None else "supergroup"
    bench.api.user_sends(user, "/help", chat, language_code=language, chat_type=kind)  # type: ignore[arg-type]
    await bench.handled()
    return bench.api.messages(chat or user)[-1].text


async def test_admins_hear_of_everything_members_of_what_is_theirs(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    bench.topics.append(Topic(TopicId("t"), "Gempa", query="gempa", destinations=(Destination(str(GROUP)),)))
    async with bench.running():
        admin = await help_of(bench, ADMIN)
        member = await help_of(bench, MEMBER, GROUP)
    assert admin.startswith("Saya membaca sumber berita dan mengabari Anda")
    assert {"/pantau", "/cari", "/log", "/status", "/chats"} <= set(re.findall(r"/\w+", admin))
    assert not {"/log", "/status", "/chats"} & set(re.findall(r"/\w+", member))
    assert "Balas sebuah artikel dengan /pantau" in member


@pytest.mark.parametrize("language", ["id", "en"])
async def test_every_command_that_help_names_is_answered(bench: Bench, language: str) -> None:
    bench.admins.append(ADMIN)
    async with bench.store.write() as unit:
        await unit.chats.save(Chat(str(ADMIN), language=language, approved=True))  # type: ignore[arg-type]
    async with bench.running():
        named = re.findall(r"^(/\w+) — ", await help_of(bench, ADMIN, language=language), re.MULTILINE)
        assert len(named) == 15
        for command in named:
            before = len(bench.api.messages(ADMIN))
            bench.api.user_sends(ADMIN, command, language_code=language)
            await bench.handled()
            answers = bench.api.messages(ADMIN)[before:]
            assert answers, command
            assert not answers[-1].text.startswith(("Maaf, saya tidak paham", "I did not understand")), command
