"""Feeds that do not answer, in every way there is, beside good ones: what those notice, and how long SIGTERM takes."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from tests.benchmarks.durability.context import Context, Outcome
from tests.e2e.kabar_process import SETTINGS, Home, KabarProcess
from tests.e2e.news import article, feed_of
from tests.e2e.own_names import own_names
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.dead_servers import DeadServers
from tests.fakes.feed_server import FeedServer

DEAD, GOOD = 500, 20
FIRST_ALERT, LONGEST_WAIT, LONGEST_END = 15.0, 2.0, 8.0
"""Seconds from when Kabar has connected to Telegram; intervals of a feed; seconds from SIGTERM.

Until then it loads its modules, which takes a second of a calm machine, and many of one that does much else.
"""

CHAT: Final = 1001


@dataclass(frozen=True, slots=True)
class Starved:
    """What came of it; times in seconds."""

    how: str
    loaded: float
    first_alert: float
    all_asked: float
    """Until each good feed was polled once."""
    longest_wait: float
    """Between two polls of a good feed, in units of its interval; the first since the start."""
    end: float
    dead_asked: int

    @property
    def is_kept(self) -> bool:
        return self.first_alert <= FIRST_ALERT and self.longest_wait <= LONGEST_WAIT and self.end <= LONGEST_END

    def __str__(self) -> str:
        return (
            f"starvation, {DEAD} dead {self.how}: loaded in {self.loaded:.1f} s, first alert after {self.first_alert:.1f} s, "
            f"all {GOOD} good ones asked after {self.all_asked:.1f} s; "
            f"a good feed waits {self.longest_wait:.2f} intervals at most; SIGTERM takes {self.end:.1f} s; "
            f"{self.dead_asked} connections to the dead"
        )


def run(context: Context) -> Outcome:
    """Whether good feeds come as if they were alone."""
    seconds, interval = (0.0, 10) if context.quick else (180.0, 20)
    found = [starve(context, "each a server of its own", servers=DEAD, seconds=seconds, interval=interval)]
    if not context.quick:
        found.append(starve(context, "on six servers", servers=6, seconds=seconds, interval=interval))
    return Outcome(all(one.is_kept for one in found), tuple(map(str, found)))


def starve(context: Context, how: str, *, servers: int, seconds: float, interval: int) -> Starved:
    """Live with the dead for so long after the first alerts, at least for two polls of each good feed."""
    folder = context.folder / f"starvation-{servers}"
    folder.mkdir()
    home = Home(folder, context.nursery, context.nursery.environment)
    with FakeBotApi() as api, FeedServer() as feeds, DeadServers() as dead:
        api.add_chat(CHAT)
        home.environment |= {"KABAR_TELEGRAM_TOKEN": api.token, "KABAR_TELEGRAM_API_URL": api.url}
        home.environment |= own_names(folder, {".test": ["127.0.0.1"]})
        for number in range(GOOD):
            feeds.put_feed(f"/good{number}", feed_of(article(number, "korea")))
        good = [feeds.url(f"/good{number}", f"good{number}.test") for number in range(GOOD)]
        urls = [*dead_urls(dead, servers), *good]
        home.configure(*urls, settings=SETTINGS.replace('"1s"', f'"{interval}s"'))
        home.topic("korea", query="korea", chats=[str(CHAT)])
        home.start("run", "--help", fresh=True).wait()  # compiles, as an installation does
        started = time.monotonic()
        with home.start("run", fresh=True) as kabar:
            kabar.wait_for_event("telegram-connected")
            loaded, started = time.monotonic() - started, time.monotonic()
            kabar.wait_for_messages(api, 1, CHAT)
            first = time.monotonic() - started
            kabar.wait_for(lambda: _rounds(feeds) >= 2, "two polls of each", every=0.2)
            all_asked = max(at[0] for at in _polls(feeds).values()) - started
            time.sleep(max(0.0, seconds - (time.monotonic() - started)))
            lived = time.monotonic()
            end = _end(kabar)
        return Starved(
            how, loaded, first, all_asked, _longest_wait(feeds, started, lived) / interval, end, dead.connections
        )


def dead_urls(dead: DeadServers, servers: int) -> list[str]:
    """Of all kinds in turn, the names that hang among them, on so many servers."""
    kinds = ("silent", "full", "tls", "drips", "slow-head", "name")
    urls = []
    for number in range(DEAD):
        kind, server = kinds[number % len(kinds)], number % servers
        if kind == "name":
            urls.append(f"http://dead{server}.hang/{number}")
        elif kind == "tls":
            urls.append(f"https://dead{server}.test:{dead.ports['silent']}/{number}")
        else:
            urls.append(f"http://dead{server}.test:{dead.ports[kind]}/{number}")
    return urls


def _end(kabar: KabarProcess) -> float:
    began = time.monotonic()
    assert kabar.stop() == 0, kabar.err[-3000:]
    return time.monotonic() - began


def _polls(feeds: FeedServer) -> dict[str, list[float]]:
    polls = defaultdict(list)
    for hit in feeds.hits():
        polls[hit.path].append(hit.at)
    return polls


def _rounds(feeds: FeedServer) -> int:
    polls = _polls(feeds)
    return min(map(len, polls.values())) if len(polls) == GOOD else 0


def _longest_wait(feeds: FeedServer, started: float, lived: float) -> float:
    return max(after - before for at in _polls(feeds).values() for before, after in pairwise([started, *at, lived]))
