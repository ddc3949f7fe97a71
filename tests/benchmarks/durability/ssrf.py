"""Addresses of the private network in every spelling, by every way in, directly and through a proxy: who is reached."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from socket import EAI_NONAME, gaierror
from typing import Final
from xml.sax.saxutils import quoteattr

from bot.adapters.http import HttpFetcher, HttpHubs, HttpSettings, Lookups
from bot.adapters.http.connecting import Resolve, system_resolver
from bot.model import Fetched, FetchFailed, FetchRequest
from tests.benchmarks.durability.context import Context, Outcome
from tests.e2e.kabar_process import SETTINGS, Home
from tests.e2e.own_names import own_names
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.clock import FakeClock
from tests.fakes.feed_server import Answer, FeedServer
from tests.fakes.feeds import Item, rss
from tests.fakes.inside import HOSTS, NAMES, Inside, spellings
from tests.fakes.loopback import free_port
from tests.fakes.proxy import FakeProxy

PUBLIC: Final = "93.184.216.34"
PATIENCE: Final = 0.5
"""Seconds for a connection: there is nothing at the public addresses here."""

MODES = ("direct", "proxy", "changing name", "changing name behind a proxy")


@dataclass(frozen=True, slots=True)
class Tried:
    """One mode and way."""

    mode: str
    way: str
    cases: int
    reached: int

    def __str__(self) -> str:
        return f"{self.mode}, {self.way}: {self.cases} cases, {self.reached} reached"


def run(context: Context) -> Outcome:
    """Whether nobody reached the inside."""
    tried: list[Tried] = []
    for mode in MODES:
        tried += asyncio.run(_in_process(mode))
    tried += [_process(context, mode) for mode in (("direct",) if context.quick else ("direct", "proxy"))]
    cases, reached = sum(one.cases for one in tried), sum(one.reached for one in tried)
    return Outcome(reached == 0 and cases >= 300, (*map(str, tried), f"ssrf: {cases} cases, {reached} reached"))


def _changing() -> Resolve:
    """A name server that says a public address when it is checked, and an inner one ever after."""
    asked: set[str] = set()
    real = system_resolver(Lookups(64))

    async def resolve(host: str, port: int) -> tuple[str, ...]:
        if not host.endswith(".changing"):
            return await _known(real, host, port)
        is_first = host not in asked
        asked.add(host)
        return (PUBLIC,) if is_first else ("127.0.0.1",)

    return resolve


async def _known(real: Resolve, host: str, port: int) -> tuple[str, ...]:
    name = host.rstrip(".").lower()
    if name == "public.test":
        return (PUBLIC,)
    if name in NAMES:
        return NAMES[name]
    if any(c not in "0123456789abcdefx.:%lo" for c in name) and name not in ("localhost",):
        raise gaierror(EAI_NONAME, "Name or service not known")
    return await real(host, port)


async def _in_process(mode: str) -> list[Tried]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    resolve = _changing()
    with Inside() as inside, FeedServer() as outlet:
        addresses = list(spellings(inside.port))
        if mode.startswith("changing name"):
            addresses = [f"http://name{number}.changing:{inside.port}/" for number in range(40)]
        leads = {"intranet.corp": ("127.0.0.1", inside.port), PUBLIC: ("127.0.0.1", outlet.port)}
        with FakeProxy(leads, connects=True) as proxy:
            settings = HttpSettings(
                proxy=proxy.url if mode.endswith("proxy") else "",
                allow_hosts=(f"127.0.0.1:{outlet.port}",),
                concurrency=200,
                per_host=100,
                connect_seconds=PATIENCE,
                total_seconds=2 * PATIENCE,
            )
            for number, url in enumerate(addresses):
                location = url.strip().replace("\n", "").encode().decode("latin-1")
                outlet.put(f"/{number}", Answer(status=307, headers={"location": location}))
            via = {url: outlet.url(f"/{number}") for number, url in enumerate(addresses)}
            async with (
                HttpFetcher(settings, FakeClock(), resolve=resolve, ssl_context=tls) as fetcher,
                HttpHubs(settings, FakeClock(), resolve=resolve, ssl_context=tls) as hubs,
            ):
                named_by_operator = FetchRequest(f"http://127.0.0.1:{inside.port}/", trusted=True)
                assert isinstance(await fetcher.fetch(named_by_operator), Fetched), "nobody could have been reached"
                ways: dict[str, Callable[[str], Awaitable[object]]] = {
                    "a feed": lambda url: fetcher.fetch(FetchRequest(url)),
                    "a page": lambda url: fetcher.fetch(FetchRequest(url, purpose="page")),
                    "asked again": lambda url: fetcher.fetch(FetchRequest(url, etag='"1"')),
                    "a redirect": lambda url: fetcher.fetch(FetchRequest(via[url])),
                    "a hub": lambda url: hubs.ask(url, {"hub.mode": "subscribe"}),
                    "a hub's redirect": lambda url: hubs.ask(via[url], {}),
                }
                return [await _try(mode, way, ask, addresses, inside) for way, ask in ways.items()]


async def _try(
    mode: str, way: str, ask: Callable[[str], Awaitable[object]], addresses: Sequence[str], inside: Inside
) -> Tried:
    before = inside.connections
    outcomes = await asyncio.gather(*map(ask, addresses))
    await asyncio.sleep(0.05)
    taken_in = sum(isinstance(outcome, Fetched) for outcome in outcomes)
    told = sum(isinstance(outcome, FetchFailed) for outcome in outcomes)
    return Tried(mode, way, told + taken_in, max(inside.connections - before, taken_in))


def _process(context: Context, mode: str) -> Tried:
    """A real Kabar that reads one feed full of such links, enclosures and hubs, and is told to add such feeds."""
    folder = context.folder / f"ssrf-{mode}"
    folder.mkdir()
    home = Home(folder, context.nursery, context.nursery.environment)
    with (
        Inside() as inside,
        FeedServer() as outlet,
        FakeBotApi() as api,
        FakeProxy({"intranet.corp": ("127.0.0.1", inside.port)}, connects=True) as proxy,
    ):
        api.add_chat(1001)
        home.environment |= {"KABAR_TELEGRAM_TOKEN": api.token, "KABAR_TELEGRAM_API_URL": api.url}
        home.environment |= own_names(folder, {name: list(found) for name, found in NAMES.items()})
        addresses = spellings(inside.port)
        items = [_item(number, url) for number, url in enumerate(addresses)]
        for start in range(0, len(items), 20):  # pages of twenty articles are read in one poll
            outlet.put_feed(f"/{start}", _feed(items[start : start + 20], addresses[start]))
        paths = [f"/{start}" for start in range(0, len(items), 20)]
        network = f'[network]\nproxy = "{proxy.url}"\n' if mode == "proxy" else ""
        hubs = f'[web]\nlisten = "127.0.0.1:{free_port()}"\npublic_url = "https://kabar.example"\n'
        home.configure(*map(outlet.url, paths), settings=SETTINGS + network + hubs)
        home.topic("korea", query="korea", chats=["1001"], examples=[f"http://inside.test:{inside.port}/"])
        with home.start("run", fresh=True) as kabar:
            kabar.wait_for(lambda: all(len(outlet.hits(path)) >= 2 for path in paths), "two polls of each")
            time.sleep(1)  # for hubs, which are asked beside the polls
            assert kabar.stop() == 0, kabar.err[-3000:]
        added = [f"http://{host}:{inside.port}/" for host in HOSTS[:: 40 if context.quick else 1]]
        for url in added:
            home.start("feeds", "add", url, fresh=True).wait()
        return Tried(mode, "a whole Kabar", 3 * len(addresses) + len(added) + 1, inside.connections)


def _item(number: int, url: str) -> Item:
    text = f"In story {number} the word korea is said."
    return Item(f"Story {number} about korea", text, f"g{number}", url, datetime.now(UTC), short=True)


def _feed(items: Sequence[Item], hub: str) -> bytes:
    """With the links of the items as enclosures too, and a hub."""
    head, *rest = rss(*items, title="Test Outlet").decode().split("</item>")
    enclosed = [
        f'<enclosure url={quoteattr(item.link or "")} length="1" type="image/png"/></item>{after}'
        for item, after in zip(items, rest, strict=True)
    ]
    named = f'<link xmlns="http://www.w3.org/2005/Atom" rel="hub" href={quoteattr(hub)}/>'
    return (head + "".join(enclosed)).replace("<language>", f"{named}<language>", 1).encode()
