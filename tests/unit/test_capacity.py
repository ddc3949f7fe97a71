"""What fits into few file descriptors, and that there may be none for a moment."""

from __future__ import annotations

import errno
import resource
import subprocess
import sys

import httpcore
import pytest

from bot.adapters.http.connecting import CheckedBackend
from bot.app.capacity import OWN, WAITING_ROOM, capacity_with


@pytest.mark.parametrize("files", [16, 64, 100, 256, 1024, 4096])
@pytest.mark.parametrize("concurrency", [1, 16, 200])
def test_what_runs_at_once_fits(files: int, concurrency: int) -> None:
    capacity = capacity_with(files, concurrency)
    assert 1 <= capacity.places <= concurrency
    assert 1 <= capacity.waiting <= WAITING_ROOM
    assert capacity.connections + capacity.lookups <= max(4, files - OWN)


def test_with_the_usual_limits_nothing_is_less() -> None:
    assert not capacity_with(4096, 16).is_short_of(16)
    assert not capacity_with(1024, 16).is_short_of(16)
    assert capacity_with(64, 16).is_short_of(16)


@pytest.mark.parametrize(("soft", "hard", "expected"), [(64, 64, 64), (64, 256, 256), (64, 100_000, 4096)])
def test_the_soft_limit_is_raised_as_far_as_the_hard_one_allows(soft: int, hard: int, expected: int) -> None:
    if resource.getrlimit(resource.RLIMIT_NOFILE)[1] < hard:
        pytest.skip("this machine allows less")
    program = (
        f"import resource; resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}));"
        "from bot.adapters.process import raise_file_limit;"
        "print(raise_file_limit(4096), resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60, check=True)
    assert done.stdout.split() == [str(expected).encode()] * 2


async def test_a_connection_waits_for_a_descriptor() -> None:
    class Network(httpcore.AsyncMockBackend):
        tries = 0

        async def connect_tcp(self, *arguments: object, **named: object) -> httpcore.AsyncNetworkStream:
            self.tries += 1
            if self.tries < 3:
                raise httpcore.ConnectError("no way") from OSError(errno.EMFILE, "Too many open files")
            return httpcore.AsyncMockStream([])

    async def resolve(host: str, port: int) -> tuple[str, ...]:
        return ("93.184.216.34",)

    network = Network([])
    backend = CheckedBackend(resolve, lambda *_: False, network)
    await backend.connect_tcp("a.test", 80, timeout=10)
    assert network.tries == 3
