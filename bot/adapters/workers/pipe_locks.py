"""Locks among processes that leave nothing behind, however the processes end.

The locks of multiprocessing are named semaphores where processes are spawned. When the main process is killed, its
resource tracker removes them with a warning on standard error; when the tracker is killed too, as by systemd, they stay
in /dev/shm until the computer is restarted. A pipe ends with the last process that has it open.
"""

from __future__ import annotations

import os
import select
import threading
import time
from multiprocessing import reduction
from multiprocessing.context import SpawnContext
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiprocessing.synchronize import RLock

_TOKEN = b"."


class PipeLock:
    """A reentrant lock, as `multiprocessing.RLock`: a pipe with one byte in it, and who has taken it owns the lock.

    It can be handed to a process while that is being spawned. Who is killed while owning it never returns it.
    """

    _owner: tuple[int, int] | None = None
    _count = 0

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)  # several may wait for the byte, and one gets it
        os.write(self._writer, _TOKEN)

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """Take the lock; False if it was not to be had within `timeout` seconds (None: for ever)."""
        if self._owner != _me():
            if not self._take(time.monotonic() + timeout if block and timeout is not None else None, block=block):
                return False
            self._owner = _me()
        self._count += 1
        return True

    def release(self) -> None:
        """Give it back once. RuntimeError where this thread does not own it."""
        if self._owner != _me():
            raise RuntimeError("a lock is released by who owns it")
        self._count -= 1
        if not self._count:
            self._owner = None
            os.write(self._writer, _TOKEN)

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_error: object) -> None:
        self.release()

    def _take(self, until: float | None, *, block: bool) -> bool:
        while True:
            try:
                return bool(os.read(self._reader, 1))
            except BlockingIOError:
                left = None if until is None else until - time.monotonic()
                if not block or (left is not None and left <= 0):
                    return False
                poll = select.poll()  # select() cannot wait for descriptors from 1024 on
                poll.register(self._reader, select.POLLIN)
                poll.poll(None if left is None else left * 1000)

    def __del__(self) -> None:
        os.close(self._reader)
        os.close(self._writer)

    def __getstate__(self) -> tuple[Any, Any]:
        return reduction.DupFd(self._reader), reduction.DupFd(self._writer)

    def __setstate__(self, state: tuple[Any, Any]) -> None:
        reader, writer = state
        self._reader, self._writer = reader.detach(), writer.detach()


class PipeContext(SpawnContext):
    """Spawns processes, as `multiprocessing.get_context("spawn")`, with locks that are pipes."""

    def RLock(self) -> RLock:  # noqa: N802 -- the name of multiprocessing
        return PipeLock()  # type: ignore[return-value]  # -- as far as pebble uses it


def _me() -> tuple[int, int]:
    return os.getpid(), threading.get_ident()
