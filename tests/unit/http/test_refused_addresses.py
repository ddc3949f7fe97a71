"""No feed, page or redirect leads to an address of the inside: nothing is even connected to."""

from __future__ import annotations

import pytest

from bot.adapters.http import HttpSettings
from bot.model import Fetched, FetchFailed, FetchProblem, FetchRequest
from tests.fakes.feed_server import Answer, FeedServer
from tests.unit.http.conftest import Listener, MakeFetcher

SPELLINGS = [
    "127.0.0.1",
    "localhost",
    "LOCALHOST.",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "127.1",
    "0177.0.0.1",
    "017700000001",
    "0.0.0.0",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[64:ff9b::7f00:1]",
    "127。0。0。1",
    "①②⑦.⓪.⓪.①",
]


@pytest.mark.parametrize("host", SPELLINGS)
async def test_loopback_is_refused_in_every_spelling_without_a_connection(
    host: str, listener: Listener, make_fetcher: MakeFetcher
) -> None:
    outcome = await make_fetcher(HttpSettings()).fetch(FetchRequest(f"http://{host}:{listener.port}/feed"))
    assert isinstance(outcome, FetchFailed)
    assert outcome.problem in (FetchProblem.REFUSED_ADDRESS, FetchProblem.UNREACHABLE)
    assert listener.connections == 0


@pytest.mark.parametrize("host", ["10.0.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "[fd00::1]", "[fe80::1]"])
async def test_private_and_metadata_addresses_are_refused_naming_the_setting(
    host: str, make_fetcher: MakeFetcher
) -> None:
    outcome = await make_fetcher(HttpSettings()).fetch(FetchRequest(f"http://{host}/latest/meta-data"))
    assert isinstance(outcome, FetchFailed)
    assert outcome.problem is FetchProblem.REFUSED_ADDRESS
    assert "network.allow_hosts" in outcome.reason
    assert f"{host}:80" in outcome.reason


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]"])
async def test_a_redirect_to_loopback_is_refused_without_a_connection(
    status: int, host: str, web: FeedServer, listener: Listener, make_fetcher: MakeFetcher
) -> None:
    web.redirect("/feed", f"http://{host}:{listener.port}/admin", status)
    outcome = await make_fetcher(HttpSettings()).fetch(FetchRequest(web.url("/feed"), trusted=True))
    assert isinstance(outcome, FetchFailed)
    assert outcome.problem is FetchProblem.REFUSED_ADDRESS
    assert "127.0.0.1 redirects to" in outcome.reason
    assert listener.connections == 0


async def test_a_name_with_one_private_address_among_public_ones_is_refused(
    listener: Listener, make_fetcher: MakeFetcher
) -> None:
    async def resolve(host: str, port: int) -> tuple[str, ...]:
        return ("93.184.216.34", "127.0.0.1")

    fetcher = make_fetcher(HttpSettings(), resolve)
    outcome = await fetcher.fetch(FetchRequest(f"http://mixed.example:{listener.port}/"))
    assert isinstance(outcome, FetchFailed)
    assert outcome.reason.startswith("mixed.example leads to 127.0.0.1, a loopback address")
    assert listener.connections == 0


async def test_a_name_is_resolved_once_so_that_it_cannot_change_between_check_and_connection(
    listener: Listener, make_fetcher: MakeFetcher
) -> None:
    asked: list[str] = []

    async def resolve(host: str, port: int) -> tuple[str, ...]:
        asked.append(host)
        return ("127.0.0.1",) if len(asked) > 1 else ("192.0.2.1",)

    settings = HttpSettings(total_seconds=0.2, allow_hosts=("rebind.example",))
    fetcher = make_fetcher(settings, resolve)
    await fetcher.fetch(FetchRequest(f"http://rebind.example:{listener.port}/"))
    assert asked == ["rebind.example"]
    assert listener.connections == 0


async def test_what_a_configuration_file_names_is_reached_and_nothing_beside_it(
    web: FeedServer, listener: Listener, make_fetcher: MakeFetcher
) -> None:
    web.put("/feed", Answer(b"news"))
    fetcher = make_fetcher(HttpSettings())
    trusted = await fetcher.fetch(FetchRequest(web.url("/feed"), trusted=True))
    assert isinstance(trusted, Fetched)
    # The connection just made is still open: it must not serve those that are not trusted.
    untrusted = await fetcher.fetch(FetchRequest(web.url("/feed")))
    assert isinstance(untrusted, FetchFailed)
    assert untrusted.problem is FetchProblem.REFUSED_ADDRESS
    assert len(web.hits()) == 1


async def test_a_trusted_feed_may_redirect_within_its_own_host_and_port(
    web: FeedServer, make_fetcher: MakeFetcher
) -> None:
    web.redirect("/feed", "/feed/", 301)
    web.put("/feed/", Answer(b"news"))
    outcome = await make_fetcher(HttpSettings()).fetch(FetchRequest(web.url("/feed"), trusted=True))
    assert isinstance(outcome, Fetched)
    assert outcome.body == b"news"


@pytest.mark.parametrize(("entry", "reached"), [("{host}:{port}", True), ("{host}", True), ("{host}:1", False)])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_allow_hosts_opens_exactly_what_it_names(
    host: str, entry: str, reached: bool, web: FeedServer, make_fetcher: MakeFetcher
) -> None:
    web.put("/feed", Answer(b"news"))
    settings = HttpSettings(allow_hosts=(entry.format(host=host, port=web.port),))
    outcome = await make_fetcher(settings).fetch(FetchRequest(web.url("/feed", host)))
    assert isinstance(outcome, Fetched) is reached
    assert len(web.hits()) == int(reached)


async def test_the_reason_can_be_followed_to_the_letter(web: FeedServer, make_fetcher: MakeFetcher) -> None:
    web.put("/feed", Answer(b"news"))
    refused = await make_fetcher(HttpSettings()).fetch(FetchRequest(web.url("/feed")))
    assert isinstance(refused, FetchFailed)
    entry = refused.reason.split('"')[1]
    allowed = await make_fetcher(HttpSettings(allow_hosts=(entry,))).fetch(FetchRequest(web.url("/feed")))
    assert isinstance(allowed, Fetched)


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1:25/"])
async def test_a_redirect_to_anything_but_http_is_refused(
    location: str, web: FeedServer, make_fetcher: MakeFetcher
) -> None:
    web.redirect("/feed", location)
    outcome = await make_fetcher(HttpSettings()).fetch(FetchRequest(web.url("/feed"), trusted=True))
    assert isinstance(outcome, FetchFailed)
    assert outcome.problem is FetchProblem.REFUSED_ADDRESS
