"""The real process, asked everything: each command and each button that it shows, in both languages.

What each of them does is tested elsewhere; here nobody knows the program, and presses whatever is there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest

from tests.e2e.kabar_process import Home, KabarProcess
from tests.e2e.news import article, feed_of
from tests.fakes.bot_api import FakeBotApi, FakeMessage
from tests.fakes.feed_server import FeedServer

COMMANDS = (
    "/start", "/help", "/watch", "/watch korea", "/topics", "/feeds", "/latest", "/search korea", "/search",
    "/digest", "/quiet", "/pause", "/resume", "/language", "/settings", "/stats", "/status", "/editors", "/log",
    "/chats", "/cancel",
)  # fmt: skip
MOST = 15
"""Buttons that one person presses: fewer than are allowed in a minute."""

GROUP, STRANGER, MEMBER = -1001234567890, 7001, 7002
FIRST_ADMIN = 1001
TROUBLE = ("update-failed", "update-unreadable", "html-refused", "answer-refused", "delivery-crashed")


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_command_is_answered_and_every_button_works(
    connected: Home, api: FakeBotApi, feeds: FeedServer, language: str
) -> None:
    admins = range(FIRST_ADMIN, FIRST_ADMIN + len(COMMANDS))
    connected.configure(feeds.url("/rss"), admins=", ".join(map(str, admins)))
    connected.topic("peninsula", query="korea", chats=[str(admin) for admin in admins])
    feeds.put_feed("/rss", feed_of(article(1)))
    for admin in admins:
        api.add_chat(admin)
    with connected.start("run") as kabar:
        kabar.wait_for_event("telegram-connected")
        kabar.wait_for(lambda: all(api.messages(admin) for admin in admins), "the first alert everywhere")
        for admin, command in zip(admins, COMMANDS, strict=True):
            say(kabar, api, admin, command, language)
        pressed = press_everything(kabar, api, {admin: admin for admin in admins}, language, but={*admins[3:]})
        assert_calm(kabar, api)
        assert kabar.stop() == 0
    assert pressed > 100
    assert all(message.text or message.file for message in api.messages())


def test_a_group_its_member_and_a_stranger(connected: Home, api: FakeBotApi, feeds: FeedServer) -> None:
    connected.configure(feeds.url("/rss"), admins=str(FIRST_ADMIN))
    connected.topic("peninsula", query="korea", chats=[f"{GROUP}/7"])
    feeds.put_feed("/rss", feed_of(article(1)))
    api.add_chat(GROUP, "supergroup", "Redaksi", threads=(7,))
    with connected.start("run") as kabar:
        kabar.wait_for_event("telegram-connected")
        kabar.wait_for(lambda: api.messages(GROUP), "an alert in the thread")
        for command in COMMANDS:
            api.user_sends(STRANGER, command, language_code="en")
            api.user_sends(MEMBER, f"{command.split()[0]}@kabar_test_bot", GROUP, thread=7)
        kabar.wait_for(lambda: len(api.messages(STRANGER)) >= 20, "an answer to each of a stranger's first 30")
        say(kabar, api, FIRST_ADMIN, "/latest@kabar_test_bot", "id", GROUP)
        press_everything(kabar, api, {MEMBER + 1: GROUP}, "id")
        assert_calm(kabar, api)
        assert kabar.stop() == 0
    assert {message.text for message in api.messages(STRANGER)} == {
        f"This bot is private. Its admin can let you in with these numbers:\nYou: {STRANGER}"
    }
    assert {message.thread for message in api.messages(GROUP)} <= {7, None}
    listed = connected.run("topics", "--json").json
    assert [topic["id"] for topic in listed] == ["peninsula"]  # a member's presses made and changed no watch


def say(kabar: KabarProcess, api: FakeBotApi, user: int, command: str, language: str, chat: int | None = None) -> None:
    """A command, and wait for its answer."""
    before = len(api.messages(chat or user))
    api.user_sends(user, command, chat, language_code=language)
    kabar.wait_for(lambda: len(api.messages(chat or user)) > before, f"an answer to {command}")


def press_everything(
    kabar: KabarProcess,
    api: FakeBotApi,
    people: Mapping[int, int],
    language: str,
    *,
    but: Collection[int] = (),
) -> int:
    """Press what is there and what comes of it, the newest first, each once; how many buttons that were.

    `people`: each with their chat. All of them press at the same time, each one button after another. `but`: those who
    leave the oldest message alone, the alert that all of them have got.
    """
    done: dict[int, set[str]] = {user: set() for user in people}
    while True:
        answered, pressed = len(api.toasts()), []
        for user, chat in people.items():
            there = api.messages(chat)[user in but :]
            found = _unpressed(there, done[user]) if len(done[user]) < MOST else None
            if found is not None:
                message, button, data = found
                done[user].add(data)
                api.user_presses(user, message, button, language_code=language)
                pressed.append(f"{button} ({data})")
        if not pressed:
            return sum(map(len, done.values()))
        due = answered + len(pressed)
        kabar.wait_for(lambda due=due: len(api.toasts()) >= due, f"answers to {pressed}")  # type: ignore[misc]


def _unpressed(messages: tuple[FakeMessage, ...], done: set[str]) -> tuple[FakeMessage, str, str] | None:
    for message in reversed(messages):
        for button, data in message.buttons.items():
            if data not in done:
                return message, button, data
    return None


def assert_calm(kabar: KabarProcess, api: FakeBotApi) -> None:
    """Nothing went wrong behind the answers."""
    assert [event for event in kabar.events if event["event"] in TROUBLE] == []
    assert api.unanswered_presses() == 0
