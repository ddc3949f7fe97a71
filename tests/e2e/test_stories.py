"""One story, one message, from feeds to the chat: the real process between feed servers and a Bot API on loopback."""

from __future__ import annotations

from tests.e2e.kabar_process import Home
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.feed_server import FeedServer
from tests.fakes.feeds import Item, rss

CHAT = 1001
FERRY = (
    "A ferry with 214 people on board burned on Sunday in the strait off Lombok, the search agency in Mataram said. "
    "Fishermen of Lembar took the passengers off the burning ship and brought them to the harbour. It began in the "
    "engine room and spread to the car deck; the navy towed the wreck to Surabaya, where it will be examined."
)


def report(outlet: str, title: str, more: str = "") -> bytes:
    return rss(Item(title, f"{FERRY} {more}", outlet, f"https://{outlet}.example/ferry", short=True), title=outlet)


def test_what_another_outlet_has_on_the_story_makes_no_message_and_a_watch_that_it_is_new_on_a_reply(
    connected: Home, api: FakeBotApi, feeds: FeedServer
) -> None:
    connected.configure(*(feeds.url(f"/{outlet}") for outlet in ("antara", "tempo", "bbc")))
    connected.topic("lombok", query="lombok")
    connected.topic("owners", query="owner")
    for outlet in ("tempo", "bbc"):
        feeds.put_feed(f"/{outlet}", rss(title=outlet))
    feeds.put_feed("/antara", report("antara", "Ferry burns off Lombok"))
    with connected.start("run") as kabar:
        kabar.wait_for_messages(api, 1, CHAT)
        feeds.put_feed("/tempo", report("tempo", "Passengers of burning ferry off Lombok are safe"))
        kabar.wait_for_poll(feeds, "/tempo")
        feeds.put_feed("/bbc", report("bbc", "Ferry burns near Lombok", "Its owner had been warned."))
        first, reply = kabar.wait_for_messages(api, 2, CHAT)
        assert kabar.stop() == 0
    assert first.text.startswith("Ferry burns off Lombok\n")
    assert reply.text.startswith("Update: now on “Owners” too\nFerry burns near Lombok\n")
    assert reply.reply_to == first.message_id
    assert connected.run("outbox", "--json").code == 0
