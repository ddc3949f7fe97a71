"""Names that hang keep no other name waiting, and nothing keeps the process from ending."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from socket import EAI_NONAME, gaierror

import pytest

from bot.adapters.http import AddressInfo, Lookups
from bot.adapters.http.connecting import system_resolver


class NameServer:
    """Stands for getaddrinfo: `hang….test` gets no answer until `go_on`, `no….test` is unknown."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.asked: list[str] = []

    def __call__(self, host: str, port: object, **_: int) -> AddressInfo:
        self.asked.append(host)
        if host.startswith("hang"):
            self.go_on.wait(60)
        if host.startswith("no"):
            raise gaierror(EAI_NONAME, "Name or service not known")
        return [(2, 1, 6, "", ("192.0.2.1", port)), (2, 2, 17, "", ("192.0.2.1", port))]


@pytest.fixture
def names() -> Iterator[NameServer]:
    server = NameServer()
    yield server
    server.go_on.set()


async def test_a_name_is_found_each_address_once(names: NameServer) -> None:
    assert await system_resolver(Lookups(64, look_up=names))("a.test", 80) == ("192.0.2.1",)
    with pytest.raises(gaierror):
        await system_resolver(Lookups(64, look_up=names))("no.test", 80)


async def test_names_that_hang_keep_no_other_waiting(names: NameServer) -> None:
    lookups = Lookups(400, names)
    hanging = [asyncio.create_task(lookups.find(f"hang{number}.test", 80)) for number in range(250)]
    await asyncio.sleep(0)
    assert await lookups.find("a.test", 80)
    names.go_on.set()
    await asyncio.gather(*hanging)


async def test_a_known_name_has_a_thread_even_when_all_are_taken(names: NameServer) -> None:
    lookups = Lookups(8, names)
    await lookups.find("a.test", 80)
    hanging = [asyncio.create_task(lookups.find(f"hang{number}.test", 80)) for number in range(20)]
    await asyncio.sleep(0)
    assert await lookups.find("a.test", 80)
    assert len(names.asked) == 2 + 6
    names.go_on.set()
    await asyncio.gather(*hanging)


async def test_many_who_ask_for_one_name_need_one_thread_and_who_gives_up_harms_no_other(names: NameServer) -> None:
    lookups = Lookups(64, look_up=names)
    asking = [asyncio.create_task(lookups.find("hang.test", 80)) for _ in range(9)]
    await asyncio.sleep(0.01)
    asking[0].cancel()
    names.go_on.set()
    await asyncio.gather(*asking[1:])
    assert names.asked == ["hang.test"]


def test_sixteen_names_that_hang_do_not_hold_up_the_end_of_the_process() -> None:
    """The loop of the main job too, which the client of the Bot API asks for names."""
    program = """
import asyncio, socket, time
def hang(*_, **__): time.sleep(600)
socket.getaddrinfo = hang
from bot.adapters.http import Lookups
from bot.app.event_loop import run_job
async def main():
    loop = asyncio.get_running_loop()
    loop._lookups = Lookups(64, look_up=hang)
    tasks = [asyncio.create_task(Lookups(64, look_up=hang).find(f"{n}.test", 80)) for n in range(16)]
    tasks += [asyncio.create_task(loop.getaddrinfo(f"{n}.test", 80)) for n in range(16)]
    await asyncio.sleep(0.1)
    assert await asyncio.to_thread(lambda: "free") == "free"
run_job(main())
"""
    done = subprocess.run([sys.executable, "-c", program], timeout=60, capture_output=True, check=False)
    assert (done.returncode, done.stderr.decode()) == (0, "")
