"""Behind a proxy the same walls: what is checked here is what the proxy connects to."""

from __future__ import annotations

import asyncio
import socket
from base64 import b64encode
from collections.abc import Iterator

import pytest

from bot.adapters.http import HttpFetcher, HttpHubs, HttpSettings
from bot.errors import UsageError
from bot.model import Fetched, FetchFailed, FetchOutcome, FetchProblem, FetchRequest
from tests.fakes.clock import FakeClock
from tests.fakes.feed_server import Answer, FeedServer
from tests.fakes.proxy import FakeProxy
from tests.unit.http.conftest import Listener, MakeFetcher, nobody_trusted

PUBLIC = "93.184.216.34"


async def resolve(host: str, port: int) -> tuple[str, ...]:
    """`….test` is public, `inside.test` is not, and nothing else has a name here."""
    if host == "127.0.0.1":  # the proxy
        return (host,)
    if host == "inside.test":
        return ("10.0.0.5",)
    if host.endswith(".test"):
        return (PUBLIC,)
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


@pytest.fixture
def proxy(web: FeedServer) -> Iterator[FakeProxy]:
    """It leads everything to the package's web server."""
    with FakeProxy({"": ("127.0.0.1", web.port)}) as running:
        yield running


def body(outcome: FetchOutcome) -> bytes:
    assert isinstance(outcome, Fetched), outcome
    return outcome.body


def reason(outcome: FetchOutcome) -> str:
    assert isinstance(outcome, FetchFailed), outcome
    return outcome.reason


async def test_the_proxy_connects_to_the_address_that_was_checked(
    proxy: FakeProxy, web: FeedServer, make_fetcher: MakeFetcher
) -> None:
    """So that what its own name server says is of no matter; the site is still asked by its name."""
    web.put("/feed", Answer(b"news"))
    fetcher = make_fetcher(HttpSettings(proxy=proxy.url), resolve)
    assert body(await fetcher.fetch(FetchRequest("http://www.kompas.test/feed"))) == b"news"
    assert proxy.asked == [f"CONNECT {PUBLIC}:80"]
    assert web.hits("/feed")[0].headers["host"] == "www.kompas.test"


async def test_a_secure_site_is_named_to_itself_alone(listener: Listener, make_fetcher: MakeFetcher) -> None:
    hellos: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            hellos.append(await reader.read(2_000))
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        with FakeProxy({"": ("127.0.0.1", server.sockets[0].getsockname()[1])}) as proxy:
            fetcher = make_fetcher(HttpSettings(proxy=proxy.url), resolve)
            reason(await fetcher.fetch(FetchRequest("https://www.kompas.test/feed")))
            assert set(proxy.asked) == {f"CONNECT {PUBLIC}:443"}
    assert b"www.kompas.test" in hellos[0]  # server_name, RFC 6066 section 3


async def test_a_name_that_cannot_be_checked_is_not_handed_to_the_proxy(
    proxy: FakeProxy, make_fetcher: MakeFetcher
) -> None:
    fetcher = make_fetcher(HttpSettings(proxy=proxy.url), resolve)
    for url in ("http://intranet.corp/", "https://intranet.corp/"):
        said = reason(await fetcher.fetch(FetchRequest(url)))
        assert said.startswith("intranet.corp cannot be found")
        assert "network.proxy_resolves" in said
    assert proxy.asked == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.1", "inside.test", "[::ffff:10.0.0.1]"])
@pytest.mark.parametrize("resolves", [False, True])
async def test_a_proxy_is_not_asked_for_what_is_known_to_be_private(
    host: str, resolves: bool, proxy: FakeProxy, make_fetcher: MakeFetcher
) -> None:
    async def also_numbers(name: str, port: int) -> tuple[str, ...]:
        known = {"localhost": "127.0.0.1", "10.0.0.1": "10.0.0.1", "::ffff:10.0.0.1": "::ffff:10.0.0.1"}
        return (known[name],) if name in known else await resolve(name, port)

    fetcher = make_fetcher(HttpSettings(proxy=proxy.url, proxy_resolves=resolves), also_numbers)
    outcome = await fetcher.fetch(FetchRequest(f"http://{host}:8080/"))
    assert isinstance(outcome, FetchFailed)
    assert outcome.problem is FetchProblem.REFUSED_ADDRESS
    assert proxy.asked == []


async def test_each_hop_of_a_redirect_is_checked(proxy: FakeProxy, web: FeedServer, make_fetcher: MakeFetcher) -> None:
    fetcher = make_fetcher(HttpSettings(proxy=proxy.url), resolve)
    for target in ("http://inside.test/", "http://intranet.corp/"):
        web.redirect("/feed", target)
        assert isinstance(await fetcher.fetch(FetchRequest("http://www.kompas.test/feed")), FetchFailed)
    assert set(proxy.asked) == {f"CONNECT {PUBLIC}:80"}


async def test_a_name_that_changes_between_check_and_connection_changes_nothing(
    proxy: FakeProxy, make_fetcher: MakeFetcher
) -> None:
    asked: list[str] = []

    async def rebinding(host: str, port: int) -> tuple[str, ...]:
        if host == "127.0.0.1":
            return (host,)
        asked.append(host)
        return (PUBLIC,) if len(asked) == 1 else ("10.0.0.5",)

    fetcher = make_fetcher(HttpSettings(proxy=proxy.url), rebinding)
    await fetcher.fetch(FetchRequest("http://rebind.test/feed"))
    assert (asked, proxy.asked) == (["rebind.test"], [f"CONNECT {PUBLIC}:80"])


async def test_where_the_proxy_is_the_wall_it_is_asked_by_name(
    proxy: FakeProxy, web: FeedServer, make_fetcher: MakeFetcher
) -> None:
    web.put("/feed", Answer(b"news"))
    fetcher = make_fetcher(HttpSettings(proxy=proxy.url, proxy_resolves=True), resolve)
    assert body(await fetcher.fetch(FetchRequest("http://intranet.corp/feed"))) == b"news"
    reason(await fetcher.fetch(FetchRequest("https://intranet.corp/feed")))
    assert proxy.asked[:2] == ["GET http://intranet.corp/feed", "CONNECT intranet.corp:443"]


async def test_what_the_operator_names_is_asked_by_name(
    proxy: FakeProxy, web: FeedServer, make_fetcher: MakeFetcher
) -> None:
    """A feed of a file, and a host in `network.allow_hosts`: they may be inside, and known to the proxy alone."""
    web.put("/feed", Answer(b"news"))
    fetcher = make_fetcher(HttpSettings(proxy=proxy.url, allow_hosts=("wiki.corp",)), resolve)
    assert body(await fetcher.fetch(FetchRequest("http://intranet.corp/feed", trusted=True))) == b"news"
    assert body(await fetcher.fetch(FetchRequest("http://wiki.corp/feed"))) == b"news"
    said = reason(await fetcher.fetch(FetchRequest("http://intranet.corp/feed")))  # no connection of theirs is used
    assert "cannot be found" in said


async def test_the_next_address_is_tried_where_the_proxy_does_not_reach_the_first(
    web: FeedServer, make_fetcher: MakeFetcher
) -> None:
    async def two(host: str, port: int) -> tuple[str, ...]:
        return (host,) if host == "127.0.0.1" else ("2606:2800:220:1::1", PUBLIC)

    web.put("/feed", Answer(b"news"))
    with FakeProxy({PUBLIC: ("127.0.0.1", web.port)}) as proxy:
        fetcher = make_fetcher(HttpSettings(proxy=proxy.url), two)
        assert body(await fetcher.fetch(FetchRequest("http://www.kompas.test/feed"))) == b"news"
        assert proxy.asked == ["CONNECT [2606:2800:220:1::1]:80", f"CONNECT {PUBLIC}:80"]


async def test_a_proxy_that_allows_no_tunnel_is_named_with_the_way_out(
    web: FeedServer, make_fetcher: MakeFetcher
) -> None:
    with FakeProxy({"": ("127.0.0.1", web.port)}, refuses=403) as proxy:
        fetcher = make_fetcher(HttpSettings(proxy=proxy.url.replace("//", "//user:secret@")), resolve)
        said = reason(await fetcher.fetch(FetchRequest("http://www.kompas.test/feed")))
        assert "network.proxy" in said
        assert "403" in said
        assert "network.proxy_resolves" in said
        assert "secret" not in said
        assert b"Proxy-Authorization: Basic " + b64encode(b"user:secret") in proxy.heads[0]


async def test_a_proxy_that_hangs_is_given_up_in_time(make_fetcher: MakeFetcher) -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.read(-1)
        finally:
            writer.close()

    async with await asyncio.start_server(hang, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        fetcher = make_fetcher(HttpSettings(proxy=url, connect_seconds=0.2), resolve)
        outcome = await fetcher.fetch(FetchRequest("http://www.kompas.test/feed"))
    assert isinstance(outcome, FetchFailed)
    assert outcome.problem is FetchProblem.TIMEOUT


async def test_hubs_have_the_same_walls(proxy: FakeProxy) -> None:
    settings = HttpSettings(proxy=proxy.url)
    async with HttpHubs(settings, FakeClock(), resolve=resolve, ssl_context=nobody_trusted()) as hubs:
        assert await hubs.ask("http://intranet.corp/", {}) is not None
        assert await hubs.ask("http://inside.test/", {}) is not None
    assert proxy.asked == []


@pytest.mark.parametrize("proxy_url", ["socks5://127.0.0.1:1080", "proxy.lan:3128", "nonsense", "http://"])
async def test_a_proxy_that_cannot_be_used_is_said_at_the_start(proxy_url: str) -> None:
    with pytest.raises(UsageError, match=r"network\.proxy"):
        HttpFetcher(HttpSettings(proxy=proxy_url), FakeClock())
