"""One consumer of PgQueuer, a process of its own: `PYTHON -m tests.benchmarks.engines.pgqueuer_consumer KIND URL PLAN`.

`jobs`: a job is a message. `chats`: a job is a chat, and sends what is pending there. The plan is JSON.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import subprocess
import sys
import time
from datetime import timedelta
from typing import Any, Final

import asyncpg
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.errors import RetryRequested
from pgqueuer.domain.models import Job
from pgqueuer.domain.types import QueueExecutionMode

SENT: Final = "UPDATE deliveries SET state = 'sent', sent_at = now() WHERE id = $1"


class Counted(AsyncpgDriver):  # type: ignore[misc]  # -- it is in a venv of its own
    """Counts statements; each is a round trip."""

    trips = 0

    async def fetch(self, query: str, *args: object) -> Any:
        self.trips += 1
        return await super().fetch(query, *args)

    async def execute(self, query: str, *args: object) -> Any:
        self.trips += 1
        return await super().execute(query, *args)

    async def notify(self, channel: str, payload: str) -> None:
        self.trips += 1
        await super().notify(channel, payload)


async def consume(url: str, plan: dict[str, Any]) -> None:
    """Handle jobs until the queue is empty (`drain`) or so many seconds are over; print what was done, as JSON."""
    connection, own = await asyncpg.connect(url), await asyncpg.connect(url)
    driver, records = Counted(connection), AsyncpgDriver(own)
    manager = QueueManager(Queries(driver))
    done: list[tuple[float, float, str, int]] = []
    trips = 0

    async def handle(job: Job) -> None:
        nonlocal trips
        assert job.payload is not None
        number, chat = job.payload.decode().split()
        began = time.time()
        if plan["handler"] > 0:
            await asyncio.sleep(plan["handler"] * random.uniform(0.5, 1.5))
        if plan["retry"] and job.attempts == 0 and int(number) % plan["retry"] == 0:
            raise RetryRequested(delay=timedelta(seconds=0.5), reason="Too Many Requests")
        if plan["records"]:
            trips += 1
            await records.execute(SENT, int(number))
        done.append((began, time.time(), chat, int(number)))

    for name in plan["entrypoints"]:
        manager.entrypoint(name, concurrency_limit=plan["limit"])(handle)
    mode = QueueExecutionMode.drain if plan["drain"] else QueueExecutionMode.continuous
    if not plan["drain"]:
        asyncio.get_running_loop().call_later(plan["seconds"], manager.shutdown.set)
    before, cpu, began = driver.trips, time.process_time(), time.time()
    print("ready", flush=True)
    await manager.run(mode=mode, batch_size=plan["batch"], heartbeat_timeout=timedelta(seconds=plan["heartbeat"]))
    cpu = time.process_time() - cpu
    told = {"cpu": cpu, "trips": driver.trips - before + trips, "done": done, "seconds": time.time() - began}
    print(json.dumps(told), flush=True)


PLAN: Final[dict[str, Any]] = {
    "entrypoints": ["send"],
    "limit": 0,
    "handler": 0.0,
    "records": True,
    "drain": True,
    "seconds": 0.0,
    "batch": 10,
    "heartbeat": 30.0,
    "retry": 0,
}


def consumer(url: str, kind: str = "jobs", **plan: Any) -> subprocess.Popen[str]:
    """Start one; it is ready to begin."""
    command = [sys.executable, "-m", __name__, kind, url, json.dumps(PLAN | plan)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def told(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    found: dict[str, Any] = json.loads(process.stdout.readline())
    process.wait(30)
    return found


async def drain_chats(url: str, _plan: dict[str, Any]) -> None:
    connection, own = await asyncpg.connect(url), await asyncpg.connect(url)
    manager, records = QueueManager(Queries(AsyncpgDriver(connection))), AsyncpgDriver(own)

    @manager.entrypoint("send")  # type: ignore[untyped-decorator]  # -- as above
    async def send(job: Job) -> None:
        assert job.payload is not None
        pending = "SELECT id FROM deliveries WHERE chat = $1 AND state = 'pending' ORDER BY id"
        while numbers := await records.fetch(pending, job.payload.decode()):
            for row in numbers:
                await records.execute(SENT, row["id"])

    print("ready", flush=True)
    await manager.run()


def main() -> None:
    logging.disable(logging.ERROR)
    kind, url, plan = sys.argv[1:]
    asyncio.run({"jobs": consume, "chats": drain_chats}[kind](url, json.loads(plan)))


if __name__ == "__main__":
    main()
