"""A week of Indonesian news through the whole of Kabar: how many messages it makes of how many matching articles.

    python -m tests.benchmarks.replay [--data FOLDER] [--show]

The articles of indonews.jsonl of 12 to 20 June 2025 in the order of `published`, each source a feed, polled every
quarter of an hour by a fake clock. Ten topics, each made of the first article of a story (`silver_story`; the ten that
have most articles), are watched by one chat. Counted is what the chat receives: new messages, replies and digests;
edits change a message that is there and make no sound. The rest is real: matching, stories, store, outbox and pacing.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import structlog

from bot.adapters.faults import NoFaults
from bot.config import Configuration, Settings
from bot.model import (
    Alert,
    Content,
    Delivery,
    DeliveryKind,
    Destination,
    Digest,
    Entry,
    Example,
    Feed,
    FeedId,
    Fetched,
    FirstPoll,
    Language,
    ParsedFeed,
    Topic,
    TopicId,
)
from bot.store import Store, open_store
from bot.usecases.delivery.digest import queue_digests
from bot.usecases.delivery.worker import DeliveryWorker
from bot.usecases.feeds.states import FeedStates
from bot.usecases.ingest.grouping import Grouping
from bot.usecases.ingest.incoming_document import IncomingDocument
from bot.usecases.ingest.pipeline import Pipeline
from bot.usecases.ingest.plan import PollReport
from bot.usecases.topics.watchlist import Audiences, Watchlist, build_watchlist
from bot.wording.stories import update_text
from bot.wording.wording import Wording
from tests.benchmarks.data import DEFAULT_FOLDER, DataAbsentError, Item, read_items
from tests.benchmarks.scores import OURS, Measure, Part, Row, Score
from tests.benchmarks.vectors import CACHE, VectorCache
from tests.fakes.clock import FakeClock
from tests.fakes.fetcher import FakeFetcher
from tests.fakes.messenger import FakeMessenger
from tests.fakes.workers import InProcessWorkers

FIRST, LAST = datetime(2025, 6, 12), datetime(2025, 6, 21)  # noqa: DTZ001 -- days of the outlets' own clocks
ZONE = ZoneInfo("Asia/Jakarta")
STEP = timedelta(minutes=15)
TOPICS = 10
CHAT = Destination("1001")


@dataclass
class Replay:
    """What the chat received."""

    articles: int = 0
    matching: set[str] = field(default_factory=set)
    """Links of articles on one of the topics."""
    sent: list[Delivery] = field(default_factory=list)
    stories: dict[str, set[str]] = field(default_factory=dict)
    """Of each topic's story the links of its articles that matched."""
    seconds: float = 0.0

    @property
    def kinds(self) -> Counter[DeliveryKind]:
        return Counter(delivery.kind for delivery in self.sent)

    @property
    def messages(self) -> int:
        return sum(count for kind, count in self.kinds.items() if kind is not DeliveryKind.EDIT)

    @property
    def ratio(self) -> float:
        """Messages a matching article; one where each is told by itself."""
        return self.messages / max(1, len(self.matching))

    @property
    def led(self) -> set[str]:
        """Links that a message, or a line of a digest, is led by."""
        return {link for one in self.sent if one.kind is not DeliveryKind.EDIT for link in _leading(one.content)}

    @property
    def untold(self) -> list[str]:
        """Stories of which no message has been led by any article, though some matched."""
        return [story for story, links in self.stories.items() if links and not links & self.led]


def _leading(content: Content) -> list[str]:
    match content:
        case Alert():
            return [content.link or ""]
        case Digest():
            return [item.link or "" for item in content.items]
        case _:
            return []


def week_of(folder: Path) -> list[Item]:
    """The articles of those days, oldest first. Raises DataAbsentError."""
    items = [item for item in read_items(folder, "indonews") if item.published_at is not None]
    dated = [item for item in items if FIRST <= _wall(item) < LAST]
    return sorted(dated, key=lambda item: (_wall(item), item.id))


def _wall(item: Item) -> datetime:
    """`published` is written in the outlet's own time, and read as UTC."""
    assert item.published_at is not None
    return item.published_at.replace(tzinfo=None)


def _moment(item: Item) -> datetime:
    return _wall(item).replace(tzinfo=ZONE).astimezone(UTC)


def topics_of(items: Sequence[Item]) -> tuple[Topic, ...]:
    """The first article of each of the stories that most are on."""
    count = Counter(story for item in items for story in item.stories)
    chosen = sorted(count, key=lambda story: (-count[story], story))[:TOPICS]
    first = {story: next(item for item in items if story in item.stories) for story in chosen}
    return tuple(
        Topic(
            TopicId(story),
            story.replace("_", " "),
            examples=(Example(item.url, item.title, item.text, item.language, _moment(item)),),
            destinations=(CHAT,),
        )
        for story, item in first.items()
    )


async def replay(items: Sequence[Item], cache: VectorCache, folder: Path) -> Replay:
    """The week, step by step."""
    store = await open_store(f"sqlite:///{folder / 'kabar.db'}", now=_moment(items[0]))
    try:
        return await _Room(store, items, cache).run()
    finally:
        await store.close()


class _Room:
    """All of Kabar but the network and the time."""

    def __init__(self, store: Store, items: Sequence[Item], cache: VectorCache) -> None:
        self._items = items
        self._store = store
        self._clock = FakeClock(_moment(items[0]))
        self._embedder = cache.keep()
        self._messenger = FakeMessenger()
        self._topics = topics_of(items)
        self._feeds = tuple(
            Feed(FeedId(source), f"https://{source}/rss", title=source, first_poll=FirstPoll.ALL)
            for source in sorted({item.source for item in items})
        )
        random, faults = Random(1), NoFaults()
        audiences = Audiences((), messenger=True)
        fetcher, workers = FakeFetcher({}), InProcessWorkers()
        self._delivery = DeliveryWorker(store, self._messenger, self._clock, faults, random, audiences, console=False)
        self._pipeline = Pipeline(
            store,
            fetcher,
            workers,
            self._embedder,
            self._clock,
            faults,
            Grouping(store, self._embedder, self._clock),
            audiences,
            random,
            most=sys.maxsize,  # one chat: nothing is told later
        )
        self._fetcher, self._workers = fetcher, workers
        self._states = FeedStates(store)

    async def run(self) -> Replay:
        result = Replay(len(self._items))
        began = time.perf_counter()
        watch, _ = await build_watchlist(
            self._store,
            self._fetcher,
            self._workers,
            self._embedder,
            self._clock,
            Configuration(Path(), Settings(), self._feeds, self._topics),
        )
        waiting = list(self._items)
        while waiting:
            self._clock.set(self._clock.now() + STEP)
            now = self._clock.now()
            due = [item for item in waiting if _moment(item) <= now]
            waiting = waiting[len(due) :]
            for feed in self._feeds:
                own = [item for item in due if item.source == feed.id]
                if own:
                    await self._take(feed, own, watch)
            await queue_digests(self._store, self._clock, watch)
            await self._deliver(STEP)
        for _ in range(8):
            self._clock.set(self._clock.now() + STEP)
            await queue_digests(self._store, self._clock, watch)
            await self._deliver(STEP)
        await self._count(result)
        result.sent = [delivery for delivery, _ in self._messenger.sent]
        result.seconds = time.perf_counter() - began
        self._embedder.save()
        return result

    async def _take(self, feed: Feed, items: Sequence[Item], watch: Watchlist) -> PollReport:
        entries = tuple(_entry(item) for item in reversed(items))
        parsed = ParsedFeed(title=feed.title, link=None, language=Language("id"), format="rss20", entries=entries)
        standing = await self._states.get(feed.id)
        if standing.state is not None:  # it was polled in between, and had nothing new
            standing = replace(standing, state=replace(standing.state, succeeded_at=self._clock.now() - STEP))
        document = IncomingDocument(feed, standing, Fetched(feed.url, b"", {}), parsed)
        return await self._pipeline.take_in(document, lambda: watch)

    async def _deliver(self, within: timedelta) -> None:
        """What is due in this time, the clock standing where it was in the end."""
        now = self._clock.now()
        task = asyncio.create_task(self._delivery.drain(patience=within))
        while not task.done():
            if (moment := self._clock.next_wake) is not None:
                await self._clock.advance((moment - self._clock.now()).total_seconds())
            await asyncio.sleep(0)
        task.result()
        self._clock.set(now)

    async def _count(self, result: Replay) -> None:
        by_link = {item.url: item for item in self._items}
        async with self._store.read() as unit:
            for topic in self._topics:
                matches = await unit.matches.best(topic.id, FIRST.replace(tzinfo=UTC), 10_000)
                articles = await unit.articles.get([match.article_id for match in matches])
                result.matching |= {article.link or "" for article in articles}
                own = {link for link, item in by_link.items() if topic.id in item.stories}
                result.stories[topic.id] = {article.link or "" for article in articles if article.link in own}


def _entry(item: Item) -> Entry:
    return Entry(guid=item.id, link=item.url, title=item.title, text=item.text, published_at=_moment(item))


def report(result: Replay) -> str:
    """The figures, a line each."""
    kinds = result.kinds
    silver = sum(map(len, result.stories.values()))
    return "\n".join(
        (
            f"articles {result.articles}, on a topic {len(result.matching)} (of these {silver} by the silver labels)",
            f"messages {result.messages}: new {kinds[DeliveryKind.NEW]}, replies {kinds[DeliveryKind.REPLY]}, "
            f"digests {kinds[DeliveryKind.DIGEST]}; edits {kinds[DeliveryKind.EDIT]}",
            f"messages a matching article {result.ratio:.2f} (reach 0.5)",
            f"stories told {len(result.stories) - len(result.untold)} of {len(result.stories)}"
            + (f", not {', '.join(result.untold)}" if result.untold else ""),
            f"{result.seconds:.0f} s",
        )
    )


RATIO = Measure("messages an article", 2, higher_is_better=False, worse_by=0.005)
TOLD = Measure("stories told", 0, worse_by=0.0)
EDITS = Measure("edits", 0, pinned=False)


def replayed_part(folder: Path, cache: VectorCache) -> Part:
    """Beside one message for each article that matches, which is 1. Raises DataAbsentError."""
    with tempfile.TemporaryDirectory() as made:
        result = asyncio.run(replay(week_of(folder), cache, Path(made)))
    told = len(result.stories) - len(result.untold)
    scores = (
        Score(RATIO, result.ratio, remark=f"{result.messages} of {len(result.matching)}"),
        Score(TOLD, told, remark=f"of {len(result.stories)}"),
        Score(EDITS, result.kinds[DeliveryKind.EDIT]),
    )
    return Part("a week of indonews, ten topics", (Row("replay", OURS, scores),))


def transcript(result: Replay) -> str:
    """All that the chat received, for eyes."""
    wording = Wording(Language("id"))
    lines = []
    for one in result.sent:
        match one.content:
            case Alert() as alert:
                also = f" (+{len(alert.also)})" if alert.also else ""
                why = f" [{update_text(alert.update, wording)}]" if alert.update else ""
                topics = ", ".join(reason.topic_id for reason in alert.reasons)
                lines.append(f"{one.kind:6} {alert.id[:14]} {alert.source}: {alert.title}{also}{why} — {topics}")
            case Digest() as digest:
                lines.append(f"{one.kind:6} {digest.why}")
                lines += [f"       • {item.source}: {item.title}" for item in digest.items]
            case _:
                pass
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DEFAULT_FOLDER)
    parser.add_argument("--show", action="store_true", help="all that the chat received")
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    try:
        items = week_of(options.data)
    except DataAbsentError as error:
        sys.exit(str(error))
    with tempfile.TemporaryDirectory() as folder:
        result = asyncio.run(replay(items, VectorCache(CACHE), Path(folder)))
    if options.show:
        print(transcript(result))
    print(report(result))


if __name__ == "__main__":
    main()
