"""Thirty seconds for every answer, as over a satellite or a network that is full: slow, but nothing twice."""

from __future__ import annotations

import time

import pytest

from tests.e2e.kabar_process import Home
from tests.e2e.news import article, feed_of
from tests.fakes.bot_api import FakeBotApi, Fault
from tests.fakes.feed_server import Answer, FeedServer

CHAT, OTHER = 1001, 1002
SLOW = Fault(200, delivered=True, hang=30.0)


@pytest.mark.torture
def test_a_slow_telegram_repeats_nothing_and_a_slow_feed_holds_up_no_other(
    connected: Home, api: FakeBotApi, feeds: FeedServer
) -> None:
    api.add_chat(OTHER)
    connected.configure(feeds.url("/slow"), feeds.url("/rss"))
    connected.topic("peninsula", query="korea", chats=[str(CHAT), str(OTHER)])
    feeds.put("/slow", Answer(feed_of(article(9)), delay=30.0))
    feeds.put_feed("/rss", feed_of(article(1)))
    api.plan("sendMessage", [SLOW] * 100)
    expected = {"Story 1 about korea", "Story 2 about korea", "Story 9 about korea"}

    def told(chat: int) -> list[str]:
        return [message.text.partition("\n")[0] for message in api.messages(chat)]

    with connected.start("run") as kabar:
        began = time.monotonic()
        kabar.wait_for(lambda: told(CHAT) and told(OTHER), "the first alert in both chats")
        assert time.monotonic() - began < 20, "one chat has waited for the other, or a feed for another"
        feeds.put_feed("/rss", feed_of(article(1), article(2)))
        kabar.wait_for(lambda: expected <= set(told(CHAT)) & set(told(OTHER)), "all articles in both chats")
        for chat in (CHAT, OTHER):
            assert sorted(told(chat)) == sorted(expected)
        assert [event for event in kabar.events if event["event"] == "delivery-later"] == []
        began = time.monotonic()
        assert kabar.stop() == 0
        assert time.monotonic() - began < 29, "systemd and Docker would have killed it"


@pytest.mark.torture
def test_people_are_answered_once_over_a_slow_line(connected: Home, api: FakeBotApi, feeds: FeedServer) -> None:
    connected.configure(feeds.url("/rss"))
    feeds.put_feed("/rss", feed_of(article(1)))
    for method in ("getUpdates", "sendMessage"):
        api.plan(method, [SLOW] * 100)
    api.user_sends(CHAT, "/help", language_code="en")
    with connected.start("run") as kabar:
        answers = kabar.wait_for_messages(api, 1, CHAT)
        kabar.wait_for(lambda: api.unconfirmed() == 0, "the update confirmed")
        time.sleep(5)
        assert api.messages(CHAT) == answers
        assert kabar.is_running()
