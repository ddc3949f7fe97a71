"""Telegram posts updates: the real process behind an address of its own."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.e2e.kabar_process import SETTINGS, Home
from tests.e2e.news import article, feed_of
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.feed_server import FeedServer
from tests.fakes.loopback import free_port

CHAT = 1001


@pytest.fixture
def address(connected: Home, feeds: FeedServer) -> str:
    """Where Kabar is configured to be posted to."""
    port = free_port()
    address = f"http://127.0.0.1:{port}/telegram"
    webhook = SETTINGS.replace("[telegram]", f'[telegram]\nwebhook = "{address}"')
    connected.configure(feeds.url("/rss"), settings=f'{webhook}[web]\nlisten = "127.0.0.1:{port}"\n')
    connected.topic("peninsula", query="korea")
    feeds.put_feed("/rss", feed_of(article(1, "rice")))
    return address


def test_what_telegram_posts_is_answered(connected: Home, api: FakeBotApi, address: str) -> None:
    api.user_sends(CHAT, "/help", language_code="en")
    with connected.start("run", fresh=True) as kabar:
        (answer,) = kabar.wait_for_messages(api, 1, CHAT)
        kabar.wait_for(lambda: api.unconfirmed() == 0, "every update confirmed")
        webhook = api.webhook()
        assert webhook is not None
        assert webhook.statuses[-1] == 200
        forged = {"update_id": 1, "message": {"text": "/help"}}
        for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "guessed"}):
            refused = httpx.post(address, json=forged, headers=headers, trust_env=False)
            assert (refused.status_code, refused.content) == (403, b"")
        assert kabar.stop() == 0
        said = kabar.out + kabar.err
    assert answer.text.startswith("I read news sources")
    assert len(api.messages(CHAT)) == 1
    assert api.calls("getUpdates") == ()
    assert webhook.secret not in said
    assert "Traceback" not in said


@pytest.mark.parametrize(("point", "times_answered"), [("updates.stored", 1), ("updates.handled", 2)])
def test_a_kill_loses_nothing_that_was_posted(
    connected: Home, api: FakeBotApi, address: str, point: str, times_answered: int
) -> None:
    """Killed between storing and handling, or between the answer and noting it: Telegram may have had no 200 either."""
    api.user_sends(CHAT, "/help", language_code="en")
    with connected.start("run", KABAR_FAULT_POINT=point) as kabar:
        assert kabar.wait() == -9
    with connected.start("run") as kabar:
        kabar.wait_for_messages(api, times_answered, CHAT)
        kabar.wait_for(lambda: api.unconfirmed() == 0, "every update confirmed")
        api.user_sends(CHAT, "/topics", language_code="en")
        kabar.wait_for_messages(api, times_answered + 1, CHAT)
        assert kabar.stop() == 0
    texts = [message.text.splitlines()[0] for message in api.messages(CHAT)]
    assert texts == [
        "I read news sources and tell you what fits your watches, once, with the reason."
    ] * times_answered + ["1 watch"]


def test_from_polling_to_a_webhook_and_back_nothing_is_lost_or_answered_twice(
    connected: Home, api: FakeBotApi, address: str, feeds: FeedServer
) -> None:
    by_webhook = connected.config.joinpath("kabar.toml").read_text()
    asked = 0
    for settings in (SETTINGS.format(admins=CHAT), by_webhook, SETTINGS.format(admins=CHAT)):
        connected.write("config/kabar.toml", settings)
        api.user_sends(CHAT, "/topics", language_code="en")
        with connected.start("run") as kabar:
            asked += 1
            kabar.wait_for_messages(api, asked, CHAT)
            api.user_sends(CHAT, "/topics", language_code="en")
            asked += 1
            kabar.wait_for_messages(api, asked, CHAT)
            kabar.kill()  # before the last is confirmed, perhaps
    api.user_sends(CHAT, "/help", language_code="en")
    with connected.start("run") as kabar:
        kabar.wait_for(lambda: api.messages(CHAT)[-1].text.startswith("I read"), "an answer to the last question")
        kabar.wait_for(lambda: api.unconfirmed() == 0, "every update confirmed")
        assert kabar.stop() == 0
    # killed between an answer and noting it, that answer may be given once more
    assert asked + 1 <= len(api.messages(CHAT)) <= asked + 4


def test_an_address_that_is_taken_ends_it_with_what_to_do(connected: Home, address: str, api: FakeBotApi) -> None:
    taken = api.url.removeprefix("http://")
    settings = connected.config.joinpath("kabar.toml").read_text()
    connected.write("config/kabar.toml", re.sub(r'listen = ".*"', f'listen = "{taken}"', settings))
    done = connected.run("run")
    assert done.code == 1
    assert done.err.splitlines()[-1] == (
        f"Nothing can listen on {taken}: address already in use. "
        "Change web.listen in kabar.toml, or end the program that has it."
    )
