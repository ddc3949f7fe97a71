"""Buttons under alerts, with the real process: votes, muted stories, and a channel under review."""

from __future__ import annotations

from tests.e2e.kabar_process import Home
from tests.e2e.news import article, feed_of
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.feed_server import FeedServer
from tests.fakes.feeds import Item

CHAT, CHANNEL = 1001, -1009

FERRY = Item(
    "Ferry burns off Lombok, 214 rescued",
    "A ferry with 214 people on board was towed to Lembar on Sunday after a fire in its engine room off Lombok. "
    "The search and rescue agency in Mataram said nobody was hurt. Fishermen took the first passengers off.",
    "f1",
    "https://news.example/f1",
    short=True,
)
FERRY_AGAIN = Item(
    "All safe after fire on Lombok ferry",
    "Passengers of the ferry that caught fire near Lembar on Sunday praised the fishermen of Lombok. All 214 people "
    "were rescued when the engine room burned, the agency in Mataram said, and the ship was towed to port.",
    "f2",
    "https://news.example/f2",
    short=True,
)


def test_a_vote_and_a_muted_story(connected: Home, api: FakeBotApi, feeds: FeedServer) -> None:
    connected.configure(feeds.url("/rss"))
    connected.topic("lombok", query="lombok")
    feeds.put_feed("/rss", feed_of(article(1, "rice")))
    with connected.start("run") as kabar:
        kabar.wait_for_event("feed-polled")
        feeds.put_feed("/rss", feed_of(article(1, "rice"), FERRY))
        (message,) = kabar.wait_for_messages(api, 1, CHAT)
        api.user_presses(CHAT, message, "👎", language_code="en")
        kabar.wait_for(lambda: list(message.buttons) == ["👍", "👎 ✓", "⋯"], "the vote")
        kabar.wait_for(api.toasts, "what it changed")
        assert api.toasts()[0].text.startswith("Noted. Nothing else changes")

        api.user_presses(CHAT, message, "⋯", language_code="en")
        kabar.wait_for(lambda: "Mute story" in message.buttons, "the menu")
        api.user_presses(CHAT, message, "Mute story", language_code="en")
        kabar.wait_for(lambda: "Unmute story" in message.buttons, "the mute")
        feeds.put_feed("/rss", feed_of(article(1, "rice"), FERRY, FERRY_AGAIN, article(3, "lombok")))
        kabar.wait_for_messages(api, 2, CHAT)
        assert kabar.stop() == 0
    titles = [told.text.splitlines()[0] for told in api.messages(CHAT)]
    assert titles == [FERRY.title, "Story 3 about lombok"]


def test_a_channel_under_review(connected: Home, api: FakeBotApi, feeds: FeedServer) -> None:
    api.add_chat(CHANNEL, "channel", "Kabar", username="kanal")
    connected.configure(feeds.url("/rss"))
    connected.topic("peninsula", query="korea", chats=["@kanal"], review=True)
    feeds.put_feed("/rss", feed_of(article(1, "rice")))
    with connected.start("run") as kabar:
        kabar.wait_for_event("feed-polled")
        feeds.put_feed("/rss", feed_of(article(1, "rice"), article(2), article(3)))
        skipped, posted = kabar.wait_for_messages(api, 2, CHAT)
        api.user_presses(CHAT, skipped, "Skip", language_code="en", first_name="Sari")
        api.user_presses(CHAT, posted, "Post", language_code="en", first_name="Sari")
        (post,) = kabar.wait_for_messages(api, 1, CHANNEL)
        kabar.wait_for(lambda: "\n\nPosted by Sari, " in posted.text, "who posted it")
        assert "\n\nSkipped by Sari, " in skipped.text
        assert kabar.stop() == 0
    assert post.text.splitlines()[0] == posted.text.splitlines()[1]
    assert post.buttons == {}
    assert "Why:" not in post.text
