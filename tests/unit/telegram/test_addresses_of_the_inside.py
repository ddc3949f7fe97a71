"""Whatever address people send, nothing of the inside is even connected to; and who may change that learns how."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.adapters.http import HttpFetcher, HttpSettings
from tests.fakes.clock import FakeClock
from tests.fakes.feed_server import Answer, FeedServer
from tests.unit.telegram.conftest import ADMIN, Bench
from tests.unit.telegram.sources import MEMBER, let_in
from tests.unit.telegram.talking import say

HOSTS = [
    "127.0.0.1",
    "localhost",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "127.1",
    "0.0.0.0",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "10.0.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "inside.test",
    "mixed.test",
]
NAMES = {"inside.test": ("127.0.0.1",), "mixed.test": ("93.184.216.34", "::ffff:127.0.0.1")}


@dataclass(slots=True)
class Inside:
    """A port of the loopback that nobody has any business with."""

    port: int = 0
    connections: int = 0

    def url(self, host: str) -> str:
        return f"http://{host}:{self.port}/x"


@pytest.fixture
async def inside() -> AsyncIterator[Inside]:
    counted = Inside()

    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        counted.connections += 1
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        counted.port = server.sockets[0].getsockname()[1]
        yield counted


async def resolve(host: str, port: int) -> tuple[str, ...]:
    """The system's own, apart from the names of these tests."""
    if host in NAMES:
        return NAMES[host]
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(str(entry[4][0]) for entry in found)


@pytest.fixture
async def outlet(bench: Bench) -> AsyncIterator[FeedServer]:
    """A server that may be reached, and a bench that fetches over HTTP."""
    authorities = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with FeedServer() as server:
        settings = HttpSettings(allow_hosts=(f"127.0.0.1:{server.port}",))
        async with HttpFetcher(settings, FakeClock(), resolve=resolve, ssl_context=authorities) as fetcher:
            bench.http = fetcher
            await let_in(bench, MEMBER)
            bench.admins.append(ADMIN)
            yield server


@pytest.mark.parametrize("asking", ["/watch {}", "/feeds add {}", "{}"])
async def test_what_people_send_is_not_connected_to(
    bench: Bench, outlet: FeedServer, inside: Inside, asking: str
) -> None:
    async with bench.running():
        for host in HOSTS:
            answer = await say(bench, ADMIN, asking.format(inside.url(host)), language="en")
            assert answer.buttons.keys() <= {"Cancel"}, (host, answer.text)
            if host in ("127.0.0.1", "localhost", "[::1]", "10.0.0.1", "inside.test", "mixed.test"):
                assert "network.allow_hosts" in answer.text, answer.text
    assert inside.connections == 0


@pytest.mark.parametrize("asking", ["/watch {}", "/feeds add {}", "{}"])
async def test_where_what_people_send_redirects_to_is_not_connected_to(
    bench: Bench, outlet: FeedServer, inside: Inside, asking: str
) -> None:
    async with bench.running():
        for number, host in enumerate(HOSTS):
            outlet.redirect(f"/{number}", inside.url(host), 301 if number % 2 else 307)
            await say(bench, ADMIN, asking.format(outlet.url(f"/{number}")), language="en")
    assert {hit.path for hit in outlet.hits()} == {f"/{number}" for number in range(len(HOSTS))}
    assert inside.connections == 0


async def test_what_a_page_names_is_not_connected_to(bench: Bench, outlet: FeedServer, inside: Inside) -> None:
    text = "<p>The river rose on Monday night and the market at the old bridge was closed until noon.</p>" * 6
    for number, host in enumerate(HOSTS):
        url = inside.url(host)
        head = (
            f'<link rel="alternate" type="application/rss+xml" href="{url}"><link rel="canonical" href="{url}">'
            f'<meta property="og:image" content="{url}"><meta http-equiv="refresh" content="0; url={url}">'
        )
        page = f"<html><head><title>River</title>{head}</head><body><article>{text}</article></body></html>"
        outlet.put(f"/{number}", Answer(page.encode(), headers={"content-type": "text/html"}))
    async with bench.running():
        for number in range(len(HOSTS)):
            await say(bench, ADMIN, f"/watch {outlet.url(f'/{number}')}", language="en")
            await say(bench, ADMIN, f"/feeds add {outlet.url(f'/{number}')}", language="en")
    assert inside.connections == 0


async def test_files_and_other_schemes_are_no_addresses(bench: Bench, outlet: FeedServer, inside: Inside) -> None:
    async with bench.running():
        for scheme in ("file:///etc/passwd", "FILE:/etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1:1/"):
            answer = await say(bench, ADMIN, f"/feeds add {scheme}", language="en")
            assert "root:" not in answer.text
            assert "Add" not in answer.buttons
    assert outlet.hits() == ()
