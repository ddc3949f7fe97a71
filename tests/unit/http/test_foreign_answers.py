"""Whatever feeds, pages, hubs and endpoints answer is a failure of theirs, and never one of ours."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.adapters.embedding.exchange import UnusableVectors
from bot.adapters.embedding.exchange import read_answer as read_vectors
from bot.adapters.http import HttpFetcher, HttpHubs, HttpSettings, JsonApi
from bot.adapters.http.http_answers import retry_after
from bot.adapters.llm.exchange import UnusableText
from bot.adapters.llm.exchange import read_answer as read_text
from bot.articles.extraction import extract_page
from bot.feeds.parse import parse_feed
from bot.model import Fetched, FetchFailed, FetchRequest, NotModified, ParsedFeed, ParseFailed
from tests.fakes.clock import FakeClock
from tests.fakes.foreign_answers import bodies
from tests.unit.http.conftest import Listener, lead_to_loopback, nobody_trusted

BODIES: Final = bodies()
NOW: Final = datetime(2026, 3, 2, tzinfo=UTC)

ENDS: Final = b"Fri, 31 Dec 9999 23:59:59 -2359"
"""After the last moment that Python knows."""

HEADS: Final = (
    b"",
    b"\r\n\r\n",
    b"HTTP/1.1\r\n\r\n",
    b"HTTP/1.1 200\r\n\r\n",
    b"HTTP/1.1 abc OK\r\n\r\n",
    b"HTTP/1.1 99 Low\r\n\r\n",
    b"HTTP/1.1 000 Zero\r\n\r\n",
    b"HTTP/1.1 999 High\r\n\r\n",
    b"HTTP/1.1 1000 Too high\r\n\r\n",
    b"HTTP/9.9 200 OK\r\n\r\n",
    b"ICY 200 OK\r\n\r\n",
    b"<html>no headers at all</html>",
    b"\x15\x03\x01\x00\x02\x02\x46",
    b"HTTP/1.1 100 Continue\r\n\r\n" * 50,
    b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello",
    b"HTTP/1.1 304 Not Modified\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 400 + b"\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\n{}",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Encoding: \xff\xfe\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=\xff; charset=no-such\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\n: no name\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000 + b"\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5_000 + b"\r\n{}",
    b"HTTP/1.1 200 OK\r\n folded: at the start\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nETag: \xf0\x9f\x99\x82\r\nLast-Modified: soon\r\nDate: never\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n",
    *(
        b"HTTP/1.1 307 Temporary Redirect\r\nContent-Length: 0\r\nLocation: " + location + b"\r\n\r\n"
        for location in (
            b"",
            b"http://",
            b"//",
            b"http://[::1",
            b"http://a.test:99999/",
            b"http://a.test:x/",
            b"javascript:alert(1)",
            b"\xff\xfe",
            b"http://\xc3\xbc.test/",
            b"http://xn--/",
            b"http://" + b"a" * 300 + b".test/",
            b"http://a.test/" + b"x" * 70_000,
            b"?" + b"\x7f" * 20,
        )
    ),
    *(
        b"HTTP/1.1 429 Slow\r\nContent-Length: 0\r\nRetry-After: " + value + b"\r\n\r\n"
        for value in (
            b"",
            b"-1",
            b"soon",
            b"1e9",
            b"NaN",
            b"9" * 5_000,
            b"Sat, 99 Foo 2026",
            b"\xff",
            b"0x10",
            b"1,2,3",
        )
    ),
)
"""What servers begin with."""


class _Raw(Listener):
    """Takes a whole request before it answers, so that nothing is cut off by a reset."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            for line in head.lower().splitlines():
                if line.startswith(b"content-length:"):
                    await reader.readexactly(int(line.partition(b":")[2]))
            writer.write(self.answer)
        finally:
            writer.close()


@pytest.fixture
async def raw() -> AsyncIterator[_Raw]:
    listener = _Raw()
    server = await asyncio.start_server(listener.serve, "127.0.0.1", 0)
    listener.port = server.sockets[0].getsockname()[1]
    async with server:
        yield listener


async def test_any_beginning_of_an_answer_is_an_outcome(raw: _Raw) -> None:
    settings = HttpSettings(allow_hosts=("a.test",), connect_seconds=1, total_seconds=1, page_limit=100_000)
    tls, clock, url = nobody_trusted(), FakeClock(), f"http://a.test:{raw.port}/"
    async with (
        HttpFetcher(settings, clock, resolve=lead_to_loopback, ssl_context=tls) as fetcher,
        HttpHubs(settings, clock, resolve=lead_to_loopback, ssl_context=tls) as hubs,
        JsonApi(url, settings, clock, resolve=lead_to_loopback, ssl_context=tls) as api,
    ):
        for answer in HEADS:
            raw.answer = answer
            for purpose in ("feed", "page"):
                outcome = await fetcher.fetch(FetchRequest(url, purpose=purpose))
                assert isinstance(outcome, Fetched | FetchFailed | NotModified), answer
            assert isinstance(await hubs.ask(url, {"hub.mode": "subscribe"}), FetchFailed | None), answer
            assert isinstance(await api.ask("/v1", b"{}"), Fetched | FetchFailed), answer


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


NUMBER: Final = st.sampled_from((0, 1, -1, 10**400, 1e308, float("nan"), float("inf"), True, None, "1")) | st.floats()
JSON: Final = st.recursive(
    NUMBER | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)


def _shaped(*names: str) -> st.SearchStrategy[Any]:
    """JSON with these names in it."""
    return st.recursive(
        NUMBER | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(names), inner, max_size=5),
        max_leaves=12,
    )


VECTORS: Final = st.fixed_dictionaries(
    {"data": JSON | st.lists(JSON | st.fixed_dictionaries({"embedding": JSON | st.lists(NUMBER), "index": JSON}))}
)
TEXTS: Final = _shaped("choices", "message", "content", "finish_reason", "error")
FEEDS: Final = st.fixed_dictionaries(
    {"version": st.just("https://jsonfeed.org/version/1.1") | JSON},
    optional={
        "title": JSON,
        "items": JSON
        | st.lists(
            _shaped("id", "url", "title", "content_text", "content_html", "date_published", "authors", "name", "tags"),
            max_size=3,
        ),
        "hubs": _shaped("type", "url"),
        "home_page_url": JSON,
        "language": JSON,
    },
)


def test_no_foreign_body_is_an_answer_of_an_endpoint_or_breaks_a_reader() -> None:
    for name, body in BODIES.items():
        assert isinstance(read_vectors(body, 1), UnusableVectors), name
        assert isinstance(read_text(body), UnusableText), name
        parse_feed(body, {}, "https://a.example/feed")
        extract_page(body, {}, "https://a.example/")


@given(VECTORS, st.integers(1, 3))
def test_vectors_are_vectors_or_none(answer: Any, count: int) -> None:
    vectors = read_vectors(_json(answer), count)
    assert isinstance(vectors, UnusableVectors) or np.isfinite(vectors).all()


@given(st.lists(NUMBER, min_size=3, max_size=3))
@example([1e308] * 3)
@example([1e-308] * 3)
@example([10**400, 0, 0])
def test_numbers_of_a_vector_are_of_length_one_or_none(numbers: list[Any]) -> None:
    vectors = read_vectors(_json({"data": [{"embedding": numbers * 128}]}), 1)
    assert isinstance(vectors, UnusableVectors) or abs(float(np.linalg.norm(vectors)) - 1) < 1e-2


@given(TEXTS)
def test_a_text_is_a_text_or_none(answer: Any) -> None:
    assert isinstance(read_text(_json(answer)), str | UnusableText)


@given(FEEDS)
def test_any_json_feed_is_read_or_refused(answer: Any) -> None:
    assert isinstance(parse_feed(_json(answer), {}, "https://a.example/feed"), ParsedFeed | ParseFailed)


@given(
    st.dictionaries(
        st.sampled_from(["retry-after", "date"]),
        st.text(max_size=40) | st.integers().map(str) | st.floats().map(str) | st.datetimes().map(str),
    )
)
@example({"retry-after": "9" * 12})
@example({"retry-after": "-5"})
@example({"retry-after": "Mon, 01 Jan 0001 00:00:00 +2359"})
@example({"retry-after": "Fri, 31 Dec 9999 23:59:59 -2359"})
def test_a_wait_is_bounded_or_none(headers: dict[str, str]) -> None:
    wait = retry_after(headers, NOW)
    assert wait is None or timedelta(0) <= wait <= timedelta(days=30)
