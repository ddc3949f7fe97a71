"""What our own claims cost as the engine of messages: `python -m tests.benchmarks.engines.claims [PART…]`.

The real outbox and delivery worker on a PostgreSQL server, as `pgqueuer_jobs` does it with PgQueuer. Parts: cost,
waiting, order, killed.
"""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

import structlog
from sqlalchemy import event, text

from bot.adapters.clock import SystemClock
from bot.adapters.faults import NoFaults
from bot.alerts import pacing
from bot.model import (
    AlertId,
    Chat,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Destination,
    MessageId,
    NewDelivery,
    Notice,
    RetryLater,
    SendOutcome,
    Sent,
)
from bot.store import SentMessage, Store, open_store
from bot.usecases.delivery.worker import DeliveryWorker
from bot.usecases.shared_work import SharedWork
from bot.usecases.topics.watchlist import Audiences
from tests.benchmarks.engines.cost import ServerCost, disordered, load, spent
from tests.fakes.postgres_server import PostgresServer, postgres_server

WAITING: Final = 300_000
CHATS: Final = 100_000
LEASE: Final = timedelta(minutes=5)


class _Messenger:
    """Takes a while for each message, and refuses some once."""

    def __init__(self, seconds: float, retry: int) -> None:
        self._seconds = seconds
        self._retry = retry
        self._random = Random(1)
        self.done: list[tuple[float, float, str, int]] = []

    async def send(self, delivery: Delivery, chat: Chat) -> SendOutcome:
        began = time.time()
        if self._seconds:
            await asyncio.sleep(self._seconds * self._random.uniform(0.5, 1.5))
        if self._retry and delivery.attempts == 1 and delivery.id % self._retry == 0:
            return RetryLater("Too Many Requests", after=timedelta(seconds=0.5))
        self.done.append((began, time.time(), chat.chat, delivery.id))
        return Sent(MessageId(len(self.done)))


def counted(store: Store) -> Counter[str]:
    """Round trips of the store from now on, those of BEGIN, COMMIT and of trying a connection among them."""
    trips: Counter[str] = Counter()
    for engine in (store._database.reader, store._database.writer):
        for name in ("before_cursor_execute", "begin", "commit", "rollback", "checkout"):
            event.listen(engine.sync_engine, name, lambda *_args, name=name: trips.update([name]))
    return trips


async def send(url: str, plan: dict[str, Any]) -> None:
    """Send for so many seconds, or until as many were sent as are `wanted`; print what was done, as JSON."""
    if not plan["paced"]:
        pacing.EACH = timedelta(microseconds=1)  # what is measured is not Telegram's rate
        pacing.IN_CHAT = timedelta(0)  # nor that of a chat
    store, stop = await open_store(url, now=datetime.now(UTC)), asyncio.Event()
    shared = SharedWork(store)
    await shared.join()
    messenger = _Messenger(plan["handler"], plan["retry"])
    audiences = Audiences((), messenger=True)
    worker = DeliveryWorker(store, messenger, SystemClock(), NoFaults(), Random(1), audiences, console=False)
    print("ready", flush=True)
    trips, cpu, began = counted(store), time.process_time(), time.time()
    running = asyncio.create_task(worker.run(stop))
    until = began + plan["seconds"]
    while time.time() < until and await _is_owed(store, plan["drain"]):
        await asyncio.sleep(0.25)
        await shared.look()
    stop.set()
    await running
    used = time.process_time() - cpu
    told = {"cpu": used, "trips": trips.total(), "done": messenger.done, "seconds": time.time() - began}
    print(json.dumps(told), flush=True)
    await store.close()


async def _is_owed(store: Store, drains: bool) -> bool:
    if not drains:
        return True
    async with store.read() as unit:
        return bool((await unit.outbox.counts()).get(DeliveryState.PENDING))


def sender(url: str, **plan: Any) -> subprocess.Popen[str]:
    whole = {"handler": 0.0, "retry": 0, "seconds": 60.0, "drain": True, "paced": False} | plan
    command = [sys.executable, "-m", __spec__.name, "send", url, json.dumps(whole)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def told(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    found: dict[str, Any] = json.loads(process.stdout.readline())
    process.wait(30)
    return found


def owed(chats: Sequence[str], name: str) -> list[NewDelivery]:
    content = Notice(AlertId(name), "feeds-failing", {"feeds": "Antara", "count": "1"})
    return [NewDelivery(Destination(chat), DeliveryKind.NEW, content) for chat in chats]


async def queue(store: Store, chats: Sequence[str], name: str, each: int = 250) -> None:
    for first in range(0, len(chats), each):
        async with store.write() as unit:
            await unit.outbox.add(owed(chats[first : first + each], name), datetime.now(UTC))


def names(count: int, first: int = 1_000_000) -> list[str]:
    return [str(first + number) for number in range(count)]


async def cost(server: PostgresServer) -> None:
    watch = ServerCost(server)
    for batch, jobs in ((1, 500), (250, 2_500)):
        store, figures = await open_store(server.create(), now=datetime.now(UTC)), dict[str, float]()
        await queue(store, names(batch, 1), "warm", batch)
        trips = counted(store)
        with spent(watch, figures):
            await queue(store, names(jobs), "n", batch)
        line = {name: round(figures[name] / jobs * 1000, 3) for name in ("own", "server")}
        each = trips.total() / (jobs / batch)
        print(f"queue, {batch} a transaction: ms a message {line}, {each:.0f} round trips a transaction; {load()}")
        await store.close()
    for count in (1, 3):
        url = server.create()
        store, figures = await open_store(url, now=datetime.now(UTC)), dict[str, float]()
        await queue(store, names(3_000), "n")
        with spent(watch, figures):
            results = [told(one) for one in [sender(url) for _ in range(count)]]
        report(f"drain 3,000, {count} worker(s)", results, figures["server"])
        await store.close()
    for count in (1, 3):
        url = server.create()
        store, figures = await open_store(url, now=datetime.now(UTC)), dict[str, float]()
        running = [sender(url, handler=0.1, drain=False, seconds=14.0, paced=True) for _ in range(count)]
        await queue(store, names(300), "n")
        with spent(watch, figures):
            results = [told(one) for one in running]
        report(f"25 a second, {count} worker(s), each 0.1 s", results, figures["server"])
        await store.close()


def report(name: str, results: Sequence[dict[str, Any]], server: float) -> None:
    done = sum(len(one["done"]) for one in results)
    cpu = sum(one["cpu"] for one in results) / done * 1000
    trips = sum(one["trips"] for one in results) / done
    seconds = max(one["seconds"] for one in results)
    print(
        f"{name}: {done} messages in {seconds:.1f} s, CPU each {cpu:.2f} ms + server {server / done * 1000:.2f} ms, "
        f"{trips:.2f} round trips each; {load()}"
    )


_FILLING: Final = """
INSERT INTO deliveries (chat, thread, alert_id, kind, revision, content, state, attempts, created_at)
SELECT (2000000 + n % {chats})::text, 0, 'f' || n, 'new', 0, (SELECT content FROM deliveries LIMIT 1), 'pending', 0,
  {now}
FROM generate_series(0, {count} - 1) AS n;
INSERT INTO chat_queues (chat, head, due_at, not_before, claimed, claimed_by, claimed_until, fence)
SELECT chat, min(id), {due}, {pause}, {claimed}, {by}, {until}, 0 FROM deliveries
  WHERE alert_id LIKE 'f%' GROUP BY chat;
"""
"""Many deliveries at once: `kabar` itself would take minutes for them."""


async def waiting(server: PostgresServer) -> None:
    """Claims of 16 chats and their records, beside deliveries that wait."""
    for kind, count in (("none", 0), ("not due yet", WAITING), ("behind busy chats", WAITING), ("due", WAITING)):
        store = await open_store(server.create(), now=datetime.now(UTC))
        await queue(store, names(400), "n")
        if count:
            await _fill(store, kind, count)
        watch, figures = ServerCost(server), dict[str, float]()
        trips, lasted = counted(store), list[float]()
        with spent(watch, figures):
            for _ in range(20):
                began = time.perf_counter()
                await _claim_and_record(store)
                lasted.append(time.perf_counter() - began)
        line = {name: round(figures[name] / 20 * 1000, 1) for name in ("own", "server")}
        print(
            f"{count:,} waiting, {kind}: 16 chats claimed and recorded in {sorted(lasted)[10] * 1000:.1f} ms, CPU ms "
            f"{line}, {trips.total() / 20:.0f} round trips; {load()}"
        )
        await store.close()


async def _fill(store: Store, kind: str, count: int) -> None:
    async with store.write() as unit:
        now = await unit.outbox.connection.scalar(text("SELECT created_at FROM deliveries LIMIT 1"))
        later = f"{now} + 3600000000"  # microseconds
        is_busy = kind == "behind busy chats"
        values = {
            "chats": 1_000 if is_busy else CHATS,
            "count": count,
            "now": now,
            "due": now if kind == "due" else later,
            "pause": later if kind == "not due yet" else "NULL",
            "claimed": "min(id)" if is_busy else "NULL",
            "by": "'worker 1'" if is_busy else "NULL",
            "until": later if is_busy else "NULL",
        }
        for statement in _FILLING.format(**values).strip().split(";\n"):
            await unit.outbox.connection.exec_driver_sql(statement.rstrip(";"))
    async with store._database.writer.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).exec_driver_sql("VACUUM ANALYZE")


async def _claim_and_record(store: Store) -> None:
    now = datetime.now(UTC)
    async with store.write() as unit:
        claims = await unit.outbox.claim_chats(16, now, now + LEASE, by="me", console=False)
    assert len(claims) == 16
    async with store.write() as unit:
        messages = [SentMessage(one, MessageId(1), now, now + timedelta(seconds=1)) for one in claims]
        assert not await unit.outbox.record_sent(messages)


async def order(server: PostgresServer) -> None:
    """Three workers, 40 chats with 15 messages each; one in fifty is answered with "Too Many Requests"."""
    for retry in (0, 50):
        url = server.create()
        store = await open_store(url, now=datetime.now(UTC))
        for number in range(15):
            await queue(store, names(40), f"n{number}")
        running = [sender(url, handler=0.02, retry=retry) for _ in range(3)]
        done = sorted(tuple(item) for one in running for item in told(one)["done"])
        print(f"order, one in {retry} tried again: {disordered(done)} of {len(done)} began before an earlier one ended")
        await store.close()


async def killed(server: PostgresServer) -> None:
    """A worker is killed with messages in its hands; another one is there."""
    url = server.create()
    store = await open_store(url, now=datetime.now(UTC))
    await queue(store, names(10), "n")
    first = sender(url, handler=60.0, seconds=600.0)
    while not await _claimed(store):  # noqa: ASYNC110 -- another process does it
        await asyncio.sleep(0.1)
    second = sender(url, seconds=60.0)
    await asyncio.sleep(2)
    first.send_signal(signal.SIGKILL)
    began = time.monotonic()
    done = told(second)["done"]
    took = done[-1][1] - time.time() + time.monotonic() - began
    print(f"killed: {len(done)} of 10 sent {took:.1f} s after; {load()}")
    first.wait()
    await store.close()


async def _claimed(store: Store) -> int:
    async with store.read() as unit:
        found = await unit.outbox.connection.scalar(text("SELECT count(*) FROM chat_queues WHERE claimed IS NOT NULL"))
        return int(found or 0)


PARTS: Final = {"cost": cost, "waiting": waiting, "order": order, "killed": killed}


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    if sys.argv[1:2] == ["send"]:
        asyncio.run(send(sys.argv[2], json.loads(sys.argv[3])))
        return
    with tempfile.TemporaryDirectory() as folder, postgres_server(Path(folder)) as server:
        for name in sys.argv[1:] or PARTS:
            asyncio.run(PARTS[name](server))


if __name__ == "__main__":
    main()
