"""Every command with everything that can be written behind it, from everywhere."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.model import UpdateId
from bot.telegram.transport.incoming import read_update
from tests.unit.telegram.conftest import ADMIN, Bench
from tests.unit.telegram.hostile import EDITOR, GUEST, MEMBER, STRANGER, Scene, commands, scene
from tests.unit.telegram.watching import CHANNEL, GROUP

NASTY = (
    "",
    "a" * 2000 + "😀" * 900,
    "\u202eمرحبا\u2066 \u200b\u200d\ufeff \x00\x01\x7f",
    "<b>&amp;<a href='x'>" + "Z" + "\u0301" * 3000,
    "https://[::ffff:127.0.0.1]/ file:///etc/passwd http://[",
    "add http://2130706433:1/%00",
    "99999999999999999999999999",
    "(((((((((" * 300,
    '"' * 101 + "~9999 AND /(a+)+$/ OR title:",
    "/(" + "a?" * 200 + ")*/",
)


@pytest.fixture
async def here(bench: Bench) -> Scene:
    return await scene(bench)


@pytest.mark.parametrize(
    ("user", "chat", "thread", "anonymously"),
    [(ADMIN, ADMIN, None, False), (EDITOR, GROUP, 7, False), (ADMIN, GROUP, None, True)],
)
async def test_whatever_is_written_behind_a_command_is_borne(
    here: Scene, user: int, chat: int, thread: int | None, anonymously: bool
) -> None:
    for command in commands(here.bench):
        for text in NASTY:
            before = len(here.bench.api.messages(chat))
            await here.say(user, f"/{command} {text}", chat, thread=thread, anonymously=anonymously)
            assert len(here.bench.api.messages(chat)) > before, (command, text[:40])


async def test_strangers_and_channels_change_nothing_whatever_they_write(here: Scene) -> None:
    before = here.rows()
    for command in commands(here.bench):
        for text in ("", NASTY[1], NASTY[4]):
            if command != "start":
                await here.say(STRANGER, f"/{command} {text}", STRANGER)
            await here.post(CHANNEL, f"/{command} {text}")
    assert here.rows() == before
    assert here.bench.api.messages(CHANNEL) == ()


async def test_members_change_nothing_whatever_they_write(here: Scene) -> None:
    """What they search for is kept for leafing; what they are asked waits for their answer."""
    before = {name: rows for name, rows in here.rows().items() if name not in {"settings", "expectations"}}
    for command in commands(here.bench):
        for text in NASTY[::3]:
            await here.say(MEMBER, f"/{command} {text}", GROUP)
    assert {name: rows for name, rows in here.rows().items() if name in before} == before


@pytest.mark.parametrize("text", NASTY)
async def test_whatever_is_sent_without_a_command_is_borne(here: Scene, text: str) -> None:
    for user in (ADMIN, GUEST, STRANGER):
        await here.say(user, text or "?", user)
        assert here.bench.api.messages(user)


@pytest.mark.parametrize(
    "change",
    [
        {"text": "\ud800"},
        {"text": "/search \udfff\ud800", "entities": [{"type": "bot_command", "offset": 0, "length": 7}]},
        {"text": "/search x", "entities": [{"type": "bot_command", "offset": 0, "length": 700}]},
        {"text": "/search x", "entities": [{"type": "bot_command", "offset": 0, "length": -7}]},
        {"text": "x", "entities": [{"type": "url", "offset": 100, "length": 700}]},
        {"text": "x", "entities": [{"type": "text_link", "offset": 0, "length": 1, "url": "http://\ud800[/"}]},
        {
            "text": "/watch x",
            "entities": [
                {"type": "bot_command", "offset": 0, "length": 6},
                {"type": "text_link", "offset": 7, "length": 1, "url": "http://[::1"},
            ],
        },
        {
            "text": "/feeds add x",
            "entities": [
                {"type": "bot_command", "offset": 0, "length": 6},
                {"type": "text_link", "offset": 7, "length": 1, "url": "http://[::1"},
            ],
        },
        {
            "text": "/watch x",
            "entities": [
                {"type": "bot_command", "offset": 0, "length": 6},
                {"type": "text_link", "offset": 7, "length": 1, "url": "https://" + "a" * 5000},
            ],
        },
        {
            "text": "/feeds add x",
            "entities": [
                {"type": "bot_command", "offset": 0, "length": 6},
                {"type": "text_link", "offset": 7, "length": 1, "url": "https://\x00\n/ \udfff"},
            ],
        },
        {"text": "/", "entities": [{"type": "bot_command", "offset": 0, "length": 1}]},
        {"text": "/@kabar_test_bot", "entities": [{"type": "bot_command", "offset": 0, "length": 16}]},
        {
            "from": {"id": ADMIN, "is_bot": False, "first_name": "\ud800\u202e\x00", "language_code": "\ud800"},
            "text": "/start",
            "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
        },
        {
            "document": {
                "file_id": "\ud800",
                "file_unique_id": "x",
                "file_name": "../../\ud800.txt",
                "mime_type": "\ud800",
            }
        },
        {"document": {"file_id": "x", "file_unique_id": "x", "file_name": "x.opml", "file_size": -5}},
        {"document": {"file_id": "x", "file_unique_id": "x"}},
    ],
)
async def test_strange_updates_are_borne(here: Scene, change: dict[str, Any]) -> None:
    message = {
        "message_id": 9,
        "date": 1,
        "chat": {"id": ADMIN, "type": "private"},
        "from": {"id": ADMIN, "is_bot": False, "first_name": "A"},
        **change,
    }
    body = json.dumps({"update_id": 5, "message": message})
    heard = read_update(body, here.bench.api.username)
    assert heard is not None
    await here.commands.handle(heard, here.bench.clock.moment, UpdateId(1))
