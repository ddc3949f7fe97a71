"""What every Fetcher promises to polling: values for whatever happens, and validators that work."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.adapters.http import HttpFetcher, HttpSettings
from bot.model import Fetched, FetchFailed, FetchProblem, FetchRequest, NotModified
from bot.ports import Fetcher
from tests.fakes.clock import FakeClock
from tests.fakes.feed_server import Answer, FeedServer
from tests.fakes.fetcher import FakeFetcher

SITE = {
    "/feed": Answer(b"<rss/>", headers={"content-type": "text/xml"}, etag='"v1"'),
    "/dated": Answer(b"<rss/>", last_modified="Mon, 02 Mar 2026 08:00:00 GMT"),
    "/gone": Answer(status=410),
    "/wall": Answer(status=403),
    "/busy": Answer(status=429, headers={"retry-after": "60"}),
    "/error": Answer(status=500),
    "/moved": Answer(status=301, headers={"location": "/feed"}),
    "/elsewhere": Answer(status=302, headers={"location": "/feed"}),
}


@pytest.fixture(scope="module")
def server() -> Iterator[FeedServer]:
    with FeedServer() as running:
        for path, answer in SITE.items():
            running.put(path, answer)
        yield running


@pytest.fixture(params=["http", "fake"])
async def fetcher(request: pytest.FixtureRequest, server: FeedServer) -> AsyncIterator[Fetcher]:
    if request.param == "fake":
        yield FakeFetcher({server.url(path): answer for path, answer in SITE.items()})
        return
    async with HttpFetcher(HttpSettings(), FakeClock()) as real:
        yield real


def ask(server: FeedServer, path: str, *, etag: str | None = None, last_modified: str | None = None) -> FetchRequest:
    return FetchRequest(server.url(path), etag=etag, last_modified=last_modified, trusted=True)


async def test_a_document_comes_with_what_is_needed_to_ask_again(fetcher: Fetcher, server: FeedServer) -> None:
    outcome = await fetcher.fetch(ask(server, "/feed"))
    assert isinstance(outcome, Fetched)
    assert outcome.body == b"<rss/>"
    assert outcome.url == server.url("/feed")
    assert outcome.headers["content-type"] == "text/xml"
    assert outcome.etag == '"v1"'
    assert outcome.moved_to is None


@pytest.mark.parametrize("path", ["/feed", "/dated"])
async def test_asked_again_an_unchanged_document_is_not_sent(path: str, fetcher: Fetcher, server: FeedServer) -> None:
    first = await fetcher.fetch(ask(server, path))
    assert isinstance(first, Fetched)
    again = await fetcher.fetch(ask(server, path, etag=first.etag, last_modified=first.last_modified))
    assert isinstance(again, NotModified)
    assert again.url == server.url(path)


async def test_a_changed_document_is_sent(fetcher: Fetcher, server: FeedServer) -> None:
    outcome = await fetcher.fetch(ask(server, "/feed", etag='"v0"'))
    assert isinstance(outcome, Fetched)


@pytest.mark.parametrize(
    ("path", "problem", "status"),
    [
        ("/gone", FetchProblem.GONE, 410),
        ("/wall", FetchProblem.BLOCKED, 403),
        ("/busy", FetchProblem.RATE_LIMITED, 429),
        ("/error", FetchProblem.HTTP_ERROR, 500),
        ("/absent", FetchProblem.HTTP_ERROR, 404),
    ],
)
async def test_what_a_server_refuses_is_a_value_in_one_line(
    path: str, problem: FetchProblem, status: int, fetcher: Fetcher, server: FeedServer
) -> None:
    outcome = await fetcher.fetch(ask(server, path))
    assert isinstance(outcome, FetchFailed)
    assert (outcome.problem, outcome.status) == (problem, status)
    assert outcome.reason
    assert "\n" not in outcome.reason


async def test_a_busy_server_says_when(fetcher: Fetcher, server: FeedServer) -> None:
    outcome = await fetcher.fetch(ask(server, "/busy"))
    assert isinstance(outcome, FetchFailed)
    assert outcome.retry_after is not None
    assert outcome.retry_after.total_seconds() == 60


@pytest.mark.parametrize(("path", "moves"), [("/moved", True), ("/elsewhere", False)])
async def test_redirects_are_followed(path: str, moves: bool, fetcher: Fetcher, server: FeedServer) -> None:
    outcome = await fetcher.fetch(ask(server, path))
    assert isinstance(outcome, Fetched)
    assert outcome.url == server.url("/feed")
    assert outcome.moved_to == (server.url("/feed") if moves else None)


@pytest.mark.parametrize("url", ["", "not an address", "ftp://news.id/", "http://\ud800/", "file:///etc/hostname"])
async def test_no_address_makes_it_raise(url: str, fetcher: Fetcher) -> None:
    assert isinstance(await fetcher.fetch(FetchRequest(url)), FetchFailed)
