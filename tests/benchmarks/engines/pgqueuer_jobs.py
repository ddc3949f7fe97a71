"""What PgQueuer costs as the engine of messages: `PYTHON -m tests.benchmarks.engines.pgqueuer_jobs [PART…]`.

PYTHON is one of a venv of its own: `pip install pgqueuer[asyncpg]==1.6.0 psutil`. A job is one message; `deliveries`
has the columns of ours that count. Parts: cost, waiting, busy, order, gap, killed.
"""

from __future__ import annotations

import asyncio
import logging
import random
import signal
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.qm import QueueManager
from pgqueuer.ports.repository import EntrypointExecutionParameter

from tests.benchmarks.engines.cost import ServerCost, disordered, load, spent
from tests.benchmarks.engines.pgqueuer_consumer import Counted, consumer, told
from tests.fakes.postgres_server import PostgresServer, postgres_server

TABLE = """
CREATE TABLE deliveries (id bigserial PRIMARY KEY, chat text NOT NULL, content text NOT NULL, state text NOT NULL,
  sent_at timestamptz);
CREATE INDEX ON deliveries (chat, id) WHERE state = 'pending';
"""
INSERT = "INSERT INTO deliveries (chat, content, state) SELECT unnest($1::text[]), 'x', 'pending' RETURNING id"
WAITING = 300_000


async def fresh(server: PostgresServer) -> str:
    url = server.create()
    connection = await asyncpg.connect(url)
    await Queries.from_asyncpg_connection(connection).install()
    await connection.execute(TABLE)
    await connection.close()
    return url


async def enqueue(connection: Any, queries: Queries, chats: list[str], entrypoints: list[str], **more: Any) -> None:
    """Deliveries and their jobs, in one transaction."""
    async with connection.transaction():
        ids = [row["id"] for row in await connection.fetch(INSERT, chats)]
        payloads = [f"{one} {chat}".encode() for one, chat in zip(ids, chats, strict=True)]
        await queries.enqueue(entrypoints, payloads, [0] * len(ids), **more)


async def cost(server: PostgresServer) -> None:
    watch = ServerCost(server)
    for batch in (1, 250):
        url, figures, jobs = await fresh(server), dict[str, float](), 2_000
        connection = await asyncpg.connect(url)
        queries = Queries(Counted(connection))
        chats = [f"c{number}" for number in range(batch)]
        for _ in range(3):
            await enqueue(connection, queries, chats, ["warm"] * batch)
        with spent(watch, figures):
            for _ in range(jobs // batch):
                await enqueue(connection, queries, chats, ["send"] * batch)
        line = {name: round(figures[name] / jobs * 1000, 3) for name in ("own", "server")}
        print(f"enqueue with a delivery, {batch} a transaction: ms a job {line}, 4 round trips a transaction; {load()}")
        await connection.close()
    for count in (1, 3):
        for records in (False, True):
            url = await fresh(server)
            connection = await asyncpg.connect(url)
            queries = Queries(Counted(connection))
            for first in range(0, 3_000, 250):
                chats = [f"c{number % 500}" for number in range(first, first + 250)]
                await enqueue(connection, queries, chats, ["send"] * 250)
            figures = {}
            with spent(watch, figures):
                running = [consumer(url, records=records) for _ in range(count)]
                results = [told(one) for one in running]
            report(f"drain 3,000, {count} consumer(s), delivery marked {records}", results, figures["server"])
            print("   ", await connection.fetchval("SELECT count(*) FROM pgqueuer_log"), "rows in its log")
            await connection.close()
    for count in (1, 3):
        url = await fresh(server)
        connection = await asyncpg.connect(url)
        queries = Queries(Counted(connection))
        running = [consumer(url, drain=False, seconds=14.0, handler=0.1) for _ in range(count)]
        await asyncio.sleep(1)
        figures = {}
        with spent(watch, figures):
            for number in range(250):
                await enqueue(connection, queries, [f"c{number}"], ["send"])
                await asyncio.sleep(0.04)
        results = [told(one) for one in running]
        report(f"25 a second for 10 s, {count} consumer(s), each 0.1 s", results, figures["server"])
        await connection.close()


def report(name: str, results: list[dict[str, Any]], server: float) -> None:
    done = sum(len(one["done"]) for one in results)
    cpu = sum(one["cpu"] for one in results) / done * 1000
    trips = sum(one["trips"] for one in results) / done
    seconds = max(one["seconds"] for one in results)
    print(
        f"{name}: {done} jobs in {seconds:.1f} s, CPU a job {cpu:.2f} ms + server {server / done * 1000:.2f} ms, "
        f"{trips:.2f} round trips a job; {load()}"
    )


async def fetches(connection: Any, entrypoints: list[str], limit: int, times: int = 10) -> tuple[float, int]:
    """Milliseconds of one dequeue of up to ten jobs, and jobs taken."""
    queries = Queries(AsyncpgDriver(connection))
    manager = QueueManager(queries)
    parameters = {name: EntrypointExecutionParameter(concurrency_limit=limit) for name in entrypoints}
    lasted, taken = [], 0
    for _ in range(times):
        began = time.perf_counter()
        jobs = await queries.dequeue(
            batch_size=10,
            entrypoints=parameters,
            queue_manager_id=manager.queue_manager_id,
            global_concurrency_limit=None,
            heartbeat_timeout=timedelta(seconds=30),
        )
        lasted.append(time.perf_counter() - began)
        taken += len(jobs)
    return sorted(lasted)[len(lasted) // 2] * 1000, taken


async def waiting(server: PostgresServer) -> None:
    """Jobs that are not due yet, behind the same entrypoint, and a hundred that are."""
    for count in (0, 1_000, 10_000, WAITING):
        url = await fresh(server)
        connection = await asyncpg.connect(url)
        queries = Queries(AsyncpgDriver(connection))
        for first in range(0, count, 10_000):
            some = min(10_000, count - first)
            later = [timedelta(hours=1)] * some
            chats = [f"c{number % 100_000}" for number in range(first, first + some)]
            await enqueue(connection, queries, chats, ["send"] * some, execute_after=later)
        await enqueue(connection, queries, ["d"] * 120, ["send"] * 120)
        await connection.execute("VACUUM ANALYZE")
        took, taken = await fetches(connection, ["send"], 0)
        print(f"{count:,} not due yet: a fetch takes {took:.1f} ms ({taken} taken in 10); {load()}")
        await connection.close()


async def busy(server: PostgresServer) -> None:
    """An entry point a chat with one job at a time keeps the order: what a fetch costs by chats."""
    for chats, each in ((1, 1), (100, 10), (1_000, 10), (10_000, 10), (10_000, 30)):
        url = await fresh(server)
        connection = await asyncpg.connect(url)
        queries = Queries(AsyncpgDriver(connection))
        names = [f"c{number}" for number in range(chats)]
        for _ in range(each):
            await enqueue(connection, queries, names, names)
        await connection.execute("VACUUM ANALYZE")
        took, taken = await fetches(connection, names, 1, times=3 if chats >= 10_000 else 10)
        print(f"{chats:,} chats with {each} each, an entry point a chat: {took:.1f} ms a fetch ({taken}); {load()}")
        await connection.close()


async def order(server: PostgresServer) -> None:
    """Three consumers, 40 chats with 15 messages each; some answered with "Too Many Requests"."""
    chats = [f"c{number}" for number in range(40)]
    for name, each_chat, retry in (
        ("a job a message", False, 0),
        ("a job a message, one consumer", False, 0),
        ("an entry point a chat", True, 0),
        ("an entry point a chat, one in 50 tried again", True, 50),
    ):
        url = await fresh(server)
        connection = await asyncpg.connect(url)
        queries = Queries(AsyncpgDriver(connection))
        for _ in range(15):
            await enqueue(connection, queries, chats, chats if each_chat else ["send"] * len(chats))
        names, limit = (chats, 1) if each_chat else (["send"], 0)
        number = 1 if "one consumer" in name else 3
        running = [consumer(url, entrypoints=names, limit=limit, handler=0.02, retry=retry) for _ in range(number)]
        done = sorted(item for one in running for item in told(one)["done"])
        print(f"order, {name}: {disordered(done)} of {len(done)} began before one that was queued earlier had ended")
        await connection.close()


async def gap(server: PostgresServer) -> None:
    """One job a chat (`dedupe_key`), which sends what is pending: is what is queued as the job ends ever sent?"""
    url = await fresh(server)
    connection = await asyncpg.connect(url)
    queries = Queries(AsyncpgDriver(connection))
    running = consumer(url, "chats")
    rng, skipped = random.Random(1), 0
    for number in range(3_000):
        async with connection.transaction():
            chat = f"c{rng.randrange(20)}"
            await connection.fetch(INSERT, [chat])
            ids = await queries.enqueue(["send"], [chat.encode()], [0], dedupe_key=[chat], on_conflict="skip")
            skipped += ids[0] is None
        if number % 20 == 0:
            await asyncio.sleep(0.05)
    await asyncio.sleep(5)
    rows = await connection.fetch("SELECT chat, count(*) AS n FROM deliveries WHERE state = 'pending' GROUP BY chat")
    jobs = await connection.fetchval("SELECT count(*) FROM pgqueuer")
    left = sum(row["n"] for row in rows)
    print(f"gap: 3,000 queued, {skipped} found a job; 5 s later {left} lie in {len(rows)} chats, {jobs} jobs")
    running.kill()
    running.wait()
    await connection.close()


async def killed(server: PostgresServer) -> None:
    """A consumer is killed with jobs in its hands; another one is waiting."""
    for heartbeat in (30.0, 5.0):
        url = await fresh(server)
        connection = await asyncpg.connect(url)
        queries = Queries(AsyncpgDriver(connection))
        await enqueue(connection, queries, [f"c{number}" for number in range(10)], ["send"] * 10)
        first = consumer(url, handler=60.0, drain=False, seconds=600.0, heartbeat=heartbeat)
        await _until(connection, "SELECT count(*) FROM pgqueuer WHERE status = 'picked'")
        second = consumer(url, drain=False, seconds=90.0, heartbeat=heartbeat)
        await asyncio.sleep(1)
        first.send_signal(signal.SIGKILL)
        first.wait()
        took = await _until(connection, "SELECT count(*) FROM deliveries WHERE state = 'sent'")
        print(f"killed, heartbeat {heartbeat:g} s: all 10 sent {took:.1f} s after; {load()}")
        second.kill()
        second.wait()
        await connection.close()


async def _until(connection: Any, query: str, count: int = 10) -> float:
    """Wait until so many are there; seconds that it took."""
    began = time.monotonic()
    while await connection.fetchval(query) < count:
        assert time.monotonic() < began + 85
        await asyncio.sleep(0.1)
    return time.monotonic() - began


PARTS = {"cost": cost, "waiting": waiting, "busy": busy, "order": order, "gap": gap, "killed": killed}


def main() -> None:
    logging.disable(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder, postgres_server(Path(folder)) as server:
        for name in sys.argv[1:] or PARTS:
            asyncio.run(PARTS[name](server))


if __name__ == "__main__":
    main()
