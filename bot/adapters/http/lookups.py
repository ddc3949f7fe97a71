"""Names to addresses by the system's resolver (getaddrinfo(3)), in threads that hold up nobody.

A name server that does not answer keeps a call of getaddrinfo busy for 10 to 30 seconds (resolv.conf(5), `timeout` and
`attempts`), and no call can be ended from outside. In a pool of threads a few such names keep all others waiting, and
Python waits for the threads of pools before it ends (`concurrent.futures`). So each look-up has a daemon thread, which
ends with the process.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

from bot.errors import OUT_OF_FILES_PAUSE, is_out_of_files

AddressInfo = Sequence[tuple[Any, ...]]
"""What socket.getaddrinfo returns."""

SLOW: Final = 5.0
"""Seconds after which a name is taken for one that hangs."""

_REMEMBERED: Final = 10_000

_TRIES: Final = 20


class Lookups:
    """Looks names up, each once at a time, and keeps room for those that are known to be found.

    Names that hung last time may take an eighth of the threads, those that were found have an eighth of their own, and
    those that were never looked up have the rest.
    """

    def __init__(self, most: int, look_up: Callable[..., AddressInfo] = socket.getaddrinfo) -> None:
        """`most`: look-ups at once; a thread that waits takes some 40 KB and a socket.

        `look_up`: a function that blocks, with the arguments of socket.getaddrinfo.
        """
        self._look_up = look_up
        eighth = max(1, most // 8)
        self._free_for_new = asyncio.Semaphore(max(1, most - 2 * eighth))
        self._free = {True: asyncio.Semaphore(eighth), False: asyncio.Semaphore(eighth)}
        self._was_found: dict[str, bool] = {}
        """By name: True where it was found, False where that took too long."""
        self._running: dict[tuple[object, ...], asyncio.Task[AddressInfo]] = {}

    async def find(self, host: str, port: object, **arguments: int) -> AddressInfo:
        """As socket.getaddrinfo. Raises OSError (`socket.gaierror`) and UnicodeError."""
        key = (host, port, *sorted(arguments.items()))
        if key not in self._running:
            self._running[key] = task = asyncio.create_task(self._find(host, port, arguments))
            task.add_done_callback(lambda done: self._forget(key, done))
        # Who gives up does not end what others wait for, and a thread cannot be ended anyway.
        return await asyncio.shield(self._running[key])

    async def _find(self, host: str, port: object, arguments: dict[str, int]) -> AddressInfo:
        known = self._was_found.get(host)
        async with self._free_for_new if known is None else self._free[known]:
            loop = asyncio.get_running_loop()
            began = loop.time()
            slow = loop.call_later(SLOW, self._remember, host, False)
            try:
                found = await self._in_thread(host, port, arguments)
            finally:
                slow.cancel()
            if loop.time() - began < SLOW:
                self._remember(host, True)
            return found

    def _in_thread(self, host: str, port: object, arguments: dict[str, int]) -> asyncio.Future[AddressInfo]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[AddressInfo] = loop.create_future()

        def look_up() -> None:
            try:
                found = _retried(lambda: self._look_up(host, port, **arguments))
                done: Callable[[], None] = _result(future, found)
            except Exception as error:  # -- whatever it is, who asked is told
                done = _failure(future, error)
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(done)

        threading.Thread(target=look_up, name="look-up", daemon=True).start()
        return future

    def _remember(self, host: str, was_found: bool) -> None:
        self._was_found[host] = was_found
        if len(self._was_found) > _REMEMBERED:
            del self._was_found[next(iter(self._was_found))]

    def _forget(self, key: tuple[object, ...], task: asyncio.Task[AddressInfo]) -> None:
        del self._running[key]
        if not task.cancelled():
            task.exception()  # nobody may have waited for it


def _retried(look_up: Callable[[], AddressInfo]) -> AddressInfo:
    """Where this process has no descriptor left for the question, ask again a little later. Blocks."""
    for _ in range(_TRIES):
        try:
            return look_up()
        except OSError as error:
            if not is_out_of_files(error):
                raise
            time.sleep(OUT_OF_FILES_PAUSE)
    return look_up()


def _result(future: asyncio.Future[AddressInfo], found: AddressInfo) -> Callable[[], None]:
    return lambda: None if future.done() else future.set_result(found)


def _failure(future: asyncio.Future[AddressInfo], error: Exception) -> Callable[[], None]:
    return lambda: None if future.done() else future.set_exception(error)
