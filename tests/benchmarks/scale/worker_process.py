"""One of several workers whose handlers sleep: `python -m tests.benchmarks.scale.worker_process KIND URL N SECONDS`.

It prints what it did as one line of JSON. `poll`: polls servers that take half a second; `send`: sends to a messenger
that takes half a second, without Telegram's rate; `pace`: sends at Telegram's rate.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import structlog
from sqlalchemy import event

from bot.adapters.clock import SystemClock
from bot.adapters.faults import NoFaults
from bot.alerts import pacing
from bot.feeds.poll_order import due_poll
from bot.model import (
    Chat,
    Delivery,
    Feed,
    FeedId,
    FetchOutcome,
    FetchRequest,
    FirstPoll,
    MessageId,
    NotModified,
    Sent,
    Topic,
    TopicId,
)
from bot.store import Store, open_store
from bot.usecases.delivery import worker as delivery_worker
from bot.usecases.delivery.worker import DeliveryWorker
from bot.usecases.ingest.poll_places import PollPlaces
from bot.usecases.shared_work import SharedWork
from bot.usecases.topics.watchlist import Audiences
from tests.e2e.news import article, feed_of
from tests.fakes.feed_server import Answer
from tests.fakes.fetcher import FakeFetcher
from tests.unit.usecases.newsroom import CHAT, Newsroom

LATENCY = 0.5
AT_ONCE = 6
"""Handlers of one worker at the same time."""

FEEDS = 24
"""Of one worker."""

NEWS, ON_TOPIC = 10, 4
"""One poll in so many brings a new article, and one in so many of those is told."""


class SleepingFetcher(FakeFetcher):
    """Takes half a second; one answer in ten has a new article, all others have nothing new."""

    def __init__(self, number: int) -> None:
        super().__init__({})
        self._number = number
        self._count = 0

    async def fetch(self, request: FetchRequest) -> FetchOutcome:
        await asyncio.sleep(LATENCY)
        self._count += 1
        if request.etag is not None and self._count % NEWS:
            return NotModified(request.url)
        about = "korea" if self._count % (NEWS * ON_TOPIC) == 0 else "rice"
        document = feed_of(article(self._number * 1_000_000 + self._count, about))
        self.answers[request.url] = Answer(document, etag=f'"{self._count}"')
        return await super().fetch(request)


class SleepingMessenger:
    """Takes a while for each message, and notes when."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.times: list[float] = []

    async def send(self, delivery: Delivery, chat: Chat) -> Sent:
        self.times.append(time.time())
        await asyncio.sleep(self._seconds)
        return Sent(MessageId(len(self.times)))


def main(kind: str, url: str, number: int, seconds: float) -> None:
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    print(json.dumps(asyncio.run({"poll": _poll, "send": _send, "pace": _pace}[kind](url, number, seconds))))


def _counted(store: Store) -> Counter[str]:
    """Round trips of the store from now on. BEGIN and COMMIT are some, too."""
    trips: Counter[str] = Counter()
    for engine in (store._database.reader, store._database.writer):
        for name in ("before_cursor_execute", "begin", "commit", "rollback"):
            event.listen(engine.sync_engine, name, lambda *_args, name=name: trips.update([name]))
    return trips


async def _poll(url: str, number: int, seconds: float) -> dict[str, Any]:
    store = await open_store(url, now=datetime.now(UTC))
    feeds = [
        Feed(FeedId(f"f{number}-{one}"), f"https://s{number}-{one}.example/", first_poll=FirstPoll.ALL)
        for one in range(FEEDS)
    ]
    topic = Topic(TopicId("korea"), "Korea", query="korea", destinations=(CHAT,))
    room = await Newsroom.open(Path("/nowhere"), (topic,), feeds, store)
    room.fetcher = SleepingFetcher(number)
    await room.again()
    places = PollPlaces(AT_ONCE, AT_ONCE, AT_ONCE)
    polls = [due_poll(feed, None) for feed in feeds]
    done = 0

    async def one(place: int, until: float) -> None:
        nonlocal done
        while time.monotonic() < until:
            for poll in polls[place::AT_ONCE]:
                async with places.taken(poll) as turn:
                    await room.attendant.poll(poll.feed, turn)
                done += 1

    await asyncio.gather(*(one(place, time.monotonic() + 0.1) for place in range(AT_ONCE)))  # each feed once
    trips, done = _counted(store), 0
    cpu, until = time.process_time(), time.monotonic() + seconds
    await asyncio.gather(*(one(place, until) for place in range(AT_ONCE)))
    used = time.process_time() - cpu
    await store.close()
    return {"done": done, "cpu": used, "trips": trips.total()}


async def _send(url: str, number: int, seconds: float) -> dict[str, Any]:
    setattr(pacing, "EACH", pacing.EACH / 1_000)  # noqa: B010 -- Telegram's rate is not what is measured
    setattr(delivery_worker, "AT_ONCE", AT_ONCE)  # noqa: B010 -- as few as for the polls
    return await _deliver(url, seconds, LATENCY)


async def _pace(url: str, number: int, seconds: float) -> dict[str, Any]:
    return await _deliver(url, seconds, 0.1)


async def _deliver(url: str, seconds: float, latency: float) -> dict[str, Any]:
    store, stop = await open_store(url, now=datetime.now(UTC)), asyncio.Event()
    await SharedWork(store).join()
    messenger = SleepingMessenger(latency)
    audiences = Audiences((), messenger=True)
    worker = DeliveryWorker(store, messenger, SystemClock(), NoFaults(), Random(1), audiences, console=False)
    trips, cpu = _counted(store), time.process_time()
    running = asyncio.create_task(worker.run(stop))
    await asyncio.sleep(seconds)
    used, sent = time.process_time() - cpu, len(messenger.times)
    stop.set()
    await running
    await store.close()
    return {"done": sent, "cpu": used, "trips": trips.total(), "times": messenger.times}


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
