"""Several workers on one PostgreSQL database: what eight do beside one, what a job costs, and what they come to.

Their handlers sleep, so that what is measured is the store and not the processor that they share here.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.model import AlertId, DeliveryKind, Destination, NewDelivery, Notice
from bot.store import open_store
from tests.benchmarks.scale.context import Context, Outcome, say
from tests.benchmarks.scale.one_stream import stories_of_one_stream
from tests.fakes.postgres_server import MISSING, PostgresServer, postgres_server, programs

MANY, SECONDS, QUICK_SECONDS = 8, 20.0, 5.0
LEAST_GAIN = 6.5
MOST_TRIPS, MOST_CPU = 10.0, 0.006
LEAST_RATE, MOST_RATE = 24.0, 30
WAITING, MOST_RATIO = 300_000, 1.5
CLAIMS = 30
ROOT = Path(__file__).resolve().parents[3]


def run(context: Context) -> Outcome:
    if programs() is None:
        return Outcome(True, (f"skipped: {MISSING}",))
    (context.folder / "postgres").mkdir()
    with postgres_server(context.folder / "postgres", syncs=True) as server:
        seconds = QUICK_SECONDS if context.quick else SECONDS
        parts = (
            _gain(server, "poll", seconds),
            _gain(server, "send", seconds),
            _rate(server, seconds),
            _claims(server, WAITING // 30 if context.quick else WAITING),
            stories_of_one_stream(server, context),
        )
        found = []
        for is_kept, line in parts:
            say(line)
            found.append((is_kept, line))
    return Outcome(all(is_kept for is_kept, _ in found), tuple(line for _, line in found))


@contextmanager
def _database(server: PostgresServer) -> Iterator[str]:
    url = server.create()
    try:
        yield url
    finally:
        server.drop(url)


def _gain(server: PostgresServer, kind: str, seconds: float) -> tuple[bool, str]:
    """What many do beside one, and what each job costs."""
    done = {}
    for workers in (1, MANY):
        with _database(server) as url:
            if kind == "send":
                asyncio.run(_owe(url, 3_000, 3))
            done[workers] = _work(url, kind, workers, seconds)
    jobs = {workers: sum(one["done"] for one in found) for workers, found in done.items()}
    gain = jobs[MANY] / max(jobs[1], 1)
    cpu = sum(one["cpu"] for one in done[MANY]) / jobs[MANY]
    trips = sum(one["trips"] for one in done[MANY]) / jobs[MANY]
    line = (
        f"{kind}: {jobs[1] / seconds:.1f} a second by one, {jobs[MANY] / seconds:.1f} by {MANY}: {gain:.1f} times; "
        f"{trips:.1f} round trips and {cpu * 1000:.1f} ms CPU each"
    )
    return gain >= LEAST_GAIN and trips <= MOST_TRIPS and cpu <= MOST_CPU, line


def _rate(server: PostgresServer, seconds: float) -> tuple[bool, str]:
    """How many messages go out in any second, where plenty are owed."""
    with _database(server) as url:
        asyncio.run(_owe(url, 3_000, 1))
        times = sorted(moment for one in _work(url, "pace", MANY, seconds) for moment in one["times"])
    rate = (len(times) - 1) / (times[-1] - times[0])
    busiest = max(sum(start <= other < start + 1 for other in times[at : at + 99]) for at, start in enumerate(times))
    line = f"at Telegram's rate, {MANY} workers: {rate:.1f} messages a second, {busiest} in the busiest one"
    return rate >= LEAST_RATE and busiest <= MOST_RATE, line


def _claims(server: PostgresServer, waiting: int) -> tuple[bool, str]:
    """A claim of ten chats where nothing else waits, and where very much does."""
    with _database(server) as url:
        alone = asyncio.run(_claim_times(url))
    with _database(server) as url:
        asyncio.run(_owe(url, waiting // 10, 10))
        server.query("ANALYZE", url.rpartition("/")[2])
        crowded = asyncio.run(_claim_times(url))
    line = (
        f"a claim of ten chats: {alone * 1000:.1f} ms with nothing else waiting, {crowded * 1000:.1f} ms beside "
        f"{waiting:,}: {crowded / alone:.2f} times"
    )
    return crowded <= MOST_RATIO * alone, line


async def _claim_times(url: str) -> float:
    """The middle of some."""
    await _owe(url, 10 * CLAIMS, 1, first=9_000_000, at=datetime(2020, 1, 1, tzinfo=UTC))
    store, took = await open_store(url, now=datetime.now(UTC)), []
    now = datetime.now(UTC)
    for _ in range(CLAIMS):
        began = time.perf_counter()
        async with store.write() as unit:
            claims = await unit.outbox.claim_chats(10, now, now + timedelta(minutes=5), by="one", console=False)
        took.append(time.perf_counter() - began)
        assert len(claims) == 10
    await store.close()
    return sorted(took)[CLAIMS // 2]


async def _owe(url: str, chats: int, each: int, *, first: int = 1_000_000, at: datetime | None = None) -> None:
    store = await open_store(url, now=datetime.now(UTC))
    for begin in range(0, chats, 500):
        named = range(first + begin, first + min(begin + 500, chats))
        owed = [_message(chat, number) for chat in named for number in range(each)]
        async with store.write() as unit:
            await unit.outbox.add(owed, at or datetime.now(UTC))
    await store.close()


def _message(chat: int, number: int) -> NewDelivery:
    content = Notice(AlertId(f"n{number}"), "feeds-failing", {"feeds": "Antara", "count": "1"})
    return NewDelivery(Destination(str(chat)), DeliveryKind.NEW, content)


def _work(url: str, kind: str, workers: int, seconds: float) -> Sequence[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.benchmarks.scale.worker_process", kind, url]
    running = [
        subprocess.Popen([*command, str(number), str(seconds)], stdout=subprocess.PIPE, cwd=ROOT)
        for number in range(workers)
    ]
    return [json.loads(one.communicate()[0]) for one in running]
