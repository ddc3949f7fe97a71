"""The clock is set ahead and back while Kabar runs and between two runs: when each article is told, and how often."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from tests.benchmarks.durability.context import Context, Outcome
from tests.e2e.clocks import LIBRARIES, MISSING, SetClock
from tests.e2e.kabar_process import Home, KabarProcess
from tests.e2e.news import article, feed_of
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.feed_server import FeedServer

CHAT = 1001
FARTHEST_BACK, FARTHEST_AHEAD = -3.0, 400.0
"""Days from the true time."""

JUMPS, QUICK_JUMPS = 24, 2
WITHIN, CATCH_UP = 60.0, 150.0
"""Seconds until an article is told: while it runs; and after a start that finds that days went by, where what is older
than an hour comes as one digest.
"""

NOTED = 3.0
"""Seconds within which a message that has arrived is noted as sent: killed before, it comes once more, as it may."""

_GIVEN_UP = 300.0


@dataclass(slots=True)
class Watched:
    """What was seen."""

    running: list[float] = field(default_factory=list)
    started: list[float] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)


def run(context: Context) -> Outcome:
    """Jumps at random between three days back and 400 days ahead; every third one between two runs."""
    if not LIBRARIES:
        return Outcome(True, (f"skipped: {MISSING}",))
    seen = _jump(context, QUICK_JUMPS if context.quick else JUMPS)
    lines = []
    for name, took in (("while it runs", sorted(seen.running)), ("between runs", sorted(seen.started))):
        if took:
            told = f"told after {took[len(took) // 2]:.1f} s in the middle, {took[-1]:.1f} s at most"
            lines.append(f"{name}: {len(took)} jumps, {told}")
    lines += [f"  forgotten: {line}" for line in seen.forgotten] + [f"  told twice: {line}" for line in seen.repeated]
    lines += [f"  told late: {line}" for line in seen.late]
    is_kept = not (seen.late or seen.forgotten or seen.repeated)
    return Outcome(is_kept, (*lines, f"told too late: {len(seen.late)}"))


def _jump(context: Context, jumps: int) -> Watched:
    folder = context.folder / "clocks"
    folder.mkdir()
    home, random, seen = Home(folder, context.nursery, context.nursery.environment), Random(context.seed), Watched()
    clock = SetClock(home)
    with FakeBotApi() as api, FeedServer() as feeds:
        api.add_chat(CHAT)
        home.environment |= {"KABAR_TELEGRAM_TOKEN": api.token, "KABAR_TELEGRAM_API_URL": api.url}
        home.configure(feeds.url("/rss"))
        home.topic("peninsula", query="korea", chats=[str(CHAT)])
        kabar, before = _started(home, feeds, api), 0.0
        try:
            for number in range(2, jumps + 2):
                restarts = number % 3 == 1
                days = random.choice((0.0, random.uniform(FARTHEST_BACK, 0), random.uniform(0, FARTHEST_AHEAD)))
                if restarts:
                    time.sleep(NOTED)
                    kabar.kill()
                clock.set(days)
                feeds.put_feed("/rss", feed_of(*map(article, range(1, number + 1))))
                began = time.monotonic()
                if restarts:
                    kabar = home.start("run", fresh=True)
                took = _until_told(api, kabar, number)
                if took is None:
                    seen.forgotten.append(f"article {number}, at {days:+.1f} days")
                else:
                    lasted = time.monotonic() - began
                    (seen.started if restarts else seen.running).append(lasted)
                    if lasted > (CATCH_UP if restarts else WITHIN):
                        seen.late.append(f"article {number}, {before:+.1f} to {days:+.1f} days: {lasted:.0f} s")
                before = days
            seen.repeated += [title for title, count in _told(api).items() if count > 1]
        finally:
            kabar.kill()
    return seen


def _started(home: Home, feeds: FeedServer, api: FakeBotApi) -> KabarProcess:
    feeds.put_feed("/rss", feed_of(article(1)))
    kabar = home.start("run", fresh=True)
    _until_told(api, kabar, 1)
    return kabar


def _until_told(api: FakeBotApi, kabar: KabarProcess, number: int) -> float | None:
    """Seconds until the article was told; None where it was not, or the process has ended."""
    began = time.monotonic()
    while not _told(api)[f"Story {number} about korea"]:
        if time.monotonic() - began > _GIVEN_UP or not kabar.is_running():
            return None
        time.sleep(0.1)
    return time.monotonic() - began


def _told(api: FakeBotApi) -> Counter[str]:
    """How often each article was told, by itself or in a digest."""
    lines = (line for message in api.messages(CHAT) for line in message.text.splitlines())
    return Counter(line.removeprefix("• ").partition(" — ")[0] for line in lines if "about korea" in line)
