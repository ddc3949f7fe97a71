"""What systemd is told, at its socket."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.adapters.systemd import Notifier, Watchdog
from bot.usecases.monitoring.health import StalledPart, Unwell


class Systemd:
    """The other end."""

    def __init__(self, path: str) -> None:
        self.address = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind(path.replace("@", "\0", 1))

    def heard(self) -> list[str]:
        """Since last asked."""
        found = []
        while True:
            try:
                found.append(self._socket.recv(4096).decode())
            except BlockingIOError:
                return found

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(params=["path", "abstract"])
def systemd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Systemd]:
    there = Systemd(str(tmp_path / "notify") if request.param == "path" else f"@kabar-test-{os.getpid()}")
    yield there
    there.close()


class Job:
    def __init__(self) -> None:
        self.stands: Unwell | None = None
        self.is_silent = False
        self.looks = 0

    async def trouble(self) -> Unwell | None:
        self.looks += 1
        if self.is_silent:
            raise TimeoutError
        return self.stands

    async def looked(self, times: int) -> None:
        until = self.looks + times
        async with asyncio.timeout(60):
            while self.looks < until:  # noqa: ASYNC110 -- nobody tells
                await asyncio.sleep(0.005)


def notifier(systemd: Systemd, microseconds: str = "60000") -> Notifier:
    made = Notifier.of({"NOTIFY_SOCKET": systemd.address, "WATCHDOG_USEC": microseconds})
    assert made is not None
    return made


async def test_ready_alive_and_stopping_are_told(systemd: Systemd) -> None:
    job, stop = Job(), asyncio.Event()
    task = asyncio.create_task(Watchdog(notifier(systemd), job.trouble).run(stop))
    await job.looked(3)
    stop.set()
    await task
    heard = systemd.heard()
    assert (heard[0], heard[-1]) == ("READY=1", "STOPPING=1")
    assert set(heard[1:-1]) == {"STATUS=polls and deliveries get on\nWATCHDOG=1"}
    assert len(heard[1:-1]) >= 2


async def test_a_full_disk_is_no_reason_to_start_anew_and_silence_is(systemd: Systemd) -> None:
    job, stop = Job(), asyncio.Event()
    task = asyncio.create_task(Watchdog(notifier(systemd), job.trouble).run(stop))
    job.stands = StalledPart.STORE
    await job.looked(3)
    assert systemd.heard()[-1] == "STATUS=the database cannot be used\nWATCHDOG=1"
    job.is_silent = True
    await job.looked(2)
    systemd.heard()
    await job.looked(3)
    assert set(systemd.heard()) == {"STATUS=the database gives no answer"}
    job.is_silent, job.stands = False, None
    await job.looked(3)
    assert systemd.heard()[-1].endswith("WATCHDOG=1")
    stop.set()
    await task


async def test_without_a_watchdog_it_is_ready_all_the_same(systemd: Systemd) -> None:
    job, stop = Job(), asyncio.Event()
    there = Notifier.of({"NOTIFY_SOCKET": systemd.address})
    assert there is not None
    task = asyncio.create_task(Watchdog(there, job.trouble).run(stop))
    await job.looked(1)
    stop.set()
    await task
    assert systemd.heard() == ["READY=1", "STATUS=polls and deliveries get on", "STOPPING=1"]


@pytest.mark.parametrize(
    ("environment", "seconds"),
    [
        ({"WATCHDOG_USEC": "120000000"}, 120.0),
        ({"WATCHDOG_USEC": "120000000", "WATCHDOG_PID": str(os.getpid())}, 120.0),
        ({"WATCHDOG_USEC": "120000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_the_watchdog_is_the_one_of_this_process(environment: dict[str, str], seconds: float | None) -> None:
    made = Notifier.of({"NOTIFY_SOCKET": "/run/notify", **environment})
    assert made is not None
    assert made.watchdog == seconds


def test_without_systemd_nobody_is_told() -> None:
    assert Notifier.of({}) is None
    assert Notifier.of({"NOTIFY_SOCKET": "vsock:2:1234"}) is None


def test_a_socket_that_is_gone_disturbs_nobody(tmp_path: Path) -> None:
    notifier = Notifier(str(tmp_path / "none"))
    notifier.tell(READY="1")  # raises nothing
    assert list(tmp_path.iterdir()) == []
