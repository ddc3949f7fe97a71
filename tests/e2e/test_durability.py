"""Killed at each step, stopped in the middle: nothing is lost, and nothing is told twice that need not be."""

from __future__ import annotations

import time

import pytest

from tests.e2e.kabar_process import Home
from tests.e2e.news import article, feed_of
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.feed_server import FeedServer

CHAT = 1001
KILLED = -9


@pytest.mark.parametrize(
    ("point", "times_told"),
    [
        ("poll.fetched", 1),
        ("poll.matched", 1),
        ("poll.before-commit", 1),
        ("poll.committed", 1),
        ("deliver.leased", 1),
        ("deliver.sent", 2),  # Telegram has it, and nobody is left who knows: the one place for a repetition
        ("deliver.recorded", 1),
    ],
)
def test_a_kill_loses_nothing(connected: Home, api: FakeBotApi, feeds: FeedServer, point: str, times_told: int) -> None:
    connected.configure(feeds.url("/rss"))
    connected.topic("peninsula", query="korea")
    feeds.put_feed("/rss", feed_of(article(1)))
    with connected.start("run", KABAR_FAULT_POINT=point) as kabar:
        assert kabar.wait() == KILLED
    told_before = len(api.messages(CHAT))
    with connected.start("run") as kabar:
        feeds.put_feed("/rss", feed_of(article(1), article(2)))
        kabar.wait_for(lambda: any("Story 2" in message.text for message in api.messages(CHAT)), "the next article")
        assert kabar.stop() == 0
    told = [message.text.splitlines()[0] for message in api.messages(CHAT)]
    assert told == ["Story 1 about korea"] * times_told + ["Story 2 about korea"]
    assert told_before == (1 if point in {"deliver.sent", "deliver.recorded"} else 0)


@pytest.mark.parametrize(("point", "answers"), [("updates.stored", 1), ("updates.handled", 2)])
def test_a_kill_leaves_no_command_without_an_answer(
    connected: Home, api: FakeBotApi, feeds: FeedServer, point: str, answers: int
) -> None:
    connected.configure(feeds.url("/rss"))
    feeds.put_feed("/rss", feed_of(article(1)))
    api.user_sends(CHAT, "/help", language_code="en")
    with connected.start("run", KABAR_FAULT_POINT=point) as kabar:
        assert kabar.wait() == KILLED
    with connected.start("run") as kabar:
        kabar.wait_for_messages(api, answers, CHAT)
        kabar.wait_for(lambda: api.unconfirmed() == 0, "every update confirmed")
        assert kabar.stop() == 0
    assert [message.text.split(".")[0] for message in api.messages(CHAT)] == [
        "I read news sources and compare each article with your watches"
    ] * answers


def test_processes_that_read_feeds_do_not_outlive_a_kill(home: Home, feeds: FeedServer) -> None:
    home.configure(feeds.url("/rss"))
    feeds.put_feed("/rss", feed_of(article(1)))
    with home.start("run") as kabar:
        kabar.wait_for_poll(feeds, "/rss")
        assert kabar.relatives()
        kabar.kill()
        deadline = time.monotonic() + 20
        while kabar.relatives() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert kabar.relatives() == []


def test_sigterm_lets_a_message_under_way_arrive_and_be_noted(
    connected: Home, api: FakeBotApi, feeds: FeedServer
) -> None:
    connected.configure(feeds.url("/rss"))
    connected.topic("peninsula", query="korea")
    feeds.put_feed("/rss", feed_of(article(1)))
    api.delay_next("sendMessage", 3.0)
    with connected.start("run") as kabar:
        kabar.wait_for(lambda: api.calls("sendMessage"), "a message under way")
        started = time.monotonic()
        assert kabar.stop() == 0
        took = time.monotonic() - started
    assert took < 15
    assert len(api.messages(CHAT)) == 1
    waiting = connected.run("outbox", "--json")
    assert (waiting.code, waiting.out) == (0, "")
