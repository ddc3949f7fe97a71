"""A chat that wants to hear nothing for a while, in the real process: nothing comes, nothing is lost."""

from __future__ import annotations

from tests.e2e.kabar_process import Home
from tests.e2e.news import article, feed_of
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.feed_server import FeedServer

CHAT = 1001


def test_what_comes_during_a_pause_is_a_digest_when_it_ends(
    connected: Home, api: FakeBotApi, feeds: FeedServer
) -> None:
    connected.configure(feeds.url("/rss"))
    connected.topic("peninsula", query="korea")
    feeds.put_feed("/rss", feed_of(article(1, "rice")))
    with connected.start("run") as kabar:
        kabar.wait_for_event("feed-polled")
        api.user_sends(CHAT, "/pause 2 days", language_code="en")
        (paused,) = kabar.wait_for_messages(api, 1, CHAT)
        assert paused.text.startswith("Paused until ")
        feeds.put_feed("/rss", feed_of(article(1, "rice"), article(2), article(3)))
        kabar.wait_for_poll(feeds, "/rss")
        kabar.wait_for_poll(feeds, "/rss")
        assert kabar.stop() == 0

    with connected.start("run") as kabar:
        kabar.wait_for_poll(feeds, "/rss")
        assert len(api.messages(CHAT)) == 1
        api.user_sends(CHAT, "/resume", language_code="en")
        _, going_on, digest = kabar.wait_for_messages(api, 3, CHAT)
        assert going_on.text == "I go on. 2 articles came meanwhile; they come as a digest."
        assert digest.text.startswith("While I was paused: 2 articles\n")
        assert sorted(digest.links) == ["https://news.example/korea/2", "https://news.example/korea/3"]

        feeds.put_feed("/rss", feed_of(article(2), article(3), article(4)))
        news = kabar.wait_for_messages(api, 4, CHAT)[-1]
        assert news.text.startswith("Story 4 about korea\n")
        assert kabar.stop() == 0
