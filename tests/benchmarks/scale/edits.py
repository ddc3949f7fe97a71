"""One topic of many is changed in a chat: CPU until it is judged by, whatever else is watched.

The median is an ordinary change; the mean has those in it that file smaller segments anew, too.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from pathlib import Path
from typing import Final

from bot.matching.editing import with_query
from bot.model import Change, Topic
from bot.usecases.topics.edit import change_topic
from tests.benchmarks.scale.context import Context, Outcome, say
from tests.benchmarks.scale.start import fill
from tests.benchmarks.scale.topics import NOW, news
from tests.unit.usecases.newsroom import Newsroom

NUMBERS: Final = (1_000, 10_000)
EDITS: Final = 100
ALLOWED: Final = 0.5
"""CPU seconds of one change: the tick that takes it comes every two seconds."""

_BY: Final = Change(NOW, "1", 1, "Sari", "topic-changed", {"what": "query"})


def run(context: Context) -> Outcome:
    """CPU of a change, at several numbers of topics."""
    items = news(context.data)
    lines, kept = [f"{'topics':>8} {'median ms':>10} {'mean ms':>10} {'most ms':>10}"], True
    for count in context.topics or ((100, 300) if context.quick else NUMBERS):
        path = context.folder / str(count)
        path.mkdir()
        asyncio.run(fill(path, count, items))
        spent = asyncio.run(_edit(path))
        median, mean, most = statistics.median(spent), statistics.mean(spent), max(spent)
        kept &= median < ALLOWED
        lines.append(f"{count:8,} {median * 1_000:10.1f} {mean * 1_000:10.1f} {most * 1_000:10.1f}")
        say(lines[-1])
    return Outcome(kept, tuple(lines))


async def _edit(path: Path) -> list[float]:
    """CPU seconds of each change, from its command to the next poll judging by it."""
    room = await Newsroom.open(path, topics=())
    try:
        topics = list(room.attendant.watch.topics.values())
        return [await _taken(room, topics[number * len(topics) // EDITS], number) for number in range(EDITS)]
    finally:
        await room.store.close()


async def _taken(room: Newsroom, topic: Topic, number: int) -> float:
    started = time.process_time()
    changed = await change_topic(room.store, topic.id, with_query("query", f"kursk{number} OR rutte"), _BY)
    await room.attendant.take_topics()
    spent = time.process_time() - started
    profile = room.attendant.watch.index.profile(topic.id)
    assert profile is not None
    assert profile.topic == changed
    return spent
