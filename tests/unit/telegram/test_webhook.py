"""Updates that Telegram posts: stored before they are confirmed, once each, also beside long polling."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.adapters.faults import NoFaults
from bot.adapters.web import WebServer, webhook_route
from bot.model import ReceivedUpdate, UpdateId
from bot.telegram import PostedUpdates, webhook_secret
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.loopback import free_port
from tests.unit.telegram.conftest import ADMIN, PATIENCE, Bench


@pytest.fixture
def api(served: FakeBotApi) -> FakeBotApi:
    """Over the network: what is said of connections here is to be true."""
    return served


async def posted_to(bench: Bench, port: int, look_again: timedelta = timedelta(minutes=5)) -> PostedUpdates:
    async with bench.store.write() as unit:
        secret = await webhook_secret(unit.key_values)
    address = f"http://127.0.0.1:{port}/telegram"
    return PostedUpdates(bench.client, bench.store, bench.clock, NoFaults(), address, secret, look_again=look_again)


@asynccontextmanager
async def hearing(posted: PostedUpdates, port: int) -> AsyncIterator[None]:
    """The server that Telegram posts to."""
    stop = asyncio.Event()
    server = WebServer("127.0.0.1", port, [webhook_route("/telegram", posted.secret, posted.take)])
    task = asyncio.create_task(server.run(stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, PATIENCE)


async def stored(bench: Bench) -> list[int]:
    async with bench.store.read() as unit:
        return [update.id for update in await unit.updates.pending(100)]


async def test_what_is_posted_is_answered_and_confirmed(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    port = free_port()
    bench.posted = await posted_to(bench, port)
    bench.api.user_sends(ADMIN, "/help")
    async with hearing(bench.posted, port), bench.serving():
        await bench.answers(1, ADMIN)
        bench.api.user_sends(ADMIN, "/help")
        await bench.answers(2, ADMIN)
        await bench.until(lambda: bench.api.unconfirmed() == 0)
    webhook = bench.api.webhook()
    assert webhook is not None
    assert webhook.url == f"http://127.0.0.1:{port}/telegram"
    assert set(webhook.allowed) == {"message", "callback_query", "my_chat_member"}
    assert len(webhook.secret) >= 32
    assert bench.api.calls("getUpdates") == ()


async def test_the_secret_is_made_once(bench: Bench) -> None:
    first, second = await posted_to(bench, 1), await posted_to(bench, 2)
    assert first.secret == second.secret


async def test_an_update_posted_twice_is_handled_once(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    posted = await posted_to(bench, free_port())
    body = b'{"update_id": 7, "odd": {}}'
    assert await posted.take(body)
    assert await posted.take(body)
    assert await stored(bench) == [7]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b"{}",
        b'{"update_id": "7"}',
        b'{"update_id": true}',
        b'{"update_id": -7}',
        b'{"update_id": 7.5}',
        b'{"update_id": 9223372036854775808}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
async def test_what_is_no_update_is_not_stored(bench: Bench, body: bytes) -> None:
    assert not await (await posted_to(bench, 1)).take(body)
    assert await stored(bench) == []


async def test_lone_surrogates_and_strange_fields_are_stored_and_done_with(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    posted = await posted_to(bench, 1)
    assert await posted.take(b'{"update_id": 7, "message": {"text": "\\ud83d"}}')
    async with bench.serving():
        async with asyncio.timeout(PATIENCE):
            while await stored(bench):  # noqa: ASYNC110 -- a database changes; no event tells of it
                await asyncio.sleep(0.02)


async def test_after_a_webhook_nothing_that_was_not_taken_is_lost(bench: Bench) -> None:
    """The later of two updates was taken, the earlier was not: an offset behind the later would confirm both."""
    bench.admins.append(ADMIN)
    earlier, later = (bench.api.user_sends(ADMIN, text) for text in ("/help", "/topics"))
    posted = await posted_to(bench, free_port())
    await posted.begin()
    (raw,) = [u for u in bench.api.waiting() if u["update_id"] == later]
    async with bench.store.write() as unit:
        await unit.updates.add([ReceivedUpdate(UpdateId(later), json.dumps(raw), bench.clock.now())])
    bench.clock.moment += timedelta(seconds=1)
    async with bench.serving():
        await bench.answers(2, ADMIN)
        await bench.until(lambda: bench.api.unconfirmed() == 0)
        bench.api.user_sends(ADMIN, "/help")
        await bench.answers(3, ADMIN)
        await bench.handled()
    assert earlier < later
    assert len(bench.api.messages(ADMIN)) == 3
    assert len(bench.api.calls("getUpdates")) < 10


async def test_what_polling_left_unconfirmed_is_posted_and_not_handled_again(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    update = bench.api.user_sends(ADMIN, "/help")
    (raw,) = await bench.client.updates(None, wait=timedelta(), kinds=())
    async with bench.store.write() as unit:
        await unit.updates.add([ReceivedUpdate(UpdateId(raw.id), raw.body, bench.clock.now())])
        await unit.updates.done(UpdateId(update), bench.clock.now())
    port = free_port()
    bench.posted = await posted_to(bench, port)
    async with hearing(bench.posted, port), bench.serving():
        await bench.until(lambda: bench.api.unconfirmed() == 0)
        bench.api.user_sends(ADMIN, "/topics")
        await bench.answers(1, ADMIN)
        await bench.until(lambda: bench.api.unconfirmed() == 0)
    assert len(bench.api.messages(ADMIN)) == 1


async def test_an_address_that_another_program_took_away_is_set_again(bench: Bench) -> None:
    bench.posted = await posted_to(bench, free_port(), look_again=timedelta(seconds=0.05))
    async with bench.serving():
        await bench.until(lambda: bench.api.webhook() is not None)
        await bench.client.delete_webhook()
        await bench.until(lambda: bench.api.webhook() is not None)
    assert len(bench.api.calls("setWebhook")) == 2


async def test_posts_that_do_not_arrive_are_told_once(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.api.user_sends(ADMIN, "/help")
    bench.posted = await posted_to(bench, free_port(), look_again=timedelta(seconds=0.02))
    began = time.monotonic()
    async with bench.serving():
        await bench.until(lambda: len(bench.api.calls("getWebhookInfo")) > 10)
    seconds = int(time.monotonic() - began) + 2  # it goes on failing, and Telegram tells the second when it did last
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "webhook-failing" in line]
    assert said
    assert len(said) <= seconds
    assert said[0] == {"event": "webhook-failing", "reason": "Connection refused", "waiting": 1}


async def test_an_address_that_telegram_refuses_is_told_and_tried_again(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.api.fail_next(
        "setWebhook", 400, "Bad Request: bad webhook: Failed to resolve host: Name or service not known"
    )
    bench.posted = await posted_to(bench, free_port())
    async with bench.serving():
        await bench.until(lambda: bench.api.webhook() is not None)
    assert "failed to resolve host" in capsys.readouterr().out
