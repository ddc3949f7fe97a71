"""What it costs to find the feeds that are due, among many: CPU of a look, which comes every two seconds."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.adapters.clock import SystemClock
from bot.model import Feed, FeedId, FeedState
from bot.store import open_store
from bot.usecases.ingest.due_feeds import DueFeeds
from bot.usecases.shared_work import SharedWork
from tests.benchmarks.scale.context import Context, Outcome, say

LOOKS = 10
DUE = 20
"""Feeds that are due at each look."""
MOST = 0.02
"""CPU seconds that are wanted at most, on a calm machine."""


def run(context: Context) -> Outcome:
    """Looks among several numbers of feeds, of which twenty are due and one in a hundred has moved."""
    lines, is_kept = [], True
    for feeds in (1_000, 10_000) if context.quick else (1_000, 10_000, 100_000):
        first, later = asyncio.run(_measure(context.folder / f"{feeds}.db", feeds))
        lines.append(f"{feeds:>7,} feeds: {later * 1000:6.1f} ms CPU a look, {first:5.2f} s the first")
        say(lines[-1])
        is_kept &= later < MOST
    return Outcome(is_kept, tuple(lines))


async def _measure(path: Path, count: int) -> tuple[float, float]:
    now = datetime.now(UTC)
    store = await open_store(f"sqlite:///{path}", now=now)
    feeds = [Feed(FeedId(f"feed-{at}"), f"https://site{at}.example/rss") for at in range(count)]
    try:
        for first in range(0, count, 2_000):
            async with store.write() as unit:
                await unit.feeds.save_states([_state(at, now) for at in range(first, min(first + 2_000, count))])
        due_feeds = DueFeeds(store, SystemClock(), SharedWork(store))
        began = time.process_time()
        assert len((await due_feeds.look(feeds)).polls) == DUE
        after = time.process_time()
        for _ in range(LOOKS):
            assert len((await due_feeds.look(feeds)).polls) == DUE
        return after - began, (time.process_time() - after) / LOOKS
    finally:
        await store.close()


def _state(at: int, now: datetime) -> FeedState:
    wait = timedelta(seconds=-1 if at < DUE else 600 + at % 1_000)
    moved = f"https://moved{at}.example/rss" if at % 100 == 99 else None
    return FeedState(FeedId(f"feed-{at}"), next_poll_at=now + wait, polled_at=now, succeeded_at=now, moved_to=moved)
