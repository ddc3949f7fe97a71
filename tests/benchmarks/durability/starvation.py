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

INTERVAL = 20
"""Seconds between two polls of a feed."""

CHAT: Final = 1001


@dataclass(frozen=True, slots=True)
class Starved:
    """What came of it; times in seconds."""

    dead: int
    servers: int
    """Of the dead."""
    loaded: float
    first_alert: float
    all_asked: float
    """Until each good feed was polled once."""
    longest_wait: float
    """Between two polls of a good feed, in units of its interval; the first since the start."""
    end: float
    connections: int
    """To the dead."""

    def is_kept(self, alone: Starved | None) -> bool:
        """`alone`: the good feeds without the dead, where that was tried: a machine that is busy is slow with those."""
        slowness = 1.0 if alone is None else max(1.0, alone.longest_wait)
        in_time = self.first_alert <= FIRST_ALERT * slowness and self.longest_wait <= LONGEST_WAIT * slowness
        return in_time and self.end <= LONGEST_END * slowness

    def __str__(self) -> str:
        return (
            f"starvation, {self.dead} dead feeds on {self.servers} servers: loaded in {self.loaded:.1f} s, first alert "
            f"after {self.first_alert:.1f} s, all {GOOD} good asked after {self.all_asked:.1f} s; a good one waits "
            f"{self.longest_wait:.2f} intervals at most; SIGTERM takes {self.end:.1f} s; "
            f"{self.connections} connections to the dead"
        )


def run(context: Context) -> Outcome:
    """Whether good feeds come as if they were alone."""
    if context.quick:
        quick = starve(context, dead=DEAD, servers=DEAD, rounds=1, seconds=0)
        return Outcome(quick.is_kept(None), (str(quick),))
    alone = starve(context, dead=0, servers=1, rounds=2, seconds=60)
    found = [starve(context, dead=DEAD, servers=servers, rounds=2, seconds=180) for servers in (DEAD, 30, 6)]
    return Outcome(all(one.is_kept(alone) for one in found), tuple(map(str, (alone, *found))))


def starve(context: Context, *, dead: int, servers: int, rounds: int, seconds: float) -> Starved:
    """Live with the dead for so long, at least until each good feed was polled `rounds` times."""
    folder = context.folder / f"starvation-{dead}-{servers}"
    folder.mkdir()
    home = Home(folder, context.nursery, context.nursery.environment)
    with FakeBotApi() as api, FeedServer() as feeds, DeadServers() as killers:
        api.add_chat(CHAT)
        home.environment |= {"KABAR_TELEGRAM_TOKEN": api.token, "KABAR_TELEGRAM_API_URL": api.url}
        home.environment |= own_names(folder, {".test": ["127.0.0.1"]})
        for number in range(GOOD):
            feeds.put_feed(f"/good{number}", feed_of(article(number, "korea")))
        good = [feeds.url(f"/good{number}", f"good{number}.test") for number in range(GOOD)]
        urls = [*dead_urls(killers, dead, servers), *good]
        home.configure(*urls, settings=SETTINGS.replace('"1s"', f'"{INTERVAL}s"'))
        home.topic("korea", query="korea", chats=[str(CHAT)])
        home.start("run", "--help", fresh=True).wait()  # compiles, as an installation does
        began = time.monotonic()
        with home.start("run", fresh=True) as kabar:
            kabar.wait_for_event("telegram-connected")
            started = time.monotonic()
            kabar.wait_for_messages(api, 1, CHAT)
            first = time.monotonic() - started
            kabar.wait_for(lambda: _rounds(feeds) >= rounds, f"{rounds} polls of each", every=0.2)
            time.sleep(max(0.0, seconds - (time.monotonic() - started)))
            lived = time.monotonic()
            end = _end(kabar)
    polls = _polls(feeds).values()
    waits = [after - before for at in polls for before, after in pairwise([started, *at, lived])]
    return Starved(
        dead,
        servers,
        loaded=started - began,
        first_alert=first,
        all_asked=max(at[0] for at in polls) - started,
        longest_wait=max(waits) / INTERVAL,
        end=end,
        connections=killers.connections,
    )


def dead_urls(dead: DeadServers, count: int, servers: int) -> list[str]:
    """Of all kinds in turn, the names that hang among them, on so many servers."""
    kinds = ("silent", "full", "tls", "drips", "slow-head", "name")
    urls = []
    for number in range(count):
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
