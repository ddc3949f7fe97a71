"""The server that the outside calls: the webhook's door, and how little anybody else learns."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.adapters.web import WebServer, connections, webhook_route
from bot.errors import StoreError, WebServerError
from tests.fakes.loopback import free_port

PATIENCE = 60.0
"""Seconds for what takes one or two on a computer that does nothing else."""

SECRET = "a-secret_of-1234"
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}


class Taker:
    """Takes what is posted."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.is_update = True
        self.is_broken = False

    async def __call__(self, body: bytes) -> bool:
        if self.is_broken:
            raise StoreError("the disk is full")
        self.bodies.append(body)
        return self.is_update


@asynccontextmanager
async def serving(routes: Sequence[BaseRoute]) -> AsyncIterator[httpx.AsyncClient]:
    """The server at work, and a client of it."""
    port, stop = free_port(), asyncio.Event()
    task = asyncio.create_task(WebServer("127.0.0.1", port, routes).run(stop))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        async with asyncio.timeout(PATIENCE):
            while not await is_there(port):  # noqa: ASYNC110 -- nobody tells
                await asyncio.sleep(0.01)
        try:
            yield client
        finally:
            stop.set()
    await asyncio.wait_for(task, PATIENCE)


async def is_there(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


@pytest.fixture
def taker() -> Taker:
    return Taker()


@pytest.fixture
async def client(taker: Taker) -> AsyncIterator[httpx.AsyncClient]:
    async with serving([webhook_route("/telegram", SECRET, taker)]) as client:
        yield client


async def test_an_update_with_the_secret_is_taken(client: httpx.AsyncClient, taker: Taker) -> None:
    answer = await client.post("/telegram", json={"update_id": 1}, headers=HEADERS)
    assert (answer.status_code, answer.content) == (200, b"")
    assert [json.loads(body) for body in taker.bodies] == [{"update_id": 1}]


@pytest.mark.parametrize("secret", [None, "", SECRET[:-1], SECRET + "x", SECRET.upper(), "\xff" * 16])
async def test_without_the_secret_nothing_is_taken_or_told(
    client: httpx.AsyncClient, taker: Taker, secret: str | None
) -> None:
    headers = {} if secret is None else {b"X-Telegram-Bot-Api-Secret-Token": secret.encode("latin-1")}
    answer = await client.post("/telegram", json={"update_id": 1}, headers=headers)
    assert (answer.status_code, answer.content, taker.bodies) == (403, b"", [])
    assert "server" not in answer.headers


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("GET", "/telegram"), ("PUT", "/telegram"), ("POST", "/telegram/"), ("POST", "/%2e%2e/x")],
)
async def test_everything_else_is_not_there(client: httpx.AsyncClient, taker: Taker, method: str, path: str) -> None:
    answer = await client.request(method, path, json={"update_id": 1}, headers=HEADERS)
    assert (answer.status_code, answer.content, taker.bodies) == (404, b"", [])


async def test_what_is_not_json_or_no_update_is_refused(client: httpx.AsyncClient, taker: Taker) -> None:
    answer = await client.post("/telegram", data={"update_id": "1"}, headers=HEADERS)
    assert (answer.status_code, taker.bodies) == (415, [])
    taker.is_update = False
    answer = await client.post("/telegram", json={}, headers=HEADERS)
    assert (answer.status_code, answer.content) == (400, b"")


async def test_a_body_above_a_megabyte_is_not_read_to_its_end(client: httpx.AsyncClient, taker: Taker) -> None:
    answer = await client.post("/telegram", json={"update_id": 1, "x": "x" * 1_100_000}, headers=HEADERS)
    assert (answer.status_code, taker.bodies) == (413, [])


@pytest.mark.parametrize(
    "sent", [b"", b"POST /telegram HTT", b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n"]
)
async def test_who_does_not_get_done_with_a_request_keeps_no_connection(
    sent: bytes, monkeypatch: pytest.MonkeyPatch, taker: Taker
) -> None:
    monkeypatch.setattr(connections, "REQUEST_WITHIN", 0.3)
    async with serving([webhook_route("/telegram", SECRET, taker)]) as client:
        reader, writer = await asyncio.open_connection("127.0.0.1", client.base_url.port)
        writer.write(sent)
        async with asyncio.timeout(PATIENCE):  # uvicorn itself waits for ever, or for as long as single bytes come
            dripping = asyncio.create_task(drip(writer))
            await reader.read()
        dripping.cancel()
        writer.close()
        monkeypatch.undo()  # a busy computer may need longer
        assert (await client.post("/telegram", json={"update_id": 1}, headers=HEADERS)).status_code == 200


async def drip(writer: asyncio.StreamWriter) -> None:
    while writer.get_extra_info("socket") is not None:
        await asyncio.sleep(0.1)
        writer.write(b"x")


async def test_what_could_not_be_stored_is_to_be_posted_again(client: httpx.AsyncClient, taker: Taker) -> None:
    taker.is_broken = True
    answer = await client.post("/telegram", json={"update_id": 1}, headers=HEADERS)
    assert (answer.status_code, answer.content) == (503, b"")


async def test_a_defect_behind_a_route_is_told_to_nobody_outside() -> None:
    async def broken(_request: Request) -> Response:
        raise ValueError("with a secret in it")

    async with serving([Route("/broken", broken)]) as client:
        answer = await client.get("/broken")
        assert (answer.status_code, answer.content) == (500, b"")
        assert (await client.get("/broken")).status_code == 500  # it goes on


async def test_a_request_under_way_does_not_hold_up_the_end_for_long() -> None:
    begun = asyncio.Event()

    async def slow(_request: Request) -> Response:
        begun.set()
        await asyncio.sleep(10 * PATIENCE)
        return Response()

    async with serving([Route("/slow", slow)]) as client:
        asking = asyncio.create_task(client.get("/slow"))
        await begun.wait()
    with pytest.raises(httpx.HTTPError):
        await asking


async def test_an_address_that_is_taken_is_told(taker: Taker) -> None:
    port = free_port()
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", port)
    async with server:
        with pytest.raises(WebServerError, match=rf"Nothing can listen on 127\.0\.0\.1:{port}: address already in use"):
            await WebServer("127.0.0.1", port, []).run(asyncio.Event())


async def test_signals_stay_with_the_main_job(taker: Taker) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    async with serving([webhook_route("/telegram", SECRET, taker)]) as client:
        assert (await client.get("/")).status_code == 404
        assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)] == before
