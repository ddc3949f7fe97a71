"""Telegram's menus: for each kind of chat and language, for admins, and set again only where something has changed."""

from __future__ import annotations

import pytest

from bot.model import Language
from bot.telegram import store_start_code
from bot.telegram.pages.menus import command_name
from bot.wording.wording import Wording
from tests.fakes.bot_api import BotApi
from tests.unit.telegram.conftest import ADMIN, Bench

SOMEBODY, OTHER_ADMIN, GROUP = 17, 4343, -1001
CODE = "c2VjcmV0LWNvZGUtMTIz"


def names(api: BotApi, chat_id: int, language_code: str = "en") -> list[str]:
    return [command["command"] for command in api.menu(chat_id, language_code)]


async def connect(bench: Bench) -> None:
    async with bench.serving():
        count = len(bench.ready)
        await bench.until(lambda: len(bench.ready) > count)


async def test_each_kind_of_chat_has_its_menu_in_both_languages(api: BotApi, bench: Bench) -> None:
    bench.admins.append(ADMIN)
    for chat in (ADMIN, SOMEBODY):
        api.add_chat(chat)
    api.add_chat(GROUP, "supergroup")
    await connect(bench)
    assert names(api, SOMEBODY) == ["watch", "topics", "feeds", "latest", "help"]
    assert names(api, SOMEBODY, "id") == ["pantau", "pantauan", "sumber", "terbaru", "bantuan"]
    assert names(api, GROUP, "de") == ["watch", "topics", "latest", "help"]
    assert names(api, GROUP, "id") == ["pantau", "pantauan", "terbaru", "bantuan"]
    assert names(api, ADMIN) == ["watch", "topics", "feeds", "status", "help"]
    assert names(api, ADMIN, "id") == ["pantau", "pantauan", "sumber", "status", "bantuan"]
    assert api.menu(SOMEBODY, "en")[1]["description"] == "What I watch for you"
    assert api.menu(SOMEBODY, "id")[1]["description"] == "Yang saya pantau untuk Anda"


async def test_a_second_start_asks_for_nothing(api: BotApi, bench: Bench) -> None:
    await connect(bench)
    before = len(api.calls("setMyCommands"))
    await connect(bench)
    assert before == 4
    assert len(api.calls("setMyCommands")) == before


async def test_who_becomes_admin_by_the_link_gets_that_menu(api: BotApi, bench: Bench) -> None:
    async with bench.store.write() as unit:
        await store_start_code(unit.key_values, CODE, bench.clock.now())
    async with bench.serving():
        api.user_sends(ADMIN, f"/start {CODE}")
        await bench.handled()
        await bench.until(lambda: "status" in names(api, ADMIN, "id"))
    assert "pantau" in names(api, ADMIN, "id")


async def test_who_is_admin_no_longer_has_the_menu_of_others(api: BotApi, bench: Bench) -> None:
    for admin in (ADMIN, OTHER_ADMIN):
        bench.admins.append(admin)
        api.add_chat(admin)
    await connect(bench)
    bench.admins.remove(OTHER_ADMIN)
    await connect(bench)
    assert "status" in names(api, ADMIN)
    assert "status" not in names(api, OTHER_ADMIN)
    before = len(api.calls("setMyCommands"))
    await connect(bench)
    assert len(api.calls("setMyCommands")) == before


async def test_an_admin_who_never_wrote_to_the_bot_is_no_hindrance(api: BotApi, bench: Bench) -> None:
    bench.admins += [OTHER_ADMIN, ADMIN]
    api.add_chat(ADMIN)
    await connect(bench)
    assert "status" in names(api, ADMIN, "id")
    api.add_chat(OTHER_ADMIN)
    await connect(bench)  # what could not be set is tried again
    assert "status" in names(api, OTHER_ADMIN, "id")


async def test_the_bot_works_without_a_menu(api: BotApi, bench: Bench) -> None:
    bench.admins.append(ADMIN)
    api.fail_next("setMyCommands", 502, "Bad Gateway")
    api.user_sends(ADMIN, "/help")
    async with bench.serving():
        await bench.answers(1, ADMIN)
    assert len(api.calls("setMyCommands")) == 1
    await connect(bench)
    assert "status" in names(api, ADMIN)


async def test_help_is_heard_by_both_of_its_names(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    bench.api.user_sends(ADMIN, "/bantuan")
    bench.api.user_sends(ADMIN, "/help")
    async with bench.serving():
        first, second = await bench.answers(2, ADMIN)
    assert first.text == second.text
    assert "/pantau — pantau hal baru" in first.text


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_name_that_a_menu_or_help_uses_is_heard(bench: Bench, language: str) -> None:
    heard = {name for dialogue in bench.dialogues(bench.view()) for name in dialogue.commands}
    english = {name for name in heard if command_name(Wording(Language("id")), name) != name}
    assert len(english) > 10
    assert {command_name(Wording(Language(language)), name) for name in english} <= heard
