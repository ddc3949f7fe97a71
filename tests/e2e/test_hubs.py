"""Feeds whose hub posts what is new: the real process, with a hub that asks back and posts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.kabar_process import SETTINGS, Home
from tests.e2e.news import article, feed_of
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.feed_server import Answer, FeedServer
from tests.fakes.hubs import CHALLENGE, HubServer, signature
from tests.fakes.loopback import free_port

CHAT = 1001
SLOW = SETTINGS.replace('every = "1s"', 'every = "2s"').replace('at_most = "1s"', 'at_most = "10m"')


@pytest.fixture
def hub() -> Iterator[HubServer]:
    with HubServer() as hub:
        yield hub


def configure(home: Home, feeds: FeedServer, hub: HubServer, *, allowed: bool = True) -> None:
    port = free_port()
    hosts = f'[network]\nallow_hosts = ["127.0.0.1:{hub.port}"]\n' if allowed else ""
    web = f'[web]\nlisten = "127.0.0.1:{port}"\npublic_url = "http://127.0.0.1:{port}"\n'
    home.configure(feeds.url("/rss"), settings=f"{SLOW}{web}{hosts}")
    home.topic("peninsula", query="korea")
    publish(feeds, hub, 1)


def publish(feeds: FeedServer, hub: HubServer, *numbers: int) -> None:
    headers = {"content-type": "application/rss+xml", "link": f'<{hub.url}>; rel="hub"'}
    feeds.put("/rss", Answer(feed_of(*(article(number) for number in numbers)), headers=headers))


def test_a_hub_is_subscribed_and_what_it_posts_arrives_at_once(
    connected: Home, api: FakeBotApi, feeds: FeedServer, hub: HubServer
) -> None:
    configure(connected, feeds, hub)
    with connected.start("run") as kabar:
        kabar.wait_for_messages(api, 1, CHAT)
        kabar.wait_for(lambda: hub.asked, "a question to the hub")
        (asked,) = hub.asked
        assert asked.form["hub.topic"] == feeds.url("/rss")
        assert (asked.status, asked.answer) == (200, CHALLENGE)
        publish(feeds, hub, 1, 2)
        assert hub.post(feed_of(article(3)), signed="") == 202
        assert hub.post(feed_of(article(3)), signed=signature("guessed", feed_of(article(3)))) == 202
        assert hub.post(feed_of(article(2))) == 202
        kabar.wait_for_messages(api, 2, CHAT)
        assert hub.post(feed_of(article(2))) == 202  # a replay
        assert hub.post(feed_of(article(4))) == 202
        kabar.wait_for_messages(api, 3, CHAT)
        assert kabar.stop() == 0
        said = kabar.out + kabar.err
    titles = [message.text.splitlines()[0] for message in api.messages(CHAT)]
    assert titles == [f"Story {number} about korea" for number in (1, 2, 4)]
    assert asked.form["hub.secret"] not in said
    assert "Traceback" not in said
    with connected.start("run") as kabar:  # nothing is asked or told anew
        kabar.wait_for_event("telegram-connected")
        assert hub.post(feed_of(article(5))) == 202
        kabar.wait_for_messages(api, 4, CHAT)
        assert len(hub.asked) == 1
        assert kabar.stop() == 0


def test_a_hub_in_a_private_network_sees_no_connection(
    connected: Home, api: FakeBotApi, feeds: FeedServer, hub: HubServer
) -> None:
    configure(connected, feeds, hub, allowed=False)
    with connected.start("run") as kabar:
        refused = kabar.wait_for_event("hub-refuses")
        assert "network.allow_hosts" in refused["reason"]
        assert kabar.stop() == 0
    assert hub.connections == 0
