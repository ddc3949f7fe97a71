"""A watch made in a chat: changed there while Kabar runs, and known to the commands beside it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from bot.model import Chat, Destination, Example, Language, Topic, TopicId
from bot.store import open_store
from tests.e2e.kabar_process import Home
from tests.e2e.news import article, feed_of
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.feed_server import FeedServer

CHAT = 1001
MADE = Topic(
    TopicId("semenanjung"),
    "Semenanjung",
    examples=(Example("message", "Border talks", "Envoys met at the border on Monday to talk.", Language("en")),),
    query="korea",
    destinations=(Destination(str(CHAT)),),
    owner=f"chat:{CHAT}",
)


async def keep(home: Home, *topics: Topic) -> None:
    home.data.mkdir(exist_ok=True)
    now = datetime.now(UTC)
    store = await open_store(
        home.environment.get("KABAR_DATABASE_URL") or f"sqlite:///{home.data / 'kabar.db'}", now=now
    )
    async with store.write() as unit:
        await unit.chats.save(Chat(str(CHAT), title="chat 1001", language=Language("en"), approved=True))
        for topic in topics:
            await unit.topics.save(topic, now)
    await store.close()


def test_a_watch_made_in_a_chat_is_changed_there_and_known_to_the_commands(
    connected: Home, api: FakeBotApi, feeds: FeedServer
) -> None:
    connected.configure(feeds.url("/rss"))
    connected.topic("rice", query="paddy", chats=["-1002"])
    asyncio.run(keep(connected, MADE))
    feeds.put_feed("/rss", feed_of(article(1)))
    with connected.start("run") as kabar:
        kabar.wait_for_messages(api, 1, CHAT)
        api.user_sends(CHAT, "/topics")
        card = kabar.wait_for_messages(api, 2, CHAT)[-1]
        api.user_presses(CHAT, card, "Semenanjung")
        kabar.wait_for(lambda: "⏸ Pause" in card.buttons, "the card")
        assert "\n1 alert in the last 7 days · " in card.text
        api.user_presses(CHAT, card, "Never")
        kabar.wait_for_messages(api, 3, CHAT)
        api.user_sends(CHAT, "football")
        kabar.wait_for_messages(api, 4, CHAT)
        kabar.wait_for_event("topics-taken", topics=2)
        feeds.put_feed("/rss", feed_of(article(1), article(2, said="in football"), article(3)))
        kabar.wait_for_messages(api, 5, CHAT)
        assert api.messages(CHAT)[-1].text.startswith("Story 3 about korea\n")

        of_file, made = connected.run("topics", "--json").json
        assert (of_file["id"], of_file["owner"], of_file["review"]) == ("rice", "file", False)
        assert (made["id"], made["owner"], made["exclude"]) == ("semenanjung", f"chat:{CHAT}", "football")
        told = connected.run("topics").out
        assert "rice: Rice\n  by a query, balanced, to -1002\n  topics/rice.toml\n" in told
        assert (
            "semenanjung: Semenanjung\n  by 1 example and a query, balanced, to 1001\n  made in the chat 1001 (" in told
        )
        exported = connected.run("topics", "--toml")
        assert "# semenanjung: made in the chat 1001 (chat 1001)\nname = " in exported.out
        assert "Examples of semenanjung are texts that no file holds" in exported.err

        back = connected.run("backtest", "semenanjung", "--json")
        assert {line["title"] for line in back.json if line["matched"]} == {
            "Story 1 about korea",
            "Story 3 about korea",
        }
        (first, *_) = connected.run("alerts", "--json").json
        assert connected.run("alerts", "good", first["id"]).out.startswith("Noted: “Story 1 about korea” is what")
        kabar.wait_for_event("votes-learned", votes=1)
        assert connected.run("alerts", "undo", first["id"]).code == 0
        kabar.wait_for_event("votes-learned", votes=0)
        assert kabar.stop() == 0
