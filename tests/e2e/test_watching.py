"""From something shown in a chat to alerts about it: the real process, model and all."""

from __future__ import annotations

from tests.e2e.kabar_process import SETTINGS, Home, KabarProcess
from tests.e2e.news import article, feed_of
from tests.fakes.bot_api import FakeBotApi, FakeMessage
from tests.fakes.feed_server import FeedServer

CHAT = 1001
SETTINGS_WITH_LOOPBACK = SETTINGS + '[network]\nallow_hosts = ["127.0.0.1"]\n'


def draft_of(kabar: KabarProcess, api: FakeBotApi, words: str) -> FakeMessage:
    """The card of a draft that says this."""

    def found() -> list[FakeMessage]:
        return [m for m in api.messages(CHAT) if "Save" in m.buttons and words in m.text]

    kabar.wait_for(found, f"a draft with {words}")
    return found()[-1]


def test_a_document_becomes_a_watch_that_alerts_and_can_be_seen_on_the_command_line(
    connected: Home, api: FakeBotApi, feeds: FeedServer
) -> None:
    connected.configure(feeds.url("/rss"), settings=SETTINGS_WITH_LOOPBACK)
    feeds.put_feed("/rss", feed_of(article(1), article(2, "rice")))
    example = "Korea story\n\nIn story 1 the word korea is said. It matters to Korea and Seoul, says the outlet."
    with connected.start("run") as kabar:
        kabar.wait_for_event("feed-polled")
        api.user_sends(CHAT, "", document=("korea.txt", example.encode()), language_code="en")
        card = draft_of(kabar, api, "Korea story")
        assert card.text.startswith("New watch: Korea story\n• “Korea story” · in English\nKey words: ")
        assert "In the last minute: " in card.text
        api.user_presses(CHAT, card, "Cancel")
        api.user_sends(CHAT, "/watch korea NOT rice", language_code="en")
        card = draft_of(kabar, api, "Query: korea NOT rice")
        assert "1 alert." in card.text
        api.user_presses(CHAT, card, "Save")
        kabar.wait_for(
            lambda: any(m.text.startswith("Earlier news") for m in api.messages(CHAT)), "the earlier article"
        )
        feeds.put_feed("/rss", feed_of(article(1), article(3), article(4, "rice")))
        kabar.wait_for(lambda: any("Story 3 about korea" in m.text for m in api.messages(CHAT)), "the new article")
        assert kabar.stop() == 0
    with connected.start("run") as kabar:  # what was made in the chat is watched after a restart
        feeds.put_feed("/rss", feed_of(article(3), article(5)))
        kabar.wait_for(lambda: any("Story 5 about korea" in m.text for m in api.messages(CHAT)), "news after a restart")
        assert kabar.stop() == 0
    assert [m.text.count("Story 3 about korea") for m in api.messages(CHAT)].count(1) == 1


def test_a_watch_counts_even_if_telegram_fails_as_its_saving_is_told(
    connected: Home, api: FakeBotApi, feeds: FeedServer
) -> None:
    connected.configure(feeds.url("/rss"))
    feeds.put_feed("/rss", feed_of(article(1, "rice")))
    with connected.start("run") as kabar:
        kabar.wait_for_event("feed-polled")
        api.user_sends(CHAT, "/watch korea", language_code="en")
        card = draft_of(kabar, api, "Query: korea")
        api.fail_next("editMessageText", 502, "Bad Gateway")
        api.user_presses(CHAT, card, "Save")
        kabar.wait_for_event("topics-taken", topics=1)
        feeds.put_feed("/rss", feed_of(article(1, "rice"), article(2)))
        kabar.wait_for(lambda: any("Story 2 about korea" in m.text for m in api.messages(CHAT)), "the alert")
        assert kabar.stop() == 0
