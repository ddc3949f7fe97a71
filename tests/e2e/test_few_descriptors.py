"""`ulimit -n 64`: Kabar does less at once, says so, and loses nothing."""

from __future__ import annotations

from tests.e2e.kabar_process import Home, KabarProcess
from tests.e2e.news import article, feed_of
from tests.e2e.own_names import own_names
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.dead_servers import DeadServers
from tests.fakes.feed_server import FeedServer

FEEDS = 30
TROUBLE = {"poll-not-stored", "poll-crashed", "tick-failed", "update-crashed", "delivery-crashed"}


def test_with_sixty_four_descriptors_everything_is_read_and_told_beside_servers_that_hang(
    connected: Home, feeds: FeedServer, api: FakeBotApi
) -> None:
    connected.environment |= own_names(connected.folder, {".test": ["127.0.0.1"]})
    for number in range(FEEDS):
        feeds.put_feed(f"/{number}", feed_of(article(number, "korea" if number % 10 == 0 else "rice")))
    with DeadServers() as dead:
        hanging = [f"http://dead{number}.test:{dead.ports['silent']}/" for number in range(40)]
        good = [feeds.url(f"/{number}", f"good{number}.test") for number in range(FEEDS)]
        connected.configure(*hanging, *good)
        connected.topic("korea", query="korea", chats=["1001"])
        with connected.start("run", fresh=True, files=64) as kabar:
            kabar.wait_for_messages(api, 3, 1001)
            kabar.wait_for(lambda: len({hit.path for hit in feeds.hits()}) == FEEDS, "a poll of each good feed")
            assert failed_goods(kabar) == []
            assert [event["files"] for event in kabar.events if event["event"] == "few-descriptors"] == [64]
            assert not {event["event"] for event in kabar.events} & TROUBLE
            assert kabar.stop() == 0
        assert "Traceback" not in kabar.err


def failed_goods(kabar: KabarProcess) -> list[str]:
    return [e["reason"] for e in kabar.events if e["event"] == "feed-unreachable" and "dead" not in e["reason"]]
