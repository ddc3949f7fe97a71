"""Sources that come from a chat: found, read, searched, listed on the command line. The real process."""

from __future__ import annotations

from tests.e2e.kabar_process import SETTINGS, Home, KabarProcess
from tests.e2e.news import article, feed_of
from tests.fakes.bot_api import FakeBotApi, FakeMessage
from tests.fakes.feed_server import Answer, FeedServer

CHAT = 1001


def message_of(kabar: KabarProcess, api: FakeBotApi, words: str) -> FakeMessage:
    """The latest message that says this."""

    def found() -> list[FakeMessage]:
        return [message for message in api.messages(CHAT) if words in message.text]

    kabar.wait_for(found, f"a message with {words}")
    return found()[-1]


def test_a_source_of_a_chat_is_read_searched_and_listed(connected: Home, api: FakeBotApi, feeds: FeedServer) -> None:
    allowed = f'[network]\nallow_hosts = ["127.0.0.1:{feeds.port}"]\n'
    connected.configure(settings=SETTINGS + allowed)
    connected.topic("korea", query="korea")
    feeds.put_feed("/more", feed_of(article(1), article(2)))
    links = '<link rel="alternate" type="application/rss+xml" href="/more">'
    feeds.put("/site", Answer(f"<html><head>{links}</head></html>".encode(), headers={"content-type": "text/html"}))
    with connected.start("run") as kabar:
        api.user_sends(CHAT, "/feeds http://127.0.0.2:9/rss", language_code="en")
        refused = message_of(kabar, api, "not a public address")
        assert "network.allow_hosts" in refused.text, "this one is an admin"
        api.user_sends(CHAT, f"/feeds {feeds.url('/site')}", language_code="en")
        offer = message_of(kabar, api, "Newest: Story 2 about korea")
        api.user_presses(CHAT, offer, "Add")
        kabar.wait_for_event("feed-polled", feed="test-outlet")
        message_of(kabar, api, "Added: Test Outlet")
        kabar.wait_for(lambda: any("Why:" in message.text for message in api.messages(CHAT)), "an alert")
        api.user_sends(CHAT, "/search title:korea", language_code="en")
        found = message_of(kabar, api, "2 articles from the last day")
        assert found.links == ("https://news.example/korea/2", "https://news.example/korea/1")
        api.user_sends(CHAT, "/latest", language_code="en")
        message_of(kabar, api, "The latest alerts here")
        assert kabar.stop() == 0
    (listed,) = connected.run("feeds", "--json").json
    assert listed["owner"] == f"chat:{CHAT}"
    assert f"chat:{CHAT}" in connected.run("feeds").out
