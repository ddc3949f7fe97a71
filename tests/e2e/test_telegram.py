"""From a feed to a chat: the real process between a feed server and a Bot API on loopback."""

from __future__ import annotations

import re
from dataclasses import replace

from tests.e2e.kabar_process import Home
from tests.e2e.news import article, feed_of
from tests.fakes.bot_api import FakeBotApi, FakeMessage
from tests.fakes.feed_server import FeedServer

CHAT = 1001


def titles(messages: tuple[FakeMessage, ...]) -> list[str]:
    return [message.text.splitlines()[0] for message in messages]


def test_a_new_article_is_one_message_and_stays_one(connected: Home, api: FakeBotApi, feeds: FeedServer) -> None:
    connected.configure(feeds.url("/rss"))
    connected.topic("peninsula", query="korea", exclude="football")
    old, excluded = article(1, "rice"), article(3, said="in football")
    feeds.put_feed("/rss", feed_of(old))
    with connected.start("run", fresh=True) as kabar:
        kabar.wait_for_event("feed-polled")
        news = article(2, said="while Seoul & <b>Pyongyang</b> wait")
        feeds.put_feed("/rss", feed_of(old, news, excluded))
        (message,) = kabar.wait_for_messages(api, 1, CHAT)
        assert message.text.startswith("Story 2 about korea\nOutlet 1 · ")
        assert message.links == ("https://news.example/korea/2",)
        assert "In story 2 the word korea is said while Seoul & Pyongyang wait." in message.text
        assert message.text.endswith("Why: Peninsula — it fits your query korea")

        edited = replace(news, title="Story 2 about korea, corrected")
        feeds.put_feed("/rss", feed_of(old, edited, excluded))
        kabar.wait_for_poll(feeds, "/rss")
        assert kabar.stop() == 0

    with connected.start("run") as kabar:
        feeds.put_feed("/rss", feed_of(old, edited, excluded, article(4)))
        kabar.wait_for_messages(api, 2, CHAT)
        assert kabar.stop() == 0
    assert titles(api.messages()) == ["Story 2 about korea", "Story 4 about korea"]


def test_the_one_time_link_makes_one_admin(connected: Home, api: FakeBotApi, feeds: FeedServer) -> None:
    connected.configure(feeds.url("/rss"), admins="")
    connected.topic("peninsula", query="korea")
    feeds.put_feed("/rss", feed_of(*(article(number) for number in range(1, 6))))
    first, second, stranger = 2001, 2002, 2003
    with connected.start("run") as kabar:
        kabar.wait_for_event("feed-polled")
        kabar.wait_for(lambda: "?start=" in kabar.out, "the link")
        (code,) = re.findall(
            r"^Open this link .*: https://t\.me/kabar_test_bot\?start=([\w-]{20,64})$", kabar.out, re.M
        )
        api.user_sends(stranger, "/topics", language_code="en")
        api.user_sends(first, f"/start {code}", language_code="id")
        api.user_sends(second, f"/start {code}", language_code="en")

        welcome, *others = kabar.wait_for_messages(api, 5, first)
        assert welcome.text.startswith("Selamat datang! ")
        (asked,) = (message for message in others if message.text.endswith(f"Nomor: {second}"))
        earlier = [message for message in others if message is not asked]
        assert len({message.text for message in earlier}) == 3
        assert all("\nStory" in message.text and "\nAlasan: Peninsula" in message.text for message in earlier)
        assert all(message.text.startswith("Kabar terdahulu, sebelum pantauan ini dimulai\n") for message in earlier)

        feeds.put_feed("/rss", feed_of(*(article(number) for number in range(2, 7))))
        news = kabar.wait_for_messages(api, 6, first)[-1]
        assert news.text.startswith("Story 6 about korea\n")

        (refusal,) = kabar.wait_for_messages(api, 1, second)
        assert "already used" in refusal.text
        (ids,) = kabar.wait_for_messages(api, 1, stranger)
        assert ids.text == f"This bot is private. Its admin can let you in with these numbers:\nYou: {stranger}"

        api.user_sends(first, "/topics", language_code="id")
        api.user_sends(first, "/help", language_code="id")
        listed, helped = kabar.wait_for_messages(api, 8, first)[-2:]
        assert "• Peninsula\n" in listed.text
        assert "1 sumber" in listed.text
        assert "Saya membaca sumber berita" in helped.text
        assert kabar.stop() == 0
    assert len(api.messages(second)) == len(api.messages(stranger)) == 1

    before = len(api.calls("getUpdates"))
    with connected.start("run") as kabar:  # the admin is remembered: there is no second link
        kabar.wait_for(lambda: len(api.calls("getUpdates")) > before, "updates asked for")
        assert kabar.out == ""
        assert kabar.stop() == 0


def test_a_command_sent_while_kabar_is_down_is_answered_once(
    connected: Home, api: FakeBotApi, feeds: FeedServer
) -> None:
    connected.configure(feeds.url("/rss"))
    connected.topic("peninsula", query="korea")
    feeds.put_feed("/rss", feed_of(article(1, "rice")))
    api.user_sends(CHAT, "/topics", language_code="en")
    watches = "1 watch\n\n• Peninsula\n"  # how many of its sources were read may have changed meanwhile
    with connected.start("run") as kabar:
        (answer,) = kabar.wait_for_messages(api, 1, CHAT)
        assert answer.text.startswith(watches)
        kabar.kill()  # before the update is confirmed, perhaps
    api.user_sends(CHAT, "/help", language_code="en")
    with connected.start("run") as kabar:
        kabar.wait_for(lambda: api.messages(CHAT)[-1].text.startswith("I read"), "an answer to the last question")
        kabar.wait_for(lambda: api.unconfirmed() == 0, "every update confirmed")
        assert kabar.stop() == 0
    texts = [message.text for message in api.messages(CHAT)]
    assert texts[-1].startswith("I read news sources")
    answers = [text for text in texts if text.startswith(watches)]
    assert len(texts) - len(answers) == 1
    assert len(answers) <= 2  # killed between the answer and noting it, it may be given once more
