"""What the tests of fetching share: a web server, a listener that counts connections, names that lead to loopback."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import pytest

from bot.adapters.http import HttpFetcher, HttpSettings
from bot.adapters.http.connecting import Resolve
from tests.fakes.clock import FakeClock
from tests.fakes.feed_server import FeedServer


@dataclass(slots=True)
class Listener:
    """A port of 127.0.0.1 that answers whatever it is told to, byte by byte as given, and counts who comes."""

    port: int = 0
    answer: bytes = b""
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            self.requests.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(self.answer)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    counter = Listener()
    server = await asyncio.start_server(counter.serve, "127.0.0.1", 0)
    counter.port = server.sockets[0].getsockname()[1]
    async with server:
        yield counter


@pytest.fixture(scope="package")
def _server() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


@pytest.fixture
def web(_server: FeedServer) -> FeedServer:
    """The package's web server, with nothing on it."""
    _server.clear()
    return _server


def nobody_trusted() -> ssl.SSLContext:
    """Making one that trusts everybody's usual authorities takes longer than most tests here."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@pytest.fixture(scope="package")
def authorities() -> ssl.SSLContext:
    return nobody_trusted()


async def lead_to_loopback(host: str, port: int) -> tuple[str, ...]:
    """A resolver: every `….test` is here, and nothing else is anywhere."""
    if not host.endswith(".test"):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return ("127.0.0.1",)


class MakeFetcher(Protocol):
    def __call__(
        self,
        settings: HttpSettings,
        resolve: Resolve | None = None,
        environment: Mapping[str, str] | None = None,
        clock: FakeClock | None = None,
    ) -> HttpFetcher: ...


@pytest.fixture
async def make_fetcher(authorities: ssl.SSLContext) -> AsyncIterator[MakeFetcher]:
    """Fetchers with the given settings (and the system's resolver unless given another), closed at the end."""
    made: list[HttpFetcher] = []

    def make(
        settings: HttpSettings,
        resolve: Resolve | None = None,
        environment: Mapping[str, str] | None = None,
        clock: FakeClock | None = None,
    ) -> HttpFetcher:
        made.append(
            HttpFetcher(
                settings, clock or FakeClock(), resolve=resolve, ssl_context=authorities, environment=environment
            )
        )
        return made[-1]

    yield make
    for fetcher in made:
        await fetcher.aclose()
