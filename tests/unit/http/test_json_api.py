"""Asking an API that the operator named: wherever it is, nowhere else, and the key is nobody's business."""

from __future__ import annotations

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

import pytest

from bot.adapters.http import HttpSettings, JsonApi
from bot.errors import UsageError
from bot.model import Fetched, FetchFailed, FetchProblem
from tests.fakes.clock import FakeClock
from tests.unit.http.conftest import Listener, lead_to_loopback

SETTINGS = HttpSettings(connect_seconds=2, total_seconds=0.5, page_limit=1000)


class MakeApi(Protocol):
    def __call__(self, url: str, settings: HttpSettings = SETTINGS, key: str = "") -> JsonApi: ...


@pytest.fixture
async def make_api(authorities: ssl.SSLContext) -> AsyncIterator[MakeApi]:
    made: list[JsonApi] = []

    def make(url: str, settings: HttpSettings = SETTINGS, key: str = "") -> JsonApi:
        api = JsonApi(url, settings, FakeClock(), key=key, resolve=lead_to_loopback, ssl_context=authorities)
        made.append(api)
        return api

    yield make
    for api in made:
        await api.aclose()


def answer(status: str, *headers: str, body: bytes = b"") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]).encode() + body


class Echo:
    """Gives back each request as it came, body and all."""

    def __init__(self) -> None:
        self.port = 0
        self.requests: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.splitlines() if line.lower().startswith(b"content-len"))
        self.requests.append(head + await reader.readexactly(length))
        writer.write(answer("200 OK", body=self.requests[-1][-length:]))
        await writer.drain()
        writer.close()


@pytest.fixture
async def echo() -> AsyncIterator[Echo]:
    echo = Echo()
    async with await asyncio.start_server(echo.serve, "127.0.0.1", 0) as server:
        echo.port = server.sockets[0].getsockname()[1]
        yield echo


async def test_a_question_is_posted_to_a_private_address_with_its_key(make_api: MakeApi, echo: Echo) -> None:
    api = make_api(f"http://gpu.test:{echo.port}/v1/", key="sk-secret-key")
    outcome = await api.ask("/embeddings", '{"q": "kabar é"}'.encode())
    assert isinstance(outcome, Fetched)
    assert outcome.body == '{"q": "kabar é"}'.encode()
    head = echo.requests[0].split(b"\r\n\r\n")[0].decode().lower().splitlines()
    assert head[0] == "post /v1/embeddings http/1.1"
    assert {f"host: gpu.test:{echo.port}", "authorization: bearer sk-secret-key"} <= set(head)
    assert "content-type: application/json" in head
    assert "sk-secret-key" not in f"{api.shown} {outcome} {api!r}"


async def test_a_login_in_the_address_is_sent_and_not_shown(make_api: MakeApi, echo: Echo) -> None:
    api = make_api(f"http://me:pass%40word@gpu.test:{echo.port}/v1")
    outcome = await api.ask("/embeddings", b"{}")
    assert isinstance(outcome, Fetched)
    assert b"authorization: basic bwu6cgfzc0b3b3jk" in echo.requests[0].lower()
    assert "pass" not in f"{api.shown} {outcome}"


async def test_a_redirect_is_not_followed(make_api: MakeApi, listener: Listener, echo: Echo) -> None:
    listener.answer = answer("308 Permanent Redirect", f"Location: http://b.test:{echo.port}/v1/embeddings")
    outcome = await make_api(f"http://gpu.test:{listener.port}/v1", key="sk-secret-key").ask("/embeddings", b"{}")
    assert isinstance(outcome, FetchFailed)
    assert "redirects" in outcome.reason
    assert echo.requests == []


async def test_what_is_near_is_asked_without_the_proxy_and_what_is_far_through_it(
    make_api: MakeApi, listener: Listener, echo: Echo
) -> None:
    listener.answer = answer("200 OK", body=b"{}")
    settings = replace(SETTINGS, proxy=f"http://proxy.test:{listener.port}")
    near = await make_api(f"http://gpu.test:{echo.port}/v1", settings).ask("/embeddings", b"{}")
    assert isinstance(near, Fetched)
    assert (listener.connections, len(echo.requests)) == (0, 1)
    far = await make_api("http://api.example/v1", settings).ask("/embeddings", b"{}")
    assert isinstance(far, Fetched)
    assert listener.requests[0].startswith(b"POST http://api.example/v1/embeddings ")


async def test_limits_hold(make_api: MakeApi, listener: Listener) -> None:
    api = make_api(f"http://gpu.test:{listener.port}/v1")
    problems = []
    for body, headers in ((b"x" * 2000, ()), (gzip.compress(b"\0" * 5000), ("Content-Encoding: gzip",))):
        listener.answer = answer("200 OK", *headers, body=body)
        outcome = await api.ask("/embeddings", b"{}")
        assert isinstance(outcome, FetchFailed)
        problems.append(outcome.problem)
    listener.answer = answer("200 OK", "Content-Length: 900", body=b"")[:60]
    outcome = await api.ask("/embeddings", b"{}")
    assert isinstance(outcome, FetchFailed)
    assert problems == [FetchProblem.TOO_LARGE] * 2


async def test_a_refusal_says_when_to_come_back_and_nobody_home_is_a_value(
    make_api: MakeApi, listener: Listener
) -> None:
    listener.answer = answer("503 Busy", "Retry-After: 7")
    busy = await make_api(f"http://gpu.test:{listener.port}/v1").ask("/embeddings", b"{}")
    assert isinstance(busy, FetchFailed)
    assert (busy.status, busy.retry_after) == (503, timedelta(seconds=7))
    for url in ("http://gpu.test:9/v1", "http://nowhere.invalid/v1"):
        outcome = await make_api(url).ask("/embeddings", b"{}")
        assert isinstance(outcome, FetchFailed)
        assert outcome.problem is FetchProblem.UNREACHABLE


def test_what_is_no_address_is_a_mistake_of_usage() -> None:
    with pytest.raises(UsageError):
        JsonApi("gpu.lan:8080/v1", SETTINGS, FakeClock())
