"""What a message costs where many chats are owed one: messages a second, and CPU of each, of the delivery worker.

The messenger only takes a tenth of a second, about what Telegram takes: what it costs to render a message and
to talk to Telegram does not depend on how many chats wait.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from bot.adapters.clock import SystemClock
from bot.adapters.faults import NoFaults
from bot.model import AlertId, Chat, Delivery, DeliveryKind, Destination, MessageId, NewDelivery, Notice, Sent
from bot.store import open_store
from bot.usecases.delivery.worker import DeliveryWorker
from bot.usecases.topics.watchlist import Audiences
from tests.benchmarks.scale.context import Context, Outcome, say

LATENCY = 0.1
SECONDS = 20.0
EACH = 2
"""Messages that every chat is owed."""
LEAST, MOST = 24, 30
"""Messages a second that are wanted, and that Telegram allows."""


class _Slow:
    """Takes every message in a tenth of a second, and notes when."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.order: dict[str, list[str]] = {}

    async def send(self, delivery: Delivery, chat: Chat) -> Sent:
        self.times.append(time.monotonic())
        self.order.setdefault(chat.chat, []).append(str(delivery.content.id))
        await asyncio.sleep(LATENCY)
        return Sent(MessageId(len(self.times)))


def run(context: Context) -> Outcome:
    """Chats that are owed two messages each, at several numbers of them."""
    lines, is_kept = [], True
    for chats in (100, 1_000) if context.quick else (100, 1_000, 10_000, 100_000):
        seconds = 4.0 if context.quick else SECONDS
        rate, cpu, busiest, disordered = asyncio.run(_measure(context.folder / f"{chats}.db", chats, seconds))
        lines.append(
            f"{chats:>7,} chats owed: {rate:5.1f} messages a second, {cpu * 1000:5.1f} ms CPU each, "
            f"busiest second {busiest}, out of order {disordered}"
        )
        say(lines[-1])
        is_kept &= rate >= LEAST and busiest <= MOST and not disordered
    return Outcome(is_kept, tuple(lines))


async def _measure(path: Path, chats: int, seconds: float) -> tuple[float, float, int, int]:
    store = await open_store(f"sqlite:///{path}", now=datetime.now(UTC))
    try:
        for name in range(EACH):
            for first in range(0, chats, 500):
                owed = [
                    NewDelivery(
                        Destination(str(1_000_000 + chat)),
                        DeliveryKind.NEW,
                        Notice(AlertId(f"n{name}"), "feeds-failing", {"feeds": "Antara", "count": "1"}),
                    )
                    for chat in range(first, min(first + 500, chats))
                ]
                async with store.write() as unit:
                    await unit.outbox.add(owed, datetime.now(UTC))
        messenger, stop = _Slow(), asyncio.Event()
        audiences = Audiences((), messenger=True)
        worker = DeliveryWorker(store, messenger, SystemClock(), NoFaults(), Random(1), audiences, console=False)
        began, cpu = time.monotonic(), time.process_time()
        running = asyncio.create_task(worker.run(stop))
        await asyncio.sleep(seconds)
        sent, used = len(messenger.times), time.process_time() - cpu
        lasted = min(seconds, messenger.times[-1] - began) if sent == chats * EACH else seconds
        stop.set()
        await running
    finally:
        await store.close()
    by_second = Counter(
        sum(start <= other < start + 1 for other in messenger.times[place : place + MOST * 2])
        for place, start in enumerate(messenger.times)
    )
    disordered = sum(names != sorted(names) for names in messenger.order.values())
    return sent / lasted, used / max(1, sent), max(by_second), disordered
