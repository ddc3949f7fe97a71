"""Asking hubs: feeds name them, so they are nowhere that feeds may not lead."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from typing import Protocol
from urllib.parse import parse_qs

import pytest

from bot.adapters.http import HttpHubs, HttpSettings
from bot.adapters.http.connecting import Resolve
from bot.model import FetchProblem
from tests.fakes.clock import FakeClock
from tests.unit.http.conftest import Listener, lead_to_loopback

FORM = {"hub.mode": "subscribe", "hub.topic": "https://a.example/?q=ü&b", "hub.secret": "s3cret"}


class MakeHubs(Protocol):
    def __call__(self, *allowed: str, resolve: Resolve | None = None) -> HttpHubs: ...


@pytest.fixture
async def make_hubs(authorities: ssl.SSLContext) -> AsyncIterator[MakeHubs]:
    made: list[HttpHubs] = []

    def make(*allowed: str, resolve: Resolve | None = None) -> HttpHubs:
        settings = HttpSettings(allow_hosts=allowed, connect_seconds=2, total_seconds=0.5)
        made.append(HttpHubs(settings, FakeClock(), resolve=resolve, ssl_context=authorities))
        return made[-1]

    yield make
    for hubs in made:
        await hubs.aclose()


class Hub:
    """Answers as it is told, and keeps what it was asked."""

    def __init__(self) -> None:
        self.port = 0
        self.answers = [b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"]
        self.requests: list[tuple[str, dict[str, list[str]]]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.splitlines() if line.lower().startswith(b"content-len"))
        body = (await reader.readexactly(length)).decode()
        self.requests.append((head.decode().lower(), parse_qs(body)))
        writer.write(self.answers.pop(0))
        await writer.drain()
        writer.close()


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    hub = Hub()
    async with await asyncio.start_server(hub.serve, "127.0.0.1", 0) as server:
        hub.port = server.sockets[0].getsockname()[1]
        yield hub


async def test_a_hub_is_asked_with_a_form(make_hubs: MakeHubs, hub: Hub) -> None:
    hubs = make_hubs(f"hub.test:{hub.port}", resolve=lead_to_loopback)
    assert await hubs.ask(f"http://hub.test:{hub.port}/push?x=1", FORM) is None
    ((head, form),) = hub.requests
    assert head.startswith("post /push?x=1 http/1.1\r\n")
    assert f"host: hub.test:{hub.port}" in head
    assert "content-type: application/x-www-form-urlencoded" in head
    assert form == {name: [value] for name, value in FORM.items()}


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "[::ffff:127.0.0.1]", "0.0.0.0", "[64:ff9b::7f00:1]"]
)
async def test_a_hub_in_here_is_refused_without_a_connection(
    make_hubs: MakeHubs, listener: Listener, host: str
) -> None:
    failed = await make_hubs().ask(f"http://{host}:{listener.port}/", FORM)
    assert failed is not None
    assert failed.problem in (FetchProblem.REFUSED_ADDRESS, FetchProblem.UNREACHABLE)
    assert listener.connections == 0


@pytest.mark.parametrize("host", ["10.0.0.1", "169.254.169.254", "100.64.0.1", "[fd00::1]"])
async def test_private_hubs_are_refused_naming_the_setting(make_hubs: MakeHubs, host: str) -> None:
    failed = await make_hubs().ask(f"http://{host}/", FORM)
    assert failed is not None
    assert failed.problem is FetchProblem.REFUSED_ADDRESS
    assert "network.allow_hosts" in failed.reason


async def test_a_redirect_into_here_is_refused_without_a_connection(
    make_hubs: MakeHubs, hub: Hub, listener: Listener
) -> None:
    location = f"http://127.0.0.1:{listener.port}/admin"
    hub.answers = [f"HTTP/1.1 307 There\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()]
    failed = await make_hubs(f"127.0.0.1:{hub.port}").ask(f"http://127.0.0.1:{hub.port}/", FORM)
    assert failed is not None
    assert failed.problem is FetchProblem.REFUSED_ADDRESS
    assert (len(hub.requests), listener.connections) == (1, 0)


async def test_a_hub_that_has_moved_is_asked_there(make_hubs: MakeHubs, hub: Hub) -> None:
    hub.answers.insert(0, b"HTTP/1.1 308 There\r\nLocation: /new\r\nContent-Length: 0\r\n\r\n")
    assert await make_hubs(f"127.0.0.1:{hub.port}").ask(f"http://127.0.0.1:{hub.port}/", FORM) is None
    assert [head.split()[1] for head, _ in hub.requests] == ["/", "/new"]
    assert hub.requests[1][1] == hub.requests[0][1]


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (b"HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n", 400),
        (b"HTTP/1.1 302 Found\r\nLocation: /new\r\nContent-Length: 0\r\n\r\n", 302),
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 99999\r\n\r\n", 503),
        (b"SSH-2.0-OpenSSH\r\n\r\n", None),
        (b"", None),
    ],
)
async def test_whatever_a_hub_answers_is_a_value(
    make_hubs: MakeHubs, hub: Hub, answer: bytes, status: int | None
) -> None:
    hub.answers = [answer, answer]
    failed = await make_hubs(f"127.0.0.1:{hub.port}").ask(f"http://127.0.0.1:{hub.port}/", FORM)
    assert failed is not None
    assert failed.status == status
    assert "s3cret" not in failed.reason


async def test_what_is_no_address_is_refused(make_hubs: MakeHubs) -> None:
    for hub in ("ftp://hub.example/", "javascript:alert(1)", "", "file:///etc/passwd"):
        failed = await make_hubs().ask(hub, FORM)
        assert failed is not None
        assert failed.problem is FetchProblem.REFUSED_ADDRESS
