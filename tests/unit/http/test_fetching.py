"""Fetching from real sockets: redirects, limits, slow and broken servers, courtesy."""

from __future__ import annotations

import asyncio
import gzip
import socket
import threading
from base64 import b64encode
from collections.abc import Coroutine, Sequence
from datetime import timedelta

import pytest

from bot.adapters.http import HttpFetcher, HttpSettings
from bot.model import Fetched, FetchFailed, FetchOutcome, FetchProblem, FetchRequest, NotModified
from tests.fakes.clock import FakeClock
from tests.fakes.feed_server import Answer, FeedServer
from tests.fakes.virtual_time import in_virtual_time
from tests.unit.http.conftest import Listener, MakeFetcher, lead_to_loopback, nobody_trusted

ALLOWED = ("127.0.0.1", "a.test", "b.test")


def failed(outcome: FetchOutcome) -> FetchFailed:
    assert isinstance(outcome, FetchFailed)
    return outcome


def fetched(outcome: FetchOutcome) -> Fetched:
    assert isinstance(outcome, Fetched)
    return outcome


# --- redirects ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [
        ((301,), True),
        ((308,), True),
        ((301, 308, 301), True),
        ((302,), False),
        ((301, 307), False),
        ((303, 301), False),
    ],
)
async def test_a_feed_has_moved_only_where_every_redirect_is_permanent(
    statuses: tuple[int, ...], moved: bool, web: FeedServer, make_fetcher: MakeFetcher
) -> None:
    for step, status in enumerate(statuses):
        web.redirect(f"/{step}", f"/{step + 1}", status)
    last = f"/{len(statuses)}"
    web.put(last, Answer(b"news"))
    outcome = fetched(await make_fetcher(HttpSettings(allow_hosts=ALLOWED)).fetch(FetchRequest(web.url("/0"))))
    assert outcome.body == b"news"
    assert outcome.url == web.url(last)
    assert outcome.moved_to == (web.url(last) if moved else None)


async def test_no_redirect_is_no_move(web: FeedServer, make_fetcher: MakeFetcher) -> None:
    web.put("/feed", Answer(b"news"))
    assert (
        fetched(await make_fetcher(HttpSettings()).fetch(FetchRequest(web.url("/feed"), trusted=True))).moved_to is None
    )


async def test_relative_and_unicode_locations_are_followed(web: FeedServer, make_fetcher: MakeFetcher) -> None:
    web.redirect("/a/b/feed", "../berita?x=1#top")
    web.put("/a/berita", Answer(b"news"))
    web.put("/raw", Answer(status=302, headers={"location": "/a/kabar-é".encode().decode("latin-1")}))
    web.put("/a/kabar-é", Answer(b"kabar"))
    fetcher = make_fetcher(HttpSettings(allow_hosts=ALLOWED))
    outcome = fetched(await fetcher.fetch(FetchRequest(web.url("/a/b/feed"))))
    assert outcome.url == web.url("/a/berita?x=1")
    assert fetched(await fetcher.fetch(FetchRequest(web.url("/raw")))).body == b"kabar"


@pytest.mark.parametrize("count", [5, 6])
async def test_five_redirects_are_followed_and_six_are_not(
    count: int, web: FeedServer, make_fetcher: MakeFetcher
) -> None:
    for step in range(count):
        web.redirect(f"/{step}", f"/{step + 1}")
    web.put(f"/{count}", Answer(b"news"))
    outcome = await make_fetcher(HttpSettings(allow_hosts=ALLOWED)).fetch(FetchRequest(web.url("/0")))
    if count == 5:
        assert fetched(outcome).body == b"news"
    else:
        assert failed(outcome).problem is FetchProblem.TOO_MANY_REDIRECTS
        assert "127.0.0.1 redirects more than 5 times" in failed(outcome).reason


async def test_a_redirect_to_itself_ends(web: FeedServer, make_fetcher: MakeFetcher) -> None:
    web.redirect("/feed", "/feed", 301)
    outcome = await make_fetcher(HttpSettings(allow_hosts=ALLOWED)).fetch(FetchRequest(web.url("/feed")))
    assert failed(outcome).problem is FetchProblem.TOO_MANY_REDIRECTS


async def test_a_redirect_without_a_place_is_a_failure(web: FeedServer, make_fetcher: MakeFetcher) -> None:
    web.put("/feed", Answer(status=302))
    outcome = await make_fetcher(HttpSettings(allow_hosts=ALLOWED)).fetch(FetchRequest(web.url("/feed")))
    assert failed(outcome).problem is FetchProblem.HTTP_ERROR


@pytest.mark.parametrize("location", ["http://a:99999/", "http://[::1", "mailto:x"])
async def test_a_redirect_to_no_address_says_so(location: str, web: FeedServer, make_fetcher: MakeFetcher) -> None:
    web.redirect("/feed", location)
    outcome = failed(await make_fetcher(HttpSettings(allow_hosts=ALLOWED)).fetch(FetchRequest(web.url("/feed"))))
    assert outcome.problem is FetchProblem.REFUSED_ADDRESS
    assert outcome.reason == "127.0.0.1 redirects to something that is not an http or https address"
    assert len(web.hits()) == 1


async def test_a_login_in_the_address_is_sent_to_its_own_host_only(web: FeedServer, make_fetcher: MakeFetcher) -> None:
    web.redirect("/feed", f"http://b.test:{web.port}/elsewhere")
    web.redirect("/here", "/there", 301)
    web.put("/there", Answer(b"news"))
    web.put("/elsewhere", Answer(b"news"))
    settings = HttpSettings(allow_hosts=ALLOWED)
    fetcher = make_fetcher(settings, lead_to_loopback)
    away = fetched(await fetcher.fetch(FetchRequest(f"http://me:secret@a.test:{web.port}/feed")))
    stays = fetched(await fetcher.fetch(FetchRequest(f"http://me:secret@a.test:{web.port}/here")))
    login = "Basic " + b64encode(b"me:secret").decode()
    assert [hit.headers.get("authorization") for hit in web.hits()] == [login, None, login, login]
    assert "secret" not in away.url + stays.url
    assert stays.moved_to == f"http://me:secret@a.test:{web.port}/there"


# --- limits ------------------------------------------------------------------------------------


async def test_a_gzip_bomb_is_given_up(web: FeedServer, make_fetcher: MakeFetcher) -> None:
    bomb = gzip.compress(b"\0" * 40_000_000)
    web.put("/feed", Answer(bomb, headers={"content-encoding": "gzip"}))
    outcome = failed(await make_fetcher(HttpSettings(allow_hosts=ALLOWED)).fetch(FetchRequest(web.url("/feed"))))
    assert outcome.problem is FetchProblem.TOO_LARGE
    assert outcome.reason == "127.0.0.1 sent more than 15,000,000 bytes"


async def test_pages_have_a_smaller_limit_than_feeds(web: FeedServer, make_fetcher: MakeFetcher) -> None:
    web.put("/x", Answer(b"x" * 2_000))
    fetcher = make_fetcher(HttpSettings(allow_hosts=ALLOWED, feed_limit=3_000, page_limit=1_000))
    assert len(fetched(await fetcher.fetch(FetchRequest(web.url("/x"), purpose="feed"))).body) == 2_000
    assert failed(await fetcher.fetch(FetchRequest(web.url("/x"), purpose="page"))).problem is FetchProblem.TOO_LARGE


async def test_a_packed_feed_arrives_unpacked_and_says_nothing_of_its_packing(
    web: FeedServer, make_fetcher: MakeFetcher
) -> None:
    web.put("/feed", Answer(gzip.compress(b"news" * 100), headers={"content-encoding": "gzip", "x-a": "1"}))
    outcome = fetched(await make_fetcher(HttpSettings(allow_hosts=ALLOWED)).fetch(FetchRequest(web.url("/feed"))))
    assert outcome.body == b"news" * 100
    assert "content-encoding" not in outcome.headers
    assert outcome.headers["x-a"] == "1"
    assert web.hits()[0].headers["accept-encoding"] == "gzip, deflate"


async def test_a_coding_that_was_not_offered_is_a_failure(web: FeedServer, make_fetcher: MakeFetcher) -> None:
    web.put("/feed", Answer(b"\x0b\x02", headers={"content-encoding": "br"}))
    outcome = failed(await make_fetcher(HttpSettings(allow_hosts=ALLOWED)).fetch(FetchRequest(web.url("/feed"))))
    assert outcome.problem is FetchProblem.BAD_CONTENT


async def test_a_slow_drip_ends_at_the_time_limit_and_leaves_no_slot_taken(
    web: FeedServer, make_fetcher: MakeFetcher
) -> None:
    web.put("/drip", Answer(b"x" * 100_000, drip=0.02))  # more than half an hour
    web.put("/feed", Answer(b"news"))
    fetcher = make_fetcher(HttpSettings(allow_hosts=ALLOWED, total_seconds=0.3, concurrency=2, per_host=2))
    slow = await asyncio.gather(*(fetcher.fetch(FetchRequest(web.url("/drip"))) for _ in range(4)))
    assert {failed(outcome).problem for outcome in slow} == {FetchProblem.TIMEOUT}
    assert failed(slow[0]).reason == "127.0.0.1 did not answer within 0.3 s"
    async with asyncio.timeout(60):
        while not isinstance(await fetcher.fetch(FetchRequest(web.url("/feed"))), Fetched):
            pass  # a busy computer may not manage it within 0.3 s


async def test_what_comes_in_drops_is_given_up_long_before_the_time_limit(
    web: FeedServer, make_fetcher: MakeFetcher
) -> None:
    web.put("/drip", Answer(b"x" * 100_000, drip=0.02))
    web.put("/slow", Answer(b"news" * 10, drip=0.01))
    settings = HttpSettings(allow_hosts=ALLOWED, drip_seconds=0.3, drip_bytes=100)
    outcome = failed(await make_fetcher(settings).fetch(FetchRequest(web.url("/drip"))))
    assert outcome.problem is FetchProblem.TIMEOUT
    assert outcome.reason == "127.0.0.1 did not answer to the end: less than 100 bytes in 0.3 s"
    patient = HttpSettings(allow_hosts=ALLOWED, drip_seconds=5, drip_bytes=10)
    assert fetched(await make_fetcher(patient).fetch(FetchRequest(web.url("/slow")))).body == b"news" * 10


async def test_the_time_limit_is_for_all_redirects_together(web: FeedServer, make_fetcher: MakeFetcher) -> None:
    for step in range(5):
        web.put(f"/{step}", Answer(status=302, headers={"location": f"/{step + 1}"}, delay=0.15))
    fetcher = make_fetcher(HttpSettings(allow_hosts=ALLOWED, total_seconds=0.4))
    assert failed(await fetcher.fetch(FetchRequest(web.url("/0")))).problem is FetchProblem.TIMEOUT
    assert len(web.hits()) <= 3


@in_virtual_time
async def test_waiting_for_a_slot_is_not_counted_as_waiting_for_the_server() -> None:
    """Four, one after the other, each of which takes most of the time that one may take."""

    async def resolve(host: str, port: int) -> tuple[str, ...]:
        await asyncio.sleep(20)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    settings = HttpSettings(total_seconds=25, connect_seconds=25, per_host=1)
    async with HttpFetcher(settings, FakeClock(), resolve=resolve, ssl_context=nobody_trusted()) as fetcher:
        requests = [FetchRequest("http://a.test/feed")] * 4
        outcomes = await asyncio.gather(*(fetcher.fetch(request) for request in requests))
    assert {failed(outcome).problem for outcome in outcomes} == {FetchProblem.UNREACHABLE}
    assert asyncio.get_running_loop().time() > 80


async def fetch_at_once(web: FeedServer, count: int, fetching: Sequence[Coroutine[None, None, FetchOutcome]]) -> None:
    """No request is answered before so many have come."""
    held = threading.Event()
    web.put("/feed", Answer(b"news", held=held, delay=0.02))
    tasks = asyncio.gather(*fetching)
    async with asyncio.timeout(60):
        while web.most_at_once < count:  # noqa: ASYNC110 -- the server lives in another thread
            await asyncio.sleep(0.01)
    held.set()
    assert all(isinstance(outcome, Fetched) for outcome in await tasks)


async def test_a_host_gets_no_more_requests_at_once_than_allowed(web: FeedServer, make_fetcher: MakeFetcher) -> None:
    fetcher = make_fetcher(HttpSettings(allow_hosts=ALLOWED, concurrency=8, per_host=2))
    await fetch_at_once(web, 2, [fetcher.fetch(FetchRequest(web.url("/feed"))) for _ in range(8)])
    assert web.most_at_once == 2
    assert len(web.hits("/feed")) == 8


async def test_all_hosts_together_get_no_more_requests_at_once_than_allowed(
    web: FeedServer, make_fetcher: MakeFetcher
) -> None:
    hosts = [f"h{number}.test" for number in range(8)]
    settings = HttpSettings(allow_hosts=tuple(hosts), concurrency=3, per_host=2)
    fetcher = make_fetcher(settings, lead_to_loopback)
    await fetch_at_once(web, 3, [fetcher.fetch(FetchRequest(web.url("/feed", host))) for host in hosts])
    assert web.most_at_once == 3


@in_virtual_time
async def test_a_slow_host_does_not_hold_up_the_others() -> None:
    async def resolve(host: str, port: int) -> tuple[str, ...]:
        await asyncio.sleep(20 if host == "slow.test" else 0)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    settings = HttpSettings(connect_seconds=25, concurrency=2, per_host=1)
    async with HttpFetcher(settings, FakeClock(), resolve=resolve, ssl_context=nobody_trusted()) as fetcher:
        slow = [asyncio.create_task(fetcher.fetch(FetchRequest("http://slow.test/feed"))) for _ in range(3)]
        await asyncio.sleep(1)
        assert "cannot be found" in failed(await fetcher.fetch(FetchRequest("http://fast.test/feed"))).reason
        assert asyncio.get_running_loop().time() == 1
        await asyncio.gather(*slow)


# --- servers and networks that fail ------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (403, FetchProblem.BLOCKED),
        (404, FetchProblem.HTTP_ERROR),
        (410, FetchProblem.GONE),
        (500, FetchProblem.HTTP_ERROR),
    ],
)
async def test_statuses(status: int, problem: FetchProblem, web: FeedServer, make_fetcher: MakeFetcher) -> None:
    web.put("/feed", Answer(b"<html>no", status=status))
    outcome = failed(await make_fetcher(HttpSettings(allow_hosts=ALLOWED)).fetch(FetchRequest(web.url("/feed"))))
    assert (outcome.problem, outcome.status) == (problem, status)


async def test_429_says_when_to_come_back(web: FeedServer, make_fetcher: MakeFetcher) -> None:
    web.put("/feed", Answer(status=429, headers={"retry-after": "90"}))
    outcome = failed(await make_fetcher(HttpSettings(allow_hosts=ALLOWED)).fetch(FetchRequest(web.url("/feed"))))
    assert outcome.problem is FetchProblem.RATE_LIMITED
    assert outcome.retry_after is not None
    assert outcome.retry_after.total_seconds() == 90


async def test_a_host_that_wants_to_be_asked_less_often_is_not_asked_for_its_other_feeds(
    web: FeedServer, make_fetcher: MakeFetcher
) -> None:
    clock = FakeClock()
    fetcher = make_fetcher(HttpSettings(allow_hosts=ALLOWED), lead_to_loopback, clock=clock)
    web.put("/one", Answer(status=429, headers={"retry-after": "90"}))
    for path in ("/two", "/three"):
        web.put(path, Answer(b"news"))
    failed(await fetcher.fetch(FetchRequest(web.url("/one", "a.test"))))
    outcome = failed(await fetcher.fetch(FetchRequest(web.url("/two", "a.test"))))
    assert outcome.problem is FetchProblem.RATE_LIMITED
    assert outcome.retry_after is not None
    assert outcome.retry_after.total_seconds() == 90
    assert web.hits("/two") == ()
    fetched(await fetcher.fetch(FetchRequest(web.url("/three", "b.test"))))
    clock.set(clock.now() + timedelta(seconds=90))
    fetched(await fetcher.fetch(FetchRequest(web.url("/two", "a.test"))))


async def test_a_host_that_refuses_one_feed_for_days_is_asked_for_the_others_after_an_hour(
    web: FeedServer, make_fetcher: MakeFetcher
) -> None:
    clock = FakeClock()
    fetcher = make_fetcher(HttpSettings(allow_hosts=ALLOWED), clock=clock)
    web.put("/one", Answer(status=429, headers={"retry-after": "864000"}))
    web.put("/two", Answer(b"news"))
    failed(await fetcher.fetch(FetchRequest(web.url("/one"))))
    assert failed(await fetcher.fetch(FetchRequest(web.url("/two")))).problem is FetchProblem.RATE_LIMITED
    clock.set(clock.now() + timedelta(hours=1))
    assert fetched(await fetcher.fetch(FetchRequest(web.url("/two")))).body == b"news"


async def test_304_to_a_question_that_set_no_condition_is_a_failure(web: FeedServer, make_fetcher: MakeFetcher) -> None:
    web.put("/feed", Answer(status=304))
    outcome = await make_fetcher(HttpSettings(allow_hosts=ALLOWED)).fetch(FetchRequest(web.url("/feed")))
    assert failed(outcome).status == 304


async def test_last_modified_alone_is_a_condition_too(web: FeedServer, make_fetcher: MakeFetcher) -> None:
    stamp = "Mon, 02 Mar 2026 08:00:00 GMT"
    web.put("/feed", Answer(b"news", last_modified=stamp))
    fetcher = make_fetcher(HttpSettings(allow_hosts=ALLOWED))
    assert fetched(await fetcher.fetch(FetchRequest(web.url("/feed")))).last_modified == stamp
    again = await fetcher.fetch(FetchRequest(web.url("/feed"), last_modified=stamp))
    assert isinstance(again, NotModified)


async def test_a_name_that_nobody_knows_is_one_calm_line(make_fetcher: MakeFetcher) -> None:
    fetcher = make_fetcher(HttpSettings(), lead_to_loopback)
    outcome = failed(await fetcher.fetch(FetchRequest("https://www.kompas.com/feed")))
    assert outcome.problem is FetchProblem.UNREACHABLE
    assert outcome.reason == "www.kompas.com cannot be found: no network or no such host"


async def test_a_malformed_international_name_is_one_calm_line(make_fetcher: MakeFetcher) -> None:
    outcome = failed(await make_fetcher(HttpSettings(), lead_to_loopback).fetch(FetchRequest("http://xn--zz--/feed")))
    assert outcome.reason == "xn--zz-- cannot be found: no network or no such host"


@in_virtual_time
async def test_a_name_service_that_does_not_answer_is_waited_for_only_so_long() -> None:
    async def resolve(host: str, port: int) -> tuple[str, ...]:
        await asyncio.sleep(60)
        return ()

    settings = HttpSettings(connect_seconds=5)
    async with HttpFetcher(settings, FakeClock(), resolve=resolve, ssl_context=nobody_trusted()) as fetcher:
        outcome = failed(await fetcher.fetch(FetchRequest("https://www.kompas.com/feed")))
    assert outcome.problem is FetchProblem.UNREACHABLE
    assert "www.kompas.com cannot be found" in outcome.reason
    assert asyncio.get_running_loop().time() == 5


async def test_a_closed_port_refuses(make_fetcher: MakeFetcher) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        outcome = failed(await make_fetcher(HttpSettings()).fetch(FetchRequest(url, trusted=True)))
    assert outcome.problem is FetchProblem.UNREACHABLE
    assert outcome.reason == "127.0.0.1 cannot be reached: it refuses the connection"


async def test_the_next_address_is_tried_where_the_first_does_not_answer(
    web: FeedServer, make_fetcher: MakeFetcher
) -> None:
    async def resolve(host: str, port: int) -> tuple[str, ...]:
        return ("127.0.0.2", "127.0.0.1")

    web.put("/feed", Answer(b"news"))
    fetcher = make_fetcher(HttpSettings(allow_hosts=("two.test",)), resolve)
    assert fetched(await fetcher.fetch(FetchRequest(web.url("/feed", "two.test")))).body == b"news"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\x15\x03\x01\x00\x02\x02F" * 20,
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300_000,
        b"HTTP/1.1 999999 What\r\n\r\n",
        b"HTTP/1.1 301 Moved\r\nLocation: \xff\xfe\x00\r\n\r\n",
    ],
)
async def test_a_broken_answer_is_one_calm_line(answer: bytes, listener: Listener, make_fetcher: MakeFetcher) -> None:
    listener.answer = answer
    url = f"http://127.0.0.1:{listener.port}/feed"
    outcome = failed(await make_fetcher(HttpSettings()).fetch(FetchRequest(url, trusted=True)))
    assert outcome.problem is FetchProblem.UNREACHABLE
    assert outcome.reason == "127.0.0.1 broke off its answer"


async def test_stored_validators_that_no_header_can_carry_do_no_harm(
    web: FeedServer, make_fetcher: MakeFetcher
) -> None:
    web.put("/feed", Answer(b"news"))
    request = FetchRequest(web.url("/feed"), etag='"\n\u0101"', last_modified="\x00", trusted=True)
    outcome = await make_fetcher(HttpSettings()).fetch(request)
    assert isinstance(outcome, (Fetched, FetchFailed))


async def test_a_kept_connection_that_the_server_closed_is_made_anew(make_fetcher: MakeFetcher) -> None:
    connections = 0

    async def answer_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnews")
            await writer.drain()
            await reader.read(1)  # the next request begins on the same connection: hang up on it
        finally:
            writer.close()

    async with await asyncio.start_server(answer_once, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        fetcher = make_fetcher(HttpSettings())
        bodies = [fetched(await fetcher.fetch(FetchRequest(url, trusted=True))).body for _ in range(3)]
        await fetcher.aclose()
    assert bodies == [b"news"] * 3
    assert connections == 3


# --- courtesy, proxies -------------------------------------------------------------------------


async def test_requests_say_who_asks_and_for_which_host(web: FeedServer, make_fetcher: MakeFetcher) -> None:
    web.put("/feed", Answer(b"news"))
    settings = HttpSettings(contact="mailto:me@example.org (x)\r\ny", allow_hosts=ALLOWED)
    fetcher = make_fetcher(settings, lead_to_loopback)
    await fetcher.fetch(FetchRequest(web.url("/feed", "a.test"), etag='"abc"', last_modified="then"))
    headers = web.hits()[0].headers
    assert headers["host"] == f"a.test:{web.port}"
    assert headers["user-agent"].startswith("Kabar/")
    assert headers["user-agent"].endswith("(+mailto:me@example.org xy)")
    assert (headers["if-none-match"], headers["if-modified-since"]) == ('"abc"', "then")
    assert "cookie" not in headers


async def test_cookies_are_sent_back_within_one_chain_of_redirects_and_then_forgotten(
    web: FeedServer, make_fetcher: MakeFetcher
) -> None:
    web.put("/feed", Answer(status=302, headers={"location": "/feed/", "set-cookie": "id=1; Path=/"}))
    web.put("/feed/", Answer(b"news", headers={"set-cookie": "id=2; Path=/"}))
    fetcher = make_fetcher(HttpSettings(allow_hosts=ALLOWED))
    for _ in range(2):
        assert "set-cookie" not in fetched(await fetcher.fetch(FetchRequest(web.url("/feed")))).headers
    assert [hit.headers.get("cookie") for hit in web.hits()] == [None, "id=1", None, "id=1"]


async def test_a_journal_that_redirects_until_its_cookie_comes_back_is_read(
    web: FeedServer, make_fetcher: MakeFetcher
) -> None:
    asks_for_cookie = Answer(status=302, headers={"location": "/feed", "set-cookie": "OJSSID=7; path=/; HttpOnly"})
    web.put("/feed", Answer(b"news", without_cookie=asks_for_cookie))
    assert fetched(await make_fetcher(HttpSettings(allow_hosts=ALLOWED)).fetch(FetchRequest(web.url("/feed")))).body


@pytest.mark.parametrize(
    ("cookie", "is_sent"),
    [
        ("id=1", False),
        ("id=1; Domain=b.test; Path=/", False),
        ("id=1; Domain=test; Path=/", False),
        ("id=1; Path=/; Secure", False),
    ],
)
async def test_cookies_go_to_no_other_host(
    cookie: str, is_sent: bool, web: FeedServer, make_fetcher: MakeFetcher
) -> None:
    web.put("/feed", Answer(status=302, headers={"location": f"http://b.test:{web.port}/there", "set-cookie": cookie}))
    web.put("/there", Answer(b"news"))
    settings = HttpSettings(allow_hosts=(f"a.test:{web.port}", f"b.test:{web.port}"))
    await make_fetcher(settings, lead_to_loopback).fetch(FetchRequest(f"http://a.test:{web.port}/feed"))
    assert ("cookie" in web.hits("/there")[0].headers) == is_sent


SECRETS = (("Authorization", "Bearer ${NEWS_KEY}"), ("X-Plan", "press"))


async def test_headers_of_a_feed_are_filled_in_and_stay_on_its_host(web: FeedServer, make_fetcher: MakeFetcher) -> None:
    web.redirect("/feed", "/here")
    web.redirect("/here", f"http://b.test:{web.port}/there")
    web.put("/there", Answer(b"news"))
    settings = HttpSettings(allow_hosts=(f"a.test:{web.port}", f"b.test:{web.port}"))
    fetcher = make_fetcher(settings, lead_to_loopback, environment={"NEWS_KEY": "s3cret"})
    request = FetchRequest(f"http://a.test:{web.port}/feed", user_agent="Reader/1", headers=SECRETS)
    assert "s3cret" not in str(fetched(await fetcher.fetch(request)))
    first, here, there = (hit.headers for hit in web.hits())
    for headers in (first, here):
        assert (headers["authorization"], headers["x-plan"]) == ("Bearer s3cret", "press")
    assert "authorization" not in there
    assert "x-plan" not in there
    assert first["user-agent"] == there["user-agent"] == "Reader/1"
    assert "NEWS_KEY" not in repr(request)


async def test_requests_carry_no_header_but_ours(web: FeedServer, make_fetcher: MakeFetcher) -> None:
    web.put("/feed", Answer(b"news"))
    await make_fetcher(HttpSettings(allow_hosts=ALLOWED)).fetch(FetchRequest(web.url("/feed")))
    assert set(web.hits()[0].headers) == {"host", "user-agent", "accept", "accept-encoding"}
