"""systemd's notification protocol (sd_notify(3)): tells systemd that Kabar is ready, alive or stopping, and its status.

A notification is a datagram of `NAME=VALUE` lines to the AF_UNIX socket named in NOTIFY_SOCKET. Nothing is sent if that
variable is not set, that is, if Kabar was not started by systemd with Type=notify (systemd.service(5)).
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Self

import structlog

from bot.errors import StorageTrouble
from bot.usecases.monitoring.health import StalledPart, Unwell

log = structlog.get_logger()

EVERY = 30.0
"""Seconds between two checks, unless the watchdog of systemd needs a shorter interval."""

_STATUS_OK = "polls and deliveries get on"
_STATUS_STALLED: Final[Mapping[Unwell, str]] = {
    StalledPart.STORE: "the database cannot be used",
    StalledPart.POLLS: "no feed has been polled for a while",
    StalledPart.OUTBOX: "no message could be sent for a while",
    StorageTrouble.DAMAGED: "the database is damaged",
    StorageTrouble.GONE: "the database was removed",
    StorageTrouble.REPLACED: "another database is in the place of ours",
    StorageTrouble.READ_ONLY: "the database may not be written",
    StorageTrouble.FULL: "the disk is full",
    StorageTrouble.LOCKED: "another program keeps the database locked",
    StorageTrouble.FAILING: "the disk of the database reports errors",
}


class Notifier:
    """Sends notifications to systemd. A failure is logged and has no other effect."""

    def __init__(self, address: str, watchdog: float | None = None) -> None:
        """`address`: a path, or `@` and a name in the abstract namespace (unix(7)); `watchdog`: its timeout in seconds.

        systemd uses `@` for the NUL byte with which an abstract name begins.
        """
        self.watchdog = watchdog
        self._address = f"\0{address[1:]}" if address.startswith("@") else address

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self | None:
        """A notifier for the socket and watchdog in the environment, or None if systemd has set none.

        The watchdog counts only if WATCHDOG_PID is this process or is not set (sd_watchdog_enabled(3)).
        """
        address = environment.get("NOTIFY_SOCKET", "")
        if not address.startswith(("/", "@")):
            return None
        timeout = environment.get("WATCHDOG_USEC", "")
        for_this_process = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        microseconds = int(timeout) if for_this_process and timeout.isascii() and timeout.isdigit() else 0
        return cls(address, microseconds / 1e6 if microseconds else None)

    def tell(self, **state: str) -> None:
        """Send the given variables, for example `READY="1"` or `STATUS="…"`."""
        lines = "\n".join(f"{name}={' '.join(value.split())}" for name, value in state.items())
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
                sender.setblocking(False)
                sender.sendto(lines.encode(), self._address)
        except OSError as error:
            log.warning("systemd-not-told", reason=error.strerror or str(error))


class Watchdog:
    """A background task that pings systemd's watchdog as long as the event loop runs and the database answers.

    If the database reports an error (a full disk, for example) or Telegram is unreachable, the status says so but the
    ping is still sent, because a restart would not help. If the database does not answer at all, the ping is left out
    and systemd restarts Kabar (WatchdogSec= in systemd.service(5)). sd_watchdog_enabled(3) recommends a ping every half
    of the timeout; every third leaves room for a slow check.
    """

    def __init__(self, notifier: Notifier, stalled_part: Callable[[], Awaitable[Unwell | None]]) -> None:
        self._notifier = notifier
        self._find_stalled_part = stalled_part
        self._interval = min(EVERY, notifier.watchdog / 3) if notifier.watchdog else EVERY

    async def run(self, stop: asyncio.Event) -> None:
        self._notifier.tell(READY="1")
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                await self._check()
                await asyncio.wait({stopping}, timeout=self._interval)
        finally:
            stopping.cancel()
            self._notifier.tell(STOPPING="1")

    async def _check(self) -> None:
        try:
            stalled_part = await self._find_stalled_part()
        except TimeoutError:
            log.error("store-silent", what="the database gives no answer")  # noqa: TRY400 -- nothing is raised here
            self._notifier.tell(STATUS="the database gives no answer")
            return
        status = _STATUS_OK if stalled_part is None else _STATUS_STALLED[stalled_part]
        self._notifier.tell(STATUS=status, **({"WATCHDOG": "1"} if self._notifier.watchdog else {}))
