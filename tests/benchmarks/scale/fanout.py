"""One article for many chats: how long others must wait to write, and what a chat costs.

Two audiences: one topic of the files with N chats as its destinations, and N chats with one topic each. Each is told of
a new story, and then of a second article on it, once the first messages are sent. The time of a lock is that of the
work in it, without the commit; "its CPU" is what a machine with nothing else to do would need, about.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import re
import resource
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import update

from bot.model import DeliveryState, Destination, Topic, TopicId
from bot.store import Store, UnitOfWork, open_store
from bot.store.schema import deliveries
from tests.benchmarks.scale.context import Context, Outcome
from tests.fakes.clock import FakeClock
from tests.fakes.feeds import Item
from tests.unit.usecases.newsroom import Newsroom, feed

TITLE = "Ferry burns off Lombok, 120 passengers rescued"
TEXT = (
    "A ferry with 120 passengers caught fire off Lombok on Monday, the Indonesian coast guard said. "
    "Fishing boats from Mataram took the passengers aboard before a patrol ship arrived from Bali. "
    "The captain, Made Wirawan, told investigators that smoke had come from the engine room at dawn. "
    "Two crew members were treated for burns at a hospital in Mataram, and nobody was missing. "
    "The ministry of transport has suspended the licence of the operator until the cause is known. "
    "It is the third fire on a ferry in Indonesian waters this year; in April eleven people died near Sulawesi. "
) * 3
WORDS = tuple(dict.fromkeys(word for word in re.findall(r"[a-z]+", TEXT.lower()) if len(word) > 3))


class TimedStore(Store):
    """A store that notes how long each write unit was open."""

    def __init__(self, store: Store) -> None:
        vars(self).update(vars(store))
        self.held: list[tuple[float, float]] = []
        """Of each, seconds by the clock, and seconds of CPU: a busy machine makes only the first ones more."""

    @asynccontextmanager
    async def write(self) -> AsyncIterator[UnitOfWork]:
        async with super().write() as unit:
            began, cpu = time.perf_counter(), time.process_time()
            try:
                yield unit
            finally:
                self.held.append((time.perf_counter() - began, time.process_time() - cpu))


@dataclass(slots=True)
class Told:
    """What one article came to."""

    longest: float
    most_cpu: float
    cpu: float
    seconds: float
    queued: int


@dataclass(slots=True)
class Figures:
    told: list[Told] = field(default_factory=list)
    peak_mb: float = 0.0


def one_topic(count: int) -> tuple[Topic, ...]:
    chats = tuple(Destination(str(10_000 + number)) for number in range(count))
    return (Topic(TopicId("lombok"), "Lombok", query="lombok", destinations=chats),)


def a_topic_each(count: int) -> tuple[Topic, ...]:
    return tuple(
        Topic(
            TopicId(f"t{number}"),
            f"Watch {number}",
            query=f"lombok OR {WORDS[number % len(WORDS)]} OR {WORDS[number // len(WORDS) % len(WORDS)]}".lower(),
            destinations=(Destination(str(10_000 + number)),),
        )
        for number in range(count)
    )


AUDIENCES = {"one topic, N chats": one_topic, "N chats, one topic each": a_topic_each}


def run(context: Context) -> Outcome:
    """Each case in a process of its own, so that its peak of memory is its own."""
    lines = ["                audience      N  article  lock ms  its CPU CPU ms/chat  seconds  queued  peak MB"]
    for name in AUDIENCES:
        for count in (100, 300) if context.quick else (100, 1_000, 10_000):
            figures = _apart(context.folder, name, count)
            lines += [
                _line(name, count, place, told, figures.peak_mb)
                for place, told in zip(("first", "second"), figures.told, strict=True)
            ]
    return Outcome(True, tuple(lines))


def _line(name: str, count: int, place: str, told: Told, peak_mb: float) -> str:
    of_lock = f"{told.longest * 1000:>8.0f} {told.most_cpu * 1000:>8.0f}"
    of_all = f"{told.cpu * 1000 / count:>11.2f} {told.seconds:>8.1f} {told.queued:>7} {peak_mb:>8.0f}"
    return f"{name:>24} {count:>6} {place:>8} {of_lock} {of_all}"


def _apart(folder: Path, name: str, count: int) -> Figures:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measure, (folder, name, count))


def _measure(folder: Path, name: str, count: int) -> Figures:
    place = folder / f"{count}-{'-'.join(name.split()).replace(',', '')}"
    place.mkdir(exist_ok=True)
    return asyncio.run(_tell(place, AUDIENCES[name](count)))


async def _tell(folder: Path, topics: Sequence[Topic]) -> Figures:
    opened = await open_store(f"sqlite:///{folder / 'kabar.db'}", now=FakeClock().now())
    store = TimedStore(opened)
    room = Newsroom(store, folder, topics, [feed("antara"), feed("tempo")])
    async with store.write() as unit:  # nobody is new to a topic
        for topic in topics:
            for to in topic.destinations:
                await unit.topics.introduce(topic.id, to, room.clock.now())
    await room.attendant.prepare()
    figures = Figures()
    for name, title in (("antara", TITLE), ("tempo", f"{TITLE} by fishing boats")):
        room.publish(name, Item(f"{name}-1", title, TEXT))
        figures.told.append(await _poll(room, store, name))
        await _sent(store)
    figures.peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    await store.close()
    return figures


async def _poll(room: Newsroom, store: TimedStore, name: str) -> Told:
    store.held.clear()
    began, cpu = time.perf_counter(), time.process_time()
    await room.poll(name)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    longest, most_cpu = (max(values) for values in zip(*store.held, strict=True))
    async with store.read() as unit:
        queued = sum((await unit.outbox.counts()).values())
    return Told(longest, most_cpu, cpu, seconds, queued)


async def _sent(store: TimedStore) -> None:
    """As if Telegram had taken all of it."""
    async with store.write() as unit:
        await unit.outbox.connection.execute(
            update(deliveries)
            .where(deliveries.c.state == DeliveryState.PENDING)
            .values(state=DeliveryState.SENT, message_id=deliveries.c.id, sent_at=deliveries.c.created_at)
        )
