"""The clock is set while Kabar runs and between two runs: forward, back, and back again."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from tests.e2e.clocks import LIBRARIES, MISSING, SetClock
from tests.e2e.kabar_process import Home
from tests.e2e.news import article, feed_of
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.feed_server import FeedServer

CHAT = 1001

JUMPS = (0.0, 400.0, 0.0, -3.0, 0.0)
"""Days from the true time, one after the other."""


@pytest.mark.torture
@pytest.mark.skipif(not LIBRARIES, reason=MISSING)
@pytest.mark.parametrize("restarts", [False, True], ids=["while it runs", "between two runs"])
def test_whatever_the_clock_says_news_are_told_once(
    connected: Home, api: FakeBotApi, feeds: FeedServer, restarts: bool
) -> None:
    clock = SetClock(connected)
    connected.configure(feeds.url("/rss"))
    connected.topic("peninsula", query="korea", chats=[str(CHAT)])

    def told() -> Counter[str]:
        lines = (line for message in api.messages(CHAT) for line in message.text.splitlines())
        return Counter(line.removeprefix("• ").partition(" — ")[0] for line in lines if "about korea" in line)

    kabar = connected.start("run", fresh=True)
    try:
        for number, days in enumerate(JUMPS, start=1):
            if restarts:
                kabar.kill()
                kabar.wait()
            clock.set(days)
            if restarts:
                kabar = connected.start("run", fresh=True)
            feeds.put_feed("/rss", feed_of(*map(article, range(1, number + 1))))
            title = f"Story {number} about korea"
            kabar.wait_for(lambda title=title: told()[title], f"{title} at {days:+g} days", 400)  # type: ignore[misc]
        time.sleep(3)
        assert kabar.is_running()
        assert set(told().values()) == {1}, told()
    finally:
        kabar.kill()
