"""What a PostgreSQL server and a process have spent: CPU seconds and round trips."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psutil

from tests.fakes.postgres_server import PostgresServer


class ServerCost:
    """CPU seconds of all processes of a server."""

    def __init__(self, server: PostgresServer) -> None:
        assert server._process is not None
        self._root = psutil.Process(server._process.pid)

    def cpu(self) -> float:
        """Seconds until now; those of sessions that have ended are their parent's."""
        total: float = sum(self._root.cpu_times()[:4])
        for child in self._root.children():
            try:
                total += sum(child.cpu_times()[:2])
            except psutil.NoSuchProcess:
                continue
        return total


@contextmanager
def spent(server: ServerCost, into: dict[str, float]) -> Iterator[None]:
    """Seconds of the clock, CPU of this process and of the server, of the block."""
    clock, own, theirs = time.perf_counter(), time.process_time(), server.cpu()
    try:
        yield
    finally:
        into["seconds"] = time.perf_counter() - clock
        into["own"] = time.process_time() - own
        into["server"] = server.cpu() - theirs


def load() -> str:
    """How busy the machine is: processes that want to run, in the mean of the last minute."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def disordered(done: Sequence[tuple[float, float, str, int]]) -> int:
    """How many messages began before one of their chat that was queued earlier had ended: (began, ended, chat, id)."""
    by_chat = defaultdict(list)
    for began, ended, chat, number in done:
        by_chat[chat].append((number, began, ended))
    count = 0
    for items in by_chat.values():
        items.sort()
        for place, (_, began, _) in enumerate(items):
            count += any(ended > began for _, _, ended in items[:place])
    return count
