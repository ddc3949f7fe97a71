"""systemd's notification protocol (sd_notify(3)): ready, alive, stopping, and in a word how it is going.

Datagrams of `NAME=VALUE` lines to the AF_UNIX socket that NOTIFY_SOCKET names. Nothing is sent where there is none.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Mapping
from typing import Self

import structlog

from bot.usecases.monitoring.health import StalledPart

log = structlog.get_logger()

EVERY = 30.0
"""Seconds between two looks where the watchdog does not want to hear more often."""

_WELL = "polls and deliveries get on"
_STANDS = {
    StalledPart.STORE: "the database cannot be used",
    StalledPart.POLLS: "no feed has been polled for a while",
    StalledPart.OUTBOX: "no message could be sent for a while",
}


class Notifier:
    """Tells systemd. Whatever becomes of that, the main job goes on."""

    def __init__(self, address: str, watchdog: float | None = None) -> None:
        """`address`: a path, or `@` and a name of the abstract namespace; `watchdog`: its seconds, if there is one."""
        self.watchdog = watchdog
        self._address = f"\0{address[1:]}" if address.startswith("@") else address

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self | None:
        """As systemd has set it for this very process (sd_watchdog_enabled(3)); None where it has not."""
        address = environment.get("NOTIFY_SOCKET", "")
        if not address.startswith(("/", "@")):
            return None
        written = environment.get("WATCHDOG_USEC", "")
        mine = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        microseconds = int(written) if mine and written.isascii() and written.isdigit() else 0
        return cls(address, microseconds / 1e6 if microseconds else None)

    def tell(self, **state: str) -> None:
        """`READY="1"`, `STATUS="…"`, …"""
        lines = "\n".join(f"{name}={' '.join(value.split())}" for name, value in state.items())
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
                sender.setblocking(False)
                sender.sendto(lines.encode(), self._address)
        except OSError as error:
            log.warning("systemd-not-told", reason=error.strerror or str(error))


class Watchdog:
    """A companion of the main job: as long as the event loop runs and the database answers, systemd hears of it.

    A database that says it cannot be used (a full disk), and a messenger that is away, are told in the status: to
    start anew would not help. One that gives no answer is not told of, and systemd starts Kabar anew.
    """

    def __init__(self, notifier: Notifier, trouble: Callable[[], Awaitable[StalledPart | None]]) -> None:
        self._notifier = notifier
        self._trouble = trouble
        self._every = min(EVERY, notifier.watchdog / 3) if notifier.watchdog else EVERY

    async def run(self, stop: asyncio.Event) -> None:
        self._notifier.tell(READY="1")
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                await self._look()
                await asyncio.wait({stopping}, timeout=self._every)
        finally:
            stopping.cancel()
            self._notifier.tell(STOPPING="1")

    async def _look(self) -> None:
        try:
            trouble = await self._trouble()
        except TimeoutError:
            log.error("store-silent", what="the database gives no answer")  # noqa: TRY400 -- nothing is raised here
            self._notifier.tell(STATUS="the database gives no answer")
            return
        status = _WELL if trouble is None else _STANDS[trouble]
        self._notifier.tell(STATUS=status, **({"WATCHDOG": "1"} if self._notifier.watchdog else {}))
